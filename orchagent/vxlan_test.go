package orchagent_test

import "testing"

func TestVxlan(t *testing.T) {
	const vtep, mapped = "VXLAN_TUNNEL_TABLE:vtep1 src_ip=10.1.0.1", "VXLAN_TUNNEL_MAP_TABLE:vtep1:map_1000_Vlan10 vlan=Vlan10 vni=1000"
	const nvo = "VXLAN_EVPN_NVO_TABLE:nvo1 source_vtep=vtep1"
	golden(t, "vxlan",
		scenario{"a VTEP by itself is nothing yet", []string{vtep}},
		scenario{"a VLAN", []string{vtep, mapped}},
		scenario{"a mapping waits for its VTEP", []string{mapped}},
		scenario{"a peer that is told", []string{"VXLAN_TUNNEL_TABLE:vtep1 src_ip=10.1.0.1 dst_ip=10.1.0.2 ttl_mode=uniform", mapped}},
		scenario{"EVPN's peers", []string{vtep, nvo, mapped, "VXLAN_REMOTE_VNI_TABLE:Vlan10:10.1.0.2 vni=1000", "VXLAN_REMOTE_VNI_TABLE:Vlan10:10.1.0.3 vni=1000",
			"VXLAN_FDB_TABLE:Vlan10:02:00:00:00:00:aa remote_vtep=10.1.0.2 type=dynamic vni=1000",
			"VXLAN_FDB_TABLE:Vlan10:02:00:00:00:00:bb remote_vtep=10.1.0.3 type=static vni=1000"}},
		scenario{"what is configured here goes before EVPN", []string{vtep, nvo, mapped, "VXLAN_FDB_TABLE:Vlan10:02:00:00:00:00:aa remote_vtep=10.1.0.2 type=dynamic vni=1000",
			"VLAN_MEMBER_TABLE:Vlan10:Ethernet0 tagging_mode=untagged", "FDB_TABLE:Vlan10:02:00:00:00:00:aa port=Ethernet0 type=static"}},
		scenario{"peers wait for the NVO", []string{vtep, mapped, "VXLAN_REMOTE_VNI_TABLE:Vlan10:10.1.0.2 vni=1000"}},
		scenario{"a VRF's VNI is no VLAN's", []string{vtep, nvo, mapped, "VXLAN_VRF_TABLE:vtep1:evpn_map_1000_VrfRed vni=1000 vrf=VrfRed"}},
		scenario{"routes behind other VTEPs", []string{vtep, nvo, "VXLAN_VRF_TABLE:vtep1:evpn_map_5000_VrfRed vni=5000 vrf=VrfRed", "VRF_TABLE:VrfRed vni=5000",
			"ROUTE_TABLE:VrfRed:10.9.0.0/16 protocol=bgp nexthop=10.1.0.2 ifname=Vlan500 vni_label=5000 router_mac=02:00:00:00:02:00",
			"ROUTE_TABLE:VrfRed:10.8.0.0/16 protocol=bgp nexthop=10.1.0.2,10.1.0.3 ifname=Vlan500,Vlan500 vni_label=5000,5000 router_mac=02:00:00:00:02:00,02:00:00:00:03:00"}},
		scenario{"malformed rows", []string{
			"ROUTE_TABLE:VrfRed:10.9.0.0/16 nexthop=10.1.0.2 ifname=Vlan500 vni_label=5000,1 router_mac=02:00:00:00:02:00",
			"ROUTE_TABLE:VrfRed:10.8.0.0/16 nexthop=10.1.0.2 ifname=Vlan500 vni_label=5000 router_mac=x",
			"VXLAN_REMOTE_VNI_TABLE:Vlan10:10.1.0 vni=1000",
		}},
		scenario{"anycast gateway", []string{"SAG_TABLE:GLOBAL gateway_mac=00:11:22:33:44:55", "INTF_TABLE:Vlan10 mac_addr=00:00:00:00:00:00 static_anycast_gateway=true"}},
	)
}
