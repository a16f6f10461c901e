package engine

import (
	"context"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
)

type gateKey struct{ name string }

var kindGate = &Kind{Name: "GATE", Attr: func(uint16) AttrInfo { return AttrInfo{Name: "a", HasDefault: true} }}

func (gateKey) Kind() *Kind         { return kindGate }
func (gateKey) Refs(func(Key) bool) {}
func (k gateKey) String() string    { return k.name }

// keeper has two objects from an earlier run.
type keeper struct{ ops []Op }

func (k *keeper) Apply(_ context.Context, _ *Kind, ops []Op) []error {
	k.ops = append(k.ops, ops...)
	return make([]error, len(ops))
}

func (k *keeper) Adopt(context.Context, []*Kind) ([]Actual, error) {
	return []Actual{{Key: gateKey{"wanted"}, Attrs: []AttrValue{{1, "x"}}}, {Key: gateKey{"left"}}}, nil
}

// TestGates has the last listing, of the urgent lane, come when the rows of another have been taken and not been translated yet: nothing that they want
// is touched.
func TestGates(t *testing.T) {
	type row struct {
		A string `db:"a"`
	}
	normal, urgent := db.Define[string, row](db.Config, "NORMAL"), db.Define[string, row](db.Config, "URGENT")
	e, target := New(Config{}), &keeper{}
	e.Bind(target, kindGate)
	e.Source(nil, Normal, normal.Schema)
	e.Source(nil, Urgent, urgent.Schema)
	On(e, normal, func(tx *Tx, k string, r row) error {
		Want(tx, gateKey{k}, Attr[gateKey]{ID: 1, Value: r.A})
		return nil
	})
	On(e, urgent, func(*Tx, string, row) error { return nil })
	if err := e.adopt(t.Context()); err != nil {
		t.Fatal(err)
	}
	listing := func(f *feed, c ...db.Change) *delivery {
		return &delivery{feed: f, batch: db.Batch{Listing: true, Listed: true, Changes: c}}
	}
	e.lanes[Normal].cur = listing(e.feeds[0], db.Change{Table: normal.Schema, Key: "wanted", Fields: []db.Field{{Name: "a", Value: "x"}}})
	e.turn(t.Context())
	e.lanes[Urgent].cur = listing(e.feeds[1])
	for e.turn(t.Context()) {
	}
	if len(target.ops) != 1 || target.ops[0].Key != (gateKey{"left"}) || target.ops[0].Verb != Remove {
		t.Errorf("operations %v", target.ops)
	}
}
