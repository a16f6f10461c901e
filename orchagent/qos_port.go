package orchagent

import (
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// portQos gives ports, or the switch, their maps.
func portQos(tx *engine.Tx, ports string, r tables.PortQosRow) error {
	if ports == tables.PortQosGlobal {
		switchQos(tx, r)
		return nil
	}
	return eachPort(ports, func(p sai.PortKey) {
		engine.Set(tx, p, portMaps(tx, r)...)
		if row(tx, "scheduler", tables.ConfigScheduler, r.Scheduler) {
			engine.Set(tx, p, sai.PortQosSchedulerProfileID(sai.SchedulerKey{Name: string(r.Scheduler)}))
		}
		switch {
		case r.PfcEnable == nil:
		case asymmetric(tx, p.Name):
			engine.Set(tx, p, sai.PortPriorityFlowControlTx(uint8(*r.PfcEnable)))
		default:
			engine.Set(tx, p, sai.PortPriorityFlowControl(uint8(*r.PfcEnable)))
		}
	})
}

// eachPort calls f with the ports that a key names, with commas between them.
func eachPort(ports string, f func(sai.PortKey)) error {
	for name := range strings.SplitSeq(ports, ",") {
		if !isPhysical(name) {
			return &db.FieldError{Key: ports, Reason: fmt.Sprintf("names %q, which is no port", name)}
		}
		f(sai.PortKey{Name: name})
	}
	return nil
}

// asymmetric tells whether a port has flow control of its own for each direction: it then heeds all priorities of its peer's.
func asymmetric(tx *engine.Tx, port string) bool {
	r, _ := engine.Get(tx, tables.ApplPort, port)
	return r.PFCAsym != nil && bool(*r.PFCAsym)
}

func portMaps(tx *engine.Tx, r tables.PortQosRow) (attrs []engine.Attr[sai.PortKey]) {
	add := func(there bool, kind sai.QosMapType, name tables.Reference, attr func(engine.Key) engine.Attr[sai.PortKey]) {
		if there {
			attrs = append(attrs, attr(sai.QosMapKey{Type: kind, Name: string(name)}))
		}
	}
	add(row(tx, "dscp_to_tc_map", tables.ConfigDscpToTC, r.DscpToTC), sai.QosMapTypeDscpToTc, r.DscpToTC, sai.PortQosDscpToTcMap)
	add(row(tx, "dot1p_to_tc_map", tables.ConfigDot1pToTC, r.Dot1pToTC), sai.QosMapTypeDot1pToTc, r.Dot1pToTC, sai.PortQosDot1pToTcMap)
	add(row(tx, "mpls_tc_to_tc_map", tables.ConfigMplsToTC, r.MplsToTC), sai.QosMapTypeMplsExpToTc, r.MplsToTC, sai.PortQosMplsExpToTcMap)
	add(row(tx, "tc_to_queue_map", tables.ConfigTCToQueue, r.TCToQueue), sai.QosMapTypeTcToQueue, r.TCToQueue, sai.PortQosTcToQueueMap)
	add(row(tx, "tc_to_pg_map", tables.ConfigTCToPG, r.TCToPG), sai.QosMapTypeTcToPriorityGroup, r.TCToPG, sai.PortQosTcToPriorityGroupMap)
	add(row(tx, "tc_to_dscp_map", tables.ConfigTCToDscp, r.TCToDscp), sai.QosMapTypeTcAndColorToDscp, r.TCToDscp, sai.PortQosTcAndColorToDscpMap)
	add(row(tx, "tc_to_dot1p_map", tables.ConfigTCToDot1p, r.TCToDot1p), sai.QosMapTypeTcAndColorToDot1p, r.TCToDot1p, sai.PortQosTcAndColorToDot1pMap)
	add(row(tx, "pfc_to_pg_map", tables.ConfigPfcToPG, r.PfcToPG), sai.QosMapTypePfcPriorityToPriorityGroup, r.PfcToPG,
		sai.PortQosPfcPriorityToPriorityGroupMap)
	add(row(tx, "pfc_to_queue_map", tables.ConfigPfcToQueue, r.PfcToQueue), sai.QosMapTypePfcPriorityToQueue, r.PfcToQueue,
		sai.PortQosPfcPriorityToQueueMap)
	add(row(tx, "dscp_to_fc_map", tables.ConfigDscpToFC, r.DscpToFC), sai.QosMapTypeDscpToForwardingClass, r.DscpToFC,
		sai.PortQosDscpToForwardingClassMap)
	add(row(tx, "exp_to_fc_map", tables.ConfigExpToFC, r.ExpToFC), sai.QosMapTypeMplsExpToForwardingClass, r.ExpToFC,
		sai.PortQosMplsExpToForwardingClassMap)
	return attrs
}

// switchQos is what counts at ports without a map of their own. As in SONiC it can be the one for DSCPs only.
func switchQos(tx *engine.Tx, r tables.PortQosRow) {
	if row(tx, "dscp_to_tc_map", tables.ConfigDscpToTC, r.DscpToTC) {
		engine.Set(tx, sai.SwitchKey{}, sai.SwitchQosDscpToTcMap(sai.QosMapKey{Type: sai.QosMapTypeDscpToTc, Name: string(r.DscpToTC)}))
	}
	if r.DscpToTC = ""; r != (tables.PortQosRow{}) {
		complain(tx, "*", "", "has other fields than dscp_to_tc_map, which is all that the switch can have")
	}
}

// row tells whether a row that a field names is there. An object must not wait for a map that nobody has configured: what names none is told, and the
// field is looked at again when there is one.
func row[R any](tx *engine.Tx, field string, t db.Table[string, R], name tables.Reference) bool {
	if name == "" {
		return false
	}
	if _, ok := engine.Get(tx, t, string(name)); !ok {
		complain(tx, field, name, "names no row of "+t.Name)
		return false
	}
	return true
}
