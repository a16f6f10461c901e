package ebpf

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// The VTEPs of cases, and their VNIs: of the VLANs 10 and 20, and of a virtual router.
const ownVtep = "172.16.0.1"

func vteps() []string { return []string{"172.16.0.2", "172.16.0.3", "172.16.0.4"} }

const routedVNI = 5000

// overlay makes a VTEP, tunnels to others, and what is behind them.
func (g *plan) overlay() {
	if !g.percent(50) {
		return
	}
	m, e, t, term := sai.ObjectTypeTunnelMap, sai.ObjectTypeTunnelMapEntry, sai.ObjectTypeTunnel, sai.ObjectTypeTunnelTermTableEntry
	toVlan, toRouter := sai.TunnelMapTypeVniToVlanID, sai.TunnelMapTypeVniToVirtualRouterID
	g.create("vnis", m, at(m, sai.TunnelMapAttrType, toVlan))
	g.create("routed vnis", m, at(m, sai.TunnelMapAttrType, toRouter))
	u := sai.ObjectTypeRouterInterface
	g.create("underlay", u, at(u, sai.RouterInterfaceAttrType, sai.RouterInterfaceTypeLoopback), at(u, sai.RouterInterfaceAttrVirtualRouterID, name("default")))
	style := []sai.Attribute{}
	if g.percent(30) {
		style = append(style, at(t, sai.TunnelAttrEncapTtlMode, sai.TunnelTtlModePipeModel), at(t, sai.TunnelAttrEncapTtlVal, uint8(77)))
	}
	if g.percent(30) {
		style = append(style, at(t, sai.TunnelAttrEncapDscpMode, sai.TunnelDscpModePipeModel), at(t, sai.TunnelAttrEncapDscpVal, uint8(10)))
	}
	tunnel := func(text string, attrs ...sai.Attribute) {
		attrs = append(attrs, at(t, sai.TunnelAttrType, sai.TunnelTypeVxlan), at(t, sai.TunnelAttrUnderlayInterface, name("underlay")),
			at(t, sai.TunnelAttrEncapSrcIP, addr(ownVtep)), at(t, sai.TunnelAttrDecapMappers, later{"the maps", func(w *world) any { return sai.ObjectList{w.oids["vnis"], w.oids["routed vnis"]} }}))
		g.create(text, t, append(attrs, style...)...)
	}
	tunnel("vtep", at(t, sai.TunnelAttrPeerMode, sai.TunnelPeerModeP2mp))
	g.create("end", term, at(term, sai.TunnelTermTableEntryAttrVrID, name("default")), at(term, sai.TunnelTermTableEntryAttrType, sai.TunnelTermTableEntryTypeP2mp),
		at(term, sai.TunnelTermTableEntryAttrDstIP, addr(ownVtep)), at(term, sai.TunnelTermTableEntryAttrTunnelType, sai.TunnelTypeVxlan),
		at(term, sai.TunnelTermTableEntryAttrActionTunnelID, name("vtep")))
	for _, id := range g.vlans {
		if g.percent(80) {
			g.create(fmt.Sprint("vni ", id), e, at(e, sai.TunnelMapEntryAttrTunnelMapType, toVlan), at(e, sai.TunnelMapEntryAttrTunnelMap, name("vnis")),
				at(e, sai.TunnelMapEntryAttrVniIDKey, uint32(id)*100), at(e, sai.TunnelMapEntryAttrVlanIDValue, id))
		}
	}
	if g.percent(70) {
		g.create("routed vni", e, at(e, sai.TunnelMapEntryAttrTunnelMapType, toRouter), at(e, sai.TunnelMapEntryAttrTunnelMap, name("routed vnis")),
			at(e, sai.TunnelMapEntryAttrVniIDKey, uint32(routedVNI)), at(e, sai.TunnelMapEntryAttrVirtualRouterIDValue, name(oneOf(g.dice, g.routers...))))
	}
	g.hostTo(ownVtep, "cpu")
	for _, peer := range vteps() {
		if len(g.hops) > 0 {
			g.hostTo(peer, oneOf(g.dice, append(slices.Clone(g.hops), g.groups...)...))
		}
		if g.percent(70) {
			tunnel("to "+peer, at(t, sai.TunnelAttrPeerMode, sai.TunnelPeerModeP2p), at(t, sai.TunnelAttrEncapDstIP, addr(peer)))
			g.peer("to " + peer)
		}
		if g.percent(50) {
			h := sai.ObjectTypeNextHop
			hop := "behind " + peer
			g.create(hop, h, at(h, sai.NextHopAttrType, sai.NextHopTypeTunnelEncap), at(h, sai.NextHopAttrIP, addr(peer)), at(h, sai.NextHopAttrTunnelID, name("vtep")),
				at(h, sai.NextHopAttrTunnelVni, uint32(routedVNI)), at(h, sai.NextHopAttrTunnelMAC, mac(77)))
			g.hops = append(g.hops, hop)
		}
	}
	for range 4 {
		g.route()
	}
}

func (g *plan) hostTo(ip, to string) {
	r := sai.ObjectTypeRouteEntry
	g.entry(fmt.Sprintf("route default %s/32", ip), func(w *world) sai.Entry {
		p, _ := addr(ip).Prefix(32)
		return sai.RouteEntry{Switch: w.sw, VirtualRouter: w.oids["default"], Destination: p}
	}, at(r, sai.RouteEntryAttrNextHopID, name(to)))
}

