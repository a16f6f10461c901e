package syncd

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// oids maps VIDs to RIDs and back. Only objects with an OID are in it.
type oids struct {
	byVID map[sai.OID]real
	byRID map[sai.OID]sai.OID
}

// real is a RID. value is the same as an attribute's value, made once because every route needs it.
type real struct {
	rid   sai.OID
	value any
}

func newOIDs() *oids {
	return &oids{byVID: map[sai.OID]real{}, byRID: map[sai.OID]sai.OID{}}
}

func (m *oids) bind(vid, rid sai.OID) {
	if old, ok := m.byVID[vid]; ok && old.rid != rid {
		delete(m.byRID, old.rid)
	}
	m.byVID[vid] = real{rid, rid}
	m.byRID[rid] = vid
}

func (m *oids) forget(vid sai.OID) {
	delete(m.byRID, m.byVID[vid].rid)
	delete(m.byVID, vid)
}

// fields are the maps as ASIC_DB has them.
func (m *oids) fields() (forward, back []db.Field) {
	forward, back = make([]db.Field, 0, len(m.byVID)), make([]db.Field, 0, len(m.byVID))
	for vid, real := range m.byVID {
		v, r := vid.String(), real.rid.String()
		forward = append(forward, db.Field{Name: v, Value: r})
		back = append(back, db.Field{Name: r, Value: v})
	}
	return forward, back
}

// rid translates a VID. Null stays null.
func (m *oids) rid(vid sai.OID) (sai.OID, bool) {
	if vid == 0 {
		return 0, true
	}
	r, ok := m.byVID[vid]
	return r.rid, ok
}

// vid translates a RID. Null stays null.
func (m *oids) vid(rid sai.OID) (sai.OID, bool) {
	if rid == 0 {
		return 0, true
	}
	v, ok := m.byRID[rid]
	return v, ok
}

// realValue translates an attribute's value, in place of one that has VIDs.
func (m *oids) realValue(a *sai.AttrMeta, v any) (any, bool) {
	if !a.Type.HasOIDs() {
		return v, true
	}
	if o, ok := v.(sai.OID); ok {
		if o == 0 {
			return v, true
		}
		r, ok := m.byVID[o]
		return r.value, ok
	}
	return sai.MapValue(v, m.rid)
}

// realObject translates an object's identity.
func (m *oids) realObject(o sai.Object) (sai.Object, bool) {
	var ok bool
	if o.Entry == nil {
		o.OID, ok = m.rid(o.OID)
		return o, ok && o.OID != 0
	}
	o.Entry, ok = sai.MapEntry(o.Entry, m.rid)
	return o, ok
}

// virtualObject translates it back.
func (m *oids) virtualObject(o sai.Object) (sai.Object, bool) {
	var ok bool
	if o.Entry == nil {
		o.OID, ok = m.vid(o.OID)
		return o, ok && o.OID != 0
	}
	o.Entry, ok = sai.MapEntry(o.Entry, m.vid)
	return o, ok
}
