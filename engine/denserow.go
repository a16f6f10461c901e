package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine/flat"
)

// dense is the store of a dense table.
type dense[K comparable, R any, O comparable, V comparable] struct {
	Dense[K, R, O, V]
	entries *flat.Table[O, entry[O, V]]
	e       *Engine
	kind    *kind
	table   *table
	typed   db.Table[K, R]

	removeQ, setQ []uint32
	full          []uint32
	foreign       map[uint32][]AttrValue
	troubles      map[uint32]*trouble
	nodes         map[O]*node // ordinary nodes of the same kind
	unsure        []uint32
	results       []Result[O, V]
	listing       entryFlags // entryListed or 0: what the rows of this listing carry
	inListing     bool
	malformed     map[string]entryFlags // keys of rows that are in quarantine, which have no entry that could carry it
	told          int
	replay        uint32 // the entry from which on all are answered again
	existing      int
	readers       watched[O]

	// workspace
	rowKey   K
	rowValue R
	spare    []*denseBatch[K, R, O, V]
	uses     []Handle
	aside    []Handle
	collect  func(Handle)     // appends to uses; bound once
	keyOf    func(Handle) Key // what stands for a handle, with resolve for sets; bound once
	resolve  uint16
	before   []AttrValue
}

func newDense[K comparable, R any, O comparable, V comparable](e *Engine, t db.Table[K, R], d Dense[K, R, O, V]) *dense[K, R, O, V] {
	s := &dense[K, R, O, V]{Dense: d, entries: newEntries[O, V](), e: e, kind: e.kind(d.Kind), table: e.table(t.Schema), typed: t,
		foreign: map[uint32][]AttrValue{}, troubles: map[uint32]*trouble{}, nodes: map[O]*node{}, malformed: map[string]entryFlags{}}
	s.collect = func(h Handle) {
		if h != 0 {
			s.uses = append(s.uses, h)
		}
	}
	s.keyOf = func(h Handle) Key {
		x := e.handles.get(h)
		switch {
		case x == nil:
			return nil
		case x.set != nil:
			return x.slots[s.resolve].node.key
		}
		return x.slots[0].node.key
	}
	return s
}

// check completes the store before Run: the floor is there from the beginning.
func (d *dense[K, R, O, V]) check() error {
	if d.Object == nil || d.Value == nil || d.Handles == nil || d.Encode == nil || d.Decode == nil {
		return fmt.Errorf("engine: dense table %s lacks a function", d.table.schema.Name)
	}
	for o, v := range d.Floor {
		i := d.put(o)
		en := d.at(i)
		en.flags |= entryFloor
		en.want = v
		d.useAll(o, v, 1)
		d.queue(i)
	}
	return nil
}

// handles gathers the handles of a value. The result is valid until the next call.
func (d *dense[K, R, O, V]) handles(o O, v V) []Handle {
	d.uses = d.uses[:0]
	d.Handles(o, v, d.collect)
	return d.uses
}

// handlesAside does the same while the result of handles is in use.
func (d *dense[K, R, O, V]) handlesAside(o O, v V) []Handle {
	d.uses, d.aside = d.aside, d.uses
	list := d.handles(o, v)
	d.uses, d.aside = d.aside, d.uses
	return list
}

func (d *dense[K, R, O, V]) useAll(o O, v V, n int32) {
	for _, h := range d.handles(o, v) {
		d.e.handles.use(d.e, h, n)
	}
}

// row takes one change.
func (d *dense[K, R, O, V]) row(c *db.Change) {
	if c.Gone {
		d.good(c.Key)
		k, err := d.typed.DecodeKey(c.Key)
		if err != nil {
			return
		}
		if o, err := d.Object(k); err == nil {
			d.unwant(o)
		}
		return
	}
	if err := d.typed.DecodeTo(&d.rowKey, &d.rowValue, c.Key, c.Fields); err != nil {
		if k, kerr := d.typed.DecodeKey(c.Key); kerr == nil {
			if o, oerr := d.Object(k); oerr == nil {
				d.unwant(o)
			}
		}
		d.bad(c.Key, err)
		return
	}
	k, r := d.rowKey, d.rowValue
	o, err := d.Object(k)
	if err != nil {
		d.bad(c.Key, err)
		return
	}
	v, ok, err := d.Value(k, r)
	if err != nil {
		d.bad(c.Key, err)
		d.unwant(o)
		return
	}
	if d.entries.Len() >= flat.Max {
		d.bad(c.Key, errors.New("finds no room: there are 16 million rows"))
		return
	}
	d.good(c.Key)
	if !ok {
		d.unwant(o)
		return
	}
	d.wanted(o, v)
}

