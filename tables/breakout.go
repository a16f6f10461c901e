package tables

import "github.com/hypersonic-nos/hypersonic/db"

// BreakoutRow is CONFIG_DB BREAKOUT_CFG: the mode that a cage of the front panel is in, by its first port.
type BreakoutRow struct {
	Mode string `db:"brkout_mode,required"`
}

// ConfigBreakout is the table of breakout modes.
var ConfigBreakout = db.Define[string, BreakoutRow](db.Config, "BREAKOUT_CFG")
