package openconfig

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
)

// element is one of the elements of a row's parallel lists.
type element struct {
	name   string
	fields []db.Field
}

// pairValue is the field of an element that is itself a field.
const pairValue = "value"

// split takes a row's parallel lists apart. An empty place in a list is no field.
func split(p *mapping.Parallel, fields []db.Field) []element {
	if p.Pairs {
		var out []element
		for _, f := range fields {
			if f.Name != nothing {
				out = append(out, element{f.Name, []db.Field{{Name: pairValue, Value: f.Value}}})
			}
		}
		return out
	}
	columns := make([][]string, len(p.Fields))
	n := 0
	for i, name := range p.Fields {
		if v, ok := value(fields, name); ok && v != "" {
			columns[i] = strings.Split(v, ",")
			n = max(n, len(columns[i]))
		}
	}
	names, _ := value(fields, p.Names)
	named := mapping.Items(names)
	n = max(n, len(named))
	out := make([]element, n)
	for i := range out {
		out[i].name = strconv.Itoa(i)
		if len(named) == n {
			out[i].name = named[i]
		}
		for c, column := range columns {
			if i < len(column) && column[i] != "" {
				out[i].fields = append(out[i].fields, db.Field{Name: p.Fields[c], Value: column[i]})
			}
		}
	}
	return out
}

// join puts the elements back into a row's fields; names that only count are not written.
func join(p *mapping.Parallel, fields []db.Field, all []element) []db.Field {
	slices.SortStableFunc(all, func(a, b element) int { return mapping.Natural(a.name, b.name) })
	if p.Pairs {
		var out []db.Field
		for _, e := range all {
			v, _ := value(e.fields, pairValue)
			out = append(out, db.Field{Name: e.name, Value: v})
		}
		return out
	}
	fields = slices.DeleteFunc(slices.Clone(fields), func(f db.Field) bool {
		return f.Name == p.Names || f.Name == nothing || slices.Contains(p.Fields, f.Name)
	})
	var names []string
	counted := true
	for i, e := range all {
		names = append(names, e.name)
		counted = counted && e.name == strconv.Itoa(i) && len(e.fields) > 0
	}
	for _, name := range p.Fields {
		column := make([]string, len(all))
		used := false
		for i, e := range all {
			v, ok := value(e.fields, name)
			column[i], used = v, used || ok && v != ""
		}
		if used {
			fields = append(fields, db.Field{Name: name, Value: strings.Join(column, ",")})
		}
	}
	if !counted || len(p.Fields) == 0 && len(all) > 0 {
		fields = append(fields, db.Field{Name: p.Names, Value: strings.Join(names, ",")})
	}
	return fields
}
