package ebpf

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// settleRoutes brings routes in step: first what should not be there goes, then all is put, of which only what differs is written.
func (p *plane) settleRoutes(v virtual.View) error {
	p.surplusTrie(v)
	old4, err4 := p.lpm4.all()
	old6, err6 := p.lpm6.all()
	if err := errors.Join(err4, err6); err != nil {
		return err
	}
	put := func(e sai.RouteEntry, l uint32) error {
		l4 := withDepth(l, e.Destination.Bits())
		switch {
		case p.inTrie(e):
			return p.putPrefix(e, l, true)
		case e.Destination.Addr().Is4():
			return settlePrefix(&p.lpm4, old4, p.key4(e), l4)
		}
		return settlePrefix(&p.lpm6, old6, p.key6(e), l4)
	}
	for e, r := range v.Routes() {
		if err := put(e, p.leafOf(r)); err != nil {
			return err
		}
	}
	for k, h := range p.hosts {
		if k.router == nil {
			continue
		}
		e := sai.RouteEntry{Switch: p.sw, VirtualRouter: k.router.oid, Destination: netip.PrefixFrom(k.ip, k.ip.BitLen())}
		if _, given := v.Route(e); given {
			continue
		}
		if err := put(e, leaf(swLeafTypeLEAF_NEXTHOP, h.number)); err != nil {
			return err
		}
	}
	p.fib.compact()
	return errors.Join(p.flushRoutes(), surplus(&p.lpm4, old4), surplus(&p.lpm6, old6), p.flushRoutes())
}

// settlePrefix writes a prefix unless the map has it so; what is left of old is surplus.
func settlePrefix[K comparable](l *lpm[K], old map[K]uint32, k K, leaf uint32) error {
	was, ok := old[k]
	delete(old, k)
	if ok && was == leaf {
		return nil
	}
	return l.put(k, leaf)
}

func surplus[K comparable](l *lpm[K], old map[K]uint32) error {
	for k := range old {
		if err := l.remove(k); err != nil {
			return err
		}
	}
	return nil
}

// surplusTrie takes the prefixes from the trie that the ASIC does not have.
func (p *plane) surplusTrie(v virtual.View) {
	for e := range v.Routes() { // cover looks at these lengths only
		if p.inTrie(e) {
			p.lengths4[e.Destination.Bits()]++
		}
	}
	defer func() { p.lengths4 = [33]int{} }()
	seen := map[netip.Prefix]bool{}
	p.fib.each(func(addr uint32, bits int) {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], addr)
		d := netip.PrefixFrom(netip.AddrFrom4(b), bits)
		if seen[d] {
			return
		}
		e := sai.RouteEntry{Switch: p.sw, VirtualRouter: p.defaultVR, Destination: d}
		_, known := v.Route(e)
		if !known && bits == 32 {
			known = p.hosts[hostKey{p.routers[p.defaultVR], d.Addr()}] != nil
		}
		if !known {
			seen[d] = true
			p.fib.repaint(addr, bits, p.cover(v, e))
		}
	})
}

// settleFdb brings the FDB in step. What the data plane learned meanwhile, the ASIC learns now.
func (p *plane) settleFdb(v virtual.View) error {
	have := map[swFdbKey]swFdbEntry{}
	err := p.eachFdb(func(k swFdbKey, e swFdbEntry) error {
		have[k] = e
		return nil
	})
	if err != nil {
		return err
	}
	for e, f := range v.Fdb() {
		vlan := p.vlans[e.BV]
		want, ok := p.fdbValue(f)
		if vlan == nil || !ok {
			continue
		}
		k := swFdbKey{Vid: vlan.id, Mac: e.MAC}
		now, known := have[k]
		if known && ((now.Flags|want.Flags)&uint16(swFdbFlagsFDB_STATIC) == 0 || now.Port == want.Port && now.Flags == want.Flags) {
			continue // a learned one may have moved: the sweep tells the ASIC
		}
		if err := p.k.maps.Fdb.Put(k, want); err != nil {
			return err
		}
		have[k] = want
	}
	for k, e := range have {
		vlan := p.vlanByID[k.Vid]
		if e.Flags&uint16(swFdbFlagsFDB_STATIC) != 0 && (vlan == nil || !v.HasFdb(vlan.oid, k.Mac)) {
			if err := p.forgetFdb(k); err != nil {
				return err
			}
		}
	}
	return p.sweep(v)
}