// wanted makes v what a row wants of o.
func (d *dense[K, R, O, V]) wanted(o O, v V) {
	i := d.put(o)
	en := d.at(i)
	en.flags = en.flags&^entryListed | d.listing
	had := en.flags&wantedEntry != 0
	en.flags |= entryRow
	if had && en.want == v {
		d.again(i, en)
		return
	}
	d.useAll(o, v, 1)
	if had {
		d.useAll(o, en.want, -1)
	}
	en.want = v
	d.readers.changed(d.e, o)
	d.forgive(i, en)
	d.queue(i)
}

// again is a row that came once more without a change: it is answered, and what was refused is tried again.
func (d *dense[K, R, O, V]) again(i uint32, en *entry[O, V]) {
	if d.e.troubled > 0 {
		d.forgiveSet(en)
	}
	if en.flags&entryTrouble != 0 {
		d.forgive(i, en)
		d.queue(i)
		return
	}
	if en.flags&(entryExists|entryForeign|entryQueued|entryFlight|entryShadow) == entryExists && en.want == en.have {
		d.done(en.object, en.want, Update, nil)
	}
}

// forgiveSet has what a set wants tried again.
func (d *dense[K, R, O, V]) forgiveSet(en *entry[O, V]) {
	for _, h := range d.handles(en.object, en.want) {
		if x := d.e.handles.get(h); x != nil && x.set != nil {
			for i := range x.set.contribs {
				d.e.forgive(x.set.contribs[i].node)
			}
		}
	}
}

// unwant takes a row's wish back. An object with a floor falls to it.
func (d *dense[K, R, O, V]) unwant(o O) {
	i, known := d.find(o)
	if !known {
		return
	}
	en := d.at(i)
	if en.flags&entryRow == 0 {
		return
	}
	en.flags &^= entryRow
	v, floor := d.Floor[o]
	if floor {
		d.useAll(o, v, 1)
	}
	d.useAll(o, en.want, -1)
	if floor {
		en.want = v
	}
	d.readers.changed(d.e, o)
	d.forgive(i, en)
	d.queue(i)
}

// queue has an entry looked at before the next operations. Removals come before everything else.
func (d *dense[K, R, O, V]) queue(i uint32) {
	en := d.at(i)
	if en.flags&entryQueued != 0 {
		return
	}
	en.flags |= entryQueued
	if en.flags&wantedEntry == 0 {
		d.removeQ = append(d.removeQ, i)
	} else {
		d.setQ = append(d.setQ, i)
	}
}

func (d *dense[K, R, O, V]) wake(i uint32) {
	if en := d.at(i); en.flags&entryUsed != 0 {
		en.parked = 0
		d.queue(i)
	}
}

// beginListing has all rows count as not listed. After a listing that was broken off some carry the new mark already.
func (d *dense[K, R, O, V]) beginListing() {
	d.listing ^= entryListed
	if d.inListing {
		for _, en := range d.all {
			en.flags = en.flags&^entryListed | (d.listing ^ entryListed)
		}
		for key := range d.malformed {
			d.malformed[key] = d.listing ^ entryListed
		}
	}
	d.inListing = true
}

// endListing takes back what rows wanted, and what was said of them, that the listing left out.
func (d *dense[K, R, O, V]) endListing() {
	d.inListing = false
	for _, en := range d.all {
		if en.flags&entryRow != 0 && en.flags&entryListed != d.listing {
			d.unwant(en.object)
		}
	}
	for key, listed := range d.malformed {
		if listed != d.listing {
			d.good(key)
		}
	}
}

// prune has what was found and nobody wants removed.
func (d *dense[K, R, O, V]) prune() {
	for i := range d.foreign {
		d.queue(i)
	}
}

func (d *dense[K, R, O, V]) bad(key string, err error) {
	text := d.table.text(key)
	s := Status{Object: text, State: Quarantined, Table: d.table.schema.Name, Key: strings.Clone(key), Reason: err.Error(), Owners: []string{text}}
	var f *db.FieldError
	if errors.As(err, &f) {
		s.Field, s.Value, s.Reason = f.Field, strings.Clone(f.Value), f.Reason
	}
	d.malformed[s.Key] = d.listing
	d.e.rowBad(text, d, s)
}

func (d *dense[K, R, O, V]) good(key string) {
	if _, bad := d.malformed[key]; bad {
		delete(d.malformed, key)
		d.e.rowGood(d.table.text(key), d)
	}
}

// done collects what Done is to get.
func (d *dense[K, R, O, V]) done(o O, v V, verb Verb, err error) {
	if d.Done != nil {
		d.results = append(d.results, Result[O, V]{o, v, verb, err})
	}
}

// report gives Done its results and its output to the sinks.
func (d *dense[K, R, O, V]) report() bool {
	if len(d.results) == 0 {
		return false
	}
	d.e.output(d.Done(d.results))
	d.results = slices.Delete(d.results, 0, len(d.results))
	return true
}
