package orchagent_test

import "testing"

func TestSwitch(t *testing.T) {
	golden(t, "switch",
		scenario{"attributes", []string{"SWITCH_TABLE:switch ecmp_hash_seed=7 lag_hash_seed=8 fdb_aging_time=600 vxlan_port=4789 vxlan_router_mac=02:00:00:00:00:09 ordered_ecmp=false"}},
		scenario{"facts", []string{aSwitch}},
		scenario{"a malformed row", []string{"SWITCH_TABLE:switch ecmp_hash_seed=seven"}},
	)
}
