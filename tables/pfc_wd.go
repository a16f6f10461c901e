package tables

import "github.com/hypersonic-nos/hypersonic/db"

// PfcWdRow is CONFIG_DB PFC_WD of a port, or of all (PfcWdGlobal). Times are in ms.
type PfcWdRow struct {
	PollInterval *uint32      `db:"POLL_INTERVAL,range=100..3000"` // of PfcWdGlobal
	BigRedSwitch *Enable      `db:"BIG_RED_SWITCH"`                // of PfcWdGlobal
	Detection    *uint32      `db:"detection_time,range=100..5000"`
	Restoration  *uint32      `db:"restoration_time,range=100..60000"` // absent: never
	Action       *PfcWdAction `db:"action"`
	StatHistory  *Enable      `db:"pfc_stat_history"`
}

// PfcWdGlobal is the key of PFC_WD that is no port.
const PfcWdGlobal = "GLOBAL"

// PfcWdCountersRow is the watchdog's part of COUNTERS_DB COUNTERS of a queue, by its object id. Times are in microseconds.
type PfcWdCountersRow struct {
	Detection   uint64 `db:"PFC_WD_DETECTION_TIME"`
	Restoration string `db:"PFC_WD_RESTORATION_TIME"` // empty: never
	Action      string `db:"PFC_WD_ACTION"`
	Status      string `db:"PFC_WD_STATUS"` // operational or stormed
	Detected    uint64 `db:"PFC_WD_QUEUE_STATS_DEADLOCK_DETECTED"`
	Restored    uint64 `db:"PFC_WD_QUEUE_STATS_DEADLOCK_RESTORED"`
	Tx          uint64 `db:"PFC_WD_QUEUE_STATS_TX_PACKETS"`
	TxDropped   uint64 `db:"PFC_WD_QUEUE_STATS_TX_DROPPED_PACKETS"`
	Rx          uint64 `db:"PFC_WD_QUEUE_STATS_RX_PACKETS"`
	RxDropped   uint64 `db:"PFC_WD_QUEUE_STATS_RX_DROPPED_PACKETS"`
	TxLast      uint64 `db:"PFC_WD_QUEUE_STATS_TX_PACKETS_LAST"`
	TxDropLast  uint64 `db:"PFC_WD_QUEUE_STATS_TX_DROPPED_PACKETS_LAST"`
	RxLast      uint64 `db:"PFC_WD_QUEUE_STATS_RX_PACKETS_LAST"`
	RxDropLast  uint64 `db:"PFC_WD_QUEUE_STATS_RX_DROPPED_PACKETS_LAST"`
}

// PfcWdOperational is the status of a queue that flows.
const PfcWdOperational = "operational"

// PfcWdAction is what the watchdog does to a queue that does not flow.
type PfcWdAction uint8

// The actions.
const (
	PfcWdDrop PfcWdAction = iota
	PfcWdForward
	PfcWdAlert
)

var pfcWdActions = []string{"drop", "forward", "alert"}

// MarshalText implements encoding.TextMarshaler.
func (a PfcWdAction) MarshalText() ([]byte, error) { return []byte(pfcWdActions[a]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *PfcWdAction) UnmarshalText(b []byte) error { return wordOf(a, pfcWdActions, b) }

// The tables of the PFC watchdog.
var (
	ConfigPfcWd   = db.Define[string, PfcWdRow](db.Config, "PFC_WD")
	CountersPfcWd = db.Define[string, PfcWdCountersRow](db.Counters, "COUNTERS")
)
