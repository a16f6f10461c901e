package engine

import (
	"context"
	"log/slog"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
)

const laneCount = int(Urgent) + 1

// batchRows is how many rows a feed delivers at most at once.
const batchRows = 8192

// feed is one Source: one goroutine reads it, and the engine's translates what it delivers.
type feed struct {
	store   db.Store
	lane    Lane
	tables  []*table
	by      map[*db.Schema]*table
	listing bool // under way
	listed  bool // has been complete at least once
}

// table is the state of a table in a batch, whichever value of its schema that has.
func (f *feed) table(e *Engine, s *db.Schema) *table {
	t, ok := f.by[s]
	if !ok {
		t = e.table(s)
		f.by[s] = t
	}
	return t
}

// delivery is a batch on its way from a feed.
type delivery struct {
	feed  *feed
	batch db.Batch
	pos   int
}

// lane is where feeds of one lane hand over batches.
type lane struct {
	in  chan delivery
	cur *delivery // being translated
}

// serve reads the feed until ctx ends.
func (f *feed) serve(ctx context.Context, c Clock, in chan<- delivery) error {
	schemas := []*db.Schema{db.Marks}
	for _, t := range f.tables {
		schemas = append(schemas, t.schema)
	}
	for ctx.Err() == nil {
		err := f.watch(ctx, schemas, in)
		if ctx.Err() != nil {
			break
		}
		slog.Warn("a feed ended, opening it again", "error", err)
		select {
		case <-ctx.Done():
		case <-c.After(time.Second):
		}
	}
	return nil
}

func (f *feed) watch(ctx context.Context, schemas []*db.Schema, in chan<- delivery) error {
	w, err := f.store.Watch(ctx, schemas...)
	if err != nil {
		return err
	}
	defer w.Close()
	for {
		b, err := w.Next(ctx, batchRows)
		if err != nil {
			return err
		}
		select {
		case in <- delivery{feed: f, batch: b}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// takeRows takes rows of the delivery until max are done or the deadline has passed.
func (e *Engine) takeRows(d *delivery, deadline time.Time) (finished bool) {
	b := &d.batch
	if d.pos == 0 && b.Listing {
		d.feed.listing = true
		for _, t := range d.feed.tables {
			t.beginListing()
		}
	}
	for i := 1; d.pos < len(b.Changes); i++ {
		c := &b.Changes[d.pos]
		d.feed.table(e, c.Table).apply(c, d.feed.listing)
		d.pos++
		if i%64 == 0 && (i >= e.config.MaxOps || e.config.Clock.Now().After(deadline)) && d.pos < len(b.Changes) {
			return false
		}
	}
	if b.Listed {
		for _, t := range d.feed.tables {
			t.endListing()
		}
		d.feed.listing, d.feed.listed = false, true
	}
	e.marks.delivered(e, b.Marks)
	return true
}

// openGates lets operations begin when all inputs but those of the Bulk lane are complete, and removals of what nobody wants when all are.
// So a restarted daemon touches nothing on incomplete knowledge. It is called when all rows that have been taken are translated, or they would count as
// complete although nobody knows yet what they want.
func (e *Engine) openGates() {
	if e.mayPrune {
		return
	}
	all, deciding := true, true
	for _, f := range e.feeds {
		all = all && f.listed
		deciding = deciding && (f.listed || f.lane == Bulk)
	}
	for _, s := range e.sinks {
		for _, t := range s.tables {
			deciding = deciding && t.state == read
		}
	}
	e.mayApply = e.mayApply || deciding
	if !all || !e.mayApply {
		return
	}
	e.mayPrune = true
	for _, k := range e.ranked {
		for _, n := range k.nodes {
			if n.is(exists) {
				e.touch(n)
			}
		}
	}
	for _, d := range e.dense {
		d.prune()
	}
}
