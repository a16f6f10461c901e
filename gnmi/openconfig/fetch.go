package openconfig

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
)

// read finds the rows that are asked for: single ones if the path says which, a whole table otherwise.
func (r *reading) read(a *asked) ([]found, error) {
	if a.rows.via != nil {
		return r.follow(a)
	}
	changes, err := r.fetch(a.rows, a.bound)
	if err != nil {
		return nil, err
	}
	var out []found
	for _, c := range changes {
		if !c.Gone {
			out = append(out, a.rows.all(c, a.bound)...)
		}
	}
	return r.filter(a.rows, out)
}

// fetch reads the rows whose keys b gives, or the table.
func (r *reading) fetch(c *rows, b binding) ([]db.Change, error) {
	var keys []string
	for _, form := range c.keys {
		if !form.possible(b) {
			continue
		}
		key, ok := form.text.toDB(b)
		if !ok {
			return r.view.Read(r.ctx, c.Table)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, nil
	}
	return r.view.Get(r.ctx, c.Table, keys)
}

// possible tells whether the form's pins agree with what is bound.
func (k keyForm) possible(b binding) bool {
	for _, p := range k.pins {
		if v := b[p.part.variable].oc; v != "" && v != p.text {
			return false
		}
	}
	return true
}

// all are the entries that a row is: one, one an element of parallel lists, or what is derived from it.
func (c *rows) all(row db.Change, b binding) []found {
	vars, ok := c.bindKey(row.Key, b)
	if !ok {
		return nil
	}
	switch {
	case c.Derive != nil:
		var out []found
		for _, d := range c.Derive(row.Key, row.Fields) {
			own := slices.Clone(vars)
			good := true
			for name, text := range d.Vars {
				i := c.vars.find(name)
				if i < 0 {
					continue // not every path has it
				}
				good = good && own.bind(&part{variable: i, domain: c.vars.domains[i]}, text)
			}
			if good {
				out = append(out, found{own, d.Fields})
			}
		}
		return out
	case c.Parallel != nil:
		var out []found
		i := c.vars.find(c.Parallel.Var)
		for _, e := range split(c.Parallel, row.Fields) {
			own := slices.Clone(vars)
			if own.bind(&part{variable: i, domain: c.vars.domains[i]}, e.name) {
				out = append(out, found{own, e.fields})
			}
		}
		return out
	}
	return []found{{vars, row.Fields}}
}

// bindKey unifies a key with the forms that it may have.
func (c *rows) bindKey(key string, b binding) (binding, bool) {
	for _, form := range c.keys {
		own := slices.Clone(b)
		good := form.text.fromDB(key, own)
		for i := range form.pins {
			good = good && own.bind(&form.pins[i].part, form.pins[i].text)
		}
		if good {
			return own, true
		}
	}
	return nil, false
}

// holds checks the fields that a row has to have, and takes the variables that they give.
func (c *rows) holds(f *found) bool {
	for _, w := range c.where {
		v, ok := value(f.fields, w.field)
		if len(w.text) == 0 {
			if ok && v != "" {
				return false
			}
			continue
		}
		if !ok || !w.text.fromDB(v, f.vars) {
			return false
		}
	}
	return true
}

// readAll is how many rows cost more to get than their table costs to be read.
const readAll = 256

// filter drops rows that do not count.
func (r *reading) filter(c *rows, all []found) ([]found, error) {
	all = slices.DeleteFunc(all, func(f found) bool { return !c.holds(&f) })
	for _, g := range c.given {
		if len(all) == 0 {
			break
		}
		keys := make([]string, len(all))
		for i, f := range all {
			keys[i], _ = g.key.toDB(f.vars)
		}
		if len(keys) > readAll {
			if _, err := r.view.Read(r.ctx, g.Table); err != nil { // which the view remembers
				return nil, err
			}
		}
		rows, err := r.view.Get(r.ctx, g.Table, keys)
		if err != nil {
			return nil, err
		}
		i := -1
		all = slices.DeleteFunc(all, func(found) bool {
			i++
			return !g.holds(rows[i].Fields)
		})
	}
	return all, nil
}

func (g *given) holds(fields []db.Field) bool {
	v, _ := value(fields, g.Field)
	return slices.Contains(g.Values, v)
}

// follow reads the rows whose keys a table of names gives.
func (r *reading) follow(a *asked) ([]found, error) {
	bindings, err := r.names(a)
	if err != nil || len(bindings) == 0 {
		return nil, err
	}
	keys := make([]string, len(bindings))
	for i, b := range bindings {
		keys[i], _ = a.rows.keys[0].text.toDB(b)
	}
	changes, err := r.view.Get(r.ctx, a.rows.Table, keys)
	if err != nil {
		return nil, err
	}
	var out []found
	for i, c := range changes {
		if !c.Gone {
			out = append(out, a.rows.all(c, bindings[i])...)
		}
	}
	return r.filter(a.rows, out)
}

// names are one binding for each name that there is and that was asked for.
func (r *reading) names(a *asked) ([]binding, error) {
	var rows []db.Change
	var err error
	if key, ok := a.rows.via.toDB(a.bound); ok {
		rows, err = r.view.Get(r.ctx, a.rows.Via.Table, []string{key})
	} else {
		rows, err = r.view.Read(r.ctx, a.rows.Via.Table)
	}
	if err != nil {
		return nil, err
	}
	gives := &part{variable: a.rows.gives, domain: a.rows.vars.domains[a.rows.gives]}
	var out []binding
	for _, row := range rows {
		if row.Gone || len(row.Fields) == 0 {
			continue
		}
		v := row.Fields[0].Value
		if a.rows.Via.Field != "" {
			v, _ = value(row.Fields, a.rows.Via.Field)
		}
		b := slices.Clone(a.bound)
		if a.rows.via.fromDB(row.Key, b) && b.bind(gives, v) {
			out = append(out, b)
		}
	}
	return out, nil
}
