package ebpf

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

type vlan struct {
	oid                           sai.OID
	id                            uint16
	learnDisable                  bool
	unicast, multicast, broadcast sai.VlanFloodControlType
	rif                           *rif
	members                       map[*vlanMember]bool
	hostSocket                    socket
	watched                       string
}

type vlanMember struct {
	vlan    *vlan
	bridge  *bridgePort
	tagging sai.VlanTaggingMode
}

type bridgePort struct {
	oid          sai.OID
	port         *port
	admin, learn bool
	members      map[*vlanMember]bool
}

func (p *plane) vlan(c *virtual.Change) {
	oid := c.Object.OID
	if c.Verb == virtual.Created {
		o := &vlan{oid: oid, id: attr[uint16](c, sai.VlanAttrVlanID), members: map[*vlanMember]bool{}}
		p.vlans[oid], p.vlanByID[o.id] = o, o
	}
	o := p.vlans[oid]
	if c.Verb == virtual.Removed {
		delete(p.vlans, oid)
		delete(p.vlanByID, o.id)
		p.watch(&o.watched, "", o)
	}
	update(c, sai.VlanAttrLearnDisable, &o.learnDisable)
	update(c, sai.VlanAttrUnknownUnicastFloodControlType, &o.unicast)
	update(c, sai.VlanAttrUnknownMulticastFloodControlType, &o.multicast)
	update(c, sai.VlanAttrBroadcastFloodControlType, &o.broadcast)
	p.touch(o)
}

func (p *plane) vlanMember(c *virtual.Change) {
	if p.tunnelVlanMember(c) {
		return
	}
	oid := c.Object.OID
	if c.Verb == virtual.Created {
		m := &vlanMember{vlan: p.vlans[attr[sai.OID](c, sai.VlanMemberAttrVlanID)], bridge: p.bridgePorts[attr[sai.OID](c, sai.VlanMemberAttrBridgePortID)]}
		if m.vlan == nil || m.bridge == nil {
			return // of a bridge port that is not a port's or LAG's
		}
		p.vlanMembers[oid] = m
		m.vlan.members[m], m.bridge.members[m] = true, true
	}
	m := p.vlanMembers[oid]
	if m == nil {
		return
	}
	update(c, sai.VlanMemberAttrVlanTaggingMode, &m.tagging)
	if c.Verb == virtual.Removed {
		delete(p.vlanMembers, oid)
		delete(m.vlan.members, m)
		delete(m.bridge.members, m)
	}
	p.touch(m.vlan)
}

func (p *plane) bridgePort(c *virtual.Change) {
	if p.tunnelBridgePort(c) {
		return
	}
	oid := c.Object.OID
	if c.Verb == virtual.Created {
		o := p.ports[attr[sai.OID](c, sai.BridgePortAttrPortID)]
		if o == nil || attr[sai.BridgePortType](c, sai.BridgePortAttrType) != sai.BridgePortTypePort {
			return
		}
		o.bridge = &bridgePort{oid: oid, port: o, members: map[*vlanMember]bool{}}
		p.bridgePorts[oid] = o.bridge
	}
	b := p.bridgePorts[oid]
	if b == nil {
		return
	}
	update(c, sai.BridgePortAttrAdminState, &b.admin)
	learning := sai.BridgePortFdbLearningModeHw
	if v, ok := given[sai.BridgePortFdbLearningMode](c, sai.BridgePortAttrFdbLearningMode); ok {
		learning = v
	}
	if _, ok := given[sai.BridgePortFdbLearningMode](c, sai.BridgePortAttrFdbLearningMode); ok || c.Verb == virtual.Created {
		b.learn = learning == sai.BridgePortFdbLearningModeHw
	}
	if c.Verb == virtual.Removed {
		delete(p.bridgePorts, oid)
		b.port.bridge = nil
	}
	p.touch(b.port)
	for m := range b.members {
		p.touch(m.vlan)
	}
}

func (o *vlan) render(p *plane) error {
	if p.vlanByID[o.id] != o {
		if p.vlanByID[o.id] == nil {
			p.k.vlans.store(uint32(o.id), swVlan{})
		}
		return p.bind(&o.hostSocket, "", swIface{})
	}
	inner := linux.InnerName("Vlan" + strconv.Itoa(int(o.id)))
	p.watch(&o.watched, inner, o)
	v := swVlan{Flags: uint16(o.flags() &^ p.miss), Hostif: p.links[inner].index}
	if o.rif != nil {
		v.Rif = uint16(o.rif.number)
	}
	if p.vxlan.overlay.has(o.id) {
		v.Flags |= uint16(swVlanFlagsVLAN_OVERLAY)
	}
	for m := range o.members {
		if !m.bridge.admin {
			continue
		}
		word, bit := m.bridge.port.number/64, uint64(1)<<(m.bridge.port.number%64)
		v.Member[word] |= bit
		switch m.tagging {
		case sai.VlanTaggingModeTagged:
			v.Tagged[word] |= bit
		case sai.VlanTaggingModePriorityTagged:
			v.Priority[word] |= bit
		}
	}
	p.k.vlans.store(uint32(o.id), v)
	return p.bind(&o.hostSocket, inner, swIface{Kind: uint8(swIfaceKindIF_VLAN), Vid: o.id})
}

func (o *vlan) flags() swVlanFlags {
	f := swVlanFlagsVLAN_VALID
	if !o.learnDisable {
		f |= swVlanFlagsVLAN_LEARN
	}
	if o.unicast != sai.VlanFloodControlTypeNone {
		f |= swVlanFlagsVLAN_FLOOD_UC
	}
	if o.multicast != sai.VlanFloodControlTypeNone {
		f |= swVlanFlagsVLAN_FLOOD_MC
	}
	if o.broadcast != sai.VlanFloodControlTypeNone {
		f |= swVlanFlagsVLAN_FLOOD_BC
	}
	return f
}
