package engine

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Handle stands for something that dense objects refer to: an object (a VRF) or a set (the next hops of a group). 0 is no reference. A handle stays
// valid while it is used and long after; who keeps handles for later asks Live.
type Handle uint32

// The low bits of a handle are its place, the high bits tell apart those that had the place one after the other.
const placeBits = 24

func (h Handle) place() uint32 { return uint32(h) & (1<<placeBits - 1) }

// maxStands bounds what may stand for one set.
const maxStands = 1 << 15

// maxDormant is how many sets that nobody uses are remembered, so that their handles stay valid.
const maxDormant = 1 << 18

// handles interns what dense objects refer to.
type handles struct {
	list    []*handle
	free    []uint32
	byNode  map[*node][]Handle // to be told of the node's coming and going
	keyed   map[*node]Handle
	unused  []Handle // perhaps used by nobody
	dormant []Handle // used by nobody, oldest first; those that are used again are skipped
}

type handle struct {
	self   Handle
	users  int32    // dense objects that want it
	slots  []slot   // a slot's index stays while objects are programmed with it
	best   []uint16 // candidates' slots, best first
	parked []parkedAt
	set    *owner // of a set: its translation
	forget func() // of a set: takes it out of its Sets
	asleep bool   // in dormant
	dead   bool   // dropped; stays in its place to count on from
}

// slot is one object that stands, or stood, for a handle.
type slot struct {
	node *node
	have int32 // dense objects programmed with it
}

// parkedAt is a dense object that waits for the handle, or for something better to stand for it.
type parkedAt struct {
	store denseStore
	entry uint32
}

func newHandles() handles {
	return handles{list: []*handle{nil}, byNode: map[*node][]Handle{}, keyed: map[*node]Handle{}}
}

func (hs *handles) get(h Handle) *handle {
	if p := h.place(); int(p) < len(hs.list) && hs.list[p] != nil && hs.list[p].self == h && !hs.list[p].dead {
		return hs.list[p]
	}
	return nil
}

func (hs *handles) make() *handle {
	x := &handle{self: Handle(len(hs.list))}
	if n := len(hs.free); n > 0 {
		p := hs.free[n-1]
		hs.free = hs.free[:n-1]
		x.self = hs.list[p].self + 1<<placeBits
		hs.list[p] = x
		return x
	}
	hs.list = append(hs.list, x)
	return x
}

// Handle interns an object's key, for functions of Dense and for Floor only. Such handles are never dropped.
func (e *Engine) Handle(k Key) Handle {
	n := e.node(k)
	if h, ok := e.handles.keyed[n]; ok {
		return h
	}
	x := e.handles.make()
	e.handles.keyed[n] = x.self
	e.restand(x, []*node{n})
	return x.self
}

// Live tells whether a handle that was kept is still valid.
func (e *Engine) Live(h Handle) bool { return e.handles.get(h) != nil }

// Sets interns values of H, each with a translation of its own: what the set wants and what stands for it (Resolve).
type Sets[H comparable] struct {
	e     *Engine
	of    *translation
	f     func(*Tx, H) error
	known map[H]*set[H]
}

type set[H comparable] struct {
	owner
	sets   *Sets[H]
	value  H
	handle *handle
}

// OnSet registers the translation of sets. It runs for each set that a dense row uses, and its contributions go when nobody uses the set.
func OnSet[H comparable](e *Engine, name string, f func(*Tx, H) error) *Sets[H] {
	of := e.addTranslation(nil, name)
	of.sets = true
	return &Sets[H]{e: e, of: of, f: f, known: map[H]*set[H]{}}
}

// Handle interns a set, for functions of Dense only.
func (s *Sets[H]) Handle(v H) Handle {
	if x, ok := s.known[v]; ok {
		return x.handle.self
	}
	if text := reflect.ValueOf(&v).Elem(); text.Kind() == reflect.String {
		text.SetString(strings.Clone(text.String())) // it may be part of a buffer
	}
	x := &set[H]{sets: s, value: v, handle: s.e.handles.make()}
	x.owner = owner{of: s.of, by: x, key: fmt.Sprint(v)}
	x.handle.set = &x.owner
	x.handle.forget = func() { delete(s.known, v) }
	s.known[v] = x
	s.e.handles.unused = append(s.e.handles.unused, x.handle.self)
	return x.handle.self
}

// Value is the set that a handle stands for; false if it is none of these sets.
func (s *Sets[H]) Value(h Handle) (v H, ok bool) {
	x := s.e.handles.get(h)
	if x == nil || x.set == nil {
		return v, false
	}
	mine, ok := x.set.by.(*set[H])
	if !ok || mine.sets != s {
		return v, false
	}
	return mine.value, true
}

func (x *set[H]) run(tx *Tx) (bool, error) {
	if x.handle.users == 0 {
		return false, nil
	}
	return true, x.sets.f(tx, x.value)
}

// use counts one more user of a handle, or with -1 one less.
func (hs *handles) use(e *Engine, h Handle, n int32) {
	x := hs.get(h)
	if x == nil {
		return
	}
	before := x.users
	x.users += n
	switch {
	case x.set == nil:
	case before == 0 && n > 0:
		e.restale(x.set)
	case x.users == 0:
		hs.unused = append(hs.unused, h)
	}
}

