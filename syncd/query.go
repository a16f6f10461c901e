package syncd

import (
	"context"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

func (s *Server) reply(op string, status sai.Status, fields ...db.Field) {
	s.batch.answer(op, status, db.AppendArray(nil, fields))
}

// stats reads or clears counters of an object.
func (s *Server) stats(ctx context.Context, c db.Command, fields []db.Field) error {
	m, id, err := objectType(c.Key)
	if err != nil {
		return err
	}
	if m.IsEntry() || m.Stats == nil {
		return refuse(sai.StatusNotSupported, "%s has no counters", m.Name)
	}
	vid, err := sai.ParseOID(id)
	rid, ok := s.oids.rid(vid)
	if err != nil || !ok || rid == 0 || s.view.created[vid] {
		return refuse(sai.StatusInvalidObjectID, "unknown object %q", id)
	}
	r := sai.StatsRequest{Object: sai.Object{Type: m.Type, OID: rid}}
	for _, f := range fields {
		n, err := m.Stats.Parse(f.Name)
		if err != nil {
			return &wire.Malformed{Field: f.Name, Reason: err.Error(), Status: sai.StatusInvalidParameter}
		}
		r.Stats = append(r.Stats, n)
	}
	if c.Op == wire.ClearStats {
		s.reply(wire.Response, s.api.ClearStats(ctx, m.Type, []sai.StatsRequest{r})[0])
		return nil
	}
	result := s.api.GetStats(ctx, m.Type, []sai.StatsRequest{r})[0]
	var out []db.Field
	for i := range result.Values {
		out = append(out, db.Field{Name: fields[i].Name, Value: strconv.FormatUint(result.Values[i], 10)})
	}
	s.reply(wire.Response, result.Status, out...)
	return nil
}

// queried reads the switch and the object type of a query, and its other fields.
func (s *Server) queried(c db.Command, fields []db.Field) (sw sai.OID, m *sai.ObjectMeta, rest map[string]string, err error) {
	if sw, err = s.switchRID(c.Key); err != nil {
		return 0, nil, nil, err
	}
	rest = map[string]string{}
	for _, f := range fields {
		rest[f.Name] = f.Value
	}
	t, err := sai.ParseObjectType(rest[wire.FieldObjectType])
	if m = t.Meta(); err != nil || m == nil {
		return 0, nil, nil, refuse(sai.StatusInvalidParameter, "unknown %s %q", wire.FieldObjectType, rest[wire.FieldObjectType])
	}
	return sw, m, rest, nil
}

func (s *Server) attrCapability(ctx context.Context, c db.Command, fields []db.Field) error {
	sw, m, rest, err := s.queried(c, fields)
	if err != nil {
		return err
	}
	a := m.AttrByName(rest[wire.FieldAttrID])
	if a == nil {
		return refuse(sai.StatusInvalidParameter, "unknown attribute %q", rest[wire.FieldAttrID])
	}
	can, status := s.api.AttributeCapability(ctx, sw, a)
	if status != sai.StatusSuccess {
		s.reply(wire.AttrCapabilityResponse, status)
		return nil
	}
	s.reply(wire.AttrCapabilityResponse, status,
		db.Field{Name: wire.FieldCreateImplemented, Value: strconv.FormatBool(can.Create)},
		db.Field{Name: wire.FieldSetImplemented, Value: strconv.FormatBool(can.Set)},
		db.Field{Name: wire.FieldGetImplemented, Value: strconv.FormatBool(can.Get)})
	return nil
}

// room reads how many elements a client takes.
func room(rest map[string]string) (int, error) {
	n, err := strconv.ParseUint(rest[wire.FieldListSize], 10, 31)
	if err != nil {
		return 0, refuse(sai.StatusInvalidParameter, "%s %q is no number", wire.FieldListSize, rest[wire.FieldListSize])
	}
	return int(n), nil
}

func (s *Server) enumCapability(ctx context.Context, c db.Command, fields []db.Field) error {
	sw, m, rest, err := s.queried(c, fields)
	if err != nil {
		return err
	}
	a := m.AttrByName(rest[wire.FieldAttrID])
	if a == nil {
		return refuse(sai.StatusInvalidParameter, "unknown attribute %q", rest[wire.FieldAttrID])
	}
	size, err := room(rest)
	if err != nil {
		return err
	}
	values, status := s.api.EnumCapability(ctx, sw, a)
	count := db.Field{Name: wire.FieldEnumCount, Value: strconv.Itoa(len(values))}
	switch {
	case status != sai.StatusSuccess:
		s.reply(wire.EnumCapabilityResponse, status)
	case len(values) > size:
		s.reply(wire.EnumCapabilityResponse, sai.StatusBufferOverflow, count)
	default:
		s.reply(wire.EnumCapabilityResponse, status, db.Field{Name: wire.FieldEnumCapabilities, Value: numbers(values, func(v int32) int64 { return int64(v) })}, count)
	}
	return nil
}

// numbers writes a list with a comma behind every element.
func numbers[T any](list []T, number func(T) int64) string {
	var b []byte
	for _, v := range list {
		b = append(strconv.AppendInt(b, number(v), 10), ',')
	}
	return string(b)
}

// availability answers how many more objects fit. The attributes come first, the object type last (sonic-contract 2.7).
func (s *Server) availability(ctx context.Context, c db.Command, fields []db.Field) error {
	sw, m, _, err := s.queried(c, fields)
	if err != nil {
		return err
	}
	var attrs []sai.Attribute
	for i, f := range fields {
		if f.Name == wire.FieldObjectType {
			continue
		}
		a, status := s.attribute(m, i, f)
		if status != sai.StatusSuccess {
			return &wire.Malformed{Field: f.Name, Reason: "is malformed", Status: status}
		}
		attrs = append(attrs, a)
	}
	n, status := s.api.Availability(ctx, sw, m.Type, attrs)
	if status != sai.StatusSuccess {
		s.reply(wire.AvailabilityResponse, status)
		return nil
	}
	s.reply(wire.AvailabilityResponse, status, db.Field{Name: wire.FieldObjectCount, Value: strconv.FormatUint(n, 10)})
	return nil
}

// statsCapability answers both queries about counters. No counter has a minimal polling interval.
func (s *Server) statsCapability(ctx context.Context, c db.Command, fields []db.Field) error {
	sw, m, rest, err := s.queried(c, fields)
	if err != nil {
		return err
	}
	size, err := room(rest)
	if err != nil {
		return err
	}
	op := wire.AnswerOp(c.Op)
	stats, status := s.api.StatsCapability(ctx, sw, m.Type)
	count := db.Field{Name: wire.FieldStatCount, Value: strconv.Itoa(len(stats))}
	if status != sai.StatusSuccess {
		s.reply(op, status)
		return nil
	}
	if len(stats) > size {
		s.reply(op, sai.StatusBufferOverflow, count)
		return nil
	}
	out := []db.Field{
		{Name: wire.FieldStatEnum, Value: numbers(stats, func(v sai.StatCapability) int64 { return int64(v.Stat) })},
		{Name: wire.FieldStatModes, Value: numbers(stats, func(v sai.StatCapability) int64 { return int64(v.Modes) })},
	}
	if c.Op == wire.StatsStreaming {
		out = append(out, db.Field{Name: wire.FieldPollingIntervals, Value: numbers(stats, func(sai.StatCapability) int64 { return 0 })})
	}
	s.reply(op, status, append(out, count)...)
	return nil
}

// damping takes the configuration of link event damping of a port, which is not implemented.
func (s *Server) damping(c db.Command) error {
	return refuse(sai.StatusNotImplemented, "link event damping of %s", c.Key)
}
