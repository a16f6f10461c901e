package orchagent

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// registerQos adds maps, schedulers, WRED profiles, and who uses them. As in SONiC they are read in CONFIG_DB.
func registerQos(e *engine.Engine, redis db.Store) {
	e.Source(redis, engine.Normal, qosSources()...)
	e.Sink(redis, tables.CountersPfcWd.Schema)
	registerQosMaps(e)
	engine.On(e, tables.ConfigScheduler, scheduler)
	engine.On(e, tables.ConfigWred, wred)
	engine.On(e, tables.ConfigPortQos, portQos)
	engine.On(e, tables.ConfigQueue, queueQos)
	engine.On(e, tables.ConfigPfcWd, pfcWd)
}

func qosSources() []*db.Schema {
	return []*db.Schema{
		tables.ConfigDscpToTC.Schema, tables.ConfigDot1pToTC.Schema, tables.ConfigMplsToTC.Schema, tables.ConfigTCToQueue.Schema, tables.ConfigTCToPG.Schema,
		tables.ConfigTCToDscp.Schema, tables.ConfigTCToDot1p.Schema, tables.ConfigPfcToPG.Schema, tables.ConfigPfcToQueue.Schema,
		tables.ConfigDscpToFC.Schema, tables.ConfigExpToFC.Schema,
		tables.ConfigScheduler.Schema, tables.ConfigWred.Schema, tables.ConfigPortQos.Schema, tables.ConfigQueue.Schema, tables.ConfigPfcWd.Schema,
	}
}
