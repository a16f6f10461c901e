package redis

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
)

const (
	// popChunk is how many rows one script pops: a millisecond in which the server serves nobody else.
	popChunk = 512
	// popped is how many rows of state tables a batch has at most. More are no cheaper, and wait longer: what is read soon after it was written
	// is still in the server's caches.
	popped = 4096
)

// pops are rows that a script has popped: gone are those that have no row, by their place.
type pops struct {
	keys []string
	gone []int
}

// settle pops as many rows as there are now. A producer that never pauses does not hold it up.
func (f *feed) settle(t *table) error {
	f.cmd.Select(t.Database)
	if err := one(f.cmd, "SCARD", keySet(t.Schema)); err != nil {
		return err
	}
	n, err := f.cmd.Int()
	for left := int(n); err == nil && left > 0; {
		var got pops
		f.askPop(t, chunk)
		if err = f.cmd.Flush(); err == nil {
			got, err = f.readPop(t)
		}
		left -= max(1, len(got.keys))
	}
	return err
}

// pop takes rows from the state tables that may have some, until the changes are max, and reads them.
func (f *feed) pop(changes []db.Change, max int) ([]db.Change, error) {
	for _, t := range f.tables {
		if t.Transport != db.StateTable || !t.dirty || len(changes) >= max {
			continue
		}
		var err error
		if changes, err = f.popTable(t, changes, max); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// popTable asks for rows and for the next pop in one trip to the server, as long as there is more to come.
func (f *feed) popTable(t *table, changes []db.Change, max int) ([]db.Change, error) {
	f.cmd.Select(t.Database)
	asked := min(popChunk, max-len(changes))
	f.askPop(t, asked)
	if err := f.cmd.Flush(); err != nil {
		return nil, err
	}
	for asked > 0 {
		got, err := f.readPop(t)
		if err != nil {
			return nil, err
		}
		t.dirty = len(got.keys) == asked
		refs, next := got.refs(t.Schema), 0
		if t.dirty {
			next = min(popChunk, max-len(changes)-len(refs))
		}
		changes = slices.Grow(changes, len(refs))
		if changes, err = f.readAnd(changes, refs, func() {
			if next > 0 {
				f.askPop(t, next)
			}
		}); err != nil {
			return nil, err
		}
		asked = next
	}
	return changes, nil
}

func (p *pops) refs(t *db.Schema) []ref {
	refs := make([]ref, len(p.keys))
	for i, k := range p.keys {
		refs[i] = ref{table: t, key: k}
	}
	for _, i := range p.gone {
		refs[i].gone = true
	}
	return refs
}

// readAnd reads rows; what and appends to the pipeline is answered after them.
func (f *feed) readAnd(changes []db.Change, refs []ref, and func()) ([]db.Change, error) {
	if err := askRows(f.cmd, refs); err != nil {
		return nil, err
	}
	and()
	if err := f.cmd.Flush(); err != nil {
		return nil, err
	}
	return takeRows(f.cmd, changes, refs)
}

func (f *feed) askPop(t *table, n int) {
	f.cmd.Cmd("EVALSHA", f.popSHA, "2", keySet(t.Schema), delSet(t.Schema), strconv.Itoa(n), t.Name+t.Database.Separator())
}

func (f *feed) readPop(t *table) (p pops, err error) {
	if _, err := f.cmd.Array(); err != nil {
		return p, fmt.Errorf("pop %s: %w", t.Name, err)
	}
	if p.keys, err = f.cmd.Strings(make([]string, 0, popChunk)); err != nil {
		return p, err
	}
	n, err := f.cmd.Array()
	for range n {
		at, err := f.cmd.Int()
		if err == nil && (at < 1 || int(at) > len(p.keys)) {
			err = fmt.Errorf("row %d of %d is gone", at, len(p.keys))
		}
		if err != nil {
			return p, f.cmd.Break(err)
		}
		p.gone = append(p.gone, int(at)-1)
	}
	return p, err
}
