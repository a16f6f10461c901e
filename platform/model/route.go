package model

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// table are the routes of a virtual router.
type table struct {
	routes  map[netip.Prefix]virtual.Route
	lengths [2][129]int // number of routes by length, IPv4 and IPv6
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

func (s *State) routeChanged(e sai.RouteEntry, c *virtual.Change) {
	t := s.routes[e.VirtualRouter]
	if t == nil {
		t = &table{routes: map[netip.Prefix]virtual.Route{}}
		s.routes[e.VirtualRouter] = t
	}
	length := &t.lengths[family(e.Destination.Addr())][e.Destination.Bits()]
	if _, known := t.routes[e.Destination]; known {
		*length--
	}
	if c.Verb == virtual.Removed {
		delete(t.routes, e.Destination)
		return
	}
	t.routes[e.Destination] = c.Route
	*length++
}

// address is one of a virtual router.
type address struct {
	router sai.OID
	ip     netip.Addr
}

// lookup finds the longest prefix that an address is in. A neighbour is one of full length, below a route that was given.
func (s *State) lookup(a address) (r virtual.Route, to hop, bits int, ok bool) {
	t := s.routes[a.router]
	for bits := a.ip.BitLen(); bits >= 0; bits-- {
		if t != nil && t.lengths[family(a.ip)][bits] > 0 {
			prefix, _ := a.ip.Prefix(bits) // bits are within bounds
			if r, ok := t.routes[prefix]; ok {
				return r, hop{}, bits, true
			}
		}
		if hosts := s.hosts[a]; bits == a.ip.BitLen() && len(hosts) > 0 {
			return virtual.Route{}, hosts[len(hosts)-1], bits, true
		}
	}
	return virtual.Route{}, hop{}, 0, false
}

// routeIP takes an IP packet: it is the switch's own, forwarded, given to the kernel to be resolved or answered, or dropped.
func (p *pass) routeIP() {
	ip, ok := parseIP(p.f)
	if !ok || !ip.sound || ip.dst.Is4() && !ip.options && !sumsUp(p.f.payload()[:ip.header]) { // the kernel sees those with options
		p.drop(DropIPHeader)
		return
	}
	if isMartian(ip) {
		p.drop(DropMartian)
		return
	}
	switch {
	case ip.dst.IsMulticast():
		p.punt(TrapMulticast)
		return
	case ip.dst == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		p.punt(TrapBroadcast)
		return
	case ip.dst.Is6() && ip.dst.IsLinkLocalUnicast(): // every interface has one
		p.punt(own(ip))
		return
	}
	r, neighbor, bits, ok := p.s.lookup(address{attr[sai.OID](p.rif, sai.RouterInterfaceAttrVirtualRouterID), ip.dst})
	if !ok {
		p.drop(DropNoRoute)
		return
	}
	if neighbor != (hop{}) {
		p.forwardIP(ip, func() (hop, bool) { return neighbor, true })
		return
	}
	p.follow(ip, r, bits)
}

// follow does what a route says.
func (p *pass) follow(ip packet, r virtual.Route, bits int) {
	switch r.Action {
	case sai.PacketActionDrop, sai.PacketActionDeny:
		p.drop(DropBlackhole)
		return
	case sai.PacketActionTrap, sai.PacketActionCopy, sai.PacketActionLog:
		p.punt(TrapRoute)
		return
	}
	to := p.s.objects[r.NextHop]
	switch {
	case to == nil:
		p.drop(DropBlackhole)
	case to.OID == attr[sai.OID](p.s.sw, sai.SwitchAttrCpuPort):
		if t := p.tunnelEnd(ip); t != nil {
			p.decapsulate(t)
			return
		}
		p.punt(own(ip))
	case to.Type == sai.ObjectTypeRouterInterface:
		p.connected(ip, bits)
	case to.Type == sai.ObjectTypeNextHopGroup:
		p.forwardIP(ip, func() (hop, bool) { return p.choose(to) })
	case attr[sai.NextHopType](to, sai.NextHopAttrType) == sai.NextHopTypeIP, p.s.isOverlay(to):
		p.forwardIP(ip, func() (hop, bool) { return hopOf(to), true })
	default: // MPLS, tunnels that are not VXLAN
		p.drop(DropBlackhole)
	}
}

// connected takes a packet to a subnet of the switch's, whose host is not a neighbour yet: the kernel resolves.
func (p *pass) connected(ip packet, bits int) {
	if ip.dst.Is4() && bits < 31 && bits > 0 && ip.dst == lastOf(ip.dst, bits) {
		p.drop(DropDirectedBroadcast)
		return
	}
	switch {
	case staysOnLink(ip):
		p.drop(DropMartian)
	case ip.ttl <= 1:
		p.punt(TrapTTL)
	default:
		p.punt(TrapGlean)
	}
}

// forwardIP forwards a packet, unless the kernel has to say something about it.
func (p *pass) forwardIP(ip packet, choose func() (hop, bool)) {
	if ip.options {
		p.punt(TrapOptions)
		return
	}
	if staysOnLink(ip) {
		p.drop(DropMartian)
		return
	}
	if ip.ttl <= 1 {
		p.punt(TrapTTL)
		return
	}
	to, ok := choose()
	if !ok {
		p.drop(DropNoMember)
		return
	}
	p.forward(to)
}

// own is why a packet to the switch itself is trapped.
func own(ip packet) Trap {
	switch {
	case ip.isND():
		return TrapND
	case ip.isBGP():
		return TrapBGP
	}
	return TrapIP2ME
}

// isMartian tells addresses that no router takes packets from or to (RFC 1812 5.3.7, RFC 4291 2).
func isMartian(ip packet) bool {
	if ip.dst.Is4() {
		dst, src := ip.dst.As4(), ip.src.As4()
		return ip.src.IsMulticast() || src[0] == 127 || src == [4]byte{255, 255, 255, 255} || dst[0] == 127 || dst[0] == 0
	}
	return ip.src.IsMulticast() || ip.src.IsLoopback() || ip.dst.IsLoopback() || ip.dst.IsUnspecified()
}

// staysOnLink tells packets that are not forwarded for their source (RFC 4291 2.5.2, 2.5.6).
func staysOnLink(ip packet) bool {
	return ip.src.Is6() && (ip.src.IsLinkLocalUnicast() || ip.src.IsUnspecified())
}

// lastOf is the last address of a prefix.
func lastOf(ip netip.Addr, bits int) netip.Addr {
	b := ip.As4()
	for i := bits; i < 32; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(b)
}
