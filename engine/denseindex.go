package engine

import "github.com/hypersonic-nos/hypersonic/engine/flat"

// entry is one dense object, in a flat.Table. It has no pointers if O and V have none.
type entry[O, V comparable] struct {
	object O
	want   V // if wanted
	have   V // if it exists and is not foreign
	parked Handle
	slot   uint16 // of the set's handle in have
	flags  entryFlags
}

type entryFlags uint16

const (
	entryUsed  entryFlags = 1 << iota
	entryRow              // a row wants it
	entryFloor            // it has a floor
	entryExists
	entryForeign // found in the target, not yet compared: its attributes are in foreign
	entryQueued  // in removeQ or setQ
	entryFlight  // an operation is under way
	entryShadow  // a Want has the object
	entryListed  // toggles with each listing
	entryUnsure  // perhaps with another status than told
	entryWaits   // for a handle
	entryMirror  // an ordinary node stands for it
	entryTrouble // in troubles
	entryAgain   // is to be looked at when its operation is done
)

const wantedEntry = entryRow | entryFloor

func newEntries[O, V comparable]() *flat.Table[O, entry[O, V]] {
	return flat.New(func(en *entry[O, V]) O { return en.object })
}

func (d *dense[K, R, O, V]) at(i uint32) *entry[O, V] { return d.entries.At(i) }

// find is the number of an object's entry.
func (d *dense[K, R, O, V]) find(o O) (uint32, bool) { return d.entries.Find(o) }

// put finds or makes an object's entry.
func (d *dense[K, R, O, V]) put(o O) uint32 {
	i, _ := d.entries.Put(o, entry[O, V]{object: o, flags: entryUsed})
	return i
}

// all yields the numbers of all entries.
func (d *dense[K, R, O, V]) all(yield func(uint32, *entry[O, V]) bool) { d.entries.All(yield) }
