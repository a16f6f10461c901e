package model

import (
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// hop is an address on a router interface.
type hop struct {
	rif     sai.OID
	ip      netip.Addr
	overlay sai.OID // instead: a next hop behind a tunnel
}

func hopOf(nextHop *object) hop {
	if attr[sai.NextHopType](nextHop, sai.NextHopAttrType) == sai.NextHopTypeTunnelEncap {
		return hop{overlay: nextHop.OID}
	}
	return hop{rif: attr[sai.OID](nextHop, sai.NextHopAttrRouterInterfaceID), ip: attr[netip.Addr](nextHop, sai.NextHopAttrIP)}
}

func (s *State) neighborChanged(e sai.NeighborEntry, c *virtual.Change) {
	h := hop{rif: e.RouterInterface, ip: e.IP}
	a := address{attr[sai.OID](s.objects[e.RouterInterface], sai.RouterInterfaceAttrVirtualRouterID), e.IP}
	if i := slices.Index(s.hosts[a], h); i >= 0 {
		s.hosts[a] = slices.Delete(s.hosts[a], i, i+1)
	}
	if c.Verb == virtual.Removed {
		delete(s.neighbors, h)
		return
	}
	s.neighbors[h] = c.Neighbor
	if !c.Neighbor.NoHostRoute && !e.IP.IsLinkLocalUnicast() && castOf(c.Neighbor.MAC) != broadcast {
		s.hosts[a] = append(s.hosts[a], h)
	}
}

// forward sends a packet to a next hop. Where the kernel has to resolve it, or say that the packet is too large, it goes there.
func (p *pass) forward(to hop) {
	if to.overlay != 0 {
		p.forwardTunnel(p.s.objects[to.overlay])
		return
	}
	n, known := p.s.neighbors[to]
	rif := p.s.objects[to.rif]
	switch {
	case known && (n.Action == sai.PacketActionDrop || n.Action == sai.PacketActionDeny):
		p.drop(DropNeighbor)
		return
	case !known || n.Action == sai.PacketActionTrap:
		p.punt(TrapGlean)
		return
	case rif == nil || rifType(rif) == sai.RouterInterfaceTypeLoopback:
		p.drop(DropRifDown)
		return
	case p.f.largest() > int(attr[uint32](rif, sai.RouterInterfaceAttrMtu)):
		p.punt(TrapMTU)
		return
	}
	p.f.Data = slices.Clone(p.f.Data)
	stepDown(p.f.payload(), p.f.proto() == typeIPv6)
	mac := p.s.rifMAC(rif)
	copy(p.f.Data[0:], n.MAC[:])
	copy(p.f.Data[6:], mac[:])
	p.countRif(rif, false)
	port := p.s.ref(rif, sai.RouterInterfaceAttrPortID)
	p.vid = 0
	switch rifType(rif) {
	case sai.RouterInterfaceTypeVlan:
		p.vid = attr[uint16](p.s.ref(rif, sai.RouterInterfaceAttrVlanID), sai.VlanAttrVlanID)
		p.vlan, p.rif = p.s.ref(rif, sai.RouterInterfaceAttrVlanID), nil
		p.from = nil // back to where it came from is allowed
		p.bridge()
	case sai.RouterInterfaceTypeSubPort:
		p.vid = attr[uint16](rif, sai.RouterInterfaceAttrOuterVlanID)
		p.send(port, p.f.tag(p.vid|p.pcp))
	default:
		p.send(port, p.f)
	}
}
