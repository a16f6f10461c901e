package conformance

import (
	"math/rand/v2"
	"net/netip"
	"slices"

	"pgregory.net/rapid"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// randomTypes are created and removed by the random test. References among them form no cycle, so that all can be removed in the end.
func randomTypes() []sai.ObjectType {
	return []sai.ObjectType{
		sai.ObjectTypeVlan, sai.ObjectTypeVlanMember, sai.ObjectTypeBridgePort, sai.ObjectTypeLag, sai.ObjectTypeLagMember,
		sai.ObjectTypeVirtualRouter, sai.ObjectTypeRouterInterface, sai.ObjectTypeNextHop, sai.ObjectTypeNextHopGroup,
		sai.ObjectTypeNextHopGroupMember, sai.ObjectTypeRouteEntry, sai.ObjectTypeNeighborEntry, sai.ObjectTypeFdbEntry,
		sai.ObjectTypeHostifTrapGroup, sai.ObjectTypeHostifTrap, sai.ObjectTypeAclTable, sai.ObjectTypeAclCounter,
		sai.ObjectTypeAclEntry, sai.ObjectTypePolicer, sai.ObjectTypeStp, sai.ObjectTypeStpPort, sai.ObjectTypeInsegEntry,
	}
}

// testRandom makes calls that are right and wrong at random. None may panic, and at every removal the ASIC must know whether the object is
// in use: so a model counts references beside it, of what the ASIC said that it had done. The choices come from a seed, for rapid's own
// prefer extremes, which seldom make an object; rapid finds the shortest run of a seed that fails.
func testRandom(b *bench) {
	b.clearBridging()
	rapid.Check(b.T, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		m := &model{bench: b, rt: rt, rnd: rand.New(rand.NewPCG(seed, 0)), objects: map[sai.Object]given{}}
		for _, port := range b.ports {
			m.objects[object(sai.ObjectTypePort, port)] = given{}
		}
		for range rapid.IntRange(50, 300).Draw(rt, "calls") {
			switch m.rnd.IntN(8) {
			case 0:
				m.remove()
			case 1:
				m.set()
			case 2:
				m.get()
			default:
				m.create()
			}
		}
		m.clean()
	})
}

// given is what an object's attributes refer to.
type given map[uint16][]sai.OID

// model is what the ASIC should have.
type model struct {
	*bench
	rt      *rapid.T
	rnd     *rand.Rand
	objects map[sai.Object]given
}

// users counts references to an object.
func (m *model) users(oid sai.OID) (n int) {
	if oid == 0 {
		return 0
	}
	for o, attrs := range m.objects {
		for _, refs := range attrs {
			for _, ref := range refs {
				if ref == oid {
					n++
				}
			}
		}
		if o.Entry != nil {
			sai.MapEntry(o.Entry, func(ref sai.OID) (sai.OID, bool) {
				if ref == oid {
					n++
				}
				return ref, true
			})
		}
	}
	return n
}

func refsOf(v any) (refs []sai.OID) {
	sai.EachOID(v, func(o sai.OID) { refs = append(refs, o) })
	return refs
}

// draw chooses one of several; ok is false if there are none.
func draw[T any](m *model, from []T) (v T, ok bool) {
	if len(from) == 0 {
		return v, false
	}
	return from[m.rnd.IntN(len(from))], true
}

func (m *model) chance(percent int) bool { return m.rnd.IntN(100) < percent }

// some chooses an object that exists.
func (m *model) some(which func(sai.Object) bool) (sai.Object, bool) {
	var all []sai.Object
	for o := range m.objects {
		if which(o) {
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b sai.Object) int { return slices.Compare([]byte(a.String()), []byte(b.String())) })
	return draw(m, all)
}

