package engine

import (
	"encoding/binary"

	"github.com/hypersonic-nos/hypersonic/db"
)

// tableID identifies a table whatever its types are.
type tableID struct {
	database db.ID
	name     string
}

// table is a source table with its rows as text. Typed views decode them; several views may look at the same rows.
type table struct {
	e       *Engine
	schema  *db.Schema
	feed    *feed
	records map[string]*record
	views   []viewer
	dense   denseStore  // takes the rows instead of records
	written []*rowTable // published tables that have fields in the same rows
	listing uint32      // counts listings, to find the rows that a listing left out
	listed  bool        // has been complete at least once
	waiting []*owner    // read it before it was listed
	fields  []db.Field  // workspace
	packed  []byte
}

// record is a row as text, packed into one string.
type record struct {
	key     string
	packed  string
	listing uint32
}

// viewer is a typed view of a table.
type viewer interface {
	change(r *record, fields []db.Field)
	gone(r *record)
	// retry lets objects that were refused be tried again, because somebody wrote the row once more.
	retry(r *record)
}

// table finds or makes the state of a table.
func (e *Engine) table(s *db.Schema) *table {
	id := tableID{s.Database, s.Name}
	t, ok := e.tables[id]
	if !ok {
		t = &table{e: e, schema: s, records: map[string]*record{}}
		e.tables[id] = t
		for _, rt := range e.rowTables {
			t.writtenBy(rt)
		}
	}
	return t
}

func (t *table) text(key string) string {
	return t.schema.Name + t.schema.Database.Separator() + key
}

// apply takes one change. A row that is the same as before costs nothing further.
func (t *table) apply(c *db.Change, listing bool) {
	t.e.metrics.rows++
	if t.dense != nil {
		t.dense.row(c)
		return
	}
	for _, rt := range t.written {
		rt.overwritten(t.e, c)
	}
	r, known := t.records[c.Key]
	if c.Gone {
		if known {
			t.remove(r)
		}
		return
	}
	t.packed = pack(t.packed[:0], c.Fields)
	if known && r.packed == string(t.packed) {
		r.listing = t.listing
		if !listing {
			for _, v := range t.views {
				v.retry(r)
			}
		}
		return
	}
	if !known {
		r = &record{key: string([]byte(c.Key))}
		t.records[r.key] = r
	}
	r.packed, r.listing = string(t.packed), t.listing
	t.fields = unpack(t.fields[:0], r.packed)
	for _, v := range t.views {
		v.change(r, t.fields)
	}
}

// writtenBy notes a published table over the same rows. That matters where others replace whole rows: in state tables.
func (t *table) writtenBy(rt *rowTable) {
	if t.schema.Transport == db.StateTable && rt.schema.Database == t.schema.Database && rt.schema.Name == t.schema.Name {
		t.written = append(t.written, rt)
	}
}

func (t *table) remove(r *record) {
	delete(t.records, r.key)
	for _, v := range t.views {
		v.gone(r)
	}
}

// beginListing and endListing enclose a full listing: rows that it leaves out are gone.
func (t *table) beginListing() {
	t.listing++
	if t.dense != nil {
		t.dense.beginListing()
	}
}

func (t *table) endListing() {
	for _, r := range t.records {
		if r.listing != t.listing {
			t.remove(r)
		}
	}
	if t.dense != nil {
		t.dense.endListing()
	}
	t.complete()
}

// complete lets translations run that read the table too early.
func (t *table) complete() {
	t.listed = true
	for _, o := range t.waiting {
		t.e.restale(o)
	}
	t.waiting = nil
}

// pack makes one string of a row's fields: each name and value with its length in front.
func pack(to []byte, fields []db.Field) []byte {
	for i := range fields {
		to = binary.AppendUvarint(to, uint64(len(fields[i].Name)))
		to = append(to, fields[i].Name...)
		to = binary.AppendUvarint(to, uint64(len(fields[i].Value)))
		to = append(to, fields[i].Value...)
	}
	return to
}

// unpack reverses pack; the fields share the string.
func unpack(to []db.Field, packed string) []db.Field {
	word := func() string {
		n, size := uvarint(packed)
		w := packed[size : size+int(n)]
		packed = packed[size+int(n):]
		return w
	}
	for len(packed) > 0 {
		name := word()
		to = append(to, db.Field{Name: name, Value: word()})
	}
	return to
}

func uvarint(s string) (n uint64, size int) {
	for shift := 0; ; shift += 7 {
		b := s[size]
		size++
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n, size
		}
	}
}
