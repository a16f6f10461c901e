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

// resolveEvery is the time between two requests for a neighbour that somebody still waits for. The kernel gives up after 3 s.
const resolveEvery = 10 * time.Second

// NeighResolver starts the resolution of neighbours: a kernel.Resolver. One that is known already is left as it is.
type NeighResolver interface {
	Resolve(neighbors []linux.NeighKey) []error
}

// Resolve asks the kernel for what others need of it, until the context ends: for each neighbour in NEIGH_RESOLVE_TABLE and each that is configured
// without a MAC address (SONiC's nbrmgrd), and again as long as the row stands, since the neighbour may come later; for those that are known, whether they
// still are; and, if kernel is an Announcer,
// to tell zebra of addresses that it may have missed.
func Resolve(ctx context.Context, s, facts db.Store, kernel NeighResolver, log *slog.Logger) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return resolve(ctx, s, tables.ApplNeighResolve, kernel, log) })
	g.Go(func() error { return resolve(ctx, facts, tables.FactNeighResolve, kernel, log) })
	g.Go(func() error { return refresh(ctx, facts, kernel, log) })
	if a, ok := kernel.(Announcer); ok {
		g.Go(func() error { return announceAddrs(ctx, s, a, log) })
	}
	return g.Wait()
}

func resolve(ctx context.Context, s db.Store, t db.Table[tables.NeighKey, tables.NeighResolveRow], kernel NeighResolver, log *slog.Logger) error {
	feed, err := s.Watch(ctx, t.Schema)
	if err != nil {
		return err
	}
	defer feed.Close()
	batches := make(chan db.Batch)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return pump(ctx, feed, batches) })
	g.Go(func() error {
		r := resolver{table: t, kernel: kernel, log: log, wanted: map[tables.NeighKey]bool{}}
		again := time.NewTicker(resolveEvery)
		defer again.Stop()
		for {
			select {
			case b := <-batches:
				r.take(b)
			case <-again.C:
				r.all()
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	return g.Wait()
}

// pump hands copies of a feed's batches over: they outlive the feed's next call.
func pump(ctx context.Context, feed db.Feed, to chan<- db.Batch) error {
	for {
		b, err := feed.Next(ctx, 0)
		if err != nil {
			return err
		}
		b.Changes = cloneChanges(b.Changes)
		select {
		case to <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

type resolver struct {
	table  db.Table[tables.NeighKey, tables.NeighResolveRow]
	kernel NeighResolver
	log    *slog.Logger
	wanted map[tables.NeighKey]bool
}

func (r *resolver) take(b db.Batch) {
	if b.Listing {
		clear(r.wanted)
	}
	var fresh []linux.NeighKey
	for _, c := range b.Changes {
		k, err := r.table.DecodeKey(c.Key)
		if err == nil && !c.Gone && linux.HostKindOf(k.Interface) == linux.HostNone {
			err = &db.FieldError{Database: c.Table.Database, Table: c.Table.Name, Key: c.Key, Reason: "names no interface of the switch"}
		}
		switch {
		case err != nil:
			r.log.Warn("cannot resolve", "error", err)
		case c.Gone:
			delete(r.wanted, k)
		default:
			r.wanted[k] = true
			fresh = append(fresh, linkKey(k))
		}
	}
	r.ask(fresh)
}

func (r *resolver) all() {
	keys := make([]linux.NeighKey, 0, len(r.wanted))
	for k := range r.wanted {
		keys = append(keys, linkKey(k))
	}
	r.ask(keys)
}

func (r *resolver) ask(keys []linux.NeighKey) {
	if len(keys) == 0 {
		return
	}
	failed := 0
	for _, err := range r.kernel.Resolve(keys) {
		if err != nil {
			failed++
		}
	}
	// A link that is missing or down is the usual reason, and no news: the next round asks again.
	r.log.Debug("asked for neighbours", "count", len(keys), "failed", failed)
}

func linkKey(k tables.NeighKey) linux.NeighKey {
	return linux.NeighKey{Link: linux.LinkKey{Name: k.Interface}, IP: k.IP}
}
