package candidate

import (
	"maps"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Change is a row that is not as it was: without Was it is new, without Now it goes.
type Change struct {
	Table, Key string
	Was, Now   []db.Field
}

// Changes is the difference, sorted by table and key.
func (c *Config) Changes() (out []Change) {
	tables := maps.Clone(c.was)
	maps.Copy(tables, c.now)
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		if c.shared[table] {
			continue
		}
		was, now := c.was[table], c.now[table]
		keys := make(map[string][]db.Field, len(was)+len(now))
		maps.Copy(keys, was)
		maps.Copy(keys, now)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if !db.SameFields(was[key], now[key]) {
				out = append(out, Change{table, key, was[key], now[key]})
			}
		}
	}
	return out
}

// Delta is what has to be written, rows that go first.
func (c *Config) Delta() []db.RawWrite { return delta(c.Changes()) }

func delta(changes []Change) []db.RawWrite {
	var gone, changed []db.RawWrite
	for _, x := range changes {
		if x.Now == nil {
			gone = append(gone, db.RawWrite{Key: x.fullKey(), Delete: true})
			continue
		}
		changed = append(changed, db.RawWrite{Key: x.fullKey(), Fields: x.Set(), Remove: namesOf(x.Lost())})
	}
	return append(gone, changed...)
}

func (x Change) fullKey() string { return x.Table + separator + x.Key }

// Set are the fields that are new or have another value.
func (x Change) Set() []db.Field {
	return without(x.Now, func(f db.Field) bool { return slices.Contains(x.Was, f) })
}

// Lost are the fields that go, with the values that they had.
func (x Change) Lost() []db.Field {
	return without(x.Was, func(f db.Field) bool {
		return slices.ContainsFunc(x.Now, func(n db.Field) bool { return n.Name == f.Name })
	})
}

func without(row []db.Field, drop func(db.Field) bool) []db.Field {
	return slices.DeleteFunc(slices.Clone(row), drop)
}

func namesOf(row []db.Field) (out []string) {
	for _, f := range row {
		out = append(out, f.Name)
	}
	return out
}
