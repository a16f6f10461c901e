package cfgmgr

import (
	"fmt"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// registerBuffers adds the traditional model of buffers: APPL_DB has what is configured, and what follows from speeds and cables.
func registerBuffers(e *engine.Engine) {
	engine.On(e, tables.ConfigBufferPool, copyRow[string, tables.BufferPoolRow](tables.ApplBufferPool))
	engine.On(e, tables.ConfigBufferProfile, copyRow[string, tables.BufferProfileRow](tables.ApplBufferProfile))
	engine.On(e, tables.ConfigBufferPG, copyRow[tables.PartsKey, tables.BufferUseRow](tables.ApplBufferPG))
	engine.On(e, tables.ConfigBufferQueue, copyRow[tables.PartsKey, tables.BufferUseRow](tables.ApplBufferQueue))
	engine.On(e, tables.ConfigBufferIngress, copyRow[string, tables.BufferListRow](tables.ApplBufferIngress))
	engine.On(e, tables.ConfigBufferEgress, copyRow[string, tables.BufferListRow](tables.ApplBufferEgress))
	engine.On(e, tables.ConfigPort, losslessBuffers)
	engine.On(e, tables.ConfigCable, cable)
}

func bufferSources() []*db.Schema {
	return []*db.Schema{
		tables.ConfigBufferPool.Schema, tables.ConfigBufferProfile.Schema, tables.ConfigBufferPG.Schema, tables.ConfigBufferQueue.Schema,
		tables.ConfigBufferIngress.Schema, tables.ConfigBufferEgress.Schema, tables.ConfigCable.Schema, tables.ConfigPortQos.Schema,
	}
}

func bufferPublished() []*db.Schema {
	return []*db.Schema{
		tables.ApplBufferPool.Schema, tables.ApplBufferProfile.Schema, tables.ApplBufferPG.Schema, tables.ApplBufferQueue.Schema,
		tables.ApplBufferIngress.Schema, tables.ApplBufferEgress.Schema,
	}
}

// copyRow publishes rows as they are.
func copyRow[K comparable, R any](to db.Table[K, R]) func(*engine.Tx, K, R) error {
	return func(tx *engine.Tx, k K, r R) error {
		engine.Publish(tx, to, k, r)
		return nil
	}
}

// cable is looked at by ports; a row of its own wants nothing, and is checked.
func cable(*engine.Tx, string, tables.CableRow) error { return nil }

// losslessBuffers gives the priority groups of a port that has flow control the headroom that its speed and cable ask for, if the HwSKU knows it: a
// profile pg_lossless_<speed>_<cable>_profile. What is configured by the same names goes before it. Unlike SONiC's it is in APPL_DB only:
// CONFIG_DB holds what users configure.
func losslessBuffers(tx *engine.Tx, name string, r tables.PortRow) error {
	qos, _ := engine.Get(tx, tables.ConfigPortQos, name)
	if qos.PfcEnable == nil || *qos.PfcEnable == 0 || checkPort(name, r) != nil {
		return nil
	}
	k := tables.PgProfileKey{Speed: r.Speed, Cable: cableOf(tx, name)}
	if k.Cable == "" || k.Cable == "0m" {
		return nil
	}
	line, known := engine.Get(tx, tables.FactPgProfile, k)
	if !known {
		for range engine.Each(tx, tables.FactPgProfile) {
			engine.Complain(tx, badField(tables.ConfigPort, name, "speed", r.Speed, fmt.Sprintf("has no headroom for a cable of %s in pg_profile_lookup.ini", k.Cable)))
			break
		}
		return nil
	}
	pool, there := engine.Get(tx, tables.ConfigBufferPool, tables.LosslessPool)
	if !there {
		return nil
	}
	if _, own := engine.Get(tx, tables.ConfigBufferProfile, tables.LosslessProfile(k)); !own {
		profile, err := headroom(line, pool.Mode)
		if err != nil {
			return badField(tables.ConfigPort, name, "speed", r.Speed, err.Error())
		}
		engine.Publish(tx, tables.ApplBufferProfile, tables.LosslessProfile(k), profile)
	}
	for _, groups := range qos.PfcEnable.Ranges() {
		parts := tables.PartsKey{Ports: name, Indexes: groups}
		if _, own := engine.Get(tx, tables.ConfigBufferPG, parts); !own {
			engine.Publish(tx, tables.ApplBufferPG, parts, tables.BufferUseRow{Profile: tables.Reference(tables.LosslessProfile(k))})
		}
	}
	return nil
}

func cableOf(tx *engine.Tx, port string) string {
	for _, r := range engine.Each(tx, tables.ConfigCable) {
		if length := r.Of(port); length != "" {
			return length
		}
	}
	return ""
}

// headroom is the profile of a line; its threshold is of the pool's kind.
func headroom(f tables.PgProfileFact, mode tables.BufferMode) (tables.BufferProfileRow, error) {
	r := tables.BufferProfileRow{Pool: tables.LosslessPool, Size: f.Size, Xon: &f.Xon, XonOffset: f.XonOffset, Xoff: &f.Xoff}
	if mode == tables.BufferStatic {
		n, err := strconv.ParseUint(f.Threshold, 10, 64)
		r.StaticTh = &n
		return r, err
	}
	n, err := strconv.ParseInt(f.Threshold, 10, 8)
	th := int8(n)
	r.DynamicTh = &th
	return r, err
}
