package ebpf

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// tunnel is a VXLAN tunnel to another VTEP, or the one that ends here whoever sends.
type tunnel struct {
	oid      sai.OID
	number   uint32
	kind     sai.TunnelType
	src, dst netip.Addr
	pipeTTL  bool
	ttl      uint8
	pipeDSCP bool
	dscp     uint8
	decap    sai.ObjectList // maps
	bridge   *tunnelPort
}

// tunnelPort is the bridge port of a tunnel.
type tunnelPort struct {
	oid          sai.OID
	tunnel       *tunnel
	admin, learn bool
}

// tunnelMember is a tunnel in a VLAN.
type tunnelMember struct {
	vlan uint16
	port *tunnelPort
}

// mapEntry says what a VNI stands for: a VLAN, or without one a virtual router.
type mapEntry struct {
	of     sai.OID // map
	vni    uint32
	vid    uint16
	router sai.OID
}

// termEntry is where tunnels end; src is not valid where any VTEP may send.
type termEntry struct {
	router   sai.OID
	dst, src netip.Addr
	tunnel   sai.OID
}

// tunnels are the tunnels of the switch, and what their VNIs stand for.
type tunnels struct {
	all     map[sai.OID]*tunnel
	ports   map[sai.OID]*tunnelPort
	members map[sai.OID]*tunnelMember
	entries map[sai.OID]mapEntry
	terms   map[sai.OID]termEntry
	numbers indexes
	byNum   map[uint32]*tunnel
	sets    map[string]uint16 // numbers of the sets of maps that tunnels have
	overlay overlay
}

func newTunnels(room uint32) tunnels {
	return tunnels{
		all: map[sai.OID]*tunnel{}, ports: map[sai.OID]*tunnelPort{}, members: map[sai.OID]*tunnelMember{}, entries: map[sai.OID]mapEntry{},
		terms: map[sai.OID]termEntry{}, numbers: newIndexes(room), byNum: map[uint32]*tunnel{}, sets: map[string]uint16{},
	}
}

// tunnelPort0 is the logical port of the tunnel 0, which there is none of: those of tunnels follow.
func (p *plane) tunnelPort0() uint32 { return p.k.ports.len() }

func (p *plane) tunnel(c *virtual.Change) {
	oid := c.Object.OID
	if c.Verb == virtual.Created {
		t := &tunnel{
			oid: oid, kind: attr[sai.TunnelType](c, sai.TunnelAttrType), src: attr[netip.Addr](c, sai.TunnelAttrEncapSrcIP), dst: attr[netip.Addr](c, sai.TunnelAttrEncapDstIP),
			pipeTTL:  attr[sai.TunnelTtlMode](c, sai.TunnelAttrEncapTtlMode) == sai.TunnelTtlModePipeModel,
			pipeDSCP: attr[sai.TunnelDscpMode](c, sai.TunnelAttrEncapDscpMode) == sai.TunnelDscpModePipeModel,
		}
		p.vxlan.all[oid] = t
		if !p.held {
			p.numberTunnel(t, p.vxlan.numbers.take())
		}
		if t.kind != sai.TunnelTypeVxlan || !t.src.Is4() || t.dst.IsValid() && !t.dst.Is4() {
			p.log.Warn("tunnel without a data plane: nothing passes", "object", oid, "type", t.kind, "source", t.src)
		}
	}
	t := p.vxlan.all[oid]
	update(c, sai.TunnelAttrEncapTtlVal, &t.ttl)
	update(c, sai.TunnelAttrEncapDscpVal, &t.dscp)
	update(c, sai.TunnelAttrDecapMappers, &t.decap)
	if c.Verb == virtual.Removed {
		delete(p.vxlan.all, oid)
		delete(p.vxlan.byNum, t.number)
		p.touch(goneTunnel{t.number})
	}
	p.touch(&p.vxlan.overlay)
}

func (p *plane) numberTunnel(t *tunnel, number uint32) {
	t.number = number
	p.vxlan.byNum[number] = t
}

// goneTunnel takes the entry of a tunnel that was removed, when nothing leads to it any more.
type goneTunnel struct{ number uint32 }

func (g goneTunnel) render(p *plane) error {
	if g.number == 0 {
		return nil
	}
	if err := p.vxlan.overlay.render(p); err != nil {
		return err
	}
	p.k.tunnels.store(g.number, swTunnel{})
	p.vxlan.numbers.give(g.number)
	return zero[swRifCounters](p.k.maps.TunnelCounts, g.number)
}

func (p *plane) tunnelMapEntry(c *virtual.Change) {
	if delete(p.vxlan.entries, c.Object.OID); c.Verb != virtual.Removed {
		p.vxlan.entries[c.Object.OID] = mapEntry{
			of: attr[sai.OID](c, sai.TunnelMapEntryAttrTunnelMap), vni: attr[uint32](c, sai.TunnelMapEntryAttrVniIDKey),
			vid: attr[uint16](c, sai.TunnelMapEntryAttrVlanIDValue), router: attr[sai.OID](c, sai.TunnelMapEntryAttrVirtualRouterIDValue),
		}
	}
	p.touch(&p.vxlan.overlay)
}

