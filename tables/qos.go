package tables

import "github.com/hypersonic-nos/hypersonic/db"

// QosMapRow is CONFIG_DB DSCP_TO_TC_MAP: the names of its fields are DSCPs and their values traffic classes, so there are none to name here.
type QosMapRow struct{}

// WredRow is CONFIG_DB WRED_PROFILE, what of it OpenConfig knows; thresholds are in bytes, probabilities in per cent.
type WredRow struct {
	ECN       *string `db:"ecn"` // ecn_none, ecn_green, ecn_yellow, ecn_red, ecn_green_yellow ..., ecn_all
	Wred      *bool   `db:"wred_green_enable"`
	GreenMin  *uint64 `db:"green_min_threshold"`
	GreenMax  *uint64 `db:"green_max_threshold"`
	GreenDrop *uint8  `db:"green_drop_probability"`
}

// PortQosRow is CONFIG_DB PORT_QOS_MAP, what of it OpenConfig knows: the maps of a port.
type PortQosRow struct {
	DscpToTC *string `db:"dscp_to_tc_map"`
}

// The tables of QoS.
var (
	ConfigDscpToTC = db.Define[string, QosMapRow](db.Config, "DSCP_TO_TC_MAP")
	ConfigWred     = db.Define[string, WredRow](db.Config, "WRED_PROFILE")
	ConfigPortQos  = db.Define[string, PortQosRow](db.Config, "PORT_QOS_MAP")
)
