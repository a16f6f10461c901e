package orchagent_test

import "testing"

// ups are two ports that are up, and what routes over them need.
var ups = []string{"PORT_OPER|Ethernet0 up=true flap_count=1", "PORT_OPER|Ethernet4 up=true flap_count=1"}

func with(rows ...string) []string { return append(append([]string{}, ups...), rows...) }

func TestNextHopSets(t *testing.T) {
	golden(t, "nexthop",
		scenario{"a single next hop needs no group, and asks for its neighbour", with("ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.2 ifname=Ethernet0")},
		scenario{"a known neighbour is not asked for", with("NEIGH_TABLE:Ethernet0:10.0.0.2 neigh=02:00:00:00:00:02", "ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.2 ifname=Ethernet0")},
		scenario{"ECMP, shared by two routes in other orders", with(
			"ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.2,10.0.1.2 ifname=Ethernet0,Ethernet4",
			"ROUTE_TABLE:10.2.0.0/16 nexthop=10.0.1.2,10.0.0.2 ifname=Ethernet4,Ethernet0",
		)},
		scenario{"weights", with("ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.2,10.0.1.2 ifname=Ethernet0,Ethernet4 weight=1,5")},
		scenario{"fewer weights than next hops are none", with("ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.2,10.0.1.2 ifname=Ethernet0,Ethernet4 weight=5")},
		scenario{"the same next hop twice counts once", with("ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.2,10.0.0.2 ifname=Ethernet0,Ethernet0")},
		scenario{"a member whose port is down stays out", []string{
			"PORT_OPER|Ethernet0 up=true flap_count=1", "PORT_OPER|Ethernet4 up=false flap_count=2",
			"ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.2,10.0.1.2 ifname=Ethernet0,Ethernet4",
		}},
		scenario{"a LAG counts by its oper_status, a sub-interface by its parent's, a VLAN is up", []string{
			"LAG_TABLE:PortChannel1 oper_status=up", "LAG_TABLE:PortChannel2 oper_status=down", "PORT_OPER|Ethernet0 up=true flap_count=1",
			"ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.2,10.0.1.2,10.0.2.2,10.0.3.2 ifname=PortChannel1,PortChannel2,Ethernet0.10,Vlan10",
		}},
		scenario{"malformed lists", with(
			"ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.2,x ifname=Ethernet0,Ethernet4",
			"ROUTE_TABLE:10.2.0.0/16 nexthop=10.0.0.2 ifname=Ethernet0,",
			"ROUTE_TABLE:10.3.0.0/16 nexthop=10.0.0.2,10.0.1.2 ifname=Ethernet0,Ethernet4 weight=1,x",
		)},
	)
}

func TestNexthopGroup(t *testing.T) {
	golden(t, "nexthop_group",
		scenario{"named, without a route", with("NEXTHOP_GROUP_TABLE:g1 nexthop=10.0.0.2,10.0.1.2 ifname=Ethernet0,Ethernet4 weight=1,3")},
		scenario{"a group of one has no object", with("NEXTHOP_GROUP_TABLE:g1 nexthop=10.0.0.2 ifname=Ethernet0", "ROUTE_TABLE:10.1.0.0/16 nexthop_group=g1")},
		scenario{"with a route", with("NEXTHOP_GROUP_TABLE:g1 nexthop=10.0.0.2,10.0.1.2 ifname=Ethernet0,Ethernet4", "ROUTE_TABLE:10.1.0.0/16 nexthop_group=g1")},
		scenario{"a route over a group that is not there", with("ROUTE_TABLE:10.1.0.0/16 nexthop_group=g2")},
		scenario{"recursive", with(
			"NEXTHOP_GROUP_TABLE:a nexthop=10.0.0.2 ifname=Ethernet0", "NEXTHOP_GROUP_TABLE:b nexthop=10.0.1.2 ifname=Ethernet4",
			"NEXTHOP_GROUP_TABLE:ab nexthop_group=a,b,missing", "ROUTE_TABLE:10.1.0.0/16 nexthop_group=ab",
		)},
		scenario{"groups that refer to each other", with("NEXTHOP_GROUP_TABLE:a nexthop_group=b", "NEXTHOP_GROUP_TABLE:b nexthop_group=a", "ROUTE_TABLE:10.1.0.0/16 nexthop_group=a")},
		scenario{"an empty group", with("NEXTHOP_GROUP_TABLE:a", "ROUTE_TABLE:10.1.0.0/16 nexthop_group=a")},
		scenario{"a directly connected group", with("NEXTHOP_GROUP_TABLE:a nexthop=0.0.0.0 ifname=Ethernet0", "ROUTE_TABLE:10.1.0.0/16 nexthop_group=a")},
	)
}
