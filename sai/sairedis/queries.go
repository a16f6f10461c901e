package sairedis

import (
	"context"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// GetStats implements sai.API. SONiC's syncd has no bulk form of it.
func (c *Client) GetStats(ctx context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.StatsResult {
	results := make([]sai.StatsResult, len(r))
	for i := range results {
		results[i].Status = sai.StatusUninitialized
	}
	c.exchange(ctx, len(r), func(i int) db.Command { return statsCommand(t, wire.GetStats, &r[i]) }, func(i int, a answer) {
		results[i].Status = a.status
		if a.status != sai.StatusSuccess {
			return
		}
		values := make([]uint64, len(a.fields))
		for j, f := range a.fields {
			v, err := strconv.ParseUint(f.Value, 10, 64)
			if err != nil || len(values) != len(r[i].Stats) {
				c.log.Error("counters are malformed", "object", r[i].Object, "counter", f.Name, "value", f.Value)
				results[i].Status = sai.StatusFailure
				return
			}
			values[j] = v
		}
		results[i].Values = values
	})
	return results
}

// ClearStats implements sai.API.
func (c *Client) ClearStats(ctx context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.Status {
	results := make([]sai.Status, len(r))
	for i := range results {
		results[i] = sai.StatusUninitialized
	}
	c.exchange(ctx, len(r), func(i int) db.Command { return statsCommand(t, wire.ClearStats, &r[i]) },
		func(i int, a answer) { results[i] = a.status })
	return results
}

func statsCommand(t sai.ObjectType, op string, r *sai.StatsRequest) db.Command {
	fields := make([]db.Field, len(r.Stats))
	for i, s := range r.Stats {
		fields[i].Name = strconv.Itoa(int(s))
		if m := t.Meta(); m != nil && m.Stats != nil {
			fields[i].Name = string(m.Stats.Append(nil, s))
		}
	}
	return db.Command{Key: r.Object.String(), Op: op, Fields: fields}
}

// FlushFdb implements sai.API.
func (c *Client) FlushFdb(ctx context.Context, sw sai.OID, attrs []sai.Attribute) sai.Status {
	cmd := db.Command{Key: sai.Object{Type: sai.ObjectTypeFdbFlush, OID: sw}.String(), Op: wire.Flush}
	if len(attrs) > 0 {
		var err error
		if cmd.Fields, err = fieldsOf(attrs); err != nil {
			return sai.StatusInvalidParameter
		}
	}
	return c.one(ctx, cmd).status
}

// fieldsOf spells attributes.
func fieldsOf(attrs []sai.Attribute) ([]db.Field, error) {
	fields := make([]db.Field, len(attrs))
	for i, a := range attrs {
		text, err := sai.AppendValue(nil, a.Meta, a.Value)
		if err != nil {
			return nil, err
		}
		fields[i] = db.Field{Name: a.Meta.Name, Value: string(text)}
	}
	return fields, nil
}

// Availability implements sai.API.
func (c *Client) Availability(ctx context.Context, sw sai.OID, t sai.ObjectType, attrs []sai.Attribute) (uint64, sai.Status) {
	fields, err := fieldsOf(attrs)
	if err != nil {
		return 0, sai.StatusInvalidParameter
	}
	fields = append(fields, db.Field{Name: wire.FieldObjectType, Value: t.String()})
	a := c.one(ctx, db.Command{Key: sw.String(), Op: wire.Availability, Fields: fields})
	if a.status != sai.StatusSuccess {
		return 0, a.status
	}
	n, err := strconv.ParseUint(field(a, wire.FieldObjectCount), 10, 64)
	if err != nil {
		return 0, sai.StatusFailure
	}
	return n, sai.StatusSuccess
}

// AttributeCapability implements sai.API.
func (c *Client) AttributeCapability(ctx context.Context, sw sai.OID, m *sai.AttrMeta) (sai.Capability, sai.Status) {
	a := c.one(ctx, db.Command{Key: sw.String(), Op: wire.AttrCapability, Fields: attrFields(m)})
	if a.status != sai.StatusSuccess {
		return sai.Capability{}, a.status
	}
	yes := func(name string) bool { return field(a, name) == "true" }
	return sai.Capability{
		Create: yes(wire.FieldCreateImplemented), Set: yes(wire.FieldSetImplemented), Get: yes(wire.FieldGetImplemented),
	}, sai.StatusSuccess
}

func attrFields(m *sai.AttrMeta) []db.Field {
	return []db.Field{{Name: wire.FieldObjectType, Value: m.Object.String()}, {Name: wire.FieldAttrID, Value: m.Name}}
}

// EnumCapability implements sai.API.
func (c *Client) EnumCapability(ctx context.Context, sw sai.OID, m *sai.AttrMeta) ([]int32, sai.Status) {
	a := c.sized(ctx, db.Command{Key: sw.String(), Op: wire.EnumCapability, Fields: attrFields(m)}, wire.FieldEnumCount)
	if a.status != sai.StatusSuccess {
		return nil, a.status
	}
	return numbers(field(a, wire.FieldEnumCapabilities))
}

// StatsCapability implements sai.API.
func (c *Client) StatsCapability(ctx context.Context, sw sai.OID, t sai.ObjectType) ([]sai.StatCapability, sai.Status) {
	cmd := db.Command{Key: sw.String(), Op: wire.StatsCapability, Fields: []db.Field{{Name: wire.FieldObjectType, Value: t.String()}}}
	a := c.sized(ctx, cmd, wire.FieldStatCount)
	if a.status != sai.StatusSuccess {
		return nil, a.status
	}
	stats, s1 := numbers(field(a, wire.FieldStatEnum))
	modes, s2 := numbers(field(a, wire.FieldStatModes))
	if s1 != sai.StatusSuccess || s2 != sai.StatusSuccess || len(stats) != len(modes) {
		return nil, sai.StatusFailure
	}
	out := make([]sai.StatCapability, len(stats))
	for i := range out {
		out[i] = sai.StatCapability{Stat: stats[i], Modes: sai.StatsMode(modes[i])}
	}
	return out, sai.StatusSuccess
}

// sized asks for a list, again with the right size if it turns out larger than expected.
func (c *Client) sized(ctx context.Context, cmd db.Command, count string) answer {
	size := "256"
	asked := len(cmd.Fields)
	for round := 0; ; round++ {
		cmd.Fields = append(cmd.Fields[:asked:asked], db.Field{Name: wire.FieldListSize, Value: size})
		a := c.one(ctx, cmd)
		if a.status != sai.StatusBufferOverflow || round == 2 {
			return a
		}
		size = field(a, count)
	}
}

func field(a answer, name string) string {
	for _, f := range a.fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// numbers reads a list with a comma behind every element.
func numbers(text string) ([]int32, sai.Status) {
	var out []int32
	for s := range strings.SplitSeq(text, ",") {
		if s == "" {
			continue
		}
		n, err := strconv.ParseInt(s, 10, 32)
		if err != nil {
			return nil, sai.StatusFailure
		}
		out = append(out, int32(n))
	}
	return out, sai.StatusSuccess
}
