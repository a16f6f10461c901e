package orchagent_test

import "testing"

func TestRoute(t *testing.T) {
	golden(t, "route",
		scenario{"no row: the default routes drop", nil},
		scenario{"v4 and v6, in the default VRF and another", []string{
			"ROUTE_TABLE:10.1.0.0/16 protocol=bgp nexthop=10.0.0.2 ifname=Ethernet0",
			"ROUTE_TABLE:10.2.0.1 protocol=bgp nexthop=10.0.0.2 ifname=Ethernet0",
			"ROUTE_TABLE:fc00:1::/64 protocol=bgp nexthop=fc00::2 ifname=Ethernet0",
			"ROUTE_TABLE:VrfRed:10.1.0.0/16 protocol=bgp nexthop=10.0.0.2 ifname=Ethernet0",
			"ROUTE_TABLE:VrfRed:fc00:1::/64 protocol=bgp nexthop=fc00::2 ifname=Ethernet0",
		}},
		scenario{"blackhole", []string{"ROUTE_TABLE:10.1.0.0/16 blackhole=true"}},
		scenario{"a default route forwards explicitly, since it dropped before", []string{"ROUTE_TABLE:0.0.0.0/0 nexthop=10.0.0.2 ifname=Ethernet0", "ROUTE_TABLE:VrfRed:0.0.0.0/0 nexthop=10.0.0.2 ifname=Ethernet0"}},
		scenario{"directly connected", []string{"ROUTE_TABLE:10.1.0.0/16 nexthop=0.0.0.0 ifname=Ethernet0", "ROUTE_TABLE:fc00::/64 nexthop=:: ifname=Ethernet0", "ROUTE_TABLE:10.3.0.0/16 ifname=Ethernet0"}},
		scenario{"the kernel's alone", []string{
			"ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.2 ifname=eth0", "ROUTE_TABLE:10.2.0.0/16 nexthop=10.0.0.2 ifname=docker0", "ROUTE_TABLE:10.3.0.0/16 nexthop=10.0.0.2 ifname=lo",
			"ROUTE_TABLE:10.4.0.0/16 nexthop=10.0.0.2 ifname=Loopback0", "ROUTE_TABLE:10.5.0.0/16 nexthop=0.0.0.0 ifname=unknown", "ROUTE_TABLE:10.6.0.0/16 nexthop=0.0.0.0 ifname=tun0",
			"ROUTE_TABLE:10.7.0.0/16 nexthop=0.0.0.0 ifname=VrfRed", "ROUTE_TABLE:fe80::/64 nexthop=:: ifname=Ethernet0", "ROUTE_TABLE:ff00::/8 nexthop=:: ifname=Ethernet0",
			"ROUTE_TABLE:169.254.0.0/16 nexthop=0.0.0.0 ifname=Ethernet0", "ROUTE_TABLE:10.8.0.0/16 nexthop=10.0.0.2,10.0.1.2 ifname=Ethernet0,eth0",
		}},
		scenario{"a switch's own address, announced as a route as well", []string{
			"INTF_TABLE:Ethernet0", "INTF_TABLE:Ethernet0:10.0.0.1/24", "ROUTE_TABLE:10.0.0.1 nexthop=0.0.0.0 ifname=Ethernet0",
		}},
		scenario{"malformed rows", []string{
			"ROUTE_TABLE:10.1.0.0/33 nexthop=10.0.0.2 ifname=Ethernet0", "ROUTE_TABLE:10.2.0.0/16 nexthop=10.0.0.2", "ROUTE_TABLE:10.3.0.0/16 blackhole=maybe",
			"ROUTE_TABLE:not-a-prefix nexthop=10.0.0.2 ifname=Ethernet0",
		}},
	)
}
