package engine_test

import (
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

var tTypes = db.Define[string, string](db.Counters, "COUNTERS_VLAN_TYPE_MAP", db.WithTransport(db.Map))

// TestRowsByIdentity follows rows whose keys are identities: when the object is made anew, when the engine starts again, and when the object went
// meanwhile.
func TestRowsByIdentity(t *testing.T) {
	store, out, target := enginetest.NewStore(), enginetest.NewStore(), enginetest.NewTarget()
	start := func() *world {
		return newWorld(t, store, store, target, func(e *engine.Engine) {
			e.Sink(out, tTypes.Schema)
			engine.On(e, tVlan, func(tx *engine.Tx, id vlanID, r vlanRow) error {
				engine.Want(tx, vlanKey{int(id)}, engine.Attr[vlanKey]{ID: 1, Value: r.STP})
				engine.PublishByIdentity(tx, tTypes, vlanKey{int(id)}, "stp "+r.STP)
				return nil
			})
		}).start()
	}
	w := start()
	w.write(vlan(1, "a"), vlan(2, "a"))
	expect(t, "rows", out.Text(), `
		COUNTERS_DB COUNTERS_VLAN_TYPE_MAP:oid:1 =stp a
		COUNTERS_DB COUNTERS_VLAN_TYPE_MAP:oid:2 =stp a`)
	w.write(vlan(2, "b")) // create-only: another identity
	expect(t, "rows", out.Text(), `
		COUNTERS_DB COUNTERS_VLAN_TYPE_MAP:oid:1 =stp a
		COUNTERS_DB COUNTERS_VLAN_TYPE_MAP:oid:3 =stp b`)
	w.end(t)
	out.Writes()

	w = start()
	w.settle()
	if writes := out.Writes(); len(writes) > 0 {
		t.Errorf("a restart wrote %q", writes)
	}
	w.end(t)

	if err := out.Write(t.Context(), []db.Write{{Table: tTypes.Schema, Key: "oid:99", Fields: []db.Field{{Value: "of an object that is no more"}}}}); err != nil {
		t.Fatal(err)
	}
	w = start()
	w.write(tVlan.Del(1))
	expect(t, "rows", out.Text(), `
		COUNTERS_DB COUNTERS_VLAN_TYPE_MAP:oid:3 =stp b`)
	out.Lose()
	w.settle()
	expect(t, "rows", out.Text(), `
		COUNTERS_DB COUNTERS_VLAN_TYPE_MAP:oid:3 =stp b`)
	w.end(t)
}
