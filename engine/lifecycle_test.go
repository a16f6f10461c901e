package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

func TestFatal(t *testing.T) {
	store, target := enginetest.NewStore(), ports()
	target.Fail = func(*engine.Kind, engine.Op) error {
		return &engine.Error{Class: engine.Fatal, Err: errors.New("the ASIC is on fire")}
	}
	w := newWorld(t, store, store, target)
	if err := store.Write(context.Background(), []db.Write{vlan(1, "a")}); err != nil {
		t.Fatal(err)
	}
	err := w.Run(t.Context())
	if err == nil || err.Error() != "engine toy: the ASIC is on fire" {
		t.Errorf("Run: %v", err)
	}
	if _, err := w.Explain(t.Context(), "VLAN:01"); !errors.Is(err, engine.ErrStopped) {
		t.Errorf("Explain after Run: %v", err)
	}
}

// TestBackoff repeats what may succeed later, and lets others pass.
func TestBackoff(t *testing.T) {
	store, target := enginetest.NewStore(), ports()
	failures := 4
	var at []time.Time
	w := newWorld(t, store, store, target)
	target.Fail = func(_ *engine.Kind, op engine.Op) error {
		if op.Key != (vlanKey{1}) || failures == 0 {
			return nil
		}
		failures--
		at = append(at, w.clock.Now())
		return &engine.Error{Class: engine.Transient, Err: errors.New("busy")}
	}
	w.start()
	defer w.end(t)
	if err := store.Write(w.ctx, []db.Write{vlan(1, "a"), vlan(2, "a")}); err != nil {
		t.Fatal(err)
	}
	w.step = 10 * time.Millisecond
	w.settle()
	expect(t, "operations", strings.Join(target.Log(), "\n"), `
		refused create VLAN:01 stp=a: busy
		create VLAN:02 stp=a
		refused create VLAN:01 stp=a: busy
		refused create VLAN:01 stp=a: busy
		refused create VLAN:01 stp=a: busy
		create VLAN:01 stp=a`)
	for i, want := range []time.Duration{100, 200, 400} {
		if got := at[i+1].Sub(at[i]); got < want*time.Millisecond {
			t.Errorf("pause %d was %v", i+1, got)
		}
	}
}

// TestFull parks what finds no room until room is made.
func TestFull(t *testing.T) {
	target := ports()
	target.Room = map[*engine.Kind]int{kindVlan: 2}
	run(t, target,
		step{write: []db.Write{vlan(1, "a"), vlan(2, "a"), vlan(3, "a"), vlan(4, "a")}, log: `
			create VLAN:01 stp=a
			create VLAN:02 stp=a
			refused create VLAN:03 stp=a: no room for more than 2
			refused create VLAN:04 stp=a: no room for more than 2`,
			status: `
			BLOCKED COUNTERS_VLAN_NAME_MAP:Vlan3 waits for VLAN:03
			BLOCKED COUNTERS_VLAN_NAME_MAP:Vlan4 waits for VLAN:04
			BLOCKED VLAN_TABLE:Vlan3 waits for VLAN_TABLE|Vlan3
			BLOCKED VLAN_TABLE:Vlan4 waits for VLAN_TABLE|Vlan4
			BLOCKED VLAN_TABLE|Vlan3 waits for VLAN:03
			BLOCKED VLAN_TABLE|Vlan4 waits for VLAN:04
			FAILED VLAN:03: no room for more than 2
			FAILED VLAN:04: no room for more than 2`},
		step{write: []db.Write{tVlan.Del(1), tVlan.Del(4)}, log: `
			remove VLAN:01
			create VLAN:03 stp=a`},
	)
}

// TestInvalid waits for the row to change, and shows why.
func TestInvalid(t *testing.T) {
	target := ports()
	target.Fail = func(_ *engine.Kind, op engine.Op) error {
		for _, a := range op.Attrs {
			if a.Value == "bad" {
				return errors.New("SAI_STATUS_INVALID_PARAMETER")
			}
		}
		return nil
	}
	run(t, target,
		step{write: []db.Write{member(1, "P", "bad")}, status: `
			BLOCKED BP:P waits for PORT:P
			BLOCKED MEMBER:01:P waits for BP:P, VLAN:01`},
		step{write: []db.Write{vlan(1, "bad"), vlan(2, "a")}, log: `
			refused create VLAN:01 stp=bad: SAI_STATUS_INVALID_PARAMETER
			create VLAN:02 stp=a`, status: `
			BLOCKED BP:P waits for PORT:P
			BLOCKED COUNTERS_VLAN_NAME_MAP:Vlan1 waits for VLAN:01
			BLOCKED MEMBER:01:P waits for BP:P, VLAN:01
			BLOCKED VLAN_TABLE:Vlan1 waits for VLAN_TABLE|Vlan1
			BLOCKED VLAN_TABLE|Vlan1 waits for VLAN:01
			FAILED VLAN:01: SAI_STATUS_INVALID_PARAMETER`},
		step{write: []db.Write{vlan(1, "good")}, log: `create VLAN:01 stp=good`, status: `
			BLOCKED BP:P waits for PORT:P
			BLOCKED MEMBER:01:P waits for BP:P`},
	)
}

