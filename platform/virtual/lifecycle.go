package virtual

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// createObject makes an object of the generic store.
func (a *ASIC) createObject(ctx context.Context, t sai.ObjectType, r *sai.CreateRequest) (sai.OID, sai.Status) {
	m := t.Meta()
	if m == nil || t == sai.ObjectTypeFdbFlush {
		return 0, sai.StatusInvalidObjectType
	}
	if a.sw == nil {
		return 0, sai.StatusUninitialized
	}
	o := &object{id: sai.Object{Type: t, Entry: r.Object.Entry}}
	if m.IsEntry() {
		if r.Object.Entry == nil || r.Object.Entry.ObjectType() != t {
			return 0, sai.StatusInvalidParameter
		}
		inEntry, refs := entryParts(r.Object.Entry)
		if st := a.checkEntry(m, a.sw.id.OID, inEntry, refs...); st != sai.StatusSuccess {
			return 0, st
		}
		if _, exists := a.find(o.id); exists {
			return 0, sai.StatusItemAlreadyExists
		}
	} else if r.Object.Entry != nil {
		return 0, sai.StatusInvalidParameter
	}
	if st := a.checker().Create(m.Type, r.Attrs); st != sai.StatusSuccess {
		return 0, st
	}
	if st := a.accepts(r.Attrs...); st != sai.StatusSuccess {
		return 0, st
	}
	for _, attr := range r.Attrs {
		o.attrs = append(o.attrs, sai.Attribute{Meta: attr.Meta, Value: own(attr.Value)})
	}
	if k, ok := uniqueKeyOf(o); ok && a.unique[k] != nil {
		return 0, sai.StatusItemAlreadyExists
	}
	if a.full(t, tableOf(o)) {
		return 0, sai.StatusInsufficientResources
	}
	if t == sai.ObjectTypePort {
		if st := a.ports.check(o, r.Attrs); st != sai.StatusSuccess {
			return 0, st
		}
	}
	if t == sai.ObjectTypeHostif {
		if st := a.createHostif(ctx, o); st != sai.StatusSuccess {
			return 0, st
		}
	}
	if !m.IsEntry() {
		o.id.OID = a.newOID(t)
	}
	a.insert(o)
	a.created(ctx, o)
	return o.id.OID, sai.StatusSuccess
}

// created does what else an object brings.
func (a *ASIC) created(ctx context.Context, o *object) {
	switch o.id.Type {
	case sai.ObjectTypePort:
		a.portCreated(ctx, o)
	case sai.ObjectTypeHostif:
		a.hostifCreated(ctx, o)
	}
}

// insert stores an object whose attributes are complete.
func (a *ASIC) insert(o *object) {
	a.add(o)
	a.holdAll(o, +1)
	a.count(tableOf(o), +1)
	a.note(Created, o, o.attrs)
}

// erase takes an object away.
func (a *ASIC) erase(o *object) {
	a.drop(o)
	a.holdAll(o, -1)
	a.count(tableOf(o), -1)
	delete(a.stats, o.id.OID)
	a.test.forget(o.id.OID)
	a.note(Removed, o, o.attrs)
}

func (a *ASIC) removeObject(ctx context.Context, id sai.Object) sai.Status {
	o, ok := a.find(id)
	if !ok {
		return sai.StatusItemNotFound
	}
	if o == a.sw {
		return a.removeSwitch(ctx)
	}
	if o.users > 0 || o.owner != nil && o.id.Type != sai.ObjectTypePortSerdes {
		return sai.StatusObjectInUse
	}
	for _, child := range o.owned {
		if child.users > 0 {
			return sai.StatusObjectInUse
		}
	}
	switch o.id.Type {
	case sai.ObjectTypePort:
		a.portRemoved(ctx, o)
	case sai.ObjectTypeHostif:
		a.hostifRemoved(ctx, o)
	}
	for _, child := range o.owned {
		a.erase(child)
	}
	a.disown(o)
	a.erase(o)
	return sai.StatusSuccess
}

// disown takes an object that may go before its owner off the owner's list.
func (a *ASIC) disown(o *object) {
	if o.owner == nil {
		return
	}
	kept := o.owner.owned[:0]
	for _, child := range o.owner.owned {
		if child != o {
			kept = append(kept, child)
		}
	}
	o.owner.owned = kept
}

func (a *ASIC) setObject(ctx context.Context, r *sai.SetRequest) sai.Status {
	o, ok := a.find(r.Object)
	if !ok {
		return sai.StatusItemNotFound
	}
	if st := a.checker().Set(o.id.Type, r.Attr); st != sai.StatusSuccess {
		return st
	}
	if st := a.accepts(r.Attr); st != sai.StatusSuccess {
		return st
	}
	a.assign(o, r.Attr.Meta, own(r.Attr.Value))
	switch o.id.Type {
	case sai.ObjectTypePort:
		a.portSet(ctx, o, r.Attr)
	case sai.ObjectTypeHostif:
		a.hostifSet(ctx, o, r.Attr)
	}
	return sai.StatusSuccess
}

// assign stores a value and counts its references.
func (a *ASIC) assign(o *object, m *sai.AttrMeta, v any) {
	if old, ok := o.attr(m.ID); ok {
		a.hold(o, old, -1)
	}
	o.put(m, v)
	a.hold(o, v, +1)
	if a.cfg.Plane != nil {
		a.note(Changed, o, []sai.Attribute{{Meta: m, Value: v}})
	}
}
