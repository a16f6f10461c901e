package ebpf

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// subnet gives a router interface its two subnets, as orchagent does: routes to the switch's own addresses, to the subnets, and the host as a
// neighbour; and gives host and switch their ends.
func (b *bench) subnet(rif sai.OID, vr sai.OID, i int, netdev string) (four, six string) {
	b.Helper()
	b.nets(rif, vr, i, netdev)
	four, six = fmt.Sprintf("10.0.%d.2", i), fmt.Sprintf("fd00:%d::2", i)
	b.neighbor(rif, four, b.hostMAC(i))
	b.neighbor(rif, six, b.hostMAC(i))
	return four, six
}

func (b *bench) nets(rif sai.OID, vr sai.OID, i int, netdev string) {
	b.Helper()
	b.ns.Addr(b.TB, netdev, fmt.Sprintf("10.0.%d.1/24", i))
	b.ns.Addr(b.TB, netdev, fmt.Sprintf("fd00:%d::1/64", i))
	b.ns.Up(b.TB, netdev)
	b.route(vr, fmt.Sprintf("10.0.%d.1/32", i), b.cpu)
	b.route(vr, fmt.Sprintf("10.0.%d.0/24", i), rif)
	b.route(vr, fmt.Sprintf("fd00:%d::1/128", i), b.cpu)
	b.route(vr, fmt.Sprintf("fd00:%d::/64", i), rif)
	h := b.hosts[i]
	h.Addr(b.TB, "eth0", fmt.Sprintf("10.0.%d.2/24", i))
	h.Addr(b.TB, "eth0", fmt.Sprintf("fd00:%d::2/64", i))
	h.Run(b.TB, exec.Command("ip", "route", "add", "default", "via", fmt.Sprintf("10.0.%d.1", i)))
	h.Run(b.TB, exec.Command("ip", "-6", "route", "add", "default", "via", fmt.Sprintf("fd00:%d::1", i)))
}

// routed is a bench with a routed port for each host.
func routed(t testing.TB, n int) (b *bench, rifs []sai.OID) {
	b = newBench(t, n)
	for i := range n {
		rif := b.portRif(b.ports[i])
		rifs = append(rifs, rif)
		b.subnet(rif, b.vr, i, hostName(i))
	}
	return b, rifs
}

// TestRouted pings and transfers between hosts on routed ports, IPv4 and IPv6, and to the switch itself.
func TestRouted(t *testing.T) {
	b, rifs := routed(t, 2)
	for _, ip := range []string{"10.0.1.2", "fd00:1::2"} {
		ping(b, 0, ip)
		transfer(b, 0, 1, ip)
	}
	for _, ip := range []string{"10.0.0.1", "fd00:0::1", "10.0.1.1"} {
		ping(b, 0, ip)
	}
	if n := b.stat(rifs[0], int32(sai.RouterInterfaceStatInPackets)); n < 20 {
		t.Errorf("%d packets in at the router interface", n)
	}
	if n := b.stat(rifs[1], int32(sai.RouterInterfaceStatOutOctets)); n < 2000 {
		t.Errorf("%d octets out at the router interface", n)
	}
	// The kernel has seen what is the switch's own, and nothing of what was forwarded.
	out := b.ns.Run(t, exec.Command("cat", "/proc/net/snmp"))
	if n := snmp(out, "Ip", "ForwDatagrams"); n != 0 {
		t.Errorf("the kernel forwarded %d packets", n)
	}
}

// snmp finds a counter in /proc/net/snmp.
func snmp(text, section, name string) (n int) {
	var names []string
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] != section+":" {
			continue
		}
		if names == nil {
			names = f
			continue
		}
		for i := range names {
			if names[i] == name {
				_, _ = fmt.Sscan(f[i], &n)
			}
		}
	}
	return n
}

