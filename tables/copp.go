package tables

import (
	"reflect"

	"github.com/hypersonic-nos/hypersonic/db"
)

// CoppGroupRow is a group of traps: of CONFIG_DB COPP_GROUP, of the file of defaults, and in APPL_DB with the traps that are in it.
type CoppGroupRow struct {
	TrapAction   *PolicerAction `db:"trap_action"`
	TrapPriority *uint32        `db:"trap_priority"`
	Queue        *uint32        `db:"queue"`
	MeterType    *MeterType     `db:"meter_type"`
	Mode         *PolicerMode   `db:"mode"`
	Color        *PolicerColor  `db:"color"`
	CIR          *uint64        `db:"cir"`
	CBS          *uint64        `db:"cbs"`
	PIR          *uint64        `db:"pir"`
	PBS          *uint64        `db:"pbs"`
	Green        *PolicerAction `db:"green_action"`
	Yellow       *PolicerAction `db:"yellow_action"`
	Red          *PolicerAction `db:"red_action"`
	Genetlink    string         `db:"genetlink_name,omitempty"`
	GenetlinkMC  string         `db:"genetlink_mcgrp_name,omitempty"`
}

// CoppGroupConfigRow is CONFIG_DB COPP_GROUP. A row with the field NULL takes a default away.
type CoppGroupConfigRow struct {
	CoppGroupRow
	Null string `db:"NULL,omitempty"`
}

// CoppTrapRow is CONFIG_DB COPP_TRAP: traps that go by a name, which is also that of the feature that they are for. A row with the field NULL takes a
// default away.
type CoppTrapRow struct {
	TrapIDs       []string `db:"trap_ids,omitempty"`
	Group         string   `db:"trap_group,omitempty"`
	AlwaysEnabled *bool    `db:"always_enabled"` // also without the feature
	Null          string   `db:"NULL,omitempty"`
}

// CoppRow is APPL_DB COPP_TABLE.
type CoppRow struct {
	CoppGroupRow
	TrapIDs []string `db:"trap_ids,omitempty"`
}

// CoppStateRow is STATE_DB COPP_GROUP_TABLE and COPP_TRAP_TABLE.
type CoppStateRow struct {
	State string `db:"state"`
}

// CoppHardwareRow is what orchagent says in STATE_DB COPP_TRAP_TABLE, by the trap's id.
type CoppHardwareRow struct {
	Status string `db:"hw_status"`
}

// CoppInstalled is the status of a trap that the ASIC has.
const CoppInstalled = "installed"

// CoppDefaultGroup is the group that the ASIC has by itself.
const CoppDefaultGroup = "default"

// The tables of control plane policing.
var (
	ConfigCoppGroup  = db.Define[string, CoppGroupConfigRow](db.Config, "COPP_GROUP")
	ConfigCoppTrap   = db.Define[string, CoppTrapRow](db.Config, "COPP_TRAP")
	ApplCopp         = db.Define[string, CoppRow](db.Appl, "COPP_TABLE")
	StateCoppGroup   = db.Define[string, CoppStateRow](db.State, "COPP_GROUP_TABLE")
	StateCoppTrap    = db.Define[string, CoppStateRow](db.State, "COPP_TRAP_TABLE")
	StateCoppTrapHw  = db.Define[string, CoppHardwareRow](db.State, "COPP_TRAP_TABLE")
	CountersTrapName = db.Define[string, string](db.Counters, "COUNTERS_TRAP_NAME_MAP", db.WithTransport(db.Map))
	// FactCoppGroup and FactCoppTrap are the defaults.
	FactCoppGroup = db.Define[string, CoppGroupRow](db.Local, "COPP_GROUP")
	FactCoppTrap  = db.Define[string, CoppTrapRow](db.Local, "COPP_TRAP")
)

// Or is the row with what it lacks from another.
func (r CoppGroupRow) Or(other CoppGroupRow) CoppGroupRow { return or(r, other) }

// Or is the row with what it lacks from another.
func (r CoppTrapRow) Or(other CoppTrapRow) CoppTrapRow { return or(r, other) }

func or[R any](r, other R) R {
	to, from := reflect.ValueOf(&r).Elem(), reflect.ValueOf(other)
	for i := range to.NumField() {
		if to.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
	return r
}
