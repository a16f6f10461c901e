package cfgmgr

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func registerSflow(e *engine.Engine) {
	engine.On(e, tables.ConfigSflow, sflow)
	engine.On(e, tables.ConfigSflowSession, sflowSession)
	engine.On(e, tables.ConfigPort, sflowPort)
}

func sflowSources() []*db.Schema {
	return []*db.Schema{tables.ConfigSflow.Schema, tables.ConfigSflowSession.Schema}
}

func sflowPublished() []*db.Schema {
	return []*db.Schema{tables.ApplSflow.Schema, tables.ApplSflowSession.Schema}
}

// sflowAll is the key of the session that stands for all ports.
const sflowAll = "all"

// The rates that SONiC takes (sonic-sflow.yang).
const (
	minSflowRate = 256
	maxSflowRate = 8388608
)

// sflow copies the settings of the whole switch to APPL_DB.
func sflow(tx *engine.Tx, key string, r tables.SflowRow) error {
	if _, err := sflowDirection(tables.ConfigSflow.Schema, key, r.Direction, tables.SflowDirection{}); err != nil {
		return err
	}
	engine.Publish(tx, tables.ApplSflow, key, r)
	return nil
}

// sflowSession says what is wrong with a row; the ports do the rest.
func sflowSession(tx *engine.Tx, name string, r tables.SflowSessionRow) error {
	table := tables.ConfigSflowSession
	if _, known := engine.Get(tx, tables.ConfigPort, name); !known && name != sflowAll {
		return badKey(table, name, "is no port")
	}
	if _, err := sflowDirection(table.Schema, name, r.Direction, tables.SflowDirection{}); err != nil {
		return err
	}
	if r.Rate != nil && (*r.Rate < minSflowRate || *r.Rate > maxSflowRate) {
		return badField(table, name, "sample_rate", strconv.FormatUint(uint64(*r.Rate), 10), "is not from 256 to 8388608")
	}
	return nil
}

// sflowDirection is a row's direction, or else another.
func sflowDirection(table *db.Schema, key string, text *string, otherwise tables.SflowDirection) (tables.SflowDirection, error) {
	if text == nil {
		return otherwise, nil
	}
	d := tables.SflowDirection{}
	if err := d.UnmarshalText([]byte(*text)); err != nil {
		return otherwise, &db.FieldError{Table: table.Name, Key: key, Field: "sample_direction", Value: *text, Reason: err.Error()}
	}
	return d, nil
}

// sflowPort has a port sampled while sFlow is on: as its own session says, or that of all ports, which is up unless it says otherwise. The rate is by default
// the port's speed in Mbit/s, so that a second of a full link gives a few samples.
func sflowPort(tx *engine.Tx, port string, r tables.PortRow) error {
	global, _ := engine.Get(tx, tables.ConfigSflow, tables.Global)
	if checkPort(port, r) != nil || global.AdminState == nil || !bool(*global.AdminState) {
		return nil
	}
	all, _ := engine.Get(tx, tables.ConfigSflowSession, sflowAll)
	own, has := engine.Get(tx, tables.ConfigSflowSession, port)
	if has && sflowSession(tx, port, own) != nil {
		own = tables.SflowSessionRow{} // it is told by its own row
	}
	session := tables.ApplSflowSessionRow{AdminState: true, Rate: r.Speed}
	switch {
	case own.AdminState != nil:
		session.AdminState = *own.AdminState
	case all.AdminState != nil && !bool(*all.AdminState):
		return nil
	}
	if own.Rate != nil {
		session.Rate = *own.Rate
	}
	if session.Rate == 0 {
		return nil // nobody knows how fast it is
	}
	// What is wrong with a direction is told by the row that has it.
	session.Direction, _ = sflowDirection(tables.ConfigSflow.Schema, tables.Global, global.Direction, tables.SflowDirection{In: true})
	session.Direction, _ = sflowDirection(tables.ConfigSflowSession.Schema, sflowAll, all.Direction, session.Direction)
	session.Direction, _ = sflowDirection(tables.ConfigSflowSession.Schema, port, own.Direction, session.Direction)
	engine.Publish(tx, tables.ApplSflowSession, port, session, engine.Row(tables.ApplPort, port))
	return nil
}
