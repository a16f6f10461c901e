package tables

import "github.com/hypersonic-nos/hypersonic/db"

// SwitchKeyName is the only key of SWITCH_TABLE and SWITCH_CAPABILITY.
const SwitchKeyName = "switch"

// SwitchRow is APPL_DB SWITCH_TABLE:switch. FdbAgingTime is in seconds, 0 means never.
type SwitchRow struct {
	EcmpHashSeed *uint32 `db:"ecmp_hash_seed"`
	LagHashSeed  *uint32 `db:"lag_hash_seed"`
	FdbAgingTime *uint32 `db:"fdb_aging_time"`
	OrderedEcmp  *bool   `db:"ordered_ecmp"`
	VxlanPort    *uint16 `db:"vxlan_port"`
	VxlanMAC     *MAC    `db:"vxlan_router_mac"`
}

// SwitchCapabilityRow is STATE_DB SWITCH_CAPABILITY|switch, as far as this foundation knows it.
type SwitchCapabilityRow struct {
	MaxNexthopGroups   uint32 `db:"MAX_NEXTHOP_GROUP_COUNT"`
	OrderedEcmpCapable bool   `db:"ORDERED_ECMP_CAPABLE"`
	PortTPIDCapable    bool   `db:"PORT_TPID_CAPABLE"`
	LagTPIDCapable     bool   `db:"LAG_TPID_CAPABLE"`
}

// The tables of the switch.
var (
	ApplSwitch            = db.Define[string, SwitchRow](db.Appl, "SWITCH_TABLE")
	StateSwitchCapability = db.Define[string, SwitchCapabilityRow](db.State, "SWITCH_CAPABILITY")
)
