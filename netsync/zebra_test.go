package netsync

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/platform/frr/vty"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	router "github.com/hypersonic-nos/hypersonic/tests/netns/frr"
)

// TestZebra is slow because FRR is: it takes static routes from CONFIG_DB's side (package vty) through a real staticd and a real zebra to ROUTE_TABLE, and has zebra die.
func TestZebra(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 15 s")
	}
	netns.Require(t)
	router.Require(t, "zebra", "staticd")
	router.Module(t, "dplane_fpm_nl")
	a, b := netns.New(t), netns.New(t)
	netns.Veth(t, a, "Ethernet0", b, "p0")
	netns.Veth(t, a, "eth0", b, "p1")
	a.Addr(t, "Ethernet0", "10.0.0.1/24")
	a.Addr(t, "Ethernet0", "2001:db8::1/64")
	a.Addr(t, "eth0", "172.20.20.2/24")

	ctx, cancel := context.WithCancel(t.Context())
	g, ctx := errgroup.WithContext(ctx)
	defer func() {
		cancel()
		if err := g.Wait(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()
	facts := mem.New().Client()
	err := a.Do(func() error {
		links, err := kernel.WatchLinks()
		if err != nil {
			return err
		}
		f := NewFacts(facts, links, nil)
		if err := f.Load(ctx); err != nil {
			return err
		}
		g.Go(func() error {
			defer links.Close()
			return f.Run(ctx)
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := a.Listen("tcp", "127.0.0.1:2620")
	if err != nil {
		t.Fatal(err)
	}
	server := mem.New()
	// staticd looks for zebra every 10 s.
	routes := NewRoutes(RouteOptions{
		Store: server.Client(), Facts: facts, Server: fpm.NewServer(ln), Quiet: 500 * time.Millisecond, Hold: 12 * time.Second,
	})
	g.Go(func() error { return routes.Run(ctx) })

	r := router.New(t, a)
	config := "fpm address 127.0.0.1\nno fpm use-next-hop-groups\n"
	zebra := r.Start(t, "zebra", config, "-M", "dplane_fpm_nl")
	r.Start(t, "staticd", "")
	target := vty.New(r.Sockets(), slog.New(slog.DiscardHandler))
	defer target.Close()
	static := func(v engine.Verb, prefix, gateway, link string) engine.Op {
		k := frr.StaticRouteKey{Prefix: netip.MustParsePrefix(prefix), Interface: link, Discard: gateway == "blackhole"}
		if ip, err := netip.ParseAddr(gateway); err == nil {
			k.Gateway = ip
		}
		return engine.Op{Verb: v, Key: k, Attrs: []engine.AttrValue{{ID: frr.StaticRouteAttrOptions, Value: frr.Options{Tag: frr.TagAdvertise}}}}
	}
	apply := func(ops ...engine.Op) {
		for _, err := range target.Apply(ctx, frr.StaticRoute, ops) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	apply(static(engine.Create, "10.1.0.0/16", "10.0.0.2", ""), static(engine.Create, "10.1.0.0/16", "10.0.0.3", ""),
		static(engine.Create, "10.2.0.9/32", "10.0.0.2", ""), static(engine.Create, "10.3.0.0/16", "blackhole", ""),
		static(engine.Create, "10.4.0.0/16", "172.20.20.1", ""), static(engine.Create, "2001:db8:1::/48", "fe80::2", "Ethernet0"))
	want := map[string]tables.RouteRow{
		"10.0.0.0/24":     {Protocol: "kernel", Nexthop: "0.0.0.0", Ifname: "Ethernet0", Weight: "1"},
		"2001:db8::/64":   {Protocol: "kernel", Nexthop: "::", Ifname: "Ethernet0", Weight: "1"},
		"10.1.0.0/16":     {Protocol: "static", Nexthop: "10.0.0.2,10.0.0.3", Ifname: "Ethernet0,Ethernet0", Weight: "1,1"},
		"10.2.0.9":        {Protocol: "static", Nexthop: "10.0.0.2", Ifname: "Ethernet0", Weight: "1"},
		"10.3.0.0/16":     {Protocol: "static", Blackhole: true},
		"2001:db8:1::/48": {Protocol: "static", Nexthop: "fe80::2", Ifname: "Ethernet0", Weight: "1"},
	}
	c := newConsumer(t, server.Client())
	as := func(want map[string]tables.RouteRow) func(map[string]tables.RouteRow) bool {
		return func(rows map[string]tables.RouteRow) bool {
			n := 0
			for key, row := range rows {
				if strings.HasPrefix(key, "fe80:") {
					continue // comes and goes with the interfaces
				}
				if n++; want[key] != row {
					return false
				}
			}
			return n == len(want)
		}
	}
	c.until(as(want))

	// zebra dies and comes back. Nothing is written meanwhile. A route that went in between is still in the kernel, where the new zebra finds it: it has
	// to be told (-K, seconds) to drop what nobody has claimed by then.
	written := routes.Stats().Written
	zebra.Kill()
	if err := target.Apply(ctx, frr.StaticRoute, []engine.Op{static(engine.Remove, "10.3.0.0/16", "blackhole", "")})[0]; err != nil {
		t.Fatal(err)
	}
	r.Start(t, "zebra", config, "-M", "dplane_fpm_nl", "-K", "14")
	delete(want, "10.3.0.0/16")
	c.until(as(want))
	if s := routes.Stats(); s.Written > written+3 { // the one, and perhaps link-local ones
		t.Errorf("after zebra's return: %+v, before it %d were written", s, written)
	}
}
