package engine

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// hub is where other goroutines reach the engine's.
type hub struct {
	results  chan job
	landed   chan call
	lost     chan loss
	observed chan observation
	requests chan func()
	started  atomic.Bool // an atomic, because Metrics may be called before, during and after Run by anybody
	stopped  chan struct{}
	settling []chan struct{} // closed when all is done
}

func newHub() hub {
	return hub{
		results: make(chan job), landed: make(chan call), lost: make(chan loss), observed: make(chan observation),
		requests: make(chan func()), stopped: make(chan struct{}),
	}
}

// ErrStopped is what Settle and Explain return when Run has ended.
var ErrStopped = errors.New("the engine has stopped")

// Run adopts what exists, and then makes real what the rows want until ctx ends (nil) or a target is unusable (its error). It runs once.
func (e *Engine) Run(ctx context.Context) error {
	if err := e.check(); err != nil {
		return err
	}
	e.running = true
	e.hub.started.Store(true)
	g, ctx := errgroup.WithContext(ctx)
	if err := e.adopt(ctx); err != nil {
		close(e.hub.stopped)
		return err
	}
	for _, s := range e.sinks {
		g.Go(func() error { return s.serve(ctx, e.config.Name, e.hub.results) })
		s.losses, _ = s.store.Lost()
		losses := s.losses
		g.Go(func() error { return s.watchLoss(ctx, losses, e.hub.lost) })
	}
	for _, a := range e.aparts {
		g.Go(func() error { return a.serve(ctx, e.config.Clock, e.hub.landed) })
	}
	e.observe(ctx, g)
	for _, f := range e.feeds {
		g.Go(func() error { return f.serve(ctx, e.config.Clock, e.lanes[f.lane].in) })
	}
	g.Go(func() error {
		defer close(e.hub.stopped)
		return e.loop(ctx)
	})
	err := g.Wait()
	return err
}

func (e *Engine) check() error {
	if e.running {
		return errors.New("engine: Run runs once")
	}
	for _, t := range e.tables {
		if t.feed == nil {
			return fmt.Errorf("engine: table %s of %s is translated but has no source", t.schema.Name, t.schema.Database)
		}
	}
	for _, d := range e.dense {
		if err := d.check(); err != nil {
			return err
		}
	}
	return nil
}

// loop is the goroutine that owns the engine. It takes what has arrived, in the order of the lanes, and works in between: each turn is short, so
// that a link that goes down is not behind a million routes.
func (e *Engine) loop(ctx context.Context) error {
	idle := false
	for {
		if e.fatal != nil {
			return fmt.Errorf("engine %s: %w", e.config.Name, e.fatal)
		}
		if err := e.receive(ctx, idle); err != nil {
			e.land(0)
			return nil
		}
		idle = !e.turn(ctx)
	}
}

// turn does one slice of work. It returns false if there is nothing to do until something arrives.
func (e *Engine) turn(ctx context.Context) bool {
	start := e.config.Clock.Now()
	more := e.spend(ctx, start.Add(time.Duration(e.config.MaxTime)))
	e.metrics.turns++
	e.metrics.longest = max(e.metrics.longest, e.config.Clock.Now().Sub(start))
	return more
}

// spend takes rows of a higher lane than those whose consequences are being worked off, or else works. Urgent rows are taken in every other turn.
func (e *Engine) spend(ctx context.Context, deadline time.Time) bool {
	top := e.topLane()
	if top > e.working || top == int(Urgent) && !e.justTook {
		e.working, e.justTook = top, true
		e.translateLane(top, deadline)
		return true
	}
	e.justTook = false
	if e.work(ctx, deadline) {
		if len(e.stale)+len(e.staleUrgent)+len(e.dirty)+e.runnable() == 0 {
			e.working = min(e.working, int(Bulk)) // dense objects are left
			e.marks.tell(e)
		}
		return true
	}
	e.working = -1
	e.handles.collect(e)
	if top >= 0 {
		return true // the next turn takes it
	}
	if !e.await(ctx, 0) {
		return true // rows have come
	}
	if e.anyDirty() || e.stepSinks() { // what has just landed may have something to say
		return true
	}
	e.tell()
	e.collect()
	e.marks.tell(e)
	e.settled()
	return false
}

// topLane is the highest lane with rows to translate, or -1.
func (e *Engine) topLane() int {
	for l := laneCount - 1; l >= 0; l-- {
		if e.lanes[l].cur != nil {
			return l
		}
	}
	return -1
}

