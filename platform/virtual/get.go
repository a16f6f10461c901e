package virtual

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Get implements sai.API.
func (a *ASIC) Get(_ context.Context, t sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	a.mu.Lock()
	defer a.mu.Unlock()
	results := make([]sai.GetResult, len(r))
	for i := range r {
		results[i] = a.get(t, &r[i])
	}
	return results
}

func (a *ASIC) get(t sai.ObjectType, r *sai.GetRequest) sai.GetResult {
	if r.Object.Type != t {
		return sai.GetResult{Status: sai.StatusInvalidObjectType}
	}
	read, ok := a.reader(r.Object)
	if !ok {
		return sai.GetResult{Status: sai.StatusItemNotFound}
	}
	if st := a.checker().Get(t, r.Attrs); st != sai.StatusSuccess {
		return sai.GetResult{Status: st}
	}
	result := sai.GetResult{Attrs: make([]sai.Attribute, len(r.Attrs))}
	for i, want := range r.Attrs {
		v, st := read(want.Meta)
		if st != sai.StatusSuccess {
			return sai.GetResult{Status: st}
		}
		if n, ok := length(v); ok && want.Value != nil {
			if room, ok := length(want.Value); ok && n > room {
				v, result.Status = sai.Count(n), sai.StatusBufferOverflow
			}
		}
		result.Attrs[i] = sai.Attribute{Meta: want.Meta, Value: v}
	}
	return result
}

// reader finds an object, and gives what reads its attributes.
func (a *ASIC) reader(id sai.Object) (func(*sai.AttrMeta) (any, sai.Status), bool) {
	switch id.Type {
	case sai.ObjectTypeRouteEntry:
		return denseReader(&a.routes, a, id.Entry)
	case sai.ObjectTypeNeighborEntry:
		return denseReader(&a.neighbors, a, id.Entry)
	case sai.ObjectTypeFdbEntry:
		return denseReader(&a.fdb, a, id.Entry)
	}
	o, ok := a.find(id)
	return func(m *sai.AttrMeta) (any, sai.Status) { return a.read(o, m) }, ok
}

func denseReader[E sai.Entry, K comparable, V any, L layout[E, K, V]](
	d *dense[E, K, V, L], a *ASIC, e sai.Entry,
) (func(*sai.AttrMeta) (any, sai.Status), bool) {
	_, r, ok := d.find(a, e)
	if !ok {
		return nil, false
	}
	x := *r
	return func(m *sai.AttrMeta) (any, sai.Status) {
		if value, ok := d.get(x.key, x.value, m.ID); ok {
			return own(value), sai.StatusSuccess
		}
		return unset(m)
	}, true
}

// unset gives the value of an attribute that nobody gave. What SAI leaves to the vendor is not implemented, as in SONiC's virtual switch.
func unset(m *sai.AttrMeta) (any, sai.Status) {
	if v, ok := m.Default(); ok {
		return v, sai.StatusSuccess
	}
	return nil, sai.StatusNotImplemented
}

// read gives an attribute: what a unit test has put there, what follows from other objects, what was given, or the default.
func (a *ASIC) read(o *object, m *sai.AttrMeta) (any, sai.Status) {
	if v, ok := a.test.pins[pin{o.id.OID, m}]; ok {
		return own(v), sai.StatusSuccess
	}
	if v, ok := a.compute(o, m.ID); ok {
		return v, sai.StatusSuccess
	}
	if v, ok := o.attr(m.ID); ok {
		return own(v), sai.StatusSuccess
	}
	if v, ok := a.inherit(o, m.ID); ok {
		return v, sai.StatusSuccess
	}
	return unset(m)
}
