package record

import (
	"context"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// query writes the request of a capability query on a switch.
func (a *API) query(name string, sw sai.OID, attrs []sai.Attribute, fields ...string) {
	a.line('q', func(dst []byte) []byte {
		dst = append(append(append(dst, '|'), name...), '|')
		dst = sai.Object{Type: sai.ObjectTypeSwitch, OID: sw}.Append(dst)
		for _, at := range attrs {
			dst = appendAttr(dst, at)
		}
		return appendFields(dst, fields)
	})
}

func (a *API) answer(name string, s sai.Status, fields ...string) {
	a.line('Q', func(dst []byte) []byte {
		dst = append(append(append(append(dst, '|'), name...), '|'), s.String()...)
		return appendFields(dst, fields)
	})
}

func appendFields(dst []byte, fields []string) []byte {
	for _, f := range fields {
		dst = append(append(dst, '|'), f...)
	}
	return dst
}

// Availability implements sai.API.
func (a *API) Availability(ctx context.Context, sw sai.OID, t sai.ObjectType, attrs []sai.Attribute) (uint64, sai.Status) {
	const name = "object_type_get_availability"
	a.query(name, sw, attrs, "OBJECT_TYPE="+t.String())
	n, s := a.API.Availability(ctx, sw, t, attrs)
	a.answer(name, s, "COUNT="+strconv.FormatUint(n, 10))
	return n, s
}

// AttributeCapability implements sai.API.
func (a *API) AttributeCapability(ctx context.Context, sw sai.OID, m *sai.AttrMeta) (sai.Capability, sai.Status) {
	const name = "attribute_capability"
	a.query(name, sw, nil, "OBJECT_TYPE="+m.Object.String(), "ATTR_ID="+m.Name)
	c, s := a.API.AttributeCapability(ctx, sw, m)
	a.answer(name, s, "CREATE_IMPLEMENTED="+strconv.FormatBool(c.Create), "SET_IMPLEMENTED="+strconv.FormatBool(c.Set), "GET_IMPLEMENTED="+strconv.FormatBool(c.Get))
	return c, s
}

// EnumCapability implements sai.API.
func (a *API) EnumCapability(ctx context.Context, sw sai.OID, m *sai.AttrMeta) ([]int32, sai.Status) {
	const name = "attr_enum_values_capability"
	a.query(name, sw, nil, "OBJECT_TYPE="+m.Object.String(), "ATTR_ID="+m.Name)
	values, s := a.API.EnumCapability(ctx, sw, m)
	list := []byte("ENUM_CAPABILITIES=")
	for _, v := range values {
		list = append(strconv.AppendInt(list, int64(v), 10), ',')
	}
	a.answer(name, s, string(list), "ENUM_COUNT="+strconv.Itoa(len(values)))
	return values, s
}

// ClearStats implements sai.API.
func (a *API) ClearStats(ctx context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.Status {
	for i := range r {
		a.line('q', func(dst []byte) []byte {
			dst = r[i].Object.Append(append(dst, "|clear_stats|"...))
			for _, n := range r[i].Stats {
				dst = append(dst, '|')
				if m := t.Meta(); m != nil && m.Stats != nil {
					dst = m.Stats.Append(dst, n)
				}
			}
			return dst
		})
	}
	results := a.API.ClearStats(ctx, t, r)
	for _, s := range results {
		a.answer("clear_stats", s)
	}
	return results
}
