package tables

import (
	"slices"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
)

// QosPair is one line of a map.
type QosPair struct{ From, To uint8 }

// QosMapRow is a row whose fields are numbers, and their values too: there are no names to give. Its pairs are in the order of From.
type QosMapRow[From, To QosNumber] struct {
	Pairs []QosPair `db:"-"`
}

// Lookup finds what a number is mapped to.
func (r QosMapRow[From, To]) Lookup(from uint8) (to uint8, ok bool) {
	i := slices.IndexFunc(r.Pairs, func(p QosPair) bool { return p.From == from })
	if i < 0 {
		return 0, false
	}
	return r.Pairs[i].To, true
}

// DecodeRow implements db.RowCodec.
func (r *QosMapRow[From, To]) DecodeRow(fields []db.Field) error {
	for _, f := range fields {
		if f.Name == "NULL" {
			continue
		}
		from, err := qosNumber[From](f.Name)
		if err != nil {
			return &db.FieldError{Field: f.Name, Value: f.Value, Reason: "is of a field that is " + err.Error()}
		}
		to, err := qosNumber[To](f.Value)
		if err != nil {
			return &db.FieldError{Field: f.Name, Value: f.Value, Reason: "is " + err.Error()}
		}
		r.Pairs = append(r.Pairs, QosPair{uint8(from), uint8(to)})
	}
	slices.SortFunc(r.Pairs, func(a, b QosPair) int { return int(a.From) - int(b.From) })
	return nil
}

// AppendRow implements db.RowCodec.
func (r *QosMapRow[From, To]) AppendRow(to []db.Field) []db.Field {
	for _, p := range r.Pairs {
		to = append(to, db.Field{Name: strconv.Itoa(int(p.From)), Value: strconv.Itoa(int(p.To))})
	}
	return to
}

// The tables of maps. orchagent reads them in CONFIG_DB, as SONiC's does.
var (
	ConfigDscpToTC   = db.Define[string, QosMapRow[Dscp, TrafficClass]](db.Config, "DSCP_TO_TC_MAP")
	ConfigDot1pToTC  = db.Define[string, QosMapRow[Dot1p, TrafficClass]](db.Config, "DOT1P_TO_TC_MAP")
	ConfigMplsToTC   = db.Define[string, QosMapRow[MplsExp, TrafficClass]](db.Config, "MPLS_TC_TO_TC_MAP")
	ConfigTCToQueue  = db.Define[string, QosMapRow[TrafficClass, QueueIndex]](db.Config, "TC_TO_QUEUE_MAP")
	ConfigTCToPG     = db.Define[string, QosMapRow[TrafficClass, PriorityGroup]](db.Config, "TC_TO_PRIORITY_GROUP_MAP")
	ConfigTCToDscp   = db.Define[string, QosMapRow[TrafficClass, Dscp]](db.Config, "TC_TO_DSCP_MAP")
	ConfigTCToDot1p  = db.Define[string, QosMapRow[TrafficClass, Dot1p]](db.Config, "TC_TO_DOT1P_MAP")
	ConfigPfcToPG    = db.Define[string, QosMapRow[PfcPriority, PriorityGroup]](db.Config, "PFC_PRIORITY_TO_PRIORITY_GROUP_MAP")
	ConfigPfcToQueue = db.Define[string, QosMapRow[PfcPriority, QueueIndex]](db.Config, "MAP_PFC_PRIORITY_TO_QUEUE")
	ConfigDscpToFC   = db.Define[string, QosMapRow[Dscp, ForwardingClass]](db.Config, "DSCP_TO_FC_MAP")
	ConfigExpToFC    = db.Define[string, QosMapRow[MplsExp, ForwardingClass]](db.Config, "EXP_TO_FC_MAP")
)
