package candidate

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// referring are the tables whose rows name others, and those that they name.
func referring() []*db.Schema {
	var out []*db.Schema
	for _, s := range tables.Config() {
		if s.References != nil {
			out = append(out, s)
		}
	}
	return append(out, tables.ConfigVrf.Schema, tables.ConfigBgpGlobals.Schema, tables.ConfigPrefixSet.Schema, tables.ConfigCommunitySet.Schema,
		tables.ConfigExtCommunitySet.Schema, tables.ConfigASPathSet.Schema, tables.ConfigRouteMapSet.Schema)
}

// references holds that rows are there which others name by the ref tags of their types.
func references(k *checker) {
	groups := map[string]bool{}
	for _, s := range tables.Config() {
		if s.References == nil {
			continue
		}
		for _, key := range k.Keys(s.Name) {
			p := place{k, s.Name, key, k.changed[[2]string{s.Name, key}]}
			for _, r := range s.References(key, k.Fields(s.Name, key)) {
				if !p.named(r, groups) {
					p.wrong(r.Field, r.Value, missing)
				}
			}
		}
	}
}

// named tells whether there is a row of the name. Statements of a route map are rows whose keys begin with its name: groups knows what was found so.
func (p place) named(r db.Reference, groups map[string]bool) bool {
	for _, table := range r.Tables {
		full := table + separator + r.Key
		if table == tables.ConfigVrf.Name && r.Value == tables.VrfDefault {
			return true
		}
		if p.changed {
			p.rested[full] = true
		}
		if p.Fields(table, r.Key) != nil {
			return true
		}
		there, known := groups[full]
		if !known {
			for key := range p.now[table] {
				if there = strings.HasPrefix(key, r.Key+separator); there {
					break
				}
			}
			groups[full] = there
		}
		if there {
			return true
		}
	}
	return false
}

// peers holds that interfaces that are neighbours of BGP are there, and VRFs that have an instance of it.
func peers(k *checker) {
	each(k, tables.ConfigBgpNeighbor, func(p place, key tables.BgpNeighborKey, _ tables.BgpNeighborRow) {
		if name := string(key.Neighbor); !exists(p, name) {
			p.wrong("", name, missing)
		}
	})
	each(k, tables.ConfigBgpGlobals, func(p place, vrf tables.Word, _ tables.BgpGlobalsRow) {
		if vrf != tables.VrfDefault && !there(p, tables.ConfigVrf, string(vrf)) {
			p.wrong("", string(vrf), missing)
		}
	})
}
