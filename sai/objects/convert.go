package objects

import (
	"errors"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// IfExists is a reference that nothing waits for and nothing holds: an attribute of a flush of the FDB, which has nothing to flush where the
// object is not.
type IfExists struct{ Key engine.Key }

func (r IfExists) String() string { return r.Key.String() + ", if there is one" }

// errNothing is the error of an IfExists without an object.
var errNothing = errors.New("there is no such object")

// object is what SAI calls the object of a key: an entry, or its OID (required if it must exist already).
func (t *Target) object(ot sai.ObjectType, k engine.Key, existing bool) (sai.Object, error) {
	o := sai.Object{Type: ot}
	switch k := k.(type) {
	case sai.RouteEntryKey:
		vr, err := t.oid(k.VirtualRouter)
		o.Entry = sai.RouteEntry{Switch: t.sw, VirtualRouter: vr, Destination: k.Destination}
		return o, err
	case sai.NeighborEntryKey:
		rif, err := t.oid(k.RouterInterface)
		o.Entry = sai.NeighborEntry{Switch: t.sw, RouterInterface: rif, IP: k.IP}
		return o, err
	case sai.FdbEntryKey:
		vlan, err := t.oid(k.Vlan)
		o.Entry = sai.FdbEntry{Switch: t.sw, BV: vlan, MAC: k.MAC}
		return o, err
	}
	if sai.IsEntry(ot) {
		return o, fmt.Errorf("%s: no entry form", k)
	}
	if !existing {
		return o, nil
	}
	oid, err := t.oid(k)
	o.OID = oid
	return o, err
}

func (t *Target) oid(k engine.Key) (sai.OID, error) {
	if _, ok := k.(sai.SwitchKey); ok {
		return t.sw, nil
	}
	oid, ok := t.registry.OID(k)
	if !ok {
		return 0, fmt.Errorf("%s has no object id", k)
	}
	return oid, nil
}

// appendAttributes appends the operation's attributes in SAI's form to the buffer; for a creation those that the key implies come first, unless
// they are wanted explicitly.
func (t *Target) appendAttributes(ot sai.ObjectType, k engine.Key, attrs []engine.AttrValue, creation bool) error {
	meta := ot.Meta()
	if creation && !sai.IsEntry(ot) {
		if sk, ok := k.(sai.Key); ok {
			for _, a := range sk.Implied() {
				if has(attrs, a.ID) {
					continue
				}
				if err := t.appendAttribute(meta, a); err != nil {
					return err
				}
			}
		}
	}
	for _, a := range attrs {
		if err := t.appendAttribute(meta, a); err != nil {
			return err
		}
	}
	return nil
}

func (t *Target) appendAttribute(meta *sai.ObjectMeta, a engine.AttrValue) error {
	m := meta.Attr(a.ID)
	if m == nil {
		return fmt.Errorf("%s has no attribute %d", meta.Type, a.ID)
	}
	v := a.Value
	switch x := v.(type) {
	case nil:
		v = nothing(m)
	case IfExists:
		oid, ok := t.registry.OID(x.Key)
		if !ok {
			return errNothing
		}
		v = oid
	case engine.Key:
		oid, err := t.oid(x)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		v = inAcl(m, oid)
	case sai.KeyList:
		list := make(sai.ObjectList, len(x))
		for i, k := range x {
			oid, err := t.oid(k)
			if err != nil {
				return fmt.Errorf("%s: %w", m.Name, err)
			}
			list[i] = oid
		}
		v = listInAcl(m, list)
	}
	t.buf.attrs = append(t.buf.attrs, sai.Attribute{Meta: m, Value: v})
	return nil
}

func has(attrs []engine.AttrValue, id uint16) bool {
	for i := range attrs {
		if attrs[i].ID == id {
			return true
		}
	}
	return false
}
