// Package validate checks SAI calls against SAI's metadata, so that a mistake is refused alike by every ASIC behind it: unknown and
// repeated attributes, missing mandatory ones, writes to what is fixed or read-only, values of the wrong type or range, and references to
// the wrong type of object. It keeps no objects; whether a reference exists is the ASIC's to know.
package validate

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// The VLAN ids that SAI allows.
const (
	minVlan = 1
	maxVlan = 4094
)

// Checker checks calls. TypeOf tells the type of the object behind an OID, or 0 if that is unknown; with a nil TypeOf, references are
// not checked. sai.OID.VIDType serves for VIDs. Who knows all objects there are sets Closed: references to others are refused.
type Checker struct {
	TypeOf func(sai.OID) sai.ObjectType
	Closed bool
}

// Create checks the attributes of a creation.
func (c Checker) Create(t sai.ObjectType, attrs []sai.Attribute) sai.Status {
	m := t.Meta()
	if m == nil {
		return sai.StatusInvalidObjectType
	}
	get := func(id uint16) (any, bool) {
		for i := range attrs {
			if attrs[i].Meta != nil && attrs[i].Meta.ID == id {
				return attrs[i].Value, true
			}
		}
		return nil, false
	}
	for i, a := range attrs {
		if s := known(t, a.Meta, i); s != sai.StatusSuccess {
			return s
		}
		if a.Meta.Is(sai.ReadOnly) || repeated(attrs[:i], a.Meta) {
			return sai.StatusInvalidAttribute0.At(i)
		}
		if a.Meta.Is(sai.Mandatory) && !a.Meta.Condition.Holds(m, get) {
			return sai.StatusInvalidAttribute0.At(i)
		}
		if s := c.value(a, i); s != sai.StatusSuccess {
			return s
		}
	}
	if len(m.Missing(get)) > 0 {
		return sai.StatusMandatoryAttributeMissing
	}
	return sai.StatusSuccess
}

// Set checks a change of one attribute.
func (c Checker) Set(t sai.ObjectType, a sai.Attribute) sai.Status {
	if s := known(t, a.Meta, 0); s != sai.StatusSuccess {
		return s
	}
	if !a.Meta.Is(sai.CreateAndSet) {
		return sai.StatusInvalidAttribute0
	}
	return c.value(a, 0)
}

// Get checks the attributes that are asked for.
func (c Checker) Get(t sai.ObjectType, attrs []sai.Attribute) sai.Status {
	for i, a := range attrs {
		if s := known(t, a.Meta, i); s != sai.StatusSuccess {
			return s
		}
	}
	return sai.StatusSuccess
}

// Object checks that an object is identified as its type is: by an entry, or by an OID. A creation may leave the OID to the ASIC.
func (c Checker) Object(t sai.ObjectType, o sai.Object, create bool) sai.Status {
	switch {
	case t.Meta() == nil || o.Type != t:
		return sai.StatusInvalidObjectType
	case sai.IsEntry(t) && (o.Entry == nil || o.Entry.ObjectType() != t):
		return sai.StatusInvalidParameter
	case !sai.IsEntry(t) && (o.Entry != nil || o.OID == 0 && !create):
		return sai.StatusInvalidObjectID
	}
	return sai.StatusSuccess
}

func known(t sai.ObjectType, m *sai.AttrMeta, i int) sai.Status {
	if m == nil || m.Object != t {
		return sai.StatusUnknownAttribute0.At(i)
	}
	return sai.StatusSuccess
}

func repeated(before []sai.Attribute, m *sai.AttrMeta) bool {
	for i := range before {
		if before[i].Meta == m {
			return true
		}
	}
	return false
}

// value checks the value of the i-th attribute of a call.
func (c Checker) value(a sai.Attribute, i int) sai.Status {
	if !a.Meta.Fits(a.Value) {
		return sai.StatusInvalidAttrValue0.At(i)
	}
	if id, ok := a.Value.(uint16); ok && a.Meta.Is(sai.IsVlan) && (id < minVlan || id > maxVlan) {
		return sai.StatusInvalidVlanID
	}
	if !a.Meta.Type.HasOIDs() {
		return sai.StatusSuccess
	}
	good := true
	switch o, one := a.Value.(sai.OID); {
	case a.Value == nil || one && o == 0:
		good = a.Meta.Is(sai.AllowNull) || a.Meta.Is(sai.HasDefault)
	case one: // by far the most frequent
		good = c.reference(a.Meta, o)
	default:
		sai.EachOID(a.Value, func(o sai.OID) { good = good && c.reference(a.Meta, o) })
	}
	if !good {
		return sai.StatusInvalidAttrValue0.At(i)
	}
	return sai.StatusSuccess
}

// reference tells whether an attribute may refer to an object.
func (c Checker) reference(m *sai.AttrMeta, o sai.OID) bool {
	if c.TypeOf == nil || len(m.Objects) == 0 {
		return true
	}
	t := c.TypeOf(o)
	return t == 0 && !c.Closed || m.Allows(t)
}

// API passes on what is right and refuses the rest.
type API struct {
	sai.API
	Checker
}

var _ sai.API = (*API)(nil)

// Create implements sai.API.
func (a *API) Create(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	return sai.Partial(r, func(q *sai.CreateRequest) (sai.CreateResult, bool) {
		s := first(a.Object(t, q.Object, true), func() sai.Status { return a.Checker.Create(t, q.Attrs) })
		return sai.CreateResult{Status: s}, s != sai.StatusSuccess
	}, func(r []sai.CreateRequest) []sai.CreateResult { return a.API.Create(ctx, t, r) })
}

// Remove implements sai.API.
func (a *API) Remove(ctx context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	return sai.Partial(o, func(o *sai.Object) (sai.Status, bool) {
		s := a.Object(t, *o, false)
		return s, s != sai.StatusSuccess
	}, func(o []sai.Object) []sai.Status { return a.API.Remove(ctx, t, o) })
}

// Set implements sai.API.
func (a *API) Set(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) []sai.Status {
	return sai.Partial(r, func(q *sai.SetRequest) (sai.Status, bool) {
		s := first(a.Object(t, q.Object, false), func() sai.Status { return a.Checker.Set(t, q.Attr) })
		return s, s != sai.StatusSuccess
	}, func(r []sai.SetRequest) []sai.Status { return a.API.Set(ctx, t, r) })
}

// Get implements sai.API.
func (a *API) Get(ctx context.Context, t sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	return sai.Partial(r, func(q *sai.GetRequest) (sai.GetResult, bool) {
		s := first(a.Object(t, q.Object, false), func() sai.Status { return a.Checker.Get(t, q.Attrs) })
		return sai.GetResult{Status: s}, s != sai.StatusSuccess
	}, func(r []sai.GetRequest) []sai.GetResult { return a.API.Get(ctx, t, r) })
}

// first gives a failure, or what the next check finds.
func first(s sai.Status, then func() sai.Status) sai.Status {
	if s != sai.StatusSuccess {
		return s
	}
	return then()
}
