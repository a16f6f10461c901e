package cfgmgr

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Register adds all translations to an engine. The caller opens sources for Sources, names Published to the sinks, and binds the kinds of packages
// linux, frr and hostfile.
func Register(e *engine.Engine) {
	e.Owns(tables.ApplPort.Schema, func(key string) bool { return key != tables.PortConfigDone && key != tables.PortInitDone })
	engine.On(e, tables.ConfigDeviceMetadata, deviceMetadata)
	engine.On(e, tables.ConfigPort, port)
	engine.Always(e, tables.PortConfigDone, portConfigDone)
	engine.On(e, tables.ConfigVlan, vlan)
	engine.On(e, tables.ConfigVlanMember, vlanMember)
	engine.On(e, tables.ConfigFdb, fdb)
	engine.On(e, tables.ConfigLag, lag)
	for _, t := range interfaceTables() {
		engine.On(e, t.table, t.translate)
	}
	engine.On(e, tables.ConfigVrf, vrf)
	engine.Always(e, "VRF devices", vrfDevices)
	engine.On(e, tables.ConfigNeigh, neigh)
	engine.On(e, tables.ConfigStaticRoute, staticRoute)
	registerVxlan(e)
	engine.On(e, tables.ConfigSag, sag)
	registerBuffers(e)
	registerCopp(e)
	registerHostFiles(e)
	registerSflow(e)
	registerRouting(e)
}

// Sources are the tables that the translations read, by database. The tables of db.Local are facts (tables/kernel_fact.go): which links there are,
// and what the kernel can do.
func Sources() map[db.ID][]*db.Schema {
	return map[db.ID][]*db.Schema{
		db.Config: append(slices.Concat(routingSources(), vxlanSources(), bufferSources(), coppSources(), hostFileSources(), sflowSources()),
			tables.ConfigSag.Schema,
			tables.ConfigPort.Schema, tables.ConfigVlan.Schema, tables.ConfigVlanMember.Schema, tables.ConfigFdb.Schema,
			tables.ConfigLag.Schema, tables.ConfigLagMember.Schema, tables.ConfigInterface.Schema, tables.ConfigLagInterface.Schema,
			tables.ConfigVlanInterface.Schema, tables.ConfigLoopbackInterface.Schema, tables.ConfigSubInterface.Schema,
			tables.ConfigVrf.Schema, tables.ConfigNeigh.Schema, tables.ConfigStaticRoute.Schema, tables.ConfigDeviceMetadata.Schema,
		),
		db.State: {tables.StateLag.Schema, tables.StateVrfObject.Schema},
		db.Local: {
			tables.FactLink.Schema, tables.FactFeature.Schema, tables.FactPortInit.Schema, tables.FactPgProfile.Schema,
			tables.FactCoppGroup.Schema, tables.FactCoppTrap.Schema,
		},
	}
}

// Published are the tables that the translations write.
func Published() []*db.Schema {
	return append(slices.Concat(vxlanPublished(), bufferPublished(), coppPublished(), sflowPublished()),
		tables.ApplSag.Schema,
		tables.ApplPort.Schema, tables.ApplPortConfigDone.Schema, tables.ApplVlan.Schema, tables.ApplVlanMember.Schema, tables.ApplFdb.Schema, tables.ApplLagWhole.Schema,
		tables.ApplInterface.Schema, tables.ApplVrf.Schema,
		tables.StateVlan.Schema, tables.StateVlanMember.Schema, tables.StateInterface.Schema, tables.StateAddress.Schema,
		tables.StateVrf.Schema, tables.StateBgpNeighbor.Schema, tables.StateBgpAggregateAddress.Schema,
		tables.FactPortInit.Schema,
	)
}
