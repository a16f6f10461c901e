package tables

import "github.com/hypersonic-nos/hypersonic/db"

// LldpRow is CONFIG_DB LLDP|GLOBAL.
type LldpRow struct {
	Enabled           *bool   `db:"enabled"`
	Mode              *string `db:"mode"`       // RECEIVE or TRANSMIT; without it both
	HelloTime         *uint16 `db:"hello_time"` // s
	Multiplier        *uint8  `db:"multiplier"`
	SystemName        *string `db:"system_name"`
	SystemDescription *string `db:"system_description"`
}

// LldpPortRow is CONFIG_DB LLDP_PORT, by port.
type LldpPortRow struct {
	Enabled *bool   `db:"enabled"`
	Mode    *string `db:"mode"`
}

// LldpGlobal is the key of LLDP's only row.
const LldpGlobal = "GLOBAL"

// The tables of LLDP's configuration.
var (
	ConfigLldp     = db.Define[string, LldpRow](db.Config, "LLDP")
	ConfigLldpPort = db.Define[string, LldpPortRow](db.Config, "LLDP_PORT")
)
