package orchagent_test

import "testing"

func TestVlan(t *testing.T) {
	golden(t, "vlan",
		scenario{"a VLAN", []string{"VLAN_TABLE:Vlan10 admin_status=up mtu=9100 host_ifname="}},
		scenario{"the default VLAN is not configured", []string{"VLAN_TABLE:Vlan1 admin_status=up"}},
		scenario{"malformed rows", []string{"VLAN_TABLE:Vlan4095", "VLAN_TABLE:10", "VLAN_TABLE:Vlan20 mtu=x"}},
	)
}

func TestVlanMember(t *testing.T) {
	golden(t, "vlan_member",
		scenario{"untagged", []string{"VLAN_MEMBER_TABLE:Vlan10:Ethernet0 tagging_mode=untagged"}},
		scenario{"tagged in two VLANs: one bridge port", []string{
			"VLAN_MEMBER_TABLE:Vlan10:Ethernet0 tagging_mode=tagged",
			"VLAN_MEMBER_TABLE:Vlan20:Ethernet0 tagging_mode=priority_tagged",
		}},
		scenario{"untagged in two VLANs: the lesser key wins, the other is in conflict", []string{
			"VLAN_MEMBER_TABLE:Vlan10:Ethernet0 tagging_mode=untagged",
			"VLAN_MEMBER_TABLE:Vlan20:Ethernet0 tagging_mode=untagged",
		}},
		scenario{"a LAG", []string{"VLAN_MEMBER_TABLE:Vlan10:PortChannel1 tagging_mode=untagged"}},
		scenario{"a router interface is no member", []string{
			"INTF_TABLE:Ethernet0 mac_addr=00:00:00:00:00:00",
			"VLAN_MEMBER_TABLE:Vlan10:Ethernet0 tagging_mode=tagged",
		}},
		scenario{"a LAG's member port is no member", []string{
			"LAG_MEMBER_TABLE:PortChannel1:Ethernet0 status=enabled",
			"VLAN_MEMBER_TABLE:Vlan10:Ethernet0 tagging_mode=tagged",
		}},
		scenario{"malformed rows", []string{
			"VLAN_MEMBER_TABLE:Vlan10:Ethernet0",
			"VLAN_MEMBER_TABLE:Vlan10:Ethernet4 tagging_mode=striped",
			"VLAN_MEMBER_TABLE:Vlan10",
		}},
	)
}
