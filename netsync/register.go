package netsync

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Register adds the translations to an engine. The caller opens sources for Sources (those of db.Local in lane Urgent, they are link
// states), and names Published to the sinks.
func Register(e *engine.Engine) {
	e.Owns(tables.ApplPortInitDone.Schema, func(key string) bool { return key == tables.PortInitDone })
	engine.On(e, tables.FactLink, link)
	engine.Always(e, tables.PortInitDone, portInitDone)
	engine.On(e, tables.ConfigLag, lag)
	engine.On(e, tables.ConfigLagMember, lagMember)
	engine.On(e, tables.FactNeigh, neigh)
	engine.On(e, tables.ConfigNeigh, askForNeigh)
	engine.On(e, tables.ConfigVlan, dhcpRelay)
	engine.On(e, tables.FactDhcpCounters, told(tables.CountersDhcp))
	engine.On(e, tables.FactDhcpv6Counters, told(tables.StateDhcpv6))
	engine.On(e, tables.ConfigWarmRestart, warmRestart)
	engine.On(e, tables.FactBgpSession, bgpSession)
	registerHardware(e)
}

// Sources are the tables that the translations read, by database.
func Sources() map[db.ID][]*db.Schema {
	return map[db.ID][]*db.Schema{
		db.Config: {
			tables.ConfigPort.Schema, tables.ConfigLag.Schema, tables.ConfigLagMember.Schema, tables.ConfigInterface.Schema,
			tables.ConfigLagInterface.Schema, tables.ConfigVlanInterface.Schema, tables.ConfigSubInterface.Schema,
			tables.ConfigNeigh.Schema, tables.ConfigWarmRestart.Schema, tables.ConfigVlan.Schema, tables.ConfigDhcpRelay.Schema, tables.ConfigDhcpv4Relay.Schema, tables.ConfigLoopbackInterface.Schema, tables.ConfigFeature.Schema,
			tables.ConfigDeviceMetadata.Schema,
		},
		db.Local: append([]*db.Schema{tables.FactLink.Schema, tables.FactNeigh.Schema, tables.FactPortInit.Schema, tables.FactLacp.Schema, tables.FactLacpAgent.Schema, tables.FactBgpSession.Schema,
			tables.FactDhcpCounters.Schema, tables.FactDhcpv6Counters.Schema}, hardwareFacts()...),
	}
}

// Published are the tables that the translations write.
func Published() []*db.Schema {
	return append([]*db.Schema{
		tables.ApplPortInitDone.Schema, tables.ApplLagMember.Schema, tables.ApplNeigh.Schema, tables.StatePort.Schema, tables.StateLag.Schema, tables.StateLagRunner.Schema,
		tables.StateLagMember.Schema, tables.StateBgpSession.Schema,
		tables.FactPortInit.Schema, tables.FactNeighResolve.Schema, tables.CountersDhcp.Schema, tables.StateDhcpv6.Schema,
	}, hardwareStates()...)
}
