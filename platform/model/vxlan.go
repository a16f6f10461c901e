package model

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// VXLAN (RFC 7348): what a tunnel adds to a frame, behind an Ethernet header of its own, and the default TTL of that.
const (
	vxlanPort   = 4789
	vxlanHeader = 20 + 8 + 8
	vxlanValid  = 0x08000000 // flags: the VNI is valid
	vxlanTTL    = 255
)

// leastInTunnel is how many bytes are at least behind the Ethernet header of a frame in a tunnel: Linux takes no header off a packet that leaves less than an IPv4 header.
const leastInTunnel = 20

func isTunnel(o *object) bool { return o != nil && o.Type == sai.ObjectTypeTunnel }

// vtep is an IPv4 address of a tunnel; not valid if there is none.
func vtep(t *object, id uint16) netip.Addr {
	if a := attr[netip.Addr](t, id); a.Is4() {
		return a
	}
	return netip.Addr{}
}

// farEnd is the other end of a tunnel: as it was told, or where alone it takes packets from. It is not valid of a tunnel to many.
func (s *State) farEnd(t *object) netip.Addr {
	if a := vtep(t, sai.TunnelAttrEncapDstIP); a.IsValid() {
		return a
	}
	for _, e := range s.referring(t, sai.ObjectTypeTunnelTermTableEntry, sai.TunnelTermTableEntryAttrActionTunnelID) {
		if isP2P(e) {
			return attr[netip.Addr](e, sai.TunnelTermTableEntryAttrSrcIP)
		}
	}
	return netip.Addr{}
}

func isP2P(term *object) bool {
	return attr[sai.TunnelTermTableEntryType](term, sai.TunnelTermTableEntryAttrType) == sai.TunnelTermTableEntryTypeP2p
}

// tunnels are all, in the order of their creation.
func (s *State) tunnels() (list []*object) {
	for _, o := range s.objects {
		if isTunnel(o) {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b *object) int { return int(a.OID) - int(b.OID) })
	return list
}

// tunnelEnd is the tunnel that a packet to the switch itself comes out of: that of its sender, or else one that takes from any; nil if it comes out of none. A
// fragment or a packet with options is the kernel's.
func (p *pass) tunnelEnd(ip packet) *object {
	_, port := ip.ports()
	if isTunnel(p.from) || !ip.dst.Is4() || ip.protocol != protoUDP || ip.options || ip.fragment || port != vxlanPort {
		return nil
	}
	var any *object
	router := p.s.ref(p.rif, sai.RouterInterfaceAttrVirtualRouterID)
	for _, e := range p.s.referring(router, sai.ObjectTypeTunnelTermTableEntry, sai.TunnelTermTableEntryAttrVrID) {
		t := p.s.ref(e, sai.TunnelTermTableEntryAttrActionTunnelID)
		switch {
		case attr[netip.Addr](e, sai.TunnelTermTableEntryAttrDstIP) != ip.dst:
		case !isP2P(e):
			any = t
		case attr[netip.Addr](e, sai.TunnelTermTableEntryAttrSrcIP) == ip.src:
			return t
		}
	}
	if any == nil {
		return nil
	}
	for _, t := range p.s.tunnels() {
		if vtep(t, sai.TunnelAttrEncapSrcIP) == ip.dst && vtep(t, sai.TunnelAttrEncapDstIP) == ip.src {
			return t
		}
	}
	return any
}

// mapEntries are those of a tunnel's maps, in the order in which they count.
func (s *State) mapEntries(t *object) (list []*object) {
	for _, m := range attr[sai.ObjectList](t, sai.TunnelAttrDecapMappers) {
		list = append(list, s.referring(s.objects[m], sai.ObjectTypeTunnelMapEntry, sai.TunnelMapEntryAttrTunnelMap)...)
	}
	return list
}

// standsFor is what a VNI is in a tunnel: a VLAN, or else the router interface as from which its packets are routed.
func (s *State) standsFor(t *object, vni uint32) (vid uint16, rif *object, ok bool) {
	for _, e := range s.mapEntries(t) {
		if vni == 0 || attr[uint32](e, sai.TunnelMapEntryAttrVniIDKey) != vni {
			continue
		}
		if vid = attr[uint16](e, sai.TunnelMapEntryAttrVlanIDValue); vid != 0 {
			return vid, nil, true
		}
		if rif = s.firstRif(s.ref(e, sai.TunnelMapEntryAttrVirtualRouterIDValue)); rif != nil {
			return 0, rif, true
		}
	}
	return 0, nil, false
}

