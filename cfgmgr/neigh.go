package cfgmgr

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// neigh makes a static neighbour permanent in the kernel, from where netsync tells it on. One without a MAC address netsync has the kernel find.
func neigh(tx *engine.Tx, k tables.NeighKey, r tables.NeighConfigRow) error {
	switch {
	case linux.HostKindOf(k.Interface) == linux.HostNone:
		return badKey(tables.ConfigNeigh, k, fmt.Sprintf("names %q, which is no interface of the switch", k.Interface))
	case k.IP.Is4In6() || k.IP.Zone() != "" || k.IP.IsMulticast() || k.IP.IsUnspecified():
		return badKey(tables.ConfigNeigh, k, fmt.Sprintf("has the address %s, which no neighbour can have", k.IP))
	case r.Family != "" && r.Family != family(k):
		return badField(tables.ConfigNeigh, k, "family", r.Family, fmt.Sprintf("does not agree with the address, which is %s", family(k)))
	case r.MAC != nil && r.MAC[0]&1 != 0:
		return badField(tables.ConfigNeigh, k, "neigh", r.MAC, "is not a unicast MAC address")
	}
	// Without its interface's row the neighbour would hold an interface that is to go.
	if r.MAC == nil || r.MAC.IsZero() || !interfaceConfigured(tx, k.Interface) {
		return nil
	}
	n := linux.NeighKey{Link: linux.LinkKey{Name: k.Interface}, IP: k.IP}
	engine.Want(tx, n, linux.NeighMAC(*r.MAC))
	engine.Require(tx, n, engine.Row(tables.StateInterface, tables.InterfaceKey{Name: k.Interface}))
	return nil
}

func family(k tables.NeighKey) string {
	if k.IP.Is4() {
		return "IPv4"
	}
	return "IPv6"
}
