package engine

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// rowKey is a published row as an object. Its key is a text, or the identity of an object.
type rowKey struct {
	schema *db.Schema
	key    string
	of     Key
}

// publishedRow stands for the kinds of all published tables: each engine makes its own of them (rowTable.kind).
var publishedRow = &Kind{Name: "ROW"}

func (rowKey) Kind() *Kind { return publishedRow }

func (k rowKey) Refs(yield func(Key) bool) {
	if k.of != nil {
		yield(k.of)
	}
}

func (k rowKey) String() string {
	text := k.key
	if k.of != nil {
		text = k.of.String()
	}
	return k.schema.Name + k.schema.Database.Separator() + text
}

// rowTable is a table that is published to. Several values of db.Table over one table are several of it, each with its own columns.
type rowTable struct {
	schema *db.Schema
	kind   *kind
	sink   *sink
	names  []string // fields by attribute ID
	ids    map[string]uint16
	own    map[string]bool // columns of the row type; nil: all fields
	state  readState
	ours   func(key string) bool // nil: all keys
	// written are the keys of rows that are identities of objects.
	written map[Key]string
}

// readState tells whether a published table has been read, to know what is there already.
type readState uint8

const (
	unread readState = iota
	reading
	read
)

// Sink says where published rows go. Tables that are named are read at the start, so that rows nobody wants any more are removed; tables
// that are not named go to the sink without tables and are read when they are first published to.
func (e *Engine) Sink(s db.Store, tables ...*db.Schema) {
	k := &sink{store: s, jobs: make(chan job, 1), limit: maxWrites, rest: len(tables) == 0, republish: true}
	for _, t := range tables {
		rt := e.rowTable(t)
		if rt.sink != nil {
			panic("engine: table " + t.Name + " has two sinks")
		}
		rt.sink = k
		k.tables = append(k.tables, rt)
	}
	e.sinks = append(e.sinks, k)
}

// Owns says which rows of a published table are this engine's, by their keys, where others own rows with fields of the same names: the others' are
// left alone.
func (e *Engine) Owns(t *db.Schema, ours func(key string) bool) {
	e.rowTable(t).ours = ours
}

func (e *Engine) rowTable(s *db.Schema) *rowTable {
	if t, ok := e.rowTables[s]; ok {
		return t
	}
	t := &rowTable{schema: s, ids: map[string]uint16{}, written: map[Key]string{}}
	for _, c := range s.Columns {
		if t.own == nil {
			t.own = map[string]bool{}
		}
		t.own[c] = true
	}
	e.rowTables[s] = t
	t.kind = e.kind(&Kind{Name: s.Database.String() + " " + s.Name, Rank: math.MaxInt})
	t.kind.rows = t
	if source, ok := e.tables[tableID{s.Database, s.Name}]; ok {
		source.writtenBy(t)
	}
	return t
}

// overwritten has fields of ours written again that went with a row that its owner replaced or deleted.
func (t *rowTable) overwritten(e *Engine, c *db.Change) {
	n := t.kind.nodes[rowKey{schema: t.schema, key: c.Key}]
	switch {
	case n == nil:
	case n.is(inFlight):
		n.set(doubted) // perhaps what is under way came first
	case n.is(exists):
		for _, a := range n.attrs {
			name := t.names[a.ID]
			if !slices.ContainsFunc(c.Fields, func(f db.Field) bool { return f.Name == name }) {
				e.lose(n)
				return
			}
		}
	}
}

// sinkOf finds where a table's rows go.
func (e *Engine) sinkOf(t *rowTable) *sink {
	if t.sink != nil {
		return t.sink
	}
	for _, s := range e.sinks {
		if s.rest {
			t.sink = s
			s.tables = append(s.tables, t)
			break
		}
	}
	return t.sink
}

// id is the attribute ID of a field; next is a guess, because fields come in the order of the row type.
func (t *rowTable) id(name string, next uint16) uint16 {
	if int(next) < len(t.names) && t.names[next] == name {
		return next
	}
	id, ok := t.ids[name]
	if !ok {
		id = uint16(len(t.names))
		name = strings.Clone(name)
		t.names = append(t.names, name)
		t.ids[name] = id
	}
	return id
}

