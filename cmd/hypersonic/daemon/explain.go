package daemon

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
)

// The channels of `hypersonic explain`, ours and not SONiC's: a request carries its id as op and the object's or row's text as data; every
// daemon that knows it answers with the same op, its name as data, and the explanation as JSON in the field `explanation`.
const (
	ExplainRequests = "HYPERSONIC_EXPLAIN"
	ExplainAnswers  = "HYPERSONIC_EXPLAIN_REPLY"
	explanation     = "explanation"
)

// Explained is what one daemon knows.
type Explained struct {
	Daemon       string
	Explanations []engine.Explanation
}

func answerExplain(ctx context.Context, m *machine) error {
	requests, err := m.store.Subscribe(ctx, ExplainRequests)
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
			found, err := m.Explain(ctx, r.Data)
			if err != nil {
				return err
			}
			text, err := json.Marshal(found)
			if err != nil {
				return fmt.Errorf("explanation of %s: %w", r.Data, err)
			}
			answer := db.Notification{Channel: ExplainAnswers, Op: r.Op, Data: m.name, Fields: []db.Field{{Name: explanation, Value: string(text)}}}
			if err := m.store.Publish(ctx, answer); err != nil {
				m.log.Warn("explanation not sent", "err", err)
			}
		}
	}
}

// Explain asks all daemons and yields their answers as they come, until yield returns false or ctx ends. An answer without explanations says
// that the daemon does not know the object.
func Explain(ctx context.Context, store db.Store, id, text string, yield func(Explained) bool) error {
	answers, err := store.Subscribe(ctx, ExplainAnswers)
	if err != nil {
		return err
	}
	defer answers.Close()
	if err := store.Publish(ctx, db.Notification{Channel: ExplainRequests, Op: id, Data: text}); err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	for {
		list, err := answers.Next(ctx)
		if err != nil {
			return err
		}
		for _, a := range list {
			if a.Op != id || len(a.Fields) == 0 {
				continue
			}
			e := Explained{Daemon: a.Data}
			if err := json.Unmarshal([]byte(a.Fields[0].Value), &e.Explanations); err != nil {
				return fmt.Errorf("explain: answer of %s: %w", a.Data, err)
			}
			if !yield(e) {
				return nil
			}
		}
	}
}
