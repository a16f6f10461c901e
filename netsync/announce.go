package netsync

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Announcer has the kernel tell of IPv4 addresses once more: a kernel.Resolver.
type Announcer interface {
	Announce(addrs []linux.AddrKey) []error
}

// announceAfter is how long after its first appearance an address is announced again, in steps of the ticker.
var announceAfter = [...]int{1, 5, 30}

// announceStep is the unit of announceAfter.
const announceStep = time.Second

// announceAddrs has the kernel tell of every new IPv4 address a few times more. zebra before FRR 8.5 hears of links and of addresses on two sockets in two
// threads, and drops an address that overtakes its link: it would have no connected route until somebody touches the address. At zebra's start
// that happens often. It is harmless to a zebra that knows the address, and IPv6 addresses announce themselves again after duplicate detection.
func announceAddrs(ctx context.Context, s db.Store, kernel Announcer, log *slog.Logger) error {
	feed, err := s.Watch(ctx, tables.StateAddress.Schema)
	if err != nil {
		return fmt.Errorf("addresses: %w", err)
	}
	defer feed.Close()
	batches := make(chan db.Batch)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return pump(ctx, feed, batches) })
	g.Go(func() error {
		a := announcer{store: s, kernel: kernel, log: log, ages: map[tables.InterfaceKey]int{}}
		tick := time.NewTicker(announceStep)
		tick.Stop()
		defer tick.Stop()
		for {
			select {
			case b := <-batches:
				if a.take(b) {
					tick.Reset(announceStep)
				}
			case <-tick.C:
				if a.step(ctx); len(a.ages) == 0 {
					tick.Stop() // an idle switch wakes nobody
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	return g.Wait()
}

type announcer struct {
	store  db.Store
	kernel Announcer
	log    *slog.Logger
	ages   map[tables.InterfaceKey]int // steps since an address came; old ones are not kept
}

// take reports whether there are addresses where there were none.
func (a *announcer) take(b db.Batch) bool {
	before := len(a.ages)
	for _, c := range b.Changes {
		k, err := tables.StateAddress.DecodeKey(c.Key)
		switch {
		case err != nil || !k.Prefix.IsValid() || !k.Prefix.Addr().Is4():
		case c.Gone:
			delete(a.ages, k)
		default:
			a.ages[k] = 0
		}
	}
	return before == 0 && len(a.ages) > 0
}

// step announces the addresses whose time has come, if STATE_DB still has them.
func (a *announcer) step(ctx context.Context) {
	var due []tables.InterfaceKey
	for k := range a.ages {
		a.ages[k]++
		for _, at := range announceAfter {
			if a.ages[k] == at {
				due = append(due, k)
			}
		}
		if a.ages[k] >= announceAfter[len(announceAfter)-1] {
			delete(a.ages, k)
		}
	}
	if len(due) == 0 {
		return
	}
	texts := make([]string, len(due))
	for i, k := range due {
		texts[i] = tables.StateAddress.EncodeKey(k)
	}
	rows, err := a.store.Get(ctx, tables.StateAddress.Schema, texts)
	if err != nil {
		a.log.Debug("addresses are not announced again", "error", err)
		return
	}
	var addrs []linux.AddrKey
	for i, c := range rows {
		if !c.Gone {
			addrs = append(addrs, linux.AddrKey{Link: linux.LinkKey{Name: due[i].Name}, Prefix: due[i].Prefix})
		}
	}
	for i, err := range a.kernel.Announce(addrs) {
		if err != nil {
			a.log.Debug("address is not announced again", "address", addrs[i].String(), "error", err)
		}
	}
}