// TestExternals follows links that come and go by themselves.
func TestExternals(t *testing.T) {
	target := enginetest.NewTarget()
	run(t, target,
		step{write: []db.Write{vlan(10, "a"), member(10, "E0", "untagged")}, log: `create VLAN:10 stp=a`,
			status: "BLOCKED BP:E0 waits for PORT:E0\nBLOCKED MEMBER:10:E0 waits for BP:E0"},
		step{do: func(w *world) { target.Appear(w.ctx, portKey{"E0"}, portAttrs...) }, log: `
			appeared PORT:E0
			update PORT:E0 pvid=10
			create BP:E0 admin=false
			create MEMBER:10:E0 tagging=untagged`},
		// It takes with it what refers to it; nothing is removed by hand.
		step{do: func(w *world) { target.Vanish(w.ctx, portKey{"E0"}) }, log: `vanished PORT:E0`,
			status: "BLOCKED BP:E0 waits for PORT:E0\nBLOCKED MEMBER:10:E0 waits for BP:E0"},
		step{do: func(w *world) { target.Appear(w.ctx, portKey{"E0"}, portAttrs...) }, log: `
			appeared PORT:E0
			update PORT:E0 pvid=10
			create BP:E0 admin=false
			create MEMBER:10:E0 tagging=untagged`},
		// Somebody else changes an attribute: it is set again.
		step{do: func(w *world) { target.Appear(w.ctx, portKey{"E0"}, engine.AttrValue{ID: 1, Value: 77}) }, log: `update PORT:E0 pvid=10`},
	)
}

// TestRestoredValue returns an attribute without a default to what it was.
func TestRestoredValue(t *testing.T) {
	target := enginetest.NewTarget()
	target.Put(portKey{"E0"}, true, engine.AttrValue{ID: 4, Value: "auto"})
	store := enginetest.NewStore()
	w := newWorld(t, store, enginetest.NewStore(), target, generic, func(e *engine.Engine) {
		engine.On(e, tState, func(tx *engine.Tx, port string, r stateRow) error {
			engine.Set(tx, portKey{port}, engine.Attr[portKey]{ID: 4, Value: r.State})
			return nil
		})
		e.Source(store, engine.Normal, tState.Schema)
	}).start()
	defer w.end(t)
	w.write(tState.Set("E0", stateRow{State: "fast"}))
	w.write(tState.Set("E0", stateRow{State: "faster"}))
	w.write(tState.Del("E0"))
	expect(t, "operations", strings.Join(target.Log(), "\n"), `
		update PORT:E0 speed=fast
		update PORT:E0 speed=faster
		update PORT:E0 speed=auto`)
}

// TestDepth makes parents of one kind before their children, and removes them after.
func TestDepth(t *testing.T) {
	store, target := enginetest.NewStore(), enginetest.NewTarget()
	w := newWorld(t, store, store, target, generic, func(e *engine.Engine) {
		engine.Always(e, "tree", func(tx *engine.Tx) error {
			for id := range engine.Each(tx, tVlan) {
				if id == 1 {
					for _, p := range []string{"a/b/c", "a/b", "a", "b", "b/a"} {
						engine.Want(tx, treeKey{p})
					}
				}
			}
			return nil
		})
	}).start()
	defer w.end(t)
	w.write(vlan(1, "a"))
	w.write(tVlan.Del(1))
	expect(t, "operations", strings.Join(target.Log(), "\n"), `
		create VLAN:01 stp=a
		create TREE:a
		create TREE:b
		create TREE:a/b
		create TREE:b/a
		create TREE:a/b/c
		remove TREE:a/b/c
		remove TREE:a/b
		remove TREE:b/a
		remove TREE:a
		remove TREE:b
		remove VLAN:01`)
}

