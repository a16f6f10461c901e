package netsync

import (
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
)

func object(id uint32, hops ...fpm.Nexthop) fpm.Message {
	return fpm.Message{Kind: fpm.KindNexthop, Object: fpm.Object{ID: id, Nexthop: hops[0]}}
}

func groupOf(id uint32, members ...uint32) fpm.Message {
	o := fpm.Object{ID: id}
	for i, m := range members {
		o.Group = append(o.Group, fpm.Member{ID: m, Weight: uint16(i + 1)})
	}
	return fpm.Message{Kind: fpm.KindNexthop, Object: o}
}

func byID(prefix string, id uint32) fpm.Message {
	m := add(prefix)
	m.Route.NexthopID = id
	return m
}

// TestNexthopObjects: routes that refer to zebra's objects have their next hops written out.
func TestNexthopObjects(t *testing.T) {
	d := newDesk(RouteOptions{})
	d.connect()
	d.say(byID("10.1.0.0/16", 30), byID("10.2.0.0/16", 1))
	d.want(t, "") // not known yet
	d.say(object(1, hop("10.0.0.1", 10)), object(2, hop("10.0.0.3", 11)), groupOf(30, 1, 2),
		fpm.Message{Kind: fpm.KindNexthop, Object: fpm.Object{ID: 9, Blackhole: true}}, byID("10.3.0.0/16", 9))
	d.want(t, `
ROUTE_TABLE:10.1.0.0/16 ifname=Ethernet0,Ethernet4 nexthop=10.0.0.1,10.0.0.3 protocol=bgp weight=1,2
ROUTE_TABLE:10.2.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
ROUTE_TABLE:10.3.0.0/16 blackhole=true protocol=bgp
`)
	d.say(object(2, hop("10.0.0.5", 11))) // a member changes
	if !strings.Contains(d.text(), "nexthop=10.0.0.1,10.0.0.5") {
		t.Error(d.text())
	}
	// Another zebra has other objects by the same ids: routes that it has not announced keep what they had.
	d.connect()
	d.say(object(1, hop("10.0.0.7", 10)), byID("10.2.0.0/16", 1))
	d.want(t, `
ROUTE_TABLE:10.1.0.0/16 ifname=Ethernet0,Ethernet4 nexthop=10.0.0.1,10.0.0.5 protocol=bgp weight=1,2
ROUTE_TABLE:10.2.0.0/16 ifname=Ethernet0 nexthop=10.0.0.7 protocol=bgp weight=1
ROUTE_TABLE:10.3.0.0/16 blackhole=true protocol=bgp
`)
}

// TestNexthopGroups: with nexthop_group=enabled groups have rows, and routes name them.
func TestNexthopGroups(t *testing.T) {
	d := newDesk(RouteOptions{})
	d.setGroups(true)
	d.connect()
	d.say(object(1, hop("10.0.0.1", 10)), object(2, hop("10.0.0.3", 11)), groupOf(30, 1, 2), byID("10.1.0.0/16", 30), byID("10.2.0.0/16", 1))
	d.want(t, `
NEXTHOP_GROUP_TABLE:30 ifname=Ethernet0,Ethernet4 nexthop=10.0.0.1,10.0.0.3 weight=1,2
ROUTE_TABLE:10.1.0.0/16 nexthop_group=30 protocol=bgp
ROUTE_TABLE:10.2.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
`)
	before := d.writes
	d.say(groupOf(30, 1)) // a member goes: the group changes, its routes do not
	if d.writes != before+1 || !strings.Contains(d.text(), "NEXTHOP_GROUP_TABLE:30 ifname=Ethernet0 nexthop=10.0.0.1 weight=1") {
		t.Errorf("%d writes: %s", d.writes-before, d.text())
	}
	d.setGroups(false)
	d.work()
	d.want(t, `
ROUTE_TABLE:10.1.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
ROUTE_TABLE:10.2.0.0/16 ifname=Ethernet0 nexthop=10.0.0.1 protocol=bgp weight=1
`)
}
