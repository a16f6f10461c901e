package model

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// frameOverhead is what SAI_PORT_ATTR_MTU counts beside the payload (sonic-contract 4.3); bootMTU is what a port has that nobody configured, which
// is to mean defaultMTU.
const (
	frameOverhead = 22
	bootMTU       = 1514
	defaultMTU    = 9100
)

// pass is a frame on its way.
type pass struct {
	s    *State
	f    Frame
	in   *object // port that it came in at; nil: from the CPU
	from *object // the same, or the LAG that the port is a member of: where it must not go back to. nil: anywhere
	rif  *object // router interface that it came in at; nil: it is not routed
	vlan *object

	origin *object        // from, for good
	pcp    uint16         // priority of its tag, in place
	tag    uint16         // that it came with
	tagged bool           // it came with one
	vid    uint16         // VLAN that it is in; 0: none
	class  uint8          // traffic class
	copies sai.ObjectList // mirror sessions that access lists send it to as it leaves
	out    Outcome
}

// Process is the data plane: what comes of a frame that came in at a netdev, be it from the wire at a front-panel netdev, or from the kernel on a
// host interface. The frame is not written to.
func (s *State) Process(netdev string, f Frame) Outcome {
	p := &pass{s: s, f: f}
	switch o := s.interfaces()[netdev]; {
	case o == nil:
		p.drop(DropUnknownNetdev)
	case len(f.Data) < etherHeader:
		p.drop(DropMalformed)
	case o.Type == sai.ObjectTypePort && s.frontPanel(o) == netdev:
		p.in = o
		p.receive()
	default:
		p.inject(o)
	}
	return p.out
}

// receive classifies a frame from the wire: who it is for, and what VLAN or router interface it belongs to.
func (p *pass) receive() {
	p.countPort(p.in, p.f, sai.PortStatIfInOctets, sai.PortStatIfInUcastPkts, sai.PortStatIfInNonUcastPkts, sai.PortStatIfInMulticastPkts,
		sai.PortStatIfInBroadcastPkts)
	if !attr[bool](p.in, sai.PortAttrAdminState) {
		p.drop(DropAdminDown)
		return
	}
	p.mirror(attr[sai.ObjectList](p.in, sai.PortAttrIngressMirrorSession), p.f)
	if castOf(p.f.src()) != unicast {
		p.drop(DropSourceMAC)
		return
	}
	vid := uint16(0) // of the tag; 0: there is none, or one of priority only, which is the same
	whole := true
	switch p.f.TPID {
	case 0:
	case typeVLAN:
		vid, p.pcp = p.f.TCI&0xfff, p.f.TCI&0xe000
		p.tag, p.tagged = p.f.TCI, true
		p.f, whole = p.f.untag()
	default: // provider tags
		p.drop(DropTag)
		return
	}
	if why := linkControl(p.f); why != "" {
		p.punt(why)
		return
	}
	closed := false
	if p.from, closed = p.s.logical(p.in); closed {
		p.drop(DropLagClosed)
		return
	}
	p.origin = p.from
	dropTagged, dropUntagged := sai.PortAttrDropTagged, sai.PortAttrDropUntagged
	if isLag(p.from) {
		dropTagged, dropUntagged = sai.LagAttrDropTagged, sai.LagAttrDropUntagged
	}
	switch {
	case vid != 0 && attr[bool](p.from, dropTagged):
		p.drop(DropTag)
	case vid == 0 && attr[bool](p.from, dropUntagged):
		p.drop(DropUntagged)
	case !whole:
		p.drop(DropMalformed)
	default:
		p.classify(vid)
	}
}

// classify gives a frame to the router interface that it belongs to, or else to its VLAN, if access lists let it pass.
func (p *pass) classify(vid uint16) {
	p.class = p.trafficClass()
	rif := p.s.rifOf(p.from, vid)
	p.rif, p.vid = rif, vid
	if vid == 0 && p.s.bridgePort(p.from) != nil {
		p.vid = p.s.pvid(p.from)
	}
	if p.ingressAcl() {
		return
	}
	if rif != nil {
		if castOf(p.f.dst()) == unicast && p.f.dst() != p.s.rifMAC(rif) {
			p.drop(DropNotRouterMAC)
			return
		}
		p.route()
		return
	}
	if vid == 0 {
		vid = p.s.pvid(p.from)
	}
	p.receiveVLAN(vid)
}

// inject takes a frame that the kernel sends on the host interface of a port, LAG, VLAN or sub-interface.
func (p *pass) inject(o *object) {
	switch o.Type {
	case sai.ObjectTypeVlan:
		p.vlan = o
		p.countRif(p.s.vlanRif(o), false)
		p.bridge()
	case sai.ObjectTypeRouterInterface:
		p.countRif(o, false)
		p.send(p.s.ref(o, sai.RouterInterfaceAttrPortID), p.f.tag(attr[uint16](o, sai.RouterInterfaceAttrOuterVlanID)))
	default:
		p.countRif(p.s.rifOf(o, 0), false)
		p.send(o, p.f)
	}
}

// send lets a frame out of a port or LAG, as it is.
func (p *pass) send(port *object, f Frame) { p.sendSized(port, f, p.f.largest()) }

// sendSized is send of a frame of which an MTU bounds size bytes.
func (p *pass) sendSized(port *object, f Frame, size int) {
	logical := port
	if isLag(port) {
		if port = p.member(port); port == nil {
			p.drop(DropNoMember)
			return
		}
	}
	_, plugged := p.s.netdevs[p.s.frontPanel(port)]
	switch {
	case !attr[bool](port, sai.PortAttrAdminState) || !plugged:
		p.dropAt(port, DropEgressDown)
		return
	case size > mtu(port):
		p.dropAt(port, DropEgressMTU)
		return
	}
	v := p.egressAcl(logical, port)
	if v.drop {
		p.dropAt(port, DropEgressACL)
		return
	}
	p.mirror(slices.Concat(attr[sai.ObjectList](port, sai.PortAttrEgressMirrorSession), p.copies, v.mirrorOut), f)
	p.leave(port, p.queueOf(port), f)
}

// leave is the end of a frame that nothing keeps from leaving by a queue of a port.
func (p *pass) leave(port *object, queue uint8, f Frame) {
	p.countQueue(p.s.queue(port, queue), f)
	p.countPort(port, f, sai.PortStatIfOutOctets, sai.PortStatIfOutUcastPkts, sai.PortStatIfOutNonUcastPkts, sai.PortStatIfOutMulticastPkts,
		sai.PortStatIfOutBroadcastPkts)
	p.out.Out = append(p.out.Out, Sent{port.OID, p.s.frontPanel(port), f})
}

// mtu is a port's, behind the Ethernet header and tag.
func mtu(port *object) int {
	mtu := attr[uint32](port, sai.PortAttrMtu)
	if mtu == bootMTU || mtu < frameOverhead {
		return defaultMTU
	}
	return int(mtu - frameOverhead)
}

// frontPanel is the netdev that carries a port's frames; "" if there is none.
func (s *State) frontPanel(port *object) string {
	if lanes := attr[sai.U32List](port, sai.PortAttrHwLaneList); len(lanes) > 0 {
		return s.fronts[lanes[0]]
	}
	return ""
}

// pvid is the VLAN of untagged frames.
func (s *State) pvid(o *object) uint16 {
	if isLag(o) {
		return attr[uint16](o, sai.LagAttrPortVlanID)
	}
	return attr[uint16](o, sai.PortAttrPortVlanID)
}
