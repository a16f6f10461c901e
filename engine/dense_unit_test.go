package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

func dropRoute(vrf, prefix string) db.Write {
	return tRoute.Replace(routeID{vrf, prefix}, routeRow{Drop: true})
}
func noRoute(vrf, prefix string) db.Write { return tRoute.Del(routeID{vrf, prefix}) }
func hop(port, ip, mac string) db.Write   { return tHop.Set(hopID{port, ip}, hopRow{mac}) }

// answers makes a world whose dense routes say what is done, and returns what they have said.
func answers(t *testing.T, target *enginetest.Target, more ...func(*engine.Engine)) (w *world, said func() string) {
	t.Helper()
	store := enginetest.NewStore()
	more = append([]func(*engine.Engine){register, func(e *engine.Engine) {
		registerDense(e, func(r *denseRoutes, list []engine.Result[denseRoute, denseVia]) (out engine.Output) {
			for _, x := range list {
				text := [...]string{"create", "update", "remove"}[x.Verb]
				if x.Err != nil {
					text += ": " + x.Err.Error()
				}
				out.Notifications = append(out.Notifications, db.Notification{Channel: "ROUTE", Op: r.prefixes[x.Object.prefix], Data: text})
			}
			return out
		})
	}}, more...)
	w = newWorld(t, store, store, target, more...).start()
	t.Cleanup(func() {
		if err := w.stop(); err != nil {
			t.Error(err)
		}
		if v := target.Violations(); len(v) > 0 {
			t.Errorf("violations:\n%s", strings.Join(v, "\n"))
		}
	})
	return w, func() string {
		var lines []string
		for _, n := range store.Notes() {
			lines = append(lines, n.Op+" "+n.Data)
		}
		return strings.Join(lines, "\n")
	}
}

func TestDenseAnswers(t *testing.T) {
	target := ports("E0")
	refuse := true
	target.Fail = func(k *engine.Kind, op engine.Op) error {
		if refuse && k == kindRoute && strings.Contains(op.Key.String(), "12/8") {
			return errors.New("no")
		}
		return nil
	}
	w, said := answers(t, target)
	for i, s := range []struct {
		write     []db.Write
		log, said string
	}{
		{[]db.Write{hop("E0", "1", "x"), route("v", "10/8", "E0@1"), dropRoute("v", "11/8")},
			"create HOP:E0:1 mac=x\ncreate ROUTE:v:10/8 via=HOP:E0:1\ncreate ROUTE:v:11/8 action=drop", "10/8 create\n11/8 create"},
		// The same once more: no operation, but an answer.
		{[]db.Write{route("v", "10/8", "E0@1")}, "", "10/8 update"},
		{[]db.Write{dropRoute("v", "10/8")}, "update ROUTE:v:10/8 action=drop via=<nil>", "10/8 update"},
		{[]db.Write{route("v", "10/8", "E0@1")}, "update ROUTE:v:10/8 action=forward via=HOP:E0:1", "10/8 update"},
		{[]db.Write{route("v", "12/8", "E0@1")}, "refused create ROUTE:v:12/8 via=HOP:E0:1: no", "12/8 create: no"},
		// A row that comes once more is another chance.
		{[]db.Write{route("v", "12/8", "E0@1")}, "refused create ROUTE:v:12/8 via=HOP:E0:1: no", "12/8 create: no"},
		{[]db.Write{noRoute("v", "12/8"), noRoute("v", "10/8")}, "remove ROUTE:v:10/8", "10/8 remove"},
		{[]db.Write{route("v", "10/8", "E0@2")}, "", ""},
	} {
		w.write(s.write...)
		expect(t, "operations", strings.Join(target.Log(), "\n"), s.log)
		if got := said(); len(s.write) == 1 || i == 0 {
			expect(t, "answers", got, s.said)
		}
	}
	expect(t, "status", w.statuses(), "BLOCKED ROUTE:v:10/8 waits for HOP:E0:2")
	refuse = false
}

// wantRoute is an ordinary translation that wants a route which a row may want as well.
func wantRoute(e *engine.Engine) {
	engine.On(e, tState, func(tx *engine.Tx, _ string, _ stateRow) error {
		engine.Want(tx, routeKey{"v", "10/8"}, engine.Attr[routeKey]{ID: 1, Value: "cpu"})
		return nil
	})
}

func TestDenseAndOrdinaryObject(t *testing.T) {
	target := ports("E0")
	store := enginetest.NewStore()
	w := newWorld(t, store, enginetest.NewStore(), target, dense, func(e *engine.Engine) {
		e.Source(store, engine.Normal, tState.Schema)
		wantRoute(e)
	}).start()
	defer w.end(t)
	other := tState.Set("x", stateRow{State: "y"})
	for _, s := range []struct {
		write       []db.Write
		log, status string
	}{
		{[]db.Write{hop("E0", "1", "x"), route("v", "10/8", "E0@1")}, "create HOP:E0:1 mac=x\ncreate ROUTE:v:10/8 via=HOP:E0:1", ""},
		// The Want takes the object over, without a gap, and gives it back.
		{[]db.Write{other}, "update ROUTE:v:10/8 action=cpu via=<nil>", "CONFLICT ROUTE:v:10/8: a row of a dense table wants this object as well"},
		{[]db.Write{tState.Del("x")}, "update ROUTE:v:10/8 action=forward via=HOP:E0:1", ""},
		{[]db.Write{other}, "update ROUTE:v:10/8 action=cpu via=<nil>", "CONFLICT ROUTE:v:10/8: a row of a dense table wants this object as well"},
		{[]db.Write{noRoute("v", "10/8")}, "", ""},
		{[]db.Write{tState.Del("x")}, "remove ROUTE:v:10/8", ""},
		{[]db.Write{other}, "create ROUTE:v:10/8 action=cpu", ""},
		{[]db.Write{route("v", "10/8", "E0@1")}, "", "CONFLICT ROUTE:v:10/8: a row of a dense table wants this object as well"},
	} {
		w.write(s.write...)
		expect(t, "operations", strings.Join(target.Log(), "\n"), s.log)
		expect(t, "status", w.statuses(), s.status)
	}
}

