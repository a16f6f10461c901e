package mapping

import "github.com/hypersonic-nos/hypersonic/tables"

// interfaces is openconfig-interfaces with ethernet, aggregate, vlan and ip.
func interfaces() []Rows {
	rows := []Rows{
		{
			At: "/interfaces/interface[name={if:port}]", Table: tables.ConfigPort.Schema, Key: "{if}", Role: Fixed,
			Leaves: []Leaf{
				{Path: "*/type", Const: "ethernetCsmacd"},
				{Path: "*/mtu", Field: "mtu"},
				{Path: "*/description", Field: "description"},
				{Path: "*/enabled", Field: "admin_status", As: upTrue, Default: "up", Missing: "down"},
				{Path: "*/tpid", Field: "tpid", As: tpid},
				{Path: "ethernet/*/port-speed", Field: "speed", As: speed, Stays: true},
				{Path: "ethernet/*/auto-negotiate", Field: "autoneg", As: onTrue},
				{Path: "ethernet/*/fec-mode", Field: "fec", As: fec},
				{Path: "ethernet/*/standalone-link-training", Field: "link_training", As: onTrue},
				{Path: "ethernet/switched-vlan/*/interface-mode", Field: "mode", As: switchport},
				{Path: "state/ifindex", Var: "if", As: View(ifIndex)},
				{Path: "state/management", Const: "false"},
				{Path: "state/cpu", Const: "false"},
				{Path: "state/logical", Const: "false"},
			},
		},
		{
			At: "/interfaces/interface[name={if:lag}]", Table: tables.ConfigLag.Schema, Key: "{if}",
			Leaves: []Leaf{
				{Path: "*/type", Const: "ieee8023adLag"},
				{Path: "*/mtu", Field: "mtu"},
				{Path: "*/description", Field: "description"},
				{Path: "*/enabled", Field: "admin_status", As: upTrue, Default: "up", Missing: "down"},
				{Path: "*/tpid", Field: "tpid", As: tpid},
				{Path: "aggregation/*/min-links", Field: "min_links"},
				{Path: "aggregation/*/lag-type", Const: "LACP"},
				{Path: "aggregation/switched-vlan/*/interface-mode", Field: "mode", As: switchport},
				{Path: "state/ifindex", Var: "if", As: View(ifIndex)},
				{Path: "state/management", Const: "false"},
				{Path: "state/cpu", Const: "false"},
				{Path: "state/logical", Const: "true"},
			},
		},
		{
			At: "/interfaces/interface[name={if:vlanif}]", Table: tables.ConfigVlan.Schema, Key: "{if}", Role: Part, Sets: []string{"vlanid={if:vlannumber}"},
			Leaves: []Leaf{
				{Path: "name", Var: "if"},
				{Path: "*/name", Var: "if"},
				{Path: "*/type", Const: "l3ipvlan"},
				{Path: "*/mtu", Field: "mtu"},
				{Path: "*/enabled", Field: "admin_status", As: upTrue, Missing: "up"},
				{Path: "*/description", Field: "description"},
				{Path: "state/ifindex", Var: "if", As: View(ifIndex)},
				{Path: "state/management", Const: "false"},
				{Path: "state/cpu", Const: "false"},
				{Path: "state/logical", Const: "true"},
				{Path: "routed-vlan/*/vlan", Var: "if", As: vlanName},
			},
		},
		{
			At: "/interfaces/interface[name={if:loopback}]", Table: tables.ConfigLoopbackInterface.Schema, Key: "{if}",
			Leaves: []Leaf{
				{Path: "*/type", Const: "softwareLoopback"},
				{Path: "*/enabled", Field: "admin_status", As: upTrue},
				{Path: "state/management", Const: "false"},
				{Path: "state/cpu", Const: "false"},
				{Path: "state/logical", Const: "true"},
			},
		},
		{
			At: "/interfaces/interface[name={if:port}]", Table: tables.ConfigLagMember.Schema, Key: "{lag}|{if}", Role: Link,
			Leaves: []Leaf{{Path: "ethernet/*/aggregate-id", Var: "lag"}},
		},
		{
			At: "/interfaces/interface[name={if:lag}]", Table: tables.ConfigLagMember.Schema, Key: "{if}|{member}", Role: Facts,
			Leaves: []Leaf{{Path: "aggregation/state/member", Var: "member"}},
		},
	}
	rows = append(rows, interfaceState()...)
	rows = append(rows, switchedVlan("port", "ethernet", tables.ConfigPort.Schema)...)
	rows = append(rows, switchedVlan("lag", "aggregation", tables.ConfigLag.Schema)...)
	return append(rows, addresses()...)
}