func (m *model) create() {
	t, _ := draw(m, randomTypes())
	o := sai.Object{Type: t}
	if sai.IsEntry(t) {
		o.Entry = m.entry(t)
	}
	var attrs []sai.Attribute
	get := func(id uint16) (any, bool) {
		for _, a := range attrs {
			if a.Meta.ID == id {
				return a.Value, true
			}
		}
		return nil, false
	}
	meta := t.Meta()
	for i := range meta.Attrs {
		a := &meta.Attrs[i]
		percent := 1 + 60/len(meta.Attrs)
		switch {
		case a.Is(sai.Mandatory) && a.Condition.Holds(meta, get):
			percent = 98
		case a.Is(sai.ReadOnly), a.Is(sai.Mandatory):
			percent = 1
		}
		if m.chance(percent) {
			attrs = append(attrs, sai.Attribute{Meta: a, Value: m.value(a)})
		}
	}
	r := m.API.Create(m.Context(), t, []sai.CreateRequest{{Object: o, Attrs: attrs}})[0]
	if r.Status != sai.StatusSuccess {
		return
	}
	if o.OID = r.OID; o.Entry == nil && m.objects[o] != nil {
		m.rt.Fatalf("%v was given twice", o)
	}
	g := given{}
	for _, a := range attrs {
		g[a.Meta.ID] = refsOf(a.Value)
	}
	m.objects[o] = g
}

func (m *model) set() {
	o, ok := m.some(func(sai.Object) bool { return true })
	if !ok {
		return
	}
	meta := o.Type.Meta()
	a := &meta.Attrs[m.rnd.IntN(len(meta.Attrs))]
	if o.Type == sai.ObjectTypePort && !a.Type.HasOIDs() {
		return // ports' states are another test's
	}
	v := m.value(a)
	if m.API.Set(m.Context(), o.Type, []sai.SetRequest{{Object: o, Attr: sai.Attribute{Meta: a, Value: v}}})[0] == sai.StatusSuccess {
		m.objects[o][a.ID] = refsOf(v)
	}
}

func (m *model) get() {
	o, ok := m.some(func(sai.Object) bool { return true })
	if !ok {
		return
	}
	meta := o.Type.Meta()
	a := &meta.Attrs[m.rnd.IntN(len(meta.Attrs))]
	m.API.Get(m.Context(), o.Type, []sai.GetRequest{{Object: o, Attrs: []sai.Attribute{{Meta: a}}}})
}

func (m *model) remove() {
	if o, ok := m.some(func(o sai.Object) bool { return o.Type != sai.ObjectTypePort }); ok {
		m.removeOne(o)
	}
}

// removeOne removes an object, and says whether it is gone. It must be, unless it is in use.
func (m *model) removeOne(o sai.Object) bool {
	want := sai.StatusSuccess
	if n := m.users(o.OID); n > 0 {
		want = sai.StatusObjectInUse
	}
	if st := m.API.Remove(m.Context(), o.Type, []sai.Object{o})[0]; st != want {
		m.rt.Fatalf("removing %v: %v, want %v", o, st, want)
	}
	if want == sai.StatusSuccess {
		delete(m.objects, o)
	}
	return want == sai.StatusSuccess
}

// clean removes all objects, in whatever order they can go.
func (m *model) clean() {
	for o, attrs := range m.objects {
		if o.Type != sai.ObjectTypePort {
			continue
		}
		for id, refs := range attrs {
			a := o.Type.Meta().Attr(id)
			empty, _ := a.Default()
			if len(refs) > 0 {
				m.want(m.bench.set(o.OID, o.Type, id, empty), sai.StatusSuccess)
			}
		}
		delete(m.objects, o)
	}
	for len(m.objects) > 0 {
		gone := 0
		for o := range m.objects {
			if m.users(o.OID) == 0 && m.removeOne(o) {
				gone++
			}
		}
		if gone == 0 {
			m.rt.Fatalf("%d objects hold each other: %v", len(m.objects), m.objects)
		}
	}
}

