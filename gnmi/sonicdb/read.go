package sonicdb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Read implements origin.Origin.
func (o *Origin) Read(ctx context.Context, v origin.View, q origin.Query, yield func(origin.Leaf) bool) error {
	at, err := o.parse(q.Path)
	if err != nil {
		return err
	}
	config := q.Type == gpb.GetRequest_CONFIG
	if q.Type != gpb.GetRequest_ALL && config != (at.id == db.Config) {
		return nil
	}
	r := &reader{Origin: o, place: at, view: v, yield: yield}
	if at.virtual() {
		return r.virtual(ctx)
	}
	return r.rows(ctx)
}

// reader is one Read.
type reader struct {
	*Origin
	*place
	view  origin.View
	yield func(origin.Leaf) bool
}

// schema is a table as a reader needs it. All are read as hashes: what a state table's consumer has not taken yet is not in force yet.
func schema(id db.ID, table string) *db.Schema {
	s := &db.Schema{Database: id, Name: table, Transport: db.Plain}
	if isMap(id, table) {
		s.Transport = db.Map
	}
	return s
}

// isMap knows the tables of COUNTERS_DB that are one hash: the maps from names to identities.
func isMap(id db.ID, table string) bool {
	return id == db.Counters && strings.HasSuffix(table, "_MAP")
}

func (r *reader) rows(ctx context.Context) error {
	switch {
	case r.table == "" || wild(r.table):
		return r.tables(ctx)
	case isMap(r.id, r.table):
		return r.fieldsOfMap(ctx)
	case r.key == "" || wild(r.key):
		list, err := r.view.Read(ctx, schema(r.id, r.table))
		if err != nil {
			return err
		}
		slices.SortFunc(list, func(a, b db.Change) int { return strings.Compare(a.Key, b.Key) })
		for _, c := range list {
			if fits(r.key, c.Key) && !r.row(r.table, c.Key, c.Fields) {
				return nil
			}
		}
		return nil
	case r.more != nil:
		return r.ambiguous(ctx)
	}
	list, err := r.view.Get(ctx, schema(r.id, r.table), []string{r.key})
	if err != nil {
		return err
	}
	r.row(r.table, r.key, list[0].Fields)
	return nil
}

// ambiguous finds out how many elements are the key: all of them, or all but the last, which is a field then, or but the last two, field and index.
func (r *reader) ambiguous(ctx context.Context) error {
	n := len(r.more)
	var keys []string
	for _, length := range []int{n, n - 1, n - 2} {
		if length > 0 {
			keys = append(keys, strings.Join(r.more[:length], r.id.Separator()))
		}
	}
	list, err := r.view.Get(ctx, schema(r.id, r.table), keys)
	if err != nil {
		return err
	}
	for i, c := range list {
		if c.Gone {
			continue
		}
		r.key, r.keyParts = c.Key, r.more[:n-i]
		if rest := r.more[n-i:]; len(rest) > 0 {
			if r.field = rest[0]; len(rest) > 1 {
				if _, err := fmt.Sscan(rest[1], &r.index); err != nil {
					continue
				}
			}
		} else {
			r.field, r.index = "", noIndex
		}
		r.row(r.table, c.Key, c.Fields)
		return nil
	}
	return nil
}

// row yields the fields of a row that the place names.
func (r *reader) row(table, key string, fields []db.Field) (more bool) {
	fields = slices.Clone(fields)
	slices.SortFunc(fields, func(a, b db.Field) int { return strings.Compare(a.Name, b.Name) })
	if r.field == "" && r.target == noTarget && isEmpty(fields) {
		return r.yield(origin.Leaf{Path: r.at(table, key), Value: emptyRow()})
	}
	for _, f := range fields {
		name, value := r.value(f)
		if f.Name == null && r.target == noTarget {
			continue
		}
		if r.field != "" && !glob(r.field, name) && r.field != f.Name {
			continue
		}
		path := r.at(table, key, name)
		if r.index != noIndex {
			items := value.GetLeaflistVal().GetElement()
			if r.index >= len(items) {
				continue
			}
			path, value = r.at(table, key, name, fmt.Sprint(r.index)), items[r.index]
		}
		if !r.yield(origin.Leaf{Path: path, Value: value}) {
			return false
		}
	}
	return true
}

// value is a field as gNMI has it: name@ is a list. The oldest form shows fields as they are.
func (r *reader) value(f db.Field) (string, *gpb.TypedValue) {
	name, list := strings.CutSuffix(f.Name, listMark)
	if !list || r.target != noTarget {
		return f.Name, text(f.Value)
	}
	items := &gpb.ScalarArray{}
	if f.Value != "" {
		for item := range strings.SplitSeq(f.Value, ",") {
			items.Element = append(items.Element, text(item))
		}
	}
	return name, &gpb.TypedValue{Value: &gpb.TypedValue_LeaflistVal{LeaflistVal: items}}
}

// null is the field of a row that has none.
const null = "NULL"

func isEmpty(fields []db.Field) bool { return len(fields) == 1 && fields[0].Name == null }

// emptyRow is what stands for a row without fields, which no leaf can.
func emptyRow() *gpb.TypedValue {
	return &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: []byte("{}")}}
}

// listMark ends the name of a field that is a comma list (sonic-contract 2.2).
const listMark = "@"

func text(s string) *gpb.TypedValue {
	return &gpb.TypedValue{Value: &gpb.TypedValue_StringVal{StringVal: strings.ToValidUTF8(s, "\ufffd")}}
}

// fieldsOfMap yields the fields of a hash that is a table by itself.
func (r *reader) fieldsOfMap(ctx context.Context) error {
	list, err := r.view.Read(ctx, schema(r.id, r.table))
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b db.Change) int { return strings.Compare(a.Key, b.Key) })
	for _, c := range list {
		if fits(r.key, c.Key) && !r.yield(origin.Leaf{Path: r.at(r.table, "", c.Key), Value: text(c.Fields[0].Value)}) {
			return nil
		}
	}
	return nil
}

// tables yields rows of all tables of the database. Keys without a separator are no rows.
func (r *reader) tables(ctx context.Context) error {
	raw, sep := r.view.Raw(r.id), r.id.Separator()
	var keys []string
	err := raw.Keys(ctx, "*"+sep+"*", func(found []string) error {
		for _, full := range found {
			if table, key, _ := strings.Cut(full, sep); table != "" && key != "" && fits(r.table, table) && fits(r.key, key) {
				keys = append(keys, full)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	for part := range slices.Chunk(keys, rowsAtOnce) {
		rows, err := raw.Hashes(ctx, part)
		if err != nil {
			return err
		}
		for i, full := range part {
			table, key, _ := strings.Cut(full, sep)
			if !r.row(table, key, rows[i]) {
				return nil
			}
		}
	}
	return nil
}

// rowsAtOnce bounds what is held of a whole database.
const rowsAtOnce = 1024
