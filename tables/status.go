package tables

import "github.com/hypersonic-nos/hypersonic/db"

// StatusKey names what is not as wanted: which daemon says so, and the object or row. Ours, not SONiC's: SONiC has no such table (sonic-contract 2.12).
type StatusKey struct {
	Daemon string
	Object string
}

// StatusRow is STATE_DB OBJECT_STATUS: one row for each object or row that is not as wanted; none means programmed.
type StatusRow struct {
	State    string `db:"state"` // BLOCKED, FAILED, QUARANTINED, CONFLICT, UNKNOWN
	WaitsFor string `db:"waits_for,omitempty"`
	Reason   string `db:"reason,omitempty"`
	Table    string `db:"table,omitempty"`
	Key      string `db:"key,omitempty"`
	Field    string `db:"field,omitempty"`
	Value    string `db:"value,omitempty"`
	Owners   string `db:"wanted_by,omitempty"`
	Since    string `db:"since,omitempty"` // RFC 3339, UTC
}

// ProcessRow is STATE_DB PROCESS_STATUS: a process under `hypersonic run`.
type ProcessRow struct {
	State    string `db:"state"` // supervisord's words: STARTING, RUNNING, BACKOFF, STOPPED, EXITED, FATAL
	PID      int    `db:"pid,omitempty"`
	Restarts int    `db:"restarts"`
	Since    string `db:"since"`
	LastExit string `db:"last_exit,omitempty"`
}

// The tables of the switch's own health, and statuses that are about no row.
var (
	StatusConfigFile    = StatusKey{Daemon: "run", Object: "config_db.json"} // the running configuration is not the file's
	StatusUnknownTables = StatusKey{Daemon: "run", Object: "CONFIG_DB"}      // it has tables that nobody here knows
	StateStatus         = db.Define[StatusKey, StatusRow](db.State, "OBJECT_STATUS")
	StateProcess        = db.Define[string, ProcessRow](db.State, "PROCESS_STATUS")
)
