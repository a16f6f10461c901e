package netsync

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func TestRouteRows(t *testing.T) {
	d := newDesk(RouteOptions{})
	heavy := hop("10.0.0.3", 11)
	heavy.Weight = 7
	connected := add("10.0.0.0/31", hop("", 10))
	connected.Route.Protocol = 2
	odd := add("10.9.0.0/16", hop("10.0.0.1", 10))
	odd.Route.Protocol = 99
	d.say(
		add("10.1.0.0/16", hop("10.0.0.1", 10)),
		add("10.2.0.0/16", hop("10.0.0.1", 10), heavy),
		add("10.3.0.1/32", hop("10.0.0.1", 10)),
		add("0.0.0.0/0", hop("10.0.0.1", 10)),
		add("::/0", hop("fe80::1", 10)),
		add("2001:db8::1/128", hop("2001:db8:1::1", 11)),
		add("2001:db8:2::/64", hop("", 10)),
		in(1001, add("10.1.0.0/16", hop("10.0.1.1", 11))),
		in(1001, add("2001:db8::/32", hop("fe80::1", 11))),
		add("10.4.0.0/16", hop("169.254.0.1", 10)), // RFC 8950
		drop("10.5.0.0/16", fpm.Blackhole),
		drop("10.6.0.0/16", fpm.Unreachable),
		connected, odd,
	)
	d.want(t, `
ROUTE_TABLE:0.0.0.0/0 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
ROUTE_TABLE:10.0.0.0/31 ifname=Ethernet0 nexthop=0.0.0.0 protocol=kernel weight=1
ROUTE_TABLE:10.1.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
ROUTE_TABLE:10.2.0.0/16 ifname=Ethernet0,Ethernet4 nexthop=10.0.0.1,10.0.0.3 protocol=bgp weight=1,7
ROUTE_TABLE:10.3.0.1 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
ROUTE_TABLE:10.4.0.0/16 ifname=Ethernet0 nexthop=169.254.0.1 protocol=bgp weight=1
ROUTE_TABLE:10.5.0.0/16 blackhole=true protocol=static
ROUTE_TABLE:10.6.0.0/16 blackhole=true protocol=static
ROUTE_TABLE:10.9.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=0x63 weight=1
ROUTE_TABLE:2001:db8:2::/64 ifname=Ethernet0 nexthop=:: protocol=bgp weight=1
ROUTE_TABLE:2001:db8::1 ifname=Ethernet4 nexthop=2001:db8:1::1 protocol=bgp weight=1
ROUTE_TABLE:::/0 ifname=Ethernet0 nexthop=fe80::1 protocol=bgp weight=1
ROUTE_TABLE:VrfRed:10.1.0.0/16 ifname=Ethernet4 nexthop=10.0.1.1 protocol=bgp weight=1
ROUTE_TABLE:VrfRed:2001:db8::/32 ifname=Ethernet4 nexthop=fe80::1 protocol=bgp weight=1
`)
	// The same again is no write.
	before := d.writes
	d.say(add("10.1.0.0/16", hop("10.0.0.1", 10)), add("10.2.0.0/16", hop("10.0.0.1", 10), heavy), drop("10.5.0.0/16", fpm.Blackhole))
	if d.writes != before {
		t.Errorf("%d writes for nothing", d.writes-before)
	}
}

// TestRouteChangesShape: fields that the new row lacks go.
func TestRouteChangesShape(t *testing.T) {
	d := newDesk(RouteOptions{})
	d.say(add("10.1.0.0/16", hop("10.0.0.1", 10)), drop("10.2.0.0/16", fpm.Blackhole))
	d.say(drop("10.1.0.0/16", fpm.Blackhole), add("10.2.0.0/16", hop("10.0.0.1", 10)))
	d.want(t, `
ROUTE_TABLE:10.1.0.0/16 blackhole=true protocol=static
ROUTE_TABLE:10.2.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
`)
	d.say(del("10.1.0.0/16"), del("10.2.0.0/16"), del("10.3.0.0/16"))
	d.want(t, "")
	if len(d.v4.m) > 0 || len(d.sets.byKey) > 0 || len(d.texts.byRow) > 0 {
		t.Errorf("%d routes, %d sets and %d texts are left", len(d.v4.m), len(d.sets.byKey), len(d.texts.byRow))
	}
}

// TestManagementRoutes: what goes by eth0 or the management VRF is the kernel's alone.
func TestManagementRoutes(t *testing.T) {
	d := newDesk(RouteOptions{})
	d.say(add("10.1.0.0/16", hop("10.0.0.1", 10)), add("10.2.0.0/16", hop("10.0.0.1", 10), hop("172.20.20.1", 2)),
		add("10.3.0.0/16", hop("172.20.20.1", 2)), in(6000, add("10.4.0.0/16", hop("10.0.0.1", 10))))
	d.want(t, `
ROUTE_TABLE:10.1.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
ROUTE_TABLE:10.2.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
`)
	d.say(add("10.1.0.0/16", hop("172.20.20.1", 2)), del("10.2.0.0/16"))
	d.want(t, "")
}

