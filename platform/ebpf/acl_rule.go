package ebpf

import (
	"net/netip"
	"slices"
	"unsafe"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// What a rule does (bpf/acl.h).
const (
	aclToPort = 7
	aclDrop   = 1 << 31
	aclCopy   = 1 << 30
)

// aclWords are fields of a frame, or a mask of them.
type aclWords [unsafe.Sizeof(swAclFields{}) / 8]uint64

// aclLine is a rule as the pipeline knows it.
type aclLine struct {
	mask, key aclWords
	entry     swAclEntry
}

// aclMatch gathers the fields of a rule.
type aclMatch struct {
	mask, key swAclFields
	ins, outs []uint16 // ports
	// never: the rule asks for what the pipeline does not look at, and matches nothing.
	never bool
}

func (f *swAclFields) words() aclWords { return *(*aclWords)(unsafe.Pointer(f)) }

// is has the rule ask for bits of what a frame is.
func (m *aclMatch) is(kind swAclKind, yes bool) {
	m.never = m.never || m.mask.Kind&uint16(kind) != 0 && (m.key.Kind&uint16(kind) != 0) != yes // one that asks for both
	m.mask.Kind |= uint16(kind)
	if yes {
		m.key.Kind |= uint16(kind)
	}
}

// lines of a rule, one for each pair of the ports that it asks for; late tells whether it asks where a frame leaves, when it comes in.
func (p *plane) aclLines(e *aclEntry) (lines []aclLine, late bool) {
	if on, ok := e.attrs[sai.AclEntryAttrAdminState].(bool); ok && !on {
		return nil, false
	}
	var m aclMatch
	for id, v := range e.attrs {
		p.aclField(&m, id, v)
	}
	if m.never {
		return nil, false
	}
	entry := p.aclEffect(e)
	for _, in := range orAny(m.ins) {
		for _, out := range orAny(m.outs) {
			mask, key := m.mask, m.key
			if m.ins != nil {
				mask.InPort, key.InPort = 0xffff, in
			}
			if m.outs != nil {
				mask.OutPort, key.OutPort = 0xffff, out
			}
			line := aclLine{mask: mask.words(), key: key.words(), entry: entry}
			for i := range line.key {
				line.key[i] &= line.mask[i]
			}
			lines = append(lines, line)
		}
	}
	return lines, m.outs != nil && !e.table.egress
}

// orAny is a list with an element that counts for nothing where there is none.
func orAny(ports []uint16) []uint16 {
	if ports == nil {
		return []uint16{0}
	}
	return ports
}

func (p *plane) aclPorts(list sai.ObjectList) []uint16 {
	numbers := []uint16{}
	for _, oid := range list {
		if o := p.ports[oid]; o != nil {
			numbers = append(numbers, o.number)
		}
	}
	return numbers
}

// meet is what a list of ports, if there is one, has in common with another.
func meet(a, b []uint16) []uint16 {
	if a == nil {
		return b
	}
	return slices.DeleteFunc(b, func(port uint16) bool { return !slices.Contains(a, port) })
}

// aclField puts an attribute into a match; those that are no fields, or not enabled, do nothing.
func (p *plane) aclField(m *aclMatch, id uint16, v any) {
	if id < sai.AclEntryAttrFieldSrcIPv6 || id >= sai.AclEntryAttrActionRedirect {
		return
	}
	switch v := v.(type) {
	case sai.AclField[uint8]:
		if v.Enabled {
			m.byte(id, v)
		}
	case sai.AclField[uint16]:
		if v.Enabled {
			m.short(id, v)
		}
	case sai.AclField[netip.Addr]:
		if v.Enabled {
			m.address(id, v)
		}
	case sai.AclField[sai.MAC]:
		if v.Enabled {
			m.mac(id, v)
		}
	case sai.AclField[int32]:
		if v.Enabled {
			m.never = m.never || id != sai.AclEntryAttrFieldAclIPType
			m.ipType(sai.AclIPType(v.Value))
		}
	case sai.AclFieldObjects:
		if v.Enabled {
			p.aclObjects(m, id, v.Value)
		}
	case sai.AclField[sai.OID]:
		if v.Enabled {
			p.aclObjects(m, id, sai.ObjectList{v.Value})
		}
	case sai.AclField[bool]:
		m.never = m.never || v.Enabled
	case sai.AclField[uint32]:
		m.never = m.never || v.Enabled
	case sai.AclField[uint64]:
		m.never = m.never || v.Enabled
	}
}

func (p *plane) aclObjects(m *aclMatch, id uint16, list sai.ObjectList) {
	switch id {
	case sai.AclEntryAttrFieldInPorts, sai.AclEntryAttrFieldInPort:
		m.ins = meet(m.ins, p.aclPorts(list))
	case sai.AclEntryAttrFieldOutPorts, sai.AclEntryAttrFieldOutPort:
		m.outs = meet(m.outs, p.aclPorts(list))
	case sai.AclEntryAttrFieldAclRangeType:
		m.is(swAclKindACL_PORTS, true)
		for _, oid := range list {
			i, known := p.acls.ranges[oid]
			m.never = m.never || !known
			m.mask.Ranges |= 1 << i
			m.key.Ranges |= 1 << i
		}
	default:
		m.never = true
	}
}

func (m *aclMatch) byte(id uint16, v sai.AclField[uint8]) {
	put := func(mask, key *uint8) { // two fields may be the same bits of a frame
		m.never = m.never || (*key^v.Value)&*mask&v.Mask != 0
		*mask, *key = *mask|v.Mask, *key|v.Value&v.Mask
	}
	switch id {
	case sai.AclEntryAttrFieldOuterVlanPri:
		m.mask.Tci |= uint16(v.Mask&7) << 13
		m.key.Tci |= uint16(v.Value&7) << 13
	case sai.AclEntryAttrFieldIPProtocol:
		// As on other switches, a protocol is one of either version of IP.
		m.is(swAclKindACL_IP, true)
		put(&m.mask.Proto, &m.key.Proto)
	case sai.AclEntryAttrFieldIPv6NextHeader:
		m.is(swAclKindACL_IP6, true)
		put(&m.mask.Proto, &m.key.Proto)
	case sai.AclEntryAttrFieldDscp:
		m.is(swAclKindACL_IP, true)
		put(&m.mask.Dscp, &m.key.Dscp)
	case sai.AclEntryAttrFieldTcpFlags:
		m.is(swAclKindACL_TCP, true)
		put(&m.mask.TcpFlags, &m.key.TcpFlags)
	case sai.AclEntryAttrFieldIcmpType, sai.AclEntryAttrFieldIcmpv6Type:
		m.icmp(id == sai.AclEntryAttrFieldIcmpType)
		put(&m.mask.IcmpType, &m.key.IcmpType)
	case sai.AclEntryAttrFieldIcmpCode, sai.AclEntryAttrFieldIcmpv6Code:
		m.icmp(id == sai.AclEntryAttrFieldIcmpCode)
		put(&m.mask.IcmpCode, &m.key.IcmpCode)
	default:
		m.never = true
	}
}

func (m *aclMatch) icmp(v4 bool) {
	m.is(swAclKindACL_ICMP, true)
	if v4 {
		m.is(swAclKindACL_IP4, true)
	} else {
		m.is(swAclKindACL_IP6, true)
	}
}

func (m *aclMatch) short(id uint16, v sai.AclField[uint16]) {
	switch id {
	case sai.AclEntryAttrFieldOuterVlanID:
		m.mask.Tci |= v.Mask & 0xfff
		m.key.Tci |= v.Value & 0xfff
	case sai.AclEntryAttrFieldEtherType:
		m.mask.Ether, m.key.Ether = v.Mask, v.Value
	case sai.AclEntryAttrFieldL4SrcPort:
		m.is(swAclKindACL_PORTS, true)
		m.mask.Sport, m.key.Sport = v.Mask, v.Value
	case sai.AclEntryAttrFieldL4DstPort:
		m.is(swAclKindACL_PORTS, true)
		m.mask.Dport, m.key.Dport = v.Mask, v.Value
	default:
		m.never = true
	}
}

func (m *aclMatch) address(id uint16, v sai.AclField[netip.Addr]) {
	put := func(mask, key *[16]uint8) {
		copy(mask[:], v.Mask.AsSlice())
		copy(key[:], v.Value.AsSlice())
	}
	switch id {
	case sai.AclEntryAttrFieldSrcIP:
		m.is(swAclKindACL_IP4, true)
		put(&m.mask.Src, &m.key.Src)
	case sai.AclEntryAttrFieldDstIP:
		m.is(swAclKindACL_IP4, true)
		put(&m.mask.Dst, &m.key.Dst)
	case sai.AclEntryAttrFieldSrcIPv6:
		m.is(swAclKindACL_IP6, true)
		put(&m.mask.Src, &m.key.Src)
	case sai.AclEntryAttrFieldDstIPv6:
		m.is(swAclKindACL_IP6, true)
		put(&m.mask.Dst, &m.key.Dst)
	default:
		m.never = true
	}
}

func (m *aclMatch) mac(id uint16, v sai.AclField[sai.MAC]) {
	switch id {
	case sai.AclEntryAttrFieldSrcMAC:
		m.mask.SrcMac, m.key.SrcMac = v.Mask, v.Value
	case sai.AclEntryAttrFieldDstMAC:
		m.mask.DstMac, m.key.DstMac = v.Mask, v.Value
	default:
		m.never = true
	}
}

func (m *aclMatch) ipType(t sai.AclIPType) {
	switch t {
	case sai.AclIPTypeAny:
	case sai.AclIPTypeIP:
		m.is(swAclKindACL_IP, true)
	case sai.AclIPTypeNonIP:
		m.is(swAclKindACL_IP, false)
	case sai.AclIPTypeIpv4any:
		m.is(swAclKindACL_IP4, true)
	case sai.AclIPTypeNonIPv4:
		m.is(swAclKindACL_IP4, false)
	case sai.AclIPTypeIpv6any:
		m.is(swAclKindACL_IP6, true)
	case sai.AclIPTypeNonIPv6:
		m.is(swAclKindACL_IP6, false)
	case sai.AclIPTypeArp:
		m.is(swAclKindACL_ARP, true)
	case sai.AclIPTypeArpRequest:
		m.is(swAclKindACL_ARP_REQUEST, true)
	case sai.AclIPTypeArpReply:
		m.is(swAclKindACL_ARP_REPLY, true)
	default:
		m.never = true
	}
}

// aclEffect is what a rule does. An action that has no effect here lets the frame go on.
func (p *plane) aclEffect(e *aclEntry) swAclEntry {
	priority, _ := e.attrs[sai.AclEntryAttrPriority].(uint32)
	out := swAclEntry{Priority: priority + 1}
	if a, ok := e.attrs[sai.AclEntryAttrActionPacketAction].(sai.AclAction[int32]); ok && a.Enabled {
		switch sai.PacketAction(a.Value) {
		case sai.PacketActionDrop, sai.PacketActionDeny:
			out.Action = aclDrop
		case sai.PacketActionCopy, sai.PacketActionLog:
			out.Action = aclCopy
		case sai.PacketActionTrap:
			out.Action = aclDrop | aclCopy
		}
	}
	if a, ok := e.attrs[sai.AclEntryAttrActionRedirect].(sai.AclAction[sai.OID]); ok && a.Enabled {
		if o := p.ports[a.Value]; o != nil {
			out.Action |= uint32(aclToPort)<<leafType | uint32(o.number)
		} else {
			out.Action |= aclTarget(p.targets[a.Value])
		}
	}
	if a, ok := e.attrs[sai.AclEntryAttrActionMirrorIngress].(sai.AclActionObjects); ok && a.Enabled {
		out.MirrorIn = p.mirrorSet(a.Value)
	}
	if a, ok := e.attrs[sai.AclEntryAttrActionMirrorEgress].(sai.AclActionObjects); ok && a.Enabled {
		out.MirrorOut = p.mirrorSet(a.Value)
	}
	if a, ok := e.attrs[sai.AclEntryAttrActionCounter].(sai.AclAction[sai.OID]); ok && a.Enabled {
		if c := p.acls.counters[a.Value]; c != nil {
			out.Counter = uint16(p.numberCounter(c))
		}
	}
	if a, ok := e.attrs[sai.AclEntryAttrActionSetPolicer].(sai.AclAction[sai.OID]); ok && a.Enabled {
		out.Policer = p.policerNumber(a.Value)
	}
	return out
}

// aclTarget is where a rule sends frames that a route would send by a leaf: to a next hop or group. Of a tunnel's next hop nothing comes back.
func aclTarget(leaf uint32) uint32 {
	switch swLeafType(leaf >> leafType & 7) {
	case swLeafTypeLEAF_NEXTHOP, swLeafTypeLEAF_GROUP:
		return leaf
	case swLeafTypeLEAF_DROP:
		return aclDrop
	}
	return 0
}
