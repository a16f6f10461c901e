package ebpf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"github.com/cilium/ebpf"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// overlay is what the program knows of tunnels beside their own entries: where they end, what VNIs stand for, and to which tunnels a VLAN floods. All of it is worked
// out anew when something changes, and only differences are written.
type overlay struct {
	terms map[swTermKey]uint32
	vnis  map[swVniKey]swVni
	vlans map[uint32]swOverlay
}

// The default TTL of what a tunnel carries.
const tunnelTTL = 255

func (o *overlay) render(p *plane) error {
	if o.terms == nil {
		if err := o.load(p); err != nil {
			return err
		}
	}
	now := overlay{terms: map[swTermKey]uint32{}, vnis: map[swVniKey]swVni{}, vlans: map[uint32]swOverlay{}}
	now.ends(p)
	sets := now.standsFor(p)
	now.floods(p)
	err := put(p.k.maps.Vnis, o.vnis, now.vnis)
	for _, oid := range sorted(p.vxlan.all) {
		err = errors.Join(err, p.storeTunnel(p.vxlan.all[oid], sets))
	}
	err = errors.Join(err, put(p.k.maps.Overlays, o.vlans, now.vlans), put(p.k.maps.Terms, o.terms, now.terms))
	for _, vlan := range p.vlans {
		if _, had := o.vlans[uint32(vlan.id)]; had != now.has(vlan.id) {
			p.touch(vlan)
		}
	}
	err = errors.Join(err, take(p.k.maps.Terms, o.terms, now.terms), take(p.k.maps.Overlays, o.vlans, now.vlans), take(p.k.maps.Vnis, o.vnis, now.vnis))
	*o = now
	if err != nil {
		return fmt.Errorf("tunnels: %w", err)
	}
	return nil
}

// has tells whether a VLAN has tunnels.
func (o *overlay) has(vid uint16) bool {
	_, ok := o.vlans[uint32(vid)]
	return ok
}

func (p *plane) storeTunnel(t *tunnel, sets map[sai.OID]uint16) error {
	if t.number == 0 {
		return fmt.Errorf("tunnel %s has no number: more than %d", t.oid, p.k.tunnels.len()-1)
	}
	v := swTunnel{Src: be32(t.src), Dst: be32(p.farEnd(t)), Mac: p.mac, Maps: sets[t.oid], Ttl: tunnelTTL, Dscp: uint8(tunnelUniform)}
	if t.kind != sai.TunnelTypeVxlan {
		v = swTunnel{}
	}
	if t.pipeTTL && t.ttl != 0 {
		v.Ttl = t.ttl
	}
	if t.pipeDSCP {
		v.Dscp = t.dscp & 63
	}
	if t.bridge != nil && t.bridge.learn {
		v.Flags = uint16(swTunnelFlagsTUNNEL_LEARN)
	}
	p.k.tunnels.store(t.number, v)
	return nil
}

// tunnelUniform is TUNNEL_UNIFORM of bpf/layout.h.
const tunnelUniform = 0xff

// farEnd is the other end of a tunnel: as it was told, or where alone it takes packets from. It is not valid of a tunnel to many.
func (p *plane) farEnd(t *tunnel) netip.Addr {
	if t.dst.IsValid() {
		return t.dst
	}
	for _, e := range p.vxlan.terms {
		if e.tunnel == t.oid && e.src.IsValid() {
			return e.src
		}
	}
	return netip.Addr{}
}

// ends are where tunnels end. Of those that end in the same place, one that is told the other end goes before one that is not.
func (o *overlay) ends(p *plane) {
	for _, e := range p.vxlan.terms {
		t, router := p.vxlan.all[e.tunnel], p.routers[e.router]
		if t == nil || router == nil || !e.dst.Is4() || e.src.IsValid() && !e.src.Is4() {
			continue
		}
		k := swTermKey{Vrf: p.routerNumber(router), Dst: be32(e.dst), Src: be32(e.src)}
		o.terms[k] = t.number
		if e.src.IsValid() {
			continue
		}
		for _, oid := range sorted(p.vxlan.all) {
			if peer := p.vxlan.all[oid]; peer.src == e.dst && peer.dst.IsValid() {
				k.Src = be32(peer.dst)
				if o.terms[k] == 0 {
					o.terms[k] = peer.number
				}
			}
		}
	}
}

