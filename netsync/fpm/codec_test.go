package fpm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/netip"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"
)

const (
	protoBGP    = 186
	protoStatic = 196
)

var compare = cmp.Options{
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
	cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
	cmpopts.EquateEmpty(),
}

func ecmp4(i uint32) Route {
	r := Route{Type: Unicast, Protocol: protoBGP, Table: unix.RT_TABLE_MAIN, Priority: 20,
		Dst: netip.PrefixFrom(netip.AddrFrom4([4]byte{10 + byte(i>>16), byte(i >> 8), byte(i), 0}), 24)}
	for h := range int32(4) {
		r.Nexthops = append(r.Nexthops, Nexthop{Gateway: netip.AddrFrom4([4]byte{192, 168, byte(h), 1}), Ifindex: 10 + h, Weight: 1})
	}
	return r
}

// samples are the kinds of messages zebra sends, and some it might.
func samples() []Message {
	addr, prefix := netip.MustParseAddr, netip.MustParsePrefix
	ms := []Message{
		{Kind: KindRoute, Route: ecmp4(1)},
		{Kind: KindRoute, Route: Route{Type: Unicast, Protocol: protoStatic, Table: 254, Priority: 20, Dst: prefix("0.0.0.0/0"),
			Nexthops: []Nexthop{{Gateway: addr("192.0.2.1"), Ifindex: 3, Weight: 1}}}},
		{Kind: KindRoute, Route: Route{Type: Unicast, Protocol: 2, Table: 254, Dst: prefix("2001:db8::/64"), Replace: true,
			Nexthops: []Nexthop{{Ifindex: 3, Weight: 1}}}},
		{Kind: KindRoute, Route: Route{Type: Unicast, Protocol: protoBGP, Table: 1001, Dst: prefix("10.0.0.0/8"),
			Nexthops: []Nexthop{
				{Gateway: addr("fe80::1"), Ifindex: 3, Weight: 256},
				{Gateway: addr("169.254.0.1"), Ifindex: 4, Weight: 7, Onlink: true},
				{Gateway: addr("192.0.2.9"), Weight: 1, Encap: MPLSEncap},
				{Gateway: addr("192.0.2.10"), Ifindex: 9, Weight: 1, Encap: VXLANEncap, VNI: 5000}}}},
		{Kind: KindRoute, Route: Route{Type: Unicast, Protocol: protoBGP, Table: 4294967295, Dst: prefix("::/0"), NexthopID: 77}},
		{Kind: KindRoute, Route: Route{Type: Blackhole, Protocol: protoStatic, Table: 254, Dst: prefix("10.9.0.0/16"), Offload: Offloaded}},
		{Kind: KindRoute, Route: Route{Type: Prohibit, Protocol: protoStatic, Table: 254, Dst: prefix("10.9.0.1/32"), Offload: OffloadFailed}},
		{Kind: KindRoute, Route: Route{Del: true, Protocol: protoBGP, Table: 254, Dst: prefix("10.1.0.0/24"), Priority: 20}},
		{Kind: KindNexthop, Object: Object{ID: 5, Protocol: 11, Replace: true,
			Nexthop: Nexthop{Gateway: addr("fe80::2"), Ifindex: 4, Weight: 1, Onlink: true}}},
		{Kind: KindNexthop, Object: Object{ID: 6, Blackhole: true, Nexthop: Nexthop{Weight: 1}}},
		{Kind: KindNexthop, Object: Object{ID: 7, FDB: true, Nexthop: Nexthop{Gateway: addr("192.0.2.1"), Weight: 1}}},
		{Kind: KindNexthop, Object: Object{ID: 8, Nexthop: Nexthop{Weight: 1}, Group: []Member{{5, 1}, {6, 256}, {7, 65535}}}},
		{Kind: KindNexthop, Object: Object{ID: 9, Nexthop: Nexthop{Gateway: addr("192.0.2.1"), Ifindex: 3, Weight: 1, Encap: VXLANEncap, VNI: 9}}},
		{Kind: KindNexthop, Object: Object{ID: 8, Del: true, Nexthop: Nexthop{Weight: 1}}},
	}
	return ms
}