func (t *rowTable) fieldName(id uint16) string { return t.names[id] }

// owns tells whether a field is one of the row type's.
func (t *rowTable) owns(name string) bool {
	base, _, _ := strings.Cut(name, "@")
	return t.own == nil || t.own[base]
}

// Publish wants a row in a database. It is written when all of after exist, and removed before they go: it does not hold them.
func Publish[K comparable, R any](tx *Tx, t db.Table[K, R], k K, r R, after ...Key) {
	key, fields := t.Encode(k, r)
	m, rt := tx.row(rowKey{schema: t.Schema, key: key})
	tx.fields(m, rt, fields)
	tx.after(m, after)
}

func (tx *Tx) fields(m *emission, rt *rowTable, fields []db.Field) {
	next := uint16(0)
	for _, f := range fields {
		next = rt.id(f.Name, next)
		tx.attrs = append(tx.attrs, AttrValue{next, f.Value})
		next++
	}
	m.attrN = len(tx.attrs)
}

func (tx *Tx) row(k rowKey) (*emission, *rowTable) {
	rt := tx.e.rowTable(k.schema)
	if tx.e.sinkOf(rt) == nil && tx.e.running {
		tx.misuse = fmt.Errorf("table %s of %s is published but has no sink", k.schema.Name, k.schema.Database)
	}
	return tx.emission(k, true), rt
}

func (tx *Tx) after(m *emission, keys []Key) {
	for _, k := range keys {
		tx.refs = append(tx.refs, tx.e.node(k))
	}
	m.refN = len(tx.refs)
}

// Row is a published row as an object, to refer to.
func Row[K comparable, R any](t db.Table[K, R], k K) Key {
	return rowKey{schema: t.Schema, key: t.EncodeKey(k)}
}

// adoptRows makes rows that were found the state of their nodes. A row of which no column is ours is somebody else's.
func (e *Engine) adoptRows(t *rowTable, rows []db.Change) {
	for _, c := range rows {
		var attrs []AttrValue
		ours := len(c.Fields) == 1 && c.Fields[0].Name == "NULL"
		for _, f := range c.Fields {
			if own := t.owns(f.Name); own || f.Name == "NULL" {
				ours = ours || own
				attrs = insertAttr(attrs, 0, AttrValue{t.id(f.Name, 0), strings.Clone(f.Value)})
			}
		}
		if !ours || t.ours != nil && !t.ours(c.Key) {
			continue
		}
		n := e.node(e.keyOf(t, c.Key))
		if n.is(exists) {
			continue
		}
		n.set(exists | adopted)
		n.attrs = attrs
		e.relink(n)
		e.appeared(n)
		e.touch(n)
	}
}

// write is what makes a row as wanted.
func (t *rowTable) write(n *node, key string, v Verb, attrs []AttrValue) db.Write {
	w := db.Write{Table: t.schema, Key: key}
	if v == Remove {
		if t.schema.Transport != db.Plain {
			w.Delete = true
			return w
		}
		w.Remove = append(w.Remove, t.schema.Columns...)
		for _, a := range n.attrs {
			if name := t.names[a.ID]; a.Value != nil && !t.own[name] {
				w.Remove = append(w.Remove, name)
			}
		}
		return w
	}
	for _, a := range attrs {
		if a.Value == nil {
			w.Remove = append(w.Remove, t.names[a.ID])
			continue
		}
		w.Fields = append(w.Fields, db.Field{Name: t.names[a.ID], Value: a.Value.(string)})
	}
	if len(w.Remove) > 0 && t.schema.Transport != db.Plain {
		w.Delete, w.Remove, w.Fields = true, nil, nil // fields of a state table vanish only with the row
		for _, a := range with(n.attrs, attrs) {
			if a.Value != nil {
				w.Fields = append(w.Fields, db.Field{Name: t.names[a.ID], Value: a.Value.(string)})
			}
		}
	}
	return w
}
