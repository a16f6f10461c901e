package orchagent_test

import "testing"

const aSwitch = "SWITCH|switch max_nexthop_groups=256 mac=02:00:00:00:00:01"

func TestInterface(t *testing.T) {
	golden(t, "interface",
		scenario{"a port", []string{aSwitch, "PORT_TABLE:Ethernet0 lanes=1 mtu=1500", "INTF_TABLE:Ethernet0 mac_addr=00:00:00:00:00:00"}},
		scenario{"a LAG", []string{"LAG_TABLE:PortChannel1 mtu=2000", "INTF_TABLE:PortChannel1"}},
		scenario{"a VLAN with an address of its own, proxy ARP and a NAT zone", []string{
			aSwitch, "VLAN_TABLE:Vlan10 mtu=3000", "INTF_TABLE:Vlan10 mac_addr=02:00:00:00:00:99 proxy_arp=enabled nat_zone=2 mpls=enable",
		}},
		scenario{"in a VRF, with an MTU of its own", []string{"VRF_TABLE:VrfRed", "INTF_TABLE:Ethernet4 vrf_name=VrfRed mtu=1400 loopback_action=drop"}},
		scenario{"a loopback has no router interface", []string{"INTF_TABLE:Loopback0 vrf_name=VrfRed"}},
		scenario{"malformed rows", []string{"INTF_TABLE:Vlan10 mtu=x", "INTF_TABLE:Vlan5000", "INTF_TABLE:Ethernet0:10.0.0.0", "INTF_TABLE:Ethernet4 loopback_action=burn"}},
	)
}

func TestSubInterface(t *testing.T) {
	golden(t, "sub_interface",
		scenario{"of a port", []string{"PORT_TABLE:Ethernet0 lanes=1 mtu=1500", "INTF_TABLE:Ethernet0.10 admin_status=up vlan=10"}},
		scenario{"of a LAG, closed, with an MTU of its own", []string{"INTF_TABLE:PortChannel1.20 admin_status=down mtu=1400"}},
		scenario{"short names", []string{"INTF_TABLE:Eth0.10 vlan=100", "INTF_TABLE:Po1.10 vlan=200"}},
		scenario{"without a VLAN id", []string{"INTF_TABLE:Ethernet0.0", "INTF_TABLE:Ethernet0.5000", "INTF_TABLE:Ethernet4.x"}},
	)
}

func TestAddress(t *testing.T) {
	golden(t, "address",
		scenario{"on a port", []string{"INTF_TABLE:Ethernet0", "INTF_TABLE:Ethernet0:10.0.0.1/24 scope=global family=IPv4", "INTF_TABLE:Ethernet0:fc00::1/64 scope=global family=IPv6"}},
		scenario{"on a VLAN: a broadcast neighbour for prefixes up to /30", []string{
			"INTF_TABLE:Vlan10", "INTF_TABLE:Vlan10:10.0.0.1/24", "INTF_TABLE:Vlan10:10.1.0.1/30", "INTF_TABLE:Vlan10:10.2.0.1/31", "INTF_TABLE:Vlan10:fc00::1/64",
		}},
		scenario{"on a loopback in a VRF", []string{"INTF_TABLE:Loopback0 vrf_name=VrfRed", "INTF_TABLE:Loopback0:10.0.0.1/32"}},
		scenario{"without an interface row", []string{"INTF_TABLE:Ethernet0:10.0.0.1/24"}},
		scenario{"one address on two interfaces", []string{
			"INTF_TABLE:Ethernet0", "INTF_TABLE:Ethernet4", "INTF_TABLE:Ethernet0:10.0.0.1/24", "INTF_TABLE:Ethernet4:10.0.0.1/24",
		}},
	)
}

func TestVrf(t *testing.T) {
	golden(t, "vrf", scenario{"a VRF", []string{"VRF_TABLE:VrfRed"}}, scenario{"a malformed row", []string{"VRF_TABLE:VrfRed vni=x"}})
}

func TestNeighbor(t *testing.T) {
	golden(t, "neigh",
		scenario{"v4 and v6", []string{
			"NEIGH_TABLE:Ethernet0:10.0.0.2 neigh=02:00:00:00:00:02 family=IPv4", "NEIGH_TABLE:Vlan10:fc00::2 neigh=02:00:00:00:00:03 family=IPv6",
			"NEIGH_TABLE:Ethernet0:169.254.0.2 neigh=02:00:00:00:00:04", "NEIGH_TABLE:Ethernet0:fe80::2 neigh=02:00:00:00:00:05",
		}},
		scenario{"malformed rows", []string{
			"NEIGH_TABLE:Ethernet0:10.0.0 neigh=02:00:00:00:00:02", "NEIGH_TABLE:Ethernet0:10.0.0.2 neigh=02:00", "NEIGH_TABLE:Ethernet0:10.0.0.3",
		}},
	)
}