func appendMessage(tb testing.TB, b []byte, m *Message) []byte {
	tb.Helper()
	var err error
	if m.Kind == KindRoute {
		b, err = AppendRoute(b, &m.Route)
	} else {
		b, err = AppendObject(b, &m.Object)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// TestRoundTrip decodes what was encoded, whatever the pieces the stream arrives in, and with slices that hold older messages.
func TestRoundTrip(t *testing.T) {
	want := samples()
	var stream []byte
	for i := range want {
		stream = appendMessage(t, stream, &want[i])
	}
	for name, r := range map[string]io.Reader{
		"whole": bytes.NewReader(stream),
		"bytes": iotest.OneByteReader(bytes.NewReader(stream)),
		"half":  iotest.HalfReader(bytes.NewReader(stream)),
		"eof":   iotest.DataErrReader(bytes.NewReader(stream)),
	} {
		t.Run(name, func(t *testing.T) {
			d := NewReader(r)
			ms := make([]Message, 5)
			for i := 0; i < len(want); {
				n, err := d.Read(ms)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range ms[:n] {
					got := Message{Kind: m.Kind, Err: m.Err}
					if got.Kind == KindRoute {
						got.Route = m.Route
					} else {
						got.Object = m.Object
					}
					if diff := cmp.Diff(want[i], got, compare); diff != "" {
						t.Errorf("message %d: %s", i, diff)
					}
					i++
				}
			}
			if _, err := d.Read(ms); !errors.Is(err, io.EOF) {
				t.Errorf("at the end: %v", err)
			}
			if s := d.Stats(); s.Frames != uint64(len(want)) || s.Bytes != uint64(len(stream)) || s.Routes != 8 || s.Objects != 6 {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// TestReplace merges zebra's pair of deletion and addition, and nothing else.
func TestReplace(t *testing.T) {
	changed, other := ecmp4(1), ecmp4(2)
	del := Route{Del: true, Table: 254, Dst: changed.Dst}
	pair, err := AppendReplace(nil, &changed)
	if err != nil {
		t.Fatal(err)
	}
	mixed, err := appendFrame(pair, func(b []byte) []byte { return appendRoute(appendRoute(b, &del), &other) })
	if err != nil {
		t.Fatal(err)
	}
	d := NewReader(bytes.NewReader(mixed))
	ms := make([]Message, 10)
	n, err := d.Read(ms)
	if err != nil || n != 3 {
		t.Fatalf("%d messages, %v", n, err)
	}
	changed.Replace = true
	for i, want := range []Route{changed, {Del: true, Table: 254, Dst: del.Dst}, other} {
		if diff := cmp.Diff(want, ms[i].Route, compare); diff != "" {
			t.Errorf("message %d: %s", i, diff)
		}
	}
	if d.Stats().Replaced != 1 {
		t.Errorf("stats %+v", d.Stats())
	}
}

// message builds a netlink message by hand.
func message(typ uint16, body ...byte) []byte {
	b := appendHeader(nil, typ, 0)
	return endMessage(append(b, body...), 0)
}

func routeMessage(fam, dstLen byte, attrs ...[]byte) []byte {
	b := []byte{fam, dstLen, 0, 0, 254, protoStatic, 0, unix.RTN_UNICAST, 0, 0, 0, 0}
	return message(unix.RTM_NEWROUTE, append(b, bytes.Join(attrs, nil)...)...)
}

func objectMessage(attrs ...[]byte) []byte {
	return message(unix.RTM_NEWNEXTHOP, append(make([]byte, nhMsgLen), bytes.Join(attrs, nil)...)...)
}

func attr(typ uint16, v ...byte) []byte { return appendAttr(nil, typ, v) }

func rtnh(length byte, rest ...byte) []byte {
	return append([]byte{length, 0, 0, 0, 1, 0, 0, 0}, rest...)
}

// TestMalformed checks that a bad message is reported with its reason, and that the next frame is decoded.
func TestMalformed(t *testing.T) {
	dst := attr(unix.RTA_DST, 10, 0, 0, 0)
	id := attr(unix.NHA_ID, 1, 0, 0, 0)
	long := routeMessage(unix.AF_INET, 8, dst)
	binary.NativeEndian.PutUint32(long, 4096)
	short := routeMessage(unix.AF_INET, 8, dst)
	binary.NativeEndian.PutUint32(short, 15)
	source := routeMessage(unix.AF_INET6, 0)
	source[nlHdrLen+2] = 64
	for _, c := range []struct {
		name string
		msg  []byte
		want string
	}{
		{"fragment", []byte{1, 2, 3}, "fpm: message type 0: nlmsghdr: 3 bytes, want 16"},
		{"too long", long, "fpm: RTM_NEWROUTE: nlmsg_len: 4096, the frame has 36 bytes left"},
		{"too short", short, "fpm: RTM_NEWROUTE: nlmsg_len: 15, the frame has 36 bytes left"},
		{"no header", message(unix.RTM_DELROUTE, 2, 8), "fpm: RTM_DELROUTE: header: 2 bytes, want 12"},
		{"prefix length", routeMessage(unix.AF_INET, 33, dst), "fpm: RTM_NEWROUTE: rtm_dst_len: 33 bits in an address of 32"},
		{"source", source, "fpm: RTM_NEWROUTE: rtm_src_len: routes by source address are not supported"},
		{"no destination", routeMessage(unix.AF_INET, 8), "fpm: RTM_NEWROUTE: RTA_DST: missing"},
		{"destination", routeMessage(unix.AF_INET6, 8, dst), "fpm: RTM_NEWROUTE: RTA_DST: 4 bytes, want 16"},
		{"attribute", routeMessage(unix.AF_INET, 8, dst, []byte{200, 0, 1, 0}), "fpm: RTM_NEWROUTE 10.0.0.0/8: attributes: attribute length 200, 4 bytes left"},
		{"empty attribute", routeMessage(unix.AF_INET, 8, dst, []byte{0, 0, 1, 0}), "fpm: RTM_NEWROUTE 10.0.0.0/8: attributes: attribute length 0, 4 bytes left"},
		{"tail", routeMessage(unix.AF_INET, 8, dst, []byte{0, 0}), "fpm: RTM_NEWROUTE 10.0.0.0/8: attributes: 2 bytes left, an attribute needs 4"},
		{"table", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_TABLE, 1)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_TABLE: 1 bytes, want 4"},
		{"metric", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_PRIORITY)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_PRIORITY: 0 bytes, want 4"},
		{"next-hop id", routeMessage(unix.AF_INET, 8, dst, attr(rtaNhID)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_NH_ID: 0 bytes, want 4"},
		{"gateway", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_GATEWAY, 1)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_GATEWAY: neither an IPv4 nor an IPv6 address"},
		{"via", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_VIA, 10, 0, 1, 2, 3, 4)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_VIA: neither an IPv4 nor an IPv6 address"},
		{"interface", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_OIF, 255, 255, 255, 255)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_OIF: -1 is negative"},
		{"interface length", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_OIF, 255)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_OIF: 1 bytes, want 4"},
		{"encapsulation type", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_ENCAP_TYPE, 1)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_ENCAP_TYPE: 1 bytes, want 2"},
		{"VNI", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_ENCAP_TYPE, 100, 0), attr(unix.RTA_ENCAP, attr(vxlanVNI, 0, 0, 0, 1)...)),
			"fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_ENCAP: VNI 16777216, the largest is 16777215"},
		{"VNI length", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_ENCAP_TYPE, 100, 0), attr(unix.RTA_ENCAP, attr(vxlanVNI, 1)...)),
			"fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_ENCAP: 1 bytes, want 4"},
		{"next hop", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_MULTIPATH, 1, 2, 3)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_MULTIPATH: 3 bytes left, a next hop needs 8"},
		{"next hop too short", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_MULTIPATH, rtnh(7)...)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_MULTIPATH: next hop length 7, 8 bytes left"},
		{"next hop too long", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_MULTIPATH, rtnh(9)...)), "fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_MULTIPATH: next hop length 9, 8 bytes left"},
		{"next hop's attribute", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_MULTIPATH, rtnh(12, 3, 0, 0, 0)...)),
			"fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_MULTIPATH: attribute length 3, 4 bytes left"},
		{"next hop's gateway", routeMessage(unix.AF_INET, 8, dst, attr(unix.RTA_MULTIPATH, rtnh(12, 4, 0, unix.RTA_GATEWAY, 0)...)),
			"fpm: RTM_NEWROUTE 10.0.0.0/8: RTA_GATEWAY: neither an IPv4 nor an IPv6 address"},
		{"object without header", message(unix.RTM_NEWNEXTHOP, 1), "fpm: RTM_NEWNEXTHOP: header: 1 bytes, want 8"},
		{"object without id", objectMessage(attr(unix.NHA_BLACKHOLE)), "fpm: RTM_NEWNEXTHOP: NHA_ID: missing or 0"},
		{"id", objectMessage(attr(unix.NHA_ID, 1)), "fpm: RTM_NEWNEXTHOP: NHA_ID: 1 bytes, want 4"},
		{"group", objectMessage(id, attr(unix.NHA_GROUP, 1, 2, 3)), "fpm: RTM_NEWNEXTHOP id 1: NHA_GROUP: 3 bytes, want a multiple of 8"},
		{"empty group", objectMessage(id, attr(unix.NHA_GROUP)), "fpm: RTM_NEWNEXTHOP id 1: NHA_GROUP: 0 bytes, want a multiple of 8"},
		{"member", objectMessage(id, attr(unix.NHA_GROUP, make([]byte, 8)...)), "fpm: RTM_NEWNEXTHOP id 1: NHA_GROUP: member with id 0"},
		{"weight", objectMessage(id, attr(unix.NHA_GROUP, 9, 0, 0, 0, 255, 255, 0, 0)), "fpm: RTM_NEWNEXTHOP id 1: NHA_GROUP: member 9: weight 65536"},
		{"object's gateway", objectMessage(id, attr(unix.NHA_GATEWAY, 1)), "fpm: RTM_NEWNEXTHOP id 1: NHA_GATEWAY: neither an IPv4 nor an IPv6 address"},
		{"object's interface", objectMessage(id, attr(unix.NHA_OIF, 1)), "fpm: RTM_NEWNEXTHOP id 1: NHA_OIF: 1 bytes, want 4"},
		{"object's attribute", objectMessage(id, []byte{9, 0, 0, 0}), "fpm: RTM_NEWNEXTHOP id 1: attributes: attribute length 9, 4 bytes left"},
	} {
		t.Run(c.name, func(t *testing.T) {
			good := ecmp4(1)
			stream, err := appendFrame(nil, func(b []byte) []byte { return append(b, c.msg...) })
			if err != nil {
				t.Fatal(err)
			}
			stream, _ = AppendRoute(stream, &good)
			d := NewReader(bytes.NewReader(stream))
			var m Message
			if err := d.Next(&m); err != nil || m.Kind != Malformed {
				t.Fatalf("kind %d, error %v", m.Kind, err)
			}
			if m.Err.Error() != c.want {
				t.Errorf("got  %s\nwant %s", m.Err, c.want)
			}
			var me *MessageError
			if !errors.As(m.Err, &me) || d.Stats().Malformed != 1 {
				t.Errorf("%T, stats %+v", m.Err, d.Stats())
			}
			if err := d.Next(&m); err != nil || m.Kind != KindRoute || m.Route.Dst != good.Dst {
				t.Errorf("after it: %+v, %v", m, err)
			}
		})
	}
}

func TestIgnored(t *testing.T) {
	cloned := routeMessage(unix.AF_INET, 0)
	binary.NativeEndian.PutUint32(cloned[nlHdrLen+8:], unix.RTM_F_CLONED)
	var stream []byte
	for _, msg := range [][]byte{{}, message(unix.RTM_NEWNEIGH, 1, 2, 3, 4), routeMessage(unix.AF_MPLS, 20), cloned} {
		stream, _ = appendFrame(stream, func(b []byte) []byte { return append(b, msg...) })
	}
	d := NewReader(bytes.NewReader(stream))
	var m Message
	if err := d.Next(&m); !errors.Is(err, io.EOF) {
		t.Errorf("message %+v, error %v", m, err)
	}
	if s := d.Stats(); s.Frames != 4 || s.Ignored != 3 || s.Malformed != 0 {
		t.Errorf("stats %+v", s)
	}
}

// TestBrokenFraming checks that messages before the break are delivered, and that the error stays.
func TestBrokenFraming(t *testing.T) {
	good := ecmp4(1)
	first, err := AppendRoute(nil, &good)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		tail string
		want string
	}{
		"version":  {"\x02\x01\x00\x08abcd", "fpm: frame at byte 116 (header 02 01 00 08): version 2, want 1"},
		"protobuf": {"\x01\x02\x00\x08abcd", "fpm: frame at byte 116 (header 01 02 00 08): type 2, want 1 (netlink)"},
		"length":   {"\x01\x01\x00\x03abcd", "fpm: frame at byte 116 (header 01 01 00 03): length 3 is shorter than the header"},
		"cut off":  {"\x01\x01\x00\xff", "unexpected EOF"},
		"header":   {"\x01\x01", "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewReader(bytes.NewReader(append(bytes.Clone(first), c.tail...)))
			ms := make([]Message, 4)
			if n, err := d.Read(ms); n != 1 || err != nil {
				t.Fatalf("%d messages, %v", n, err)
			}
			for range 2 {
				if n, err := d.Read(ms); n != 0 || err == nil || err.Error() != c.want {
					t.Errorf("%d messages, got %v, want %s", n, err, c.want)
				}
			}
		})
	}
}

