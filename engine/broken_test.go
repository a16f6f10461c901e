package engine_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// frail is a store whose feed breaks when it is told to, mostly in the middle of a listing. What changes until it is opened again is told by the
// next listing alone.
type frail struct {
	*enginetest.Store

	mu     sync.Mutex // the feed's goroutine reads, the test writes
	breaks []int      // after how many batches the feed breaks, and once more when it is open again
	open   bool
}

// snap has the feed break.
func (s *frail) snap(after ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.breaks = after
}

func (s *frail) whole() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open && len(s.breaks) == 0
}

// Watch implements db.Store.
func (s *frail) Watch(ctx context.Context, tables ...*db.Schema) (db.Feed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = true
	f, err := s.Store.Watch(ctx, tables...)
	return frailFeed{f, s}, err
}

type frailFeed struct {
	db.Feed
	store *frail
}

var errBroken = errors.New("connection reset")

// Next implements db.Feed.
func (f frailFeed) Next(ctx context.Context, max int) (db.Batch, error) {
	if f.breaks() {
		return db.Batch{}, errBroken
	}
	return f.Feed.Next(ctx, max)
}

func (f frailFeed) breaks() bool {
	s := f.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.breaks) == 0 {
		return false
	}
	if s.breaks[0]--; s.breaks[0] >= 0 {
		return false
	}
	s.breaks, s.open = s.breaks[1:], false
	return true
}

// TestBrokenListing breaks off listings while rows come and go: what the last one leaves out is withdrawn, and so is what was said of it.
func TestBrokenListing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { outlivesBreaks(t, generic, false) })
}

// TestDenseBrokenListing does the same with a dense store.
func TestDenseBrokenListing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { outlivesBreaks(t, dense, rapid.Bool().Draw(t, "pipelined")) })
}

func outlivesBreaks(t *rapid.T, register func(*engine.Engine), pipelined bool) {
	store, out, target := enginetest.NewStore(), enginetest.NewStore(), toyTarget()
	store.Rand = rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	target.Pipelined = pipelined
	s := &frail{Store: store}
	if err := store.Write(context.Background(), everything()); err != nil {
		t.Fatal(err)
	}
	breaks := func() []int { return rapid.SliceOfN(rapid.IntRange(0, 3), 1, 3).Draw(t, "breaks") }
	s.snap(breaks()...) // the first listing
	w := newWorldOver(t, s, store, out, target, register).start()
	change := func() {
		var writes []db.Write
		for range rapid.IntRange(1, 8).Draw(t, "writes") {
			writes = append(writes, anyWrite(t))
		}
		if err := store.Write(w.ctx, writes); err != nil {
			t.Fatal(err)
		}
	}
	wait := func(whole bool) {
		w.until(func() bool {
			if store.Drained() { // a feed that waits for a change does not break
				if err := store.Write(w.ctx, everything()[:1]); err != nil {
					t.Fatal(err)
				}
			}
			return s.whole() == whole
		})
	}
	wait(false)
	change()
	wait(true)
	for range rapid.IntRange(1, 8).Draw(t, "rounds") {
		change()
		switch rapid.IntRange(0, 4).Draw(t, "event") {
		case 0:
			store.Relist() // the connection holds, and a listing begins anew
		case 1:
			w.settle()
		default:
			s.snap(breaks()...)
			wait(false)
			change()
			wait(true)
		}
	}
	w.settle()
	w.forget()
	got, rows, status := target.Text(), out.Text(), w.statuses()
	w.end(t)

	clean, cleanOut, cleanStore := toyTarget(), enginetest.NewStore(), store.Copy()
	w = newWorld(t, cleanStore, cleanOut, clean).start()
	w.settle()
	// What waits for a new reference keeps the old one, and that depends on the past.
	if cleanStatus := w.statuses(); !strings.Contains(cleanStatus, "BLOCKED") {
		expect(t, "objects", got, clean.Text())
		expect(t, "rows", rows, cleanOut.Text())
		expect(t, "status", status, cleanStatus)
	}
	w.end(t)
}
