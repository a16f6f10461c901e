package orchagent_test

import "testing"

func TestCopp(t *testing.T) {
	golden(t, "copp",
		scenario{"a group with a policer, and the default one", []string{
			"COPP_TABLE:queue4_group2 trap_action=copy trap_priority=4 queue=4 meter_type=packets mode=sr_tcm cir=600 cbs=600 red_action=drop trap_ids=arp_req,arp_resp",
			"COPP_TABLE:default queue=0 meter_type=packets mode=sr_tcm cir=600 cbs=600 red_action=drop",
		}},
		scenario{"counted", []string{"FLEX_COUNTER_TABLE|FLOW_CNT_TRAP FLEX_COUNTER_STATUS=enable", "COPP_TABLE:g trap_ids=lacp trap_action=trap"}},
		scenario{"a trap that is none, and other values that are none", []string{
			"COPP_TABLE:g trap_ids=lacp,carrier_pigeon", "COPP_TABLE:h trap_action=jump", "COPP_TABLE:i mode=two_rates",
		}},
	)
}

func TestPolicer(t *testing.T) {
	golden(t, "policer",
		scenario{"two rates", []string{"POLICER|p meter_type=bytes mode=tr_tcm cir=1000 cbs=2000 pir=3000 pbs=4000 yellow_packet_action=drop red_packet_action=drop"}},
		scenario{"storm control", []string{
			"PORT_TABLE:Ethernet0 lanes=1", "PORT_STORM_CONTROL|Ethernet0|broadcast kbps=8000", "PORT_STORM_CONTROL|Ethernet0|unknown-unicast kbps=800",
			"PORT_STORM_CONTROL|Ethernet0|unknown-multicast kbps=80",
		}},
		scenario{"what is none", []string{"POLICER|p color=red", "PORT_STORM_CONTROL|Vlan10|broadcast kbps=8", "PORT_STORM_CONTROL|Ethernet0|gale kbps=8", "PORT_STORM_CONTROL|Ethernet0|broadcast kbps=0"}},
	)
}
