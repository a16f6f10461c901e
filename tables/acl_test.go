package tables_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// TestAclRule: names of fields in any case, every form of value, and the way back.
func TestAclRule(t *testing.T) {
	in := []db.Field{
		{Name: "priority", Value: "9999"}, {Name: "SRC_IP", Value: "10.1.2.3/24"}, {Name: "Dst_Ip", Value: "10.9.9.9"},
		{Name: "ETHER_TYPE", Value: "0x86dd"}, {Name: "TCP_FLAGS", Value: "0x02/0x12"}, {Name: "DSCP", Value: "8/0x38"}, {Name: "IP_TYPE", Value: "IPv4any"},
		{Name: "L4_SRC_PORT_RANGE", Value: "1-1023"}, {Name: "IN_PORTS", Value: "Ethernet0,Ethernet4"}, {Name: "SRC_MAC", Value: "00:11:22:33:44:55/ff:ff:ff:00:00:00"},
		{Name: "PACKET_ACTION", Value: "redirect:Ethernet8"},
	}
	k, row, err := tables.ConfigAclRule.Decode("T|R", in)
	if err != nil {
		t.Fatal(err)
	}
	_, out := tables.ConfigAclRule.Encode(k, row)
	want := []db.Field{
		{Name: "PRIORITY", Value: "9999"}, {Name: "IN_PORTS", Value: "Ethernet0,Ethernet4"}, {Name: "SRC_MAC", Value: "00:11:22:33:44:55/ff:ff:ff:00:00:00"},
		{Name: "ETHER_TYPE", Value: "34525"}, {Name: "IP_TYPE", Value: "IPV4ANY"}, {Name: "SRC_IP", Value: "10.1.2.3/24"}, {Name: "DST_IP", Value: "10.9.9.9/32"},
		{Name: "DSCP", Value: "0x8/0x38"}, {Name: "L4_SRC_PORT_RANGE", Value: "1-1023"}, {Name: "TCP_FLAGS", Value: "0x2/0x12"},
		{Name: "PACKET_ACTION", Value: "REDIRECT:Ethernet8"},
	}
	if diff := cmp.Diff(want, out, cmpopts.SortSlices(func(a, b db.Field) bool { return a.Name < b.Name })); diff != "" {
		t.Errorf("the rule written again (-want +got):\n%s", diff)
	}
}

func TestAclBadRows(t *testing.T) {
	for _, c := range []struct{ field, value, want string }{
		{"SRC_PI", "10.0.0.0/8", `CONFIG_DB ACL_RULE|T|R: field "SRC_PI": "10.0.0.0/8" is of a field that this table does not have`},
		{"SRC_IP", "10.0.0.0/40", `CONFIG_DB ACL_RULE|T|R: field "SRC_IP": "10.0.0.0/40" is not a AclPrefix: neither an IP prefix nor an IP address`},
		{"DSCP", "64", `CONFIG_DB ACL_RULE|T|R: field "DSCP": "64" is not a AclDscp: not a number from 0 to 63`},
		{"PACKET_ACTION", "REDIRECT", `CONFIG_DB ACL_RULE|T|R: field "PACKET_ACTION": "REDIRECT" is not a AclPacketAction: none of FORWARD, DROP, COPY, REDIRECT:target, ACCEPT, DO_NOT_NAT, DISABLE_TRIM`},
		{"L4_SRC_PORT_RANGE", "9-1", `CONFIG_DB ACL_RULE|T|R: field "L4_SRC_PORT_RANGE": "9-1" is not a AclRange: not a range of ports, first-last`},
		{"VLAN_ID", "0", `CONFIG_DB ACL_RULE|T|R: field "VLAN_ID": "0" is not a AclVlan: not a VLAN id from 1 to 4095`},
	} {
		fields := []db.Field{{Name: c.field, Value: c.value}}
		_, _, err := tables.ConfigAclRule.Decode("T|R", fields)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s=%s: %v", c.field, c.value, err)
		}
		if _, try, err := tables.ConfigAclRuleTry.Decode("T|R", fields); err != nil || try.Err == nil {
			t.Errorf("tried %s=%s: %v, %v", c.field, c.value, err, try.Err)
		}
	}
}

func TestAclTable(t *testing.T) {
	k, row, err := tables.ConfigAclTable.Decode("DATA", []db.Field{{Name: "TYPE", Value: "L3"}, {Name: "ports@", Value: "Ethernet0,PortChannel1"}, {Name: "stage", Value: "EGRESS"}})
	if err != nil {
		t.Fatal(err)
	}
	_, out := tables.ConfigAclTable.Encode(k, row)
	want := []db.Field{{Name: "type", Value: "L3"}, {Name: "stage", Value: "egress"}, {Name: "ports@", Value: "Ethernet0,PortChannel1"}}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("the table written again (-want +got):\n%s", diff)
	}
}
