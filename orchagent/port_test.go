package orchagent_test

import "testing"

func TestPort(t *testing.T) {
	golden(t, "port",
		scenario{"a port as cfgmgr writes it", []string{
			"PORT_TABLE:Ethernet0 lanes=25,26,27,28 alias=fortyGigE0/0 index=0 speed=40000 mtu=9100 admin_status=down",
		}},
		scenario{"all attributes, in SONiC's order", []string{
			"PORT_TABLE:Ethernet4 lanes=29 speed=100000 mtu=1500 admin_status=up fec=rs autoneg=on link_training=off",
		}},
		scenario{"the link is up", []string{
			"PORT_TABLE:Ethernet0 lanes=25 speed=40000 admin_status=up fec=none",
			"PORT_OPER|Ethernet0 up=true flap_count=3 last_up_time=x speed=40000",
		}},
		scenario{"PortConfigDone, PortInitDone and rows without lanes are no ports", []string{
			"PORT_TABLE:PortConfigDone count=32",
			"PORT_TABLE:PortInitDone lanes=0",
			"PORT_TABLE:Ethernet8 oper_status=down flap_count=1",
		}},
		scenario{"a malformed row", []string{
			"PORT_TABLE:Ethernet0 lanes=25 mtu=big",
			"PORT_TABLE:Ethernet4 lanes=a,b",
			"PORT_TABLE:Ethernet8 lanes=33 admin_status=sideways",
			"PORT_TABLE:Ethernet12 lanes=37 fec=maybe",
			"PORT_TABLE:Ethernet16 lanes=41",
		}},
	)
}
