package orchagent_test

import "testing"

func TestSwitch(t *testing.T) {
	golden(t, "switch",
		scenario{"attributes", []string{"SWITCH_TABLE:switch ecmp_hash_seed=7 lag_hash_seed=8 fdb_aging_time=600 vxlan_port=4789 vxlan_router_mac=02:00:00:00:00:09 ordered_ecmp=false ecmp_hash_offset=3 lag_hash_offset=4 fdb_unicast_miss_packet_action=drop fdb_broadcast_miss_packet_action=forward fdb_multicast_miss_packet_action=trap"}},
		scenario{"what is not in force", []string{"SWITCH_TABLE:switch ordered_ecmp=true"}},
		scenario{"facts", []string{aSwitch}},
		scenario{"a malformed row", []string{"SWITCH_TABLE:switch fdb_unicast_miss_packet_action=burn"}},
	)
}
