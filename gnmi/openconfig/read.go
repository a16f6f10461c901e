package openconfig

import (
	"context"
	"fmt"
	"slices"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Read implements origin.Origin.
func (o *Origin) Read(ctx context.Context, v origin.View, q origin.Query, yield func(origin.Leaf) bool) error {
	m, err := o.model()
	if err != nil {
		return err
	}
	found, err := m.find(q.Path, dataType(q.Type))
	if err != nil {
		return err
	}
	r := reading{ctx: ctx, view: v, entries: map[string][]origin.Leaf{}}
	if found.anyDepth {
		r.pattern = q.Path
	}
	for _, a := range found.of {
		if len(a.leaves) == 0 {
			continue
		}
		if err := r.rows(a); err != nil {
			return err
		}
	}
	r.yield(yield)
	return nil
}

// reading collects the leaves of one Read by the outermost list entry that they are in.
type reading struct {
	ctx     context.Context
	view    origin.View
	pattern *gpb.Path
	entries map[string][]origin.Leaf
	order   []string
}

func (r *reading) yield(yield func(origin.Leaf) bool) {
	slices.SortFunc(r.order, mapping.Natural)
	for _, entry := range r.order {
		for _, l := range r.entries[entry] {
			if !yield(l) {
				return
			}
		}
	}
}

// found is a row that was read, with its variables.
type found struct {
	vars   binding
	fields []db.Field
}

func (r *reading) rows(a *asked) error {
	rows, err := r.read(a)
	if err != nil {
		return fmt.Errorf("%s: %w", a.rows.At, err)
	}
	if a.rows.Derive != nil {
		rows = distinct(a.rows, rows)
	}
	lists := map[string]*gather{}
	var order []string
	for _, f := range rows {
		at, entry, ok := a.rows.path(f.vars)
		if !ok {
			continue
		}
		for _, l := range a.leaves {
			if l.many() {
				id := entry + "\x00" + origin.Text(&gpb.Path{Elem: at}) + l.node.name + l.node.parent.name
				if lists[id] == nil {
					lists[id] = &gather{leaf: l, at: at, entry: entry}
					order = append(order, id)
				}
				lists[id].texts = append(lists[id].texts, f.vars[l.part.variable].oc)
				continue
			}
			if v := l.read(f); v != nil {
				r.add(entry, l, at, v)
			}
		}
	}
	for _, id := range order {
		g := lists[id]
		slices.SortFunc(g.texts, mapping.Natural)
		r.add(g.entry, g.leaf, g.at, g.leaf.node.kind.value(g.texts))
	}
	return nil
}

// distinct keeps one of the rows that are one entry: many routes have one group of next hops.
func distinct(c *rows, all []found) []found {
	seen := make(map[string]bool, len(all))
	var id strings.Builder
	return slices.DeleteFunc(all, func(f found) bool {
		id.Reset()
		for _, e := range c.at {
			for _, k := range e.keys {
				v, _ := k.text.toOC(f.vars)
				id.WriteString(v + "\x00")
			}
		}
		was := seen[id.String()]
		seen[id.String()] = true
		return was
	})
}

// gather is a leaf-list whose elements are rows.
type gather struct {
	leaf  *leaf
	at    []*gpb.PathElem
	entry string
	texts []string
}

func (l *leaf) many() bool { return l.isVar && l.node.kind.list }

func (r *reading) add(entry string, l *leaf, at []*gpb.PathElem, v *gpb.TypedValue) {
	p := &gpb.Path{Elem: append(at[:len(at):len(at)], l.tail...)}
	if r.pattern != nil && !origin.Matches(r.pattern, p) {
		return
	}
	if _, known := r.entries[entry]; !known {
		r.order = append(r.order, entry)
	}
	r.entries[entry] = append(r.entries[entry], origin.Leaf{Path: p, Value: v})
}

// path is the rows' path for a row, and the text of the outermost list entry in it.
func (c *rows) path(b binding) (at []*gpb.PathElem, entry string, ok bool) {
	at = make([]*gpb.PathElem, len(c.at))
	for i, e := range c.at {
		at[i] = &gpb.PathElem{Name: e.name}
		if len(e.keys) == 0 {
			continue
		}
		at[i].Key = make(map[string]string, len(e.keys))
		for _, k := range e.keys {
			v, ok := k.text.toOC(b)
			if !ok {
				return nil, "", false
			}
			at[i].Key[k.name] = v
		}
		if entry == "" {
			entry = origin.Text(&gpb.Path{Elem: at[:i+1]})
		}
	}
	if entry == "" {
		entry = "/" + c.at[0].name
	}
	return at, entry, true
}

// read is the leaf's value in a row; nil if it has none.
func (l *leaf) read(f found) *gpb.TypedValue {
	var texts []string
	switch {
	case l.isVar:
		texts = []string{f.vars[l.part.variable].oc}
	case l.fields == nil:
		if _, has := value(f.fields, l.cond); l.cond != "" && !has {
			return nil
		}
		text, _ := l.value.toOC(f.vars)
		return l.node.kind.value([]string{text})
	default:
		any := false
		for _, name := range l.fields {
			v, ok := value(f.fields, name)
			if !ok && l.absent != "" {
				v, ok = l.absent, true
			}
			texts, any = append(texts, v), any || ok
		}
		if !any {
			return nil
		}
	}
	if l.node.kind.list {
		return l.readList(texts[0])
	}
	if l.as != nil {
		text, ok := l.as.FromDB(texts)
		if !ok {
			return nil
		}
		texts = []string{text}
	}
	return l.node.kind.value(texts[:1])
}

func (l *leaf) readList(text string) *gpb.TypedValue {
	items := mapping.Items(text)
	if c, ok := l.as.(mapping.ListCodec); ok {
		items = c.ListFromDB(text)
	} else if l.as != nil {
		var out []string
		for _, i := range items {
			if v, ok := l.as.FromDB([]string{i}); ok {
				out = append(out, v)
			}
		}
		items = out
	}
	if len(items) == 0 {
		return nil
	}
	return l.node.kind.value(items)
}

// value is a field's; lists in CONFIG_DB have an @ behind their names, which not every writer cares for.
func value(fields []db.Field, name string) (string, bool) {
	bare := strings.TrimSuffix(name, "@")
	for i := range fields {
		if f := &fields[i]; f.Name == name || strings.TrimSuffix(f.Name, "@") == bare {
			return f.Value, true
		}
	}
	return "", false
}