// hold counts the objects programmed with a slot; the first one makes the object behind it held.
func (hs *handles) hold(e *Engine, h Handle, at uint16, n int32) {
	x := hs.get(h)
	if x == nil {
		return
	}
	s := &x.slots[at]
	before := s.have
	s.have += n
	e.hold(s.node, before > 0, s.have > 0)
	if s.have == 0 && !slices.Contains(x.best, at) {
		hs.forgetSlot(e, x, at)
	}
}

// collect lets sets sleep that nobody uses: what they wanted is withdrawn. The oldest sleepers are dropped when there are too many.
func (hs *handles) collect(e *Engine) {
	for _, h := range hs.unused {
		x := hs.get(h)
		if x == nil || x.users > 0 {
			continue
		}
		if e.restale(x.set); !x.asleep { // one that woke and fell asleep again keeps its place
			x.asleep = true
			hs.dormant = append(hs.dormant, h)
		}
	}
	hs.unused = hs.unused[:0]
	if len(hs.dormant) <= maxDormant {
		return
	}
	oldest := hs.dormant[:len(hs.dormant)/2]
	for _, h := range oldest {
		x := hs.get(h)
		x.asleep = false
		switch {
		case x.users > 0:
		case x.programmed():
			hs.unused = append(hs.unused, h)
		default:
			x.forget()
			x.dead = true
			hs.free = append(hs.free, h.place())
		}
	}
	hs.dormant = slices.Clone(hs.dormant[len(oldest):])
}

// programmed tells whether dense objects are programmed with something that stands, or stood, for the handle.
func (x *handle) programmed() bool {
	return slices.ContainsFunc(x.slots, func(s slot) bool { return s.have > 0 })
}

// stander is a runner whose translation says what stands for a handle.
type stander interface{ stands() *handle }

func (x *set[H]) stands() *handle { return x.handle }

// choose finds the best object that may stand for the handle. best tells that there is none better.
func (x *handle) choose() (at uint16, best, ok bool) {
	for i, at := range x.best {
		if x.slots[at].node.usable() {
			return at, i == 0, true
		}
	}
	return 0, false, false
}

// restand replaces what may stand for a handle, best first.
func (e *Engine) restand(x *handle, nodes []*node) {
	if slices.EqualFunc(x.best, nodes, func(at uint16, n *node) bool { return x.slots[at].node == n }) {
		return
	}
	before := x.best
	x.best = make([]uint16, 0, len(nodes))
	for _, n := range nodes {
		if at := e.handles.slot(x, n); !slices.Contains(x.best, at) {
			x.best = append(x.best, at)
		}
	}
	for _, at := range before {
		if x.slots[at].have == 0 && !slices.Contains(x.best, at) {
			e.handles.forgetSlot(e, x, at)
		}
	}
	x.wakeParked()
	e.handles.retarget(e, x)
}

// slot finds or makes the slot of a node.
func (hs *handles) slot(x *handle, n *node) uint16 {
	empty := len(x.slots)
	for i := range x.slots {
		switch x.slots[i].node {
		case n:
			return uint16(i)
		case nil:
			empty = i
		}
	}
	if empty == len(x.slots) {
		x.slots = append(x.slots, slot{})
	}
	x.slots[empty] = slot{node: n}
	n.set(handled)
	hs.byNode[n] = append(hs.byNode[n], x.self)
	return uint16(empty)
}

func (hs *handles) forgetSlot(e *Engine, x *handle, at uint16) {
	n := x.slots[at].node
	x.slots[at] = slot{}
	list := hs.byNode[n]
	i := slices.Index(list, x.self)
	list[i] = list[len(list)-1]
	if list = list[:len(list)-1]; len(list) > 0 {
		hs.byNode[n] = list
		return
	}
	delete(hs.byNode, n)
	n.clear(handled)
	e.discard(n)
}

func (x *handle) wakeParked() {
	parked := x.parked
	x.parked = nil
	for _, p := range parked {
		p.store.wake(p.entry)
	}
}

// retarget has the dense objects looked at that are programmed with something that is not the best any more.
func (hs *handles) retarget(e *Engine, x *handle) {
	at, _, ok := x.choose()
	for i := range x.slots {
		s := &x.slots[i]
		if s.have > 0 && (ok && uint16(i) != at || s.node.pushed()) {
			for _, d := range e.dense {
				d.rescan(x.self)
			}
			return
		}
	}
}

// changed tells all handles that n can stand for that it came, goes, or stays after all.
func (hs *handles) changed(e *Engine, n *node) {
	for _, h := range slices.Clone(hs.byNode[n]) {
		x := hs.get(h)
		x.wakeParked()
		if n.is(leaving) {
			hs.retarget(e, x)
		}
	}
}

// vanished tells the dense objects programmed with n that they went with it.
func (hs *handles) vanished(e *Engine, n *node) {
	for _, h := range slices.Clone(hs.byNode[n]) {
		x := hs.get(h)
		for i := range x.slots {
			if x.slots[i].node == n && x.slots[i].have > 0 {
				for _, d := range e.dense {
					d.gone(h, uint16(i))
				}
				break
			}
		}
	}
}
