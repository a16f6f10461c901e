package orchagent

import (
	"fmt"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// protocolTCP is the protocol of a rule that matches TCP flags and names none.
const protocolTCP = 6

// aclTableField is the attribute by which a table looks at a field of rules. Ranges have none of their own.
func aclTableField(match string) (a engine.Attr[sai.AclTableKey], ok bool) {
	id := map[string]uint16{
		"IN_PORTS": sai.AclTableAttrFieldInPorts, "OUT_PORTS": sai.AclTableAttrFieldOutPorts, "OUT_PORT": sai.AclTableAttrFieldOutPort,
		"SRC_MAC": sai.AclTableAttrFieldSrcMAC, "DST_MAC": sai.AclTableAttrFieldDstMAC, "ETHER_TYPE": sai.AclTableAttrFieldEtherType,
		"VLAN_ID": sai.AclTableAttrFieldOuterVlanID, "PCP": sai.AclTableAttrFieldOuterVlanPri, "DEI": sai.AclTableAttrFieldOuterVlanCfi,
		"IP_TYPE": sai.AclTableAttrFieldAclIPType, "SRC_IP": sai.AclTableAttrFieldSrcIP, "DST_IP": sai.AclTableAttrFieldDstIP,
		"SRC_IPV6": sai.AclTableAttrFieldSrcIPv6, "DST_IPV6": sai.AclTableAttrFieldDstIPv6, "IP_PROTOCOL": sai.AclTableAttrFieldIPProtocol,
		"NEXT_HEADER": sai.AclTableAttrFieldIPv6NextHeader, "DSCP": sai.AclTableAttrFieldDscp, "TC": sai.AclTableAttrFieldTc,
		"L4_SRC_PORT": sai.AclTableAttrFieldL4SrcPort, "L4_DST_PORT": sai.AclTableAttrFieldL4DstPort, "TCP_FLAGS": sai.AclTableAttrFieldTcpFlags,
		"ICMP_TYPE": sai.AclTableAttrFieldIcmpType, "ICMP_CODE": sai.AclTableAttrFieldIcmpCode,
		"ICMPV6_TYPE": sai.AclTableAttrFieldIcmpv6Type, "ICMPV6_CODE": sai.AclTableAttrFieldIcmpv6Code,
		"TUNNEL_VNI": sai.AclTableAttrFieldTunnelVni, "TUNNEL_TERM": sai.AclTableAttrFieldTunnelTerminated,
		"INNER_ETHER_TYPE": sai.AclTableAttrFieldInnerEtherType, "INNER_IP_PROTOCOL": sai.AclTableAttrFieldInnerIPProtocol,
		"INNER_SRC_MAC": sai.AclTableAttrFieldInnerSrcMAC, "INNER_DST_MAC": sai.AclTableAttrFieldInnerDstMAC,
		"INNER_SRC_IP": sai.AclTableAttrFieldInnerSrcIP, "INNER_DST_IP": sai.AclTableAttrFieldInnerDstIP,
		"INNER_L4_SRC_PORT": sai.AclTableAttrFieldInnerL4SrcPort, "INNER_L4_DST_PORT": sai.AclTableAttrFieldInnerL4DstPort,
		"BTH_OPCODE": sai.AclTableAttrFieldBthOpcode, "AETH_SYNDROME": sai.AclTableAttrFieldAethSyndrome, "META_DATA": sai.AclTableAttrFieldAclUserMeta,
	}
	a.ID, ok = id[match]
	a.Value = true
	return a, ok
}

// aclFields are a rule's matches: the names of the fields, and what SAI has for them. The first error sticks.
type aclFields struct {
	names  []string
	attrs  []engine.Attr[sai.AclEntryKey]
	ranges []engine.Key
	err    error
}

func (f *aclFields) add(name string, a engine.Attr[sai.AclEntryKey]) {
	f.names, f.attrs = append(f.names, name), append(f.attrs, a)
}

func (f *aclFields) fail(field, value, reason string) {
	if f.err == nil {
		f.err = &db.FieldError{Field: field, Value: value, Reason: reason}
	}
}

// whole adds a match of all bits of a number.
func whole[T ~uint16 | ~uint32, N uint16 | uint32](f *aclFields, name string, v *T, make func(sai.AclField[N]) engine.Attr[sai.AclEntryKey]) {
	if v != nil {
		f.add(name, make(sai.Match(N(*v), ^N(0))))
	}
}

// masked adds a match of bits under a mask.
func (f *aclFields) masked(name string, v *tables.AclUint8, make func(sai.AclField[uint8]) engine.Attr[sai.AclEntryKey]) {
	if v != nil {
		f.add(name, make(sai.Match(v.Value, v.Mask)))
	}
}

func (f *aclFields) mac(name string, v *tables.AclMAC, make func(sai.AclField[sai.MAC]) engine.Attr[sai.AclEntryKey]) {
	if v != nil {
		f.add(name, make(sai.Match(sai.MAC(v.Value), sai.MAC(v.Mask))))
	}
}

// address adds a match of addresses of one version of IP. A mask counts in place of a length.
func (f *aclFields) address(name string, v6 bool, v *tables.AclPrefix, mask *tables.AclMask, make func(sai.AclField[netip.Addr]) engine.Attr[sai.AclEntryKey]) {
	switch {
	case v == nil && mask != nil:
		f.fail(name+"_MASK", mask.String(), "has no "+name)
	case v == nil:
	case v.Addr().Is6() != v6:
		f.fail(name, v.String(), "is not of this version of IP")
	case mask != nil && mask.Is6() != v6:
		f.fail(name+"_MASK", mask.String(), "is not of this version of IP")
	case mask != nil:
		f.add(name, make(sai.Match(v.Addr(), mask.Addr)))
	default:
		f.add(name, make(sai.Match(v.Addr(), prefixMask(v.Bits(), v6))))
	}
}

func prefixMask(bits int, v6 bool) netip.Addr {
	var b [16]byte
	for i := range bits {
		b[i/8] |= 0x80 >> (i % 8)
	}
	if v6 {
		return netip.AddrFrom16(b)
	}
	return netip.AddrFrom4([4]byte(b[:4]))
}

// ports adds a match of physical ports.
func (f *aclFields) ports(name string, list []string, make func(...engine.Key) engine.Attr[sai.AclEntryKey]) {
	if len(list) == 0 {
		return
	}
	keys := []engine.Key{}
	for _, p := range list {
		if !isPhysical(p) {
			f.fail(name, p, "is not a physical port")
			return
		}
		keys = append(keys, sai.PortKey{Name: p})
	}
	f.add(name, make(keys...))
}

// spread adds a match of a range of L4 ports, an object that rules with the same range share.
func (f *aclFields) spread(name string, r *tables.AclRange, t sai.AclRangeType) {
	if r != nil {
		f.names = append(f.names, name)
		f.ranges = append(f.ranges, sai.AclRangeKey{Type: t, Limit: sai.U32Range{Min: uint32(r.Min), Max: uint32(r.Max)}})
	}
}

// aclMatches are the matches of a rule. v6 tells a table or rule that is about IPv6, where a protocol is a next header.
func aclMatches(r *tables.AclRuleRow, v6 bool) aclFields {
	var f aclFields
	f.ports("IN_PORTS", r.InPorts, sai.AclEntryFieldInPorts)
	f.ports("OUT_PORTS", r.OutPorts, sai.AclEntryFieldOutPorts)
	if r.OutPort != "" {
		f.add("OUT_PORT", sai.AclEntryFieldOutPort(l2Port(r.OutPort)))
	}
	f.mac("SRC_MAC", r.SrcMAC, sai.AclEntryFieldSrcMAC)
	f.mac("DST_MAC", r.DstMAC, sai.AclEntryFieldDstMAC)
	whole(&f, "ETHER_TYPE", r.Ether, sai.AclEntryFieldEtherType)
	if r.VlanID != nil {
		f.add("VLAN_ID", sai.AclEntryFieldOuterVlanID(sai.Match(uint16(*r.VlanID), 0xfff)))
	}
	f.masked("PCP", (*tables.AclUint8)(r.PCP), sai.AclEntryFieldOuterVlanPri)
	if r.DEI != nil {
		f.add("DEI", sai.AclEntryFieldOuterVlanCfi(sai.Match(uint8(*r.DEI), 1)))
	}
	if r.IPType != nil {
		f.add("IP_TYPE", sai.AclEntryFieldAclIPType(sai.Match(aclIPType(*r.IPType), -1)))
	}
	f.address("SRC_IP", false, r.SrcIP, r.SrcIPMask, sai.AclEntryFieldSrcIP)
	f.address("DST_IP", false, r.DstIP, r.DstIPMask, sai.AclEntryFieldDstIP)
	f.address("SRC_IPV6", true, r.SrcIPv6, r.SrcIPv6Mask, sai.AclEntryFieldSrcIPv6)
	f.address("DST_IPV6", true, r.DstIPv6, r.DstIPv6Mask, sai.AclEntryFieldDstIPv6)
	f.protocol(r, v6)
	f.masked("DSCP", (*tables.AclUint8)(r.Dscp), sai.AclEntryFieldDscp)
	f.masked("TC", r.TC, sai.AclEntryFieldTc)
	whole(&f, "L4_SRC_PORT", r.L4SrcPort, sai.AclEntryFieldL4SrcPort)
	whole(&f, "L4_DST_PORT", r.L4DstPort, sai.AclEntryFieldL4DstPort)
	f.spread("L4_SRC_PORT_RANGE", r.L4SrcPortRange, sai.AclRangeTypeL4SrcPortRange)
	f.spread("L4_DST_PORT_RANGE", r.L4DstPortRange, sai.AclRangeTypeL4DstPortRange)
	f.masked("TCP_FLAGS", r.TCPFlags, sai.AclEntryFieldTcpFlags)
	f.masked("ICMP_TYPE", r.ICMPType, sai.AclEntryFieldIcmpType)
	f.masked("ICMP_CODE", r.ICMPCode, sai.AclEntryFieldIcmpCode)
	f.masked("ICMPV6_TYPE", r.ICMPv6Type, sai.AclEntryFieldIcmpv6Type)
	f.masked("ICMPV6_CODE", r.ICMPv6Code, sai.AclEntryFieldIcmpv6Code)
	f.inner(r)
	if len(f.ranges) > 0 {
		f.attrs = append(f.attrs, sai.AclEntryFieldAclRangeType(f.ranges...))
	}
	return f
}

// inner are the matches of what a tunnel carries, and of what is no field of a packet.
func (f *aclFields) inner(r *tables.AclRuleRow) {
	whole(f, "TUNNEL_VNI", r.TunnelVNI, sai.AclEntryFieldTunnelVni)
	if r.TunnelTerm != nil {
		f.add("TUNNEL_TERM", sai.AclEntryFieldTunnelTerminated(bool(*r.TunnelTerm)))
	}
	whole(f, "INNER_ETHER_TYPE", r.InnerEther, sai.AclEntryFieldInnerEtherType)
	f.masked("INNER_IP_PROTOCOL", r.InnerIPProtocol, sai.AclEntryFieldInnerIPProtocol)
	f.mac("INNER_SRC_MAC", r.InnerSrcMAC, sai.AclEntryFieldInnerSrcMAC)
	f.mac("INNER_DST_MAC", r.InnerDstMAC, sai.AclEntryFieldInnerDstMAC)
	f.address("INNER_SRC_IP", false, r.InnerSrcIP, nil, sai.AclEntryFieldInnerSrcIP)
	f.address("INNER_DST_IP", false, r.InnerDstIP, nil, sai.AclEntryFieldInnerDstIP)
	whole(f, "INNER_L4_SRC_PORT", r.InnerL4SrcPort, sai.AclEntryFieldInnerL4SrcPort)
	whole(f, "INNER_L4_DST_PORT", r.InnerL4DstPort, sai.AclEntryFieldInnerL4DstPort)
	f.masked("BTH_OPCODE", r.BthOpcode, sai.AclEntryFieldBthOpcode)
	f.masked("AETH_SYNDROME", r.AethSyndrome, sai.AclEntryFieldAethSyndrome)
	switch {
	case r.MetaData == nil:
	case *r.MetaData > maxAclMetaData:
		f.fail("META_DATA", fmt.Sprint(*r.MetaData), fmt.Sprintf("is not a number from 0 to %d", maxAclMetaData))
	default:
		whole(f, "META_DATA", r.MetaData, sai.AclEntryFieldAclUserMeta)
	}
}

// protocol adds the protocol, which TCP flags imply.
func (f *aclFields) protocol(r *tables.AclRuleRow, v6 bool) {
	protocol, header := r.IPProtocol, r.NextHeader
	if protocol == nil && header == nil && r.TCPFlags != nil {
		protocol = &tables.AclUint8{Value: protocolTCP, Mask: 0xff}
	}
	if v6 && header == nil {
		protocol, header = nil, protocol
	}
	f.masked("IP_PROTOCOL", protocol, sai.AclEntryFieldIPProtocol)
	f.masked("NEXT_HEADER", header, sai.AclEntryFieldIPv6NextHeader)
}

// hasV4 and hasV6 tell whether a rule has fields of a version of IP.
func hasV4(r *tables.AclRuleRow) bool {
	return r.SrcIP != nil || r.DstIP != nil || r.ICMPType != nil || r.ICMPCode != nil || r.IPType != nil && *r.IPType == tables.AclIPv4Any
}

func hasV6(r *tables.AclRuleRow) bool {
	return r.SrcIPv6 != nil || r.DstIPv6 != nil || r.ICMPv6Type != nil || r.ICMPv6Code != nil || r.NextHeader != nil || r.IPType != nil && *r.IPType == tables.AclIPv6Any
}

func aclIPType(t tables.AclIPType) sai.AclIPType {
	return [...]sai.AclIPType{
		tables.AclIPAny: sai.AclIPTypeAny, tables.AclIP: sai.AclIPTypeIP, tables.AclNonIP: sai.AclIPTypeNonIP,
		tables.AclIPv4Any: sai.AclIPTypeIpv4any, tables.AclNonIPv4: sai.AclIPTypeNonIPv4,
		tables.AclIPv6Any: sai.AclIPTypeIpv6any, tables.AclNonIPv6: sai.AclIPTypeNonIPv6,
		tables.AclARP: sai.AclIPTypeArp, tables.AclARPRequest: sai.AclIPTypeArpRequest, tables.AclARPReply: sai.AclIPTypeArpReply,
	}[t]
}
