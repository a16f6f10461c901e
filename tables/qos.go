package tables

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
)

// WredRow is CONFIG_DB WRED_PROFILE. Thresholds are in bytes, probabilities in per cent.
type WredRow struct {
	ECN        *EcnMode `db:"ecn"`
	Green      *bool    `db:"wred_green_enable"`
	GreenMin   *uint32  `db:"green_min_threshold"`
	GreenMax   *uint32  `db:"green_max_threshold"`
	GreenDrop  *uint8   `db:"green_drop_probability,range=0..100"`
	Yellow     *bool    `db:"wred_yellow_enable"`
	YellowMin  *uint32  `db:"yellow_min_threshold"`
	YellowMax  *uint32  `db:"yellow_max_threshold"`
	YellowDrop *uint8   `db:"yellow_drop_probability,range=0..100"`
	Red        *bool    `db:"wred_red_enable"`
	RedMin     *uint32  `db:"red_min_threshold"`
	RedMax     *uint32  `db:"red_max_threshold"`
	RedDrop    *uint8   `db:"red_drop_probability,range=0..100"`
}

// SchedulerRow is CONFIG_DB SCHEDULER. Rates and bursts are in bytes (a second), or packets, as MeterType says.
type SchedulerRow struct {
	Type      *SchedulerType `db:"type"`
	Weight    *uint8         `db:"weight,range=1..100"`
	Priority  string         `db:"priority,omitempty"` // SONiC reads it and does nothing
	MeterType *MeterType     `db:"meter_type"`
	CIR       *uint64        `db:"cir"` // what is guaranteed
	CBS       *uint64        `db:"cbs"`
	PIR       *uint64        `db:"pir"` // what is allowed at most
	PBS       *uint64        `db:"pbs"`
}

// PortQosRow is CONFIG_DB PORT_QOS_MAP: the maps of a port, or of the switch (PortQosGlobal).
type PortQosRow struct {
	DscpToTC   Reference   `db:"dscp_to_tc_map,omitempty"`
	Dot1pToTC  Reference   `db:"dot1p_to_tc_map,omitempty"`
	MplsToTC   Reference   `db:"mpls_tc_to_tc_map,omitempty"`
	TCToQueue  Reference   `db:"tc_to_queue_map,omitempty"`
	TCToPG     Reference   `db:"tc_to_pg_map,omitempty"`
	TCToDscp   Reference   `db:"tc_to_dscp_map,omitempty"`
	TCToDot1p  Reference   `db:"tc_to_dot1p_map,omitempty"`
	PfcToPG    Reference   `db:"pfc_to_pg_map,omitempty"`
	PfcToQueue Reference   `db:"pfc_to_queue_map,omitempty"`
	DscpToFC   Reference   `db:"dscp_to_fc_map,omitempty"`
	ExpToFC    Reference   `db:"exp_to_fc_map,omitempty"`
	Scheduler  Reference   `db:"scheduler,omitempty"`
	PfcEnable  *Priorities `db:"pfc_enable"`
	PfcWdSw    *Priorities `db:"pfcwd_sw_enable"`
}

// PortQosGlobal is the key of PORT_QOS_MAP that is no port but the switch.
const PortQosGlobal = "global"

// QueueRow is CONFIG_DB QUEUE.
type QueueRow struct {
	Scheduler Reference `db:"scheduler,omitempty"`
	Wred      Reference `db:"wred_profile,omitempty"`
}

// The tables of QoS beside the maps.
var (
	ConfigWred      = db.Define[string, WredRow](db.Config, "WRED_PROFILE")
	ConfigScheduler = db.Define[string, SchedulerRow](db.Config, "SCHEDULER")
	ConfigPortQos   = db.Define[string, PortQosRow](db.Config, "PORT_QOS_MAP")
	ConfigQueue     = db.Define[PartsKey, QueueRow](db.Config, "QUEUE")
)

// What a profile is to package db: the same fields, without the methods below.
type wredRow WredRow

var plainWred = db.Define[string, wredRow](db.Config, "WRED_PROFILE")

// DecodeRow implements db.RowCodec. A threshold that begins behind its end makes the row bad.
func (r *WredRow) DecodeRow(fields []db.Field) error {
	_, row, err := plainWred.Decode("-", fields)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		color       string
		least, most *uint32
	}{{"green", row.GreenMin, row.GreenMax}, {"yellow", row.YellowMin, row.YellowMax}, {"red", row.RedMin, row.RedMax}} {
		if c.least != nil && c.most != nil && *c.least > *c.most {
			return &db.FieldError{Field: c.color + "_min_threshold", Value: fmt.Sprint(*c.least), Reason: fmt.Sprintf("is more than %s_max_threshold, %d", c.color, *c.most)}
		}
	}
	*r = WredRow(row)
	return nil
}

// AppendRow implements db.RowCodec.
func (r *WredRow) AppendRow(to []db.Field) []db.Field {
	_, fields := plainWred.Encode("", wredRow(*r))
	return append(to, fields...)
}
