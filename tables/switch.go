package tables

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
)

// SwitchKeyName is the only key of SWITCH_TABLE and SWITCH_CAPABILITY.
const SwitchKeyName = "switch"

// SwitchRow is APPL_DB SWITCH_TABLE:switch. FdbAgingTime is in seconds, 0 means never.
type SwitchRow struct {
	EcmpHashSeed   *uint32 `db:"ecmp_hash_seed"`
	LagHashSeed    *uint32 `db:"lag_hash_seed"`
	EcmpHashOffset *uint8  `db:"ecmp_hash_offset"`
	LagHashOffset  *uint8  `db:"lag_hash_offset"`
	// What happens to frames whose destination address is not known, by what address that is.
	UnicastMiss   *MissAction `db:"fdb_unicast_miss_packet_action"`
	BroadcastMiss *MissAction `db:"fdb_broadcast_miss_packet_action"`
	MulticastMiss *MissAction `db:"fdb_multicast_miss_packet_action"`
	FdbAgingTime  *uint32     `db:"fdb_aging_time"`
	OrderedEcmp   *bool       `db:"ordered_ecmp"`
	VxlanPort     *uint16     `db:"vxlan_port"`
	VxlanMAC      *MAC        `db:"vxlan_router_mac"`
}

// MissAction is what happens to frames for nobody: `drop`, `forward` (flood) or `trap` (to the CPU).
type MissAction uint8

// The actions.
const (
	MissDrop MissAction = iota
	MissForward
	MissTrap
)

// MarshalText implements encoding.TextMarshaler.
func (a MissAction) MarshalText() ([]byte, error) {
	return []byte([...]string{"drop", "forward", "trap"}[a]), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *MissAction) UnmarshalText(b []byte) error {
	i := slices.Index([]string{"drop", "forward", "trap"}, string(b))
	if i < 0 {
		return errMissAction
	}
	*a = MissAction(i)
	return nil
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
