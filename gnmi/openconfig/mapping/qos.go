package mapping

import "github.com/hypersonic-nos/hypersonic/tables"

const queueStat = "SAI_QUEUE_STAT_"

// qos is what of openconfig-qos SONiC's tables can say: maps of DSCPs to traffic classes, which ports use them, WRED profiles, and queues with their counters.
func qos() []Rows {
	classifier := "/qos/classifiers/classifier[name={map}]"
	return []Rows{
		{
			At: classifier, Table: tables.ConfigDscpToTC.Schema, Key: "{map}",
			Leaves: []Leaf{{Path: "*/type", Const: "IPV4"}},
		},
		{
			At: classifier + "/terms/term[id={dscp:number}]", Table: tables.ConfigDscpToTC.Schema, Key: "{map}", Parallel: &Parallel{Var: "dscp", Pairs: true},
			Leaves: []Leaf{
				{Path: "conditions/ipv4/*/dscp", Var: "dscp"},
				{Path: "actions/*/target-group", Field: "value"},
			},
		},
		{
			At: "/qos/interfaces/interface[interface-id={if:port}]", Table: tables.ConfigPortQos.Schema, Key: "{if}",
			Leaves: []Leaf{{Path: "interface-ref/*/interface", Var: "if"}},
		},
		{
			At: "/qos/interfaces/interface[interface-id={if:port}]/input/classifiers/classifier[type=IPV4]", Table: tables.ConfigPortQos.Schema, Key: "{if}", Role: Part,
			Leaves: []Leaf{
				{Path: "type", Const: "IPV4", If: "dscp_to_tc_map"}, {Path: "*/type", Const: "IPV4", If: "dscp_to_tc_map"},
				{Path: "*/name", Field: "dscp_to_tc_map"},
			},
		},
		{ // rows of a single queue; SONiC has ranges too
			At: "/qos/interfaces/interface[interface-id={if:port}]/output/queues/queue[name={queue:number}]", Table: tables.ConfigQueue.Schema, Key: "{if}|{queue}",
			Leaves: []Leaf{{Path: "*/queue-management-profile", Field: "wred_profile"}},
		},
		{
			At: "/qos/interfaces/interface[interface-id={if:port}]/output/queues/queue[name={queue:number}]", Table: tables.CountersQueue.Schema, Key: "{oid}",
			Role: Seen, Counters: true, Via: &Via{Table: tables.CountersQueueName.Schema, Key: "{if}:{queue}", Gives: "oid"},
			Leaves: []Leaf{
				{Path: "state/transmit-pkts", Field: queueStat + "PACKETS"}, {Path: "state/transmit-octets", Field: queueStat + "BYTES"},
				{Path: "state/dropped-pkts", Field: queueStat + "DROPPED_PACKETS"}, {Path: "state/dropped-octets", Field: queueStat + "DROPPED_BYTES"},
			},
		},
		{
			At: "/qos/queue-management-profiles/queue-management-profile[name={profile}]", Table: tables.ConfigWred.Schema, Key: "{profile}",
			Sets: []string{"ecn=ecn_none"},
			Leaves: []Leaf{
				{Path: "wred/uniform/*/min-threshold", Field: "green_min_threshold"},
				{Path: "wred/uniform/*/max-threshold", Field: "green_max_threshold"},
				{Path: "wred/uniform/*/max-drop-probability-percent", Field: "green_drop_probability"},
				{Path: "wred/uniform/*/drop", Field: "wred_green_enable"},
				{Path: "wred/uniform/*/enable-ecn", Field: "ecn", As: Words("ecn_all true ecn_none false ecn_green true")},
			},
		},
	}
}
