package engine

import (
	"errors"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// view is a table with typed rows: what On translates and Get and Each read.
type view[K comparable, R any] struct {
	e       *Engine
	table   *table
	typed   db.Table[K, R]
	rows    map[K]*row[K, R]
	ordered []*row[K, R] // by the text of the key; nil: to be made
	byKey   watched[K]
	byTable watchers
	on      []*on[K, R]
}

// row is one decoded row with its owners, one for each On.
type row[K comparable, R any] struct {
	key    K
	text   string
	val    R
	owners []*rowOwner[K, R]
}

type on[K comparable, R any] struct {
	*translation
	f func(*Tx, K, R) error
}

// rowOwner runs one On function for one row.
type rowOwner[K comparable, R any] struct {
	owner
	row *row[K, R] // nil: gone
	f   func(*Tx, K, R) error
}

func (o *rowOwner[K, R]) run(tx *Tx) (bool, error) {
	if o.row == nil {
		return false, nil
	}
	return true, o.f(tx, o.row.key, o.row.val)
}

// On translates each row of a table: f says what the row wants. It runs again when the row changes or something it has read.
func On[K comparable, R any](e *Engine, t db.Table[K, R], f func(*Tx, K, R) error) {
	v := viewOf(e, t)
	v.on = append(v.on, &on[K, R]{e.addTranslation(v.table, ""), f})
}

// viewOf finds or makes the view of a table. A view that is made late decodes the rows that are there.
func viewOf[K comparable, R any](e *Engine, t db.Table[K, R]) *view[K, R] {
	if v, ok := e.views[t.Schema]; ok {
		return v.(*view[K, R])
	}
	v := &view[K, R]{e: e, table: e.table(t.Schema), typed: t, rows: map[K]*row[K, R]{}}
	e.views[t.Schema] = v
	v.table.views = append(v.table.views, v)
	for _, r := range v.table.records {
		v.change(r, unpack(nil, r.packed))
	}
	return v
}

// change decodes a row. A malformed one leaves the last that was good in force (ADR 6); without one it counts as absent.
func (v *view[K, R]) change(rec *record, fields []db.Field) {
	k, r, err := v.typed.Decode(rec.key, fields)
	if err != nil {
		v.e.rowBad(v.table.text(rec.key), v, v.quarantine(rec.key, err))
		return
	}
	v.good(rec)
	x, known := v.rows[k]
	if known && x.text != rec.key {
		v.e.rowBad(v.table.text(rec.key), v, v.quarantine(rec.key, errors.New("is another spelling of the key of row "+x.text)))
		return
	}
	if known && reflect.DeepEqual(x.val, r) {
		return // what changed is another view's
	}
	if !known {
		x = &row[K, R]{key: k, text: rec.key}
		v.rows[k] = x
		v.ordered = nil
		for _, on := range v.on {
			o := &rowOwner[K, R]{owner: owner{of: on.translation, key: rec.key}, row: x, f: on.f}
			o.by = o
			x.owners = append(x.owners, o)
		}
	}
	x.val = r
	v.changed(k, x)
}

func (v *view[K, R]) quarantine(key string, err error) Status {
	s := Status{Object: v.table.text(key), State: Quarantined, Table: v.table.schema.Name, Key: key, Reason: err.Error(), Owners: []string{v.table.text(key)}}
	var f *db.FieldError
	if errors.As(err, &f) {
		s.Field, s.Value, s.Reason = f.Field, f.Value, f.Reason
	}
	return s
}

func (v *view[K, R]) good(rec *record) {
	if len(v.e.rowTroubles) > 0 {
		v.e.rowGood(v.table.text(rec.key), v)
	}
}

func (v *view[K, R]) gone(rec *record) {
	v.good(rec)
	if k, err := v.typed.DecodeKey(rec.key); err == nil {
		v.drop(k, rec.key)
	}
}

func (v *view[K, R]) drop(k K, text string) {
	x, known := v.rows[k]
	if !known || x.text != text {
		return
	}
	delete(v.rows, k)
	v.ordered = nil
	for _, o := range x.owners {
		o.row = nil
	}
	v.changed(k, x)
}

// changed has all translated that depend on the row.
func (v *view[K, R]) changed(k K, x *row[K, R]) {
	for _, o := range x.owners {
		v.e.restale(&o.owner)
	}
	v.byKey.changed(v.e, k)
	v.byTable.wake(v.e)
	v.byTable = nil
}

func (v *view[K, R]) retry(rec *record) {
	k, err := v.typed.DecodeKey(rec.key)
	if err != nil {
		return
	}
	if x, ok := v.rows[k]; ok {
		for _, o := range x.owners {
			for i := range o.contribs {
				v.e.forgive(o.contribs[i].node)
			}
		}
	}
}

// Get reads a row; the translation runs again when it changes, comes or goes.
func Get[K comparable, R any](tx *Tx, t db.Table[K, R], k K) (R, bool) {
	v := viewOf(tx.e, t)
	tx.readsRows(v.table)
	v.byKey.read(k, tx.owner)
	if x, ok := v.rows[k]; ok {
		return x.val, true
	}
	var zero R
	return zero, false
}

// Each reads all rows of a table, ordered by the text of the key; the translation runs again when any of them changes.
func Each[K comparable, R any](tx *Tx, t db.Table[K, R]) iter.Seq2[K, R] {
	v := viewOf(tx.e, t)
	tx.readsRows(v.table)
	v.byTable = v.byTable.add(tx.owner)
	if v.ordered == nil && len(v.rows) > 0 {
		v.ordered = make([]*row[K, R], 0, len(v.rows))
		for _, x := range v.rows {
			v.ordered = append(v.ordered, x)
		}
		slices.SortFunc(v.ordered, func(a, b *row[K, R]) int { return strings.Compare(a.text, b.text) })
	}
	ordered := v.ordered
	return func(yield func(K, R) bool) {
		for _, x := range ordered {
			if !yield(x.key, x.val) {
				return
			}
		}
	}
}
