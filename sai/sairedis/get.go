package sairedis

import (
	"context"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// Get implements sai.API. Lists whose size the caller does not state are asked for twice if they are not empty: first for their count.
func (c *Client) Get(ctx context.Context, t sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	results := make([]sai.GetResult, len(r))
	asked := make([]ask, len(r))
	for i := range asked {
		asked[i] = ask{request: i, capacities: make([]int, len(r[i].Attrs))}
		for j, a := range r[i].Attrs {
			asked[i].capacities[j] = capacity(a.Value)
		}
	}
	// A list may grow between two questions, but not for ever.
	for round := 0; len(asked) > 0 && round < 4; round++ {
		c.ask(ctx, t, r, asked, results)
		again := asked[:0]
		for _, a := range asked {
			if results[a.request].Status == sai.StatusBufferOverflow && a.enlarge(&r[a.request], &results[a.request]) {
				again = append(again, a)
			}
		}
		asked = again
	}
	return results
}

// capacity is the room that a caller offers; it matters for lists only.
func capacity(v any) int {
	n, _ := wire.ListLen(v)
	return n
}

// ask is a request with the capacities of its lists.
type ask struct {
	request    int
	capacities []int
}

// enlarge adopts the counts of an overflow for lists whose size the caller left open; false if there is no such list.
func (a *ask) enlarge(r *sai.GetRequest, got *sai.GetResult) bool {
	grown := false
	for j, attr := range got.Attrs {
		if n, ok := attr.Value.(sai.Count); ok && r.Attrs[j].Value == nil && int(n) > a.capacities[j] {
			a.capacities[j], grown = int(n), true
		}
	}
	return grown
}

// ask sends the questions and files the answers. Entries have no bulk form in SONiC's syncd.
func (c *Client) ask(ctx context.Context, t sai.ObjectType, r []sai.GetRequest, asked []ask, results []sai.GetResult) {
	for _, a := range asked {
		results[a.request] = sai.GetResult{Status: sai.StatusUninitialized}
	}
	if len(asked) == 1 || sai.IsEntry(t) {
		c.exchange(ctx, len(asked), func(i int) db.Command {
			return db.Command{Key: r[asked[i].request].Object.String(), Op: wire.Get, Fields: templates(&r[asked[i].request], asked[i].capacities)}
		}, func(i int, a answer) {
			results[asked[i].request] = c.got(&r[asked[i].request], a.status, a.fields)
		})
		return
	}
	chunk := func(i int) []ask { return asked[i*wire.MaxBulk : min((i+1)*wire.MaxBulk, len(asked))] }
	c.exchange(ctx, (len(asked)+wire.MaxBulk-1)/wire.MaxBulk, func(i int) db.Command {
		asked := chunk(i)
		fields := make([]db.Field, len(asked))
		for j, a := range asked {
			request := &r[a.request]
			fields[j] = db.Field{Name: string(request.Object.AppendID(nil)), Value: wire.Join(templates(request, a.capacities))}
		}
		return db.Command{Key: t.String() + ":" + strconv.Itoa(len(asked)), Op: wire.BulkGet, Fields: fields}
	}, func(i int, a answer) {
		var joined []db.Field
		for j, k := range chunk(i) {
			s := bulkStatus(a, j, len(chunk(i)))
			joined = joined[:0]
			if len(a.fields) == len(chunk(i)) {
				joined = wire.Split(joined, a.fields[j].Value)
			}
			results[k.request] = c.got(&r[k.request], s, joined)
		}
	})
}

func templates(r *sai.GetRequest, capacities []int) []db.Field {
	fields := make([]db.Field, len(r.Attrs))
	for i, a := range r.Attrs {
		fields[i] = db.Field{Name: a.Meta.Name, Value: wire.Template(a.Meta, capacities[i])}
	}
	return fields
}

// got reads an answer. Its attributes stand in the order of the request.
func (c *Client) got(r *sai.GetRequest, s sai.Status, fields []db.Field) sai.GetResult {
	if s != sai.StatusSuccess && s != sai.StatusBufferOverflow {
		return sai.GetResult{Status: s}
	}
	if len(fields) != len(r.Attrs) {
		c.log.Error("answer does not fit the question", "object", r.Object, "asked", len(r.Attrs), "answered", len(fields))
		return sai.GetResult{Status: sai.StatusFailure}
	}
	attrs := make([]sai.Attribute, len(fields))
	for i, f := range fields {
		v, err := c.gotValue(r.Attrs[i].Meta, f)
		if err != nil {
			c.log.Error("answer is malformed", "object", r.Object, "attribute", f.Name, "value", f.Value, "error", err)
			return sai.GetResult{Status: sai.StatusFailure}
		}
		attrs[i] = sai.Attribute{Meta: r.Attrs[i].Meta, Value: v}
	}
	return sai.GetResult{Attrs: attrs, Status: s}
}

func (c *Client) gotValue(m *sai.AttrMeta, f db.Field) (any, error) {
	if f.Name != m.Name {
		return nil, &wire.Malformed{Field: f.Name, Reason: "want " + m.Name}
	}
	return sai.ParseValue(m, f.Value)
}
