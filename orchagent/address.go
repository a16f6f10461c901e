package orchagent

import (
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// address wants the route by which packets to the switch's own address reach the CPU, and on a VLAN the subnet's broadcast neighbour. Both follow the
// address itself, which waits while it overlaps with another one of the same VRF. Link-local addresses are each interface's own and overlap with none.
func address(tx *engine.Tx, k tables.InterfaceKey) error {
	r, ok := engine.Get(tx, tables.ApplInterface, tables.InterfaceKey{Name: k.Name})
	if !ok {
		return nil // SONiC: the interface row comes first; this runs again with it
	}
	vr := sai.VirtualRouterKey{Name: r.VrfName}
	ip := k.Prefix.Addr()
	route := sai.RouteEntryKey{VirtualRouter: vr, Destination: netip.PrefixFrom(ip, ip.BitLen())}
	wantToCPU(tx, vr, route.Destination)
	var after []engine.Key
	if !ip.IsLinkLocalUnicast() {
		own := OwnAddressKey{VirtualRouter: vr, IP: ip}
		engine.Want(tx, own, ownInterface(k.Name), ownPrefix(k.Prefix))
		after = append(after, own)
	}
	rif := sai.RouterInterfaceKey{Name: k.Name}
	if !isLoopback(k.Name) {
		after = append(after, rif)
	}
	engine.Require(tx, route, after...)
	if strings.HasPrefix(k.Name, "Vlan") && ip.Is4() && k.Prefix.Bits() <= 30 {
		n := sai.NeighborEntryKey{RouterInterface: rif, IP: broadcast(k.Prefix)}
		engine.Want(tx, n, sai.NeighborEntryDstMACAddress(sai.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}))
		engine.Require(tx, n, after...)
	}
	return nil
}

// broadcast is the highest address of an IPv4 subnet.
func broadcast(p netip.Prefix) netip.Addr {
	a := p.Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		a[bit/8] |= 0x80 >> (bit % 8)
	}
	return netip.AddrFrom4(a)
}
