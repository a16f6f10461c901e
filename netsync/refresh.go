package netsync

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Every neighbour that the ASIC forwards to is asked for again once a round (SONiC's arp_update, which pings them). The kernel would not by itself: it sees none
// of their frames. One that answers stays as it is; one that has gone, or has come back with another MAC address, fails a few seconds later, and the next frame
// for it has it looked for anew.
const (
	refreshRound = 300 * time.Second
	refreshTurns = 300 // in a round: the questions are spread over it
)

// refresh asks for the neighbours that the kernel knows, until the context ends.
func refresh(ctx context.Context, facts db.Store, kernel NeighResolver, log *slog.Logger) error {
	feed, err := facts.Watch(ctx, tables.FactNeigh.Schema)
	if err != nil {
		return err
	}
	defer feed.Close()
	batches := make(chan db.Batch)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return pump(ctx, feed, batches) })
	g.Go(func() error {
		r := refresher{known: map[tables.NeighKey]bool{}}
		turn := time.NewTicker(refreshRound / refreshTurns)
		defer turn.Stop()
		for {
			select {
			case b := <-batches:
				r.take(b)
			case <-turn.C:
				if keys := r.next(); len(keys) > 0 {
					kernel.Resolve(keys) // errors are of links that are gone or down, and their neighbours go with them
					log.Debug("asked neighbours again", "count", len(keys))
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	return g.Wait()
}

// refresher knows whose turn it is.
type refresher struct {
	known map[tables.NeighKey]bool
	round []tables.NeighKey // who is still to be asked in this round
	left  int               // turns of this round
}

func (r *refresher) take(b db.Batch) {
	if b.Listing {
		clear(r.known)
	}
	for _, c := range b.Changes {
		k, f, err := tables.FactNeigh.Decode(c.Key, c.Fields)
		if !c.Gone && err == nil && f.Valid && !f.NoARP && !f.External && linux.HostKindOf(k.Interface) != linux.HostNone {
			r.known[k] = true
		} else {
			delete(r.known, k)
		}
	}
}

// next is who is asked in this turn. Who came during a round is asked in the next one.
func (r *refresher) next() (keys []linux.NeighKey) {
	if r.left == 0 {
		r.left, r.round = refreshTurns, r.round[:0]
		for k := range r.known {
			r.round = append(r.round, k)
		}
	}
	n := (len(r.round) + r.left - 1) / r.left
	for _, k := range r.round[:n] {
		if r.known[k] {
			keys = append(keys, linkKey(k))
		}
	}
	r.round, r.left = r.round[n:], r.left-1
	return keys
}
