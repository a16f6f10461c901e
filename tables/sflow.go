package tables

import (
	"errors"
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// SflowRow is CONFIG_DB SFLOW|global.
type SflowRow struct {
	AdminState *UpDown `db:"admin_state"`
	Polling    *uint16 `db:"polling_interval"` // s; 0: none
	Agent      *string `db:"agent_id"`         // an interface
	Direction  *string `db:"sample_direction"` // rx, tx or both
}

// SflowCollectorRow is CONFIG_DB SFLOW_COLLECTOR.
type SflowCollectorRow struct {
	IP   netip.Addr `db:"collector_ip,required"`
	Port *uint16    `db:"collector_port"`
	Vrf  *string    `db:"collector_vrf"`
}

// SflowSessionRow is CONFIG_DB SFLOW_SESSION, by port, or all.
type SflowSessionRow struct {
	AdminState *UpDown `db:"admin_state"`
	Rate       *uint32 `db:"sample_rate"`
	Direction  *string `db:"sample_direction"`
}

// The tables of sFlow.
var (
	ConfigSflow          = db.Define[string, SflowRow](db.Config, "SFLOW")
	ConfigSflowCollector = db.Define[string, SflowCollectorRow](db.Config, "SFLOW_COLLECTOR")
	ConfigSflowSession   = db.Define[string, SflowSessionRow](db.Config, "SFLOW_SESSION")
	ApplSflow            = db.Define[string, SflowRow](db.Appl, "SFLOW_TABLE")
	ApplSflowSession     = db.Define[string, ApplSflowSessionRow](db.Appl, "SFLOW_SESSION_TABLE")
)

// ApplSflowSessionRow is APPL_DB SFLOW_SESSION_TABLE: how a port is sampled.
type ApplSflowSessionRow struct {
	AdminState UpDown         `db:"admin_state"`
	Rate       uint32         `db:"sample_rate"` // one in so many frames
	Direction  SflowDirection `db:"sample_direction,default=rx"`
}

// SflowDirection is `rx`, `tx` or `both`: which frames of a port are sampled.
type SflowDirection struct{ In, Out bool }

// MarshalText implements encoding.TextMarshaler.
func (d SflowDirection) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d SflowDirection) String() string { return strings.ToLower(MirrorDirection(d).String()) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *SflowDirection) UnmarshalText(b []byte) error {
	switch string(b) {
	case "rx", "tx", "both":
		return (*MirrorDirection)(d).UnmarshalText(b)
	}
	return errors.New("neither rx, tx nor both")
}