// reference draws an object that an attribute may refer to; seldom one that it may not.
func (m *model) reference(types []sai.ObjectType) sai.OID {
	if m.chance(3) {
		return 0
	}
	if m.chance(3) {
		return sai.OID(m.rnd.Uint64())
	}
	any := m.chance(3)
	o, ok := m.some(func(o sai.Object) bool { return o.Entry == nil && (any || slices.Contains(types, o.Type)) })
	if !ok && slices.Contains(types, sai.ObjectTypeVirtualRouter) {
		return m.defaultVR()
	}
	return o.OID
}

func (m *model) entry(t sai.ObjectType) sai.Entry {
	switch t {
	case sai.ObjectTypeRouteEntry:
		p, err := m.ip().Prefix(m.rnd.IntN(33))
		if err != nil {
			p = netip.Prefix{}
		}
		return sai.RouteEntry{Switch: m.sw, VirtualRouter: m.reference([]sai.ObjectType{sai.ObjectTypeVirtualRouter}), Destination: p}
	case sai.ObjectTypeNeighborEntry:
		return sai.NeighborEntry{Switch: m.sw, RouterInterface: m.reference([]sai.ObjectType{sai.ObjectTypeRouterInterface}), IP: m.ip()}
	case sai.ObjectTypeFdbEntry:
		return sai.FdbEntry{Switch: m.sw, BV: m.reference([]sai.ObjectType{sai.ObjectTypeVlan}), MAC: m.mac()}
	case sai.ObjectTypeInsegEntry:
		return sai.InsegEntry{Switch: m.sw, Label: 16 + m.rnd.Uint32N(4)}
	}
	return nil
}

func (m *model) ip() netip.Addr {
	low := byte(m.rnd.IntN(4))
	if m.chance(50) {
		return netip.AddrFrom16([16]byte{0xfd, 15: low})
	}
	return netip.AddrFrom4([4]byte{10, 0, 0, low})
}

func (m *model) mac() sai.MAC { return sai.MAC{2, 5: byte(m.rnd.IntN(4))} }

// value draws a value of an attribute, seldom one that is none.
func (m *model) value(a *sai.AttrMeta) any {
	if m.chance(2) {
		return nil
	}
	small := m.rnd.IntN(6)
	switch a.Type {
	case sai.TypeBool:
		return small%2 == 0
	case sai.TypeUint8:
		return uint8(small)
	case sai.TypeUint16:
		return uint16(small)
	case sai.TypeUint32:
		return uint32(small)
	case sai.TypeUint64:
		return uint64(small)
	case sai.TypeEnum:
		if m.chance(3) {
			return a.Enum.Box(int32(12345 + small))
		}
		s, _ := draw(m, a.Enum.Symbols)
		return a.Enum.Box(s.Value)
	case sai.TypeOID:
		return m.reference(a.Objects)
	case sai.TypeObjectList:
		l := sai.ObjectList{}
		for range small % 3 {
			l = append(l, m.reference(a.Objects))
		}
		return l
	case sai.TypeAclFieldOID:
		return sai.AclField[sai.OID]{Enabled: true, Value: m.reference(a.Objects)}
	case sai.TypeAclActionOID:
		return sai.Act(m.reference(a.Objects))
	case sai.TypeAclActionObjectList:
		return sai.AclActionObjects{Enabled: true, Value: sai.ObjectList{m.reference(a.Objects)}}
	case sai.TypeMAC:
		return m.mac()
	case sai.TypeIPv4, sai.TypeIPv6, sai.TypeIPAddress:
		return m.ip()
	case sai.TypeAclFieldUint8:
		return sai.Match(uint8(small), 0xff)
	case sai.TypeAclFieldUint16:
		return sai.Match(uint16(small), 0xffff)
	case sai.TypeAclFieldIPv4, sai.TypeAclFieldIPv6:
		return sai.Match(m.ip(), m.ip())
	case sai.TypeAclFieldObjectList:
		return sai.AclFieldObjects{Enabled: true, Value: sai.ObjectList{m.reference(a.Objects)}}
	case sai.TypeEnumList:
		s, _ := draw(m, a.Enum.Symbols)
		return sai.S32List{s.Value}
	case sai.TypeChar:
		return "name"
	}
	return small
}
