package fpm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/netns/frr"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

// rib is a handler that keeps what zebra wants, as netsync does. The lock is there because the test looks at it meanwhile.
type rib struct {
	mu      sync.Mutex
	conn    *fpm.Conn
	conns   int
	ended   error
	routes  map[netip.Prefix]fpm.Route
	objects map[uint32]fpm.Object
	bad     []error
}

func (r *rib) Connected(c *fpm.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conn, r.ended = c, nil
	r.conns++
	r.routes, r.objects = map[netip.Prefix]fpm.Route{}, map[uint32]fpm.Object{}
}

func (r *rib) Disconnected(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conn, r.ended = nil, err
}

func (r *rib) Batch(ms []fpm.Message) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range ms {
		switch {
		case m.Kind == fpm.Malformed:
			r.bad = append(r.bad, m.Err)
		case m.Kind == fpm.KindRoute && m.Route.Del:
			delete(r.routes, m.Route.Dst)
		case m.Kind == fpm.KindRoute:
			m.Route.Nexthops = slices.Clone(m.Route.Nexthops)
			r.routes[m.Route.Dst] = m.Route
		case m.Object.Del:
			delete(r.objects, m.Object.ID)
		default:
			m.Object.Group = slices.Clone(m.Object.Group)
			r.objects[m.Object.ID] = m.Object
		}
	}
	return nil
}

// resolved is route by route what zebra wants, with objects followed, in text.
func (r *rib) resolved() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[string]string{}
	for dst, route := range r.routes {
		if dst.Addr().IsLinkLocalUnicast() {
			continue // comes and goes with the interfaces
		}
		s := fmt.Sprintf("table %d proto %d type %d", route.Table, route.Protocol, route.Type)
		hops := route.Nexthops
		if o, ok := r.objects[route.NexthopID]; ok {
			hops = r.follow(o, 1)
		} else if route.NexthopID != 0 {
			s += fmt.Sprintf(" missing object %d", route.NexthopID)
		}
		var texts []string
		for _, h := range hops {
			texts = append(texts, fmt.Sprintf(" via %s dev %d weight %d onlink %t", h.Gateway, h.Ifindex, h.Weight, h.Onlink))
		}
		slices.Sort(texts)
		out[dst.String()] = s + strings.Join(texts, "")
	}
	return out
}

func (r *rib) follow(o fpm.Object, weight uint16) (hops []fpm.Nexthop) {
	if len(o.Group) == 0 {
		o.Nexthop.Weight = weight
		return []fpm.Nexthop{o.Nexthop}
	}
	for _, m := range o.Group {
		hops = append(hops, r.follow(r.objects[m.ID], m.Weight)...)
	}
	return hops
}

// lab is a switch with two links and a server that waits for its zebra.
type lab struct {
	*frr.Router
	ns  *netns.NS
	rib *rib
	srv *fpm.Server
	dev [2]int
}

func newLab(t *testing.T) *lab {
	frr.Require(t, "zebra", "staticd")
	l := &lab{rib: &rib{}}
	l.ns = netns.New(t)
	peer := netns.New(t)
	for i, name := range []string{"Ethernet0", "Ethernet4"} {
		netns.Veth(t, l.ns, name, peer, fmt.Sprintf("eth%d", i))
		l.ns.Addr(t, name, fmt.Sprintf("10.0.%d.1/24", i*4))
		l.ns.Addr(t, name, fmt.Sprintf("2001:db8:%d::1/64", i*4))
		l.dev[i] = l.ns.Link(t, name).Attrs().Index
	}
	ln, err := l.ns.Listen("tcp", "127.0.0.1:2620")
	if err != nil {
		t.Fatal(err)
	}
	l.srv = fpm.NewServer(ln)
	ctx, cancel := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return l.srv.Serve(ctx, l.rib) })
	t.Cleanup(func() {
		cancel()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		if s := l.srv.Stats(); s.Malformed != 0 || len(l.rib.bad) != 0 {
			t.Errorf("malformed messages: %v", l.rib.bad)
		}
	})
	l.Router = frr.New(t, l.ns)
	return l
}