func (p *plane) tunnelTerm(c *virtual.Change) {
	if delete(p.vxlan.terms, c.Object.OID); c.Verb != virtual.Removed {
		e := termEntry{
			router: attr[sai.OID](c, sai.TunnelTermTableEntryAttrVrID), dst: attr[netip.Addr](c, sai.TunnelTermTableEntryAttrDstIP),
			tunnel: attr[sai.OID](c, sai.TunnelTermTableEntryAttrActionTunnelID),
		}
		if attr[sai.TunnelTermTableEntryType](c, sai.TunnelTermTableEntryAttrType) == sai.TunnelTermTableEntryTypeP2p {
			e.src = attr[netip.Addr](c, sai.TunnelTermTableEntryAttrSrcIP)
		}
		p.vxlan.terms[c.Object.OID] = e
	}
	p.touch(&p.vxlan.overlay)
}

// tunnelBridgePort takes the bridge port of a tunnel; false if it is another's.
func (p *plane) tunnelBridgePort(c *virtual.Change) bool {
	oid := c.Object.OID
	if c.Verb == virtual.Created && attr[sai.BridgePortType](c, sai.BridgePortAttrType) == sai.BridgePortTypeTunnel {
		if t := p.vxlan.all[attr[sai.OID](c, sai.BridgePortAttrTunnelID)]; t != nil {
			t.bridge = &tunnelPort{oid: oid, tunnel: t, learn: true}
			p.vxlan.ports[oid] = t.bridge
		}
	}
	b := p.vxlan.ports[oid]
	if b == nil {
		return false
	}
	update(c, sai.BridgePortAttrAdminState, &b.admin)
	if mode, ok := given[sai.BridgePortFdbLearningMode](c, sai.BridgePortAttrFdbLearningMode); ok {
		b.learn = mode == sai.BridgePortFdbLearningModeHw
	}
	if c.Verb == virtual.Removed {
		delete(p.vxlan.ports, oid)
		b.tunnel.bridge = nil
	}
	p.touch(&p.vxlan.overlay)
	return true
}

// tunnelVlanMember takes the membership of a tunnel; false if it is another's.
func (p *plane) tunnelVlanMember(c *virtual.Change) bool {
	oid := c.Object.OID
	if c.Verb == virtual.Created {
		vlan, port := p.vlans[attr[sai.OID](c, sai.VlanMemberAttrVlanID)], p.vxlan.ports[attr[sai.OID](c, sai.VlanMemberAttrBridgePortID)]
		if vlan != nil && port != nil {
			p.vxlan.members[oid] = &tunnelMember{vlan.id, port}
		}
	}
	if p.vxlan.members[oid] == nil {
		return false
	}
	if c.Verb == virtual.Removed {
		delete(p.vxlan.members, oid)
	}
	p.touch(&p.vxlan.overlay)
	return true
}

// tunnelHop makes the next hop to a router behind another VTEP; nil if there is none that has a data plane.
func (p *plane) tunnelHop(c *virtual.Change) *hop {
	k := hopKey{
		rif: attr[sai.OID](c, sai.NextHopAttrTunnelID), ip: attr[netip.Addr](c, sai.NextHopAttrIP),
		vni: attr[uint32](c, sai.NextHopAttrTunnelVni), mac: attr[sai.MAC](c, sai.NextHopAttrTunnelMAC),
	}
	t := p.vxlan.all[k.rif]
	if t == nil || t.kind != sai.TunnelTypeVxlan || !k.ip.Is4() || k.vni == 0 || k.mac == (sai.MAC{}) {
		return nil
	}
	h := p.useHop(k)
	h.tunnel = t
	return h
}

// tunnelStats are the counters of a tunnel.
func (p *plane) tunnelStats(oid sai.OID) func(int32) uint64 {
	t := p.vxlan.all[oid]
	if t == nil {
		return func(int32) uint64 { return 0 }
	}
	c := sum(p.k.maps.TunnelCounts, t.number, addRif)
	return func(stat int32) uint64 {
		switch sai.TunnelStat(stat) {
		case sai.TunnelStatInPackets:
			return c.RxPackets
		case sai.TunnelStatInOctets:
			return c.RxBytes
		case sai.TunnelStatOutPackets:
			return c.TxPackets
		case sai.TunnelStatOutOctets:
			return c.TxBytes
		}
		return 0
	}
}

// adoptTunnels finds tunnels by their ends.
func (p *plane) adoptTunnels() {
	known := map[[2]uint32]uint32{}
	for i := uint32(1); i < p.k.tunnels.len(); i++ {
		if t := p.k.tunnels.at(i); t.Src != 0 {
			known[[2]uint32{t.Src, t.Dst}] = i
		}
	}
	var late []*tunnel
	for _, oid := range sorted(p.vxlan.all) {
		t := p.vxlan.all[oid]
		if n, ok := known[[2]uint32{be32(t.src), be32(p.farEnd(t))}]; ok && p.vxlan.numbers.claim(n) {
			p.numberTunnel(t, n)
		} else {
			late = append(late, t)
		}
	}
	for _, t := range late {
		p.numberTunnel(t, fresh(&p.vxlan.numbers, func(i uint32) bool { return p.k.tunnels.at(i).Src != 0 }))
	}
}

// wipeTunnels empties the entries of tunnels that nothing in the model has, and what leads to them before.
func (p *plane) wipeTunnels() error {
	err := p.vxlan.overlay.render(p)
	for i := uint32(1); i < p.k.tunnels.len(); i++ {
		if !p.vxlan.numbers.used[i] {
			p.k.tunnels.store(i, swTunnel{})
		}
	}
	return err
}
