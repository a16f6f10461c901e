package sai

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// KeyList is a list of references, the value of an object-list attribute in the engine's terms. Keys are comparable.
type KeyList []engine.Key

// Equal tells whether other is the same list.
func (l KeyList) Equal(other any) bool {
	o, ok := other.(KeyList)
	return ok && slices.Equal(l, o)
}

// Refs yields the keys: the object waits for all of them.
func (l KeyList) Refs(yield func(engine.Key) bool) {
	for _, k := range l {
		if !yield(k) {
			return
		}
	}
}

// ref boxes a reference; a nil key is the null object.
func ref(k engine.Key) any {
	if k == nil {
		return nil
	}
	return k
}
