package model

import (
	"encoding/binary"
	"net/netip"
)

// packet is an IP packet, as far as its header tells.
type packet struct {
	src, dst netip.Addr
	ttl      uint8
	protocol uint8
	dscp     uint8
	header   int    // bytes
	options  bool   // IPv4
	fragment bool   // IPv4; fragments of IPv6 are a protocol of their own
	segment  []byte // what the protocol has, of the first or only fragment; else nothing
	sound    bool   // version and lengths are right
}

// parseIP reads an IP header; false if there is none.
func parseIP(f Frame) (p packet, ok bool) {
	switch b := f.payload(); f.proto() {
	case typeIPv4:
		return parseIPv4(b, f.SegmentSize > 0)
	case typeIPv6:
		return parseIPv6(b, f.SegmentSize > 0)
	}
	return p, false
}

// parseIPv4 reads a header. The length of a super-frame may be none (BIG TCP).
func parseIPv4(b []byte, super bool) (p packet, ok bool) {
	if len(b) < 20 {
		return p, false
	}
	p.header = int(b[0]&15) * 4
	total, place := int(binary.BigEndian.Uint16(b[2:])), binary.BigEndian.Uint16(b[6:])
	p.sound = b[0]>>4 == 4 && p.header >= 20 && p.header <= len(b) && (super || total >= p.header && total <= len(b))
	p.src, p.dst = netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:]))
	p.ttl, p.protocol, p.dscp, p.options, p.fragment = b[8], b[9], b[1]>>2, p.header > 20, place&0x3fff != 0
	if place&0x1fff == 0 && p.header >= 20 && len(b) > p.header {
		p.segment = b[p.header:]
	}
	return p, true
}

func parseIPv6(b []byte, super bool) (p packet, ok bool) {
	if len(b) < 40 {
		return p, false
	}
	p.sound = b[0]>>4 == 6 && (super || int(binary.BigEndian.Uint16(b[4:]))+40 <= len(b))
	p.header, p.protocol, p.ttl, p.dscp = 40, b[6], b[7], (b[0]<<4|b[1]>>4)>>2
	p.src, p.dst = netip.AddrFrom16([16]byte(b[8:])), netip.AddrFrom16([16]byte(b[24:]))
	p.segment = b[40:]
	return p, true
}

// sumsUp tells whether an IPv4 header's checksum is right.
func sumsUp(header []byte) bool { return onesSum(header) == 0xffff }

func onesSum(b []byte) uint16 {
	var sum uint32
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	return uint16(sum)
}

// ports are those of TCP and UDP; 0 if there are none.
func (p packet) ports() (src, dst uint16) {
	if p.protocol != protoTCP && p.protocol != protoUDP || len(p.segment) < 4 {
		return 0, 0
	}
	return binary.BigEndian.Uint16(p.segment), binary.BigEndian.Uint16(p.segment[2:])
}

func (p packet) isBGP() bool {
	src, dst := p.ports()
	return p.protocol == protoTCP && (src == 179 || dst == 179)
}

// isDHCP knows clients' and servers' ports, of both versions.
func (p packet) isDHCP() bool {
	_, dst := p.ports()
	if p.protocol != protoUDP {
		return false
	}
	if p.dst.Is4() {
		return dst == 67 || dst == 68
	}
	return dst == 546 || dst == 547
}

// isND knows neighbour discovery: solicitations, advertisements, redirects.
func (p packet) isND() bool {
	return p.dst.Is6() && p.protocol == protoICMPv6 && len(p.segment) > 0 && p.segment[0] >= 133 && p.segment[0] <= 137
}

// stepDown is the frame with a TTL or hop limit less by one.
func stepDown(b []byte, v6 bool) {
	if v6 {
		b[7]--
		return
	}
	b[8]--
	b[10], b[11] = 0, 0
	binary.BigEndian.PutUint16(b[10:], ^onesSum(b[:int(b[0]&15)*4]))
}
