package engine

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hypersonic-nos/hypersonic/db"
)

func TestPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var fields []db.Field
		for range rapid.IntRange(0, 5).Draw(t, "fields") {
			fields = append(fields, db.Field{Name: rapid.String().Draw(t, "name"), Value: rapid.StringN(0, 200, -1).Draw(t, "value")})
		}
		if got := unpack(nil, string(pack(nil, fields))); !slices.Equal(got, fields) {
			t.Fatalf("got %q, want %q", got, fields)
		}
	})
}

// TestWatchers keeps the list of readers short although the same owner reads again and again.
func TestWatchers(t *testing.T) {
	var w watchers
	var many []*owner
	for range 10 {
		many = append(many, &owner{})
	}
	for i := range 100_000 {
		o := many[i%len(many)]
		o.gen++
		w = w.add(o)
	}
	if len(w) > 100 {
		t.Errorf("%d watchers for %d readers", len(w), len(many))
	}
}

// TestHandlesAreDropped lets sets that nobody uses be forgotten when there are very many, and tells so.
func TestHandlesAreDropped(t *testing.T) {
	e := New(Config{})
	runs := 0
	sets := OnSet(e, "set", func(*Tx, int) error {
		runs++
		return nil
	})
	kept := sets.Handle(-1)
	e.handles.use(e, kept, 1)
	first := sets.Handle(0)
	for i := 1; i <= maxDormant; i++ {
		sets.Handle(i)
	}
	e.handles.collect(e)
	if e.Live(first) || !e.Live(kept) || !e.Live(sets.Handle(maxDormant)) {
		t.Errorf("first %v, kept %v, last %v", e.Live(first), e.Live(kept), e.Live(sets.Handle(maxDormant)))
	}
	again := sets.Handle(0)
	if again == first || again.place() > maxDormant+2 || !e.Live(again) || e.Live(first) {
		t.Errorf("the place of %x was given again as %x", first, again)
	}
}
