// Package flat keeps entries by the million: in pieces of memory, so that growing copies nothing, and found through a hash index of 4 bytes a slot,
// where a Go map would hold the key once more and be rehashed as a whole. Entries without pointers cost the garbage collector nothing. An entry's
// number holds as long as the entry, so others can refer to it, and entries that came one after the other lie side by side.
package flat

import "hash/maphash"

// Max is how many entries a Table can hold.
const Max = numberMask - 1

const (
	pieceBits  = 10
	pieceSize  = 1 << pieceBits
	shardBits  = 6
	shardCount = 1 << shardBits
	numberBits = 24
	numberMask = 1<<numberBits - 1
)

// Table holds entries E, which hold their own keys K. It belongs to one goroutine.
type Table[K comparable, E any] struct {
	key    func(*E) K
	pieces []*[pieceSize]E
	live   []uint64 // a bit for each entry of the pieces
	next   uint32
	free   []uint32
	seed   maphash.Seed
	shards [shardCount]shard
	used   int
}

// shard is an open-addressing table that grows by itself, so that nobody waits for a million entries to be moved. A slot is an entry's number
// plus one, with 8 bits of its hash above, so that a search rarely looks at an entry that is not the one; 0 is empty.
type shard struct {
	slots []uint32
	used  int
}

// New makes a table; key tells an entry's key, which must not change while the entry is there.
func New[K comparable, E any](key func(*E) K) *Table[K, E] {
	return &Table[K, E]{key: key, seed: maphash.MakeSeed()}
}

// Len is how many entries there are.
func (t *Table[K, E]) Len() int { return t.used }

// At is the entry of a number. Others may come and go meanwhile.
func (t *Table[K, E]) At(i uint32) *E { return &t.pieces[i>>pieceBits][i&(pieceSize-1)] }

func word(h uint64, i uint32) uint32 { return uint32(h>>50)<<numberBits | (i + 1) }

// Find is the number of a key's entry.
func (t *Table[K, E]) Find(k K) (i uint32, ok bool) { return t.find(k, maphash.Comparable(t.seed, k)) }

func (t *Table[K, E]) find(k K, h uint64) (uint32, bool) {
	s := &t.shards[h>>(64-shardBits)]
	if len(s.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(s.slots) - 1)
	tag := word(h, 0) &^ numberMask
	for p := h & mask; ; p = (p + 1) & mask {
		w := s.slots[p]
		if w == 0 {
			return 0, false
		}
		if w&^numberMask == tag {
			if i := w&numberMask - 1; t.key(t.At(i)) == k {
				return i, true
			}
		}
	}
}

// Put is the number of k's entry. If there is none, fresh becomes it, and found is false.
func (t *Table[K, E]) Put(k K, fresh E) (i uint32, found bool) {
	h := maphash.Comparable(t.seed, k)
	if i, ok := t.find(k, h); ok {
		return i, true
	}
	if n := len(t.free); n > 0 {
		i = t.free[n-1]
		t.free = t.free[:n-1]
	} else {
		i = t.next
		if t.next++; i&(pieceSize-1) == 0 {
			t.pieces = append(t.pieces, new([pieceSize]E))
			t.live = append(t.live, make([]uint64, pieceSize/64)...)
		}
	}
	*t.At(i) = fresh
	t.live[i/64] |= 1 << (i % 64)
	t.used++
	s := &t.shards[h>>(64-shardBits)]
	if 4*(s.used+1) > 3*len(s.slots) {
		t.grow(s)
	}
	s.insert(h, i)
	s.used++
	return i, false
}

func (s *shard) insert(h uint64, i uint32) {
	mask := uint64(len(s.slots) - 1)
	p := h & mask
	for s.slots[p] != 0 {
		p = (p + 1) & mask
	}
	s.slots[p] = word(h, i)
}

func (t *Table[K, E]) grow(s *shard) {
	old := s.slots
	s.slots = make([]uint32, max(8, 2*len(old)))
	for _, w := range old {
		if w != 0 {
			i := w&numberMask - 1
			s.insert(t.hash(i), i)
		}
	}
}

func (t *Table[K, E]) hash(i uint32) uint64 { return maphash.Comparable(t.seed, t.key(t.At(i))) }

// Drop forgets an entry. Those behind it in the index move up, so that searches need no tombstones.
func (t *Table[K, E]) Drop(i uint32) {
	h := t.hash(i)
	s := &t.shards[h>>(64-shardBits)]
	mask := uint64(len(s.slots) - 1)
	p := h & mask
	for s.slots[p]&numberMask != i+1 {
		p = (p + 1) & mask
	}
	for q := (p + 1) & mask; s.slots[q] != 0; q = (q + 1) & mask {
		home := t.hash(s.slots[q]&numberMask-1) & mask
		if (q-home)&mask >= (q-p)&mask { // q's search passes p
			s.slots[p] = s.slots[q]
			p = q
		}
	}
	s.slots[p] = 0
	s.used--
	t.used--
	var none E
	*t.At(i) = none
	t.live[i/64] &^= 1 << (i % 64)
	t.free = append(t.free, i)
}

// All yields all entries. They may be dropped meanwhile, and others put, which come or do not.
func (t *Table[K, E]) All(yield func(uint32, *E) bool) {
	for i := range t.next {
		if t.live[i/64]&(1<<(i%64)) != 0 && !yield(i, t.At(i)) {
			return
		}
	}
}

// Next is above the numbers of all entries.
func (t *Table[K, E]) Next() uint32 { return t.next }
