package ebpf

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// hostKey is a host route that a neighbour brings.
type hostKey struct {
	router *router
	ip     netip.Addr
}

func (p *plane) neighbor(v virtual.View, c *virtual.Change) error {
	e, ok := c.Object.Entry.(sai.NeighborEntry)
	if !ok {
		return nil
	}
	k := hopKey{rif: e.RouterInterface, ip: e.IP}
	if c.Verb == virtual.Removed {
		h := p.hops[k]
		h.neighbor = nil
		err := p.hostRoute(v, h, false)
		p.leaveHop(h)
		return err
	}
	if c.Verb == virtual.Created {
		p.useHop(k)
	}
	h := p.hops[k]
	n := c.Neighbor
	h.neighbor = &n
	p.touch(h)
	if err := p.flush(); err != nil { // the hop before the route to it
		return err
	}
	return p.hostRoute(v, h, !n.NoHostRoute && !e.IP.IsLinkLocalUnicast() && n.MAC != broadcast)
}

var broadcast = sai.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// hostRoute makes or withdraws a neighbour's host route. A route that was given for the same destination goes before it.
func (p *plane) hostRoute(v virtual.View, h *hop, on bool) error {
	k := hostKey{h.rif.router, h.ip}
	had := p.hosts[k]
	if on == (had == h) || !on && had != h {
		return nil
	}
	if on {
		p.hosts[k] = h
	} else {
		delete(p.hosts, k)
	}
	if p.held || h.rif.router == nil {
		return nil
	}
	e := sai.RouteEntry{Switch: p.sw, VirtualRouter: h.rif.router.oid, Destination: netip.PrefixFrom(h.ip, h.ip.BitLen())}
	if _, given := v.Route(e); given {
		return nil
	}
	if !on {
		return p.removePrefix(v, e)
	}
	return p.putPrefix(e, leaf(swLeafTypeLEAF_NEXTHOP, h.number), had == nil)
}
