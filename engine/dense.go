package engine

import (
	"context"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Dense describes a table whose rows are too many for objects with contributions: each row gives at most one object O (a flat value) with
// one value V (a small one). Such rows cannot Get, and share nothing but handles. O and V hold no pointers and strings, so that the garbage collector
// need not look at a million of them. All functions are called from the engine's goroutine.
//
// The kind may have ordinary objects as well. An object that is wanted both by a dense row and by Want is the Want's; the row is in conflict.
type Dense[K comparable, R any, O comparable, V comparable] struct {
	Kind *Kind
	// Object names the row's object by the key alone. An error quarantines the row.
	Object func(k K) (O, error)
	// Value is what the row wants of its object; ok false: it wants nothing, as if it were deleted. An error quarantines the row. Strings in
	// k and r may be part of a buffer: what is kept must be cloned.
	Value func(k K, r R) (v V, ok bool, err error)
	// Handles yields the handles in o and v (0 is skipped); at most one of them is a set's.
	Handles func(o O, v V, yield func(Handle))
	// Encode turns an object into key and attributes; it appends to attrs. key gives what stands for a handle.
	Encode func(o O, v V, key func(Handle) Key, attrs []AttrValue) (Key, []AttrValue)
	// Decode names the dense object of a key that was found in the target; false: it cannot be one.
	Decode func(k Key) (O, bool)
	// Floor holds the values of objects that are never removed, for the time when no row wants them.
	Floor map[O]V
	// Yields, if set, tells values whose row gives way without a word to a Want of the same object; others are in conflict.
	Yields func(v V) bool
	// Done, if set, gets every completed operation and every row that was as wanted already, and says what to send to the sinks.
	Done func(results []Result[O, V]) Output
}

// Result is one dense object's completed operation. Err is nil, or says why the target refused.
type Result[O, V comparable] struct {
	Object O
	Value  V // as wanted; the last one if Verb is Remove
	Verb   Verb
	Err    error
}

// Output goes to the sinks behind published rows: a write to the sink of its table, notifications to the first sink.
type Output struct {
	Writes        []db.Write
	Notifications []db.Notification
}

// Submitter is a Target that can have several slices of operations under way. Submit may return before they are done; wait gives the results.
// Slices are carried out in the order of Submit, also against Apply. The engine uses it for dense objects.
type Submitter interface {
	Submit(ctx context.Context, k *Kind, ops []Op) (wait func() []error)
}

// Hearer is a Submitter whose results the engine can wait for while it hears its feeds, so that rows of a higher lane do not wait for a slice to land.
type Hearer interface {
	Submitter
	// Ready is how many of the slices that were submitted first have their results, so that their waits do not block.
	Ready() int
	// Answers has what Hear is to be given, after which more slices may be ready. It may be nil: nothing can be told.
	Answers() <-chan any
	Hear(answers any)
}

// maxFlights is how many slices of dense operations may be under way.
const maxFlights = 4

// OnDense translates each row of a table by d. Other translations may read the rows (First).
func OnDense[K comparable, R any, O comparable, V comparable](e *Engine, t db.Table[K, R], d Dense[K, R, O, V]) DenseRows[O, V] {
	if e.running {
		panic("engine: translations are registered before Run")
	}
	s := newDense(e, t, d)
	if s.kind.dense != nil || s.table.dense != nil {
		panic("engine: kind " + d.Kind.Name + " or table " + t.Name + " is dense twice")
	}
	s.kind.dense, s.table.dense = s, s
	e.dense = append(e.dense, s)
	return DenseRows[O, V]{s}
}

// denseStore is a dense table, whatever its types are, to the rest of the engine.
type denseStore interface {
	check() error
	row(c *db.Change)
	beginListing()
	endListing()
	prune()
	// removals and sets send one slice of operations; false: there was nothing to send.
	removals(ctx context.Context) bool
	sets(ctx context.Context) bool
	wake(entry uint32)
	rescan(h Handle)
	gone(h Handle, at uint16)
	goneForeign(n *node)
	adopt(a *Actual) bool
	see(a *Actual) bool
	meet(n *node)
	forgetNode(n *node)
	arbitrate(n *node) bool
	rivals(n *node) bool
	makeRoom(entries int)
	roomFor(entry uint32)
	answerAll()
	busy() bool // has something to send that nothing keeps from being sent
	tell()
	count(m *KindMetrics)
	explain(k Key) []Explanation
	// explainRow tells of a row's object; false: there is no such row, or it wants nothing.
	explainRow(key string) ([]Explanation, bool)
	dump(add func(text string))
}

// flight is a slice of dense operations under way.
type flight struct {
	kind   *kind
	ops    int
	start  time.Time
	wait   func() []error
	finish func([]error)
}

// land takes the results of the oldest slices until at most max are under way.
func (e *Engine) land(max int) {
	for len(e.flights) > max {
		f := e.flights[0]
		e.flights = append(e.flights[:0], e.flights[1:]...)
		results := f.wait()
		now := e.config.Clock.Now()
		if e.landed.After(f.start) {
			f.start = e.landed // it waited for the one before
		}
		e.landed = now
		f.kind.took(now.Sub(f.start), f.ops)
		f.finish(results)
	}
}

// await is land, but gives up when rows of a higher lane than the one being worked off have come: false.
func (e *Engine) await(ctx context.Context, max int) bool {
	for len(e.flights) > max {
		h, can := e.flights[0].kind.target.(Hearer)
		if !can || h.Answers() == nil {
			break
		}
		if h.Ready() > 0 {
			e.land(len(e.flights) - 1)
			continue
		}
		var lanes [laneCount]<-chan delivery
		for i := e.working + 1; i < laneCount; i++ {
			if e.lanes[i].cur == nil {
				lanes[i] = e.lanes[i].in
			}
		}
		select {
		case answers := <-h.Answers():
			h.Hear(answers)
		case d := <-lanes[Urgent]:
			e.lanes[Urgent].cur = &d
			return false
		case d := <-lanes[Normal]:
			e.lanes[Normal].cur = &d
			return false
		case d := <-lanes[Bulk]:
			e.lanes[Bulk].cur = &d
			return false
		case <-ctx.Done():
			return true // whoever waits for results hears of it
		}
	}
	e.land(max)
	return true
}

// took notes how long operations take, so that a slice can be bounded by time.
func (k *kind) took(d time.Duration, ops int) {
	cost := float64(d) / float64(ops)
	if k.cost == 0 {
		k.cost = cost
	}
	k.cost += (cost - k.cost) / 8
}

// minSlice is what a slice may have however slow the target is.
const minSlice = 350

// minApart is the same of a target that has its own goroutine: urgent operations wait for it.
const minApart = 64

// sliceSize is how many operations a slice may have.
func (k *kind) sliceSize(e *Engine) int {
	if k.cost <= 0 {
		return e.config.MaxOps
	}
	least := minSlice
	if k.apart != nil {
		least = minApart
	}
	return min(e.config.MaxOps, max(least, int(float64(e.config.MaxTime)/k.cost)))
}
