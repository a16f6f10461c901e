package orchagent

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// vrf wants the virtual router with its link-local route, and says in STATE_DB that the ASIC has it: the absence of that row lets cfgmgr delete
// the kernel's device (sonic-contract 4.14).
func vrf(tx *engine.Tx, name string, _ tables.VrfRow) error {
	vr := sai.VirtualRouterKey{Name: name}
	engine.Want(tx, vr)
	engine.Publish(tx, tables.StateVrfObject, name, tables.StateRow{}, vr)
	wantToCPU(tx, vr, linkLocal())
	return nil
}

// linkLocal is the route by which packets to IPv6 link-local addresses reach the CPU, in every virtual router.
func linkLocal() netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfe, 0x80}), 10)
}

// wantToCPU wants a route that hands packets to the switch itself.
func wantToCPU(tx *engine.Tx, vr sai.VirtualRouterKey, to netip.Prefix) {
	engine.Want(tx, sai.RouteEntryKey{VirtualRouter: vr, Destination: to},
		sai.RouteEntryPacketAction(sai.PacketActionForward), sai.RouteEntryNextHopID(sai.PortKey{Name: CPU}))
}
