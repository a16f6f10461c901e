package mapping

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// lldp is openconfig-lldp.
func lldp() []Rows {
	neighbor := "/lldp/interfaces/interface[name={if:port}]/neighbors/neighbor[id={id}]"
	return []Rows{
		{
			At: "/lldp", Table: tables.ConfigLldp.Schema, Key: tables.LldpGlobal,
			Leaves: []Leaf{
				{Path: "*/enabled", Field: "enabled"},
				{Path: "*/hello-timer", Field: "hello_time"},
				{Path: "*/system-name", Field: "system_name"},
				{Path: "*/system-description", Field: "system_description"},
			},
		},
		{
			At: "/lldp/interfaces/interface[name={if:port}]", Table: tables.ConfigLldpPort.Schema, Key: "{if}",
			Leaves: []Leaf{{Path: "*/enabled", Field: "enabled"}},
		},
		{
			At: neighbor, Table: tables.ApplLLDPEntry.Schema, Key: "{if}", Role: Seen, Where: []string{"lldp_rem_index={id}"},
			Leaves: []Leaf{
				{Path: "state/system-name", Field: "lldp_rem_sys_name"},
				{Path: "state/system-description", Field: "lldp_rem_sys_desc"},
				{Path: "state/chassis-id", Field: "lldp_rem_chassis_id"},
				{Path: "state/chassis-id-type", Field: "lldp_rem_chassis_id_subtype", As: chassisType},
				{Path: "state/port-id", Field: "lldp_rem_port_id"},
				{Path: "state/port-id-type", Field: "lldp_rem_port_id_subtype", As: portType},
				{Path: "state/port-description", Field: "lldp_rem_port_desc"},
				{Path: "state/management-address", Field: "lldp_rem_man_addr"},
			},
		},
	}
}

// The subtypes of 802.1AB, by number.
const (
	chassisType = Words("1 CHASSIS_COMPONENT 2 INTERFACE_ALIAS 3 PORT_COMPONENT 4 MAC_ADDRESS 5 NETWORK_ADDRESS 6 INTERFACE_NAME 7 LOCAL")
	portType    = Words("1 INTERFACE_ALIAS 2 PORT_COMPONENT 3 MAC_ADDRESS 4 NETWORK_ADDRESS 5 INTERFACE_NAME 6 AGENT_CIRCUIT_ID 7 LOCAL")
)

// lacp is openconfig-lacp: what of PORTCHANNEL it is about, and which members carry frames.
func lacp() []Rows {
	at := "/lacp/interfaces/interface[name={if:lag}]"
	return []Rows{
		{
			At: at, Table: tables.ConfigLag.Schema, Key: "{if}", Role: Part,
			Leaves: []Leaf{
				{Path: "name", Var: "if"}, {Path: "*/name", Var: "if"},
				{Path: "*/interval", Field: "fast_rate", As: Words("true FAST false SLOW")},
				{Path: "*/lacp-mode", Field: "mode", As: Words("active ACTIVE passive PASSIVE"), Missing: "active"},
				{Path: "*/fallback", Field: "fallback"},
			},
		},
		{
			At: at + "/members/member[interface={member:port}]", Table: tables.ApplLagMember.Schema, Key: "{if}:{member}", Role: Seen,
			Leaves: []Leaf{
				{Path: "state/collecting", Field: "status", As: enabledTrue},
				{Path: "state/distributing", Field: "status", As: enabledTrue},
			},
		},
		{
			At: at + "/members/member[interface={member:port}]", Table: tables.StateLagMember.Schema, Key: "{if}|{member}", Role: Facts,
			Leaves: []Leaf{
				{Path: "state/system-id", Field: actor + "system"}, {Path: "state/partner-id", Field: partner + "system"},
				{Path: "state/oper-key", Field: actor + "key"}, {Path: "state/partner-key", Field: partner + "key"},
				{Path: "state/port-num", Field: actor + "port"}, {Path: "state/partner-port-num", Field: partner + "port"},
				{Path: "state/activity", Field: actor + "state", As: lacpBit(0, "PASSIVE", "ACTIVE")},
				{Path: "state/timeout", Field: actor + "state", As: lacpBit(1, "LONG", "SHORT")},
				{Path: "state/aggregatable", Field: actor + "state", As: lacpBit(2, "false", "true")},
				{Path: "state/synchronization", Field: actor + "state", As: lacpBit(3, "OUT_SYNC", "IN_SYNC")},
			},
		},
	}
}

// What teamd calls the two sides of a link.
const (
	actor   = "runner.actor_lacpdu_info."
	partner = "runner.partner_lacpdu_info."
)

// lacpBit is a bit of the state that a side tells (802.1AX 6.4.2.3).
func lacpBit(bit int, clear, set string) View {
	return func(values []string) (string, bool) {
		state, err := strconv.ParseUint(values[0], 10, 8)
		if state>>bit&1 == 1 {
			return set, err == nil
		}
		return clear, err == nil
	}
}
