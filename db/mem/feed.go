package mem

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

var errClosed = errors.New("the feed is closed")

const defaultMax = 1024

// feed is guarded by its server's mutex.
type feed struct {
	s       *Server
	wake    chan struct{}
	closed  bool
	tables  []*db.Schema
	by      map[source]*db.Schema
	state   []*db.Schema // consumed by this feed
	listing bool         // under way or not begun
	begun   bool
	pending []ref // to be read and delivered, in order
	queued  map[ref]struct{}
	changes []db.Change                      // of Map tables, to be delivered
	maps    map[*db.Schema]map[string]string // what was delivered of Map tables
	marked  bool                             // marks are delivered
	marks   []string                         // to be delivered behind what was written before them
}

type source struct {
	id   db.ID
	name string
}

// ref is a row to deliver; gone if its transport says so whatever the database holds.
type ref struct {
	table *db.Schema
	key   string
	gone  bool
}

// Watch implements db.Store.
func (c *Client) Watch(ctx context.Context, tables ...*db.Schema) (db.Feed, error) {
	f := &feed{s: c.s, wake: make(chan struct{}, 1), by: map[source]*db.Schema{}, queued: map[ref]struct{}{}, listing: true,
		maps: map[*db.Schema]map[string]string{}}
	for _, t := range tables {
		if t == db.Marks {
			f.marked = true
			continue
		}
		if f.by[source{t.Database, t.Name}] != nil {
			continue
		}
		f.by[source{t.Database, t.Name}] = t
		f.tables = append(f.tables, t)
		switch t.Transport {
		case db.StateTable:
			f.state = append(f.state, t)
		case db.Map:
			f.maps[t] = map[string]string{}
		}
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.feeds[f] = struct{}{}
	return f, ctx.Err()
}

// Close implements db.Feed.
func (f *feed) Close() error {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	f.closed = true
	delete(f.s.feeds, f)
	notify(f.wake)
	return nil
}

// touched is a keyspace event.
func (f *feed) touched(id db.ID, key string) {
	if !f.begun {
		return // everything is read later
	}
	name, rest, found := strings.Cut(key, id.Separator())
	t := f.by[source{id, name}]
	switch {
	case t == nil, found == (t.Transport == db.Map), t.Transport == db.StateTable:
		return
	case t.Transport == db.Map:
		f.push(ref{table: t})
	default:
		f.push(ref{table: t, key: rest})
	}
	notify(f.wake)
}

func (f *feed) push(r ref) {
	if _, ok := f.queued[r]; !ok {
		f.queued[r] = struct{}{}
		f.pending = append(f.pending, r)
	}
}

// Next implements db.Feed.
func (f *feed) Next(ctx context.Context, max int) (db.Batch, error) {
	if max <= 0 {
		max = defaultMax
	}
	for {
		if err := ctx.Err(); err != nil {
			return db.Batch{}, err
		}
		b, ready, err := f.batch(max)
		if ready || err != nil {
			return b, err
		}
		select {
		case <-ctx.Done():
		case <-f.wake:
		}
	}
}

func (f *feed) batch(max int) (b db.Batch, ready bool, err error) {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if f.closed {
		return b, false, errClosed
	}
	if f.listing {
		b.Listing = !f.begun
		f.begin()
	} else if len(f.pending)+len(f.changes) == 0 {
		for _, t := range f.state {
			f.pending = append(f.pending, f.s.pop(t, max-len(f.pending))...)
		}
	}
	for len(b.Changes)+len(f.changes) < max && len(f.pending) > 0 {
		r := f.pending[0]
		f.pending = f.pending[1:]
		delete(f.queued, r)
		if r.table.Transport == db.Map {
			f.diff(r.table)
		} else {
			b.Changes = append(b.Changes, f.s.read(r))
		}
	}
	n := min(max-len(b.Changes), len(f.changes))
	b.Changes = append(b.Changes, f.changes[:n]...)
	f.changes = f.changes[n:]
	if f.listing && len(f.pending) == 0 && len(f.changes) == 0 {
		b.Listed, f.listing = true, false
	}
	if len(f.marks) > 0 && f.drained() {
		b.Marks, f.marks = f.marks, nil
	}
	return b, b.Listing || b.Listed || len(b.Changes)+len(b.Marks) > 0, nil
}

// drained tells whether all that was written has been delivered, with this batch at the latest.
func (f *feed) drained() bool {
	if f.listing || len(f.pending)+len(f.changes) > 0 {
		return false
	}
	return !slices.ContainsFunc(f.state, func(t *db.Schema) bool { return len(f.s.space(t.Database).sets[keySet(t)]) > 0 })
}

// begin queues all rows. Rows that wait in a state table come too: their publisher may have written them before its consumer was there.
func (f *feed) begin() {
	if f.begun {
		return
	}
	f.begun = true
	for _, t := range f.tables {
		if t.Transport == db.StateTable {
			f.s.pop(t, -1)
		}
		if t.Transport == db.Map {
			f.push(ref{table: t})
			continue
		}
		for _, k := range f.s.keys(t) {
			f.push(ref{table: t, key: k})
		}
	}
}

func (s *Server) read(r ref) db.Change {
	if r.gone {
		return db.Change{Table: r.table, Key: r.key, Gone: true}
	}
	return s.row(r.table, r.key)
}

// diff queues what changed in a Map.
func (f *feed) diff(t *db.Schema) {
	known := f.maps[t]
	now := make(map[string]string, len(known))
	for _, field := range f.s.hgetall(t.Database, t.Name) {
		now[field.Name] = field.Value
		if old, ok := known[field.Name]; !ok || old != field.Value {
			f.changes = append(f.changes, db.Change{Table: t, Key: field.Name, Fields: []db.Field{{Value: field.Value}}})
		}
	}
	for k := range known {
		if _, ok := now[k]; !ok {
			f.changes = append(f.changes, db.Change{Table: t, Key: k, Gone: true})
		}
	}
	f.maps[t] = now
}

// pop is ConsumerStateTable (sonic-contract 2.4): at most n rows (negative: all) go from their temporary hashes to the final ones.
func (s *Server) pop(t *db.Schema, n int) []ref {
	var popped []ref
	id := t.Database
	for key := range s.space(id).sets[keySet(t)] {
		if len(popped) == n {
			break
		}
		s.srem(id, keySet(t), key)
		final, temp := fullKey(t, key), tempKey(t, key)
		if s.srem(id, delSet(t), key) {
			s.del(id, final)
		}
		fields := s.hgetall(id, temp)
		s.hset(id, final, fields)
		s.del(id, temp)
		popped = append(popped, ref{table: t, key: key, gone: len(fields) == 0})
	}
	return popped
}
