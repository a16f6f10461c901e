package vty

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	router "github.com/hypersonic-nos/hypersonic/tests/netns/frr"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func route(vrf, prefix, gateway, link, nexthopVrf string) frr.StaticRouteKey {
	k := frr.StaticRouteKey{Vrf: vrf, Prefix: netip.MustParsePrefix(prefix), Interface: link, NexthopVrf: nexthopVrf, Discard: gateway == "blackhole"}
	if gateway != "" && !k.Discard {
		k.Gateway = netip.MustParseAddr(gateway)
	}
	return k
}

// routes has one of each form.
var routes = []Route{
	{route("", "10.1.0.0/16", "10.9.0.2", "", ""), frr.Options{Tag: 1}},
	{route("", "10.2.0.0/16", "10.9.0.2", "va", ""), frr.Options{Tag: 2, Distance: 200}},
	{route("", "10.2.0.0/16", "10.9.0.3", "va", ""), frr.Options{Tag: 2, Distance: 200}},
	{route("", "10.3.0.0/16", "", "va", ""), frr.Options{Tag: 1}},
	{route("", "10.4.0.0/16", "blackhole", "", ""), frr.Options{Tag: 1}},
	{route("VrfRed", "10.5.0.0/16", "10.9.0.2", "", ""), frr.Options{Tag: 1}},
	{route("VrfRed", "10.6.0.0/16", "10.9.0.2", "Ethernet0.10", "VrfBlue"), frr.Options{Tag: 1}},
	{route("", "10.7.0.0/16", "10.9.0.2", "", "VrfBlue"), frr.Options{Tag: 1}},
	{route("", "2001:db8::/32", "fe80::1", "va", ""), frr.Options{Tag: 1}},
	{route("VrfRed", "2001:db8::1/128", "2001:db8:1::1", "", ""), frr.Options{Tag: 1, Distance: 5}},
}

func ops(v engine.Verb, rs ...Route) (out []engine.Op) {
	for _, r := range rs {
		op := engine.Op{Verb: v, Key: r.Key}
		if v != engine.Remove {
			op.Attrs = []engine.AttrValue{{ID: frr.StaticRouteAttrOptions, Value: r.Options}}
		}
		out = append(out, op)
	}
	return out
}

func apply(t *testing.T, to *Target, list []engine.Op) {
	t.Helper()
	for i, err := range to.Apply(t.Context(), frr.StaticRoute, list) {
		if err != nil {
			t.Errorf("%s: %v", list[i].Key, err)
		}
	}
}

// configured reads staticd's configuration with vtysh, as a user would.
func configured(t *testing.T, r *router.Router) []Route {
	t.Helper()
	out, err := r.Show("show running-config")
	if err != nil {
		t.Fatal(err)
	}
	found := ParseRoutes(out)
	slices.SortFunc(found, func(a, b Route) int { return strings.Compare(a.Key.String(), b.Key.String()) })
	return found
}

var addrs = cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{})

func start(t *testing.T) (*router.Router, *netns.Process, *Target) {
	netns.Require(t)
	router.Require(t, "zebra", "staticd")
	ns := netns.New(t)
	r := router.New(t, ns)
	r.Start(t, "zebra", "")
	p := r.Start(t, "staticd", "ip route 192.0.2.0/24 blackhole\n")
	return r, p, New(r.Sockets(), slog.New(slog.DiscardHandler))
}

func TestStaticd(t *testing.T) {
	r, _, target := start(t)
	defer target.Close()
	apply(t, target, ops(engine.Create, routes...))
	users := Route{Key: route("", "192.0.2.0/24", "blackhole", "", "")}
	want := append([]Route{users}, routes...)
	slices.SortFunc(want, func(a, b Route) int { return strings.Compare(a.Key.String(), b.Key.String()) })
	if diff := cmp.Diff(want, configured(t, r), addrs); diff != "" {
		t.Fatalf("staticd (-given +has):\n%s", diff)
	}

	// A new daemon finds what is ours, and not what a user configured.
	second := New(r.Sockets(), slog.New(slog.DiscardHandler))
	defer second.Close()
	found, err := second.Adopt(t.Context(), nil)
	if err != nil || len(found) != len(routes) {
		t.Errorf("adopted %d routes of %d: %v", len(found), len(routes), err)
	}
	for _, a := range found {
		if !slices.ContainsFunc(routes, func(r Route) bool { return r.Key == a.Key && r.Options == a.Attrs[0].Value }) {
			t.Errorf("adopted %v", a)
		}
	}

	changed := slices.Clone(routes)
	for i := range changed {
		changed[i].Options = frr.Options{Tag: 1, Distance: 77}
	}
	apply(t, second, ops(engine.Update, changed...))
	for _, got := range configured(t, r) {
		if got.Key != users.Key && got.Options != (frr.Options{Tag: 1, Distance: 77}) {
			t.Errorf("%s has options %v", got.Key, got.Options)
		}
	}
	apply(t, second, ops(engine.Remove, routes...))
	if diff := cmp.Diff([]Route{users}, configured(t, r), addrs); diff != "" {
		t.Errorf("after the removal (-want +has):\n%s", diff)
	}
	apply(t, second, ops(engine.Remove, routes[0])) // once more is as good
}

