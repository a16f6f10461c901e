package netsync

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// AnyPort is the key of the transceiver facts that hold for ports without facts of their own.
const AnyPort = "*"

// registerHardware publishes the facts of the hardware as SONiC's pmon daemons do: power supplies, fans, thermometers and the EEPROM as they are, and a transceiver
// for each port that has a netdev.
func registerHardware(e *engine.Engine) {
	engine.On(e, tables.FactChassis, told(tables.StateChassis))
	engine.On(e, tables.FactPsu, told(tables.StatePsu))
	engine.On(e, tables.FactFanDrawer, told(tables.StateFanDrawer))
	engine.On(e, tables.FactFan, told(tables.StateFan))
	engine.On(e, tables.FactTemperature, told(tables.StateTemperature))
	engine.On(e, tables.FactPhysical, told(tables.StatePhysical))
	engine.On(e, tables.FactEeprom, told(tables.StateEeprom))
	engine.On(e, tables.FactLink, transceiver)
}

func hardwareFacts() []*db.Schema {
	return []*db.Schema{
		tables.FactChassis.Schema, tables.FactPsu.Schema, tables.FactFanDrawer.Schema, tables.FactFan.Schema, tables.FactTemperature.Schema,
		tables.FactPhysical.Schema, tables.FactEeprom.Schema, tables.FactTransceiver.Schema, tables.FactTransceiverDom.Schema,
	}
}

func hardwareStates() []*db.Schema {
	return []*db.Schema{
		tables.StateChassis.Schema, tables.StatePsu.Schema, tables.StateFanDrawer.Schema, tables.StateFan.Schema, tables.StateTemperature.Schema,
		tables.StatePhysical.Schema, tables.StateEeprom.Schema, tables.StateTransceiver.Schema, tables.StateTransceiverDom.Schema,
		tables.StateTransceiverStatus.Schema,
	}
}

// told publishes facts as they are.
func told[K comparable, R any](t db.Table[K, R]) func(*engine.Tx, K, R) error {
	return func(tx *engine.Tx, k K, r R) error {
		engine.Publish(tx, t, k, r)
		return nil
	}
}

// transceiver is what is plugged into a configured port whose netdev is there. A fact without a type is an empty cage.
func transceiver(tx *engine.Tx, name string, _ tables.LinkFact) error {
	port, configured := engine.Get(tx, tables.ConfigPort, name)
	if linux.HostKindOf(name) != linux.HostPort || !configured {
		return nil
	}
	of := name
	info, own := engine.Get(tx, tables.FactTransceiver, of)
	if !own {
		of = AnyPort
		info, own = engine.Get(tx, tables.FactTransceiver, of)
	}
	if !own || info.Type == "" {
		return nil
	}
	if info.Serial == "" {
		info.Serial = "VIRTUAL-" + name
	}
	if info.BitRate == "" && port.Speed != 0 {
		info.BitRate = fmt.Sprint(port.Speed / 100)
	}
	engine.Publish(tx, tables.StateTransceiver, name, info)
	engine.Publish(tx, tables.StateTransceiverStatus, name, tables.TransceiverStatusRow{Status: "1", Error: tables.NotApplicable})
	if dom, ok := engine.Get(tx, tables.FactTransceiverDom, of); ok {
		engine.Publish(tx, tables.StateTransceiverDom, name, dom)
	}
	return nil
}
