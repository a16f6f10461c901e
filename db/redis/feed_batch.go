package redis

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
)

// batch makes the next batch of what is known to have changed; empty if nothing has.
func (f *feed) batch(max int) (b db.Batch, err error) {
	if f.phase == begin {
		if err := f.startListing(); err != nil {
			return b, err
		}
		b.Listing = true
	}
	for len(f.pending) < max && len(f.scans) > 0 {
		if err := f.scan(); err != nil {
			return b, err
		}
	}
	if err := f.readMaps(); err != nil {
		return b, err
	}
	if b.Changes, err = f.deliver(max); err != nil {
		return b, err
	}
	if f.phase == live && len(f.pending) == 0 {
		if b.Changes, err = f.pop(b.Changes, min(max, popped)); err != nil {
			return b, err
		}
	}
	if f.phase == listing && len(f.pending) == 0 && len(f.changes) == 0 && len(f.scans) == 0 {
		b.Listed = true
		f.phase = live
	}
	if len(f.marks) > 0 && f.drained() {
		b.Marks, f.marks = f.marks, nil
	}
	return b, nil
}

// drained tells whether all that was heard of has been delivered, with this batch at the latest.
func (f *feed) drained() bool {
	if f.phase != live || len(f.pending)+len(f.changes) > 0 {
		return false
	}
	return !slices.ContainsFunc(f.tables, func(t *table) bool { return t.dirty })
}

// startListing takes what waits in the state tables to the final hashes, which are listed then: the publisher may have written all of it before
// its consumer was there.
func (f *feed) startListing() error {
	for _, t := range f.tables {
		switch t.Transport {
		case db.StateTable:
			if err := f.settle(t); err != nil {
				return err
			}
			t.dirty = true
		case db.Map:
			t.dirty, t.known = true, nil
		}
	}
	f.startScans()
	f.phase, f.epoch = listing, f.current
	return nil
}

// deliver reads what is pending, at most max rows, and takes what is there of Maps.
func (f *feed) deliver(max int) ([]db.Change, error) {
	n := min(max, len(f.changes))
	changes := f.changes[:n:n]
	f.changes = f.changes[n:]
	n = min(max-n, len(f.pending))
	if n == 0 {
		return changes, nil
	}
	refs := f.pending[:n]
	f.pending = f.pending[n:]
	if len(f.queued) > 0 {
		for _, r := range refs {
			delete(f.queued, r)
		}
	}
	changes = slices.Grow(changes, n)
	for len(refs) > 0 {
		id, same := refs[0].table.Database, 1
		for same < len(refs) && refs[same].table.Database == id {
			same++
		}
		f.cmd.Select(id)
		var err error
		if changes, err = readRows(f.cmd, changes, refs[:same]); err != nil {
			return nil, err
		}
		refs = refs[same:]
	}
	return changes, nil
}

// readMaps reads the Maps that changed, and compares them with what the reader knows.
func (f *feed) readMaps() error {
	for _, t := range f.tables {
		if t.Transport != db.Map || !t.dirty {
			continue
		}
		t.dirty = false
		f.cmd.Select(t.Database)
		now := make(map[string]string, len(t.known))
		err := readMap(f.cmd, t.Schema, func(field db.Field) {
			now[field.Name] = field.Value
			if old, ok := t.known[field.Name]; !ok || old != field.Value {
				f.changes = append(f.changes, db.Change{Table: t.Schema, Key: field.Name, Fields: []db.Field{{Value: field.Value}}})
			}
		})
		if err != nil {
			return err
		}
		for k := range t.known {
			if _, ok := now[k]; !ok {
				f.changes = append(f.changes, db.Change{Table: t.Schema, Key: k, Gone: true})
			}
		}
		t.known = now
	}
	return nil
}
