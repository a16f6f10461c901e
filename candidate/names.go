package candidate

import (
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// maxName is the length of the longest name of an interface: the kernel's.
const maxName = 15

// names holds what rows are called, and that a row's fields agree with its key.
func names(k *checker) {
	each(k, tables.ConfigPort, func(p place, name string, r tables.PortRow) {
		switch {
		case !numbered(name, ethernet):
			p.wrong("", "", "the key is not a port name (Ethernet0, Ethernet4 ...)")
		case len(r.Lanes) == 0:
			p.wrong("lanes", "", "is missing")
		}
	})
	each(k, tables.ConfigLag, func(p place, name string, _ tables.LagRow) {
		if !numbered(name, portChannel) {
			p.wrong("", "", "the key is not a PortChannel name (PortChannel0 to PortChannel9999)")
		}
	})
	each(k, tables.ConfigVlan, func(p place, id tables.VlanID, r tables.VlanRow) {
		switch {
		case id == reservedVlan:
			p.wrong("", "", "the key is the reserved default VLAN")
		case r.ID != nil && *r.ID != uint16(id):
			p.wrong("vlanid", p.text("vlanid"), "does not agree with the key, which says %d", id)
		}
	})
	each(k, tables.ConfigVrf, func(p place, name string, _ tables.VrfRow) {
		if name != tables.VrfDefault && (!strings.HasPrefix(name, vrfPrefix) || len(name) > maxName) {
			p.wrong("", "", "the key is not a VRF name (Vrf and at most %d more characters)", maxName-len(vrfPrefix))
		}
	})
	for _, t := range interfaceTables() {
		each(k, t, func(p place, key tables.InterfaceKey, _ tables.InterfaceRow) {
			switch {
			case !belongs(t.Name, key.Name):
				p.wrong("", "", "the key does not name an interface of this table")
			case key.Prefix.IsValid() && !assignable(key.Prefix.Addr()):
				p.wrong("", key.Prefix.Addr().String(), "is an address that no interface can have")
			}
		})
	}
}

const reservedVlan = 1

// belongs tells whether an interface is of the kind that a table holds.
func belongs(table, name string) bool {
	parent, number, sub := strings.Cut(name, subInterface)
	switch table {
	case tables.ConfigInterface.Name:
		return numbered(name, ethernet)
	case tables.ConfigLagInterface.Name:
		return numbered(name, portChannel)
	case tables.ConfigVlanInterface.Name:
		return numbered(name, vlanPrefix)
	case tables.ConfigLoopbackInterface.Name:
		return numbered(name, "Loopback")
	}
	short := numbered(parent, "Eth") || numbered(parent, "Po")
	return sub && numbered(number, "") && len(name) <= maxName && (short || numbered(parent, ethernet) || numbered(parent, portChannel))
}

// numbered tells whether a name is a word and a number.
func numbered(name, word string) bool {
	digits, ok := strings.CutPrefix(name, word)
	return ok && digits != "" && len(name) <= maxName && strings.Trim(digits, "0123456789") == ""
}

func assignable(ip netip.Addr) bool {
	return !ip.Is4In6() && !ip.IsUnspecified() && !ip.IsMulticast() && !ip.IsLoopback()
}
