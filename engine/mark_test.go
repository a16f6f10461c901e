package engine

import (
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
)

// TestMarks has a mark come by two feeds: it is told when the second has delivered it, and not before what the rows before it want is done.
func TestMarks(t *testing.T) {
	type row struct {
		A string `db:"a"`
	}
	first, second := db.Define[string, row](db.Config, "FIRST"), db.Define[string, row](db.State, "SECOND")
	fact := db.Define[string, row](db.Local, "FACT", db.WithTransport(db.Plain))
	target := &keeper{}
	var told []string
	var ops []uint64
	e := New(Config{Marked: func(ids []string, n uint64) {
		told, ops = append(told, ids...), append(ops, n)
		if !slices.ContainsFunc(target.ops, func(o Op) bool { return o.Key == gateKey{"new"} }) {
			t.Error("the mark was told before the object existed")
		}
	}})
	e.Bind(target, kindGate)
	e.Source(nil, Normal, first.Schema)
	e.Source(nil, Normal, second.Schema)
	e.Source(nil, Urgent, fact.Schema) // has no marks
	want := func(tx *Tx, k string, r row) error {
		Want(tx, gateKey{k}, Attr[gateKey]{ID: 1, Value: r.A})
		return nil
	}
	On(e, first, want)
	On(e, second, want)
	On(e, fact, want)
	if err := e.adopt(t.Context()); err != nil {
		t.Fatal(err)
	}
	deliver := func(i int, b db.Batch) {
		e.lanes[e.feeds[i].lane].cur = &delivery{feed: e.feeds[i], batch: b}
		for e.turn(t.Context()) {
		}
	}
	for i := range e.feeds {
		deliver(i, db.Batch{Listing: true, Listed: true})
	}
	deliver(0, db.Batch{Changes: []db.Change{{Table: first.Schema, Key: "new", Fields: []db.Field{{Name: "a", Value: "x"}}}}, Marks: []string{"1"}})
	if len(told) != 0 {
		t.Errorf("told %v though a feed has not delivered it", told)
	}
	deliver(1, db.Batch{Marks: []string{"1"}})
	deliver(0, db.Batch{Marks: []string{"2"}})
	deliver(1, db.Batch{Marks: []string{"2"}})
	if !slices.Equal(told, []string{"1", "2"}) || ops[0] != ops[1] || ops[0] == 0 {
		t.Errorf("told %v with operations %v", told, ops)
	}
}
