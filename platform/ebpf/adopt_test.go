package ebpf

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// memory is the content of all mapped arrays, by name.
func (b *bench) memory() map[string][]byte {
	k := b.plane.k
	all := map[string][]byte{}
	for name, m := range map[string][]byte{
		"config": k.config.memory, "ports": k.ports.memory, "lags": k.lags.memory, "vlans": k.vlans.memory, "rifs": k.rifs.memory,
		"nexthops": k.nexthops.memory, "groups": k.groups.memory, "root": k.root.memory,
	} {
		all[name] = bytes.Clone(m)
	}
	for i, page := range b.plane.fib.pages {
		content := make([]byte, 0, pageSize)
		for _, s := range page {
			content = append(content, byte(s), byte(s>>8), byte(s>>16), byte(s>>24))
		}
		all[fmt.Sprintf("page%d", i)] = content
	}
	return all
}

// world is a switch with something of everything. Objects of equal standing are made in one order or the other.
func (b *bench) world(backwards bool) {
	b.Helper()
	order := []int{0, 1, 2, 3}
	if backwards {
		order = []int{3, 2, 1, 0}
	}
	red := b.create(sai.ObjectTypeVirtualRouter)
	blue := b.create(sai.ObjectTypeVirtualRouter)
	if backwards {
		red, blue = blue, red
	}
	rt := sai.ObjectTypeRouterInterface
	rifs := map[int]sai.OID{}
	hops := map[int]sai.OID{}
	for _, i := range order {
		rifs[i] = b.portRif(b.ports[i])
	}
	for _, i := range order {
		b.routes(rifs[i], b.vr, i)
		hops[i] = b.nextHop(rifs[i], fmt.Sprintf("10.0.%d.2", i))
	}
	gt, mt := sai.ObjectTypeNextHopGroup, sai.ObjectTypeNextHopGroupMember
	for _, set := range map[bool][][]int{false: {{1, 2}, {2, 3}}, true: {{3, 2}, {2, 1}}}[backwards] {
		group := b.create(gt, at(gt, sai.NextHopGroupAttrType, sai.NextHopGroupTypeDynamicUnorderedEcmp))
		for _, i := range set {
			b.create(mt, at(mt, sai.NextHopGroupMemberAttrNextHopGroupID, group), at(mt, sai.NextHopGroupMemberAttrNextHopID, hops[i]))
		}
		b.route(b.vr, fmt.Sprintf("20.%d.0.0/15", 4*(set[0]+set[1])), group)
	}
	for _, i := range order {
		b.route(b.vr, fmt.Sprintf("30.1.%d.0/24", i), hops[i])
		b.route(b.vr, fmt.Sprintf("30.1.%d.128/25", i), hops[(i+1)%4])
		b.route(b.vr, fmt.Sprintf("fd30:%d::/32", i), hops[i])
	}
	lag, _ := b.bundle(4, 5)
	vlan, _ := b.access(10, 6)
	b.member(vlan, b.bridgePort(lag), sai.VlanTaggingModeTagged)
	b.rif(sai.RouterInterfaceTypeVlan, at(rt, sai.RouterInterfaceAttrVlanID, vlan), at(rt, sai.RouterInterfaceAttrVirtualRouterID, red))
	sub := b.rif(sai.RouterInterfaceTypeSubPort, at(rt, sai.RouterInterfaceAttrPortID, b.ports[7]), at(rt, sai.RouterInterfaceAttrOuterVlanID, uint16(9)),
		at(rt, sai.RouterInterfaceAttrVirtualRouterID, blue))
	b.neighbor(sub, "10.9.0.2", mac(9))
	b.route(blue, "40.0.0.0/8", b.nextHop(sub, "10.9.0.2"))
}

// routes are those of a subnet, without the netdevs' addresses.
func (b *bench) routes(rif, vr sai.OID, i int) {
	b.Helper()
	b.route(vr, fmt.Sprintf("10.0.%d.1/32", i), b.cpu)
	b.route(vr, fmt.Sprintf("10.0.%d.0/24", i), rif)
	b.route(vr, fmt.Sprintf("fd00:%d::/64", i), rif)
	b.neighbor(rif, fmt.Sprintf("10.0.%d.2", i), b.hostMAC(i))
	b.neighbor(rif, fmt.Sprintf("fd00:%d::2", i), b.hostMAC(i))
}

