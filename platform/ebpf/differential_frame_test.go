package ebpf

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// dice makes random switches and frames, of few addresses, so that they meet.
type dice struct {
	*rand.Rand
	ports int
}

func oneOf[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

func (d dice) percent(n int) bool { return d.IntN(100) < n }

func (d dice) mac() sai.MAC {
	switch d.IntN(12) {
	case 0:
		return broadcast
	case 1:
		return sai.MAC{1, 0, 0x5e, 0, 0, byte(d.IntN(3))}
	case 2:
		return sai.MAC{0x33, 0x33, 0, 0, 0, byte(d.IntN(3))}
	case 3:
		return sai.MAC{1, 0x80, 0xc2, 0, 0, byte(d.IntN(0x22))}
	case 4, 5, 6, 7:
		return switchMAC
	case 8:
		return ownMAC
	}
	return d.station()
}

// ownMAC is that of router interfaces that have one of their own.
var ownMAC = sai.MAC{2, 0, 0, 0, 0, 7}

// station is the address of a host.
func (d dice) station() sai.MAC { return mac(byte(1 + d.IntN(5))) }

func (d dice) ip4() string {
	switch d.IntN(10) {
	case 0:
		return oneOf(d, "224.0.0.5", "239.1.1.1", "255.255.255.255", "127.0.0.1", "0.0.0.0", "0.1.2.3", "240.0.0.1", "169.254.0.1")
	case 1, 2:
		return fmt.Sprintf("20.%d.%d.%d", d.IntN(3), d.IntN(2), d.IntN(3))
	case 3:
		return fmt.Sprintf("10.%d.0.255", d.IntN(6))
	}
	return fmt.Sprintf("10.%d.0.%d", d.IntN(6), 1+d.IntN(4))
}

func (d dice) ip6() string {
	switch d.IntN(10) {
	case 0:
		return oneOf(d, "ff01::1", "ff02::1", "ff02::1:ff00:1", "ff05::2", "ff0e::1", "::1", "::", "fe80::1", "fe80::2", "ff02::1:2")
	case 1, 2:
		return fmt.Sprintf("fd20:%d::%d", d.IntN(3), d.IntN(3))
	}
	return fmt.Sprintf("fd00:%d::%d", d.IntN(6), 1+d.IntN(4))
}

// frame is a step that sends one.
func (d dice) frame() step {
	s := step{netdev: fmt.Sprintf("eth%d", 1+d.IntN(d.ports))}
	if d.percent(20) {
		s.netdev = oneOf(d, append(stands(), hostName(d.IntN(d.ports)))...)
	}
	dst, src := d.mac(), d.station()
	if d.percent(2) {
		src[0] |= 1
	}
	what, proto, body := d.body()
	tags := []byte{}
	if d.percent(35) {
		tags = binary.BigEndian.AppendUint16([]byte{0x81, 0}, d.tci())
		if d.percent(5) {
			tags[0], tags[1] = 0x88, 0xa8
		}
		if d.percent(5) {
			tags = binary.BigEndian.AppendUint16(append(tags, 0x81, 0), d.tci())
		}
	}
	s.frame = binary.BigEndian.AppendUint16(slices.Concat(dst[:], src[:], tags), proto)
	s.frame = append(s.frame, body...)
	if d.percent(2) {
		s.frame = s.frame[:14+d.IntN(len(s.frame)-13)]
		what = "truncated " + what
	}
	s.text = fmt.Sprintf("%s at %s: %x", what, s.netdev, s.frame)
	return s
}

func (d dice) tci() uint16 {
	return oneOf[uint16](d, 0, 10, 10, 20, 20, 30, 7, 7, 99) | uint16(d.IntN(8))<<13 | uint16(d.IntN(20)/19)<<12
}

// body is what a frame carries.
func (d dice) body() (what string, proto uint16, body []byte) {
	switch d.IntN(12) {
	case 0:
		f := arp(d.station(), "10.0.0.2", "10.0.0.1")
		return "ARP", 0x0806, f[14:]
	case 1:
		return "other", oneOf[uint16](d, 0x88b5, 0x88cc, 0x8809, 0x0042), make([]byte, 46)
	case 2, 3, 4, 5:
		what, body = d.packet6()
		return what, 0x86dd, body
	}
	what, body = d.packet4()
	return what, 0x0800, body
}

// segment is a header of what IP carries.
func (d dice) segment(proto byte) []byte {
	b := make([]byte, 8+d.IntN(20))
	if d.percent(4) {
		b = make([]byte, 1300+d.IntN(500))
	}
	ports := []uint16{7, 67, 68, 179, 546, 547, 1000, 1001, 1002, 1003}
	binary.BigEndian.PutUint16(b, oneOf(d, ports...))
	binary.BigEndian.PutUint16(b[2:], oneOf(d, ports...))
	if proto == 58 {
		b[0] = byte(oneOf(d, 128, 132, 133, 135, 136, 137, 138))
	}
	if proto == 6 && len(b) > 13 {
		b[13] = oneOf[byte](d, 0, 2, 0x12, 0x10)
	}
	if d.percent(3) {
		b = b[:d.IntN(4)]
	}
	return b
}

func (d dice) ttl() byte { return oneOf[byte](d, 64, 64, 64, 64, 64, 64, 255, 2, 1, 0) }

func (d dice) tos() byte { return oneOf[byte](d, 0, 0, 0, 8<<2, 46<<2, 255) }

func (d dice) packet4() (what string, b []byte) {
	src, dst := netip.MustParseAddr(d.ip4()).As4(), netip.MustParseAddr(d.ip4()).As4()
	proto := oneOf[byte](d, 6, 17, 17, 1, 89)
	options := []byte{}
	if d.percent(5) {
		options = []byte{148, 4, 0, 0} // router alert
	}
	what = fmt.Sprintf("IPv4 %v > %v", netip.AddrFrom4(src), netip.AddrFrom4(dst))
	header := append(make([]byte, 20), options...)
	segment := d.segment(proto)
	header[0] = 0x40 | byte(len(header)/4)
	binary.BigEndian.PutUint16(header[2:], uint16(len(header)+len(segment)))
	binary.BigEndian.PutUint16(header[4:], uint16(d.IntN(65536)))
	header[1], header[8], header[9] = d.tos(), d.ttl(), proto
	if d.percent(6) {
		binary.BigEndian.PutUint16(header[6:], oneOf[uint16](d, 0x2000, 0x2001, 0x0001, 0x4000, 0x1fff))
		what += " fragment"
	}
	copy(header[12:], src[:])
	copy(header[16:], dst[:])
	if d.percent(3) {
		header[0] = byte(d.IntN(256))
		what += " with a strange version or length"
	}
	if d.percent(3) {
		binary.BigEndian.PutUint16(header[2:], uint16(d.IntN(100)))
		what += " with a strange total length"
	}
	binary.BigEndian.PutUint16(header[10:], checksum(header))
	if d.percent(3) {
		header[10] ^= byte(1 + d.IntN(255))
		what += " with a bad checksum"
	}
	return what, append(append(header, segment...), make([]byte, d.IntN(2)*d.IntN(10))...)
}

func (d dice) packet6() (what string, b []byte) {
	src, dst := netip.MustParseAddr(d.ip6()).As16(), netip.MustParseAddr(d.ip6()).As16()
	proto := oneOf[byte](d, 6, 17, 58, 58, 44, 0)
	segment := d.segment(proto)
	b = make([]byte, 40)
	b[6], b[7] = proto, d.ttl()
	binary.BigEndian.PutUint16(b, 0x6000|uint16(d.tos())<<4)
	binary.BigEndian.PutUint16(b[4:], uint16(len(segment)))
	copy(b[8:], src[:])
	copy(b[24:], dst[:])
	what = fmt.Sprintf("IPv6 %v > %v", netip.AddrFrom16(src), netip.AddrFrom16(dst))
	if d.percent(3) {
		b[0] = byte(d.IntN(256))
		what += " with a strange version"
	}
	if d.percent(3) {
		b[5]++
		what += " too short"
	}
	return what, append(b, segment...)
}
