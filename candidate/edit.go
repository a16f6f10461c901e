package candidate

import (
	"maps"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
)

// Entry is a row with its key.
type Entry[K comparable, R any] struct {
	Key K
	Row R
}

// Has tells whether there is a row.
func Has[K comparable, R any](c *Config, t db.Table[K, R], k K) bool {
	return c.Fields(t.Name, t.EncodeKey(k)) != nil
}

// Row is a row of the candidate; one that is not there, or does not decode, is zero.
func Row[K comparable, R any](c *Config, t db.Table[K, R], k K) R {
	key := t.EncodeKey(k)
	_, r, err := t.Decode(key, c.Fields(t.Name, key))
	if err != nil {
		var zero R
		return zero
	}
	return r
}

// Rows are the rows of a table that decode, sorted by the text of their keys. Check tells of the others.
func Rows[K comparable, R any](c *Config, t db.Table[K, R]) []Entry[K, R] {
	out := make([]Entry[K, R], 0, len(c.now[t.Name]))
	for _, key := range c.Keys(t.Name) {
		if k, r, err := t.Decode(key, c.now[t.Name][key]); err == nil {
			out = append(out, Entry[K, R]{k, r})
		}
	}
	return out
}

// Tables are the names of the tables that have rows, sorted.
func (c *Config) Tables() []string { return slices.Sorted(maps.Keys(c.now)) }

// Keys are the texts of the keys of a table, sorted.
func (c *Config) Keys(table string) []string { return slices.Sorted(maps.Keys(c.now[table])) }

// Fields are the fields of a row, nil if there is none. They are not to be changed.
func (c *Config) Fields(table, key string) []db.Field { return c.now[table][key] }

// Content is the candidate as a file has it, sorted by table and key.
func (c *Config) Content() []configjson.Row { return c.now.rows() }

// Before is the configuration as it was read, as a file has it.
func (c *Config) Before() []configjson.Row { return c.was.rows() }

// Write changes the candidate as Store.Write would change the database.
func (c *Config) Write(writes ...db.Write) {
	for _, w := range writes {
		var row []db.Field
		if !w.Delete {
			row = slices.Clone(c.Fields(w.Table.Name, w.Key))
		}
		for _, f := range w.Fields {
			row = setField(row, f)
		}
		row = slices.DeleteFunc(row, func(f db.Field) bool { return slices.Contains(w.Remove, f.Name) })
		c.Put(w.Table.Name, w.Key, row)
	}
}

// Put sets a whole row; without fields it goes. The candidate keeps the slice.
func (c *Config) Put(table, key string, row []db.Field) {
	if c.shared[table] {
		c.now[table] = maps.Clone(c.now[table])
		delete(c.shared, table)
	}
	if len(row) > 0 {
		c.now.put(table, key, row)
		return
	}
	delete(c.now[table], key)
	if len(c.now[table]) == 0 {
		delete(c.now, table)
	}
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

// Replace makes the rows of a file the whole configuration.
func (c *Config) Replace(rows []configjson.Row) {
	c.now, c.shared = contentOf(rows), map[string]bool{}
}

// Merge adds the rows of a file: fields that it does not mention stay.
func (c *Config) Merge(rows []configjson.Row) {
	for _, r := range rows {
		row := slices.Clone(c.Fields(r.Table, r.Key))
		for _, f := range r.Fields {
			row = setField(row, f)
		}
		c.Put(r.Table, r.Key, row)
	}
}