// peer makes a tunnel a member of VLANs.
func (g *plan) peer(tunnel string) {
	b, m := sai.ObjectTypeBridgePort, sai.ObjectTypeVlanMember
	learning := sai.BridgePortFdbLearningModeDisable
	if g.percent(40) {
		learning = sai.BridgePortFdbLearningModeHw
	}
	bridge := "bridge " + tunnel
	g.create(bridge, b, at(b, sai.BridgePortAttrType, sai.BridgePortTypeTunnel), at(b, sai.BridgePortAttrTunnelID, name(tunnel)),
		at(b, sai.BridgePortAttrBridgeID, later{"the bridge", func(w *world) any { return w.get(w.sw, sai.SwitchAttrDefault1qBridgeID) }}),
		at(b, sai.BridgePortAttrAdminState, !g.percent(10)), at(b, sai.BridgePortAttrFdbLearningMode, learning))
	g.bridges = append(g.bridges, bridge)
	for _, id := range g.vlans {
		if g.percent(70) {
			member := fmt.Sprint("member ", tunnel, " ", id)
			g.members = append(g.members, member)
			g.create(member, m, at(m, sai.VlanMemberAttrVlanID, name(fmt.Sprint("vlan", id))), at(m, sai.VlanMemberAttrBridgePortID, name(bridge)))
		}
		if g.percent(50) {
			g.behind(fmt.Sprint("vlan", id), bridge)
		}
	}
}

// behind has a VLAN know an address behind a VTEP.
func (g *plan) behind(vlan, bridge string) {
	t, at1 := sai.ObjectTypeFdbEntry, g.dice.station()
	g.entry(fmt.Sprintf("fdb %s %v", vlan, at1), func(w *world) sai.Entry { return sai.FdbEntry{Switch: w.sw, BV: w.oids[vlan], MAC: at1} },
		at(t, sai.FdbEntryAttrType, sai.FdbEntryTypeStatic), at(t, sai.FdbEntryAttrBridgePortID, name(bridge)), at(t, sai.FdbEntryAttrAllowMACMove, g.percent(70)))
}

// someFrame is one by itself, or in a tunnel.
func (d dice) someFrame() step {
	if d.percent(25) {
		return d.tunnelled()
	}
	return d.frame()
}

// tunnelled is a frame in a tunnel to the switch.
func (d dice) tunnelled() step {
	inner := d.frame()
	s := step{netdev: fmt.Sprintf("eth%d", 1+d.IntN(d.ports))}
	src := addr(oneOf(d, append(vteps(), "172.16.0.9")...)).As4()
	dst := addr(ownVtep).As4()
	ip := make([]byte, 36)
	ip[0], ip[8], ip[9], ip[1] = 0x45, d.ttl(), 17, d.tos()
	binary.BigEndian.PutUint16(ip[2:], uint16(len(ip)+len(inner.frame)))
	copy(ip[12:], src[:])
	copy(ip[16:], dst[:])
	if d.percent(3) {
		binary.BigEndian.PutUint16(ip[6:], 0x2000)
	}
	binary.BigEndian.PutUint16(ip[10:], checksum(ip[:20]))
	binary.BigEndian.PutUint16(ip[20:], 50000)
	binary.BigEndian.PutUint16(ip[22:], oneOf[uint16](d, 4789, 4789, 4789, 4789, 4789, 4789, 8472))
	binary.BigEndian.PutUint16(ip[24:], uint16(16+len(inner.frame)))
	ip[28] = oneOf[byte](d, 8, 8, 8, 8, 8, 8, 8, 0, 0x18)
	binary.BigEndian.PutUint32(ip[32:], oneOf[uint32](d, 1000, 1000, 2000, 2000, 3000, routedVNI, routedVNI, 7)<<8)
	from := mac(9)
	s.frame = slices.Concat(switchMAC[:], from[:], []byte{8, 0}, ip, inner.frame)
	if d.percent(2) {
		s.frame = s.frame[:14+36+d.IntN(15)]
	}
	s.text = fmt.Sprintf("in a tunnel: %s at %s: %x", inner.text, s.netdev, s.frame)
	return s
}

// anyFlow forgets the source port of what is in a tunnel: a hash of what it carries, which is each data plane's own.
func anyFlow(frame string) string {
	b := []byte(frame)
	at := 12
	for len(b) > at+1 && (b[at] == 0x81 || b[at] == 0x88 && b[at+1] == 0xa8) {
		at += 4
	}
	if len(b) > at+2+24 && b[at] == 8 && b[at+1] == 0 && b[at+2] == 0x45 && b[at+2+9] == 17 && binary.BigEndian.Uint16(b[at+2+22:]) == 4789 {
		b[at+2+20], b[at+2+21] = 0, 0
	}
	return string(b)
}

// compareTunnels compares their counters.
func (w *world) compareTunnels() (differences string) {
	stats := []int32{int32(sai.TunnelStatInPackets), int32(sai.TunnelStatInOctets), int32(sai.TunnelStatOutPackets), int32(sai.TunnelStatOutOctets)}
	for text, oid := range w.oids {
		if o := object(oid); o.Type == sai.ObjectTypeTunnel && oid != 0 {
			read := func(a *virtual.ASIC) []uint64 {
				return a.GetStats(w.Context(), o.Type, []sai.StatsRequest{{Object: o, Stats: stats}})[0].Values
			}
			if kernel, model := read(w.ASIC.ASIC), read(w.twin); !slices.Equal(kernel, model) {
				differences += fmt.Sprintf("tunnel %s: the kernel counts %v, the model %v\n", text, kernel, model)
			}
		}
	}
	return differences
}