// TestJumbo transfers with an MTU of 9000, and finds the path's MTU where the way out is narrower.
func TestJumbo(t *testing.T) {
	b, rifs := routed(t, 2)
	for _, h := range b.hosts {
		h.Run(t, exec.Command("ip", "link", "set", "eth0", "mtu", "9000"))
	}
	transfer(b, 0, 1, "10.0.1.2")
	b.hosts[0].Run(t, exec.Command("ping", "-c", "2", "-i", "0.2", "-W", "10", "-M", "do", "-s", "8972", "10.0.1.2"))
	b.set(rifs[1], sai.RouterInterfaceAttrMtu, uint32(1400))
	b.ns.Run(t, exec.Command("ip", "link", "set", hostName(1), "mtu", "1400"))
	b.ns.Run(t, exec.Command("ip", "neigh", "replace", "10.0.1.2", "lladdr", b.hostMAC(1).String(), "dev", hostName(1)))
	p := b.hosts[0].Start(t, exec.Command("ping", "-c", "1", "-W", "10", "-M", "do", "-s", "2000", "10.0.1.2"))
	_ = p.Wait() // it fails, and says why
	if !strings.Contains(p.Output(), "mtu = 1400") && !strings.Contains(p.Output(), "mtu=1400") {
		t.Errorf("no word about the MTU:\n%s", p.Output())
	}
	transfer(b, 1, 0, "10.0.0.2")
	transfer(b, 0, 1, "10.0.1.2")
	if b.trapped(swTrapTRAP_MTU) == 0 {
		t.Error("nothing was trapped for its size")
	}
}

// TestTTL expects the switch's own answer for a packet whose time is over.
func TestTTL(t *testing.T) {
	b, _ := routed(t, 2)
	for _, c := range []struct{ ip, answer string }{{"10.0.1.2", "Time to live exceeded"}, {"fd00:1::2", "Hop limit"}} {
		p := b.hosts[0].Start(t, exec.Command("ping", "-c", "1", "-W", "10", "-t", "1", c.ip))
		_ = p.Wait()
		if !strings.Contains(p.Output(), c.answer) && !strings.Contains(p.Output(), "Time exceeded") {
			t.Errorf("%s with a TTL of 1:\n%s", c.ip, p.Output())
		}
	}
	if b.trapped(swTrapTRAP_TTL) == 0 {
		t.Error("nothing was trapped for its TTL")
	}
}

// TestGlean reaches a host that is no neighbour yet: the kernel resolves and forwards.
func TestGlean(t *testing.T) {
	b := newBench(t, 2)
	for i := range 2 {
		rif := b.portRif(b.ports[i])
		b.nets(rif, b.vr, i, hostName(i))
	}
	ping(b, 0, "10.0.1.2")
	ping(b, 0, "fd00:1::2")
	if b.trapped(swTrapTRAP_GLEAN) == 0 {
		t.Error("nothing was trapped to be resolved")
	}
	before := b.dropped(swDropDROP_DIRECTED_BROADCAST)
	p := newTap(t, b.hosts[0], "eth0")
	p.Send(b.udp4(0, "10.0.0.2", "10.0.1.255", 1, "directed"))
	b.until("drop of a directed broadcast", func() bool { return b.dropped(swDropDROP_DIRECTED_BROADCAST) == before+1 })
}

