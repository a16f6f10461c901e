package candidate

import (
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Dependant is a row that names a port, and what it is without it: without fields it goes.
type Dependant struct {
	Table, Key string
	Without    []db.Field
}

func (d Dependant) String() string { return d.Table + separator + d.Key }

// naming are the fields that name ports and are no lists by their name, of one port or of several by comma. Beside them keys and lists (name@) name ports.
func naming(table string) []string {
	switch table {
	case tables.ConfigFdb.Name:
		return []string{"port"}
	case "MIRROR_SESSION":
		return []string{"dst_port", "src_port"}
	case tables.ConfigAclTable.Name:
		return []string{"ports"}
	case tables.ConfigAclRule.Name:
		return []string{"IN_PORTS", "OUT_PORTS"}
	case tables.ConfigStaticRoute.Name:
		return []string{"ifname"}
	}
	return nil
}

// Dependants are the rows that cannot be without ports, sub-interfaces of them included, sorted by table and key. The ports' own rows are not among them.
func (c *Config) Dependants(ports []string) (out []Dependant) {
	gone := func(name string) bool {
		port, _, _ := strings.Cut(name, ".")
		return slices.Contains(ports, port)
	}
	for _, table := range c.Tables() {
		if table == tables.ConfigPort.Name || table == tables.ConfigBreakout.Name {
			continue
		}
		for _, key := range c.Keys(table) {
			d := Dependant{Table: table, Key: key}
			if slices.ContainsFunc(strings.Split(key, separator), gone) {
				out = append(out, d)
			} else if fields, named := withoutPorts(table, c.Fields(table, key), gone); named {
				d.Without = fields
				out = append(out, d)
			}
		}
	}
	return out
}

// withoutPorts takes ports out of a row. A row that is about one of them, and a route over one, goes whole.
func withoutPorts(table string, row []db.Field, gone func(string) bool) (rest []db.Field, named bool) {
	for _, f := range row {
		if !strings.HasSuffix(f.Name, "@") && !slices.Contains(naming(table), f.Name) {
			rest = append(rest, f)
			continue
		}
		all := strings.Split(f.Value, ",")
		left := slices.DeleteFunc(slices.Clone(all), gone)
		switch {
		case len(left) == len(all):
			rest = append(rest, f)
			continue
		case table == tables.ConfigStaticRoute.Name, len(left) == 0 && table != tables.ConfigAclTable.Name:
			return nil, true
		}
		named = true
		if len(left) > 0 {
			rest = append(rest, db.Field{Name: f.Name, Value: strings.Join(left, ",")})
		}
	}
	return rest, named
}

// Forget takes the ports out of what depends on them.
func (c *Config) Forget(list []Dependant) {
	for _, d := range list {
		c.Put(d.Table, d.Key, d.Without)
	}
}
