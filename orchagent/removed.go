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
// a port and what it answered, and an address that was learned before it was configured.
func ForgetRemoved(t *objects.Target, facts db.Store) {
	forget := func(of func(engine.Key) []db.Write) func(context.Context, []engine.Key) {
		return func(ctx context.Context, keys []engine.Key) {
			var writes []db.Write
			for _, k := range keys {
				writes = append(writes, of(k)...)
			}
			_ = facts.Write(ctx, writes) // a store in memory, which fails with its context only
		}
	}
	t.BeforeRemove(sai.KindPort, forget(func(k engine.Key) []db.Write {
		name := k.(sai.PortKey).Name
		return []db.Write{tables.FactPortOper.Del(name), tables.FactPortLink.Del(name), tables.FactPortCapability.Del(name), tables.FactPortParts.Del(name)}
	}))
	t.BeforeRemove(sai.KindFdbEntry, forget(func(k engine.Key) []db.Write {
		f := k.(sai.FdbEntryKey)
		return []db.Write{tables.FactFdb.Del(tables.FdbKey{Vlan: tables.VlanID(f.Vlan.ID), MAC: tables.MAC(f.MAC)})}
	}))
}