func (e *Engine) translateLane(l int, deadline time.Time) {
	if e.takeRows(e.lanes[l].cur, deadline) {
		e.lanes[l].cur = nil
	}
}

// work translates what is stale, and if nothing is, does one slice of operations. What urgent rows are about goes through all of it first.
func (e *Engine) work(ctx context.Context, deadline time.Time) bool {
	if e.translateAll(&e.staleUrgent, deadline) {
		return true
	}
	if e.urgent > 0 || len(e.dirty) > 0 && e.working == int(Urgent) && e.mayPrune {
		if e.look(); e.urgent > 0 && e.mayApply && e.stepUrgent(ctx) {
			return true
		}
	}
	return e.translateAll(&e.stale, deadline) || e.step(ctx)
}

// translateAll translates owners until the deadline. It returns false if there were none.
func (e *Engine) translateAll(list *[]*owner, deadline time.Time) bool {
	if len(*list) == 0 {
		return false
	}
	for i := 0; i < len(*list); i++ { // translating may append
		e.translate((*list)[i])
		if i%64 == 63 && e.config.Clock.Now().After(deadline) {
			*list = append((*list)[:0:0], (*list)[i+1:]...)
			return true
		}
	}
	clear(*list)
	*list = (*list)[:0]
	return true
}

// anyDirty tells whether there is something to do at once.
func (e *Engine) anyDirty() bool {
	if len(e.stale)+len(e.staleUrgent)+len(e.dirty) > 0 || e.runnable() > 0 && e.mayApply {
		return true
	}
	for _, d := range e.dense {
		if d.busy() {
			return true
		}
	}
	return false
}

// receive takes all that has arrived: higher lanes first matter only to what is done next, not to what is taken. If idle it blocks until
// something arrives. The error is the context's.
func (e *Engine) receive(ctx context.Context, idle bool) error {
	for {
		var lanes [laneCount]<-chan delivery
		for i := range e.lanes {
			if e.lanes[i].cur == nil {
				lanes[i] = e.lanes[i].in
			}
		}
		timer := e.retries.arm(e.config.Clock)
		if !idle {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case d := <-lanes[Urgent]:
				e.lanes[Urgent].cur = &d
			case d := <-lanes[Normal]:
				e.lanes[Normal].cur = &d
			case d := <-lanes[Bulk]:
				e.lanes[Bulk].cur = &d
			case j := <-e.hub.results:
				e.done(j)
			case c := <-e.hub.landed:
				e.arrived(c)
			case l := <-e.hub.lost:
				e.lostAll(l)
			case o := <-e.hub.observed:
				e.see(o)
			case f := <-e.hub.requests:
				f()
			case <-timer:
				e.retries.due(e.config.Clock.Now())
			default:
				return nil
			}
			continue
		}
		idle = false
		select {
		case <-ctx.Done():
			return ctx.Err()
		case d := <-lanes[Urgent]:
			e.lanes[Urgent].cur = &d
		case d := <-lanes[Normal]:
			e.lanes[Normal].cur = &d
		case d := <-lanes[Bulk]:
			e.lanes[Bulk].cur = &d
		case j := <-e.hub.results:
			e.done(j)
		case c := <-e.hub.landed:
			e.arrived(c)
		case l := <-e.hub.lost:
			e.lostAll(l)
		case o := <-e.hub.observed:
			e.see(o)
		case f := <-e.hub.requests:
			f()
		case <-timer:
			e.retries.due(e.config.Clock.Now())
		}
	}
}

// ask has f run by the engine's goroutine.
func (e *Engine) ask(ctx context.Context, f func()) error {
	select {
	case e.hub.requests <- f:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-e.hub.stopped:
		return ErrStopped
	}
}

// Settle waits until all inputs have been complete once, nothing is queued or under way, and nothing waits for a back-off. What a feed has not
// delivered yet is unknown here: a test that has just written a row compares until equal, or asks the store first.
func (e *Engine) Settle(ctx context.Context) error {
	done := make(chan struct{})
	if err := e.ask(ctx, func() { e.hub.settling = append(e.hub.settling, done) }); err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-e.hub.stopped:
		return ErrStopped
	}
}

// settled lets those go who wait in Settle.
func (e *Engine) settled() {
	if len(e.hub.settling) == 0 || !e.mayPrune || e.retries.pending() || e.underWay() {
		return
	}
	for _, s := range e.sinks {
		if losses, _ := s.store.Lost(); s.busy || len(s.ready) > 0 || len(s.outputs) > 0 || losses != s.losses {
			return
		}
	}
	for _, c := range e.hub.settling {
		close(c)
	}
	e.hub.settling = nil
}
