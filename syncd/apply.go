package syncd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// applyView makes the recorded view the ASIC's: it finds for each object of the new view the one that exists, makes what is missing, sets what differs,
// removes what is left, and takes the new view for ASIC_STATE. An error means that nothing has changed: what was done to the ASIC before a call
// failed is taken back.
func (s *Server) applyView(ctx context.Context) error {
	if !s.view.active {
		s.firstRun = false
		return nil // commands went to the ASIC directly
	}
	defer s.endView() // SONiC's client does not go on with a view that failed
	current, err := s.readGraph(ctx, wire.State)
	if err != nil {
		return fmt.Errorf("current view: %w", err)
	}
	next, err := s.readGraph(ctx, wire.TempState)
	if err != nil {
		return fmt.Errorf("new view: %w", err)
	}
	s.keepDefaults(current, next)
	m := match(current, next)
	p, err := plan(m)
	if err != nil {
		return fmt.Errorf("comparing views: %w", err)
	}
	x := &execution{s: s, m: m, rids: map[sai.OID]sai.OID{}}
	for _, n := range next.oids {
		if c := m.of[n]; c != nil {
			x.rids[n.object.OID], _ = s.oids.rid(c.object.OID)
		}
	}
	if err := x.run(ctx, p); err != nil {
		x.undo(ctx)
		return fmt.Errorf("applying view: %w", err)
	}
	s.log.Info("view applied", "created", len(p.create), "set", len(p.set), "removed", len(p.remove), "objects", len(next.nodes))
	s.replaceView(current, next, x.rids)
	s.books(ctx)
	return nil
}

// node is an object of a view, in VIDs.
type node struct {
	object sai.Object
	m      *sai.ObjectMeta
	id     string
	attrs  []sai.Attribute
	texts  []db.Field // the same as ASIC_STATE has it, null fields left out
	null   bool       // the row has the null field
}

func (n *node) attr(id uint16) (sai.Attribute, bool) {
	for _, a := range n.attrs {
		if a.Meta.ID == id {
			return a, true
		}
	}
	return sai.Attribute{}, false
}

// graph is a view.
type graph struct {
	nodes   []*node
	oids    map[sai.OID]*node
	entries map[sai.Entry]*node
}

// readGraph reads the rows under a prefix. A row that cannot be parsed fails the view, since nobody knows what it stands for.
func (s *Server) readGraph(ctx context.Context, prefix string) (*graph, error) {
	g := &graph{oids: map[sai.OID]*node{}, entries: map[sai.Entry]*node{}}
	err := s.raw.Keys(ctx, prefix+"*", func(keys []string) error {
		rows, err := s.raw.Hashes(ctx, keys)
		if err != nil {
			return err
		}
		for i, fields := range rows {
			id := strings.Clone(keys[i][len(prefix):])
			o, err := sai.ParseObject(id)
			if err != nil || fields == nil {
				if fields == nil {
					continue
				}
				return err
			}
			m := o.Type.Meta()
			if m == nil {
				return fmt.Errorf("%s: unknown object type", id)
			}
			_, id, _ = strings.Cut(id, ":")
			n := &node{object: o, m: m, id: id}
			for _, f := range fields {
				if f.Name == wire.Null {
					n.null = true
					continue
				}
				n.texts = append(n.texts, db.Field{Name: strings.Clone(f.Name), Value: strings.Clone(f.Value)})
			}
			if n.attrs, err = wire.ParseAttrs(nil, m, n.texts); err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
			g.add(n)
		}
		return nil
	})
	return g, err
}

func (g *graph) add(n *node) {
	if n.object.Entry != nil {
		if g.entries[n.object.Entry] != nil {
			return // the walk through the keys may tell twice
		}
		g.entries[n.object.Entry] = n
	} else {
		if g.oids[n.object.OID] != nil {
			return
		}
		g.oids[n.object.OID] = n
	}
	g.nodes = append(g.nodes, n)
}

// keepDefaults adds the objects that the ASIC made by itself to a view that does not mention them, unless it removed them. They get no
// attributes, so what an earlier view set goes back to its default.
func (s *Server) keepDefaults(current, next *graph) {
	for vid, c := range current.oids {
		t := vid.VIDType()
		internal := s.found.cold[vid] || s.found.paths[vid] != "" || t == sai.ObjectTypePort || t == sai.ObjectTypeSwitch
		if internal && (!s.view.removed[vid] || s.permanent(vid)) && next.oids[vid] == nil {
			next.add(&node{object: c.object, m: c.m, id: c.id, null: true})
		}
	}
}

// permanent tells whether an object cannot be removed: it goes back to its defaults (sonic-contract 4.13).
func (s *Server) permanent(vid sai.OID) bool {
	rid, _ := s.oids.rid(vid)
	t := vid.VIDType()
	return t == sai.ObjectTypeSwitch || s.found.hidden[rid] || s.found.cold[vid] && keeps(t)
}

// replaceView makes the new view ASIC_STATE, and its VIDs those of the ASIC's objects.
func (s *Server) replaceView(current, next *graph, rids map[sai.OID]sai.OID) {
	for _, c := range current.nodes {
		if next.has(c) == nil {
			s.batch.delete(wire.State + c.m.Name + ":" + c.id)
		}
	}
	clear(s.found.told)
	for _, n := range next.nodes {
		s.found.tell(n.object.OID, n.texts)
		key := wire.State + n.m.Name + ":" + n.id
		if c := current.has(n); c == nil || !sameTexts(c, n) {
			fields := n.texts
			if n.null || len(fields) == 0 {
				fields = append(fields[:len(fields):len(fields)], nullRow...)
			}
			s.batch.Writes = append(s.batch.Writes, db.RawWrite{Key: key, Delete: c != nil, Fields: fields})
		}
		s.batch.delete(wire.TempState + n.m.Name + ":" + n.id)
	}
	s.rebind(rids)
	clear(s.fdb)
	for e, n := range next.entries {
		if e, ok := e.(sai.FdbEntry); ok {
			row := fdbRow{}
			for _, a := range n.attrs {
				row.follow(a, func(o sai.OID) (sai.OID, bool) { return o, true })
			}
			s.fdb[e] = row
		}
	}
}

func (g *graph) has(n *node) *node {
	if n.object.Entry != nil {
		return g.entries[n.object.Entry]
	}
	return g.oids[n.object.OID]
}

func sameTexts(a, b *node) bool {
	if len(a.texts) != len(b.texts) || a.null != b.null {
		return false
	}
	for _, f := range a.texts {
		found := false
		for _, g := range b.texts {
			found = found || f == g
		}
		if !found {
			return false
		}
	}
	return true
}

// rebind gives the maps the VIDs of the new view. Objects that no view knows keep theirs.
func (s *Server) rebind(rids map[sai.OID]sai.OID) {
	taken := map[sai.OID]bool{}
	for _, rid := range rids {
		taken[rid] = true
	}
	for vid, real := range s.oids.byVID {
		if _, stays := rids[vid]; !stays && (taken[real.rid] || s.found.paths[vid] == "") {
			s.oids.forget(vid)
		}
	}
	for vid, rid := range rids {
		s.oids.bind(vid, rid)
	}
	forward, back := s.oids.fields()
	s.replace(wire.VIDToRID, forward)
	s.replace(wire.RIDToVID, back)
}

var errCreateOnly = errors.New("a create-only attribute differs")