// statics are routes of every sort, and want what must come of them.
func statics() []string {
	return []string{
		"ip route 0.0.0.0/0 10.0.0.2", "ip route 10.1.0.0/16 10.0.0.2", "ip route 10.1.0.0/16 10.0.4.2",
		"ip route 10.2.0.0/16 Null0", "ip route 10.3.0.0/16 reject", "ip route 10.6.0.0/16 Ethernet0", "ip route 10.7.0.0/16 10.9.9.9 Ethernet0 onlink",
		"ipv6 route ::/0 fe80::2 Ethernet0", "ipv6 route 2001:db8:100::/48 2001:db8::2", "ipv6 route 2001:db8:100::/48 2001:db8:4::2",
		"ipv6 route 2001:db8:200::/48 Null0",
	}
}

func (l *lab) want() map[string]string {
	const static, kernel, unicast = 196, 2, unix.RTN_UNICAST
	a, b := l.dev[0], l.dev[1]
	route := func(proto, typ int, hops ...string) string {
		slices.Sort(hops)
		return fmt.Sprintf("table 254 proto %d type %d", proto, typ) + strings.Join(hops, "")
	}
	hop := func(gw string, dev int, onlink bool) string {
		return fmt.Sprintf(" via %s dev %d weight 1 onlink %t", gw, dev, onlink)
	}
	const direct = "invalid IP"
	return map[string]string{
		"10.0.0.0/24":       route(kernel, unicast, hop(direct, a, false)),
		"10.0.4.0/24":       route(kernel, unicast, hop(direct, b, false)),
		"2001:db8::/64":     route(kernel, unicast, hop(direct, a, false)),
		"2001:db8:4::/64":   route(kernel, unicast, hop(direct, b, false)),
		"0.0.0.0/0":         route(static, unicast, hop("10.0.0.2", a, false)),
		"10.1.0.0/16":       route(static, unicast, hop("10.0.0.2", a, false), hop("10.0.4.2", b, false)),
		"10.2.0.0/16":       route(static, unix.RTN_BLACKHOLE),
		"10.3.0.0/16":       route(static, unix.RTN_UNREACHABLE),
		"10.6.0.0/16":       route(static, unicast, hop(direct, a, false)),
		"10.7.0.0/16":       route(static, unicast, hop("10.9.9.9", a, true)),
		"::/0":              route(static, unicast, hop("fe80::2", a, false)),
		"2001:db8:100::/48": route(static, unicast, hop("2001:db8::2", a, false), hop("2001:db8:4::2", b, false)),
		"2001:db8:200::/48": route(static, unix.RTN_BLACKHOLE),
	}
}

// untilRoutes waits for zebra's n-th connection to have brought these routes.
func (l *lab) untilRoutes(t *testing.T, n int, want map[string]string) {
	t.Helper()
	l.Until(t, func() error {
		l.rib.mu.Lock()
		conns := l.rib.conns
		l.rib.mu.Unlock()
		if conns != n {
			return fmt.Errorf("connection %d, want %d", conns, n)
		}
		if diff := cmp.Diff(want, l.rib.resolved(), cmpopts.EquateEmpty()); diff != "" {
			return fmt.Errorf("routes (-want +got):\n%s", diff)
		}
		return nil
	})
}

// TestZebra has real routes from a real zebra, with next hops inside, and goes through change, deletion and zebra's sudden death.
func TestZebra(t *testing.T) {
	l := newLab(t)
	const config = "fpm address 127.0.0.1\nno fpm use-next-hop-groups\n"
	zebra := l.Start(t, "zebra", config, "-M", "dplane_fpm_nl")
	l.Start(t, "staticd", "")
	l.Configure(t, statics()...)
	want := l.want()
	l.untilRoutes(t, 1, want)

	before := l.srv.Stats().Replaced
	l.Configure(t, "no ip route 10.1.0.0/16 10.0.0.2", "no ip route 10.2.0.0/16 Null0")
	want["10.1.0.0/16"] = fmt.Sprintf("table 254 proto 196 type 1 via 10.0.4.2 dev %d weight 1 onlink false", l.dev[1])
	delete(want, "10.2.0.0/16")
	l.untilRoutes(t, 1, want)
	if l.srv.Stats().Replaced == before {
		t.Errorf("stats %+v", l.srv.Stats())
	}

	l.ns.Addr(t, "Ethernet0", "10.50.0.1/24")
	want["10.50.0.0/24"] = fmt.Sprintf("table 254 proto 2 type 1 via invalid IP dev %d weight 1 onlink false", l.dev[0])
	l.untilRoutes(t, 1, want)

	if err := zebra.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	l.Until(t, func() error {
		l.rib.mu.Lock()
		defer l.rib.mu.Unlock()
		if l.rib.ended == nil {
			return fmt.Errorf("still connected")
		}
		return nil
	})
	l.Start(t, "zebra", config, "-M", "dplane_fpm_nl")
	l.untilRoutes(t, 2, want)
}

