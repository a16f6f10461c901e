package sai

import "slices"

// translator replaces OIDs. After the first that it does not know, ok is false.
type translator struct {
	m  func(OID) (OID, bool)
	ok bool
}

func (t *translator) oid(o *OID) {
	if *o == 0 {
		return
	}
	n, ok := t.m(*o)
	*o, t.ok = n, t.ok && ok
}

func (t *translator) list(l ObjectList) ObjectList {
	l = slices.Clone(l)
	for i := range l {
		t.oid(&l[i])
	}
	return l
}

func (t *translator) attrs(attrs []Attribute) []Attribute {
	attrs = slices.Clone(attrs)
	for i := range attrs {
		attrs[i].Value = t.value(attrs[i].Value)
	}
	return attrs
}

func (t *translator) value(v any) any {
	switch v := v.(type) {
	case OID:
		t.oid(&v)
		return v
	case ObjectList:
		return t.list(v)
	case AclField[OID]:
		t.oid(&v.Value)
		return v
	case AclFieldObjects:
		v.Value = t.list(v.Value)
		return v
	case AclAction[OID]:
		t.oid(&v.Value)
		return v
	case AclActionObjects:
		v.Value = t.list(v.Value)
		return v
	case AclChainList:
		v = slices.Clone(v)
		for i := range v {
			t.oid(&v[i].Group)
		}
		return v
	}
	return v
}

func mapEach[L ~[]E, E any](t *translator, l L, f func(*E)) (L, bool) {
	l = slices.Clone(l)
	for i := range l {
		f(&l[i])
	}
	return l, t.ok
}

// HasOIDs tells whether values of type t hold object ids.
func (t ValueType) HasOIDs() bool {
	switch t {
	case TypeOID, TypeObjectList, TypeAclFieldOID, TypeAclFieldObjectList, TypeAclActionOID, TypeAclActionObjectList, TypeAclChainList:
		return true
	}
	return false
}

// MapValue gives a value with every OID in it replaced; the value itself stays as it is. Null stays null. It is false if m does not
// know one of them.
func MapValue(v any, m func(OID) (OID, bool)) (any, bool) {
	t := translator{m: m, ok: true}
	return t.value(v), t.ok
}

// EachOID yields the object ids in a value, null ones left out.
func EachOID(v any, yield func(OID)) {
	MapValue(v, func(o OID) (OID, bool) { yield(o); return o, true })
}

// MapEntry gives an entry with every OID in it replaced. It is false if m does not know one of them.
func MapEntry(e Entry, m func(OID) (OID, bool)) (Entry, bool) {
	t := translator{m: m, ok: true}
	switch e := e.(type) {
	case RouteEntry:
		t.oid(&e.Switch)
		t.oid(&e.VirtualRouter)
		return e, t.ok
	case NeighborEntry:
		t.oid(&e.Switch)
		t.oid(&e.RouterInterface)
		return e, t.ok
	case FdbEntry:
		t.oid(&e.Switch)
		t.oid(&e.BV)
		return e, t.ok
	case McastFdbEntry:
		t.oid(&e.Switch)
		t.oid(&e.BV)
		return e, t.ok
	case InsegEntry:
		t.oid(&e.Switch)
		return e, t.ok
	case L2mcEntry:
		t.oid(&e.Switch)
		t.oid(&e.BV)
		return e, t.ok
	case IpmcEntry:
		t.oid(&e.Switch)
		t.oid(&e.VirtualRouter)
		return e, t.ok
	case NatEntry:
		t.oid(&e.Switch)
		t.oid(&e.VirtualRouter)
		return e, t.ok
	case MySidEntry:
		t.oid(&e.Switch)
		t.oid(&e.VirtualRouter)
		return e, t.ok
	case PrefixCompressionEntry:
		t.oid(&e.Switch)
		t.oid(&e.Table)
		return e, t.ok
	}
	return e, false
}
