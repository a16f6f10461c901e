package engine_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// slowTarget takes a few microseconds for an operation, and is a Submitter: a goroutine does the slices in order.
type slowTarget struct {
	cost   time.Duration
	work   chan func()
	routes atomic.Int64
	member chan time.Time // when an operation on a group member was done
}

func (t *slowTarget) serve(ctx context.Context) error {
	for {
		select {
		case f := <-t.work:
			f()
		case <-ctx.Done():
			return nil
		}
	}
}

func (t *slowTarget) Submit(ctx context.Context, k *engine.Kind, ops []engine.Op) func() []error {
	done := make(chan []error, 1)
	do := func() {
		for end := time.Now().Add(time.Duration(len(ops)) * t.cost); time.Now().Before(end); {
		}
		if k == kindRoute {
			t.routes.Add(int64(len(ops)))
		} else if k == kindGM {
			t.member <- time.Now()
		}
		done <- make([]error, len(ops))
	}
	select {
	case t.work <- do:
	case <-ctx.Done():
		done <- make([]error, len(ops))
	}
	return func() []error {
		select {
		case r := <-done:
			return r
		case <-ctx.Done():
			return make([]error, len(ops))
		}
	}
}

func (t *slowTarget) Apply(ctx context.Context, k *engine.Kind, ops []engine.Op) []error {
	return t.Submit(ctx, k, ops)()
}

// BenchmarkPortDownUnderLoad loads 500,000 routes into a target that takes 4 us for each, and meanwhile takes a port down and up again: how long until the
// group has lost its member.
func BenchmarkPortDownUnderLoad(b *testing.B) {
	const rows = 500_000
	list := changes(0, rows, func(int) byte { return 1 })
	for b.Loop() {
		bulk := benchStore{enginetest.NewStore(), make(chan db.Batch)}
		urgent := benchStore{enginetest.NewStore(), make(chan db.Batch)}
		t := &slowTarget{cost: 4 * time.Microsecond, work: make(chan func(), 8), member: make(chan time.Time, 100)}
		e := engine.New(engine.Config{Name: "bench"})
		e.Bind(t, allKinds...)
		e.Source(bulk, engine.Bulk, tBench.Schema)
		e.Source(urgent, engine.Urgent, tPort.Schema)
		registerPortBench(e)
		ctx, cancel := context.WithCancel(context.Background())
		g, ctx := errgroup.WithContext(ctx)
		g.Go(func() error { return e.Run(ctx) })
		g.Go(func() error { return t.serve(ctx) })
		port := func(up bool) db.Change {
			w := tPort.Replace("E0", portRow{MTU: 1500, Up: up})
			return db.Change{Table: tPort.Schema, Key: w.Key, Fields: w.Fields}
		}
		urgent.in <- db.Batch{Changes: []db.Change{port(true)}, Listing: true, Listed: true}
		bulk.in <- db.Batch{Changes: list[:1], Listing: true, Listed: true}
		<-t.member
		g.Go(func() error {
			for c := list[1:]; len(c) > 0; {
				n := min(8192, len(c))
				select {
				case bulk.in <- db.Batch{Changes: c[:n]}:
				case <-ctx.Done():
					return nil
				}
				c = c[n:]
			}
			return nil
		})
		var took []time.Duration
		for up := false; t.routes.Load() < rows*9/10; up = !up {
			start := time.Now()
			urgent.in <- db.Batch{Changes: []db.Change{port(up)}}
			took = append(took, (<-t.member).Sub(start))
		}
		cancel()
		if err := g.Wait(); err != nil {
			b.Fatal(err)
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds()), "us/p50")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "us/p99")
		b.ReportMetric(float64(took[len(took)-1].Microseconds()), "us/max")
	}
}

func registerPortBench(e *engine.Engine) {
	engine.Always(e, "ports", func(tx *engine.Tx) error {
		engine.Want(tx, portKey{"E0"})
		engine.Want(tx, hopKey{"E0", "1"})
		engine.Want(tx, hopKey{"E0", "2"})
		return nil
	})
	vrf := e.Handle(portKey{"E0"})
	sets := engine.OnSet(e, "set", func(tx *engine.Tx, _ byte) error {
		engine.Resolve(tx, wantSet(tx, "E0@1+E0@2")...)
		return nil
	})
	engine.OnDense(e, tBench, benchDense(vrf, sets))
}
