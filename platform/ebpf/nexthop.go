package ebpf

import (
	"fmt"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// hopKey is an address on a router interface; or on a tunnel, with the VNI and the address of a router behind it.
type hopKey struct {
	rif sai.OID
	ip  netip.Addr
	vni uint32
	mac sai.MAC
}

// hop is an address on a router interface: a neighbour, a next hop, or both. Users are the objects that stand for it.
type hop struct {
	hopKey
	number    uint32
	rif       *rif
	tunnel    *tunnel           // instead of rif
	neighbor  *virtual.Neighbor // nil: not known
	users     int
	nextHopOf []sai.OID
}

// useHop finds or makes the hop of an address.
func (p *plane) useHop(k hopKey) *hop {
	h := p.hops[k]
	if h == nil {
		h = &hop{hopKey: k, rif: p.rifs[k.rif]}
		p.hops[k] = h
		if !p.held {
			h.number = p.hopNumbers.take()
		}
	}
	h.users++
	p.touch(h)
	return h
}

func (p *plane) leaveHop(h *hop) {
	if h.users--; h.users == 0 {
		delete(p.hops, h.hopKey)
	}
	p.touch(h)
}

func (p *plane) nextHop(c *virtual.Change) {
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		t := attr[sai.NextHopType](c, sai.NextHopAttrType)
		var h *hop
		switch t {
		case sai.NextHopTypeIP:
			h = p.useHop(hopKey{rif: attr[sai.OID](c, sai.NextHopAttrRouterInterfaceID), ip: attr[netip.Addr](c, sai.NextHopAttrIP)})
		case sai.NextHopTypeTunnelEncap:
			h = p.tunnelHop(c)
		}
		if h == nil {
			p.log.Warn("next hop without a data plane: its routes drop", "object", oid, "type", t)
			p.targets[oid] = leaf(swLeafTypeLEAF_DROP, 0)
			return
		}
		p.nextHops[oid] = h
		h.nextHopOf = append(h.nextHopOf, oid)
		p.targets[oid] = leaf(swLeafTypeLEAF_NEXTHOP, h.number)
	case virtual.Removed:
		delete(p.targets, oid)
		if h := p.nextHops[oid]; h != nil {
			delete(p.nextHops, oid)
			p.leaveHop(h)
		}
	}
}

func (h *hop) render(p *plane) error {
	if h.number == 0 {
		if h.users == 0 {
			return nil
		}
		return fmt.Errorf("next hop %s has no number: more than %d neighbours and next hops", h.ip, p.k.nexthops.len()-1)
	}
	if h.users == 0 {
		p.k.nexthops.store(h.number, swNexthop{})
		p.hopNumbers.give(h.number)
		h.number = 0
		return nil
	}
	v := swNexthop{}
	ip := h.ip.As16()
	copy(v.Ip[:], ip[:])
	if h.tunnel != nil {
		v.Mac, v.Flags = h.mac, uint16(swNexthopFlagsNH_RESOLVED|swNexthopFlagsNH_TUNNEL)
		v.Tunnel, v.Vni = uint16(h.tunnel.number), h.vni
		p.k.nexthops.store(h.number, v)
		return nil
	}
	v.Rif = uint16(h.rif.number)
	if n := h.neighbor; n != nil {
		v.Mac, v.Flags = n.MAC, uint16(swNexthopFlagsNH_RESOLVED)
		switch n.Action {
		case sai.PacketActionDrop, sai.PacketActionDeny:
			v.Flags |= uint16(swNexthopFlagsNH_DROP)
		case sai.PacketActionTrap:
			v.Flags |= uint16(swNexthopFlagsNH_TRAP)
		}
	}
	p.k.nexthops.store(h.number, v)
	return nil
}
