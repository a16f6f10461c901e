package syncd

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// item is one object of a command that changes objects.
type item struct {
	id     string     // as the client spells it
	row    []db.Field // attributes
	object sai.Object // in VIDs; not filled for routes
	real   sai.Object // in RIDs; of a new OID object, without OID
	attrs  []sai.Attribute
	gone   bool // a removal whose predecessor removed the object already
	status sai.Status
}

// parse reads an item's identity and attributes, and translates them. In a view that is being built nothing is translated, since what it refers
// to may not exist.
func (s *Server) parse(m *sai.ObjectMeta, it *item, op string) {
	if m.Type == sai.ObjectTypeRouteEntry && !s.view.active {
		s.parseRoute(it)
	} else {
		s.parseObject(m, it, op)
	}
	if it.status != sai.StatusSuccess || op == wire.Remove {
		return
	}
	start := len(s.scratch.attrs)
	for i, f := range it.row {
		if f.Name == wire.Null {
			continue
		}
		a, status := s.attribute(m, i, f)
		if status != sai.StatusSuccess {
			it.status = status
			return
		}
		s.scratch.attrs = append(s.scratch.attrs, a)
	}
	it.attrs = s.scratch.attrs[start:len(s.scratch.attrs):len(s.scratch.attrs)]
	if op == wire.Set && len(it.attrs) != 1 {
		it.status = sai.StatusInvalidParameter
	}
}

// parseRoute is parseObject for routes, which are most of all objects.
func (s *Server) parseRoute(it *item) {
	e, err := sai.ParseRouteEntry(it.id)
	if err != nil {
		it.status = sai.StatusInvalidParameter
		return
	}
	var ok1, ok2 bool
	e.Switch, ok1 = s.oids.rid(e.Switch)
	e.VirtualRouter, ok2 = s.oids.rid(e.VirtualRouter)
	if !ok1 || !ok2 {
		it.status = sai.StatusInvalidObjectID
	}
	it.real = sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: e}
}

func (s *Server) parseObject(m *sai.ObjectMeta, it *item, op string) {
	var err error
	if it.object, err = sai.ParseObjectID(m.Type, it.id); err != nil {
		it.status = sai.StatusInvalidParameter
		return
	}
	if it.object.Entry == nil && it.object.OID.VIDType() != m.Type {
		it.status = sai.StatusInvalidObjectID
		return
	}
	if s.view.active {
		return
	}
	if it.object.Entry == nil && op == wire.Create {
		it.real = sai.Object{Type: m.Type}
		return
	}
	var ok bool
	if it.real, ok = s.oids.realObject(it.object); !ok {
		if it.gone = op == wire.Remove && s.replay > 0; !it.gone {
			it.status = sai.StatusInvalidObjectID
		}
	}
}

// attribute parses the field at position i and translates it.
func (s *Server) attribute(m *sai.ObjectMeta, i int, f db.Field) (sai.Attribute, sai.Status) {
	a := s.scratch.hint[i%len(s.scratch.hint)]
	if a == nil || a.Object != m.Type || a.Name != f.Name {
		if a = m.AttrByName(f.Name); a == nil {
			s.log.Error("unknown attribute", "type", m.Name, "attribute", f.Name)
			return sai.Attribute{}, sai.StatusUnknownAttribute0.At(i)
		}
		s.scratch.hint[i%len(s.scratch.hint)] = a
	}
	if a.Type == sai.TypeOID && !s.view.active { // without a box for the VID
		vid, err := sai.ParseOID(f.Value)
		if err != nil {
			return sai.Attribute{}, sai.StatusInvalidAttrValue0.At(i)
		}
		if vid == 0 {
			return sai.Attribute{Meta: a, Value: nullOID}, sai.StatusSuccess
		}
		r, ok := s.oids.byVID[vid]
		if !ok {
			s.log.Error("attribute refers to an unknown object", "attribute", f.Name, "value", f.Value)
			return sai.Attribute{}, sai.StatusInvalidAttrValue0.At(i)
		}
		return sai.Attribute{Meta: a, Value: r.value}, sai.StatusSuccess
	}
	v, err := sai.ParseValue(a, f.Value)
	if _, bare := v.(sai.Count); err != nil || bare {
		s.log.Error("malformed attribute", "attribute", f.Name, "value", f.Value, "error", err)
		return sai.Attribute{}, sai.StatusInvalidAttrValue0.At(i)
	}
	if s.view.active {
		return sai.Attribute{Meta: a, Value: v}, sai.StatusSuccess
	}
	v, ok := s.oids.realValue(a, v)
	if !ok {
		s.log.Error("attribute refers to an unknown object", "attribute", f.Name, "value", f.Value)
		return sai.Attribute{}, sai.StatusInvalidAttrValue0.At(i)
	}
	return sai.Attribute{Meta: a, Value: v}, sai.StatusSuccess
}

var nullOID any = sai.OID(0)
