package syncd

import (
	"context"
	"fmt"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// change sets an attribute of an existing object to a value of the new view, or back to its default.
type change struct {
	n, c *node
	attr sai.Attribute // in VIDs of the new view
	old  any           // in VIDs of the current view; nil if it is not known
}

// steps are what leads from one view to the other. Entries whose create-only attributes differ are in both remove and create.
type steps struct {
	first  []*node  // existing entries that are removed before anything else
	create []*node  // by rank
	set    []change // by rank
	remove []*node  // users first
}

func plan(m *matching) (*steps, error) {
	p := &steps{}
	for _, n := range byRank(m.next) {
		c := m.of[n]
		if c == nil {
			p.create = append(p.create, n)
			continue
		}
		changes, err := m.changes(n, c)
		if err != nil && n.object.Entry != nil {
			p.first, p.create = append(p.first, c), append(p.create, n)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", n.m.Name, n.id, err)
		}
		p.set = append(p.set, changes...)
	}
	existing := byRank(m.current)
	slices.Reverse(existing)
	for _, c := range existing {
		if !m.taken[c] {
			p.remove = append(p.remove, c)
		}
	}
	return p, nil
}

// changes lists what must be set so that c becomes n.
func (m *matching) changes(n, c *node) ([]change, error) {
	var out []change
	for _, a := range n.attrs {
		if a.Meta.Is(sai.ReadOnly) || m.equal(n, c, a.Meta) {
			continue
		}
		old, had := c.attr(a.Meta.ID)
		if a.Meta.Is(sai.CreateOnly) {
			if !had {
				continue // an object that the ASIC made: ASIC_STATE does not tell what it was made with
			}
			return nil, fmt.Errorf("%s: %w", a.Meta.Name, errCreateOnly)
		}
		out = append(out, change{n: n, c: c, attr: a, old: old.Value})
	}
	for _, old := range c.attrs {
		if _, stays := n.attr(old.Meta.ID); stays || old.Meta.Is(sai.CreateOnly) || old.Meta.Is(sai.ReadOnly) {
			continue
		}
		if v, ok := old.Meta.Default(); ok && !sameValue(old.Meta, v, old.Value) {
			out = append(out, change{n: n, c: c, attr: sai.Attribute{Meta: old.Meta, Value: v}, old: old.Value})
		}
	}
	return out, nil
}

// execution carries out steps, and remembers how to take them back.
type execution struct {
	s    *Server
	m    *matching
	rids map[sai.OID]sai.OID // of VIDs of the new view
	back []func(ctx context.Context)
}

func (x *execution) rid(vid sai.OID) (sai.OID, bool) {
	if vid == 0 {
		return 0, true
	}
	r, ok := x.rids[vid]
	return r, ok
}

// run goes through the steps. References into cycles of types are set when everything is there.
func (x *execution) run(ctx context.Context, p *steps) error {
	for _, c := range p.first {
		if err := x.remove(ctx, c); err != nil {
			return err
		}
	}
	var late []change
	sets := p.set
	for _, n := range p.create {
		for ; len(sets) > 0 && sets[0].n.m.Rank < n.m.Rank; sets = sets[1:] {
			if x.set(ctx, sets[0]) != nil {
				late = append(late, sets[0])
			}
		}
		deferred, err := x.create(ctx, n)
		if err != nil {
			return err
		}
		late = append(late, deferred...)
	}
	for _, ch := range append(sets, late...) {
		if err := x.set(ctx, ch); err != nil {
			return err
		}
	}
	return x.removeAll(ctx, p.remove)
}

// create makes an object, and gives the attributes that must wait.
func (x *execution) create(ctx context.Context, n *node) ([]change, error) {
	var late []change
	r := sai.CreateRequest{Object: sai.Object{Type: n.m.Type}}
	if n.object.Entry != nil {
		e, ok := sai.MapEntry(n.object.Entry, x.rid)
		if !ok {
			return nil, fmt.Errorf("%s %s refers to an object that is not in the view", n.m.Name, n.id)
		}
		r.Object.Entry = e
	}
	for _, a := range n.attrs {
		v, ok := sai.MapValue(a.Value, x.rid)
		if !ok || a.Meta.Is(sai.Deferred) && !a.Meta.Is(sai.CreateOnly) {
			late = append(late, change{n: n, attr: a})
			continue
		}
		r.Attrs = append(r.Attrs, sai.Attribute{Meta: a.Meta, Value: v})
	}
	result := x.s.api.Create(ctx, n.m.Type, []sai.CreateRequest{r})[0]
	if result.Status != sai.StatusSuccess {
		return nil, result.Status.Err("creation of " + n.m.Name + " " + n.id)
	}
	made := r.Object
	if made.Entry == nil {
		made.OID = result.OID
		x.rids[n.object.OID] = result.OID
	}
	x.back = append(x.back, func(ctx context.Context) { x.s.api.Remove(ctx, made.Type, []sai.Object{made}) })
	return late, nil
}

// real is the object of the ASIC that a node of the new view stands for.
func (x *execution) real(n *node) (sai.Object, bool) {
	o := sai.Object{Type: n.m.Type}
	var ok bool
	if n.object.Entry != nil {
		o.Entry, ok = sai.MapEntry(n.object.Entry, x.rid)
	} else {
		o.OID, ok = x.rid(n.object.OID)
	}
	return o, ok
}

func (x *execution) set(ctx context.Context, ch change) error {
	noun := ch.attr.Meta.Name + " of " + ch.n.m.Name + " " + ch.n.id
	o, ok1 := x.real(ch.n)
	v, ok2 := sai.MapValue(ch.attr.Value, x.rid)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s refers to an object that is not in the view", noun)
	}
	old := x.s.one(ctx, o, ch.attr.Meta)
	if st := x.s.api.Set(ctx, o.Type, []sai.SetRequest{{Object: o, Attr: sai.Attribute{Meta: ch.attr.Meta, Value: v}}})[0]; st != sai.StatusSuccess {
		return st.Err(noun)
	}
	if old != nil {
		x.back = append(x.back, func(ctx context.Context) {
			x.s.api.Set(ctx, o.Type, []sai.SetRequest{{Object: o, Attr: sai.Attribute{Meta: ch.attr.Meta, Value: old}}})
		})
	}
	return nil
}

