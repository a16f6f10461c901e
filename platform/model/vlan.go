package model

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// bridgePort of a port or LAG that is enabled; nil if there is none.
func (s *State) bridgePort(o *object) *object {
	for _, b := range s.referring(o, sai.ObjectTypeBridgePort, sai.BridgePortAttrPortID) {
		if attr[sai.BridgePortType](b, sai.BridgePortAttrType) == sai.BridgePortTypePort && attr[bool](b, sai.BridgePortAttrAdminState) {
			return b
		}
	}
	return nil
}

// membership of a port or LAG in a VLAN; nil if there is none.
func (s *State) membership(vlan, o *object) *object {
	bridgePort := s.bridgePort(o)
	for _, m := range s.referring(bridgePort, sai.ObjectTypeVlanMember, sai.VlanMemberAttrBridgePortID) {
		if attr[sai.OID](m, sai.VlanMemberAttrVlanID) == vlan.OID {
			return m
		}
	}
	return nil
}

// receiveVLAN takes a frame that came in for a VLAN. What is for the VLAN's router interface is routed; control frames for many reach the VLAN's host
// interface as well as its members.
func (p *pass) receiveVLAN(vid uint16) {
	bridgePort := p.s.bridgePort(p.from)
	if bridgePort == nil {
		p.drop(DropNotBridged)
		return
	}
	vlan := p.s.vlans[vid]
	if vlan == nil || p.s.membership(vlan, p.from) == nil {
		p.drop(DropVLAN)
		return
	}
	p.vlan = vlan
	p.enter(bridgePort)
}

// enter takes a frame into its VLAN, where it is learned by the bridge port that it came by, if there is one.
func (p *pass) enter(bridgePort *object) {
	if bridgePort != nil {
		p.learn(bridgePort)
	}
	vlan := p.vlan
	if castOf(p.f.dst()) == unicast {
		if rif := p.s.vlanRif(vlan); rif != nil && p.f.dst() == p.s.rifMAC(rif) {
			p.rif = rif
			p.route()
			return
		}
	} else if why := control(p.f); why != "" {
		p.puntCopy(why, vlanNetdev(vlan))
	}
	p.bridge()
}

// bridge sends a frame to where its destination is in its VLAN, or to all.
func (p *pass) bridge() {
	if castOf(p.f.dst()) != unicast {
		p.flood()
		return
	}
	e, known := p.find(p.f.dst())
	port := p.s.destination(p.s.objects[e.port])
	switch {
	case !known:
		p.flood()
	case e.action == sai.PacketActionDrop || e.action == sai.PacketActionDeny:
		p.drop(DropFdb)
	case e.action == sai.PacketActionTrap:
		p.punt(TrapUnicast)
	case port == nil:
		p.flood()
	case port == p.from:
		p.drop(DropSamePort)
	case isTunnel(port):
		p.bridgeTunnel(port)
	default:
		m := p.s.membership(p.vlan, port)
		if m == nil {
			p.drop(DropVLAN)
			return
		}
		p.sendVLAN(m, port)
	}
}

// flood sends a frame to all members of its VLAN but the one that it came from, if the VLAN floods frames of its kind.
func (p *pass) flood() {
	by := map[cast]struct{ vlan, all, storm uint16 }{
		unicast:   {sai.VlanAttrUnknownUnicastFloodControlType, sai.SwitchAttrFdbUnicastMissPacketAction, sai.PortAttrFloodStormControlPolicerID},
		multicast: {sai.VlanAttrUnknownMulticastFloodControlType, sai.SwitchAttrFdbMulticastMissPacketAction, sai.PortAttrMulticastStormControlPolicerID},
		broadcast: {sai.VlanAttrBroadcastFloodControlType, sai.SwitchAttrFdbBroadcastMissPacketAction, sai.PortAttrBroadcastStormControlPolicerID},
	}[castOf(p.f.dst())]
	if attr[sai.VlanFloodControlType](p.vlan, by.vlan) == sai.VlanFloodControlTypeNone ||
		attr[sai.PacketAction](p.s.sw, by.all) == sai.PacketActionDrop {
		p.drop(DropFlood)
		return
	}
	if !p.police(p.s.ref(p.in, by.storm)) {
		p.drop(DropPoliced)
		return
	}
	for _, m := range p.s.referring(p.vlan, sai.ObjectTypeVlanMember, sai.VlanMemberAttrVlanID) {
		port := p.s.ref(p.s.ref(m, sai.VlanMemberAttrBridgePortID), sai.BridgePortAttrPortID)
		if port != nil && port != p.from && p.s.bridgePort(port) != nil {
			p.sendVLAN(m, port)
		}
	}
	p.floodTunnels()
}

// destination is the port, LAG or tunnel of a bridge port.
func (s *State) destination(bridgePort *object) *object {
	if t := s.ref(bridgePort, sai.BridgePortAttrTunnelID); t != nil {
		return t
	}
	return s.ref(bridgePort, sai.BridgePortAttrPortID)
}

// sendVLAN lets a frame out to a member, with the tag that the member has.
func (p *pass) sendVLAN(m, port *object) {
	p.send(port, tagFor(m, p.f, attr[uint16](p.vlan, sai.VlanAttrVlanID), p.pcp))
}

// tagFor puts the tag around a frame of a VLAN that a member has.
func tagFor(m *object, f Frame, vid, pcp uint16) Frame {
	switch attr[sai.VlanTaggingMode](m, sai.VlanMemberAttrVlanTaggingMode) {
	case sai.VlanTaggingModeTagged:
		return f.tag(vid | pcp)
	case sai.VlanTaggingModePriorityTagged:
		return f.tag(pcp)
	}
	return f
}

// vlanNetdev is the host interface of a VLAN.
func vlanNetdev(vlan *object) string {
	return "Vlan" + strconv.Itoa(int(attr[uint16](vlan, sai.VlanAttrVlanID)))
}
