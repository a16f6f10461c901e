package tests

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// frames compares what comes out with what went in, byte by byte.
func frames(f *forwarding) {
	router := [6]byte{2, 0, 0, 0, 0, 1}
	in, out, other := newTap(f.t, f.hosts[0], "eth0"), newTap(f.t, f.hosts[1], "eth0"), newTap(f.t, f.hosts[2], "eth0")

	// A routed packet has new addresses, one hop less, a checksum that is right, and nothing else of it is another.
	sent := udpFrame(router, hostMAC(f, 0), "10.0.0.2", "10.0.10.2", 9, "routed once")
	in.Send(sent)
	got := out.expect(1, contains("routed once"))
	mac := hostMAC(f, 1)
	want := slices.Concat(mac[:], router[:], sent[12:])
	want[22]--
	binary.BigEndian.PutUint16(want[24:], 0)
	binary.BigEndian.PutUint16(want[24:], checksum(want[14:34]))
	if !slices.Equal(got, want) {
		f.t.Errorf("routed:\n% x, want\n% x", got, want)
	}
	// A switched one is the same, and does not come to others.
	sent = udpFrame(hostMAC(f, 1), hostMAC(f, 2), "10.0.10.3", "10.0.10.2", 9, "switched once")
	other.Send(sent)
	if got := out.expect(1, contains("switched once")); !slices.Equal(got, sent) {
		f.t.Errorf("switched:\n% x, want\n% x", got, sent)
	}
	// A broadcast reaches all members once, and nobody else.
	sent = udpFrame([6]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, hostMAC(f, 2), "10.0.10.3", "10.0.10.255", 9, "to all members")
	other.Send(sent)
	out.expect(1, contains("to all members"))
	if n := in.pending("to all members"); n != 0 {
		f.t.Errorf("%d copies of a broadcast left the VLAN", n)
	}
	if n := other.pending("to all members"); n != 0 {
		f.t.Errorf("%d copies of a broadcast came back", n)
	}

	// As a tagged member, a port has tags both ways; untagged frames are not its VLAN's any more.
	f.set(tables.ConfigVlanMember.Schema, "Vlan10|Ethernet8", "tagging_mode", "tagged")
	tagged := 0
	await(f.t, func() bool {
		tagged++
		mark := fmt.Sprintf("tag %d.", tagged)
		out.Send(udpFrame(hostMAC(f, 2), hostMAC(f, 1), "10.0.10.2", "10.0.10.3", 9, mark))
		got := other.within(contains(mark))
		return got != nil && got[12] == 0x81 && got[13] == 0 && binary.BigEndian.Uint16(got[14:])&0xfff == 10
	}, func() { f.t.Error("no tag on a tagged member") })
	sent = udpFrame(hostMAC(f, 1), hostMAC(f, 2), "10.0.10.3", "10.0.10.2", 9, "with a tag")
	other.Send(slices.Concat(sent[:12], []byte{0x81, 0, 0, 10}, sent[12:]))
	if got := out.expect(1, contains("with a tag")); !slices.Equal(got, sent) {
		f.t.Errorf("untagged:\n% x, want\n% x", got, sent)
	}
	f.set(tables.ConfigVlanMember.Schema, "Vlan10|Ethernet8", "tagging_mode", "untagged")
	f.reaches(2, "10.0.10.2")
}

// pending counts the frames with a mark that have arrived already.
func (p *tap) pending(mark string) (n int) {
	p.t.Helper()
	for f := p.Next(0); f != nil; f = p.Next(0) {
		if contains(mark)(f) {
			n++
		}
	}
	return n
}

// within is a frame that comes soon; nil if none does.
func (p *tap) within(is func([]byte) bool) []byte {
	p.t.Helper()
	for f := p.Next(silence); f != nil; f = p.Next(silence) {
		if is(f) {
			return f
		}
	}
	return nil
}

// udpFrame is a UDP packet without a checksum of its own.
func udpFrame(to, from [6]byte, src, dst string, ttl byte, mark string) []byte {
	ip := make([]byte, 20)
	ip[0], ip[8], ip[9] = 0x45, ttl, 17
	binary.BigEndian.PutUint16(ip[2:], uint16(28+len(mark)))
	s, d := netip.MustParseAddr(src).As4(), netip.MustParseAddr(dst).As4()
	copy(ip[12:], s[:])
	copy(ip[16:], d[:])
	binary.BigEndian.PutUint16(ip[10:], checksum(ip))
	udp := make([]byte, 8)
	binary.BigEndian.PutUint16(udp, 4000)
	binary.BigEndian.PutUint16(udp[2:], 7)
	binary.BigEndian.PutUint16(udp[4:], uint16(8+len(mark)))
	f := slices.Concat(to[:], from[:], []byte{8, 0}, ip, udp, []byte(mark))
	return append(f, make([]byte, max(0, 60-len(f)))...)
}

func checksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}