func TestExplain(t *testing.T) {
	store, target := enginetest.NewStore(), ports("E0")
	w := newWorld(t, store, store, target).start()
	defer w.end(t)
	w.write(member(10, "E0", "untagged"), tPort.Set("E1", portRow{MTU: -1}), vlan(20, "a"))
	for text, want := range map[string]string{
		"VLAN_MEMBER|10|E0": `VLAN_MEMBER|10|E0: as wanted
			BP:E0: as wanted
			wanted by VLAN_MEMBER|10|E0
			wants admin=false
			has admin=false
			MEMBER:10:E0: blocked since 2001-02-03T
			wanted by VLAN_MEMBER|10|E0
			wants tagging="untagged"
			waits for
			VLAN:10: not wanted
			PORT:E0: as wanted
			is permanent
			wanted by VLAN_MEMBER|10|E0
			wants pvid=10
			has pvid=10, mtu=1500
			used by BP:E0`,
		"PORT|E1": `PORT|E1: quarantined since 2001-02-03T: field mtu: "-1" is negative`,
		"VLAN:99": ``,
	} {
		found, err := w.Explain(w.ctx, text)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, x := range found {
			b.WriteString(x.String())
		}
		got := b.String()
		for i := strings.Index(got, "03T"); i >= 0 && i+11 < len(got) && got[i+3] != '\n' && got[i+3] != ':'; i = strings.Index(got, "03T0") {
			got = got[:i+3] + got[i+12:] // the time of day is the test's
		}
		expect(t, text, got, want)
	}
	m := w.Metrics()
	if k := m.Kinds["VLAN"]; k.Objects != 1 || k.Creates != 1 || m.NotAsWanted != 2 || m.RowErrors != 1 || m.Rows != 3 {
		t.Errorf("metrics %+v", m)
	}
}

// TestWanted prints what rows want without any target.
func TestWanted(t *testing.T) {
	got := enginetest.Translate(t, dense, vlan(10, "a"), member(10, "E0", "untagged"), tPort.Set("E0", portRow{MTU: 9000, Up: true}),
		tPort.Set("E1", portRow{MTU: -1}), route("v", "10/8", "E0@1", "E1@2"), dropRoute("E0", "11/8"))
	expect(t, "wanted", got, `
		set PORT:E0
		pvid=10
		mtu=9000
		by VLAN_MEMBER|10|E0
		by PORT|E0
		want BP:E0
		admin=true
		by VLAN_MEMBER|10|E0
		want GM:E0@1+E1@2:E0:1
		weight=10
		by set:E0@1+E1@2
		want GROUP:E0@1+E1@2
		type="ecmp"
		after HOP:E0:1
		after HOP:E1:2
		by set:E0@1+E1@2
		want MEMBER:10:E0
		tagging="untagged"
		by VLAN_MEMBER|10|E0
		want ROUTE:E0:11/8
		action="drop"
		want ROUTE:v:10/8
		via=GROUP:E0@1+E1@2
		over set:E0@1+E1@2: first of GROUP:E0@1+E1@2, HOP:E0:1, HOP:E1:2
		want VLAN:10
		stp="a"
		by VLAN|10
		row APPL_DB VLAN_TABLE:Vlan10
		state="a"
		after VLAN_TABLE|Vlan10
		by VLAN|10
		row COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan10
		attribute 0=identity of VLAN:10
		after VLAN:10
		by VLAN|10
		row STATE_DB VLAN_TABLE|Vlan10
		state="ok"
		after VLAN:10
		by VLAN|10
		quarantined PORT|E1
		field mtu: "-1" is negative`)
}

// TestRestartIsHitless starts an engine on a programmed target: as long as a source is missing, nothing is touched.
func TestRestartIsHitless(t *testing.T) {
	store, target := enginetest.NewStore(), ports("E0")
	w := newWorld(t, store, store, target).start()
	w.write(vlan(10, "a"), vlan(20, "a"), member(10, "E0", "untagged"))
	w.end(t)
	target.Log()
	late := &lateStore{Store: enginetest.NewStore(), open: make(chan struct{})}
	if err := store.Write(context.Background(), []db.Write{tVlan.Del(20), vlan(30, "a")}); err != nil {
		t.Fatal(err)
	}
	w = newWorld(t, store, store, target, generic, func(e *engine.Engine) {
		e.Source(late, engine.Bulk, tState.Schema)
		engine.On(e, tState, func(tx *engine.Tx, _ string, _ stateRow) error {
			engine.Want(tx, vlanKey{20}, engine.Attr[vlanKey]{ID: 1, Value: "a"})
			return nil
		})
	}).start()
	defer w.end(t)
	w.until(func() bool { return strings.Contains(target.Text(), "VLAN:30") })
	expect(t, "before all sources are complete", strings.Join(target.Log(), "\n"), "create VLAN:30 stp=a")
	close(late.open)
	w.until(func() bool { return !strings.Contains(target.Text(), "VLAN:20") })
	expect(t, "after", strings.Join(target.Log(), "\n"), "remove VLAN:20")
}

// lateStore lists nothing until it is opened.
type lateStore struct {
	*enginetest.Store
	open chan struct{}
}

func (s *lateStore) Watch(ctx context.Context, tables ...*db.Schema) (db.Feed, error) {
	select {
	case <-s.open:
	case <-ctx.Done():
		return nil, fmt.Errorf("watch: %w", ctx.Err())
	}
	return s.Store.Watch(ctx, tables...)
}
