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
		scenario{"options, and what the ASIC can do", []string{
			"SWITCH|switch max_nexthop_groups=256 mac=02:00:00:00:00:01 fec_override=true",
			"PORT_CAPABILITY|Ethernet0 speeds=25000,100000 fecs=none,rs", "PORT_OPER|Ethernet0 up=true flap_count=1",
			"PORT_LINK|Ethernet0 speed=25000 fec=rs remote_speeds=25000 trained=true",
			"PORT_TABLE:Ethernet0 lanes=1 speed=25000 fec=rs autoneg=on link_training=on adv_speeds=25000,100000 interface_type=CR adv_interface_types=cr,sr tpid=0x9100 pfc_asym=on learn_mode=drop",
			"PORT_TABLE:Ethernet4 lanes=2 fec=auto adv_speeds=all adv_interface_types=all tpid=0x8100 link_training=off",
		}},
		scenario{"what the port cannot do is left out and told", []string{
			"PORT_CAPABILITY|Ethernet0 speeds=25000,100000 fecs=none,rs", "PORT_CAPABILITY|Ethernet4 fecs=none,rs",
			"PORT_TABLE:Ethernet0 lanes=1 speed=40000", "PORT_TABLE:Ethernet4 lanes=2 fec=fc", "PORT_TABLE:Ethernet8 lanes=3 fec=auto",
			"PORT_TABLE:Ethernet12 lanes=4 adv_speeds=fast", "PORT_TABLE:Ethernet16 lanes=5 interface_type=wet", "PORT_TABLE:Ethernet20 lanes=6 tpid=0x1234",
			"PORT_TABLE:Ethernet24 lanes=7 learn_mode=slowly",
		}},
	)
}
