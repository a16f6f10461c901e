package engine_test

import (
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// TestFollow has trees that stand behind a port's hop: one follows it, one holds it, and a branch hangs on the one that follows.
func TestFollow(t *testing.T) {
	target := ports("E0")
	store := enginetest.NewStore()
	w := newWorld(t, store, enginetest.NewStore(), target, func(e *engine.Engine) {
		register(e)
		engine.On(e, tState, func(tx *engine.Tx, name string, r stateRow) error {
			engine.Want(tx, treeKey{name})
			if r.State == "follows" {
				engine.Follow(tx, treeKey{name}, hopKey{"E0", "1"})
			} else {
				engine.Require(tx, treeKey{name}, hopKey{"E0", "1"})
			}
			return nil
		})
		e.Source(store, engine.Normal, tState.Schema)
	}).start()
	defer w.end(t)
	add, remove := hop("E0", "1", "x"), tHop.Del(hopID{"E0", "1"})
	for _, s := range []struct {
		write       []db.Write
		log, status string
	}{
		{[]db.Write{tState.Set("a", stateRow{State: "follows"}), tState.Set("a/b", stateRow{State: "follows"})}, "", "BLOCKED TREE:a waits for HOP:E0:1\nBLOCKED TREE:a/b waits for HOP:E0:1, TREE:a"},
		{[]db.Write{add}, "create HOP:E0:1 mac=x\ncreate TREE:a\ncreate TREE:a/b", ""},
		{[]db.Write{remove}, "remove TREE:a/b\nremove TREE:a\nremove HOP:E0:1", "BLOCKED TREE:a waits for HOP:E0:1\nBLOCKED TREE:a/b waits for HOP:E0:1, TREE:a"},
		{[]db.Write{add}, "create HOP:E0:1 mac=x\ncreate TREE:a\ncreate TREE:a/b", ""},
		{[]db.Write{tState.Set("a", stateRow{State: "holds"}), tState.Del("a/b")}, "remove TREE:a/b", ""},
		{[]db.Write{remove}, "", "BLOCKED HOP:E0:1 waits for TREE:a"},
		{[]db.Write{tState.Set("a", stateRow{State: "follows"})}, "remove TREE:a\nremove HOP:E0:1", "BLOCKED TREE:a waits for HOP:E0:1"},
	} {
		w.write(s.write...)
		expect(t, "operations", strings.Join(target.Log(), "\n"), s.log)
		expect(t, "status", w.statuses(), s.status)
	}
}
