package subscribe

import (
	"context"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// feed follows one table for all topics. The hub's lock guards the registry in it.
type feed struct {
	hub    *Hub
	schema *db.Schema
	ready  chan struct{} // closed when changes are heard
	stop   context.CancelFunc
	every  map[*topic]struct{}            // follow all rows
	byKey  map[string]map[*topic]struct{} // follow one
}

// follow adds a topic to the feed of its source's table. The caller holds the hub's lock.
func (h *Hub) follow(t *topic, src origin.Source) *feed {
	id := table{src.Table.Database, src.Table.Name}
	f := h.feeds[id]
	if f == nil {
		ctx, stop := context.WithCancel(h.ctx)
		f = &feed{hub: h, schema: src.Table, ready: make(chan struct{}), stop: stop, every: map[*topic]struct{}{}, byKey: map[string]map[*topic]struct{}{}}
		if f.schema.Transport == db.StateTable { // a subscriber does not take rows away from their consumer
			f.schema = &db.Schema{Database: src.Table.Database, Name: src.Table.Name, Transport: db.Plain}
		}
		h.feeds[id] = f
		h.group.Go(func() error { return f.run(ctx) })
	}
	if src.Key == "" {
		f.every[t] = struct{}{}
		return f
	}
	if f.byKey[src.Key] == nil {
		f.byKey[src.Key] = map[*topic]struct{}{}
	}
	f.byKey[src.Key][t] = struct{}{}
	return f
}

func (f *feed) drop(t *topic) {
	delete(f.every, t)
	for k, topics := range f.byKey {
		if delete(topics, t); len(topics) == 0 {
			delete(f.byKey, k)
		}
	}
}

// reopen is the pause before a feed that ended is opened again.
const reopen = time.Second

func (f *feed) run(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := f.watch(ctx); err == nil || ctx.Err() != nil {
			return nil
		} else {
			f.hub.log.Warn("a feed ended", "table", f.schema.Name, "err", err)
		}
		timer := time.NewTimer(reopen)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

func (f *feed) watch(ctx context.Context) error {
	w, err := f.hub.store.Watch(ctx, f.schema)
	if err != nil {
		return err
	}
	defer w.Close()
	listing, before := false, false
	for {
		b, err := w.Next(ctx, 0)
		if err != nil {
			return err
		}
		listing = listing || b.Listing
		switch {
		case b.Listed && !before:
			before = true
			select {
			case <-f.ready: // opened again
				f.all()
			default:
				close(f.ready)
			}
		case b.Listed: // anything may have happened meanwhile
			f.all()
		case !listing:
			f.deliver(b.Changes)
		}
		if b.Listed {
			listing = false
		}
	}
}

func (f *feed) deliver(changes []db.Change) {
	f.hub.mu.RLock()
	defer f.hub.mu.RUnlock()
	for _, c := range changes {
		for t := range f.every {
			t.mark(t.watch.Affected(c))
		}
		for t := range f.byKey[c.Key] {
			t.mark(t.watch.Affected(c))
		}
	}
}

func (f *feed) all() {
	f.hub.mu.RLock()
	defer f.hub.mu.RUnlock()
	for t := range f.every {
		t.markAll()
	}
	for _, topics := range f.byKey {
		for t := range topics {
			t.markAll()
		}
	}
}