// firstRif is the oldest router interface of a virtual router that has frames.
func (s *State) firstRif(router *object) (first *object) {
	for _, rif := range s.referring(router, sai.ObjectTypeRouterInterface, sai.RouterInterfaceAttrVirtualRouterID) {
		if rifType(rif) != sai.RouterInterfaceTypeLoopback && (first == nil || rif.OID < first.OID) {
			first = rif
		}
	}
	return first
}

// vniOf is the VNI that stands for a VLAN in a tunnel, the least of several; 0 if there is none.
func (s *State) vniOf(t *object, vid uint16) (vni uint32) {
	for _, e := range s.mapEntries(t) {
		if n := attr[uint32](e, sai.TunnelMapEntryAttrVniIDKey); attr[uint16](e, sai.TunnelMapEntryAttrVlanIDValue) == vid && (vni == 0 || n < vni) {
			vni = n
		}
	}
	return vni
}

// decapsulate takes a frame out of its tunnel, into its VLAN or to be routed. It is not what came in at the port any more: access lists have seen that.
func (p *pass) decapsulate(t *object) {
	b := p.f.Data[etherHeader:]
	if len(b) < vxlanHeader+etherHeader || binary.BigEndian.Uint32(b[28:]) != vxlanValid {
		p.drop(DropTunnel)
		return
	}
	vid, rif, ok := p.s.standsFor(t, binary.BigEndian.Uint32(b[32:])>>8)
	if !ok {
		p.drop(DropTunnel)
		return
	}
	if len(b) < vxlanHeader+etherHeader+leastInTunnel {
		p.drop(DropMalformed)
		return
	}
	p.f.Data = b[vxlanHeader:]
	p.from, p.origin, p.rif, p.pcp, p.tag, p.tagged, p.vid = t, nil, nil, 0, 0, false, vid
	p.countTunnel(t, true)
	switch {
	case p.f.proto() == typeVLAN:
		p.drop(DropTag)
	case castOf(p.f.src()) != unicast:
		p.drop(DropSourceMAC)
	case vid != 0 && p.s.vlans[vid] == nil:
		p.drop(DropVLAN)
	case vid != 0:
		p.vlan = p.s.vlans[vid]
		p.enter(first(p.s.referring(t, sai.ObjectTypeBridgePort, sai.BridgePortAttrTunnelID)))
	case p.f.dst() != attr[sai.MAC](p.s.sw, sai.SwitchAttrSrcMACAddress):
		p.drop(DropNotRouterMAC)
	default:
		p.rif = rif
		p.route()
	}
}

func (p *pass) countTunnel(t *object, in bool) {
	packets, octets := sai.TunnelStatOutPackets, sai.TunnelStatOutOctets
	if in {
		packets, octets = sai.TunnelStatInPackets, sai.TunnelStatInOctets
	}
	p.count(t, int32(packets), p.f.frames())
	p.count(t, int32(octets), uint64(len(p.f.Data)))
}

// overlayMembers are the tunnels of a VLAN that lead somewhere, in the order of their creation.
func (s *State) overlayMembers(vlan *object) (list []*object) {
	vid := attr[uint16](vlan, sai.VlanAttrVlanID)
	for _, m := range s.referring(vlan, sai.ObjectTypeVlanMember, sai.VlanMemberAttrVlanID) {
		bp := s.ref(m, sai.VlanMemberAttrBridgePortID)
		t := s.ref(bp, sai.BridgePortAttrTunnelID)
		if isTunnel(t) && attr[bool](bp, sai.BridgePortAttrAdminState) && s.farEnd(t).IsValid() && s.vniOf(t, vid) != 0 {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b *object) int { return int(a.OID) - int(b.OID) })
	return list
}

// overlayVNI is what a VLAN is in its tunnels.
func (s *State) overlayVNI(vlan *object) (vni uint32) {
	for _, t := range s.overlayMembers(vlan) {
		if n := s.vniOf(t, attr[uint16](vlan, sai.VlanAttrVlanID)); vni == 0 || n < vni {
			vni = n
		}
	}
	return vni
}

