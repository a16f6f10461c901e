package orchagent_test

import "testing"

func TestSwitch(t *testing.T) {
	golden(t, "switch",
		scenario{"attributes", []string{"SWITCH_TABLE:switch ecmp_hash_seed=7 lag_hash_seed=8 fdb_aging_time=600 vxlan_port=4789 vxlan_router_mac=02:00:00:00:00:09 ordered_ecmp=false ecmp_hash_offset=3 lag_hash_offset=4 fdb_unicast_miss_packet_action=drop fdb_broadcast_miss_packet_action=forward fdb_multicast_miss_packet_action=trap"}},
		scenario{"what is not in force", []string{"SWITCH_TABLE:switch ordered_ecmp=true"}},
		scenario{"facts", []string{aSwitch}},
		scenario{"hashes", []string{aHash, "SWITCH_HASH|GLOBAL ecmp_hash@=SRC_IP,DST_IP lag_hash@=SRC_MAC,DST_MAC ecmp_hash_algorithm=CRC"}},
		scenario{"hashes that are not in force", []string{aHash, "SWITCH_HASH|GLOBAL ecmp_hash@=SRC_IP,INNER_SRC_IP lag_hash@=SRC_MAC,SRC_MAC ecmp_hash_algorithm=XOR", "SWITCH_HASH|LOCAL lag_hash@=SRC_MAC"}},
		scenario{"a hash by what there is not", []string{"SWITCH_HASH|GLOBAL ecmp_hash@=SRC_IP,COLOUR"}},
		scenario{"a malformed row", []string{"SWITCH_TABLE:switch fdb_unicast_miss_packet_action=burn"}},
	)
}

const aHash = "HASH|switch fields=SRC_IP,DST_IP,SRC_MAC,DST_MAC fields_known=true ecmp=true lag=true ecmp_algorithms=CRC ecmp_algorithm=true"
