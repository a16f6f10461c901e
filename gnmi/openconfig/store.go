package openconfig

import (
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// place is where an entry stands in the candidate: a row, or an element of its parallel lists.
type place struct {
	key  string
	vars binding
}

// store is the candidate, seen as entries.
type store struct {
	config origin.Config
	keys   map[string][]string // of tables that were listed, kept up to date
	rows   map[string]bool     // whether tables of the hardware had rows when they were looked at first
}

func newStore(c origin.Config) *store {
	return &store{config: c, keys: map[string][]string{}, rows: map[string]bool{}}
}

// had tells whether a table of the hardware had rows to begin with. A candidate without any is one that is joined with the hardware's later
// (union_replace).
func (s *store) had(table string) bool {
	had, known := s.rows[table]
	if !known {
		had = len(s.list(table)) > 0
		s.rows[table] = had
	}
	return had
}

func (s *store) list(table string) []string {
	keys, known := s.keys[table]
	if !known {
		keys = s.config.Keys(table)
		s.keys[table] = keys
	}
	return keys
}

// places are the entries that agree with what is bound.
func (s *store) places(c *rows, b binding) []place {
	return slices.DeleteFunc(s.members(c, b), func(p place) bool { return !s.given(c, p) })
}

// members are places whether or not what they hang on is given.
func (s *store) members(c *rows, b binding) []place {
	var out []place
	for _, key := range s.candidates(c, b) {
		fields := s.config.Row(c.Table.Name, key)
		if fields == nil {
			continue
		}
		for _, f := range c.all(db.Change{Table: c.Table, Key: key, Fields: fields}, b) {
			if c.holds(&f) {
				out = append(out, place{key, f.vars})
			}
		}
	}
	return out
}

// candidates are the keys that may be meant: those that b gives, and of the table those that have all of what is bound in them.
func (s *store) candidates(c *rows, b binding) []string {
	var keys []string
	for _, form := range c.keys {
		if !form.possible(b) {
			continue
		}
		if key, ok := form.text.toDB(b); ok {
			keys = append(keys, key)
			continue
		}
		known := form.text.known(b)
		for _, key := range s.list(c.Table.Name) {
			if !slices.ContainsFunc(known, func(text string) bool { return !strings.Contains(key, text) }) && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func (s *store) given(c *rows, p place) bool { return s.lacks(c, p) == "" }

// lacks says what must be given for the entry, and is not.
func (s *store) lacks(c *rows, p place) string {
	for _, g := range c.given {
		if key, _ := g.key.toDB(p.vars); !g.holds(s.config.Row(g.Table.Name, key)) {
			return g.Say
		}
	}
	return ""
}

// fields are the entry's, without the mark of a row that has none; nil if there is no such entry.
func (s *store) fields(c *rows, p place) []db.Field {
	row := s.config.Row(c.Table.Name, p.key)
	if row == nil {
		return nil
	}
	if c.Parallel == nil {
		return slices.DeleteFunc(slices.Clone(row), func(f db.Field) bool { return f.Name == nothing })
	}
	name := p.vars[c.vars.find(c.Parallel.Var)].oc
	for _, e := range split(c.Parallel, row) {
		if e.name == name {
			return append([]db.Field{}, e.fields...)
		}
	}
	return nil
}

// nothing is the name and the value of the field that a row without fields has.
const nothing = "NULL"

// put makes fields the whole entry.
func (s *store) put(op *origin.Operation, c *rows, p place, fields []db.Field) {
	if c.Parallel == nil {
		s.write(op, c.Table.Name, p.key, orNothing(fields))
		return
	}
	name := p.vars[c.vars.find(c.Parallel.Var)].oc
	row := s.config.Row(c.Table.Name, p.key)
	all := slices.DeleteFunc(split(c.Parallel, row), func(e element) bool { return e.name == name })
	s.write(op, c.Table.Name, p.key, orNothing(join(c.Parallel, row, append(all, element{name, fields}))))
}

// orNothing marks a row without fields.
func orNothing(fields []db.Field) []db.Field {
	if len(fields) == 0 {
		return []db.Field{{Name: nothing, Value: nothing}}
	}
	return fields
}

// remove takes the entry away.
func (s *store) remove(op *origin.Operation, c *rows, p place) {
	if c.Parallel == nil {
		s.write(op, c.Table.Name, p.key, nil)
		return
	}
	name := p.vars[c.vars.find(c.Parallel.Var)].oc
	row := s.config.Row(c.Table.Name, p.key)
	all := slices.DeleteFunc(split(c.Parallel, row), func(e element) bool { return e.name == name })
	if len(all) == 0 && c.Role == mapping.Entry {
		s.write(op, c.Table.Name, p.key, nil)
		return
	}
	s.write(op, c.Table.Name, p.key, orNothing(join(c.Parallel, row, all)))
}

func (s *store) write(op *origin.Operation, table, key string, fields []db.Field) {
	was := s.config.Row(table, key) != nil
	s.config.Put(op, table, key, fields)
	keys, listed := s.keys[table]
	switch is := len(fields) > 0; {
	case !listed || was == is:
	case is:
		s.keys[table] = append(keys, key)
	default:
		s.keys[table] = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == key })
	}
}

// set replaces or adds a field; remove takes it out.
func setField(fields []db.Field, name, text string) []db.Field {
	if i := slices.IndexFunc(fields, func(f db.Field) bool { return f.Name == name }); i >= 0 {
		fields[i].Value = text
		return fields
	}
	return append(fields, db.Field{Name: name, Value: text})
}

func dropField(fields []db.Field, name string) []db.Field {
	return slices.DeleteFunc(fields, func(f db.Field) bool { return f.Name == name })
}