// bridgeTunnel sends a frame to where its VLAN has its destination: behind another VTEP.
func (p *pass) bridgeTunnel(t *object) {
	switch {
	case isTunnel(p.from): // not from one tunnel to another
		p.drop(DropSamePort)
	case !slices.Contains(p.s.overlayMembers(p.vlan), t):
		p.drop(DropVLAN)
	case p.f.TPID != 0: // no tags in tunnels
		p.drop(DropTag)
	default:
		p.countTunnel(t, false)
		size := p.f.largest()
		p.f = p.wrap(t, t, p.s.overlayVNI(p.vlan), p.s.farEnd(t))
		p.underlay(p.s.farEnd(t), size)
	}
}

// floodTunnels sends a frame to all other VTEPs of its VLAN. What the first of them says of the header holds for all.
func (p *pass) floodTunnels() {
	if isTunnel(p.from) {
		return
	}
	inner, list, size, vni := p.f, p.s.overlayMembers(p.vlan), p.f.largest(), p.s.overlayVNI(p.vlan)
	vid := p.vid
	if len(list) > 0 && p.f.TPID != 0 {
		p.drop(DropTag)
		return
	}
	for _, t := range list {
		p.f, p.vid = inner, vid
		p.countTunnel(t, false)
		p.f = p.wrap(t, list[0], vni, p.s.farEnd(t))
		p.underlay(p.s.farEnd(t), size)
	}
}

// forwardTunnel sends a packet to a router behind another VTEP.
func (p *pass) forwardTunnel(next *object) {
	t := p.s.ref(next, sai.NextHopAttrTunnelID)
	to, vni, mac := attr[netip.Addr](next, sai.NextHopAttrIP), attr[uint32](next, sai.NextHopAttrTunnelVni), attr[sai.MAC](next, sai.NextHopAttrTunnelMAC)
	p.f.Data = slices.Clone(p.f.Data)
	stepDown(p.f.payload(), p.f.proto() == typeIPv6)
	own := attr[sai.MAC](p.s.sw, sai.SwitchAttrSrcMACAddress)
	copy(p.f.Data[0:], mac[:])
	copy(p.f.Data[6:], own[:])
	p.countTunnel(t, false)
	size := p.f.largest()
	p.f = p.wrap(t, t, vni, to)
	p.underlay(to, size)
}

// isOverlay tells next hops behind tunnels that the data plane can use.
func (s *State) isOverlay(next *object) bool {
	return attr[sai.NextHopType](next, sai.NextHopAttrType) == sai.NextHopTypeTunnelEncap && isTunnel(s.ref(next, sai.NextHopAttrTunnelID)) &&
		attr[netip.Addr](next, sai.NextHopAttrIP).Is4() && attr[uint32](next, sai.NextHopAttrTunnelVni) != 0 &&
		attr[sai.MAC](next, sai.NextHopAttrTunnelMAC) != sai.MAC{}
}

// wrap puts the headers of a tunnel around a frame; style is the tunnel that says what TTL and DSCP they have.
func (p *pass) wrap(t, style *object, vni uint32, to netip.Addr) Frame {
	ttl, dscp := uint8(vxlanTTL), uint8(0)
	if v := attr[uint8](style, sai.TunnelAttrEncapTtlVal); v != 0 && attr[sai.TunnelTtlMode](style, sai.TunnelAttrEncapTtlMode) == sai.TunnelTtlModePipeModel {
		ttl = v
	}
	if attr[sai.TunnelDscpMode](style, sai.TunnelAttrEncapDscpMode) == sai.TunnelDscpModePipeModel {
		dscp = attr[uint8](style, sai.TunnelAttrEncapDscpVal) & 63
	} else if inner, ok := dscpOf(p.f); ok {
		dscp = inner
	}
	f := p.f
	src := vtep(t, sai.TunnelAttrEncapSrcIP).As4()
	dst := to.As4()
	b := make([]byte, etherHeader+vxlanHeader, etherHeader+vxlanHeader+len(p.f.Data))
	binary.BigEndian.PutUint16(b[12:], typeIPv4)
	ip := b[etherHeader:]
	length := vxlanHeader + len(p.f.Data)
	ip[0], ip[1], ip[6], ip[8], ip[9] = 0x45, dscp<<2, 0x40, ttl, protoUDP
	binary.BigEndian.PutUint16(ip[2:], uint16(length))
	copy(ip[12:], src[:])
	copy(ip[16:], dst[:])
	binary.BigEndian.PutUint16(ip[10:], ^onesSum(ip[:20]))
	binary.BigEndian.PutUint16(ip[20:], 0xc000|uint16(p.flow(virtual.FlowFields(), 0, 0)&0x3fff))
	binary.BigEndian.PutUint16(ip[22:], vxlanPort)
	binary.BigEndian.PutUint16(ip[24:], uint16(length-20))
	binary.BigEndian.PutUint32(ip[28:], vxlanValid)
	binary.BigEndian.PutUint32(ip[32:], vni<<8)
	f.Data = append(b, p.f.Data...)
	return f
}

