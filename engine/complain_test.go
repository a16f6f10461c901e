package engine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// TestComplain: a row with a complaint counts, and the complaint goes when the row is corrected or deleted.
func TestComplain(t *testing.T) {
	store, target := enginetest.NewStore(), enginetest.NewTarget()
	w := newWorld(t, store, enginetest.NewStore(), target, func(e *engine.Engine) {
		engine.On(e, tVlan, func(tx *engine.Tx, id vlanID, r vlanRow) error {
			engine.Want(tx, vlanKey{int(id)}, engine.Attr[vlanKey]{ID: 1, Value: r.STP})
			if r.Learn {
				engine.Complain(tx, errors.New("learning is not in force"))
				engine.Complain(tx, errors.New("and nothing else"))
			}
			return nil
		})
	}).start()
	defer w.end(t)
	w.write(tVlan.Set(1, vlanRow{STP: "a", Learn: true}), tVlan.Set(2, vlanRow{STP: "a", Learn: true}))
	expect(t, "operations", strings.Join(target.Log(), "\n"), `
		create VLAN:01 stp=a
		create VLAN:02 stp=a`)
	expect(t, "status", w.statuses(), `
		QUARANTINED VLAN|1: learning is not in force
		QUARANTINED VLAN|2: learning is not in force`)
	w.write(vlan(1, "a"), tVlan.Del(2))
	expect(t, "status", w.statuses(), ``)
}
