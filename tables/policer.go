package tables

import "github.com/hypersonic-nos/hypersonic/db"

// PolicerMode is how a policer measures. The values are SAI's.
type PolicerMode uint8

// The modes.
const (
	PolicerSrTCM PolicerMode = iota // RFC 2697
	PolicerTrTCM                    // RFC 2698
	PolicerStorm                    // one bucket
)

var policerModes = []string{"sr_tcm", "tr_tcm", "storm"}

// PolicerColor is whether a policer heeds the colour that a packet has already. The values are SAI's.
type PolicerColor uint8

// The kinds.
const (
	ColorBlind PolicerColor = iota
	ColorAware
)

var policerColors = []string{"blind", "aware"}

// PolicerAction is what happens to packets of a trap or of a colour. The values are SAI's.
type PolicerAction uint8

// The actions.
const (
	PolicerDrop PolicerAction = iota
	PolicerForward
	PolicerCopy
	PolicerCopyCancel
	PolicerTrap
	PolicerLog
	PolicerDeny
	PolicerTransit
)

var policerActions = []string{"drop", "forward", "copy", "copy_cancel", "trap", "log", "deny", "transit"}

// PolicerRow is CONFIG_DB POLICER. Rates are a second, in packets or bytes as MeterType says.
type PolicerRow struct {
	MeterType *MeterType     `db:"meter_type"`
	Mode      *PolicerMode   `db:"mode"`
	Color     *PolicerColor  `db:"color"`
	CIR       *uint64        `db:"cir"`
	CBS       *uint64        `db:"cbs"`
	PIR       *uint64        `db:"pir"`
	PBS       *uint64        `db:"pbs"`
	Green     *PolicerAction `db:"green_packet_action"`
	Yellow    *PolicerAction `db:"yellow_packet_action"`
	Red       *PolicerAction `db:"red_packet_action"`
}

// StormKind is which frames a storm control limits.
type StormKind string

// The kinds.
const (
	StormBroadcast        StormKind = "broadcast"
	StormUnknownUnicast   StormKind = "unknown-unicast"
	StormUnknownMulticast StormKind = "unknown-multicast"
)

// StormKey is a port and a kind of frames.
type StormKey struct {
	Port string
	Kind StormKind
}

// StormRow is CONFIG_DB PORT_STORM_CONTROL.
type StormRow struct {
	Kbps uint64 `db:"kbps,required,range=1..100000000"` // kbit/s
}

// The tables of policers.
var (
	ConfigPolicer       = db.Define[string, PolicerRow](db.Config, "POLICER")
	ConfigStorm         = db.Define[StormKey, StormRow](db.Config, "PORT_STORM_CONTROL")
	CountersPolicerName = db.Define[string, string](db.Counters, "COUNTERS_POLICER_NAME_MAP", db.WithTransport(db.Map))
)

// MarshalText implements encoding.TextMarshaler.
func (m PolicerMode) MarshalText() ([]byte, error) { return []byte(policerModes[m]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *PolicerMode) UnmarshalText(b []byte) error { return wordOf(m, policerModes, b) }

// MarshalText implements encoding.TextMarshaler.
func (c PolicerColor) MarshalText() ([]byte, error) { return []byte(policerColors[c]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *PolicerColor) UnmarshalText(b []byte) error { return wordOf(c, policerColors, b) }

// MarshalText implements encoding.TextMarshaler.
func (a PolicerAction) MarshalText() ([]byte, error) { return []byte(policerActions[a]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *PolicerAction) UnmarshalText(b []byte) error { return wordOf(a, policerActions, b) }

// MarshalText implements encoding.TextMarshaler.
func (k StormKind) MarshalText() ([]byte, error) { return []byte(k), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *StormKind) UnmarshalText(b []byte) error {
	switch s := StormKind(b); s {
	case StormBroadcast, StormUnknownUnicast, StormUnknownMulticast:
		*k = s
		return nil
	}
	return errStormKind
}
