package tables

import "github.com/hypersonic-nos/hypersonic/db"

// SagGlobal is the only key of the static anycast gateway's tables.
const SagGlobal = "GLOBAL"

// SagRow is CONFIG_DB SAG and APPL_DB SAG_TABLE: the MAC address that VLAN interfaces with static_anycast_gateway have, on all switches the same.
type SagRow struct {
	GatewayMAC MAC `db:"gateway_mac,required"`
}

// The tables of the static anycast gateway.
var (
	ConfigSag = db.Define[string, SagRow](db.Config, "SAG")
	ApplSag   = db.Define[string, SagRow](db.Appl, "SAG_TABLE")
)
