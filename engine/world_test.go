package engine_test

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// fataler is what testing.TB and rapid.T have in common.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// world is an engine that runs over a test store and a test target.
type world struct {
	*engine.Engine
	tb     fataler
	store  *enginetest.Store // of sources
	out    *enginetest.Store // of published rows; the same one if a test does not care
	target *enginetest.Target
	clock  *enginetest.Clock
	status map[string]engine.Status
	stop   func() error
	step   time.Duration // of the clock while waiting; 0: a second
	ctx    context.Context
}

func newWorld(tb fataler, store, out *enginetest.Store, target *enginetest.Target, more ...func(*engine.Engine)) *world {
	return newWorldOver(tb, store, store, out, target, more...)
}

// newWorldOver reads its rows by way of something that stands before the store.
func newWorldOver(tb fataler, source db.Store, store, out *enginetest.Store, target *enginetest.Target, more ...func(*engine.Engine)) *world {
	w := &world{tb: tb, store: store, out: out, target: target, clock: enginetest.NewClock(), status: map[string]engine.Status{}}
	w.Engine = engine.New(engine.Config{Name: "toy", Clock: w.clock, MaxOps: 7, Status: func(list []engine.Status) {
		for _, s := range list {
			if s.OK {
				delete(w.status, s.Object)
			} else {
				w.status[s.Object] = s
			}
		}
	}})
	if len(more) == 0 {
		more = append(more, generic)
	}
	switch {
	case target.Pipelined:
		w.Bind(enginetest.NewPipeline(target), allKinds...)
	case target.Apart:
		w.BindApart(target, allKinds...)
	default:
		w.Bind(target, allKinds...)
	}
	w.Source(source, engine.Normal, allSources...)
	w.Sink(out, allSinks...)
	for _, f := range more {
		f(w.Engine)
	}
	return w
}

func (w *world) start() *world {
	ctx, cancel := context.WithCancel(context.Background())
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return w.Run(ctx) })
	w.ctx = ctx
	w.stop = func() error {
		cancel()
		return g.Wait()
	}
	return w
}

// end stops the engine, and checks that the target was told nothing wrong.
func (w *world) end(t fataler) {
	if err := w.stop(); err != nil {
		t.Fatal(err)
	}
	if v := w.target.Violations(); len(v) > 0 {
		t.Fatalf("violations:\n%s\noperations:\n%s", strings.Join(v, "\n"), strings.Join(w.target.Log(), "\n"))
	}
}

// settle waits until everything written has been worked off. The clock runs meanwhile, so that back-offs end.
func (w *world) settle() {
	w.tb.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Microsecond)
	defer tick.Stop()
	settled := make(chan error, 1)
	busy := false
	for {
		if !busy && w.store.Drained() {
			busy = true
			go func() { settled <- w.Settle(ctx) }()
		}
		select {
		case err := <-settled:
			if err != nil {
				w.tb.Fatalf("settle: %v", err)
			}
			if busy = false; w.store.Drained() {
				w.audit(ctx)
				return
			}
		case <-ctx.Done():
			w.tb.Fatal("the feeds were not drained")
		case <-tick.C:
			w.tick()
		}
	}
}

func (w *world) tick() {
	if w.step == 0 {
		w.step = time.Second
	}
	w.clock.Advance(w.step)
}

// until waits for a condition that settling does not tell of.
func (w *world) until(done func() bool) {
	w.tb.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
			w.tick()
		case <-deadline:
			w.tb.Fatal("it did not come to pass")
		}
	}
}

func (w *world) audit(ctx context.Context) {
	w.tb.Helper()
	wrong, err := w.Audit(ctx)
	if err != nil {
		w.tb.Fatal(err)
	}
	if len(wrong) > 0 {
		w.tb.Fatalf("audit:\n%s\noperations:\n%s", strings.Join(wrong, "\n"), strings.Join(w.target.Log(), "\n"))
	}
}

func (w *world) write(writes ...db.Write) {
	w.tb.Helper()
	if err := w.store.Write(w.ctx, writes); err != nil {
		w.tb.Fatal(err)
	}
	w.settle()
}

// statuses are what is not as wanted, as text.
func (w *world) statuses() string {
	w.Metrics() // the engine's goroutine has answered, so what it told before is visible
	var lines []string
	for _, s := range w.status {
		line := s.State.String() + " " + s.Object
		if len(s.Waits) > 0 {
			line += " waits for " + strings.Join(s.Waits, ", ")
		}
		if s.Field != "" {
			line += " field " + s.Field + " " + s.Value
		}
		if s.Reason != "" {
			line += ": " + s.Reason
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// expect compares lines.
func expect(tb fataler, what, got, want string) {
	tb.Helper()
	trim := func(s string) string {
		var out []string
		for l := range strings.Lines(s) {
			if l = strings.TrimSpace(l); l != "" {
				out = append(out, l)
			}
		}
		return strings.Join(out, "\n")
	}
	if diff := cmp.Diff(trim(want), trim(got)); diff != "" {
		tb.Errorf("%s (- want, + got):\n%s", what, diff)
	}
}
