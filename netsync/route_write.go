package netsync

import (
	"context"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// maxWriting is how many batches the writer may have: one that it writes, and one to go on with.
const maxWriting = 2

// RoutePublisher is the name by which Routes says that all its rows are written (engine.Republisher).
const RoutePublisher = "routes"

// routeBatch is one write.
type routeBatch struct {
	writes []db.Write
	told   bool // instead: say that all are written
	// the routes among them, if somebody waits to hear of them
	v4 []key4
	v6 []key6
}

// flush gives the writer what there is to write, as far as it can take it.
func (r *Routes) flush(to chan<- routeBatch) {
	for r.writing < maxWriting {
		b := r.batch()
		if len(b.writes) == 0 {
			if !r.complete || r.writing > 0 {
				break
			}
			b.told, r.complete = true, false
		}
		r.writing++
		r.stats.written.Add(uint64(len(b.writes)))
		to <- b // has room for maxWriting
	}
	r.stats.dirty.Store(int64(len(r.v4.dirty) + len(r.v6.dirty)))
	r.stats.routes.Store(int64(len(r.v4.m) + len(r.v6.m)))
}

// batch renders the next rows. All keys of a batch share one string.
func (r *Routes) batch() routeBatch {
	n := min(r.o.Batch, len(r.v4.dirty)+len(r.v6.dirty))
	b := routeBatch{writes: r.groupWrites(make([]db.Write, 0, n+len(r.rows.dirty)))}
	first := len(b.writes)
	keys, ends := make([]byte, 0, 20*n), make([]int, 0, n)
	keys, ends = take(r, r.v4, n, &b, &b.v4, keys, ends)
	keys, ends = take(r, r.v6, n-len(ends), &b, &b.v6, keys, ends)
	text, start := string(keys), 0
	for i, end := range ends {
		b.writes[first+i].Key = text[start:end]
		start = end
	}
	return b
}

// take renders up to n routes of a table.
func take[K routeKey](r *Routes, t *routeTable[K], n int, b *routeBatch, tell *[]K, keys []byte, ends []int) ([]byte, []int) {
	for full := len(ends) + n; len(ends) < full && len(t.dirty) > 0; {
		t.take(full-len(ends), func(k K, e entry, was, want uint32) {
			keys = appendRouteKey(keys, r.names.vrfs[k.vrfIndex()], k)
			ends = append(ends, len(keys))
			w := db.Write{Table: tables.ApplRoute.Schema, Delete: want == 0 || r.texts.leaves(was, want)}
			if want != 0 {
				w.Fields = r.texts.list[want].fields
				if r.o.Ack && !r.suppress {
					*tell = append(*tell, k)
				}
			}
			b.writes = append(b.writes, w)
		})
	}
	return keys, ends
}

// appendRouteKey writes tables.RouteKey's text without building strings.
func appendRouteKey[K routeKey](b []byte, vrf string, k K) []byte {
	if vrf != "" {
		b = append(append(b, vrf...), ':')
	}
	p := k.prefix()
	if p.IsSingleIP() {
		return p.Addr().AppendTo(b)
	}
	return p.AppendTo(b)
}

// write carries batches out, in order. While the store is away it repeats: writes are idempotent, and what changed meanwhile follows.
func (r *Routes) write(ctx context.Context, batches <-chan routeBatch, done chan<- routeBatch) error {
	for {
		var b routeBatch
		select {
		case b = <-batches:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := r.retry(ctx, "writing routes", func() error { return r.carry(ctx, b) }); err != nil {
			return err
		}
		select {
		case done <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (r *Routes) carry(ctx context.Context, b routeBatch) error {
	if !b.told {
		return r.o.Store.Write(ctx, b.writes)
	}
	if s, ok := r.o.Store.(engine.Republisher); ok {
		return s.Republished(ctx, RoutePublisher)
	}
	return nil
}

// retry repeats f with a growing pause until it succeeds or the context ends.
func (r *Routes) retry(ctx context.Context, what string, f func() error) error {
	const first, last = 50 * time.Millisecond, 2 * time.Second
	for pause := first; ; pause = min(2*pause, last) {
		err := f()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case pause == first:
			r.log.Warn("the database is away, repeating", "what", what, "error", err)
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
	}
}
