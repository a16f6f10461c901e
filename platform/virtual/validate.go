package virtual

import (
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// The VLAN ids that a port or a VLAN may have.
const (
	minVlan = 1
	maxVlan = 4094
)

// checkCreate says whether an object of meta m may be created with attrs.
func (s *store) checkCreate(m *sai.ObjectMeta, attrs []sai.Attribute) sai.Status {
	get := func(id uint16) (any, bool) {
		for i := range attrs {
			if a := &attrs[i]; a.Meta != nil && a.Meta.ID == id {
				return a.Value, true
			}
		}
		return nil, false
	}
	for i, a := range attrs {
		if st := checkKnown(m.Type, a.Meta, i); st != sai.StatusSuccess {
			return st
		}
		if a.Meta.Is(sai.ReadOnly) || twice(attrs[:i], a.Meta) {
			return sai.StatusInvalidAttribute0.At(i)
		}
		if a.Meta.Is(sai.Mandatory) && !a.Meta.Condition.Holds(m, get) {
			return sai.StatusInvalidAttribute0.At(i)
		}
		if st := s.checkValue(a.Meta, a.Value, i); st != sai.StatusSuccess {
			return st
		}
	}
	for i := range m.Attrs {
		a := &m.Attrs[i]
		if !a.Is(sai.Mandatory) {
			continue
		}
		if _, given := get(a.ID); !given && a.Condition.Holds(m, get) {
			return sai.StatusMandatoryAttributeMissing
		}
	}
	return sai.StatusSuccess
}

func twice(before []sai.Attribute, m *sai.AttrMeta) bool {
	for i := range before {
		if before[i].Meta == m {
			return true
		}
	}
	return false
}

// checkSet says whether an attribute of an existing object may be given a value.
func (s *store) checkSet(t sai.ObjectType, a sai.Attribute) sai.Status {
	if st := checkKnown(t, a.Meta, 0); st != sai.StatusSuccess {
		return st
	}
	if a.Meta.Is(sai.ReadOnly) || a.Meta.Is(sai.CreateOnly) {
		return sai.StatusInvalidAttribute0
	}
	return s.checkValue(a.Meta, a.Value, 0)
}

func checkKnown(t sai.ObjectType, m *sai.AttrMeta, i int) sai.Status {
	if m == nil || m.Object != t {
		return sai.StatusUnknownAttribute0.At(i)
	}
	return sai.StatusSuccess
}

// checkValue says whether v is a value of attribute m, the i-th of the call.
func (s *store) checkValue(m *sai.AttrMeta, v any, i int) sai.Status {
	if !fits(m, v) {
		return sai.StatusInvalidAttrValue0.At(i)
	}
	if id, ok := v.(uint16); ok && m.Is(sai.IsVlan) && (id < minVlan || id > maxVlan) {
		return sai.StatusInvalidVlanID
	}
	return s.checkReferences(m, v, i)
}

func (s *store) checkReferences(m *sai.AttrMeta, v any, i int) sai.Status {
	st := sai.StatusSuccess
	if v == sai.OID(0) && !m.Is(sai.AllowNull) && !m.Is(sai.HasDefault) {
		return sai.StatusInvalidAttrValue0.At(i)
	}
	references(v, func(oid sai.OID) {
		if to := s.oids[oid]; to == nil || !m.Allows(to.id.Type) {
			st = sai.StatusInvalidAttrValue0.At(i)
		}
	})
	return st
}

// checkEntry says whether the parts of an entry of meta m exist and are of allowed types.
func (s *store) checkEntry(m *sai.ObjectMeta, sw, inEntry sai.OID, refs ...sai.OID) sai.Status {
	if inEntry != sw {
		return sai.StatusInvalidObjectID
	}
	for i, oid := range refs {
		to := s.oids[oid]
		if to == nil || i < len(m.Entry) && !slices.Contains(m.Entry[i].Objects, to.id.Type) {
			return sai.StatusInvalidObjectID
		}
	}
	return sai.StatusSuccess
}

// fits tells whether v is of the Go type of m's values, and for enums one that has a name.
func fits(m *sai.AttrMeta, v any) bool {
	switch m.Type {
	case sai.TypeEnum:
		e, ok := v.(sai.Enum)
		return ok && e.EnumMeta() == m.Enum && named(m.Enum, e.Number())
	case sai.TypeEnumList, sai.TypePortErrStatusList:
		l, ok := v.(sai.S32List)
		for _, n := range l {
			ok = ok && (m.Enum == nil || named(m.Enum, n))
		}
		return ok
	case sai.TypeAclFieldEnum:
		f, ok := v.(sai.AclField[int32])
		return ok && (!f.Enabled || m.Enum == nil || named(m.Enum, f.Value))
	case sai.TypeAclActionEnum:
		a, ok := v.(sai.AclAction[int32])
		return ok && (!a.Enabled || m.Enum == nil || named(m.Enum, a.Value))
	case sai.TypeIPv4:
		ip, ok := v.(netip.Addr)
		return ok && ip.Is4()
	case sai.TypeIPv6:
		ip, ok := v.(netip.Addr)
		return ok && ip.Is6()
	case sai.TypeIPAddress:
		ip, ok := v.(netip.Addr)
		return ok && ip.IsValid()
	case sai.TypeChar:
		text, ok := v.(string)
		return ok && len(text) <= 32
	}
	return sameType(m.Type, v)
}

// named tells whether all of an enum's number has names.
func named(m *sai.EnumMeta, n int32) bool {
	if _, ok := m.Symbol(n); ok {
		return true
	}
	if !m.Flags {
		return false
	}
	for _, s := range m.Symbols {
		n &^= s.Value
	}
	return n == 0
}
