package orchagent_test

import "testing"

func TestMirrorSpan(t *testing.T) {
	golden(t, "mirror_span",
		scenario{"without ports, for rules of ACLs", []string{"MIRROR_SESSION|m type=SPAN dst_port=Ethernet8"}},
		scenario{"both directions of ports and LAGs", []string{"LAG_MEMBER_TABLE:PortChannel1:Ethernet4",
			"LAG_MEMBER_TABLE:PortChannel1:Ethernet12", "MIRROR_SESSION|m type=SPAN dst_port=Ethernet8 src_port=Ethernet0,PortChannel1 direction=BOTH queue=1 policer=p"}},
		scenario{"a port of two sessions", []string{"MIRROR_SESSION|m type=SPAN dst_port=Ethernet8 src_port=Ethernet0 direction=RX",
			"MIRROR_SESSION|n type=SPAN dst_port=Ethernet12 src_port=Ethernet0 direction=RX"}},
		scenario{"to a LAG", []string{"MIRROR_SESSION|m type=SPAN dst_port=PortChannel1"}},
		scenario{"a member and its LAG", []string{"LAG_MEMBER_TABLE:PortChannel1:Ethernet4",
			"MIRROR_SESSION|m type=SPAN dst_port=Ethernet8 src_port=Ethernet4,PortChannel1 direction=RX"}},
	)
}

func TestMirrorErspan(t *testing.T) {
	const sw = "SWITCH|switch mac=02:00:00:00:00:01 traffic_classes=8 port_ingress_mirror=true port_ingress_sample_mirror=true"
	const session = "MIRROR_SESSION|m type=ERSPAN src_ip=10.1.0.1 dst_ip=10.9.0.7 gre_type=0x6558 dscp=50 ttl=64 queue=3"
	const address, neighbor, route = "INTF_TABLE:Ethernet0:10.0.0.0/31", "NEIGH_TABLE:Ethernet0:10.0.0.1 neigh=02:04:06:08:10:12 family=IPv4", "ROUTE_TABLE:10.9.0.0/16 nexthop=10.0.0.1 ifname=Ethernet0"
	golden(t, "mirror_erspan",
		scenario{"nowhere to go", []string{session}},
		scenario{"a route without a neighbour", []string{session, route}},
		scenario{"over a port", []string{sw, session, route, neighbor}},
		scenario{"a longer prefix that drops", []string{session, route, neighbor, "ROUTE_TABLE:10.9.0.0/24 blackhole=true"}},
		scenario{"the default route, and defaults of the header", []string{"MIRROR_SESSION|m src_ip=10.1.0.1 dst_ip=10.9.0.7", neighbor, "ROUTE_TABLE:0.0.0.0/0 nexthop=10.0.0.1 ifname=Ethernet0"}},
		scenario{"a neighbour itself", []string{"MIRROR_SESSION|m src_ip=10.1.0.1 dst_ip=10.0.0.1", "INTF_TABLE:Ethernet0", address, neighbor, "ROUTE_TABLE:10.0.0.0/31 nexthop=0.0.0.0 ifname=Ethernet0"}},
		scenario{"the first of several next hops that is there", []string{session, "ROUTE_TABLE:10.9.0.0/16 nexthop=10.0.0.3,10.0.0.5,10.0.0.1 ifname=Ethernet4,Ethernet8,Ethernet12",
			"NEIGH_TABLE:Ethernet8:10.0.0.5 neigh=02:04:06:08:10:05", "NEIGH_TABLE:Ethernet4:10.0.0.3 neigh=02:04:06:08:10:03"}},
		scenario{"by a named group", []string{session, "NEXTHOP_GROUP_TABLE:g nexthop=10.0.0.1 ifname=Ethernet0", "ROUTE_TABLE:10.9.0.0/16 nexthop_group=g", neighbor}},
		scenario{"over a LAG", []string{session, "ROUTE_TABLE:10.9.0.0/16 nexthop=10.0.0.1 ifname=PortChannel1", "NEIGH_TABLE:PortChannel1:10.0.0.1 neigh=02:04:06:08:10:12",
			"LAG_MEMBER_TABLE:PortChannel1:Ethernet4 status=disabled", "LAG_MEMBER_TABLE:PortChannel1:Ethernet8 status=enabled", "PORT_OPER|Ethernet8 up=true"}},
		scenario{"over a VLAN whose station is not known", []string{session, "ROUTE_TABLE:10.9.0.0/16 nexthop=10.0.0.1 ifname=Vlan10", "NEIGH_TABLE:Vlan10:10.0.0.1 neigh=02:04:06:08:10:12"}},
		scenario{"over a VLAN", []string{session, "ROUTE_TABLE:10.9.0.0/16 nexthop=10.0.0.1 ifname=Vlan10", "NEIGH_TABLE:Vlan10:10.0.0.1 neigh=02:04:06:08:10:12",
			"FDB|Vlan10:02:04:06:08:10:12 port=Ethernet4 type=dynamic"}},
		scenario{"over a sub-interface, IPv6", []string{"MIRROR_SESSION|m src_ip=fd00::1 dst_ip=fd09::7", "ROUTE_TABLE:fd09::/16 nexthop=fd00::2 ifname=Ethernet0.10", "NEIGH_TABLE:Ethernet0.10:fd00::2 neigh=02:04:06:08:10:12"}},
		scenario{"a sample of frames", []string{sw, "MIRROR_SESSION|m src_ip=10.1.0.1 dst_ip=10.9.0.7 src_port=Ethernet4 direction=RX sample_rate=256 truncate_size=128", route, neighbor}},
		scenario{"addresses of two versions", []string{"MIRROR_SESSION|m src_ip=10.1.0.1 dst_ip=fd00::1"}},
		scenario{"no destination", []string{"MIRROR_SESSION|m src_ip=10.1.0.1"}},
		scenario{"a queue too far", []string{sw, session + " queue=8"}},
		scenario{"a sample of what leaves", []string{"MIRROR_SESSION|m src_ip=10.1.0.1 dst_ip=10.9.0.7 src_port=Ethernet4 direction=BOTH sample_rate=256"}},
		scenario{"a rule of a session that is inactive", []string{session, "ACL_TABLE|T type=MIRROR", "ACL_RULE|T|R PRIORITY=1 DSCP=8 MIRROR_INGRESS_ACTION=m"}},
	)
}
