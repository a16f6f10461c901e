package objects

import (
	"context"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// Lister lists the objects of a type with the attributes that were given to them, in bounded batches.
type Lister interface {
	List(ctx context.Context, t sai.ObjectType, yield func(o sai.Object, attrs []sai.Attribute) error) error
}

// Adoption finds what exists in the ASIC, by the natural keys that Names kept. Objects without a name are not orchagent's: what the switch made
// for itself (queues, hashes) and addresses that it learned.
type Adoption struct {
	*Target
	Lister    Lister
	Permanent map[engine.Key]bool
}

// Adopt implements engine.Adopter.
func (a *Adoption) Adopt(ctx context.Context, kinds []*engine.Kind) ([]engine.Actual, error) {
	var out []engine.Actual
	for _, k := range kinds {
		t, err := sai.ParseObjectType(k.Name)
		if err != nil {
			return nil, fmt.Errorf("adoption: %w", err)
		}
		from := len(out)
		err = a.Lister.List(ctx, t, func(o sai.Object, attrs []sai.Attribute) error {
			if found, ok := a.actual(o, attrs); ok {
				out = append(out, found)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("adoption of %s: %w", t, err)
		}
		if t == sai.ObjectTypePort {
			a.readLanes(ctx, out[from:])
		}
	}
	return out, nil
}

// actual names a listed object; false if it is none of orchagent's.
func (a *Adoption) actual(o sai.Object, attrs []sai.Attribute) (engine.Actual, bool) {
	k, ok := a.keyOf(o, attrs)
	if !ok {
		return engine.Actual{}, false
	}
	found := engine.Actual{Key: k, Permanent: a.Permanent[k]}
	var implied []engine.AttrValue
	if sk, ok := k.(sai.Key); ok && o.Entry == nil {
		implied = sk.Implied()
	}
	for _, at := range attrs {
		if !has(implied, at.Meta.ID) {
			found.Attrs = append(found.Attrs, engine.AttrValue{ID: at.Meta.ID, Value: a.value(at)})
		}
	}
	return found, true
}

func (a *Adoption) keyOf(o sai.Object, attrs []sai.Attribute) (engine.Key, bool) {
	switch e := o.Entry.(type) {
	case nil:
		if o.OID == a.sw {
			return sai.SwitchKey{}, true
		}
		return a.registry.Key(o.OID)
	case sai.RouteEntry:
		vr, ok := named[sai.VirtualRouterKey](a.registry, e.VirtualRouter)
		return sai.RouteEntryKey{VirtualRouter: vr, Destination: e.Destination}, ok
	case sai.NeighborEntry:
		rif, ok := named[sai.RouterInterfaceKey](a.registry, e.RouterInterface)
		return sai.NeighborEntryKey{RouterInterface: rif, IP: e.IP}, ok
	case sai.FdbEntry:
		for _, at := range attrs {
			if at.Meta.ID == sai.FdbEntryAttrType && at.Value == any(sai.FdbEntryTypeDynamic) {
				return nil, false // learned, not wanted by anybody
			}
		}
		vlan, ok := named[sai.VlanKey](a.registry, e.BV)
		return sai.FdbEntryKey{Vlan: vlan, MAC: e.MAC}, ok
	}
	return nil, false
}

func named[K engine.Key](r *Registry, oid sai.OID) (K, bool) {
	k, _ := r.Key(oid)
	out, ok := k.(K)
	return out, ok
}

// value turns an attribute into the engine's terms: references by name. An OID without a name stays an OID, which equals no wanted value.
func (a *Adoption) value(at sai.Attribute) any {
	switch v := outOfAcl(at.Value).(type) {
	case sai.OID:
		if v == 0 {
			return nil
		}
		if k, ok := a.registry.Key(v); ok {
			return k
		}
	case sai.ObjectList:
		keys := make(sai.KeyList, len(v))
		for i, oid := range v {
			k, ok := a.registry.Key(oid)
			if !ok {
				return v
			}
			keys[i] = k
		}
		return keys
	}
	return at.Value
}

// readLanes asks the ASIC for the lanes of ports that it made itself: ASIC_STATE does not tell them, and they are create-only.
func (a *Adoption) readLanes(ctx context.Context, ports []engine.Actual) {
	lanes := sai.ObjectTypePort.Meta().Attr(sai.PortAttrHwLaneList)
	var requests []sai.GetRequest
	var of []int
	for i := range ports {
		oid, ok := a.registry.OID(ports[i].Key)
		if ok && !ports[i].Permanent && !has(ports[i].Attrs, sai.PortAttrHwLaneList) {
			requests = append(requests, sai.GetRequest{Object: sai.Object{Type: sai.ObjectTypePort, OID: oid}, Attrs: []sai.Attribute{{Meta: lanes}}})
			of = append(of, i)
		}
	}
	if len(requests) == 0 {
		return
	}
	for j, r := range a.api.Get(ctx, sai.ObjectTypePort, requests) {
		if r.Status == sai.StatusSuccess {
			ports[of[j]].Attrs = append(ports[of[j]].Attrs, engine.AttrValue{ID: sai.PortAttrHwLaneList, Value: r.Attrs[0].Value})
		}
	}
}
