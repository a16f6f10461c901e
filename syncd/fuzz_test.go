package syncd_test

import (
	"strings"
	"testing"
)

// FuzzCommands sends arbitrary commands, one in a line with tabs between op, key and value. Each gets one answer, and afterwards syncd
// still does what it is told.
func FuzzCommands(f *testing.F) {
	route := `{\"dest\":\"10.0.0.0/24\",\"switch_id\":\"` + sw + `\",\"vr\":\"oid:0x3000000000005\"}`
	for _, seed := range []string{
		"create\tSAI_OBJECT_TYPE_VLAN:oid:0x26000000001000\t" + `["SAI_VLAN_ATTR_VLAN_ID","100"]` + "\nremove\tSAI_OBJECT_TYPE_VLAN:oid:0x26000000001000\t{}",
		"set\tSAI_OBJECT_TYPE_SWITCH:" + sw + "\t" + `["SAI_SWITCH_ATTR_FDB_AGING_TIME","600"]`,
		"get\tSAI_OBJECT_TYPE_SWITCH:" + sw + "\t" + `["SAI_SWITCH_ATTR_PORT_LIST","1:oid:0x0","SAI_SWITCH_ATTR_CPU_PORT","oid:0x0"]`,
		"bulkcreate\tSAI_OBJECT_TYPE_ROUTE_ENTRY:1\t" + `["` + route + `","SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP"]` + "\nbulkremove\tSAI_OBJECT_TYPE_ROUTE_ENTRY:1\t" + `["` + route + `",""]`,
		"bulkget\tSAI_OBJECT_TYPE_SWITCH:1\t" + `["` + sw + `","SAI_SWITCH_ATTR_CPU_PORT=oid:0x0"]`,
		"flush\tSAI_OBJECT_TYPE_FDB_FLUSH:" + sw + "\t[]",
		"get_stats\tSAI_OBJECT_TYPE_PORT:oid:0x1000000000001\t" + `["SAI_PORT_STAT_IF_IN_OCTETS",""]`,
		"notify\tINIT_VIEW\t[]\ncreate\tSAI_OBJECT_TYPE_SWITCH:" + sw + "\t" + `["SAI_SWITCH_ATTR_INIT_SWITCH","true"]` + "\nnotify\tAPPLY_VIEW\t[]",
		"notify\tINIT_VIEW\t[]\nremove\tSAI_OBJECT_TYPE_SWITCH:" + sw + "\t{}\nnotify\tAPPLY_VIEW\t[]",
		"remove\tSAI_OBJECT_TYPE_SWITCH:" + sw + "\t{}",
		"attribute_capability_query\t" + sw + "\t" + `["OBJECT_TYPE","SAI_OBJECT_TYPE_PORT","ATTR_ID","SAI_PORT_ATTR_MTU"]`,
		"attr_enum_values_capability_query\t" + sw + "\t" + `["OBJECT_TYPE","SAI_OBJECT_TYPE_PORT","ATTR_ID","SAI_PORT_ATTR_FEC_MODE","LIST_SIZE","1"]`,
		"object_type_get_availability_query\t" + sw + "\t" + `["SAI_ACL_TABLE_ATTR_ACL_STAGE","SAI_ACL_STAGE_INGRESS","OBJECT_TYPE","SAI_OBJECT_TYPE_ACL_TABLE"]`,
		"stats_capability_query\t" + sw + "\t" + `["OBJECT_TYPE","SAI_OBJECT_TYPE_PORT","LIST_SIZE","0"]`,
		"stats_st_capability_query\t" + sw + "\t" + `["OBJECT_TYPE","SAI_OBJECT_TYPE_PORT","LIST_SIZE","4000"]`,
		"start_poll\tPORT_STAT_COUNTER:oid:0x1000000000001,oid:0x1\t" + `["PORT_COUNTER_ID_LIST","SAI_PORT_STAT_IF_IN_OCTETS"]` + "\nstop_poll\tPORT_STAT_COUNTER:oid:0x1000000000001\t[]",
		"set_counter_group\tG\t[]\ndel_counter_group\tG\t[]\nlink_event_damping_config_set\tSAI_OBJECT_TYPE_PORT:oid:0x1\t[]",
		"bulkcreate\tSAI_OBJECT_TYPE_VLAN:2\t" + `["oid:0x26000000001000","SAI_VLAN_ATTR_VLAN_ID=5","oid:0x26000000001000","SAI_VLAN_ATTR_VLAN_ID=6"]`,
		"create\tSAI_OBJECT_TYPE_FDB_FLUSH:oid:0x2c000000001000\t[]\ncreate\tSAI_OBJECT_TYPE_PORT:oid:0x1000000000fff\t[]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, script string) {
		_, ks := memKeyspace()
		b := newBench(t, ks, 1)
		b.start(b.asic)
		c := newRawClient(t, ks)
		c.call("notify", "INIT_VIEW", "[]")
		c.call("create", "SAI_OBJECT_TYPE_SWITCH:"+sw, `["SAI_SWITCH_ATTR_INIT_SWITCH","true"]`)
		c.call("notify", "APPLY_VIEW", "[]")
		for line := range strings.Lines(script) {
			op, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			key, value, _ := strings.Cut(rest, "\t")
			if value == "" {
				value = "[]"
			}
			c.call(op, key, value)
		}
		c.call("notify", "APPLY_VIEW", "[]")
		if st, _, _ := c.call("notify", "SYNCD_INSPECT_ASIC", "[]"); st != ok {
			t.Error(st)
		}
		// What ASIC_STATE says can be read again.
		b.stop()
		b.start(b.asic)
		if st, _, _ := c.call("notify", "SYNCD_INSPECT_ASIC", "[]"); st != ok {
			t.Error("after a restart:", st)
		}
	})
}