// TestDrops checks what a router does not forward, and that it says why.
func TestDrops(t *testing.T) {
	b, _ := routed(t, 2)
	rt := sai.ObjectTypeRouteEntry
	b.createEntry(sai.RouteEntry{Switch: b.sw, VirtualRouter: b.vr, Destination: netip.MustParsePrefix("10.9.0.0/16")}, at(rt, sai.RouteEntryAttrPacketAction, sai.PacketActionDrop))
	p := newTap(t, b.hosts[0], "eth0")
	bad := b.udp4(0, "10.0.0.2", "10.0.1.2", 1, "short")
	bad[16] = 0xff // a total length beyond the frame
	stranger := b.udp4(0, "10.0.0.2", "10.0.1.2", 1, "not for us")
	copy(stranger, "\x02\x00\x00\x00\x00\x99")
	for _, c := range []struct {
		why   swDrop
		frame []byte
	}{
		{swDropDROP_BLACKHOLE, b.udp4(0, "10.0.0.2", "10.9.1.1", 1, "black hole")},
		{swDropDROP_NO_ROUTE, b.udp4(0, "10.0.0.2", "11.0.0.1", 1, "no route")},
		{swDropDROP_MARTIAN, b.udp4(0, "127.0.0.1", "10.0.1.2", 1, "martian")},
		{swDropDROP_IP_HEADER, bad},
		{swDropDROP_NOT_ROUTER_MAC, stranger},
		{swDropDROP_SOURCE_MAC, ether(switchMAC, sai.MAC{1}, untagged, "multicast source")},
	} {
		before := b.dropped(c.why)
		p.Send(c.frame)
		b.until(fmt.Sprintf("drop for reason %d", c.why), func() bool { return b.dropped(c.why) > before })
	}
	if n := b.stat(b.ports[0], int32(sai.PortStatIfInDiscards)); n < 6 {
		t.Errorf("%d discards at the port", n)
	}
}

// udp4 is a UDP packet of a host to the switch.
func (b *bench) udp4(from int, src, dst string, sport uint16, mark string) []byte {
	b.Helper()
	return b.packet(switchMAC, b.hostMAC(from), src, dst, sport, mark)
}

// udp is a UDP packet of either version of a host to the switch.
func (b *bench) udp(from int, src, dst string, sport uint16, mark string) []byte {
	b.Helper()
	s, d := netip.MustParseAddr(src), netip.MustParseAddr(dst)
	if s.Is4() {
		return b.udp4(from, src, dst, sport, mark)
	}
	host := b.hostMAC(from)
	f := append(append(append([]byte{}, switchMAC[:]...), host[:]...), 0x86, 0xdd, 0x60, 0, 0, 0, 0, byte(8+len(mark)), 17, 64)
	f = append(append(f, s.AsSlice()...), d.AsSlice()...)
	f = binary.BigEndian.AppendUint16(f, sport)
	return append(append(f, 0, 7, 0, byte(8+len(mark)), 0, 0), mark...)
}

