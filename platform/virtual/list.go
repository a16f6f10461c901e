package virtual

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// listed is an object as List tells of it.
type listed struct {
	object sai.Object
	attrs  []sai.Attribute
}

// List yields the objects of a type, default objects included, with the attributes that are kept of them: those that were given, and
// those that the switch gave itself. OID objects come in the order of their ids, routes, neighbours and FDB entries in none. What yield
// sees is a copy of one moment, so it may call the ASIC.
func (a *ASIC) List(ctx context.Context, t sai.ObjectType, yield func(o sai.Object, attrs []sai.Attribute) error) error {
	for _, l := range a.snapshot(t) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := yield(l.object, l.attrs); err != nil {
			return err
		}
	}
	return nil
}

func (a *ASIC) snapshot(t sai.ObjectType) []listed {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sw == nil {
		return nil
	}
	switch t {
	case sai.ObjectTypeRouteEntry:
		return a.routes.list(a)
	case sai.ObjectTypeNeighborEntry:
		return a.neighbors.list(a)
	case sai.ObjectTypeFdbEntry:
		return a.fdb.list(a)
	}
	var all []listed
	for _, o := range a.of(t) {
		l := listed{object: o.id}
		for _, attr := range o.attrs {
			l.attrs = append(l.attrs, sai.Attribute{Meta: attr.Meta, Value: own(attr.Value)})
		}
		all = append(all, l)
	}
	return all
}
