package dhcprelay

import (
	"bytes"
	"net"
	"net/netip"
	"testing"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/dhcpv6"
)

func settings() *Settings {
	return &Settings{
		Index: 1, MAC: [6]byte{2, 0, 0, 0, 0, 1}, Host: "leaf1", Address4: netip.MustParseAddr("10.0.10.1"), Address6: netip.MustParseAddr("fc00:10::1"), ClientMAC: true,
	}
}

var client = net.HardwareAddr{2, 0, 0, 0, 0, 0xc}

func discover(t *testing.T, modifiers ...dhcpv4.Modifier) message4 {
	t.Helper()
	d, err := dhcpv4.NewDiscovery(client, modifiers...)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, d.ToBytes())
}

func parsed(t *testing.T, b []byte) message4 {
	t.Helper()
	m, err := parse4(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestRequest: what another implementation reads of a request that was relayed.
func TestRequest(t *testing.T) {
	m := discover(t)
	if m.kind() != Discover {
		t.Errorf("type %d", m.kind())
	}
	out, err := m.relayed(settings(), "fortyGigE0/0")
	if err != nil {
		t.Fatal(err)
	}
	d, err := dhcpv4.FromBytes(out)
	if err != nil {
		t.Fatal(err)
	}
	info := d.RelayAgentInfo()
	if d.HopCount != 1 || d.GatewayIPAddr.String() != "10.0.10.1" || d.ClientHWAddr.String() != client.String() || info == nil {
		t.Fatal(d.Summary())
	}
	if c, r := info.Get(dhcpv4.GenericOptionCode(circuitID)), info.Get(dhcpv4.GenericOptionCode(remoteID)); string(c) != "leaf1:fortyGigE0/0" || string(r) != "02:00:00:00:00:01" {
		t.Errorf("circuit %q, remote %q", c, r)
	}
	// What the client has sent is there as it was.
	if end, _, _ := m.find(optionEnd); !bytes.Equal(out[atOptions:end], m[atOptions:end]) {
		t.Error("options have changed")
	}
	if back := out.withoutAgent(); !bytes.HasPrefix(back, out[:atOptions]) || len(back) < minLength {
		t.Errorf("%d bytes without the option", len(back))
	} else if _, _, ok := back.find(optionAgent); ok {
		t.Error("the option is still there")
	}
}

// TestOptions: a source of its own, the client's link and the server's name, and options of agents that are there before.
func TestOptions(t *testing.T) {
	s := settings()
	s.Source4, s.LinkSelection, s.ServerID, s.MaxHops = netip.MustParseAddr("10.1.0.1"), true, true, 1
	out, err := discover(t).relayed(s, "p")
	if err != nil {
		t.Fatal(err)
	}
	d, err := dhcpv4.FromBytes(out)
	if err != nil {
		t.Fatal(err)
	}
	info := d.RelayAgentInfo()
	if l, i := net.IP(info.Get(dhcpv4.LinkSelectionSubOption)), net.IP(info.Get(dhcpv4.ServerIdentifierOverrideSubOption)); d.GatewayIPAddr.String() != "10.1.0.1" || l.String() != "10.0.10.1" || i.String() != "10.0.10.1" {
		t.Errorf("%s, link %s, server %s", d.GatewayIPAddr, l, i)
	}
	other := *s
	other.Address4 = netip.MustParseAddr("10.0.20.1")
	if !out.answers(s) || out.answers(&other) || out.answers(settings()) {
		t.Error("a reply is not for its VLAN only")
	}
	if _, err := out.relayed(settings(), "p"); err != nil {
		t.Errorf("another relay's: %v", err)
	}
	if _, err := out.relayed(&other, "p"); err == nil {
		t.Error("too many hops: is relayed")
	}
	theirs := discover(t, dhcpv4.WithOption(dhcpv4.OptRelayAgentInfo(dhcpv4.OptGeneric(dhcpv4.GenericOptionCode(1), []byte("theirs")))))
	for mode, want := range map[AgentMode]int{Append: 2, Replace: 1} {
		s.Agents = mode
		out, err := theirs.relayed(s, "p")
		if n := bytes.Count(out, []byte("theirs")) + bytes.Count(out, []byte("leaf1:p")); err != nil || n != want {
			t.Errorf("mode %d: %d options, %v", mode, n, err)
		}
	}
}

// TestNotRelayed: messages that go no further, and what another relay has sent.
func TestNotRelayed(t *testing.T) {
	other := discover(t, dhcpv4.WithGatewayIP(net.IPv4(10, 9, 9, 9)), dhcpv4.WithOption(dhcpv4.OptRelayAgentInfo(dhcpv4.OptGeneric(dhcpv4.GenericOptionCode(1), []byte("there")))))
	out, err := other.relayed(settings(), "x")
	if err != nil || out.address(atGiaddr).String() != "10.9.9.9" || out[atHops] != 1 || !bytes.Equal(out[atOptions:], other[atOptions:]) {
		t.Errorf("another relay's: %v", err)
	}
	hops := discover(t)
	hops[atHops] = DefaultHops
	unaddressed := settings()
	unaddressed.Address4 = netip.Addr{}
	for name, c := range map[string]struct {
		m message4
		s *Settings
	}{
		"too many hops":       {hops, settings()},
		"our own":             {discover(t, dhcpv4.WithGatewayIP(net.IPv4(10, 0, 10, 1))), settings()},
		"a client's option":   {discover(t, dhcpv4.WithOption(dhcpv4.OptRelayAgentInfo(dhcpv4.OptGeneric(dhcpv4.GenericOptionCode(1), []byte("x"))))), settings()},
		"no address to speak": {discover(t), unaddressed},
	} {
		if _, err := c.m.relayed(c.s, "x"); err == nil {
			t.Errorf("%s: is relayed", name)
		}
	}
	for _, b := range [][]byte{nil, make([]byte, atCookie-1), append(discover(t)[:atOptions:atOptions], 53, 200)} {
		if _, err := parse4(b); err == nil {
			t.Errorf("%d bytes: no error", len(b))
		}
	}
	if m, err := parse4(make([]byte, minLength)); err != nil || m.kind() != Bootp {
		t.Errorf("BOOTP: %v", err)
	}
}

// TestReplies: where replies go.
func TestReplies(t *testing.T) {
	for _, c := range []struct {
		name         string
		yiaddr       net.IP
		ciaddr       net.IP
		broadcast    bool
		address, mac string
	}{
		{"an offer", net.IPv4(10, 0, 10, 5), net.IPv4zero, false, "10.0.10.5", client.String()},
		{"to who hears broadcasts only", net.IPv4(10, 0, 10, 5), net.IPv4zero, true, "255.255.255.255", "ff:ff:ff:ff:ff:ff"},
		{"to who asks for settings only", net.IPv4zero, net.IPv4(10, 0, 10, 7), false, "10.0.10.7", client.String()},
		{"a refusal", net.IPv4zero, net.IPv4zero, false, "255.255.255.255", "ff:ff:ff:ff:ff:ff"},
	} {
		d, err := dhcpv4.New(dhcpv4.WithHwAddr(client), dhcpv4.WithYourIP(c.yiaddr), dhcpv4.WithClientIP(c.ciaddr), dhcpv4.WithBroadcast(c.broadcast))
		if err != nil {
			t.Fatal(err)
		}
		if ip, mac := parsed(t, d.ToBytes()).client(); ip.String() != c.address || text(mac) != c.mac {
			t.Errorf("%s: %s %s", c.name, ip, text(mac))
		}
	}
}

// TestDatagram holds the checksums: the sum over a packet with its checksum is that of nothing.
func TestDatagram(t *testing.T) {
	from, to := netip.MustParseAddr("10.0.10.1"), netip.MustParseAddr("10.0.10.5")
	for _, m := range []message4{discover(t), append(discover(t), 1)} {
		b := datagram(m, from, to)
		if s := sum(0, b[:ipHeader]); s != 0xffff {
			t.Errorf("IPv4: %x", s)
		}
		if s := sum(uint32(sum(17+uint32(len(b)-ipHeader), b[12:20])), b[ipHeader:]); s != 0xffff {
			t.Errorf("UDP: %x", s)
		}
	}
}

// TestRelayForward: what another implementation reads of a message that was relayed, and what comes back.
func TestRelayForward(t *testing.T) {
	solicit, err := dhcpv6.NewSolicit(client)
	if err != nil {
		t.Fatal(err)
	}
	m, err := parse6(solicit.ToBytes())
	if err != nil {
		t.Fatal(err)
	}
	from := netip.MustParseAddr("fe80::c")
	out, err := m.relayed(settings(), from, [6]byte(client))
	if err != nil {
		t.Fatal(err)
	}
	relay, err := dhcpv6.RelayMessageFromBytes(out)
	if err != nil {
		t.Fatal(err)
	}
	if _, mac := relay.Options.ClientLinkLayerAddress(); mac.String() != client.String() || relay.LinkAddr.String() != "fc00:10::1" || relay.PeerAddr.String() != from.String() || relay.HopCount != 0 {
		t.Error(relay.Summary())
	}
	inner, err := relay.GetInnerMessage()
	if err != nil || !bytes.Equal(inner.ToBytes(), m) {
		t.Errorf("the message inside: %v", err)
	}
	// A second relay, which is reached by its own address.
	second, err := out.relayed(settings(), netip.MustParseAddr("fc00:20::1"), [6]byte{})
	if err != nil {
		t.Fatal(err)
	}
	if relay, err = dhcpv6.RelayMessageFromBytes(second); err != nil || relay.HopCount != 1 || !relay.LinkAddr.IsUnspecified() || len(relay.Options.InterfaceID()) != 16 {
		t.Errorf("%v %v", relay, err)
	}
	advertise, err := dhcpv6.NewAdvertiseFromSolicit(solicit, dhcpv6.WithServerID(&dhcpv6.DUIDLL{HWType: 1, LinkLayerAddr: client}))
	if err != nil {
		t.Fatal(err)
	}
	back, err := dhcpv6.NewRelayReplFromRelayForw(relay, advertise)
	if err != nil {
		t.Fatal(err)
	}
	b, err := parse6(back.ToBytes())
	if err != nil {
		t.Fatal(err)
	}
	got, vlan, to, err := b.returned()
	if err != nil || vlan.String() != "fc00:10::1" || to.String() != "[fc00:20::1]:547" || got[0] != relayReply {
		t.Fatalf("%v %s %s", err, vlan, to)
	}
	got, vlan, to, err = got.returned()
	if err != nil || vlan.String() != "fc00:10::1" || to.String() != "[fe80::c]:546" || !bytes.Equal(got, advertise.ToBytes()) {
		t.Fatalf("%v %s %s", err, vlan, to)
	}
	for _, b := range [][]byte{{}, {relayForward, 0, 0, 0}, {relayReply}} {
		if _, err := parse6(b); err == nil {
			t.Errorf("% x: no error", b)
		}
	}
	tooMany := append(message6(nil), out...)
	tooMany[1] = maxHops6
	for _, m := range []message6{tooMany, {advertise6, 0, 0, 0}} {
		if _, err := m.relayed(settings(), from, [6]byte{}); err == nil {
			t.Errorf("type %d is relayed", m[0])
		}
	}
}

const advertise6 = 2

func FuzzMessages(f *testing.F) {
	f.Add(make([]byte, 300))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := parse4(b); err == nil {
			m.kind()
			m.client()
			if out, err := m.relayed(settings(), "p"); err == nil {
				if _, err := parse4(out.withoutAgent()); err != nil {
					t.Error(err)
				}
			}
		}
		if m, err := parse6(b); err == nil {
			if _, err := m.relayed(settings(), netip.MustParseAddr("fe80::1"), [6]byte{}); err == nil && m.kind() == Malformed {
				t.Error("malformed")
			}
			_, _, _, _ = m.returned()
		}
	})
}
