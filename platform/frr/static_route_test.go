package frr

import (
	"net/netip"
	"testing"
)

func TestCommands(t *testing.T) {
	p := netip.MustParsePrefix
	for _, c := range []struct {
		key         StaticRouteKey
		options     Options
		set, remove string
	}{
		{StaticRouteKey{Prefix: p("10.1.0.0/16"), Gateway: netip.MustParseAddr("10.0.0.1")}, Options{Tag: 1, Distance: 5},
			"ip route 10.1.0.0/16 10.0.0.1 tag 1 5", "no ip route 10.1.0.0/16 10.0.0.1"},
		{StaticRouteKey{Vrf: "VrfRed", Prefix: p("::/0"), Gateway: netip.MustParseAddr("fe80::1"), Interface: "Ethernet0", NexthopVrf: "default"}, Options{Tag: 2},
			"ipv6 route ::/0 fe80::1 Ethernet0 tag 2 vrf VrfRed nexthop-vrf default", "no ipv6 route ::/0 fe80::1 Ethernet0 vrf VrfRed nexthop-vrf default"},
		{StaticRouteKey{Prefix: p("10.2.0.0/16"), Discard: true}, Options{}, "ip route 10.2.0.0/16 blackhole", "no ip route 10.2.0.0/16 blackhole"},
	} {
		if got := c.key.Set(c.options); got != c.set {
			t.Errorf("%q, want %q", got, c.set)
		}
		if got := c.key.Remove(); got != c.remove {
			t.Errorf("%q, want %q", got, c.remove)
		}
		again, err := StaticRoute.Parse(c.key.String())
		if err != nil || again != c.key {
			t.Errorf("%s is read as %v, %v", c.key, again, err)
		}
	}
}

func TestCheck(t *testing.T) {
	good := StaticRouteKey{Prefix: netip.MustParsePrefix("10.1.0.0/16"), Gateway: netip.MustParseAddr("10.0.0.1"), Interface: "Ethernet0"}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"5", "tag", "a b", "10.0.0.1", "fe80::1", "Null0", "-", "a\n", "Ethernet0%"} {
		bad := good
		bad.Interface = name
		if bad.Check() == nil {
			t.Errorf("interface %q passes", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("STATIC_ROUTE:VrfRed 10.0.0.0/8 192.0.2.1 Ethernet0 -")
	f.Add("STATIC_ROUTE:- ::/0 blackhole - -")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := StaticRoute.Parse(text)
		if err != nil {
			return
		}
		if again, err := StaticRoute.Parse(k.String()); err != nil || again != k {
			t.Fatalf("%q: %v, then %v, %v", text, k, again, err)
		}
	})
}
