package orchagent

import (
	"fmt"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// pfcWd watches the lossless queues of a port. An ASIC in software never tells of a queue that is blocked, so what it watches stays operational: the
// rows say what is watched, and how.
func pfcWd(tx *engine.Tx, name string, r tables.PfcWdRow) error {
	if name == tables.PfcWdGlobal {
		return nil
	}
	if !isPhysical(name) {
		return &db.FieldError{Key: name, Reason: fmt.Sprintf("names %q, which is no port", name)}
	}
	if r.Detection == nil {
		return &db.FieldError{Field: "detection_time", Reason: "is missing"}
	}
	qos, _ := engine.Get(tx, tables.ConfigPortQos, name)
	if qos.PfcWdSw == nil || *qos.PfcWdSw == 0 {
		complain(tx, "", "", "no priority is watched: pfcwd_sw_enable of PORT_QOS_MAP names none")
		return nil
	}
	action := tables.PfcWdDrop
	if r.Action != nil {
		action = *r.Action
	}
	text, _ := action.MarshalText()
	row := tables.PfcWdCountersRow{Detection: uint64(*r.Detection) * 1000, Action: string(text), Status: tables.PfcWdOperational}
	if r.Restoration != nil {
		row.Restoration = strconv.FormatUint(uint64(*r.Restoration)*1000, 10)
	}
	partsOf(tx, name)
	port := sai.PortKey{Name: name}
	for i := range uint8(8) {
		if qos.PfcWdSw.Has(i) {
			q := sai.QueueKey{Port: port, Index: i}
			engine.PublishByIdentity(tx, tables.CountersPfcWd, q, row)
		}
	}
	return nil
}
