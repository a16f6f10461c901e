package kernel

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

func ip(t *testing.T, n *netns.NS, args string) {
	t.Helper()
	n.Run(t, exec.Command("ip", strings.Fields(args)...))
}

func watchLinks(t *testing.T, n *netns.NS) *LinkFeed {
	t.Helper()
	var f *LinkFeed
	if err := n.Do(func() (err error) { f, err = WatchLinks(); return err }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func watchNeighbors(t *testing.T, n *netns.NS) *NeighFeed {
	t.Helper()
	var f *NeighFeed
	if err := n.Do(func() (err error) { f, err = WatchNeighbors(); return err }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// linkView is what a consumer of the feed knows.
type linkView map[string]netdev.Link

// until reads the feed until the view is as wanted.
func (v linkView) until(t *testing.T, f *LinkFeed, ok func() bool) {
	t.Helper()
	for !ok() {
		b, err := f.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if b.Listing {
			clear(v)
		}
		for _, c := range b.Links {
			if delete(v, c.Name); !c.Gone {
				v[c.Name] = c.Link
			}
		}
	}
}

func TestLinkFeed(t *testing.T) {
	n := netns.New(t)
	ip(t, n, "link add Ethernet0 mtu 9100 type veth peer name in-Ethernet0")
	f, v := watchLinks(t, n), linkView{}
	v.until(t, f, func() bool { return len(v) == 3 })
	if l := v["Ethernet0"]; l.Kind != "veth" || l.MTU != 9100 || l.Admin || l.LowerUp || l.Peer != v["in-Ethernet0"].Index || l.MAC == (linux.MAC{}) || l.Away {
		t.Errorf("listed %+v", l)
	}
	ip(t, n, "link set Ethernet0 up")
	v.until(t, f, func() bool { return v["Ethernet0"].Admin })
	if v["Ethernet0"].LowerUp {
		t.Error("carrier without an inner end")
	}
	ip(t, n, "link set in-Ethernet0 up")
	v.until(t, f, func() bool { return v["Ethernet0"].LowerUp })
	ip(t, n, "link set in-Ethernet0 down name renamed")
	v.until(t, f, func() bool {
		_, old := v["in-Ethernet0"]
		_, renamed := v["renamed"]
		return !old && renamed && !v["Ethernet0"].LowerUp
	})
	// A bridge's messages about its ports are of the same type as those about links.
	ip(t, n, "link add br0 type bridge")
	ip(t, n, "link set Ethernet0 master br0")
	v.until(t, f, func() bool { return v["br0"].Kind == "bridge" && v["Ethernet0"].Master == v["br0"].Index })
	ip(t, n, "link set Ethernet0 nomaster")
	v.until(t, f, func() bool { return v["Ethernet0"].Index != 0 && v["Ethernet0"].Master == 0 })
	ip(t, n, "link del Ethernet0")
	v.until(t, f, func() bool { return len(v) == 2 })
}

// shrink makes overruns certain.
func shrink(t *testing.T, m *monitor) {
	t.Helper()
	err := m.raw.Control(func(fd uintptr) {
		if err := unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 1); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLinkFeedOverrun(t *testing.T) {
	n := netns.New(t)
	f, v := watchLinks(t, n), linkView{}
	v.until(t, f, func() bool { return len(v) == 1 })
	shrink(t, f.monitor)
	var batch strings.Builder
	for i := range 50 {
		fmt.Fprintf(&batch, "link add Vlan%d type veth peer name in-Vlan%d\n", i, i)
	}
	cmd := exec.Command("ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(batch.String())
	n.Run(t, cmd)
	b, err := f.Next(t.Context())
	if err != nil || !b.Listing || len(b.Links) != 101 {
		t.Errorf("after the overrun: %d links, listing %v, %v", len(b.Links), b.Listing, err)
	}
}

func TestFeedEndsWithContext(t *testing.T) {
	n := netns.New(t)
	f := watchLinks(t, n)
	if b, err := f.Next(t.Context()); err != nil || !b.Listing {
		t.Fatal(b, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var g errgroup.Group
	g.Go(func() error {
		_, err := f.Next(ctx)
		return err
	})
	cancel()
	if err := g.Wait(); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	ip(t, n, "link add Ethernet0 type veth peer name in-Ethernet0") // another context goes on
	if b, err := f.Next(t.Context()); err != nil || b.Listing || len(b.Links) == 0 {
		t.Error(b, err)
	}
}

// neighborUntil reads the feed until it tells of the neighbour what is wanted.
func neighborUntil(t *testing.T, f *NeighFeed, link, ip string, ok func(NeighChange) bool) {
	t.Helper()
	for {
		b, err := f.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range b.Neighbors {
			if c.Link == link && c.IP == netip.MustParseAddr(ip) && ok(c) {
				return
			}
		}
	}
}

func TestNeighbors(t *testing.T) {
	a, b := netns.New(t), netns.New(t)
	netns.Veth(t, a, "Ethernet0", b, "eth0")
	a.Addr(t, "Ethernet0", "10.0.0.1/24")
	a.Addr(t, "Ethernet0", "2001:db8::1/64")
	b.Addr(t, "eth0", "10.0.0.2/24")
	b.Addr(t, "eth0", "2001:db8::2/64")
	ip(t, a, "neigh add 10.0.0.8 lladdr 02:00:00:00:00:08 nud permanent dev Ethernet0")
	f := watchNeighbors(t, a)
	neighborUntil(t, f, "Ethernet0", "10.0.0.8", func(c NeighChange) bool { return c.State == Permanent && c.MAC == linux.MAC{2, 0, 0, 0, 0, 8} })

	var r *Resolver
	if err := a.Do(func() (err error) { r, err = NewResolver(); return err }); err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	link := linux.LinkKey{Name: "Ethernet0"}
	static := linux.NeighKey{Link: link, IP: netip.MustParseAddr("10.0.0.8")}
	if errs := r.Resolve([]linux.NeighKey{static}); errs[0] != nil {
		t.Fatal(errs)
	}
	if n, err := lookUp(r.conn, static); err != nil || n.State != Permanent {
		t.Fatalf("a static neighbour that somebody asks for is %s, %v", n.State, err)
	}
	mac := linux.MAC(b.Link(t, "eth0").Attrs().HardwareAddr)
	for _, text := range []string{"10.0.0.2", "2001:db8::2"} {
		errs := r.Resolve([]linux.NeighKey{{Link: link, IP: netip.MustParseAddr(text)}, {Link: linux.LinkKey{Name: "Ethernet4"}, IP: netip.MustParseAddr(text)}})
		if errs[0] != nil || !errors.Is(errs[1], unix.ENODEV) {
			t.Fatal(errs)
		}
		neighborUntil(t, f, "Ethernet0", text, func(c NeighChange) bool {
			if !c.Gone && c.State == Failed { // asked before the peer had its address
				r.Resolve([]linux.NeighKey{{Link: link, IP: netip.MustParseAddr(text)}})
			}
			return !c.Gone && c.State == Reachable && c.MAC == mac
		})
	}
	ip(t, a, "neigh del 10.0.0.2 dev Ethernet0")
	neighborUntil(t, f, "Ethernet0", "10.0.0.2", func(c NeighChange) bool { return c.Gone || c.State == Failed })
	ip(t, a, "link set Ethernet0 down")
	neighborUntil(t, f, "Ethernet0", "10.0.0.8", func(c NeighChange) bool { return c.Gone })
}

// TestNeighborMoves has a neighbour come back with another MAC address and say nothing: who asks finds that the old one is gone.
func TestNeighborMoves(t *testing.T) {
	a, b := netns.New(t), netns.New(t)
	netns.Veth(t, a, "Ethernet0", b, "eth0")
	for name, value := range map[string]string{"base_reachable_time_ms": "20", "delay_first_probe_time": "0", "retrans_time_ms": "20"} {
		a.Sysctl(t, "net/ipv4/neigh/Ethernet0/"+name, value)
	}
	a.Addr(t, "Ethernet0", "10.0.0.1/24")
	b.Addr(t, "eth0", "10.0.0.2/24")
	var r *Resolver
	if err := a.Do(func() (err error) { r, err = NewResolver(); return err }); err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f := watchNeighbors(t, a)
	k := []linux.NeighKey{{Link: linux.LinkKey{Name: "Ethernet0"}, IP: netip.MustParseAddr("10.0.0.2")}}
	ask := func(state NeighState) {
		t.Helper()
		r.Resolve(k)
		neighborUntil(t, f, "Ethernet0", "10.0.0.2", func(c NeighChange) bool {
			if c.State&(Failed|Stale) != 0 && c.State != state {
				r.Resolve(k) // of a reachable one nothing is asked before it is stale
			}
			return !c.Gone && c.State == state
		})
	}
	ask(Reachable)
	ip(t, b, "link set eth0 address 02:00:00:00:00:99")
	ask(Failed)
	ask(Reachable)
	if n, err := lookUp(r.conn, k[0]); err != nil || n.MAC != (linux.MAC{2, 0, 0, 0, 0, 0x99}) {
		t.Errorf("%v is at %v, %v", k[0], n.MAC, err)
	}
}

func TestNeighborsOverrunAndRename(t *testing.T) {
	n := netns.New(t)
	ip(t, n, "link add Ethernet0 type veth peer name in-Ethernet0")
	f := watchNeighbors(t, n)
	if b, err := f.Next(t.Context()); err != nil || !b.Listing {
		t.Fatal(b, err)
	}
	shrink(t, f.monitor)
	var batch strings.Builder
	for i := range 200 {
		fmt.Fprintf(&batch, "neigh add 10.0.0.%d lladdr 02:00:00:00:00:01 nud permanent dev Ethernet0\n", i+1)
	}
	cmd := exec.Command("ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(batch.String())
	n.Run(t, cmd)
	b, err := f.Next(t.Context())
	if err != nil || !b.Listing || len(b.Neighbors) < 200 {
		t.Fatalf("after the overrun: %d neighbours, listing %v, %v", len(b.Neighbors), b.Listing, err)
	}
	ip(t, n, "link set Ethernet0 name Ethernet4")
	neighborUntil(t, f, "Ethernet4", "10.0.0.200", func(c NeighChange) bool { return c.State == Permanent })
}

func TestNeighStateString(t *testing.T) {
	for s, want := range map[NeighState]string{0: "none", Reachable: "reachable", Permanent | NoARP: "noarp|permanent"} {
		if s.String() != want {
			t.Errorf("%d is %s", s, s)
		}
	}
}

func FuzzMessages(f *testing.F) {
	header := func(typ uint16, payload int) []byte {
		return append([]byte{byte(16 + payload), 0, 0, 0, byte(typ), byte(typ >> 8), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, make([]byte, payload)...)
	}
	f.Add(header(unix.RTM_NEWLINK, 40))
	f.Add(header(unix.RTM_NEWADDR, 24))
	f.Add(header(unix.RTM_NEWNEIGH, 32))
	f.Fuzz(func(t *testing.T, b []byte) {
		messages(b, func(typ uint16, payload []byte) {
			if l, ok := netdev.ParseLink(payload); ok && l.Name == "" {
				t.Error("a link without a name")
			}
			if a, ok := parseAddr(payload); ok && !a.prefix.IsValid() {
				t.Error("an address without a prefix")
			}
			if _, n, ok := parseNeigh(payload); ok && !n.IP.IsValid() {
				t.Error("a neighbour without an address")
			}
		})
	})
}
