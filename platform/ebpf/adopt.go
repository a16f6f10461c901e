package ebpf

import (
	"cmp"
	"errors"
	"slices"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// settle ends the time in which the plane was held: it numbers what the model holds, and writes what the kernel does not have yet. What the kernel
// has of an earlier process keeps its number, found by what it is, so that an entry that is right is not written at all and nothing
// that refers to it changes its meaning.
func (p *plane) settle(v virtual.View) error {
	if !p.held {
		return nil
	}
	p.adoptPorts()
	p.adoptRouters()
	p.adoptRifs()
	p.adoptTunnels()
	p.adoptHops()
	p.adoptGroups()
	p.adoptMirrors()
	p.held = false
	for _, o := range p.ports {
		p.touch(o)
		if o.isLag {
			p.adoptBuckets(o)
			p.touch(members{o})
		}
	}
	for _, o := range p.vlans {
		p.touch(o)
	}
	for _, r := range p.rifs {
		p.touch(r)
	}
	for _, h := range p.hops {
		p.touch(h)
	}
	for _, g := range p.groups {
		p.touch(g)
	}
	p.touch(settings{})
	p.touch(&p.vxlan.overlay)
	p.adoptAcl()
	// What is referred to comes first.
	slices.SortStableFunc(p.order, func(a, b thing) int { return cmp.Compare(rank(a), rank(b)) })
	err := p.flush()
	bare := p.bare
	p.bare = map[string]uint32{}
	return errors.Join(err, p.settleRoutes(v), p.settleFdb(v), p.wipe(), p.k.attachAll(bare), p.k.dropOthers())
}

func rank(t thing) int {
	switch t.(type) {
	case *rif:
		return 0
	case *hop:
		return 1
	case *group:
		return 2
	case members, *mirror:
		return 3
	case aclRanges:
		return 4
	case *aclTable:
		return 5
	case *aclGroup:
		return 6
	}
	return 7
}

// adoptPorts finds ports by their front-panel netdev, and LAGs by a port that they have in common.
func (p *plane) adoptPorts() {
	byName := map[[16]int8]uint32{}
	for i := uint32(1); i < p.k.ports.len(); i++ {
		if name := p.k.ports.at(i).Name; name != ([16]int8{}) {
			byName[name] = i
		}
	}
	var late []*port
	for _, oid := range sorted(p.ports) {
		o := p.ports[oid]
		var name [16]int8
		for i := range min(len(o.front), len(name)) {
			name[i] = int8(o.front[i])
		}
		if n, ok := byName[name]; ok && p.portNumbers.claim(n) {
			p.numberPort(o, uint16(n))
			continue
		}
		late = append(late, o)
	}
	for _, o := range late {
		if n := p.lagNumber(o); n != 0 && p.portNumbers.claim(n) {
			p.numberPort(o, uint16(n))
		}
	}
	// New ones stay away from numbers that still forward.
	for _, o := range late {
		if o.number == 0 {
			p.numberPort(o, uint16(fresh(&p.portNumbers, func(i uint32) bool { return p.k.ports.at(i).Flags != 0 })))
		}
	}
}

// lagNumber is what the members of a LAG belonged to.
func (p *plane) lagNumber(o *port) uint32 {
	for m := range o.members {
		if n := uint32(m.port.number); n != 0 {
			if l := uint32(p.k.ports.at(n).Logical); l != n && l != 0 {
				return l
			}
		}
	}
	return 0
}

// fresh takes a number whose entry is empty, or else any.
func fresh(x *indexes, busy func(uint32) bool) uint32 {
	for i := uint32(1); i < uint32(len(x.used)); i++ {
		if !x.used[i] && !busy(i) {
			x.used[i] = true
			return i
		}
	}
	return x.take()
}

func (p *plane) adoptBuckets(o *port) {
	for _, b := range p.k.lags.at(uint32(o.number)).Bucket {
		o.buckets = append(o.buckets, uint32(b))
	}
}

// rifIdentity is what there is one router interface of.
type rifIdentity struct {
	kind      uint8
	port, vid uint16
}

func (r *rif) identity() rifIdentity {
	id := rifIdentity{kind: uint8(r.kind), vid: r.vid}
	if r.port != nil {
		id.port = r.port.number
	}
	return id
}

func (p *plane) knownRifs() map[rifIdentity]uint32 {
	known := map[rifIdentity]uint32{}
	for i := uint32(1); i < p.k.rifs.len(); i++ {
		if r := p.k.rifs.at(i); r.Type != 0 {
			known[rifIdentity{r.Type, r.Port, r.Vid}] = i
		}
	}
	return known
}

// adoptRouters finds virtual routers by their router interfaces.
func (p *plane) adoptRouters() {
	known := p.knownRifs()
	for _, oid := range sorted(p.rifs) {
		r := p.rifs[oid]
		n, ok := known[r.identity()]
		if !ok || r.router == nil || r.router.oid == p.defaultVR || r.router.number != 0 {
			continue
		}
		if vrf := uint32(p.k.rifs.at(n).Vrf); vrf != 0 && p.routerNumbers.claim(vrf) {
			r.router.number = vrf
		}
	}
}

func (p *plane) adoptRifs() {
	known := p.knownRifs()
	var late []*rif
	for _, oid := range sorted(p.rifs) {
		r := p.rifs[oid]
		if n, ok := known[r.identity()]; ok && r.kind != 0 && p.rifNumbers.claim(n) {
			p.numberRif(r, n)
			if r.kind == swRifTypeRIF_SUB {
				r.subBound = swSubKey{Port: r.port.number, Vid: r.vid}
			}
			continue
		}
		late = append(late, r)
	}
	for _, r := range late {
		p.numberRif(r, fresh(&p.rifNumbers, func(i uint32) bool { return p.k.rifs.at(i).Type != 0 }))
	}
}

// hopIdentity is a hop by the number of its router interface and its address.
type hopIdentity struct {
	rif, tunnel uint16
	vni         uint32
	mac         sai.MAC // of one behind a tunnel
	ip          [16]uint8
}

func (h *hop) identity() hopIdentity {
	id := hopIdentity{vni: h.vni, mac: h.mac, ip: h.ip.As16()}
	if h.tunnel != nil {
		id.tunnel = uint16(h.tunnel.number)
	} else {
		id.rif = uint16(h.rif.number)
	}
	return id
}

func (p *plane) adoptHops() {
	known := map[hopIdentity]uint32{}
	for i := uint32(1); i < p.k.nexthops.len(); i++ {
		switch h := p.k.nexthops.at(i); {
		case h.Tunnel != 0:
			known[hopIdentity{tunnel: h.Tunnel, vni: h.Vni, mac: h.Mac, ip: h.Ip}] = i
		case h.Rif != 0:
			known[hopIdentity{rif: h.Rif, ip: h.Ip}] = i
		}
	}
	var late []*hop
	for _, h := range p.hops {
		if n, ok := known[h.identity()]; ok && p.hopNumbers.claim(n) {
			h.number = n
		} else {
			late = append(late, h)
		}
	}
	for _, h := range late {
		h.number = fresh(&p.hopNumbers, func(i uint32) bool { return p.k.nexthops.at(i).Rif != 0 || p.k.nexthops.at(i).Tunnel != 0 })
	}
	for _, h := range p.hops {
		for _, oid := range h.nextHopOf {
			if p.nextHops[oid] == h {
				p.targets[oid] = leaf(swLeafTypeLEAF_NEXTHOP, h.number)
			}
		}
	}
}

// adoptGroups finds groups by the hops in their buckets.
func (p *plane) adoptGroups() {
	known := map[string][]uint32{}
	for i := range p.k.groups.len() {
		if g := p.k.groups.at(i); i != 0 && g.Bucket[0] != 0 {
			k := membership(g.Bucket[:])
			known[k] = append(known[k], i)
		}
	}
	var late []*group
	for _, oid := range sorted(p.groups) {
		g := p.groups[oid]
		buckets := make([]uint32, len(swGroup{}.Bucket))
		spread(buckets, g.shares())
		k := membership(buckets)
		if list := known[k]; len(list) > 0 && p.groupNumbers.claim(list[0]) {
			p.numberGroup(g, list[0])
			known[k] = list[1:]
		} else {
			late = append(late, g)
		}
	}
	for _, g := range late {
		p.numberGroup(g, fresh(&p.groupNumbers, func(i uint32) bool { return p.k.groups.at(i).Bucket[0] != 0 }))
	}
}

// membership is which hops have how many buckets.
func membership(buckets []uint32) string {
	all := slices.Clone(buckets)
	slices.Sort(all)
	text := make([]byte, 0, 4*len(all))
	for _, b := range all {
		text = append(text, byte(b), byte(b>>8), byte(b>>16), byte(b>>24))
	}
	return string(text)
}

// wipe empties the entries that nothing in the model has.
func (p *plane) wipe() error {
	for i := uint32(1); i < p.k.ports.len(); i++ {
		if !p.portNumbers.used[i] {
			p.k.ports.store(i, swPort{})
			p.k.lags.store(i, swLag{})
		}
	}
	for i := range p.k.vlans.len() {
		if p.vlanByID[uint16(i)] == nil {
			p.k.vlans.store(i, swVlan{})
		}
	}
	for i := uint32(1); i < p.k.rifs.len(); i++ {
		if !p.rifNumbers.used[i] {
			p.k.rifs.store(i, swRif{})
		}
	}
	for i := uint32(1); i < p.k.nexthops.len(); i++ {
		if !p.hopNumbers.used[i] {
			p.k.nexthops.store(i, swNexthop{})
		}
	}
	for i := uint32(1); i < p.k.groups.len(); i++ {
		if !p.groupNumbers.used[i] {
			p.k.groups.store(i, swGroup{})
		}
	}
	p.wipeMirrors()
	return errors.Join(p.wipeTunnels(), p.wipeHashes(), p.wipeAcl())
}

func (p *plane) wipeHashes() error {
	var errs []error
	var ifindex, number uint32
	var iface swIface
	var stale []uint32
	for it := p.k.maps.Ifaces.Iterate(); it.Next(&ifindex, &iface); {
		// A netdev that the feed has not told of yet may have its place.
		if p.bound[ifindex] == nil && len(p.links) > 0 {
			stale = append(stale, ifindex)
		}
	}
	for _, i := range stale {
		errs = append(errs, p.unbind(i))
	}
	var k swSubKey
	var gone []swSubKey
	for it := p.k.maps.Subs.Iterate(); it.Next(&k, &number); {
		if o := p.portByNumber[k.Port]; o == nil || o.subs[k.Vid] == nil {
			gone = append(gone, k)
		}
	}
	for _, k := range gone {
		errs = append(errs, p.k.maps.Subs.Delete(k))
	}
	return errors.Join(append(errs, p.wipeShapers())...)
}

// sorted are the keys of a map of objects in the order of their creation.
func sorted[T any](m map[sai.OID]T) []sai.OID {
	all := make([]sai.OID, 0, len(m))
	for oid := range m {
		all = append(all, oid)
	}
	slices.Sort(all)
	return all
}
