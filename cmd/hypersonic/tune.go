package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"golang.org/x/sync/errgroup"
)

// idleGC keeps daemons small: with heaps of a few megabytes a collection costs less than the memory that rarer ones would hold. Daemons that
// hold a route each by the million are left at Go's default pace, where a collection's cost shows.
const idleGC = 50

// A daemon is quiet when it has allocated less than quiet in a second. What it has left behind by then goes back to the machine, if it is worth a collection:
// at least worth, and half of what is in use.
const (
	quiet = 256 << 10 // bytes
	worth = 1 << 20   // bytes
)

// tuned runs a daemon with its memory kept small.
func tuned(ctx context.Context, name string, run func(context.Context) error) error {
	switch name {
	case "cfgmgr", "run", "gnmi":
		debug.SetGCPercent(idleGC)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer stop()
		return run(ctx)
	})
	g.Go(func() error {
		settle(ctx)
		return nil
	})
	return g.Wait()
}

// settle gives memory back once a burst of work is over. Go's own pace is made for programs that will need it again at once: it keeps as much garbage as there is
// in use, and a tenth on top. A switch that has loaded its routes does not.
func settle(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	read := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	var last, settled uint64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		metrics.Read(read)
		allocated, live := read[0].Value.Uint64(), read[1].Value.Uint64()
		if allocated-last < quiet && allocated-settled > max(worth, live/2) {
			debug.FreeOSMemory()
			settled = allocated
		}
		last = allocated
	}
}
