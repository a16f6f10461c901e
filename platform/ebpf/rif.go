package ebpf

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/cilium/ebpf"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// rif is a router interface; one of a loopback has no frames, and no entry.
type rif struct {
	oid    sai.OID
	number uint32
	kind   swRifType // 0: loopback, or a kind that there is not here
	port   *port
	vlan   *vlan
	vid    uint16
	router *router
	mac    sai.MAC // zero: the virtual router's, or the switch's
	mtu    uint32
	v4, v6 bool
	// hostSocket is that of a sub-interface; others are a port's, LAG's or VLAN's.
	hostSocket socket
	watched    string
	subBound   swSubKey
}

func (p *plane) rif(c *virtual.Change) {
	oid := c.Object.OID
	if c.Verb == virtual.Created {
		p.addRif(c)
	}
	r := p.rifs[oid]
	update(c, sai.RouterInterfaceAttrSrcMACAddress, &r.mac)
	update(c, sai.RouterInterfaceAttrMtu, &r.mtu)
	update(c, sai.RouterInterfaceAttrAdminV4State, &r.v4)
	update(c, sai.RouterInterfaceAttrAdminV6State, &r.v6)
	if c.Verb == virtual.Removed {
		p.dropRif(r)
	} else {
		p.touch(r)
	}
	if len(p.vxlan.entries) > 0 {
		p.touch(&p.vxlan.overlay) // VNIs may stand for its virtual router
	}
}

func (p *plane) addRif(c *virtual.Change) {
	oid := c.Object.OID
	r := &rif{oid: oid, router: p.routers[attr[sai.OID](c, sai.RouterInterfaceAttrVirtualRouterID)]}
	p.rifs[oid] = r
	r.vid = attr[uint16](c, sai.RouterInterfaceAttrOuterVlanID)
	r.port = p.ports[attr[sai.OID](c, sai.RouterInterfaceAttrPortID)]
	r.vlan = p.vlans[attr[sai.OID](c, sai.RouterInterfaceAttrVlanID)]
	switch t := attr[sai.RouterInterfaceType](c, sai.RouterInterfaceAttrType); {
	case t == sai.RouterInterfaceTypePort && r.port != nil:
		r.kind, r.port.rif = swRifTypeRIF_PORT, r
	case t == sai.RouterInterfaceTypeSubPort && r.port != nil:
		r.kind, r.port.subs[r.vid] = swRifTypeRIF_SUB, r
	case t == sai.RouterInterfaceTypeVlan && r.vlan != nil:
		r.kind, r.vid, r.vlan.rif = swRifTypeRIF_VLAN, r.vlan.id, r
	case t != sai.RouterInterfaceTypeLoopback:
		p.log.Warn("router interface without a data plane", "object", oid, "type", t)
	}
	if !p.held {
		p.numberRif(r, p.rifNumbers.take())
	}
}

func (p *plane) numberRif(r *rif, number uint32) {
	r.number = number
	p.targets[r.oid] = leaf(swLeafTypeLEAF_CONNECTED, number)
}

func (p *plane) dropRif(r *rif) {
	delete(p.rifs, r.oid)
	delete(p.targets, r.oid)
	delete(p.names, r.oid)
	p.watch(&r.watched, "", r)
	switch r.kind {
	case swRifTypeRIF_PORT:
		r.port.rif = nil
	case swRifTypeRIF_SUB:
		delete(r.port.subs, r.vid)
	case swRifTypeRIF_VLAN:
		r.vlan.rif = nil
	}
	p.touchParent(r)
	p.touch(goneRif{r})
}

// touchParent renders what refers to a router interface: after it when it comes, before it when it goes.
func (p *plane) touchParent(r *rif) {
	if r.port != nil {
		p.touch(r.port)
	}
	if r.vlan != nil {
		p.touch(r.vlan)
	}
}

// goneRif takes the entries of a router interface that was removed.
type goneRif struct{ *rif }

func (g goneRif) render(p *plane) error {
	err := errors.Join(p.bind(&g.hostSocket, "", swIface{}), p.unbindSub(g.rif))
	if g.number == 0 {
		return err
	}
	p.k.rifs.store(g.number, swRif{})
	p.rifNumbers.give(g.number)
	return errors.Join(err, zero[swRifCounters](p.k.maps.RifCounts, g.number))
}

// host is the netdev that stands for a router interface.
func (r *rif) host(p *plane) string {
	if name := p.names[r.oid]; name != "" {
		return name
	}
	switch {
	case r.vlan != nil:
		return "Vlan" + strconv.Itoa(int(r.vid))
	case r.port == nil:
		return ""
	}
	name := r.port.host
	if r.port.isLag {
		name = p.names[r.port.oid]
	}
	if name == "" || r.kind == swRifTypeRIF_PORT {
		return name
	}
	return name + "." + strconv.Itoa(int(r.vid))
}

func (r *rif) render(p *plane) error {
	if p.rifs[r.oid] != r || r.kind == 0 {
		return nil // removed in the same call, or without frames
	}
	if r.number == 0 {
		return fmt.Errorf("router interface %s has no number: more than %d", r.oid, p.k.rifs.len()-1)
	}
	inner := ""
	if name := r.host(p); name != "" {
		inner = linux.InnerName(name)
	}
	p.watch(&r.watched, inner, r)
	v := swRif{Hostif: p.links[inner].index, Vrf: uint16(p.routerNumber(r.router)), Vid: r.vid, Mtu: uint16(min(r.mtu, 0xffff)), Type: uint8(r.kind), Mac: r.mac}
	if r.port != nil {
		v.Port = r.port.number
	}
	if r.mac == (sai.MAC{}) {
		v.Mac = p.mac
		if r.router != nil && r.router.mac != (sai.MAC{}) {
			v.Mac = r.router.mac
		}
	}
	if r.v4 {
		v.Flags |= uint8(swRifFlagsRIF_V4)
	}
	if r.v6 {
		v.Flags |= uint8(swRifFlagsRIF_V6)
	}
	p.k.rifs.store(r.number, v)
	p.touchParent(r)
	if r.kind != swRifTypeRIF_SUB {
		return nil
	}
	if err := p.bindSub(r); err != nil {
		return err
	}
	return p.bind(&r.hostSocket, inner, swIface{Kind: uint8(swIfaceKindIF_SUB), Port: r.port.number, Vid: r.vid})
}

func (p *plane) bindSub(r *rif) error {
	r.subBound = swSubKey{Port: r.port.number, Vid: r.vid}
	if err := p.k.maps.Subs.Put(r.subBound, r.number); err != nil {
		return fmt.Errorf("sub-interface %+v: %w", r.subBound, err)
	}
	return nil
}

func (p *plane) unbindSub(r *rif) error {
	if r.subBound == (swSubKey{}) {
		return nil
	}
	if err := p.k.maps.Subs.Delete(r.subBound); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
		return fmt.Errorf("sub-interface %+v: %w", r.subBound, err)
	}
	return nil
}
