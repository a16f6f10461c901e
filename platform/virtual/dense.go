package virtual

import (
	"github.com/hypersonic-nos/hypersonic/engine/flat"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// layout says how entries E are kept: by key K, with values V, both flat and without pointers, so that a million of them cost the garbage
// collector nothing. Attributes that a layout does not know are rare and kept aside.
type layout[E sai.Entry, K comparable, V any] interface {
	objectType() sai.ObjectType
	// parts gives the switch of an entry and the one object that it refers to.
	parts(e E) (sw, parent sai.OID)
	// key turns an entry into what it is kept by; false if it is malformed.
	key(e E) (K, bool)
	// entry reverses key.
	entry(k K, base, sw sai.OID) E
	// initial is the value before any attribute.
	initial(a *ASIC) V
	// put gives v with an attribute changed; false if the layout does not know it.
	put(v V, id uint16, value any) (V, bool)
	get(k K, v V, id uint16) (any, bool)
	// ref gives the object that the value refers to, or null.
	ref(v V) sai.OID
	// show puts the value where a data plane looks for it.
	show(c *Change, v V)
	// table is where the entry takes a place.
	table(k K) uint16
}

// dense holds the entries of a type.
type dense[E sai.Entry, K comparable, V any, L layout[E, K, V]] struct {
	layout L
	rows   *flat.Table[K, row[K, V]]
	rare   map[K][]sai.Attribute
}

// row is an entry as it is kept.
type row[K comparable, V any] struct {
	key   K
	value V
}

func (d *dense[E, K, V, L]) clear() {
	d.rows, d.rare = flat.New(func(r *row[K, V]) K { return r.key }), map[K][]sai.Attribute{}
}

// find gives the number of an entry that exists, and its row, which holds until another entry comes or goes.
func (d *dense[E, K, V, L]) find(a *ASIC, e sai.Entry) (i uint32, r *row[K, V], ok bool) {
	entry, ok := e.(E)
	if !ok || a.sw == nil {
		return 0, nil, false
	}
	if sw, _ := d.layout.parts(entry); sw != a.sw.id.OID {
		return 0, nil, false
	}
	k, ok := d.layout.key(entry)
	if !ok {
		return 0, nil, false
	}
	if i, ok = d.rows.Find(k); ok {
		r = d.rows.At(i)
	}
	return i, r, ok
}

func (d *dense[E, K, V, L]) create(a *ASIC, r *sai.CreateRequest) sai.Status {
	if a.sw == nil {
		return sai.StatusUninitialized
	}
	m := d.layout.objectType().Meta()
	entry, ok := r.Object.Entry.(E)
	if !ok {
		return sai.StatusInvalidParameter
	}
	sw, parent := d.layout.parts(entry)
	if st := a.checkEntry(m, a.sw.id.OID, sw, parent); st != sai.StatusSuccess {
		return st
	}
	k, ok := d.layout.key(entry)
	if !ok {
		return sai.StatusInvalidParameter
	}
	if _, exists := d.rows.Find(k); exists {
		return sai.StatusItemAlreadyExists
	}
	if st := a.checker().Create(m.Type, r.Attrs); st != sai.StatusSuccess {
		return st
	}
	if a.full(m.Type, d.layout.table(k)) {
		return sai.StatusInsufficientResources
	}
	d.insert(a, parent, k, r.Attrs)
	return sai.StatusSuccess
}

// insert stores an entry that was found to be right.
func (d *dense[E, K, V, L]) insert(a *ASIC, parent sai.OID, k K, attrs []sai.Attribute) {
	v := d.layout.initial(a)
	for i := range attrs {
		var known bool
		if v, known = d.layout.put(v, attrs[i].Meta.ID, attrs[i].Value); !known {
			d.putRare(a, k, attrs[i].Meta, own(attrs[i].Value))
		}
	}
	d.rows.Put(k, row[K, V]{k, v})
	a.use(d.layout.ref(v), +1)
	a.used[d.layout.table(k)]++
	a.use(parent, +1)
	d.note(a, Created, k, v)
}

// note remembers a change for the data plane.
func (d *dense[E, K, V, L]) note(a *ASIC, verb Verb, k K, v V) {
	if a.cfg.Plane == nil {
		return
	}
	c := Change{Verb: verb, Object: sai.Object{Type: d.layout.objectType(), Entry: d.layout.entry(k, a.base, a.sw.id.OID)}}
	d.layout.show(&c, v)
	a.changes = append(a.changes, c)
}

func (d *dense[E, K, V, L]) remove(a *ASIC, e sai.Entry) sai.Status {
	i, _, ok := d.find(a, e)
	if !ok {
		return sai.StatusItemNotFound
	}
	d.erase(a, i)
	return sai.StatusSuccess
}

func (d *dense[E, K, V, L]) erase(a *ASIC, i uint32) {
	r := d.rows.At(i)
	k, v := r.key, r.value
	d.rows.Drop(i)
	if rare, ok := d.rare[k]; ok {
		for _, attr := range rare {
			a.useAll(attr.Value, -1)
		}
		delete(d.rare, k)
	}
	a.use(d.layout.ref(v), -1)
	a.used[d.layout.table(k)]--
	_, parent := d.layout.parts(d.layout.entry(k, a.base, 0))
	a.use(parent, -1)
	d.note(a, Removed, k, v)
}

func (d *dense[E, K, V, L]) set(a *ASIC, r *sai.SetRequest) sai.Status {
	_, x, ok := d.find(a, r.Object.Entry)
	if !ok {
		return sai.StatusItemNotFound
	}
	if st := a.checker().Set(d.layout.objectType(), r.Attr); st != sai.StatusSuccess {
		return st
	}
	before := d.layout.ref(x.value)
	v, known := d.layout.put(x.value, r.Attr.Meta.ID, r.Attr.Value)
	if !known {
		d.putRare(a, x.key, r.Attr.Meta, own(r.Attr.Value))
		return sai.StatusSuccess
	}
	x.value = v
	if after := d.layout.ref(v); after != before {
		a.use(before, -1)
		a.use(after, +1)
	}
	d.note(a, Changed, x.key, v)
	return sai.StatusSuccess
}

func (d *dense[E, K, V, L]) putRare(a *ASIC, k K, m *sai.AttrMeta, v any) {
	a.useAll(v, +1)
	rare := d.rare[k]
	for i := range rare {
		if rare[i].Meta == m {
			a.useAll(rare[i].Value, -1)
			rare[i].Value = v
			return
		}
	}
	d.rare[k] = append(rare, sai.Attribute{Meta: m, Value: v})
}

// get gives an attribute that was given or is computed.
func (d *dense[E, K, V, L]) get(k K, v V, id uint16) (any, bool) {
	if value, ok := d.layout.get(k, v, id); ok {
		return value, true
	}
	for _, attr := range d.rare[k] {
		if attr.Meta.ID == id {
			return attr.Value, true
		}
	}
	return nil, false
}

// list gives all entries, in no order, with the attributes that are kept of them.
func (d *dense[E, K, V, L]) list(a *ASIC) []listed {
	m := d.layout.objectType().Meta()
	all := make([]listed, 0, d.rows.Len())
	for _, r := range d.rows.All {
		k, v := r.key, r.value
		l := listed{object: sai.Object{Type: m.Type, Entry: d.layout.entry(k, a.base, a.sw.id.OID)}}
		for i := range m.Attrs {
			if m.Attrs[i].Is(sai.ReadOnly) {
				continue
			}
			if value, ok := d.get(k, v, m.Attrs[i].ID); ok {
				l.attrs = append(l.attrs, sai.Attribute{Meta: &m.Attrs[i], Value: own(value)})
			}
		}
		all = append(all, l)
	}
	return all
}

func (s *store) useAll(v any, by int) {
	references(v, func(oid sai.OID) { s.use(oid, by) })
}
