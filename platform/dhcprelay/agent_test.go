package dhcprelay

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tests/dhcp"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second

// counted is what an agent has reported last.
type counted struct {
	mu   sync.Mutex // reports come from the agent's goroutine
	now  map[Place]Counts
	news chan struct{}
}

func (c *counted) report(_ context.Context, all []Report) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range all {
		if c.now[r.Place] = r.Counts; r.Gone {
			delete(c.now, r.Place)
		}
	}
	close(c.news)
	c.news = make(chan struct{})
	return nil
}

func (c *counted) until(t *testing.T, what string, ok func(map[Place]Counts) bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		c.mu.Lock()
		met, news := ok(c.now), c.news
		c.mu.Unlock()
		if met {
			return
		}
		select {
		case <-news:
		case <-deadline:
			t.Fatalf("%s: not in time: %+v", what, c.now)
		}
	}
}

// TestAgent has a client get addresses of both versions of servers on the other side of the relay.
func TestAgent(t *testing.T) {
	netns.Require(t)
	clients, relay, servers := netns.New(t), netns.New(t), netns.New(t)
	for _, n := range []*netns.NS{clients, relay, servers} {
		n.Sysctl(t, "net/ipv6/conf/all/accept_dad", "0")
		n.Sysctl(t, "net/ipv6/conf/default/accept_dad", "0")
	}
	netns.Veth(t, clients, "eth0", relay, "Vlan10")
	netns.Veth(t, relay, "uplink", servers, "eth0")
	relay.Addr(t, "Vlan10", "10.0.10.1/24")
	relay.Addr(t, "Vlan10", "fc00:10::1/64")
	relay.Addr(t, "uplink", "10.0.0.1/24")
	relay.Addr(t, "uplink", "fc00::1/64")
	servers.Addr(t, "eth0", "10.0.0.2/24")
	servers.Addr(t, "eth0", "fc00::2/64")
	route(t, servers, "10.0.10.0/24", "10.0.0.1")
	route(t, servers, "fc00:10::/64", "fc00::1")
	told4, told6 := dhcp.Serve4(t, servers, "10.0.0.2", "10.0.10.50"), dhcp.Serve6(t, servers, "fc00::2", "fc00:10::50")

	c := &counted{now: map[Place]Counts{}, news: make(chan struct{})}
	a := New(Options{
		Log: slog.New(slog.DiscardHandler), Report: c.report,
		Where: func(context.Context, string, [6]byte) (string, string) { return "Ethernet0", "fortyGigE0/0" },
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- relay.Do(func() error { return a.Run(ctx) }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	link := relay.Link(t, "Vlan10").Attrs()
	s := *settings()
	s.Index, s.MAC = int32(link.Index), [6]byte(link.HardwareAddr)
	s.Servers4, s.Servers6 = []netip.Addr{netip.MustParseAddr("10.0.0.2")}, []netip.Addr{netip.MustParseAddr("fc00::2")}
	key := VlanKey{"Vlan10"}
	if err := a.Apply(ctx, Kind, []engine.Op{{Key: key, Attrs: []engine.AttrValue{engine.AttrValue(With(s))}}})[0]; err != nil {
		t.Fatal(err)
	}
	ack, err := dhcp.Lease4(ctx, clients, "eth0")
	if err != nil {
		t.Fatal("IPv4: ", err)
	}
	if ip := ack.YourIPAddr.String(); ip != "10.0.10.50" || ack.RelayAgentInfo() != nil {
		t.Error(ack.Summary())
	}
	mac := clients.Link(t, "eth0").Attrs().HardwareAddr.String()
	if got, want := <-told4, (dhcp.Told{Circuit: "leaf1:fortyGigE0/0", Remote: link.HardwareAddr.String(), Link: "10.0.10.1", MAC: mac}); got != want {
		t.Errorf("the server is told %+v", got)
	}
	offered, err := dhcp.Solicit6(ctx, clients, "eth0")
	if err != nil || offered != "fc00:10::50" {
		t.Fatalf("IPv6: %s %v", offered, err)
	}
	if got, want := <-told6, (dhcp.Told{Link: "fc00:10::1", MAC: mac}); got != want {
		t.Errorf("the server is told %+v", got)
	}
	vlan, port := Place{Vlan: "Vlan10"}, Place{"Vlan10", "Ethernet0"}
	c.until(t, "counters", func(now map[Place]Counts) bool {
		v, p := now[vlan], now[port]
		return v == (Counts{Received: p.Received, Sent: p.Sent, Messages6: v.Messages6}) && v.Received[Discover] == 1 && v.Received[Request] == 1 && v.Sent[Offer] == 1 &&
			v.Sent[Ack] == 1 && v.Messages6[1] >= 1 && v.Messages6[advertise] >= 1 && v.Messages6[relayForward] >= 1 && v.Messages6[relayReply] >= 1
	})
	if err := a.Apply(ctx, Kind, []engine.Op{{Verb: engine.Remove, Key: key}})[0]; err != nil {
		t.Fatal(err)
	}
	c.until(t, "no counters", func(now map[Place]Counts) bool { return len(now) == 0 })
}

func route(t *testing.T, n *netns.NS, prefix, gateway string) {
	t.Helper()
	to := net.IPNet{IP: netip.MustParsePrefix(prefix).Addr().AsSlice(), Mask: net.CIDRMask(netip.MustParsePrefix(prefix).Bits(), netip.MustParseAddr(gateway).BitLen())}
	if err := n.Handle.RouteAdd(&netlink.Route{Dst: &to, Gw: net.ParseIP(gateway)}); err != nil {
		t.Fatalf("route to %s: %v", prefix, err)
	}
}
