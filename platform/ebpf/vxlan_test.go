package ebpf

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// ip runs a command of iproute2 in a host.
func (b *bench) ip(host *netns.NS, line string) {
	b.Helper()
	host.Run(b.TB, exec.Command("ip", strings.Fields(line)...))
}

// vtep makes the switch a VTEP with VLAN 10 as VNI 1000: host 0 is in the VLAN, and host 1 a VTEP of Linux's own behind a routed port.
func vxlanBench(t *testing.T, vteps int) (b *bench, vlan sai.OID, tunnels []sai.OID) {
	b = newBench(t, 1+vteps)
	b.quiet()
	vlan, _ = b.access(10, 0)
	m, e, u, tt, term := sai.ObjectTypeTunnelMap, sai.ObjectTypeTunnelMapEntry, sai.ObjectTypeRouterInterface, sai.ObjectTypeTunnel, sai.ObjectTypeTunnelTermTableEntry
	vnis := b.create(m, at(m, sai.TunnelMapAttrType, sai.TunnelMapTypeVniToVlanID))
	b.create(e, at(e, sai.TunnelMapEntryAttrTunnelMapType, sai.TunnelMapTypeVniToVlanID), at(e, sai.TunnelMapEntryAttrTunnelMap, vnis),
		at(e, sai.TunnelMapEntryAttrVniIDKey, uint32(1000)), at(e, sai.TunnelMapEntryAttrVlanIDValue, uint16(10)))
	under := b.create(u, at(u, sai.RouterInterfaceAttrType, sai.RouterInterfaceTypeLoopback), at(u, sai.RouterInterfaceAttrVirtualRouterID, b.vr))
	tunnel := func(attrs ...sai.Attribute) sai.OID {
		return b.create(tt, append(attrs, at(tt, sai.TunnelAttrType, sai.TunnelTypeVxlan), at(tt, sai.TunnelAttrUnderlayInterface, under),
			at(tt, sai.TunnelAttrEncapSrcIP, addr("10.1.0.1")), at(tt, sai.TunnelAttrDecapMappers, sai.ObjectList{vnis}))...)
	}
	own := tunnel(at(tt, sai.TunnelAttrPeerMode, sai.TunnelPeerModeP2mp))
	b.create(term, at(term, sai.TunnelTermTableEntryAttrVrID, b.vr), at(term, sai.TunnelTermTableEntryAttrType, sai.TunnelTermTableEntryTypeP2mp),
		at(term, sai.TunnelTermTableEntryAttrDstIP, addr("10.1.0.1")), at(term, sai.TunnelTermTableEntryAttrTunnelType, sai.TunnelTypeVxlan),
		at(term, sai.TunnelTermTableEntryAttrActionTunnelID, own))
	b.route(b.vr, "10.1.0.1/32", b.cpu)
	b.hosts[0].Addr(t, "eth0", "192.168.0.1/24")
	b.hosts[0].Addr(t, "eth0", "fd10::1/64")
	for i := 1; i <= vteps; i++ {
		h, rif := b.hosts[i], b.portRif(b.ports[i])
		peer := fmt.Sprintf("10.0.%d.2", i)
		b.neighbor(rif, peer, b.hostMAC(i))
		b.ip(b.ns, fmt.Sprintf("link set eth%d mtu 9000", i+1))
		b.ip(h, "link set eth0 mtu 9000")
		b.ip(h, "addr add "+peer+"/24 dev eth0")
		b.ip(h, fmt.Sprintf("neigh replace 10.0.%d.1 lladdr %v dev eth0 nud permanent", i, switchMAC))
		b.ip(h, fmt.Sprintf("route add 10.1.0.1/32 via 10.0.%d.1", i))
		b.ip(h, "link add vx type vxlan id 1000 local "+peer+" remote 10.1.0.1 dstport 4789")
		h.Addr(t, "vx", fmt.Sprintf("192.168.0.%d/24", 1+i))
		h.Addr(t, "vx", fmt.Sprintf("fd10::%d/64", 1+i))
		b.ip(h, "link set vx mtu 1500 up")
		to := tunnel(at(tt, sai.TunnelAttrPeerMode, sai.TunnelPeerModeP2p), at(tt, sai.TunnelAttrEncapDstIP, addr(peer)))
		bp, vm := sai.ObjectTypeBridgePort, sai.ObjectTypeVlanMember
		port := b.create(bp, at(bp, sai.BridgePortAttrType, sai.BridgePortTypeTunnel), at(bp, sai.BridgePortAttrTunnelID, to),
			at(bp, sai.BridgePortAttrBridgeID, b.get(b.sw, sai.SwitchAttrDefault1qBridgeID)), at(bp, sai.BridgePortAttrAdminState, true),
			at(bp, sai.BridgePortAttrFdbLearningMode, sai.BridgePortFdbLearningModeHw))
		b.create(vm, at(vm, sai.VlanMemberAttrVlanID, vlan), at(vm, sai.VlanMemberAttrBridgePortID, port))
		tunnels = append(tunnels, to)
	}
	return b, vlan, tunnels
}

// TestVxlan exchanges frames with VTEPs of the kernel's own: broadcasts, learned addresses, IPv4 and IPv6, super-frames in both directions.
func TestVxlan(t *testing.T) {
	b, vlan, tunnels := vxlanBench(t, 2)
	ping := func(from int, ip string) {
		t.Helper()
		b.hosts[from].Run(t, exec.Command("ping", "-c", "2", "-i", "0.2", "-W", "10", ip))
	}
	for _, ip := range []string{"192.168.0.2", "192.168.0.3", "fd10::2"} {
		ping(0, ip)
	}
	transfer(b, 0, 1, "192.168.0.2")
	transfer(b, 1, 0, "192.168.0.1")
	transfer(b, 0, 1, "fd10::2")
	transfer(b, 1, 0, "fd10::1")
	for _, stat := range []sai.TunnelStat{sai.TunnelStatInPackets, sai.TunnelStatInOctets, sai.TunnelStatOutPackets, sai.TunnelStatOutOctets} {
		if b.stat(tunnels[0], int32(stat)) == 0 {
			t.Errorf("the tunnel counts no %v", stat)
		}
	}
	// What is flooded goes to no VTEP that it did not come from.
	p := b.hosts[1].Start(t, exec.Command("ping", "-c", "1", "-W", "1", "192.168.0.3"))
	if p.Wait() == nil {
		t.Error("a frame went from one tunnel into another")
	}
	// An address that was told to be behind a VTEP moves when it is seen here.
	mac := b.hostMAC(0)
	e := sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: mac}
	b.remove(e)
	f := sai.ObjectTypeFdbEntry
	behind := b.bridgePortOf(tunnels[0])
	b.createEntry(e, at(f, sai.FdbEntryAttrType, sai.FdbEntryTypeStatic), at(f, sai.FdbEntryAttrBridgePortID, behind), at(f, sai.FdbEntryAttrAllowMACMove, true))
	ping(0, "192.168.0.2")
	b.until("move of an address", func() bool {
		return b.get(e, sai.FdbEntryAttrType) == sai.FdbEntryTypeDynamic && b.get(e, sai.FdbEntryAttrBridgePortID) != any(behind)
	})
}

// bridgePortOf finds the bridge port of a tunnel.
func (b *bench) bridgePortOf(tunnel sai.OID) (oid sai.OID) {
	b.Do(func(virtual.View) { oid = b.plane.vxlan.all[tunnel].bridge.oid })
	return oid
}
