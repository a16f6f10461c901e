package orchagent

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// ForgetRemoved takes facts away that tell of objects which the engine removes, for the ASIC reports nothing of what it was told to do: the state of
// a port, and an address that was learned before it was configured.
func ForgetRemoved(t *objects.Target, facts db.Store) {
	forget := func(fact func(engine.Key) (db.Write, bool)) func(context.Context, []engine.Key) {
		return func(ctx context.Context, keys []engine.Key) {
			var writes []db.Write
			for _, k := range keys {
				if w, ok := fact(k); ok {
					writes = append(writes, w)
				}
			}
			_ = facts.Write(ctx, writes) // a store in memory, which fails with its context only
		}
	}
	t.BeforeRemove(sai.KindPort, forget(func(k engine.Key) (db.Write, bool) {
		p, ok := k.(sai.PortKey)
		return tables.FactPortOper.Del(p.Name), ok
	}))
	t.BeforeRemove(sai.KindFdbEntry, forget(func(k engine.Key) (db.Write, bool) {
		f, ok := k.(sai.FdbEntryKey)
		return tables.FactFdb.Del(tables.FdbKey{Vlan: tables.VlanID(f.Vlan.ID), MAC: tables.MAC(f.MAC)}), ok
	}))
}
