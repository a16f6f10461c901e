package cfgmgr

import (
	_ "embed" // the defaults
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// CoppFile is SONiC's copp_cfg.json: the groups and traps of a switch that nobody has configured any for.
//
//go:embed copp_cfg.json
var CoppFile []byte

// CoppFacts reads a file of defaults.
func CoppFacts(text []byte) ([]db.Write, error) {
	rows, err := configjson.Parse(text)
	if err != nil {
		return nil, err
	}
	var writes []db.Write
	for _, r := range rows {
		switch r.Table {
		case tables.ConfigCoppGroup.Name:
			k, row, err := tables.FactCoppGroup.Decode(r.Key, r.Fields)
			if err != nil {
				return nil, err
			}
			writes = append(writes, tables.FactCoppGroup.Replace(k, row))
		case tables.ConfigCoppTrap.Name:
			k, row, err := tables.FactCoppTrap.Decode(r.Key, r.Fields)
			if err != nil {
				return nil, err
			}
			writes = append(writes, tables.FactCoppTrap.Replace(k, row))
		}
	}
	return writes, nil
}

func registerCopp(e *engine.Engine) {
	engine.On(e, tables.FactCoppGroup, coppDefaultGroup)
	engine.On(e, tables.ConfigCoppGroup, coppGroup)
	engine.On(e, tables.FactCoppTrap, coppDefaultTrap)
	engine.On(e, tables.ConfigCoppTrap, coppTrap)
}

func coppDefaultGroup(tx *engine.Tx, name string, r tables.CoppGroupRow) error {
	if _, configured := engine.Get(tx, tables.ConfigCoppGroup, name); !configured {
		publishGroup(tx, name, r)
	}
	return nil
}

// coppGroup is a group that is configured, with what it lacks from the default one.
func coppGroup(tx *engine.Tx, name string, r tables.CoppGroupConfigRow) error {
	d, isDefault := engine.Get(tx, tables.FactCoppGroup, name)
	if r.Null == "" || !isDefault {
		publishGroup(tx, name, r.Or(d))
	}
	return nil
}

// publishGroup tells of a group, unless it has traps and none is enabled.
func publishGroup(tx *engine.Tx, name string, r tables.CoppGroupRow) {
	ids, any := coppTrapIDs(tx, name)
	if any && len(ids) == 0 {
		return
	}
	engine.Publish(tx, tables.ApplCopp, name, tables.CoppRow{CoppGroupRow: r, TrapIDs: ids})
	engine.Publish(tx, tables.StateCoppGroup, name, tables.CoppStateRow{State: "ok"}, engine.Row(tables.ApplCopp, name))
}

// coppTrapIDs are the traps of a group that are enabled, and whether it has any at all.
func coppTrapIDs(tx *engine.Tx, group string) (ids []string, any bool) {
	for name := range coppTraps(tx) {
		t, ok := coppTrapOf(tx, name)
		if !ok || t.Group != group {
			continue
		}
		any = true
		if coppEnabled(tx, name, t) {
			ids = append(ids, t.TrapIDs...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), any
}

// coppTraps are the names of all traps, configured or by default.
func coppTraps(tx *engine.Tx) map[string]bool {
	names := map[string]bool{}
	for name := range engine.Each(tx, tables.FactCoppTrap) {
		names[name] = true
	}
	for name := range engine.Each(tx, tables.ConfigCoppTrap) {
		names[name] = true
	}
	return names
}

// coppTrapOf is what is in force of a trap; false if it is taken away, or incomplete.
func coppTrapOf(tx *engine.Tx, name string) (tables.CoppTrapRow, bool) {
	d, isDefault := engine.Get(tx, tables.FactCoppTrap, name)
	c, configured := engine.Get(tx, tables.ConfigCoppTrap, name)
	if configured && c.Null != "" && isDefault {
		return c, false
	}
	t := c.Or(d)
	return t, t.Group != "" && len(t.TrapIDs) > 0
}

// coppEnabled tells whether a trap is installed: always, or because its feature is enabled.
func coppEnabled(tx *engine.Tx, name string, t tables.CoppTrapRow) bool {
	if isTrue(t.AlwaysEnabled) {
		return true
	}
	if f, ok := engine.Get(tx, tables.ConfigFeature, name); ok {
		return f.State == "enabled" || f.State == "always_enabled"
	}
	return name == "bgp" || name == "lldp" // what SONiC's init_cfg.json enables
}

func coppDefaultTrap(tx *engine.Tx, name string, _ tables.CoppTrapRow) error {
	if _, configured := engine.Get(tx, tables.ConfigCoppTrap, name); !configured {
		publishTrap(tx, name)
	}
	return nil
}

func coppTrap(tx *engine.Tx, name string, _ tables.CoppTrapRow) error {
	publishTrap(tx, name)
	return nil
}

func publishTrap(tx *engine.Tx, name string) {
	if t, ok := coppTrapOf(tx, name); ok && coppEnabled(tx, name, t) {
		engine.Publish(tx, tables.StateCoppTrap, name, tables.CoppStateRow{State: "ok"})
	}
}

func coppSources() []*db.Schema {
	return []*db.Schema{tables.ConfigCoppGroup.Schema, tables.ConfigCoppTrap.Schema, tables.ConfigFeature.Schema}
}

func coppPublished() []*db.Schema {
	return []*db.Schema{tables.ApplCopp.Schema, tables.StateCoppGroup.Schema, tables.StateCoppTrap.Schema}
}
