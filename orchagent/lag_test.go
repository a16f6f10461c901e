package orchagent_test

import "testing"

func TestLag(t *testing.T) {
	golden(t, "lag",
		scenario{"a LAG", []string{"LAG_TABLE:PortChannel1 admin_status=up mtu=9100 oper_status=down"}},
		scenario{"a member that is closed", []string{"LAG_MEMBER_TABLE:PortChannel1:Ethernet0 status=disabled"}},
		scenario{"a member that carries frames", []string{"LAG_MEMBER_TABLE:PortChannel1:Ethernet0 status=enabled"}},
		scenario{"a member without a status is closed", []string{"LAG_MEMBER_TABLE:PortChannel1:Ethernet0"}},
		scenario{"one port in two LAGs", []string{
			"LAG_MEMBER_TABLE:PortChannel1:Ethernet0 status=enabled",
			"LAG_MEMBER_TABLE:PortChannel2:Ethernet0 status=enabled",
		}},
		scenario{"a router interface is no member", []string{
			"INTF_TABLE:Ethernet0",
			"LAG_MEMBER_TABLE:PortChannel1:Ethernet0 status=enabled",
		}},
		scenario{"malformed rows", []string{"LAG_TABLE:PortChannel1 mtu=x", "LAG_MEMBER_TABLE:PortChannel1:Ethernet0 status=perhaps", "LAG_MEMBER_TABLE:PortChannel1"}},
	)
}
