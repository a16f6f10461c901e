package ebpf

import (
	"errors"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// port is a port or a LAG: whatever has frames, VLANs and router interfaces.
type port struct {
	oid                       sai.OID
	number                    uint16
	front                     string // front-panel netdev; "" of a LAG and of ports without one
	isLag                     bool
	admin                     bool
	mtu                       uint32 // as SAI counts, with headers
	pvid                      uint16
	dropTagged, dropUntagged  bool
	host                      string // netdev of its host interface
	bridge                    *bridgePort
	rif                       *rif
	subs                      map[uint16]*rif
	storms                    storms
	aclIn, aclOut             sai.OID // groups of access lists, or tables
	sorting                   portSorting
	limits                    map[uint8]sai.OID // schedulers of queues
	mirrorIn, mirrorOut       sai.ObjectList
	member                    *lagMember          // of the LAG that it is in
	members                   map[*lagMember]bool // of a LAG
	buckets                   []uint32            // of a LAG: physical ports
	frontSocket, hostSocket   socket
	watchedFront, watchedHost string
}

// frameOverhead is what SAI_PORT_ATTR_MTU counts beside the payload (sonic-contract 4.3); bootMTU is what a port has that nobody configured.
const (
	frameOverhead = 22
	bootMTU       = 1514
	defaultMTU    = 9100
)

func (p *plane) port(c *virtual.Change) {
	oid := c.Object.OID
	if attr[sai.PortType](c, sai.PortAttrType) == sai.PortTypeCpu && c.Verb == virtual.Created {
		return
	}
	switch c.Verb {
	case virtual.Created:
		o := &port{oid: oid, subs: map[uint16]*rif{}}
		if lanes := attr[sai.U32List](c, sai.PortAttrHwLaneList); len(lanes) > 0 {
			o.front = p.front[lanes[0]]
		}
		p.addPort(o)
	case virtual.Removed:
		p.dropPort(oid)
		return
	}
	o := p.ports[oid]
	if o == nil {
		return
	}
	update(c, sai.PortAttrAdminState, &o.admin)
	update(c, sai.PortAttrMtu, &o.mtu)
	update(c, sai.PortAttrPortVlanID, &o.pvid)
	update(c, sai.PortAttrDropTagged, &o.dropTagged)
	update(c, sai.PortAttrDropUntagged, &o.dropUntagged)
	o.storms.update(c)
	update(c, sai.PortAttrIngressAcl, &o.aclIn)
	update(c, sai.PortAttrEgressAcl, &o.aclOut)
	o.sorting.update(c)
	update(c, sai.PortAttrIngressMirrorSession, &o.mirrorIn)
	update(c, sai.PortAttrEgressMirrorSession, &o.mirrorOut)
	p.touchPort(o)
}

func (p *plane) addPort(o *port) {
	p.ports[o.oid] = o
	if !p.held {
		p.numberPort(o, uint16(p.portNumbers.take()))
	}
	p.touch(o)
}

func (p *plane) numberPort(o *port, number uint16) {
	o.number = number
	p.portByNumber[number] = o
}

// touchPort renders a port, and the LAG that it is a member of.
func (p *plane) touchPort(o *port) {
	p.touch(o)
	if o.member != nil {
		p.touch(members{o.member.lag})
	}
}

func (p *plane) dropPort(oid sai.OID) {
	o := p.ports[oid]
	if o == nil {
		return
	}
	delete(p.ports, oid)
	delete(p.names, oid)
	p.watch(&o.watchedFront, "", o)
	p.watch(&o.watchedHost, "", o)
	p.touch(gone{o})
}

// gone takes the entries of a port that was removed.
type gone struct{ *port }

func (g gone) render(p *plane) error {
	err := p.bind(&g.frontSocket, "", swIface{})
	if err == nil {
		err = p.bind(&g.hostSocket, "", swIface{})
	}
	if g.number != 0 {
		delete(p.portByNumber, g.number)
		p.k.ports.store(uint32(g.number), swPort{})
		p.k.lags.store(uint32(g.number), swLag{})
		p.k.storms.store(uint32(g.number), swStorm{})
		err = errors.Join(err, zero[swPortCounters](p.k.maps.PortCounts, uint32(g.number)), p.dropSorting(g.number))
		p.portNumbers.give(uint32(g.number))
		g.number = 0
	}
	return err
}

// payload is the port's MTU behind the Ethernet header.
func (o *port) payload() uint16 {
	mtu := o.mtu
	switch {
	case o.isLag:
		return 0xffff
	case mtu == bootMTU || mtu < frameOverhead:
		return defaultMTU
	}
	return uint16(min(mtu-frameOverhead, 0xffff))
}

func (o *port) render(p *plane) error {
	if p.ports[o.oid] != o {
		return nil // removed in the same call
	}
	if o.number == 0 {
		return fmt.Errorf("port %s has no number: more than %d ports and LAGs", o.oid, p.k.ports.len()-1)
	}
	p.watch(&o.watchedFront, o.front, o)
	host := o.host
	if o.isLag {
		host = p.names[o.oid]
	}
	inner := ""
	if host != "" {
		inner = linux.InnerName(host)
	}
	p.watch(&o.watchedHost, inner, o)
	v := swPort{Ifindex: p.links[o.front].index, Hostif: p.links[inner].index, Logical: o.number, Pvid: o.pvid, Mtu: o.payload()}
	v.Flags = uint16(o.flags(p.links[o.front].direct))
	sorted, err := p.renderSorting(o)
	if err != nil {
		return err
	}
	v.Flags |= uint16(sorted)
	v.AclIn, v.AclLate, v.AclOut = p.bindAcl(o.aclIn, o.aclOut)
	v.MirrorIn, v.MirrorOut = p.mirrorSet(o.mirrorIn), p.mirrorSet(o.mirrorOut)
	if o.member != nil {
		v.Logical = o.member.lag.number
		if o.member.ingressDisable {
			v.Flags |= uint16(swPortFlagsPORT_CLOSED)
		}
	}
	if o.rif != nil {
		v.Rif = uint16(o.rif.number)
	}
	for i := range min(len(o.front), len(v.Name)) {
		v.Name[i] = int8(o.front[i])
	}
	p.k.storms.store(uint32(o.number), swStorm{Policer: [4]uint16{p.policerNumber(o.storms[0]), p.policerNumber(o.storms[1]), p.policerNumber(o.storms[2])}})
	p.k.ports.store(uint32(o.number), v)
	if err := p.bind(&o.frontSocket, o.front, swIface{Kind: uint8(swIfaceKindIF_FRONT), Port: o.number}); err != nil {
		return err
	}
	kind := swIfaceKindIF_PORT
	if o.isLag {
		kind = swIfaceKindIF_LAG
	}
	return p.bind(&o.hostSocket, inner, swIface{Kind: uint8(kind), Port: o.number})
}

func (o *port) flags(direct bool) (f swPortFlags) {
	for _, x := range []struct {
		on  bool
		bit swPortFlags
	}{
		{o.admin || o.isLag, swPortFlagsPORT_UP},
		{o.isLag, swPortFlagsPORT_LAG},
		{o.bridge != nil && o.bridge.admin, swPortFlagsPORT_BRIDGED},
		{o.bridge != nil && o.bridge.learn, swPortFlagsPORT_LEARN},
		{len(o.subs) > 0, swPortFlagsPORT_SUBS},
		{o.dropTagged, swPortFlagsPORT_DROP_TAGGED},
		{o.dropUntagged, swPortFlagsPORT_DROP_UNTAGGED},
		{direct, swPortFlagsPORT_DIRECT},
	} {
		if x.on {
			f |= x.bit
		}
	}
	return f
}
