package subscribe

import (
	"errors"
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

func change(value string) Change {
	if value == "" {
		return Change{}
	}
	return Change{Leaves: []origin.Leaf{{Value: &gpb.TypedValue{Value: &gpb.TypedValue_StringVal{StringVal: value}}}}}
}

func taken(t *testing.T, q *Queue, max int) (out []string) {
	t.Helper()
	items, _, err := q.Take(max)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range items {
		if len(i.Leaves) == 0 {
			out = append(out, "gone")
		} else {
			out = append(out, i.Leaves[0].Value.GetStringVal())
		}
	}
	return out
}

func equal(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %v, not %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("got %v, not %v", got, want)
		}
	}
}

// TestQueueCoalesces holds that a path that changes often is there once, with its newest value, at its first place.
func TestQueueCoalesces(t *testing.T) {
	q := NewQueue(3)
	q.put(0, "/a", change("1"))
	q.put(0, "/b", change("2"))
	q.put(0, "/a", change("3"))
	q.put(1, "/a", change("4"))
	items, more, err := q.Take(1)
	if err != nil || !more || items[0].Duplicates != 1 || items[0].Leaves[0].Value.GetStringVal() != "3" {
		t.Fatal(items, more, err)
	}
	equal(t, taken(t, q, 9), "2", "4")
}

// TestQueueKeepsDeletesInOrder holds that a value that came after a delete is taken after it.
func TestQueueKeepsDeletesInOrder(t *testing.T) {
	q := NewQueue(10)
	q.put(0, "/a/b", change("1"))
	q.put(0, "/a", change(""))
	q.put(0, "/a/b", change("2"))
	equal(t, taken(t, q, 9), "gone", "2")
	q.put(0, "/a", change(""))
	q.put(0, "/a/b", change("3"))
	q.put(0, "/a", change(""))
	equal(t, taken(t, q, 9), "3", "gone")
}

func TestQueueIsBounded(t *testing.T) {
	q := NewQueue(2)
	for _, p := range []string{"/a", "/b", "/c", "/d"} {
		q.put(0, p, change("x"))
	}
	if _, _, err := q.Take(1); !errors.Is(err, ErrTooSlow) {
		t.Fatal(err)
	}
	if q.Len() != 0 {
		t.Error("the queue still holds something")
	}
}