func (b *bench) packet(to, from sai.MAC, src, dst string, sport uint16, mark string) []byte {
	f := append(append([]byte{}, to[:]...), from[:]...)
	f = append(f, 0x08, 0x00)
	ip := make([]byte, 20)
	ip[0], ip[8], ip[9] = 0x45, 64, 17
	binary.BigEndian.PutUint16(ip[2:], uint16(28+len(mark)))
	s, d := netip.MustParseAddr(src).As4(), netip.MustParseAddr(dst).As4()
	copy(ip[12:], s[:])
	copy(ip[16:], d[:])
	binary.BigEndian.PutUint16(ip[10:], checksum(ip))
	udp := make([]byte, 8)
	binary.BigEndian.PutUint16(udp, sport)
	binary.BigEndian.PutUint16(udp[2:], 7)
	binary.BigEndian.PutUint16(udp[4:], uint16(8+len(mark)))
	f = append(append(append(f, ip...), udp...), mark...)
	for len(f) < 60 {
		f = append(f, 0)
	}
	return f
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

// TestVirtualRouters keeps equal addresses in two virtual routers apart.
func TestVirtualRouters(t *testing.T) {
	b := newBench(t, 4)
	vr := b.create(sai.ObjectTypeVirtualRouter)
	rt := sai.ObjectTypeRouterInterface
	red := at(rt, sai.RouterInterfaceAttrVirtualRouterID, vr)
	var rifs []sai.OID
	for i := range 4 {
		if i < 2 {
			rifs = append(rifs, b.portRif(b.ports[i]))
		} else {
			rifs = append(rifs, b.portRif(b.ports[i], red))
		}
	}
	// Hosts 1 and 3 have the same address; only their own side reaches each.
	for _, i := range []int{1, 3} {
		router := map[int]sai.OID{1: b.vr, 3: vr}[i]
		b.neighbor(rifs[i], "10.5.0.2", b.hostMAC(i))
		b.neighbor(rifs[i], "fd05::2", b.hostMAC(i))
		b.route(router, "10.5.0.0/24", rifs[i])
		b.route(router, "10.6.0.0/16", b.nextHop(rifs[i], "10.5.0.2"))
	}
	p := b.taps()
	for _, c := range []struct{ from, to, not int }{{0, 1, 3}, {2, 3, 1}} {
		for _, dst := range []string{"10.5.0.2", "10.6.7.8"} {
			mark := fmt.Sprintf("from %d to %s", c.from, dst)
			p[c.from].Send(b.udp4(c.from, "10.0.0.2", dst, 1, mark))
			p[c.to].expect(mark)
			if n := p[c.not].pending(mark); n != 0 {
				t.Errorf("%s came to the other virtual router", mark)
			}
		}
	}
}

// TestVlanInterface routes between a VLAN and a port, floods what the VLAN does not know, and answers ARP on the VLAN's host interface once.
func TestVlanInterface(t *testing.T) {
	b := newBench(t, 3)
	vlan, _ := b.access(10, 0, 1)
	b.ns.Run(t, exec.Command("ip", "link", "add", "Vlan10", "address", switchMAC.String(), "type", "veth", "peer", "name", "in-Vlan10"))
	b.ns.Run(t, exec.Command("ip", "link", "set", "in-Vlan10", "up"))
	rif := b.rif(sai.RouterInterfaceTypeVlan, at(sai.ObjectTypeRouterInterface, sai.RouterInterfaceAttrVlanID, vlan))
	b.runs("in-Vlan10")
	b.subnet(rif, b.vr, 0, "Vlan10")
	b.subnet(b.portRif(b.ports[2]), b.vr, 2, hostName(2))
	for _, ip := range []string{"10.0.0.1", "10.0.2.2", "fd00:0::1", "fd00:2::2"} {
		ping(b, 0, ip)
	}
	ping(b, 2, "10.0.0.2")
	transfer(b, 0, 2, "10.0.2.2")
	transfer(b, 2, 0, "fd00:0::2")
	// The other member hears the broadcast, and the switch answers once.
	p := b.taps()
	request := arp(b.hostMAC(0), "10.0.0.2", "10.0.0.1")
	p[0].Send(request)
	p[1].expect("\x00\x01\x08\x00\x06\x04\x00\x01")
	p[0].expect("\x00\x01\x08\x00\x06\x04\x00\x02")
	ping(b, 0, "10.0.0.1")
	if n := p[0].pending("\x08\x06\x00\x01\x08\x00\x06\x04\x00\x02"); n != 0 {
		t.Errorf("%d answers too many", n)
	}
	// The kernel's broadcast reaches all members.
	b.ns.Run(t, exec.Command("ip", "neigh", "replace", "10.0.0.77", "lladdr", "02:00:00:00:00:77", "dev", "Vlan10"))
	c, err := dialUDP(b, "10.0.0.77:7")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("flooded by the kernel")); err != nil {
		t.Fatal(err)
	}
	p[0].expect("flooded by the kernel")
	p[1].expect("flooded by the kernel")
}

func dialUDP(b *bench, addr string) (net.Conn, error) { return b.ns.Dial(b.Context(), "udp", addr) }

// arp is a request.
func arp(src sai.MAC, from, to string) []byte {
	f := append([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, src[:]...)
	f = append(f, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1)
	s, d := netip.MustParseAddr(from).As4(), netip.MustParseAddr(to).As4()
	f = append(append(append(append(f, src[:]...), s[:]...), 0, 0, 0, 0, 0, 0), d[:]...)
	for len(f) < 60 {
		f = append(f, 0)
	}
	return f
}
