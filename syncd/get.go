package syncd

import (
	"context"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// question is a get of one object. capacities are of its lists, -1 for what is no list.
type question struct {
	request    sai.GetRequest
	capacities []int
	status     sai.Status
}

// ask reads a question: attributes with templates.
func (s *Server) ask(m *sai.ObjectMeta, id string, fields []db.Field) question {
	q := question{}
	vid, err := sai.ParseObjectID(m.Type, id)
	var ok bool
	if err == nil {
		q.request.Object, ok = s.oids.realObject(vid)
	}
	switch {
	case err != nil:
		q.status = sai.StatusInvalidParameter
	case s.view.active && vid.Entry != nil:
		q.status = sai.StatusNotSupported // nobody knows it before the view is applied
	case !ok || s.view.created[vid.OID]:
		q.status = sai.StatusInvalidObjectID
	case len(fields) == 0:
		q.status = sai.StatusInvalidParameter
	}
	for i, f := range fields {
		a := m.AttrByName(f.Name)
		if a == nil {
			q.status = sai.StatusUnknownAttribute0.At(i)
			return q
		}
		q.request.Attrs = append(q.request.Attrs, sai.Attribute{Meta: a})
		q.capacities = append(q.capacities, wire.Capacity(a, f.Value))
	}
	return q
}

// answer asks the ASIC, and gives the attributes in the client's terms: VIDs, and counts in place of lists that do not fit.
func (s *Server) answers(ctx context.Context, m *sai.ObjectMeta, questions []question) ([]sai.GetResult, error) {
	results := make([]sai.GetResult, len(questions))
	requests, live := make([]sai.GetRequest, 0, len(questions)), make([]int, 0, len(questions))
	for i := range questions {
		if results[i].Status = questions[i].status; results[i].Status == sai.StatusSuccess {
			requests, live = append(requests, questions[i].request), append(live, i)
		}
	}
	if len(requests) == 0 {
		return results, nil
	}
	for j, r := range s.api.Get(ctx, m.Type, requests) {
		results[live[j]] = r
		if r.Status != sai.StatusSuccess {
			continue
		}
		attrs, err := s.virtualAttrs(ctx, r.Attrs)
		if err != nil {
			return nil, err
		}
		results[live[j]].Attrs = attrs
		if !fits(attrs, questions[live[j]].capacities) {
			results[live[j]].Status = sai.StatusBufferOverflow
		}
	}
	return results, nil
}

// fits tells whether all lists fit the client's room; if not, every list becomes a count.
func fits(attrs []sai.Attribute, capacities []int) bool {
	ok := true
	for i, a := range attrs {
		n, list := wire.ListLen(a.Value)
		ok = ok && (!list || capacities[i] < 0 || n <= capacities[i])
	}
	for i, a := range attrs {
		if n, list := wire.ListLen(a.Value); !ok && list && capacities[i] >= 0 {
			attrs[i].Value = sai.Count(n)
		}
	}
	return ok
}

// virtualAttrs translates attributes. An object that is seen for the first time gets a VID.
func (s *Server) virtualAttrs(ctx context.Context, attrs []sai.Attribute) ([]sai.Attribute, error) {
	out := append([]sai.Attribute(nil), attrs...)
	for i, a := range out {
		if !a.Meta.Type.HasOIDs() {
			continue
		}
		var unknown []sai.OID
		sai.EachOID(a.Value, func(rid sai.OID) {
			if _, ok := s.oids.byRID[rid]; !ok {
				unknown = append(unknown, rid)
			}
		})
		for _, rid := range unknown {
			if err := s.introduce(ctx, rid, s.typeOf(rid, a.Meta)); err != nil {
				return nil, fmt.Errorf("%s: %w", a.Meta.Name, err)
			}
		}
		out[i].Value, _ = sai.MapValue(a.Value, s.oids.vid)
	}
	return out, nil
}

// introduce gives an object that the ASIC has by itself, and that no discovery found, a VID and a row.
func (s *Server) introduce(ctx context.Context, rid sai.OID, t sai.ObjectType) error {
	if _, ok := s.oids.byRID[rid]; ok {
		return nil
	}
	_, err := s.announce(ctx, []finding{{rid: rid, t: t, path: unnamedPath + rid.String()}})
	return err
}

// typeOf finds the type of an object that attribute a refers to.
func (s *Server) typeOf(rid sai.OID, a *sai.AttrMeta) sai.ObjectType {
	if t, ok := s.api.(Typer); ok {
		return t.ObjectType(rid)
	}
	if len(a.Objects) == 1 {
		return a.Objects[0]
	}
	if t := sai.ObjectType(rid >> 32 & 0xff); a.Allows(t) || len(a.Objects) == 0 {
		return t
	}
	return a.Objects[0]
}

func (s *Server) get(ctx context.Context, c db.Command, fields []db.Field) error {
	m, id, err := objectType(c.Key)
	if err != nil {
		return err
	}
	results, err := s.answers(ctx, m, []question{s.ask(m, id, fields)})
	if err != nil {
		return err
	}
	r := results[0]
	if r.Status != sai.StatusSuccess && r.Status != sai.StatusBufferOverflow {
		s.batch.answer(wire.Response, r.Status, nil)
		return nil
	}
	value, err := wire.AppendAttrs([]byte{'['}, r.Attrs)
	if err != nil {
		return err
	}
	s.batch.answer(wire.Response, r.Status, append(value, ']'))
	return nil
}

func (s *Server) bulkGet(ctx context.Context, c db.Command, fields []db.Field) error {
	m, _, err := objectType(c.Key)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		return refuse(sai.StatusInvalidParameter, "no objects")
	}
	questions := make([]question, len(fields))
	for i, f := range fields {
		questions[i] = s.ask(m, f.Name, wire.Split(nil, f.Value))
	}
	results, err := s.answers(ctx, m, questions)
	if err != nil {
		return err
	}
	all := sai.StatusSuccess
	value := []byte{'['}
	for i, r := range results {
		if i > 0 {
			value = append(value, ',')
		}
		if r.Status != sai.StatusSuccess {
			all = sai.StatusFailure
		}
		value = append(append(append(value, '"'), r.Status.String()...), `",`...)
		if r.Status != sai.StatusSuccess && r.Status != sai.StatusBufferOverflow {
			value = append(value, `""`...)
		} else if value, err = wire.AppendJoined(value, r.Attrs); err != nil {
			return err
		}
	}
	s.batch.answer(wire.Response, all, append(value, ']'))
	return nil
}
