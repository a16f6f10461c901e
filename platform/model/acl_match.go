package model

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

const (
	protoICMP = 1
	protoSCTP = 132
)

// asksOut tells whether a rule asks where the frame leaves.
func asksOut(rule *object) bool {
	ports, _ := lookup[sai.AclFieldObjects](rule, sai.AclEntryAttrFieldOutPorts)
	port, _ := lookup[sai.AclField[sai.OID]](rule, sai.AclEntryAttrFieldOutPort)
	return ports.Enabled || port.Enabled
}

// matches tells whether a frame has all that a rule asks for. A rule that asks for what the pipeline does not look at matches nothing.
func (p *pass) matches(rule, out *object) bool {
	for _, a := range rule.attrs {
		if a.Meta.ID >= sai.AclEntryAttrFieldSrcIPv6 && a.Meta.ID < sai.AclEntryAttrActionRedirect && !p.has(a.Meta.ID, a.Value, out) {
			return false
		}
	}
	return true
}

// has tells whether a frame has a field, as a rule wants it: a value under a mask.
func (p *pass) has(id uint16, want any, out *object) bool {
	switch w := want.(type) {
	case sai.AclField[uint8]:
		have, there := p.byteField(id)
		return !w.Enabled || there && have&w.Mask == w.Value&w.Mask
	case sai.AclField[uint16]:
		have, there := p.shortField(id)
		return !w.Enabled || there && have&w.Mask == w.Value&w.Mask
	case sai.AclField[netip.Addr]:
		have, there := p.addressField(id)
		return !w.Enabled || there && same(have.AsSlice(), w.Value.AsSlice(), w.Mask.AsSlice())
	case sai.AclField[sai.MAC]:
		have, there := p.macField(id)
		return !w.Enabled || there && same(have[:], w.Value[:], w.Mask[:])
	case sai.AclField[int32]:
		return !w.Enabled || id == sai.AclEntryAttrFieldAclIPType && p.isOf(sai.AclIPType(w.Value))
	case sai.AclFieldObjects:
		return !w.Enabled || p.hasObjects(id, w.Value, out)
	case sai.AclField[sai.OID]:
		return !w.Enabled || p.hasObjects(id, sai.ObjectList{w.Value}, out)
	case sai.AclField[bool]:
		return !w.Enabled
	case sai.AclField[uint32]:
		return !w.Enabled
	case sai.AclField[uint64]:
		return !w.Enabled
	}
	return true
}

func same(have, want, mask []byte) bool {
	if len(have) != len(want) || len(have) != len(mask) {
		return false
	}
	for i := range have {
		if have[i]&mask[i] != want[i]&mask[i] {
			return false
		}
	}
	return true
}

// byteField is a field of 8 bits; false if the frame has none. Fields of L4 are those of the first fragment.
func (p *pass) byteField(id uint16) (value uint8, there bool) {
	ip, isIP := parseIP(p.f)
	icmp := isIP && len(ip.segment) >= 2 && ip.protocol == map[bool]uint8{true: protoICMP, false: protoICMPv6}[ip.dst.Is4()]
	switch id {
	case sai.AclEntryAttrFieldOuterVlanPri:
		return uint8(p.pcp >> 13), true
	case sai.AclEntryAttrFieldIPProtocol: // of either version, as on other switches
		return ip.protocol, isIP
	case sai.AclEntryAttrFieldIPv6NextHeader:
		return ip.protocol, isIP && ip.dst.Is6()
	case sai.AclEntryAttrFieldDscp:
		return ip.dscp, isIP
	case sai.AclEntryAttrFieldTcpFlags:
		if !isIP || ip.protocol != protoTCP || len(ip.segment) < 14 {
			return 0, false
		}
		return ip.segment[13], true
	case sai.AclEntryAttrFieldIcmpType, sai.AclEntryAttrFieldIcmpv6Type:
		if !icmp || ip.dst.Is4() != (id == sai.AclEntryAttrFieldIcmpType) {
			return 0, false
		}
		return ip.segment[0], true
	case sai.AclEntryAttrFieldIcmpCode, sai.AclEntryAttrFieldIcmpv6Code:
		if !icmp || ip.dst.Is4() != (id == sai.AclEntryAttrFieldIcmpCode) {
			return 0, false
		}
		return ip.segment[1], true
	}
	return 0, false
}