// TestNexthopObjects has the same routes by way of next-hop objects.
func TestNexthopObjects(t *testing.T) {
	l := newLab(t)
	l.Start(t, "zebra", "fpm address 127.0.0.1\n", "-M", "dplane_fpm_nl")
	l.Start(t, "staticd", "")
	l.Configure(t, statics()...)
	l.untilRoutes(t, 1, l.want())
	if l.srv.Stats().Objects == 0 {
		t.Error("no next-hop objects")
	}
}

// TestAcknowledge checks that zebra believes our acknowledgements, if it is of a kind that can.
func TestAcknowledge(t *testing.T) {
	hears, err := fpm.HearsAcks(frr.Module(t, "dplane_fpm_nl"))
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-M", "dplane_fpm_nl"}
	if hears {
		args = append(args, "--asic-offload=notify_on_offload")
	}
	l := newLab(t)
	l.Start(t, "zebra", "fpm address 127.0.0.1\nno fpm use-next-hop-groups\n", args...)
	l.Start(t, "staticd", "")
	l.Configure(t, "ip route 10.1.0.0/16 10.0.0.2", "ip route 10.1.0.0/16 10.0.4.2", "ip route 10.2.0.0/16 10.0.0.2")
	good, bad := netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("10.2.0.0/16")
	l.Until(t, func() error {
		if got := l.rib.resolved(); got[good.String()] == "" || got[bad.String()] == "" {
			return fmt.Errorf("routes: %v", got)
		}
		return nil
	})
	l.rib.mu.Lock()
	acks := []fpm.Route{l.rib.routes[good], l.rib.routes[bad]}
	conn := l.rib.conn
	l.rib.mu.Unlock()
	acks[0].Offload, acks[1].Offload = fpm.Offloaded, fpm.OffloadFailed
	if err := conn.Ack(acks); err != nil {
		t.Fatal(err)
	}
	var frames []byte
	for i := range acks {
		frames, _ = fpm.AppendRoute(frames, &acks[i])
	}
	l.Until(t, func() error { return l.counter("Input bytes", len(frames)) })

	if hears {
		l.Until(t, func() error { return l.flags(good, "offloaded") })
		l.Until(t, func() error { return l.flags(bad, "offloadedFailed") })
		return
	}
	if err := l.flags(good, "offloaded"); err == nil {
		t.Error("HearsAcks says no, but the route is offloaded")
	}
	t.Log("this zebra's dplane_fpm_nl reads acknowledgements and throws them away (FRR before 8.5)")
}

func (l *lab) counter(name string, want int) error {
	out, err := l.Show("show fpm counters")
	if err != nil {
		return err
	}
	if !strings.Contains(out, fmt.Sprintf("%s: %d\n", name, want)) {
		return fmt.Errorf("want %s %d:\n%s", name, want, out)
	}
	return nil
}

func (l *lab) flags(dst netip.Prefix, flag string) error {
	out, err := l.Show("show ip route " + dst.String() + " json")
	if err != nil {
		return err
	}
	var routes map[string][]map[string]any
	if err := json.Unmarshal([]byte(out), &routes); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	if rs := routes[dst.String()]; len(rs) != 1 || rs[0][flag] != true {
		return fmt.Errorf("%s is not %s: %s", dst, flag, out)
	}
	return nil
}