// TestNamesComeLater: routes whose link or VRF is not known yet wait for it.
func TestNamesComeLater(t *testing.T) {
	d := newDesk(RouteOptions{})
	d.say(add("10.1.0.0/16", hop("10.0.0.1", 10), hop("10.0.0.9", 12)), in(1002, add("10.2.0.0/16", hop("10.0.0.1", 10))),
		in(1002, add("10.3.0.0/16", hop("10.0.0.1", 10))), in(1002, del("10.3.0.0/16")))
	d.want(t, "")
	d.linkFact("Ethernet8", tables.LinkFact{Index: 12})
	d.linkFact("VrfBlue", tables.LinkFact{Index: 13, VrfTable: 1002})
	d.resettle()
	d.work()
	d.want(t, `
ROUTE_TABLE:10.1.0.0/16 ifname=Ethernet0,Ethernet8 nexthop=10.0.0.1,10.0.0.9 protocol=bgp weight=1,1
ROUTE_TABLE:VrfBlue:10.2.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
`)
	d.linkFact("Ethernet12", tables.LinkFact{Index: 12}) // renamed
	d.resettle()
	d.work()
	if !strings.Contains(d.text(), "ifname=Ethernet0,Ethernet12") {
		t.Error(d.text())
	}
}

// TestResync: routes that a predecessor left are kept until zebra had time to announce them, and cost nothing if it does.
func TestResync(t *testing.T) {
	d := newDesk(RouteOptions{Quiet: 5 * time.Second, Hold: time.Minute})
	for _, prefix := range []string{"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"} {
		row := tables.RouteRow{Protocol: "bgp", Nexthop: "10.0.0.1", Ifname: "Ethernet0", Weight: "1"}
		d.found(tables.RouteKey{Prefix: netip.MustParsePrefix(prefix)}, row)
		w := tables.ApplRoute.Set(tables.RouteKey{Prefix: netip.MustParsePrefix(prefix)}, row)
		d.write1(w)
	}
	d.writes = 0
	start := time.Unix(1000, 0)
	d.sweep(start.Add(time.Hour)) // nobody has connected
	d.connect()
	d.say(add("10.1.0.0/16", hop("10.0.0.1", 10)), add("10.2.0.0/16", hop("10.0.0.3", 11)))
	if d.writes != 1 {
		t.Errorf("%d writes, want the one that changed", d.writes)
	}
	d.last = start.Add(58 * time.Second)
	d.sweep(start.Add(61 * time.Second)) // not quiet yet
	d.work()
	if !strings.Contains(d.text(), "10.3.0.0/16") {
		t.Fatal("a route was withdrawn too early")
	}
	d.sweep(start.Add(64 * time.Second))
	d.work()
	d.want(t, `
ROUTE_TABLE:10.1.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
ROUTE_TABLE:10.2.0.0/16 ifname=Ethernet4 nexthop=10.0.0.3 protocol=bgp weight=1
`)
	// zebra comes again, with one route less.
	d.handle(routeEvent{err: fmt.Errorf("gone"), done: make(chan struct{})}, start)
	d.connect()
	d.say(add("10.2.0.0/16", hop("10.0.0.3", 11)))
	d.sweep(start.Add(time.Hour))
	d.work()
	d.want(t, "ROUTE_TABLE:10.2.0.0/16 ifname=Ethernet4 nexthop=10.0.0.3 protocol=bgp weight=1")
	if d.writes != 3 {
		t.Errorf("%d writes, want 3", d.writes)
	}
}

// TestWarmRestartTimer: WARM_RESTART|bgp goes before the default, and a malformed one leaves things as they are.
func TestWarmRestartTimer(t *testing.T) {
	d := newDesk(RouteOptions{Hold: time.Minute})
	row := func(key, value string, gone bool) {
		d.configuration(db.Batch{Changes: []db.Change{{
			Table: tables.ConfigWarmRestart.Schema, Key: key, Gone: gone, Fields: []db.Field{{Name: "bgp_timer", Value: value}},
		}}})
	}
	for _, s := range []struct {
		key, value string
		gone       bool
		want       time.Duration
	}{
		{"bgp", "30", false, 30 * time.Second}, {"teamd", "5", false, 30 * time.Second}, {"bgp", "0", false, 30 * time.Second},
		{"bgp", "x", false, 30 * time.Second}, {"bgp", "", true, time.Minute},
	} {
		if row(s.key, s.value, s.gone); d.hold != s.want {
			t.Errorf("%v: %v, want %v", s, d.hold, s.want)
		}
	}
}

// TestStoreAway: routes go on changing while the database is away, and are written once.
func TestStoreAway(t *testing.T) {
	d := newDesk(RouteOptions{Batch: 2})
	d.away = true
	for i := range 10 {
		for n := range 5 {
			m := add(fmt.Sprintf("10.%d.0.0/16", n), hop(fmt.Sprintf("10.0.0.%d", i), 10))
			d.say(m)
		}
	}
	d.say(del("10.4.0.0/16"))
	d.away = false
	d.work()
	if d.writes > 9 {
		t.Errorf("%d writes for 5 routes", d.writes)
	}
	d.want(t, `
ROUTE_TABLE:10.0.0.0/16 ifname=Ethernet0 nexthop=10.0.0.9 protocol=bgp weight=1
ROUTE_TABLE:10.1.0.0/16 ifname=Ethernet0 nexthop=10.0.0.9 protocol=bgp weight=1
ROUTE_TABLE:10.2.0.0/16 ifname=Ethernet0 nexthop=10.0.0.9 protocol=bgp weight=1
ROUTE_TABLE:10.3.0.0/16 ifname=Ethernet0 nexthop=10.0.0.9 protocol=bgp weight=1
`)
}

// TestStoreLost: a database that comes back empty gets everything again.
func TestStoreLost(t *testing.T) {
	d := newDesk(RouteOptions{})
	d.say(add("10.1.0.0/16", hop("10.0.0.1", 10)), add("2001:db8::/32", hop("fe80::1", 10)), add("10.2.0.0/16", hop("10.0.0.1", 10)))
	d.say(del("10.2.0.0/16"))
	want := d.text()
	clear(d.rows)
	d.republish()
	d.work()
	d.want(t, want)
}
