package orchagent_test

import "testing"

func TestFdb(t *testing.T) {
	golden(t, "fdb",
		scenario{"not of a member", []string{"FDB_TABLE:Vlan10:02:00:00:00:00:01 port=Ethernet0 type=static"}},
		scenario{"static, dynamic and discarded", []string{
			"VLAN_MEMBER_TABLE:Vlan10:Ethernet0 tagging_mode=tagged", "VLAN_MEMBER_TABLE:Vlan10:PortChannel1 tagging_mode=tagged",
			"FDB_TABLE:Vlan10:02:00:00:00:00:01 port=Ethernet0 type=static",
			"FDB_TABLE:Vlan10:02:00:00:00:00:02 port=PortChannel1 type=dynamic",
			"FDB_TABLE:Vlan10:02-00-00-00-00-03 port=Ethernet0 type=static discard=true",
		}},
		scenario{"learned", []string{"FDB|Vlan10:02:00:00:00:00:01 port=Ethernet0 type=dynamic"}},
		scenario{"a configured address goes before a learned one", []string{
			"VLAN_MEMBER_TABLE:Vlan10:Ethernet0 tagging_mode=tagged", "FDB|Vlan10:02:00:00:00:00:01 port=Ethernet4 type=dynamic", "FDB_TABLE:Vlan10:02:00:00:00:00:01 port=Ethernet0 type=static",
		}},
		scenario{"malformed rows", []string{
			"FDB_TABLE:Vlan10:02:00 port=Ethernet0 type=static", "FDB_TABLE:Vlan10:02:00:00:00:00:01 type=static",
			"FDB_TABLE:Vlan10:02:00:00:00:00:02 port=Ethernet0 type=quick",
		}},
	)
}

func TestFlush(t *testing.T) {
	golden(t, "flush",
		scenario{"a port that never was up flushes nothing", []string{"PORT_OPER|Ethernet0 up=false flap_count=0"}},
		scenario{"a port goes down", []string{"PORT_OPER|Ethernet0 up=false flap_count=2 downs=1"}},
		scenario{"a port that has been down since the start flushes nothing", []string{"PORT_OPER|Ethernet0 up=false flap_count=2"}},
		scenario{"a LAG is down, another is up", []string{"LAG_TABLE:PortChannel1 oper_status=down", "LAG_TABLE:PortChannel2 oper_status=up"}},
		scenario{"a port is up", []string{"PORT_OPER|Ethernet0 up=true flap_count=3"}},
		scenario{"on request", []string{
			"FDB_FLUSH|ALL count=1", "FDB_FLUSH|PORT count=2 port=Ethernet0", "FDB_FLUSH|VLAN count=3 vlan=Vlan10", "FDB_FLUSH|PORTVLAN count=4 port=PortChannel1 vlan=Vlan10",
		}},
	)
}
