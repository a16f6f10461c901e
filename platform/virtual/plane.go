package virtual

import (
	"iter"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Plane is a data plane that does what the ASIC says. Its methods are called while the ASIC is locked, one at a time.
type Plane interface {
	// Apply is told what one call has changed, in order; v shows the state after all of it. The changes and what they point to are the
	// ASIC's. An error is the end: the call fails, and the ASIC's Run ends with it.
	Apply(v View, changes []Change) error
	// Stats gives what tells the counters of an object; all it does not count are 0.
	Stats(o sai.Object) func(stat int32) uint64
}

// Counted is a Plane with attributes that it counts itself: Attr gives one of an object, and false where it knows none.
type Counted interface {
	Attr(o sai.Object, id uint16) (any, bool)
}

// Learner is a Plane that learns addresses by itself, and tells the ASIC of them later. CatchUp tells it of all that are not told yet: a flush must
// not miss them.
type Learner interface {
	CatchUp(v View) error
}

// Particular is a Plane that has one way of something, where SAI lets it be chosen.
type Particular interface {
	// Accepts tells whether it does as an attribute says. One that it does not is refused: nothing is kept and not heeded.
	Accepts(a sai.Attribute) bool
	// Values are all that it knows of an attribute's enum, or nil.
	Values(m *sai.AttrMeta) []int32
}

// Verb is what happened to an object.
type Verb uint8

// The verbs.
const (
	Created Verb = iota
	Changed
	Removed
)

// Change is one change of an object. The removal of the switch is that of everything.
type Change struct {
	Verb   Verb
	Object sai.Object
	// Attrs of a created object are those it was given, or has by the switch's own making; of a changed one the attribute that did; of a
	// removed one all. Routes, neighbours and FDB entries have theirs below: as they are now, or were.
	Attrs    []sai.Attribute
	Route    Route
	Neighbor Neighbor
	Fdb      Fdb
}

// Route is what is known of a route.
type Route struct {
	NextHop sai.OID // next hop, group, router interface, or the CPU port; 0: none
	Action  sai.PacketAction
}

// Neighbor is what is known of a neighbour.
type Neighbor struct {
	MAC         sai.MAC
	NoHostRoute bool
	Action      sai.PacketAction
}

// Fdb is what is known of an FDB entry.
type Fdb struct {
	BridgePort sai.OID
	Action     sai.PacketAction
	Type       sai.FdbEntryType
	AllowMove  bool // a static one may be learned elsewhere
}

// View reads a locked ASIC, and tells it what the data plane found out.
type View struct{ a *ASIC }

// Do runs f while nothing else changes, and then hands the data plane what f changed.
func (a *ASIC) Do(f func(View)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f(View{a})
	a.commit()
}

// note remembers a change for the data plane.
func (a *ASIC) note(verb Verb, o *object, attrs []sai.Attribute) {
	if a.cfg.Plane != nil {
		a.changes = append(a.changes, Change{Verb: verb, Object: o.id, Attrs: attrs})
	}
}

// commit hands over what changed since the last time.
func (a *ASIC) commit() bool {
	if len(a.changes) == 0 {
		return true
	}
	err := a.cfg.Plane.Apply(View{a}, a.changes)
	clear(a.changes)
	a.changes = a.changes[:0]
	if err == nil {
		return true
	}
	select {
	case a.broken <- err:
	default: // one is enough to end
	}
	return false
}

func (a *ASIC) failAll(results []sai.Status) {
	if a.commit() {
		return
	}
	for i := range results {
		results[i] = sai.StatusFailure
	}
}

// Switch is the switch's id, 0 if there is none.
func (v View) Switch() sai.OID {
	if v.a.sw == nil {
		return 0
	}
	return v.a.sw.id.OID
}

// Route finds a route by its destination in a virtual router.
func (v View) Route(e sai.RouteEntry) (Route, bool) {
	k, ok := v.a.routes.layout.key(e)
	if !ok {
		return Route{}, false
	}
	i, ok := v.a.routes.rows.Find(k)
	if !ok {
		return Route{}, false
	}
	return v.a.routes.rows.At(i).value, true
}

// Routes are all routes.
func (v View) Routes() iter.Seq2[sai.RouteEntry, Route] {
	return func(yield func(sai.RouteEntry, Route) bool) {
		for _, r := range v.a.routes.rows.All {
			if !yield(v.a.routes.layout.entry(r.key, v.a.base, v.Switch()), r.value) {
				return
			}
		}
	}
}

// Fdb are all FDB entries.
func (v View) Fdb() iter.Seq2[sai.FdbEntry, Fdb] {
	return func(yield func(sai.FdbEntry, Fdb) bool) {
		for _, r := range v.a.fdb.rows.All {
			if !yield(v.a.fdb.layout.entry(r.key, v.a.base, v.Switch()), r.value.Fdb) {
				return
			}
		}
	}
}

// Learn takes note of where the data plane has seen an address, new or moved, and tells whether the ASIC holds it so. It is not told to the data
// plane, which knows; false asks it to forget.
func (v View) Learn(vlan, bridgePort sai.OID, mac sai.MAC) bool {
	a := v.a
	k := fdbKey{bv: vlan, mac: mac}
	i, known := a.fdb.rows.Find(k)
	if !known {
		told := len(a.changes)
		ok := a.oids[vlan] != nil && a.oids[bridgePort] != nil && a.learn(vlan, bridgePort, mac)
		a.changes = a.changes[:told]
		return ok
	}
	e := &a.fdb.rows.At(i).value
	if e.BridgePort == bridgePort {
		return true
	}
	if e.Type != sai.FdbEntryTypeDynamic && !e.AllowMove || a.oids[bridgePort] == nil {
		return false
	}
	e.Type, e.AllowMove = sai.FdbEntryTypeDynamic, false
	a.use(e.BridgePort, -1)
	a.use(bridgePort, +1)
	e.BridgePort = bridgePort
	a.notifyFdb(sai.FdbEventMove, a.fdb.layout.entry(k, a.base, a.sw.id.OID), e.Type, bridgePort)
	return true
}

// Age forgets a learned address that the data plane has not seen for long.
func (v View) Age(vlan sai.OID, mac sai.MAC) {
	a := v.a
	k := fdbKey{bv: vlan, mac: mac}
	i, known := a.fdb.rows.Find(k)
	if !known {
		return
	}
	e := a.fdb.rows.At(i).value
	a.fdb.erase(a, i)
	a.notifyFdb(sai.FdbEventAged, a.fdb.layout.entry(k, a.base, a.sw.id.OID), e.Type, e.BridgePort)
}

// HasFdb tells whether the ASIC has an entry.
func (v View) HasFdb(vlan sai.OID, mac sai.MAC) bool {
	_, ok := v.a.fdb.rows.Find(fdbKey{bv: vlan, mac: mac})
	return ok
}