// standsFor finds out what the VNIs of each set of maps stand for, and which set each tunnel has.
func (o *overlay) standsFor(p *plane) map[sai.OID]uint16 {
	rifs := p.firstRifs()
	byMap := map[sai.OID][]mapEntry{}
	for _, oid := range sorted(p.vxlan.entries) {
		e := p.vxlan.entries[oid]
		byMap[e.of] = append(byMap[e.of], e)
	}
	of, done := map[sai.OID]uint16{}, map[uint16]bool{}
	for _, oid := range sorted(p.vxlan.all) {
		t := p.vxlan.all[oid]
		name := fmt.Sprint(t.decap)
		set, known := p.vxlan.sets[name]
		if !known {
			set = uint16(len(p.vxlan.sets) + 1)
			p.vxlan.sets[name] = set
		}
		of[oid] = set
		if done[set] {
			continue
		}
		done[set] = true
		for _, m := range t.decap {
			for _, e := range byMap[m] {
				k := swVniKey{Maps: uint32(set), Vni: e.vni}
				if _, taken := o.vnis[k]; taken || e.vid == 0 && rifs[e.router] == nil || e.vni == 0 {
					continue
				}
				v := swVni{Vid: e.vid}
				if e.vid == 0 {
					v.Rif = uint16(rifs[e.router].number)
				}
				o.vnis[k] = v
			}
		}
	}
	return of
}

// firstRifs are the first router interfaces of the virtual routers that VNIs stand for: what is routed for such a VNI comes in there.
func (p *plane) firstRifs() map[sai.OID]*rif {
	first := map[sai.OID]*rif{}
	routed := false
	for _, e := range p.vxlan.entries {
		routed = routed || e.vid == 0 && e.router != 0
	}
	if !routed {
		return first
	}
	for _, oid := range sorted(p.rifs) {
		if r := p.rifs[oid]; r.kind != 0 && r.router != nil && first[r.router.oid] == nil {
			first[r.router.oid] = r
		}
	}
	return first
}

// floods are the tunnels of each VLAN, and its VNI: the one that the tunnels' maps have for it, the least of several.
func (o *overlay) floods(p *plane) {
	for _, m := range p.vxlan.members {
		t := m.port.tunnel
		if !m.port.admin || t.number == 0 || !p.farEnd(t).Is4() {
			continue
		}
		vni := p.vniOf(t, m.vlan)
		if vni == 0 {
			continue
		}
		v := o.vlans[uint32(m.vlan)]
		if v.Vni == 0 || vni < v.Vni {
			v.Vni = vni
		}
		if v.First == 0 || t.number < v.First {
			v.First = t.number
		}
		v.Member[t.number/64] |= 1 << (t.number % 64)
		o.vlans[uint32(m.vlan)] = v
	}
}

// vniOf is the VNI that stands for a VLAN in a tunnel.
func (p *plane) vniOf(t *tunnel, vid uint16) (vni uint32) {
	for _, e := range p.vxlan.entries {
		for _, m := range t.decap {
			if e.of == m && e.vid == vid && (vni == 0 || e.vni < vni) {
				vni = e.vni
			}
		}
	}
	return vni
}

// load reads what an earlier process has written.
func (o *overlay) load(p *plane) (err error) {
	var errs [3]error
	o.terms, errs[0] = readMap[swTermKey, uint32](p.k.maps.Terms)
	o.vnis, errs[1] = readMap[swVniKey, swVni](p.k.maps.Vnis)
	o.vlans, errs[2] = readMap[uint32, swOverlay](p.k.maps.Overlays)
	return errors.Join(errs[:]...)
}

func readMap[K comparable, V any](m *ebpf.Map) (map[K]V, error) {
	all := map[K]V{}
	var k K
	var v V
	it := m.Iterate()
	for it.Next(&k, &v) {
		all[k] = v
	}
	return all, it.Err()
}

// put writes what is new or differs, and take deletes what is not there any more.
func put[K, V comparable](m *ebpf.Map, was, now map[K]V) (err error) {
	for k, v := range now {
		if had, ok := was[k]; !ok || had != v {
			err = errors.Join(err, m.Put(k, v))
		}
	}
	return err
}

func take[K, V comparable](m *ebpf.Map, was, now map[K]V) (err error) {
	for k := range was {
		if _, ok := now[k]; ok {
			continue
		}
		if e := m.Delete(k); e != nil && !errors.Is(e, ebpf.ErrKeyNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// be32 is an IPv4 address as it is in a packet; 0 of another.
func be32(a netip.Addr) uint32 {
	if !a.Is4() {
		return 0
	}
	b := a.As4()
	return binary.NativeEndian.Uint32(b[:])
}
