package orchagent

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func switchAttributes(tx *engine.Tx, _ string, r tables.SwitchRow) error {
	sw := sai.SwitchKey{}
	if r.EcmpHashSeed != nil {
		engine.Set(tx, sw, sai.SwitchEcmpDefaultHashSeed(*r.EcmpHashSeed))
	}
	if r.LagHashSeed != nil {
		engine.Set(tx, sw, sai.SwitchLagDefaultHashSeed(*r.LagHashSeed))
	}
	if r.EcmpHashOffset != nil {
		engine.Set(tx, sw, sai.SwitchEcmpDefaultHashOffset(*r.EcmpHashOffset))
	}
	if r.LagHashOffset != nil {
		engine.Set(tx, sw, sai.SwitchLagDefaultHashOffset(*r.LagHashOffset))
	}
	if r.UnicastMiss != nil {
		engine.Set(tx, sw, sai.SwitchFdbUnicastMissPacketAction(missAction(*r.UnicastMiss)))
	}
	if r.BroadcastMiss != nil {
		engine.Set(tx, sw, sai.SwitchFdbBroadcastMissPacketAction(missAction(*r.BroadcastMiss)))
	}
	if r.MulticastMiss != nil {
		engine.Set(tx, sw, sai.SwitchFdbMulticastMissPacketAction(missAction(*r.MulticastMiss)))
	}
	if r.OrderedEcmp != nil && *r.OrderedEcmp {
		complain(tx, "ordered_ecmp", true, "is not in force: groups are unordered")
	}
	if r.FdbAgingTime != nil {
		engine.Set(tx, sw, sai.SwitchFdbAgingTime(*r.FdbAgingTime))
	}
	if r.VxlanPort != nil {
		engine.Set(tx, sw, sai.SwitchVxlanDefaultPort(*r.VxlanPort))
	}
	if r.VxlanMAC != nil {
		engine.Set(tx, sw, sai.SwitchVxlanDefaultRouterMAC(sai.MAC(*r.VxlanMAC)))
	}
	return nil
}

func missAction(a tables.MissAction) sai.PacketAction {
	return [...]sai.PacketAction{tables.MissDrop: sai.PacketActionDrop, tables.MissForward: sai.PacketActionForward, tables.MissTrap: sai.PacketActionTrap}[a]
}

// callback stands for a notification callback: a pointer in SONiC's process, of which only being not null counts.
const callback sai.Pointer = 1

// underlay is the loopback router interface that tunnels use (sonic-contract 4.2.6).
const underlay = "underlay"

// switchFacts publishes what the switch can do, keeps its callbacks, and wants what every switch has: the underlay interface, and the routes to the
// switch's own link-local addresses in the default virtual router.
func switchFacts(tx *engine.Tx, _ string, r tables.SwitchFact) error {
	engine.Publish(tx, tables.StateSwitchCapability, tables.SwitchKeyName, tables.SwitchCapabilityRow{
		MaxNexthopGroups: r.MaxNexthopGroups, PortTPIDCapable: r.PortTPID, LagTPIDCapable: r.LagTPID,
	})
	engine.Set(tx, sai.SwitchKey{}, sai.SwitchFdbEventNotify(callback), sai.SwitchPortStateChangeNotify(callback), sai.SwitchShutdownRequestNotify(callback))
	vr := sai.VirtualRouterKey{}
	engine.Want(tx, sai.RouterInterfaceKey{Name: underlay}, sai.RouterInterfaceVirtualRouterID(vr),
		sai.RouterInterfaceTypeAttr(sai.RouterInterfaceTypeLoopback), sai.RouterInterfaceMtu(tables.DefaultPortMTU))
	wantToCPU(tx, vr, linkLocal())
	wantToCPU(tx, vr, netip.PrefixFrom(eui64(r.MAC), 128))
	return nil
}

// eui64 is the link-local address that the MAC address gives (RFC 4291, appendix A).
func eui64(m tables.MAC) netip.Addr {
	return netip.AddrFrom16([16]byte{0xfe, 0x80, 8: m[0] ^ 2, 9: m[1], 10: m[2], 11: 0xff, 12: 0xfe, 13: m[3], 14: m[4], 15: m[5]})
}
