package daemon

import (
	"context"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// The channels of `hypersonic inspect`, ours and not SONiC's: what the ASIC itself holds, beside what ASIC_DB says of it.
const (
	inspectRequests = "HYPERSONIC_INSPECT"
	inspectAnswers  = "HYPERSONIC_INSPECT_REPLY"
)

// answerInspect counts the ASIC's objects by type for whoever asks.
func answerInspect(ctx context.Context, env Env, store db.Store, asic *virtual.ASIC) error {
	requests, err := store.Subscribe(ctx, inspectRequests)
	if err != nil {
		return err
	}
	defer requests.Close()
	for {
		list, err := requests.Next(ctx)
		if err != nil {
			return err
		}
		for _, r := range list {
			answer := db.Notification{Channel: inspectAnswers, Op: r.Op, Data: "syncd", Fields: census(ctx, asic)}
			if err := store.Publish(ctx, answer); err != nil {
				env.Log.Warn("census not sent", "err", err)
			}
		}
	}
}

// census is the number of objects of every type that the ASIC has any of.
func census(ctx context.Context, asic *virtual.ASIC) (out []db.Field) {
	for _, t := range sai.ObjectTypes() {
		n := 0
		err := asic.List(ctx, t, func(sai.Object, []sai.Attribute) error { n++; return nil })
		if err == nil && n > 0 {
			out = append(out, db.Field{Name: strings.TrimPrefix(t.String(), "SAI_OBJECT_TYPE_"), Value: strconv.Itoa(n)})
		}
	}
	return out
}

// Inspect asks syncd for the number of objects in the ASIC, by type.
func Inspect(ctx context.Context, store db.Store, id string) ([]db.Field, error) {
	answers, err := store.Subscribe(ctx, inspectAnswers)
	if err != nil {
		return nil, err
	}
	defer answers.Close()
	if err := store.Publish(ctx, db.Notification{Channel: inspectRequests, Op: id}); err != nil {
		return nil, err
	}
	for {
		list, err := answers.Next(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			if a.Op == id {
				return a.Fields, nil
			}
		}
	}
}
