package mapping

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// acl is openconfig-acl: a set is an ACL_TABLE by its type, an entry with the sequence number N its rule RULE_N, of which the lower number counts first.
func acl() []Rows {
	rows := []Rows{
		{
			At: "/acl/acl-sets/acl-set[name={name}][type={type:acltype}]", Table: tables.ConfigAclTable.Schema, Key: "{name}",
			Where: []string{"type={type}"}, Sets: []string{"stage=ingress"},
			Leaves: []Leaf{{Path: "*/description", Field: "policy_desc"}},
		},
		{
			At: "/acl/interfaces/interface[id={if:port}]", Table: tables.ConfigPort.Schema, Key: "{if}", Role: Fixed,
			Leaves: []Leaf{{Path: "interface-ref/*/interface", Var: "if"}},
		},
	}
	for _, t := range []struct {
		oc, sonic string
		leaves    []Leaf
	}{
		{"ACL_IPV4", tables.AclL3, aclIP("ipv4", "SRC_IP", "DST_IP", "IP_PROTOCOL")},
		{"ACL_IPV6", tables.AclL3V6, aclIP("ipv6", "SRC_IPV6", "DST_IPV6", "NEXT_HEADER")},
		{"ACL_L2", tables.AclL2, aclL2()},
	} {
		of := Given{Table: tables.ConfigAclTable.Schema, Key: "{name}", Field: "type", Values: []string{t.sonic}, Say: "an acl-set of this name and of type " + t.oc}
		entry := "/acl/acl-sets/acl-set[name={name}][type=" + t.oc + "]/acl-entries/acl-entry[sequence-id={seq:sequence}]"
		rows = append(rows,
			Rows{
				At: entry, Table: tables.ConfigAclRule.Schema, Key: "{name}|RULE_{seq}", Given: []Given{of}, Sets: []string{"PRIORITY={seq:priority}"},
				Leaves: append(t.leaves, Leaf{Path: "actions/*/forwarding-action", Field: "PACKET_ACTION", As: Words("FORWARD ACCEPT DROP DROP")}),
			},
			Rows{
				At: entry, Table: tables.CountersPort.Schema, Key: "{oid}", Role: Facts, Counters: true, Given: []Given{of},
				Via:    &Via{Table: tables.CountersAclRule.Schema, Key: "{name}:RULE_{seq}", Gives: "oid"},
				Leaves: []Leaf{{Path: "state/matched-packets", Field: "SAI_ACL_COUNTER_ATTR_PACKETS"}, {Path: "state/matched-octets", Field: "SAI_ACL_COUNTER_ATTR_BYTES"}},
			},
		)
		for _, stage := range []string{"ingress", "egress"} {
			rows = append(rows, aclBinding(t.oc, stage, of))
		}
	}
	return rows
}

// aclBinding is a port in the list of a table's; the table's stage is that of its ports.
func aclBinding(kind, stage string, of Given) Rows {
	at := Given{Table: tables.ConfigAclTable.Schema, Key: "{name}", Field: "stage", Values: []string{stage}, Say: "the acl-set to be bound at " + stage + " only"}
	if stage == "ingress" {
		at.Values = append(at.Values, "")
	}
	return Rows{
		At:    "/acl/interfaces/interface[id={if:port}]/" + stage + "-acl-sets/" + stage + "-acl-set[set-name={name}][type=" + kind + "]",
		Table: tables.ConfigAclTable.Schema, Key: "{name}", Role: Part, Parallel: &Parallel{Var: "if", Names: "ports@"}, Given: []Given{of, at},
		Also:   []Also{{Table: tables.ConfigAclTable.Schema, Key: "{name}", Fields: []string{"stage=" + stage}}},
		Leaves: []Leaf{{Path: "set-name", Var: "name"}, {Path: "*/set-name", Var: "name"}, {Path: "type", Const: kind}, {Path: "*/type", Const: kind}},
	}
}

func aclIP(family, source, destination, protocol string) []Leaf {
	return []Leaf{
		{Path: family + "/*/source-address", Field: source},
		{Path: family + "/*/destination-address", Field: destination},
		{Path: family + "/*/protocol", Field: protocol, As: ipProtocol},
		{Path: family + "/*/dscp", Field: "DSCP"},
		{Path: "transport/*/source-port", Field: "L4_SRC_PORT", As: digitsOnly},
		{Path: "transport/*/source-port", Field: "L4_SRC_PORT_RANGE", As: portRange},
		{Path: "transport/*/destination-port", Field: "L4_DST_PORT", As: digitsOnly},
		{Path: "transport/*/destination-port", Field: "L4_DST_PORT_RANGE", As: portRange},
	}
}

func aclL2() []Leaf {
	return []Leaf{
		{Path: "l2/*/source-mac", Field: "SRC_MAC"},
		{Path: "l2/*/destination-mac", Field: "DST_MAC"},
		{Path: "l2/*/ethertype", Field: "ETHER_TYPE", As: etherType},
	}
}

// ipProtocol is a number, for which OpenConfig has some names.
var ipProtocol = named(Words("1 IP_ICMP 2 IP_IGMP 4 IP_IN_IP 6 IP_TCP 17 IP_UDP 46 IP_RSVP 47 IP_GRE 51 IP_AUTH 103 IP_PIM 115 IP_L2TP"))

// etherType is a number in hexadecimal, for which OpenConfig has some names.
var etherType = named(Words("0x0800 ETHERTYPE_IPV4 0x0806 ETHERTYPE_ARP 0x8100 ETHERTYPE_VLAN 0x86dd ETHERTYPE_IPV6 0x8847 ETHERTYPE_MPLS 0x88cc ETHERTYPE_LLDP"))

// named has names for some values, and leaves others as they are.
func named(names Words) Codec {
	return Both{
		Read: func(v string) (string, bool) {
			if name, ok := names.pick(strings.ToLower(v), 0); ok {
				return name, true
			}
			return v, v != ""
		},
		Write: func(text string) (string, error) {
			if v, ok := names.pick(text, 1); ok {
				return v, nil
			}
			if strings.HasPrefix(text, "IP_") || strings.HasPrefix(text, "ETHERTYPE_") {
				return "", errNoSay
			}
			return text, nil
		},
	}
}

// portRange is 10-20 here and 10..20 there.
var portRange = Both{
	Read: func(v string) (string, bool) { return strings.Replace(v, "-", "..", 1), v != "" },
	Write: func(text string) (string, error) {
		if !strings.Contains(text, "..") {
			return "", errNoSay
		}
		return strings.Replace(text, "..", "-", 1), nil
	},
}
