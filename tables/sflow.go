package tables

import (
	"net/netip"

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
)