func TestTooLong(t *testing.T) {
	r := ecmp4(1)
	for len(r.Nexthops) < 5000 {
		r.Nexthops = append(r.Nexthops, r.Nexthops...)
	}
	if b, err := AppendRoute([]byte{7}, &r); err != ErrTooLong || len(b) != 1 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	b, err := appendAck(nil, &r)
	if err != nil || len(b) > 100 {
		t.Errorf("acknowledgement of %d bytes, %v", len(b), err)
	}
}

func TestNoAllocations(t *testing.T) {
	var stream []byte
	for i := range uint32(1000) {
		r := ecmp4(i)
		stream, _ = AppendRoute(stream, &r)
	}
	d, ms := NewReader(&endless{b: stream}), make([]Message, batchSize)
	read := func() {
		if _, err := d.Read(ms); err != nil {
			t.Fatal(err)
		}
	}
	read()
	if n := testing.AllocsPerRun(100, read); n > 0.1 {
		t.Errorf("%.1f allocations a batch", n)
	}
	r, b := ecmp4(1), make([]byte, 0, 1000)
	if n := testing.AllocsPerRun(100, func() { b, _ = AppendRoute(b[:0], &r) }); n != 0 {
		t.Errorf("%.1f allocations to encode a route", n)
	}
}

// endless repeats a stream.
type endless struct {
	b []byte
	i int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.b[e.i:])
	e.i = (e.i + n) % len(e.b)
	return n, nil
}
