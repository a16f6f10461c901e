package openconfig

import (
	"slices"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Watch implements origin.Origin.
func (o *Origin) Watch(q origin.Query) (origin.Watch, error) {
	m, err := o.model()
	if err != nil {
		return nil, err
	}
	found, err := m.find(q.Path, dataType(q.Type))
	if err != nil {
		return nil, err
	}
	found.of = slices.DeleteFunc(found.of, func(a *asked) bool { return len(a.leaves) == 0 })
	w := &watch{query: found, tables: map[tableName][]follower{}, sampled: len(found.of) > 0}
	for _, a := range found.of {
		w.follow(a)
		w.sampled = w.sampled && a.rows.Counters
	}
	return w, nil
}

type tableName struct {
	database db.ID
	name     string
}

// watch is immutable once it is made.
type watch struct {
	query   *query
	sources []origin.Source
	tables  map[tableName][]follower
	sampled bool
}

// follower takes a row of a table to what is bound by it, and to the leaves that hang on it.
type follower struct {
	asked *asked
	bind  func(c db.Change) (binding, bool)
}

func (w *watch) follow(a *asked) {
	c := a.rows
	key := ""
	if len(c.keys) == 1 && c.via == nil {
		key, _ = c.keys[0].text.toDB(a.bound)
	}
	w.add(c.Table, key, follower{a, func(row db.Change) (binding, bool) { return c.bindKey(row.Key, a.bound) }})
	if c.via != nil {
		w.add(c.Via.Table, "", follower{a, unified(c.via, a.bound)})
	}
	for _, g := range c.given {
		w.add(g.Table, "", follower{a, unified(g.key, a.bound)})
	}
}

func unified(t template, b binding) func(db.Change) (binding, bool) {
	return func(row db.Change) (binding, bool) {
		own := slices.Clone(b)
		return own, t.fromDB(row.Key, own)
	}
}

func (w *watch) add(t *db.Schema, key string, f follower) {
	name := tableName{t.Database, t.Name}
	w.tables[name] = append(w.tables[name], f)
	for i := range w.sources {
		if s := &w.sources[i]; s.Table.Database == t.Database && s.Table.Name == t.Name && (s.Key == key || s.Key == "" || key == "") {
			if key == "" {
				s.Key = ""
			}
			return
		}
	}
	w.sources = append(w.sources, origin.Source{Table: t, Key: key})
}

// Sources implements origin.Watch.
func (w *watch) Sources() []origin.Source { return w.sources }

// Sampled implements origin.Watch.
func (w *watch) Sampled() bool { return w.sampled }

// few is up to how many leaves are named one by one when a row changes; more are named by their entry.
const few = 6

// Affected implements origin.Watch.
func (w *watch) Affected(c db.Change) []*gpb.Path {
	var out []*gpb.Path
	for _, f := range w.tables[tableName{c.Table.Database, c.Table.Name}] {
		b, ok := f.bind(c)
		if !ok {
			continue
		}
		for _, p := range w.narrow(f.asked, b) {
			if !slices.ContainsFunc(out, func(q *gpb.Path) bool { return origin.Matches(q, p) }) {
				out = append(out, p)
			}
		}
	}
	return out
}

// narrow are the paths of what hangs on a row: its few leaves, or its entry, no higher than the query's path.
func (w *watch) narrow(a *asked, b binding) []*gpb.Path {
	at := make([]*gpb.PathElem, len(a.rows.at))
	for i, e := range a.rows.at {
		at[i] = &gpb.PathElem{Name: e.name}
		for _, k := range e.keys {
			v, ok := k.text.toOC(b)
			if !ok {
				v = origin.Any
			}
			if at[i].Key == nil {
				at[i].Key = map[string]string{}
			}
			at[i].Key[k.name] = v
		}
	}
	if len(a.leaves) > few {
		if n := len(at); len(w.query.path) > n && !w.query.anyDepth {
			at = append(at, w.query.path[n:]...)
		}
		return []*gpb.Path{{Elem: at}}
	}
	paths := make([]*gpb.Path, len(a.leaves))
	for i, l := range a.leaves {
		paths[i] = &gpb.Path{Elem: append(at[:len(at):len(at)], l.tail...)}
	}
	return paths
}