// TestRefusals: FRR's words reach the row, and the connection goes on.
func TestRefusals(t *testing.T) {
	r, _, target := start(t)
	defer target.Close()
	bad := route("", "10.1.0.0/16", "10.9.0.2", "va", "")
	bad.Interface = "a b"
	list := append(ops(engine.Create, Route{Key: bad}), ops(engine.Create, routes[0])...)
	errs := target.Apply(t.Context(), frr.StaticRoute, list)
	if errs[0] == nil || errs[1] != nil {
		t.Errorf("%v", errs)
	}
	c, err := Dial(t.Context(), r.Sockets()+"/staticd.vty")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var refused *Error
	if _, err := c.Run(t.Context(), "no such command"); !errors.As(err, &refused) || !strings.Contains(err.Error(), "Unknown command") {
		t.Errorf("%v", err)
	}
	if _, err := c.Run(t.Context(), "show version\nshow version"); !errors.As(err, &refused) {
		t.Errorf("two lines: %v", err)
	}
	if out, err := c.Run(t.Context(), "show version"); err != nil || !strings.Contains(out, "FRRouting") {
		t.Errorf("%q, %v", out, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Run(ctx, "show version"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestRestart: a staticd that goes takes its routes along, and is asked again when it has come back.
func TestRestart(t *testing.T) {
	r, p, target := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	events := target.Observe(ctx)
	apply(t, target, ops(engine.Create, routes...))
	p.Kill()
	gone := map[engine.Key]bool{}
	for len(gone) < len(routes) {
		for _, a := range <-events {
			gone[a.Key] = a.Gone
		}
	}
	errs := target.Apply(t.Context(), frr.StaticRoute, ops(engine.Create, routes...))
	var class *engine.Error
	if !errors.As(errs[0], &class) || class.Class != engine.Transient {
		t.Errorf("without staticd: %v", errs[0])
	}
	r.Start(t, "staticd", "")
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for errs[0] != nil {
		select {
		case <-tick.C:
			errs = target.Apply(t.Context(), frr.StaticRoute, ops(engine.Create, routes...))
		case <-deadline:
			t.Fatal(errs[0])
		}
	}
	if got := configured(t, r); len(got) != len(routes) {
		t.Errorf("staticd has %v", got)
	}
	cancel()
	if err := target.Close(); err != nil {
		t.Error(err)
	}
	for range events {
		t.Error("an event after the end")
	}
}

func TestParseRoutes(t *testing.T) {
	got := ParseRoutes("frr version 8.4.4\n!\nip route 10.1.0.0/16 10.9.0.2 tag 1\nip route 10.2.0.0/16 10.9.0.2 label 16\nip route 10.3.0.0/16 Null0\n" +
		"ip route 10.4.0.0/16 va 5\nip route bad 1.2.3.4\nip route 10.5.0.0/16\nvrf VrfRed\n ip route 10.5.0.0/16 10.9.0.2 nexthop-vrf default\n vni 5\n ipv6 route ::/0 fe80::1 va\n" +
		"exit-vrf\n!\nip route 10.6.0.0/16 blackhole 255\nip route 10.7.0.0/16 10.9.0.2 tag\nipv6 route 2001:db8::/32 10.0.0.1\n")
	want := []Route{
		{route("", "10.1.0.0/16", "10.9.0.2", "", ""), frr.Options{Tag: 1}},
		{route("", "10.4.0.0/16", "", "va", ""), frr.Options{Distance: 5}},
		{route("VrfRed", "10.5.0.0/16", "10.9.0.2", "", "default"), frr.Options{}},
		{route("VrfRed", "::/0", "fe80::1", "va", ""), frr.Options{}},
		{route("", "10.6.0.0/16", "blackhole", "", ""), frr.Options{Distance: 255}},
	}
	if diff := cmp.Diff(want, got, addrs); diff != "" {
		t.Error(diff)
	}
}

// FuzzParseRoutes: what is read is what would be written.
func FuzzParseRoutes(f *testing.F) {
	f.Add("ip route 10.1.0.0/16 10.9.0.2 va tag 1 5 nexthop-vrf VrfBlue")
	f.Add("vrf VrfRed\n ipv6 route ::/0 fe80::1 va\nexit-vrf\nip route 10.0.0.0/8 blackhole")
	f.Fuzz(func(t *testing.T, config string) {
		for _, r := range ParseRoutes(config) {
			again := ParseRoutes(r.Key.Set(r.Options))
			if len(again) != 1 || again[0] != r {
				t.Fatalf("%q: %v becomes %q, which reads %v", config, r, r.Key.Set(r.Options), again)
			}
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte("text\x00\x00\x00\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if out, _, ok := answer(b); ok && len(out)+4 > len(b) {
			t.Fatal("more text than bytes")
		}
	})
}