// TestAdoption stops the ASIC under traffic and starts another one, which is told the same things in another order: not one frame is lost, and not
// one word of the maps is another. What it is told differently is then different.
func TestAdoption(t *testing.T) {
	b := &bench{TB: t, notes: make(chan sai.Notification, 10000)}
	b.ns, b.hosts = wired(t, 8)
	pins := bpffs(t)
	b.start(Config{Pins: pins})
	b.boot()
	b.world(false)
	b.hosts[0].Addr(t, "eth0", "10.0.0.2/24")
	b.hosts[0].Run(t, exec.Command("ip", "route", "add", "default", "via", "10.0.0.1"))
	b.hosts[0].Run(t, exec.Command("ip", "neigh", "replace", "10.0.0.1", "lladdr", switchMAC.String(), "dev", "eth0"))
	b.hosts[1].Addr(t, "eth0", "10.0.1.2/24")
	b.hosts[1].Run(t, exec.Command("ip", "route", "add", "default", "via", "10.0.1.1"))
	b.hosts[1].Run(t, exec.Command("ip", "neigh", "replace", "10.0.1.1", "lladdr", switchMAC.String(), "dev", "eth0"))
	for i := range 2 {
		b.ns.Up(t, hostName(i))
	}
	before := b.memory()
	if _, err := New(Config{Pins: pins}); err == nil {
		t.Fatal("two processes drive one data plane")
	}

	traffic := newStream(b, 0, 1, "10.0.1.2")
	for round := range 3 {
		traffic.passes(200)
		b.stop()
		traffic.passes(200)
		b.start(Config{Pins: pins, Wait: true})
		b.boot()
		traffic.passes(200)
		b.world(round%2 == 0)
		if round == 2 { // something new, and something that is no more
			b.route(b.vr, "50.0.0.0/8", b.cpu)
			b.remove(sai.RouteEntry{Switch: b.sw, VirtualRouter: b.vr, Destination: prefix("30.1.1.128/25")})
		}
		if err := b.Restored(context.Background()); err != nil {
			t.Fatal(err)
		}
		traffic.passes(200)
		after := b.memory()
		if round == 2 {
			break
		}
		for name := range after {
			if !bytes.Equal(before[name], after[name]) {
				t.Errorf("round %d: %s differs at byte %d", round, name, firstDifference(before[name], after[name]))
			}
		}
	}
	if sent, lost := traffic.stop(); lost != 0 {
		t.Errorf("%d of %d packets lost", lost, sent)
	} else {
		t.Logf("%d packets, none lost", sent)
	}
	if l := b.plane.fib.lookup(netip.MustParseAddr("50.1.1.1")); l>>leafType&7 != uint32(swLeafTypeLEAF_ME) {
		t.Errorf("a new route is %#x", l)
	}
	if l := b.plane.fib.lookup(netip.MustParseAddr("30.1.1.200")); depthOf(l) != 24 {
		t.Errorf("the place of a route that is gone is %#x", l)
	}
	// Maps of another layout go.
	if err := os.Mkdir(filepath.Join(pins, "layout0"), 0o700); err != nil {
		t.Fatal(err)
	}
	b.stop()
	b.start(Config{Pins: pins})
	if _, err := os.Stat(filepath.Join(pins, "layout0")); !os.IsNotExist(err) {
		t.Errorf("pins of another layout: %v", err)
	}
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// lookup is what the program does.
func (f *fib) lookup(ip netip.Addr) uint32 {
	a := addr4(netip.PrefixFrom(ip, 32))
	s := f.root[a>>16]
	for shift := 8; shift >= 0 && isChild(s); shift -= 8 {
		s = f.chunk(s & leafID)[a>>shift&255]
	}
	return s
}

// stream is a flow of UDP datagrams that are answered one by one.
type stream struct {
	b          *bench
	sent, lost atomic.Int64
	end        context.CancelFunc
	g          errgroup.Group
}

// newStream sends datagrams from one host to another, and counts those that no answer comes to.
func newStream(b *bench, from, to int, ip string) *stream {
	b.Helper()
	s := &stream{b: b}
	server, err := newEcho(b, to, ip)
	if err != nil {
		b.Fatal(err)
	}
	client, err := b.hosts[from].Dial(b.Context(), "udp", ip+":7777")
	if err != nil {
		b.Fatal(err)
	}
	var ctx context.Context
	ctx, s.end = context.WithCancel(context.Background())
	s.g.Go(func() error { return server.serve() })
	s.g.Go(func() error {
		defer func() { _, _ = client.Close(), server.close() }()
		buf := make([]byte, 100)
		for ctx.Err() == nil {
			if err := echo(client, buf, s.sent.Add(1)); err != nil {
				s.lost.Add(1)
			}
		}
		return nil
	})
	b.Cleanup(func() { s.stop() })
	return s
}

// passes waits until n more datagrams have gone.
func (s *stream) passes(n int64) {
	s.b.Helper()
	until := s.sent.Load() + n
	s.b.until("traffic", func() bool { return s.sent.Load() >= until })
}

func (s *stream) stop() (sent, lost int64) {
	s.end()
	_ = s.g.Wait()
	return s.sent.Load(), s.lost.Load()
}