// removeAll removes what no view has, users first. What is in use is tried again when others are gone; default objects go back to their defaults instead.
func (x *execution) removeAll(ctx context.Context, nodes []*node) error {
	for {
		var left []*node
		var last error
		for _, c := range nodes {
			if c.object.OID != 0 && x.s.permanent(c.object.OID) {
				continue
			}
			if err := x.remove(ctx, c); err != nil {
				left, last = append(left, c), err
			}
		}
		if len(left) == 0 || len(left) == len(nodes) {
			return last
		}
		nodes = left
	}
}

// remove removes an existing object. Taking it back makes a new one, which the maps must follow.
func (x *execution) remove(ctx context.Context, c *node) error {
	o, ok := x.s.oids.realObject(c.object)
	if !ok {
		return fmt.Errorf("%s %s is not known to the ASIC", c.m.Name, c.id)
	}
	if st := x.s.api.Remove(ctx, o.Type, []sai.Object{o})[0]; st != sai.StatusSuccess && st != sai.StatusItemNotFound {
		return st.Err("removal of " + c.m.Name + " " + c.id)
	}
	x.back = append(x.back, func(ctx context.Context) {
		r := sai.CreateRequest{Object: sai.Object{Type: o.Type}}
		if c.object.Entry != nil {
			r.Object.Entry, _ = sai.MapEntry(c.object.Entry, x.s.oids.rid)
		}
		for _, a := range c.attrs {
			if v, ok := sai.MapValue(a.Value, x.s.oids.rid); ok {
				r.Attrs = append(r.Attrs, sai.Attribute{Meta: a.Meta, Value: v})
			}
		}
		result := x.s.api.Create(ctx, o.Type, []sai.CreateRequest{r})[0]
		if result.Status != sai.StatusSuccess {
			x.s.log.Error("object not brought back", "type", c.m.Name, "object", c.id, "status", result.Status)
			return
		}
		if c.object.Entry == nil {
			x.s.oids.bind(c.object.OID, result.OID)
			x.s.batch.bind([]sai.OID{c.object.OID}, []sai.OID{result.OID})
		}
	})
	return nil
}

// undo takes back what was done, last things first.
func (x *execution) undo(ctx context.Context) {
	for i := len(x.back) - 1; i >= 0; i-- {
		x.back[i](ctx)
	}
}
