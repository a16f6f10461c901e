package enginetest

import (
	"context"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// feed is one open Watch.
type feed struct {
	store   *Store
	tables  []*db.Schema
	changed map[rowID]*db.Schema
	listing bool // a listing is to be delivered, or being so
	begun   bool
	waiting bool
	woken   chan struct{}
}

func (f *feed) table(t *db.Schema) *db.Schema {
	for _, own := range f.tables {
		if own.Database == t.Database && own.Name == t.Name {
			return own
		}
	}
	return nil
}

// list begins a listing: all rows are changes, and what is not among them is gone.
func (f *feed) list() {
	f.listing, f.begun = true, false
	f.changed = map[rowID]*db.Schema{}
	for id := range f.store.rows {
		if t := f.table(&db.Schema{Database: id.database, Name: id.table}); t != nil {
			f.changed[id] = t
		}
	}
}

func (f *feed) wake() {
	select {
	case f.woken <- struct{}{}:
	default:
	}
}

// Next implements db.Feed.
func (f *feed) Next(ctx context.Context, max int) (db.Batch, error) {
	for {
		if b, ok := f.take(max); ok {
			return b, nil
		}
		select {
		case <-ctx.Done():
			return db.Batch{}, ctx.Err()
		case <-f.woken:
		}
	}
}

func (f *feed) take(max int) (b db.Batch, ok bool) {
	s := f.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.waiting = len(f.changed) == 0 && !f.listing; f.waiting {
		return b, false
	}
	ids := make([]rowID, 0, len(f.changed))
	for id := range f.changed {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b rowID) int {
		if c := strings.Compare(a.table, b.table); c != 0 {
			return c
		}
		return strings.Compare(a.key, b.key)
	})
	n := len(ids)
	if max > 0 {
		n = min(n, max)
	}
	if s.Rand != nil && n > 0 {
		s.Rand.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		n = 1 + s.Rand.IntN(n)
	}
	for _, id := range ids[:n] {
		b.Changes = append(b.Changes, s.change(f.changed[id], id))
		delete(f.changed, id)
	}
	if f.listing {
		b.Listing = !f.begun
		f.begun = true
		if b.Listed = len(f.changed) == 0; b.Listed {
			f.listing = false
		}
	}
	return b, true
}

// Close implements db.Feed.
func (f *feed) Close() error {
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	delete(f.store.feeds, f)
	return nil
}
