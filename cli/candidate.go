package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
)

// candidate is CONFIG_DB as it is and as a command wants it, by full key.
type candidate struct {
	was, now map[string][]db.Field
}

// readConfig takes CONFIG_DB. Keys without a table (CONFIG_DB_INITIALIZED) are none of the configuration.
func readConfig(ctx context.Context, store db.Keyspace) (*candidate, error) {
	raw := store.Raw(db.Config)
	var keys []string
	err := raw.Keys(ctx, "*"+db.Config.Separator()+"*", func(k []string) error {
		keys = append(keys, k...)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading CONFIG_DB: %w", err)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	rows, err := raw.Hashes(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("reading CONFIG_DB: %w", err)
	}
	was := make(map[string][]db.Field, len(keys))
	for i, k := range keys {
		if rows[i] != nil {
			was[k] = rows[i]
		}
	}
	return &candidate{was: was, now: maps.Clone(was)}, nil
}

func fullKey(t *db.Schema, key string) string { return t.Name + t.Database.Separator() + key }

// has tells whether there is a row.
func has[K comparable, R any](c *candidate, t db.Table[K, R], k K) bool {
	_, ok := c.now[fullKey(t.Schema, t.EncodeKey(k))]
	return ok
}

// rowOf is a row; one that is not there, or does not decode, is zero.
func rowOf[K comparable, R any](c *candidate, t db.Table[K, R], k K) R {
	key := t.EncodeKey(k)
	_, r, err := t.Decode(key, c.now[fullKey(t.Schema, key)])
	if err != nil {
		var zero R
		return zero
	}
	return r
}

// rowsOf are the rows of a table that decode, naturally ordered. The check of the whole candidate tells of the others.
func rowsOf[K comparable, R any](c *candidate, t db.Table[K, R]) []entry[K, R] {
	var out []entry[K, R]
	for _, key := range c.keysOf(t.Schema) {
		if k, r, err := t.Decode(key, c.now[fullKey(t.Schema, key)]); err == nil {
			out = append(out, entry[K, R]{k, r})
		}
	}
	return out
}

// keysOf are the texts of the keys of a table, naturally ordered.
func (c *candidate) keysOf(t *db.Schema) []string {
	var out []string
	prefix := fullKey(t, "")
	for k := range c.now {
		if key, ok := strings.CutPrefix(k, prefix); ok {
			out = append(out, key)
		}
	}
	slices.SortFunc(out, natural.Compare)
	return out
}

// write changes the candidate as Store.Write would change the database.
func (c *candidate) write(writes ...db.Write) {
	for _, w := range writes {
		key := fullKey(w.Table, w.Key)
		var row []db.Field
		if !w.Delete {
			row = slices.Clone(c.now[key])
		}
		for _, f := range w.Fields {
			row = setField(row, f)
		}
		row = slices.DeleteFunc(row, func(f db.Field) bool { return slices.Contains(w.Remove, f.Name) })
		c.put(key, row)
	}
}

// put sets a whole row; an empty one goes.
func (c *candidate) put(key string, row []db.Field) {
	if len(row) == 0 {
		delete(c.now, key)
		return
	}
	c.now[key] = row
}

func setField(row []db.Field, f db.Field) []db.Field {
	for i := range row {
		if row[i].Name == f.Name {
			row[i].Value = f.Value
			return row
		}
	}
	return append(row, f)
}

// replace makes the rows of a file the whole configuration.
func (c *candidate) replace(rows []configjson.Row) {
	c.now = make(map[string][]db.Field, len(rows))
	for _, r := range rows {
		c.now[r.FullKey()] = r.Fields
	}
}

// merge adds the rows of a file: fields that it does not mention stay.
func (c *candidate) merge(rows []configjson.Row) {
	for _, r := range rows {
		row := slices.Clone(c.now[r.FullKey()])
		for _, f := range r.Fields {
			row = setField(row, f)
		}
		c.put(r.FullKey(), row)
	}
}

// rows is a configuration as a file has it, sorted by table and key.
func rows(config map[string][]db.Field) []configjson.Row {
	out := make([]configjson.Row, 0, len(config))
	for _, k := range slices.Sorted(maps.Keys(config)) {
		table, key, _ := strings.Cut(k, db.Config.Separator())
		out = append(out, configjson.Row{Table: table, Key: key, Fields: config[k]})
	}
	return out
}

// delta is what has to be written, rows that go first.
func (c *candidate) delta() []db.RawWrite {
	var gone, changed []db.RawWrite
	for _, k := range slices.Sorted(maps.Keys(c.was)) {
		if _, there := c.now[k]; !there {
			gone = append(gone, db.RawWrite{Key: k, Delete: true})
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.now)) {
		w := db.RawWrite{Key: k}
		for _, f := range c.now[k] {
			if v, ok := value(c.was[k], f.Name); !ok || v != f.Value {
				w.Fields = append(w.Fields, f)
			}
		}
		for _, f := range c.was[k] {
			if _, ok := value(c.now[k], f.Name); !ok {
				w.Remove = append(w.Remove, f.Name)
			}
		}
		if len(w.Fields)+len(w.Remove) > 0 {
			changed = append(changed, w)
		}
	}
	return append(gone, changed...)
}

func value(row []db.Field, name string) (string, bool) {
	for _, f := range row {
		if f.Name == name {
			return f.Value, true
		}
	}
	return "", false
}
