package tables

import "github.com/hypersonic-nos/hypersonic/db"

// WarmRestartBgp is the key of WARM_RESTART that is about routing.
const WarmRestartBgp = "bgp"

// WarmRestartRow is CONFIG_DB WARM_RESTART, as far as it has an effect here.
type WarmRestartRow struct {
	BgpTimer *uint16 `db:"bgp_timer"` // seconds that routing protocols have to announce their routes again
}

// ConfigWarmRestart is the table WARM_RESTART.
var ConfigWarmRestart = db.Define[string, WarmRestartRow](db.Config, "WARM_RESTART")