// TestDenseReferredTo has ordinary objects refer to dense ones.
func TestDenseReferredTo(t *testing.T) {
	target := ports("E0")
	w, _ := answers(t, target, func(e *engine.Engine) {
		engine.Always(e, "tree", func(tx *engine.Tx) error {
			engine.Want(tx, treeKey{"a"})
			engine.Require(tx, treeKey{"a"}, routeKey{"v", "10/8"})
			return nil
		})
	})
	w.settle()
	expect(t, "status", w.statuses(), "BLOCKED TREE:a waits for ROUTE:v:10/8")
	w.write(dropRoute("v", "10/8"))
	expect(t, "operations", strings.Join(target.Log(), "\n"), "create ROUTE:v:10/8 action=drop\ncreate TREE:a")
	w.write(noRoute("v", "10/8"))
	expect(t, "operations", strings.Join(target.Log(), "\n"), "")
	expect(t, "status", w.statuses(), "BLOCKED ROUTE:v:10/8 waits for TREE:a")
}

func TestDenseFloor(t *testing.T) {
	target := ports("E0")
	store := enginetest.NewStore()
	floor := func(e *engine.Engine) {
		register(e)
		r := &denseRoutes{e: e}
		r.sets = engine.OnSet(e, "set", func(tx *engine.Tx, set string) error {
			engine.Resolve(tx, wantSet(tx, set)...)
			return nil
		})
		engine.OnDense(e, tRoute, r.dense(map[denseRoute]denseVia{r.pack(routeKey{"v", "0/0"}): {drop: true}}))
	}
	w := newWorld(t, store, store, target, floor).start()
	w.settle()
	expect(t, "at the start", strings.Join(target.Log(), "\n"), "create ROUTE:v:0/0 action=drop")
	w.write(hop("E0", "1", "x"), route("v", "0/0", "E0@1"))
	expect(t, "a row", strings.Join(target.Log(), "\n"), "create HOP:E0:1 mac=x\nupdate ROUTE:v:0/0 action=forward via=HOP:E0:1")
	w.write(noRoute("v", "0/0"))
	expect(t, "no row", strings.Join(target.Log(), "\n"), "update ROUTE:v:0/0 action=drop via=<nil>")
	w.end(t)
	w = newWorld(t, store, store, target, floor).start()
	w.settle()
	expect(t, "a restart", strings.Join(target.Log(), "\n"), "")
	w.end(t)
}

// TestDenseListing takes rows away that a listing leaves out, and quarantines bad ones.
func TestDenseListing(t *testing.T) {
	target := ports("E0")
	store := enginetest.NewStore()
	w := newWorld(t, store, store, target, dense).start()
	defer w.end(t)
	w.write(dropRoute("v", "10/8"), dropRoute("v", "11/8"), dropRoute("v", "12/8"))
	target.Log()
	store.Lose()
	if err := store.Write(w.ctx, []db.Write{dropRoute("v", "11/8"), {Table: tRoute.Schema, Key: "v|12/8", Fields: []db.Field{{Name: "drop", Value: "perhaps"}}}}); err != nil {
		t.Fatal(err)
	}
	store.Relist()
	w.settle()
	log := target.Log()
	slices.Sort(log) // the row may have come before the listing
	expect(t, "operations", strings.Join(log, "\n"), "remove ROUTE:v:10/8\nremove ROUTE:v:12/8")
	expect(t, "status", w.statuses(), `QUARANTINED ROUTE|v|12/8 field drop perhaps: is neither true nor false`)
	w.write(dropRoute("v", "12/8"))
	expect(t, "status", w.statuses(), "")
}

// TestDenseFull parks routes that find no room, and answers again when the store has lost what was answered.
func TestDenseFull(t *testing.T) {
	target := ports("E0")
	target.Room = map[*engine.Kind]int{kindRoute: 1}
	target.Pipelined = true
	w, said := answers(t, target)
	w.write(dropRoute("v", "10/8"))
	w.write(dropRoute("v", "11/8"))
	expect(t, "answers", said(), "10/8 create\n11/8 create: no room for more than 1")
	expect(t, "status", w.statuses(), "FAILED ROUTE:v:11/8: no room for more than 1")
	w.write(noRoute("v", "10/8"))
	expect(t, "answers", said(), "10/8 remove\n11/8 create")
	expect(t, "status", w.statuses(), "")
	w.store.Lose()
	w.settle()
	expect(t, "answers after the loss", said(), "11/8 update")
}
