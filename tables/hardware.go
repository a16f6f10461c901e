package tables

import "github.com/hypersonic-nos/hypersonic/db"

// TransceiverRow is STATE_DB TRANSCEIVER_INFO, what the commands read of it.
type TransceiverRow struct {
	Type         string `db:"type,omitempty"`
	Manufacturer string `db:"manufacturer,omitempty"`
	Model        string `db:"model,omitempty"`
	Serial       string `db:"serial,omitempty"`
}

// ChassisRow is STATE_DB CHASSIS_INFO.
type ChassisRow struct {
	Serial   string `db:"serial,omitempty"`
	Model    string `db:"model,omitempty"`
	Revision string `db:"revision,omitempty"`
}

// ChassisKey is the key of the switch itself in CHASSIS_INFO.
const ChassisKey = "chassis 1"

// The tables of the hardware.
var (
	StateTransceiver = db.Define[string, TransceiverRow](db.State, "TRANSCEIVER_INFO")
	StateChassis     = db.Define[string, ChassisRow](db.State, "CHASSIS_INFO")
)
