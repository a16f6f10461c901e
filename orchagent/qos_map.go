package orchagent

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// qosMap makes the translation of a table of maps. pair says what a line is in SAI's words.
func qosMap[F, T tables.QosNumber](kind sai.QosMapType, pair func(from, to uint8) (key, value sai.QosMapParams)) func(*engine.Tx, string, tables.QosMapRow[F, T]) error {
	return func(tx *engine.Tx, name string, r tables.QosMapRow[F, T]) error {
		list := make([]sai.QosMapPair, len(r.Pairs))
		for i, p := range r.Pairs {
			list[i].Key, list[i].Value = pair(p.From, p.To)
		}
		engine.Want(tx, sai.QosMapKey{Type: kind, Name: name}, sai.QosMapMapToValueList(list...))
		return nil
	}
}

// registerQosMaps adds the tables of maps. SONiC's maps from a traffic class are those of green packets.
func registerQosMaps(e *engine.Engine) {
	type params = sai.QosMapParams
	engine.On(e, tables.ConfigDscpToTC, qosMap[tables.Dscp, tables.TrafficClass](sai.QosMapTypeDscpToTc,
		func(from, to uint8) (params, params) { return params{Dscp: from}, params{TC: to} }))
	engine.On(e, tables.ConfigDot1pToTC, qosMap[tables.Dot1p, tables.TrafficClass](sai.QosMapTypeDot1pToTc,
		func(from, to uint8) (params, params) { return params{Dot1p: from}, params{TC: to} }))
	engine.On(e, tables.ConfigMplsToTC, qosMap[tables.MplsExp, tables.TrafficClass](sai.QosMapTypeMplsExpToTc,
		func(from, to uint8) (params, params) { return params{MplsExp: from}, params{TC: to} }))
	engine.On(e, tables.ConfigTCToQueue, qosMap[tables.TrafficClass, tables.QueueIndex](sai.QosMapTypeTcToQueue,
		func(from, to uint8) (params, params) { return params{TC: from}, params{QueueIndex: to} }))
	engine.On(e, tables.ConfigTCToPG, qosMap[tables.TrafficClass, tables.PriorityGroup](sai.QosMapTypeTcToPriorityGroup,
		func(from, to uint8) (params, params) { return params{TC: from}, params{PG: to} }))
	engine.On(e, tables.ConfigTCToDscp, qosMap[tables.TrafficClass, tables.Dscp](sai.QosMapTypeTcAndColorToDscp,
		func(from, to uint8) (params, params) { return params{TC: from}, params{Dscp: to} }))
	engine.On(e, tables.ConfigTCToDot1p, qosMap[tables.TrafficClass, tables.Dot1p](sai.QosMapTypeTcAndColorToDot1p,
		func(from, to uint8) (params, params) { return params{TC: from}, params{Dot1p: to} }))
	engine.On(e, tables.ConfigPfcToPG, qosMap[tables.PfcPriority, tables.PriorityGroup](sai.QosMapTypePfcPriorityToPriorityGroup,
		func(from, to uint8) (params, params) { return params{Prio: from}, params{PG: to} }))
	engine.On(e, tables.ConfigPfcToQueue, qosMap[tables.PfcPriority, tables.QueueIndex](sai.QosMapTypePfcPriorityToQueue,
		func(from, to uint8) (params, params) { return params{Prio: from}, params{QueueIndex: to} }))
	engine.On(e, tables.ConfigDscpToFC, qosMap[tables.Dscp, tables.ForwardingClass](sai.QosMapTypeDscpToForwardingClass,
		func(from, to uint8) (params, params) { return params{Dscp: from}, params{FC: to} }))
	engine.On(e, tables.ConfigExpToFC, qosMap[tables.MplsExp, tables.ForwardingClass](sai.QosMapTypeMplsExpToForwardingClass,
		func(from, to uint8) (params, params) { return params{MplsExp: from}, params{FC: to} }))
}
