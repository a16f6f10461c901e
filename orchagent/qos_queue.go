package orchagent

import (
	"fmt"
	"math"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// partsOf is what a port is made of: nothing while the ASIC has not told.
func partsOf(tx *engine.Tx, port string) tables.PortPartsFact {
	engine.Want(tx, PortInquiryKey{Port: sai.PortKey{Name: port}, About: aboutParts})
	parts, _ := engine.Get(tx, tables.FactPortParts, port)
	return parts
}

// eachPart calls f with the indexes of a row's key for each port, of which a port has as many as count says; 0: it is not known yet. Those that
// it does not have are told.
func eachPart(tx *engine.Tx, k tables.PartsKey, what string, count func(tables.PortPartsFact) int, f func(port sai.PortKey, index uint8, parts tables.PortPartsFact)) error {
	for _, name := range k.Each() {
		if !isPhysical(name) {
			return &db.FieldError{Key: k.Ports, Reason: fmt.Sprintf("names %q, which is no port", name)}
		}
		parts := partsOf(tx, name)
		n := count(parts)
		if n > 0 && int(k.Indexes.Last) >= n {
			complain(tx, "", "", fmt.Sprintf("%s has %s 0 to %d only", name, what, n-1))
		}
		if n == 0 {
			n = math.MaxUint8 + 1
		}
		for i := int(k.Indexes.First); i <= int(k.Indexes.Last) && i < n; i++ {
			f(sai.PortKey{Name: name}, uint8(i), parts)
		}
	}
	return nil
}

func queueCount(parts tables.PortPartsFact) int { return len(parts.Queues) }

// queueQos gives queues their WRED profile, and the scheduler groups that hold them their scheduler.
func queueQos(tx *engine.Tx, k tables.PartsKey, r tables.QueueRow) error {
	wred, scheduler := row(tx, "wred_profile", tables.ConfigWred, r.Wred), row(tx, "scheduler", tables.ConfigScheduler, r.Scheduler)
	return eachPart(tx, k, "queues", queueCount, func(port sai.PortKey, index uint8, parts tables.PortPartsFact) {
		if wred {
			engine.Set(tx, sai.QueueKey{Port: port, Index: index}, sai.QueueWredProfileID(sai.WredKey{Name: string(r.Wred)}))
		}
		if !scheduler || int(index) >= len(parts.Schedulers) {
			return
		}
		if at := parts.Schedulers[index]; at == tables.NoScheduler {
			complain(tx, "scheduler", r.Scheduler, fmt.Sprintf("is not in force: no scheduler group of %s holds queue %d", port.Name, index))
		} else {
			engine.Set(tx, sai.SchedulerGroupKey{Port: port, Index: at}, sai.SchedulerGroupSchedulerProfileID(sai.SchedulerKey{Name: string(r.Scheduler)}))
		}
	})
}
