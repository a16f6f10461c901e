package daemon

import (
	"context"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// retryNames is the time between two attempts to write the natural keys again.
const retryNames = 100 * time.Millisecond

// keepNames writes the natural keys of all objects again whenever the databases have come back without their data: syncd restores ASIC_STATE, but the
// names are known here only, and without them the next orchagent would not know its own objects.
func keepNames(ctx context.Context, store db.Keyspace, registry *objects.Registry) error {
	_, lost := store.Lost()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-lost:
		}
		_, lost = store.Lost()
		for store.Raw(db.Asic).Write(ctx, namesOf(registry)) != nil {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(retryNames):
			}
		}
	}
}

func namesOf(registry *objects.Registry) []db.RawWrite {
	w := db.RawWrite{Key: wire.Names}
	registry.Each(func(k engine.Key, oid string) {
		w.Fields = append(w.Fields, db.Field{Name: oid, Value: k.String()})
	})
	return []db.RawWrite{w}
}
