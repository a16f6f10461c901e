package orchagent

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// complain says that a field of the row is not in force.
func complain(tx *engine.Tx, field string, value any, reason string) {
	engine.Complain(tx, &db.FieldError{Field: field, Value: fmt.Sprint(value), Reason: reason})
}

// option reads a field that may be empty. What cannot be read is told and left out: it is no reason to take a port down.
func option[T any](tx *engine.Tx, field, text string, parse func(string) (T, error), use func(T)) {
	if text == "" {
		return
	}
	v, err := parse(text)
	if err != nil {
		complain(tx, field, text, err.Error())
		return
	}
	use(v)
}

// portOptions are the attributes of fields that most ports do not have.
func portOptions(tx *engine.Tx, r tables.PortRow) (a []engine.Attr[sai.PortKey]) {
	option(tx, "adv_speeds", r.AdvSpeeds, tables.ParseAdvSpeeds, func(speeds []uint32) { a = append(a, sai.PortAdvertisedSpeed(speeds...)) })
	option(tx, "interface_type", r.InterfaceType, interfaceType, func(t sai.PortInterfaceType) { a = append(a, sai.PortInterfaceTypeAttr(t)) })
	option(tx, "adv_interface_types", r.AdvInterfaceTypes, tables.ParseAdvInterfaceTypes, func(names []string) {
		types := make([]sai.PortInterfaceType, len(names))
		for i, name := range names {
			types[i], _ = interfaceType(name) // read before
		}
		a = append(a, sai.PortAdvertisedInterfaceType(types...))
	})
	option(tx, "tpid", r.TPID, tables.ParseTPID, func(tpid uint16) {
		if tpid != defaultTPID {
			a = append(a, sai.PortTpid(tpid))
		}
	})
	option(tx, "learn_mode", r.LearnMode, tables.ParseLearnMode, func(string) {}) // its bridge port has it
	return a
}

// defaultTPID is 802.1Q's. SONiC leaves it to the ASIC.
const defaultTPID = 0x8100

func interfaceType(text string) (sai.PortInterfaceType, error) {
	name, err := tables.ParseInterfaceType(text)
	if err != nil {
		return 0, err
	}
	n, _ := sai.PortInterfaceTypeNone.EnumMeta().Number("SAI_PORT_INTERFACE_TYPE_" + name)
	return sai.PortInterfaceType(n), nil
}

// learnMode is how a port or LAG learns addresses; in hardware unless it is told otherwise.
func learnMode(tx *engine.Tx, port string) sai.BridgePortFdbLearningMode {
	text := ""
	if isLag(port) {
		r, _ := engine.Get(tx, tables.ApplLag, port)
		text = r.LearnMode
	} else {
		r, _ := engine.Get(tx, tables.ApplPort, port)
		text = r.LearnMode
	}
	modes := map[string]sai.BridgePortFdbLearningMode{
		"": sai.BridgePortFdbLearningModeHw, "hardware": sai.BridgePortFdbLearningModeHw, "drop": sai.BridgePortFdbLearningModeDrop,
		"disable": sai.BridgePortFdbLearningModeDisable, "cpu_trap": sai.BridgePortFdbLearningModeCpuTrap,
		"cpu_log": sai.BridgePortFdbLearningModeCpuLog, "notification": sai.BridgePortFdbLearningModeFdbNotification,
	}
	mode, ok := modes[text]
	if !ok {
		mode = sai.BridgePortFdbLearningModeHw // the port's own row says so
	}
	return mode
}