// underlay sends what is in a tunnel to a VTEP. size is that of the largest packet inside, behind its Ethernet header. A neighbour of a VLAN must be known there.
func (p *pass) underlay(to netip.Addr, size int) {
	p.pcp = 0
	h, ok := p.underlayHop(to)
	n, known := p.s.neighbors[h]
	rif := p.s.objects[h.rif]
	size += etherHeader + vxlanHeader
	if !ok || !known || n.Action != sai.PacketActionForward || rif == nil || rifType(rif) == sai.RouterInterfaceTypeLoopback ||
		size > int(attr[uint32](rif, sai.RouterInterfaceAttrMtu)) {
		p.drop(DropUnderlay)
		return
	}
	mac := p.s.rifMAC(rif)
	copy(p.f.Data[0:], n.MAC[:])
	copy(p.f.Data[6:], mac[:])
	p.vid = attr[uint16](rif, sai.RouterInterfaceAttrOuterVlanID)
	port, f := p.s.ref(rif, sai.RouterInterfaceAttrPortID), p.f
	switch rifType(rif) {
	case sai.RouterInterfaceTypeVlan:
		vlan := p.s.ref(rif, sai.RouterInterfaceAttrVlanID)
		p.vid = attr[uint16](vlan, sai.VlanAttrVlanID)
		var m *object
		if port, m = p.at(vlan, n.MAC); m == nil {
			p.drop(DropUnderlay)
			return
		}
		f = tagFor(m, f, p.vid, 0)
	case sai.RouterInterfaceTypeSubPort:
		f = f.tag(p.vid)
	}
	p.countRif(rif, false)
	p.sendSized(port, f, size)
}

// underlayHop is by where a VTEP is reached; false if it is not.
func (p *pass) underlayHop(to netip.Addr) (hop, bool) {
	s := p.s
	r, neighbor, _, ok := s.lookup(address{attr[sai.OID](s.sw, sai.SwitchAttrDefaultVirtualRouterID), to})
	if !ok || neighbor != (hop{}) {
		return neighbor, ok
	}
	next := s.objects[r.NextHop]
	switch {
	case r.Action == sai.PacketActionDrop || r.Action == sai.PacketActionDeny || isTrapped(r) || next == nil:
		return hop{}, false
	case next.Type == sai.ObjectTypeNextHopGroup:
		h, ok := p.choose(next)
		return h, ok && h.overlay == 0
	case next.Type == sai.ObjectTypeNextHop && attr[sai.NextHopType](next, sai.NextHopAttrType) == sai.NextHopTypeIP:
		return hopOf(next), true
	}
	return hop{}, false
}

func isTrapped(r virtual.Route) bool {
	return r.Action == sai.PacketActionTrap || r.Action == sai.PacketActionCopy || r.Action == sai.PacketActionLog
}

// at is the port that a VLAN has an address at, and its membership; nil if it is not known at a member.
func (p *pass) at(vlan *object, mac sai.MAC) (port, m *object) {
	e, known := p.s.fdb[station{vlan.OID, mac}]
	for _, l := range p.out.Learned {
		if l.VLAN == vlan.OID && l.MAC == mac {
			e, known = e.seenAt(l.BridgePort, known), true
		}
	}
	port = p.s.ref(p.s.objects[e.port], sai.BridgePortAttrPortID)
	if !known || port == nil || e.action == sai.PacketActionDrop || e.action == sai.PacketActionDeny || e.action == sai.PacketActionTrap {
		return nil, nil
	}
	return port, p.s.membership(vlan, port)
}
