package engine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

func published(w *world) string {
	var lines []string
	for _, line := range w.out.Writes() {
		if !strings.Contains(line, "CONFIG_DB") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// TestRowDiff publishes rows whose fields come and go, over the transports.
func TestRowDiff(t *testing.T) {
	target := ports("E0")
	store := enginetest.NewStore()
	w := newWorld(t, store, store, target).start()
	defer w.end(t)
	learn := func(stp string, on bool) db.Write { return tVlan.Replace(10, vlanRow{STP: stp, Learn: on}) }
	for _, s := range []struct {
		write db.Write
		rows  string
	}{
		{learn("a", true), `
			set COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan10 =oid:2
			set STATE_DB VLAN_TABLE|Vlan10 state=ok
			set APPL_DB VLAN_TABLE:Vlan10 state=a mtu=1`},
		// A field vanishes from a state table: the row is replaced.
		{learn("a", false), `replace APPL_DB VLAN_TABLE:Vlan10 state=a`},
		{learn("a", true), `set APPL_DB VLAN_TABLE:Vlan10 mtu=1`},
		{learn("a", true), ``},
	} {
		w.write(s.write)
		expect(t, "rows", published(w), s.rows)
	}
}

// TestRowsOfOthers keeps the fields and rows of others in tables that are published to partially, and prunes own leftovers.
func TestRowsOfOthers(t *testing.T) {
	store := enginetest.NewStore()
	out := enginetest.NewStore()
	field := func(n, v string) db.Field { return db.Field{Name: n, Value: v} }
	if err := out.Write(t.Context(), []db.Write{
		{Table: tState.Schema, Key: "Vlan10", Fields: []db.Field{field("state", "ok"), field("theirs", "1")}},
		{Table: tState.Schema, Key: "Vlan20", Fields: []db.Field{field("state", "ok"), field("theirs", "1")}},
		{Table: tState.Schema, Key: "Vlan30", Fields: []db.Field{field("theirs", "1")}},
		{Table: tNames.Schema, Key: "Vlan20", Fields: []db.Field{field("", "oid:9")}},
		{Table: tApplVlan.Schema, Key: "Vlan20", Fields: []db.Field{field("state", "a")}},
	}); err != nil {
		t.Fatal(err)
	}
	out.Writes()
	w := newWorld(t, store, out, ports()).start()
	defer w.end(t)
	w.write(vlan(10, "a"))
	expect(t, "rows", out.Text(), `
		APPL_DB VLAN_TABLE:Vlan10 state=a
		COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan10 =oid:1
		STATE_DB VLAN_TABLE|Vlan10 state=ok theirs=1
		STATE_DB VLAN_TABLE|Vlan20 theirs=1
		STATE_DB VLAN_TABLE|Vlan30 theirs=1`)
	w.write(tVlan.Del(10))
	expect(t, "rows", out.Text(), `
		STATE_DB VLAN_TABLE|Vlan10 theirs=1
		STATE_DB VLAN_TABLE|Vlan20 theirs=1
		STATE_DB VLAN_TABLE|Vlan30 theirs=1`)
}

// TestLoss writes all rows again after a store lost its data, and says so.
func TestLoss(t *testing.T) {
	store, out, target := enginetest.NewStore(), enginetest.NewStore(), ports("E0")
	w := newWorld(t, store, out, target).start()
	defer w.end(t)
	w.write(vlan(10, "a"), member(10, "E0", "tagged"))
	before := out.Text()
	target.Log()
	out.Lose()
	w.settle()
	expect(t, "rows", out.Text(), before)
	expect(t, "operations", strings.Join(target.Log(), "\n"), "")
	expect(t, "told", strings.Join(out.Told(), " "), "toy toy")
}

// TestPoisonRow has the server refuse one row for ever: the others are written.
func TestPoisonRow(t *testing.T) {
	store, out := enginetest.NewStore(), enginetest.NewStore()
	out.Refuse = func(w []db.Write) error {
		for _, x := range w {
			if x.Key == "Vlan2" && x.Table == tState.Schema {
				return errors.New("WRONGTYPE")
			}
		}
		return nil
	}
	w := newWorld(t, store, out, ports()).start()
	defer func() {
		if err := w.stop(); err != nil {
			t.Error(err)
		}
	}()
	if err := store.Write(w.ctx, []db.Write{vlan(1, "a"), vlan(2, "a"), vlan(3, "a")}); err != nil {
		t.Fatal(err)
	}
	w.until(func() bool { return strings.Count(out.Text(), "\n") == 7 })
	expect(t, "rows", out.Text(), `
		APPL_DB VLAN_TABLE:Vlan1 state=a
		APPL_DB VLAN_TABLE:Vlan3 state=a
		COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan1 =oid:1
		COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan2 =oid:2
		COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan3 =oid:3
		STATE_DB VLAN_TABLE|Vlan1 state=ok
		STATE_DB VLAN_TABLE|Vlan3 state=ok`)
	w.until(func() bool {
		return strings.Contains(w.statuses(), "FAILED VLAN_TABLE|Vlan2: WRONGTYPE") && strings.Contains(w.statuses(), "BLOCKED VLAN_TABLE:Vlan2 waits for VLAN_TABLE|Vlan2")
	})
}

// TestUnnamedTables publishes to a table that the sink does not name: it is read first.
func TestUnnamedTables(t *testing.T) {
	store := enginetest.NewStore()
	if err := store.Write(t.Context(), []db.Write{tState.Set("a", stateRow{State: "old"}), tState.Set("b", stateRow{State: "old"})}); err != nil {
		t.Fatal(err)
	}
	store.Writes()
	e := engine.New(engine.Config{Name: "test"})
	e.Sink(store)
	engine.Always(e, "a", func(tx *engine.Tx) error {
		engine.Publish(tx, tState, "a", stateRow{State: "old"})
		engine.Publish(tx, tState, "c", stateRow{State: "new"})
		return nil
	})
	w := (&world{Engine: e, tb: t, store: store, out: store, target: enginetest.NewTarget(), clock: enginetest.NewClock()}).start()
	defer w.end(t)
	w.settle()
	expect(t, "writes", strings.Join(store.Writes(), "\n"), `
		set STATE_DB VLAN_TABLE|b -state -mtu
		set STATE_DB VLAN_TABLE|c state=new`)
}
