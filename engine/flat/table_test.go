package flat_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/hypersonic-nos/hypersonic/engine/flat"
)

type entry struct {
	key   [3]uint16
	value uint32
}

func key(e *entry) [3]uint16 { return e.key }

// TestTable holds the table and its index against a map.
func TestTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := flat.New(key)
		want := map[[3]uint16]uint32{}
		for range rapid.IntRange(0, 400).Draw(t, "steps") {
			k := [3]uint16{rapid.Uint16Range(0, 200).Draw(t, "key")}
			switch i, ok := s.Find(k); {
			case rapid.Bool().Draw(t, "put"):
				j, found := s.Put(k, entry{key: k})
				if _, known := want[k]; found != known || found && i != j {
					t.Fatalf("%v: put at %d %v, found at %d %v", k, j, found, i, ok)
				}
				s.At(j).value++
				want[k]++
			case ok:
				s.Drop(i)
				delete(want, k)
			}
		}
		got := map[[3]uint16]uint32{}
		for i, e := range s.All {
			got[e.key] = e.value
			if at, ok := s.Find(e.key); !ok || at != i || i >= s.Next() {
				t.Fatalf("%v is at %d, found at %d %v", e.key, i, at, ok)
			}
		}
		if s.Len() != len(want) || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%d entries %v, want %v", s.Len(), got, want)
		}
	})
}

// TestDropInAll drops while the table is walked through.
func TestDropInAll(t *testing.T) {
	s := flat.New(key)
	for i := range uint16(5000) {
		s.Put([3]uint16{i}, entry{key: [3]uint16{i}})
	}
	for i := range s.All {
		s.Drop(i)
	}
	if _, found := s.Find([3]uint16{7}); found || s.Len() != 0 {
		t.Fatal(s.Len())
	}
}
