package virtual

import (
	"cmp"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// object is anything but a route, a neighbour or an FDB entry.
type object struct {
	id    sai.Object
	attrs []sai.Attribute // as given or set; in no order
	users int             // references from other objects' attributes, and from entries
	// owner of a queue, priority group, scheduler group or serdes is its port: they come and go with it, and references among the port and
	// what it owns do not count.
	owner *object
	owned []*object
}

func (o *object) root() *object {
	if o.owner != nil {
		return o.owner
	}
	return o
}

func (o *object) attr(id uint16) (any, bool) {
	for i := range o.attrs {
		if o.attrs[i].Meta.ID == id {
			return o.attrs[i].Value, true
		}
	}
	return nil, false
}

// put stores a value without looking at it or at references.
func (o *object) put(m *sai.AttrMeta, v any) {
	for i := range o.attrs {
		if o.attrs[i].Meta == m {
			o.attrs[i].Value = v
			return
		}
	}
	o.attrs = append(o.attrs, sai.Attribute{Meta: m, Value: v})
}

// oid gives the reference in an attribute, 0 if there is none.
func (o *object) oid(id uint16) sai.OID {
	v, _ := o.attr(id)
	oid, _ := v.(sai.OID)
	return oid
}

// value gives an attribute as a T: stored, or SAI's default; else the zero value.
func value[T any](o *object, id uint16) T {
	v, ok := o.attr(id)
	if !ok {
		v, _ = o.id.Type.Meta().Attr(id).Default()
	}
	t, _ := v.(T)
	return t
}

// store holds objects by id and by type.
type store struct {
	oids    map[sai.OID]*object
	entries map[sai.Entry]*object
	byType  map[sai.ObjectType]map[*object]struct{}
	unique  map[uniqueKey]*object
	next    map[sai.ObjectType]uint64 // the next index of a RID
	base    sai.OID
}

func newStore(base sai.OID) store {
	return store{
		oids:    map[sai.OID]*object{},
		entries: map[sai.Entry]*object{},
		byType:  map[sai.ObjectType]map[*object]struct{}{},
		unique:  map[uniqueKey]*object{},
		next:    map[sai.ObjectType]uint64{},
		base:    base,
	}
}

// newOID assigns an id; indexes are never used again.
func (s *store) newOID(t sai.ObjectType) sai.OID {
	i := s.next[t]
	s.next[t] = i + 1
	return s.base | sai.OID(uint64(t)<<ridTypeShift|i&ridIndexMask)
}

func (s *store) add(o *object) {
	if o.id.Entry != nil {
		s.entries[o.id.Entry] = o
	} else {
		s.oids[o.id.OID] = o
	}
	of := s.byType[o.id.Type]
	if of == nil {
		of = map[*object]struct{}{}
		s.byType[o.id.Type] = of
	}
	of[o] = struct{}{}
	if k, ok := uniqueKeyOf(o); ok {
		s.unique[k] = o
	}
}

func (s *store) drop(o *object) {
	if o.id.Entry != nil {
		delete(s.entries, o.id.Entry)
	} else {
		delete(s.oids, o.id.OID)
	}
	delete(s.byType[o.id.Type], o)
	if k, ok := uniqueKeyOf(o); ok {
		delete(s.unique, k)
	}
}

func (s *store) find(id sai.Object) (*object, bool) {
	var o *object
	if id.Entry != nil {
		o = s.entries[id.Entry]
	} else {
		o = s.oids[id.OID]
	}
	return o, o != nil && o.id.Type == id.Type
}

// of lists the objects of a type in the order of their ids, which is that of their creation.
func (s *store) of(t sai.ObjectType) []*object {
	all := make([]*object, 0, len(s.byType[t]))
	for o := range s.byType[t] {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b *object) int {
		if a.id.Entry != nil {
			return cmp.Compare(a.id.String(), b.id.String())
		}
		return cmp.Compare(a.id.OID, b.id.OID)
	})
	return all
}

// referring lists the ids of the objects of type t whose attribute refers to oid.
func (s *store) referring(t sai.ObjectType, attr uint16, oid sai.OID) sai.ObjectList {
	var found sai.ObjectList
	for o := range s.byType[t] {
		if o.oid(attr) == oid {
			found = append(found, o.id.OID)
		}
	}
	slices.Sort(found)
	return found
}
