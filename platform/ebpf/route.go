package ebpf

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

func (p *plane) route(v virtual.View, c *virtual.Change) error {
	e, ok := c.Object.Entry.(sai.RouteEntry)
	if !ok || p.held {
		return nil
	}
	host := p.hosts[hostKey{p.routers[e.VirtualRouter], e.Destination.Addr()}]
	if !e.Destination.IsSingleIP() {
		host = nil
	}
	if c.Verb != virtual.Removed {
		return p.putPrefix(e, p.leafOf(c.Route), c.Verb == virtual.Created && host == nil)
	}
	if host != nil {
		return p.putPrefix(e, leaf(swLeafTypeLEAF_NEXTHOP, host.number), false)
	}
	return p.removePrefix(v, e)
}

// inTrie tells destinations that are looked up in the trie of the default virtual router, and not in an LPM map.
func (p *plane) inTrie(e sai.RouteEntry) bool {
	return e.VirtualRouter == p.defaultVR && e.Destination.Addr().Is4()
}

// putPrefix makes l what happens to packets to a destination; fresh: nothing was known of the prefix.
func (p *plane) putPrefix(e sai.RouteEntry, l uint32, fresh bool) error {
	bits := e.Destination.Bits()
	l = withDepth(l, bits)
	if p.inTrie(e) {
		if fresh {
			p.lengths4[bits]++
		}
		return p.fib.insert(addr4(e.Destination), bits, l, fresh)
	}
	if e.Destination.Addr().Is4() {
		return p.lpm4.put(p.key4(e), l)
	}
	return p.lpm6.put(p.key6(e), l)
}

// removePrefix takes a prefix; what covers it is what happens then.
func (p *plane) removePrefix(v virtual.View, e sai.RouteEntry) error {
	if p.inTrie(e) {
		p.lengths4[e.Destination.Bits()]--
		return p.fib.remove(addr4(e.Destination), e.Destination.Bits(), p.cover(v, e))
	}
	if e.Destination.Addr().Is4() {
		return p.lpm4.remove(p.key4(e))
	}
	return p.lpm6.remove(p.key6(e))
}

// cover is the leaf of the longest shorter prefix in the trie; 0 if there is none.
func (p *plane) cover(v virtual.View, e sai.RouteEntry) uint32 {
	for bits := e.Destination.Bits() - 1; bits >= 0; bits-- {
		if p.lengths4[bits] == 0 {
			continue
		}
		shorter := e
		shorter.Destination, _ = e.Destination.Addr().Prefix(bits)
		if r, ok := v.Route(shorter); ok {
			return withDepth(p.leafOf(r), bits)
		}
	}
	return 0
}

// flushRoutes writes what is collected for LPM maps.
func (p *plane) flushRoutes() error { return errors.Join(p.lpm4.flush(), p.lpm6.flush()) }

func addr4(d netip.Prefix) uint32 {
	a := d.Addr().As4()
	return binary.BigEndian.Uint32(a[:])
}

func (p *plane) vrf(e sai.RouteEntry) uint32 {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], p.routerNumber(p.routers[e.VirtualRouter]))
	return binary.NativeEndian.Uint32(b[:])
}

func (p *plane) key4(e sai.RouteEntry) swRoute4Key {
	return swRoute4Key{Bits: 32 + uint32(e.Destination.Bits()), Vrf: p.vrf(e), Addr: e.Destination.Addr().As4()}
}

func (p *plane) key6(e sai.RouteEntry) swRoute6Key {
	return swRoute6Key{Bits: 32 + uint32(e.Destination.Bits()), Vrf: p.vrf(e), Addr: e.Destination.Addr().As16()}
}
