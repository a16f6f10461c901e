package candidate

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Check says what is wrong with the candidate that was not wrong before.
func (c *Config) Check() []*Fault {
	changed := map[[2]string]bool{}
	touched := map[string]bool{}
	k := &checker{Config: c, changed: changed}
	known := schemas()
	for _, x := range c.Changes() {
		changed[[2]string{x.Table, x.Key}] = true
		touched[x.Table] = true
		if x.Now != nil {
			k.row(known[x.Table], x.Table, x.Key)
		}
	}
	for _, r := range rules() {
		if slices.ContainsFunc(r.of, func(t *db.Schema) bool { return touched[t.Name] }) {
			r.check(k)
		}
	}
	if len(k.faults) == 0 {
		return nil
	}
	old := map[Fault]bool{}
	for _, f := range start(c.was).Faults() {
		old[*f] = true
	}
	return slices.DeleteFunc(k.faults, func(f *Fault) bool { return old[*f] })
}

// Faults are all rows of the candidate that are wrong, by themselves or together with others (the references and exclusions of SONiC's YANG models).
func (c *Config) Faults() []*Fault {
	k := &checker{Config: c}
	known := schemas()
	for _, table := range c.Tables() {
		if known[table] == nil {
			continue
		}
		for _, key := range c.Keys(table) {
			k.row(known[table], table, key)
		}
	}
	for _, r := range rules() {
		r.check(k)
	}
	return k.faults
}

// Unknown are the tables of the candidate that have no type here, sorted: kept, and of no effect.
func (c *Config) Unknown() []string {
	known := schemas()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(c.now)), func(t string) bool { return known[t] != nil })
}

func schemas() map[string]*db.Schema {
	out := map[string]*db.Schema{}
	for _, s := range tables.Config() {
		out[s.Name] = s
	}
	return out
}

// rule is a check of rows together. of are the tables whose rows it looks at: if none of them has changed, neither has its verdict.
type rule struct {
	of    []*db.Schema
	check func(*checker)
}

// checker is one run over a candidate.
type checker struct {
	*Config
	changed map[[2]string]bool
	faults  []*Fault
}

// row decodes a row; a nil schema is a table that nobody knows.
func (k *checker) row(s *db.Schema, table, key string) {
	if s == nil {
		return
	}
	if err := s.Check(key, k.Fields(table, key)); err != nil {
		k.faults = append(k.faults, faultOf(table, key, err))
	}
}

// place is the row that is being checked.
type place struct {
	*checker
	table, key string
	changed    bool
}

// each runs over the rows of a table that decode.
func each[K comparable, R any](k *checker, t db.Table[K, R], f func(p place, key K, r R)) {
	for _, text := range k.Keys(t.Name) {
		if key, r, err := t.Decode(text, k.Fields(t.Name, text)); err == nil {
			f(place{k, t.Name, text, k.changed[[2]string{t.Name, text}]}, key, r)
		}
	}
}

// wrong reports the row for the sake of a field, or with an empty field of a part of its key.
func (p place) wrong(field, value, format string, args ...any) {
	f := &Fault{Table: p.table, Key: p.key, Field: field, Value: value, Reason: fmt.Sprintf(format, args...)}
	p.faults = append(p.faults, f)
}

// text is a field of the row as it stands.
func (p place) text(field string) string {
	for _, f := range p.Fields(p.table, p.key) {
		if f.Name == field {
			return f.Value
		}
	}
	return ""
}

// there tells whether a row is there on which this one rests.
func there[K comparable, R any](p place, t db.Table[K, R], key K) bool {
	text := t.EncodeKey(key)
	if p.changed {
		p.rested[t.Name+separator+text] = true
	}
	return p.Fields(t.Name, text) != nil
}

// missing is the reason of a reference to nothing.
const missing = "does not exist"