func (p *pass) shortField(id uint16) (value uint16, there bool) {
	src, dst, hasPorts := p.l4Ports()
	switch id {
	case sai.AclEntryAttrFieldOuterVlanID:
		return p.vid, true
	case sai.AclEntryAttrFieldEtherType:
		return p.f.proto(), true
	case sai.AclEntryAttrFieldL4SrcPort:
		return src, hasPorts
	case sai.AclEntryAttrFieldL4DstPort:
		return dst, hasPorts
	}
	return 0, false
}

func (p *pass) l4Ports() (src, dst uint16, there bool) {
	ip, ok := parseIP(p.f)
	if !ok || len(ip.segment) < 4 || !slices.Contains([]uint8{protoTCP, protoUDP, protoSCTP}, ip.protocol) {
		return 0, 0, false
	}
	return binary.BigEndian.Uint16(ip.segment), binary.BigEndian.Uint16(ip.segment[2:]), true
}

func (p *pass) addressField(id uint16) (value netip.Addr, there bool) {
	ip, ok := parseIP(p.f)
	switch id {
	case sai.AclEntryAttrFieldSrcIP:
		return ip.src, ok && ip.src.Is4()
	case sai.AclEntryAttrFieldDstIP:
		return ip.dst, ok && ip.dst.Is4()
	case sai.AclEntryAttrFieldSrcIPv6:
		return ip.src, ok && ip.src.Is6()
	case sai.AclEntryAttrFieldDstIPv6:
		return ip.dst, ok && ip.dst.Is6()
	}
	return value, false
}

func (p *pass) macField(id uint16) (value sai.MAC, there bool) {
	switch id {
	case sai.AclEntryAttrFieldSrcMAC:
		return p.f.src(), true
	case sai.AclEntryAttrFieldDstMAC:
		return p.f.dst(), true
	}
	return value, false
}

// isOf tells whether a frame is of one of SAI's types. One that is too short for a header of IP is not IP.
func (p *pass) isOf(t sai.AclIPType) bool {
	ip, isIP := parseIP(p.f)
	arp := p.f.proto() == typeARP
	operation := uint16(0)
	if arp && len(p.f.payload()) >= 8 {
		operation = binary.BigEndian.Uint16(p.f.payload()[6:])
	}
	switch t {
	case sai.AclIPTypeAny:
		return true
	case sai.AclIPTypeIP:
		return isIP
	case sai.AclIPTypeNonIP:
		return !isIP
	case sai.AclIPTypeIpv4any:
		return isIP && ip.dst.Is4()
	case sai.AclIPTypeNonIPv4:
		return !isIP || !ip.dst.Is4()
	case sai.AclIPTypeIpv6any:
		return isIP && ip.dst.Is6()
	case sai.AclIPTypeNonIPv6:
		return !isIP || !ip.dst.Is6()
	case sai.AclIPTypeArp:
		return arp
	case sai.AclIPTypeArpRequest:
		return operation == 1
	case sai.AclIPTypeArpReply:
		return operation == 2
	}
	return false
}

// hasObjects tells whether a frame came in at one of some ports, leaves by one, or is in all of some ranges of L4 ports. Ports are physical.
func (p *pass) hasObjects(id uint16, list sai.ObjectList, out *object) bool {
	switch id {
	case sai.AclEntryAttrFieldInPorts, sai.AclEntryAttrFieldInPort:
		return p.in != nil && slices.Contains(list, p.in.OID)
	case sai.AclEntryAttrFieldOutPorts, sai.AclEntryAttrFieldOutPort:
		return out != nil && slices.Contains(list, out.OID)
	case sai.AclEntryAttrFieldAclRangeType:
		src, dst, there := p.l4Ports()
		for _, oid := range list {
			limit := attr[sai.U32Range](p.s.objects[oid], sai.AclRangeAttrLimit)
			port := uint32(src)
			switch attr[sai.AclRangeType](p.s.objects[oid], sai.AclRangeAttrType) {
			case sai.AclRangeTypeL4SrcPortRange:
			case sai.AclRangeTypeL4DstPortRange:
				port = uint32(dst)
			default:
				return false
			}
			there = there && p.s.objects[oid] != nil && port >= limit.Min && port <= limit.Max
		}
		return there
	}
	return false
}
