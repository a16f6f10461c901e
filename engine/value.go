package engine

import (
	"cmp"
	"reflect"
	"slices"
)

// Equaler is implemented by attribute values that == cannot compare, such as lists.
type Equaler interface{ Equal(other any) bool }

// same compares two attribute values.
func same(a, b any) bool {
	switch x := a.(type) {
	case nil:
		return b == nil
	case bool, string, uint8, uint16, uint32, uint64, int32:
		return a == b
	case Equaler:
		return x.Equal(b)
	}
	t := reflect.TypeOf(a)
	if t != reflect.TypeOf(b) {
		return false
	}
	if t.Comparable() {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}

// Equal tells whether other is a choice of the same keys in the same order.
func (c Choice) Equal(other any) bool {
	o, ok := other.(Choice)
	return ok && slices.Equal(c, o)
}

func sameAttr(a, b AttrValue) bool { return a.ID == b.ID && same(a.Value, b.Value) }

func compareID(a AttrValue, id uint16) int { return cmp.Compare(a.ID, id) }

// find is the value of an attribute in a list that is sorted by ID.
func find(attrs []AttrValue, id uint16) (any, bool) {
	for i := range attrs {
		if attrs[i].ID >= id {
			return attrs[i].Value, attrs[i].ID == id
		}
	}
	return nil, false
}

// with is attrs with a's values in place of its own, in memory of its own.
func with(attrs, a []AttrValue) []AttrValue {
	out := make([]AttrValue, 0, len(attrs)+len(a))
	out = append(out, attrs...)
	for _, v := range a {
		out = insertAttr(out, 0, v)
	}
	return out
}

// referrer is a value that holds several references, such as a list of keys.
type referrer interface{ Refs(yield func(Key) bool) }

// eachRef yields the references in an attribute's value.
func eachRef(v any, yield func(Key) bool) {
	switch v := v.(type) {
	case bool, string, uint8, uint16, uint32, uint64, int32, nil:
	case Choice:
		for _, k := range v {
			if !yield(k) {
				return
			}
		}
	case identity:
		yield(v.of)
	case Key:
		yield(v)
	case referrer:
		v.Refs(yield)
	}
}
