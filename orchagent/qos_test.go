package orchagent_test

import "testing"

func TestQosMap(t *testing.T) {
	golden(t, "qos_map",
		scenario{"every kind", []string{
			"DSCP_TO_TC_MAP|AZURE 8=0 46=5", "DOT1P_TO_TC_MAP|AZURE 3=3", "MPLS_TC_TO_TC_MAP|AZURE 4=4", "TC_TO_QUEUE_MAP|AZURE 0=0 5=5",
			"TC_TO_PRIORITY_GROUP_MAP|AZURE 3=3 4=4", "TC_TO_DSCP_MAP|AZURE 3=24", "TC_TO_DOT1P_MAP|AZURE 3=2", "PFC_PRIORITY_TO_PRIORITY_GROUP_MAP|AZURE 3=3",
			"MAP_PFC_PRIORITY_TO_QUEUE|AZURE 4=4", "DSCP_TO_FC_MAP|AZURE 10=2", "EXP_TO_FC_MAP|AZURE 1=63",
		}},
		scenario{"an empty one", []string{"DSCP_TO_TC_MAP|AZURE"}},
		scenario{"numbers that are none", []string{"DSCP_TO_TC_MAP|A 64=0", "DSCP_TO_TC_MAP|B 1=16", "TC_TO_PRIORITY_GROUP_MAP|C x=1"}},
	)
}

func TestPortQos(t *testing.T) {
	maps := []string{
		"PORT_TABLE:Ethernet0 lanes=1", "DSCP_TO_TC_MAP|AZURE 8=0", "DOT1P_TO_TC_MAP|AZURE 1=1", "TC_TO_QUEUE_MAP|AZURE 0=1", "TC_TO_PRIORITY_GROUP_MAP|AZURE 3=3",
		"PFC_PRIORITY_TO_PRIORITY_GROUP_MAP|AZURE 3=3", "MAP_PFC_PRIORITY_TO_QUEUE|AZURE 3=3", "SCHEDULER|port.0 pir=1250000 meter_type=bytes",
	}
	golden(t, "port_qos",
		scenario{"maps, a scheduler and flow control", append(maps,
			"PORT_QOS_MAP|Ethernet0 dscp_to_tc_map=AZURE dot1p_to_tc_map=AZURE tc_to_queue_map=AZURE tc_to_pg_map=AZURE pfc_to_pg_map=AZURE pfc_to_queue_map=AZURE scheduler=port.0 pfc_enable=3,4 pfcwd_sw_enable=3,4")},
		scenario{"asymmetric flow control; the older form of names; several ports", []string{
			"PORT_TABLE:Ethernet0 lanes=1 pfc_asym=on", "PORT_TABLE:Ethernet4 lanes=2", "DSCP_TO_TC_MAP|AZURE 8=0",
			"PORT_QOS_MAP|Ethernet0,Ethernet4 pfc_enable=3 dscp_to_tc_map=[DSCP_TO_TC_MAP|AZURE]",
		}},
		scenario{"the switch", []string{"DSCP_TO_TC_MAP|AZURE 8=0", "PORT_QOS_MAP|global dscp_to_tc_map=AZURE tc_to_queue_map=AZURE"}},
		scenario{"a map that nobody has configured is told, and nothing waits for it", []string{"PORT_TABLE:Ethernet0 lanes=1", "PORT_QOS_MAP|Ethernet0 dscp_to_tc_map=NONE pfc_enable=3"}},
		scenario{"what is no port", []string{"PORT_QOS_MAP|PortChannel1 pfc_enable=3", "PORT_QOS_MAP|Ethernet0 pfc_enable=3,8"}},
	)
}

func TestQueueQos(t *testing.T) {
	rows := []string{
		"PORT_TABLE:Ethernet0 lanes=1", "SCHEDULER|s.0 type=DWRR weight=14", "SCHEDULER|s.1 type=STRICT meter_type=packets cir=10 cbs=20 pir=30 pbs=40",
		"WRED_PROFILE|LOSSLESS ecn=ecn_all wred_green_enable=true green_min_threshold=1048576 green_max_threshold=2097152 green_drop_probability=5 wred_red_enable=false",
	}
	parts := "PORT_PARTS|Ethernet0 queues=SAI_QUEUE_TYPE_UNICAST,SAI_QUEUE_TYPE_UNICAST,SAI_QUEUE_TYPE_MULTICAST,SAI_QUEUE_TYPE_MULTICAST schedulers=3,4,3,255"
	golden(t, "queue_qos",
		scenario{"a scheduler and a profile", append(rows, parts, "QUEUE|Ethernet0|0-1 scheduler=s.0 wred_profile=LOSSLESS", "QUEUE|Ethernet0|2 scheduler=s.0")},
		scenario{"a queue of no group, queues that there are not", append(rows, parts, "QUEUE|Ethernet0|3 scheduler=s.1", "QUEUE|Ethernet0|1-9 wred_profile=LOSSLESS")},
		scenario{"the ASIC has not told yet", append(rows, "QUEUE|Ethernet0|1 scheduler=s.1 wred_profile=LOSSLESS")},
		scenario{"thresholds the wrong way round, and other values that are none", []string{
			"WRED_PROFILE|A green_min_threshold=10 green_max_threshold=9", "WRED_PROFILE|B ecn=all", "SCHEDULER|A type=FIFO", "SCHEDULER|B weight=101", "QUEUE|Ethernet0|4-3 scheduler=x",
			"QUEUE|Ethernet0|1 scheduler=none",
		}},
	)
}

func TestPfcWd(t *testing.T) {
	golden(t, "pfc_wd",
		scenario{"lossless queues", []string{"PFC_WD|GLOBAL POLL_INTERVAL=200", "PORT_QOS_MAP|Ethernet0 pfc_enable=3,4 pfcwd_sw_enable=3,4",
			"PFC_WD|Ethernet0 action=forward detection_time=200 restoration_time=400"}},
		scenario{"never restored", []string{"PORT_QOS_MAP|Ethernet0 pfcwd_sw_enable=3", "PFC_WD|Ethernet0 detection_time=200"}},
		scenario{"nothing to watch", []string{"PFC_WD|Ethernet0 detection_time=200"}},
		scenario{"what is none", []string{"PFC_WD|Ethernet0 action=sleep detection_time=200", "PFC_WD|Ethernet4 detection_time=20", "PFC_WD|Ethernet8 action=drop", "PFC_WD|Vlan10 detection_time=200"}},
	)
}
