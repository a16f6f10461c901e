package syncd

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// fdbRow is what a flush asks about an FDB entry of ASIC_STATE, in VIDs. Entries are kept in memory, because Redis could find them only by walking
// through all keys.
type fdbRow struct {
	bridgePort sai.OID
	static     bool
}

func (s *Server) fdbCreated(it *item) {
	e, ok := it.object.Entry.(sai.FdbEntry)
	if !ok {
		return
	}
	s.fdb[e] = fdbRow{}
	s.fdbSet(it)
}

// fdbSet follows the attributes of an item, which have RIDs.
func (s *Server) fdbSet(it *item) {
	e, ok := it.object.Entry.(sai.FdbEntry)
	if !ok {
		return
	}
	row := s.fdb[e]
	for _, a := range it.attrs {
		row.follow(a, s.oids.vid)
	}
	s.fdb[e] = row
}

func (r *fdbRow) follow(a sai.Attribute, vid func(sai.OID) (sai.OID, bool)) {
	switch a.Meta.ID {
	case sai.FdbEntryAttrType:
		t, ok := a.Value.(sai.FdbEntryType)
		r.static = ok && t == sai.FdbEntryTypeStatic
	case sai.FdbEntryAttrBridgePortID:
		rid, _ := a.Value.(sai.OID)
		r.bridgePort, _ = vid(rid)
	}
}

func (s *Server) fdbRemoved(it *item) {
	if e, ok := it.object.Entry.(sai.FdbEntry); ok {
		delete(s.fdb, e)
	}
}

// flush removes FDB entries from the ASIC, and their rows at once: the notification comes later, or not at all.
func (s *Server) flush(ctx context.Context, c db.Command, fields []db.Field) error {
	m, id, err := objectType(c.Key)
	if err != nil {
		return err
	}
	if m.Type != sai.ObjectTypeFdbFlush {
		return refuse(sai.StatusInvalidParameter, "flush of %s", m.Name)
	}
	sw, err := s.switchRID(id)
	if err != nil {
		return err
	}
	var attrs []sai.Attribute
	f := flushed{kind: sai.FdbFlushEntryTypeDynamic}
	for i, field := range fields {
		if field.Name == wire.Null {
			continue
		}
		a, status := s.attribute(m, i, field)
		if status != sai.StatusSuccess {
			return &wire.Malformed{Field: field.Name, Reason: "is malformed", Status: status}
		}
		attrs = append(attrs, a)
		f.follow(a, s.oids.vid)
	}
	status := s.api.FlushFdb(ctx, sw, attrs)
	if status == sai.StatusSuccess {
		s.fdbFlushed(f)
	}
	s.batch.answer(wire.FlushResponse, status, nil)
	return nil
}

// flushed tells which entries went, in VIDs. Null is any.
type flushed struct {
	bv, bridgePort sai.OID
	kind           sai.FdbFlushEntryType
}

func (f *flushed) follow(a sai.Attribute, vid func(sai.OID) (sai.OID, bool)) {
	switch v := a.Value.(type) {
	case sai.FdbFlushEntryType:
		f.kind = v
	case sai.OID:
		vid, _ := vid(v)
		if a.Meta.ID == sai.FdbFlushAttrBvID {
			f.bv = vid
		} else if a.Meta.ID == sai.FdbFlushAttrBridgePortID {
			f.bridgePort = vid
		}
	}
}

func (s *Server) fdbFlushed(f flushed) {
	for e, row := range s.fdb {
		if f.bv != 0 && e.BV != f.bv || f.bridgePort != 0 && row.bridgePort != f.bridgePort ||
			f.kind == sai.FdbFlushEntryTypeDynamic && row.static || f.kind == sai.FdbFlushEntryTypeStatic && !row.static {
			continue
		}
		delete(s.fdb, e)
		s.batch.delete(s.fdbKey(e))
	}
}

func (s *Server) fdbKey(e sai.FdbEntry) string {
	start := len(s.batch.text)
	s.batch.text = append(s.batch.text, wire.State...)
	s.batch.text = sai.Object{Type: sai.ObjectTypeFdbEntry, Entry: e}.Append(s.batch.text)
	return s.batch.cut(start)
}

// fdbNotice writes what an event of the ASIC changed, ahead of its publication (sonic-contract 2.8). The notice is in VIDs.
func (s *Server) fdbNotice(n sai.FdbNotice) {
	switch n.Event {
	case sai.FdbEventLearned, sai.FdbEventMove:
		s.fdbLearned(n)
	case sai.FdbEventAged:
		delete(s.fdb, n.Entry)
		s.batch.delete(s.fdbKey(n.Entry))
	case sai.FdbEventFlushed:
		if n.Entry.MAC != (sai.MAC{}) {
			delete(s.fdb, n.Entry)
			s.batch.delete(s.fdbKey(n.Entry))
			return
		}
		f := flushed{bv: n.Entry.BV, kind: sai.FdbFlushEntryTypeDynamic}
		for _, a := range n.Attrs {
			switch v := a.Value.(type) {
			case sai.OID:
				if a.Meta.ID == sai.FdbEntryAttrBridgePortID {
					f.bridgePort = v
				}
			case sai.FdbEntryType:
				if v == sai.FdbEntryTypeStatic {
					f.kind = sai.FdbFlushEntryTypeStatic
				}
			}
		}
		s.fdbFlushed(f)
	}
}

// fdbLearned writes a learned address. Its type is dynamic, whatever the ASIC says.
func (s *Server) fdbLearned(n sai.FdbNotice) {
	row := fdbRow{}
	fields := make([]db.Field, 0, len(n.Attrs)+1)
	for _, a := range n.Attrs {
		text, err := sai.AppendValue(nil, a.Meta, a.Value)
		if err != nil || a.Meta.ID == sai.FdbEntryAttrType {
			continue
		}
		fields = append(fields, db.Field{Name: a.Meta.Name, Value: string(text)})
		row.follow(a, func(o sai.OID) (sai.OID, bool) { return o, true })
	}
	typeAttr := sai.ObjectTypeFdbEntry.Meta().Attr(sai.FdbEntryAttrType)
	fields = append(fields, db.Field{Name: typeAttr.Name, Value: sai.FdbEntryTypeDynamic.String()})
	row.static = false
	s.fdb[n.Entry] = row
	s.batch.write(s.fdbKey(n.Entry), fields)
}
