package sai

import "net/netip"

// Fits tells whether v is a value that the attribute can have: of its Go type, in its address family, and for enums one of its symbols.
// What v refers to is not looked at.
func (a *AttrMeta) Fits(v any) bool {
	if int(a.Type) >= len(codecs) || codecs[a.Type].is == nil || !codecs[a.Type].is(v) {
		return false
	}
	switch v := v.(type) {
	case Enum:
		return a.Type != TypeEnum || v.EnumMeta() == a.Enum && a.Enum.Has(v.Number())
	case S32List:
		return a.Enum == nil || a.allSymbols(v)
	case AclField[int32]:
		return a.Enum == nil || !v.Enabled || a.Enum.Has(v.Value)
	case AclAction[int32]:
		return a.Enum == nil || !v.Enabled || a.Enum.Has(v.Value)
	case netip.Addr:
		return a.fitsFamily(v)
	case AclField[netip.Addr]:
		return !v.Enabled || a.fitsFamily(v.Value) && a.fitsFamily(v.Mask)
	case AclAction[netip.Addr]:
		return !v.Enabled || a.fitsFamily(v.Value)
	case string:
		return len(v) <= charLen
	}
	return true
}

func (a *AttrMeta) allSymbols(l S32List) bool {
	for _, n := range l {
		if !a.Enum.Has(n) {
			return false
		}
	}
	return true
}

func (a *AttrMeta) fitsFamily(ip netip.Addr) bool {
	switch a.Type {
	case TypeIPv4, TypeAclFieldIPv4, TypeAclActionIPv4:
		return ip.Is4()
	case TypeIPv6, TypeAclFieldIPv6, TypeAclActionIPv6, TypeAclFieldMaskIPv6:
		return ip.Is6()
	}
	return ip.IsValid()
}

// Has tells whether a number is one of the enumeration's, for flags whether all its bits are.
func (m *EnumMeta) Has(n int32) bool {
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
