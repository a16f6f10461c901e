package transaction

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Step is the operations of one origin, in the order in which they apply.
type Step struct {
	Origin origin.Origin
	Ops    []origin.Operation
}

// Set is what one SetRequest asks for.
type Set struct {
	Steps  []Step
	Union  bool    // the steps together are the whole configuration (union_replace)
	DryRun bool    // check, and write nothing
	Wait   bool    // answer when the ASIC has it, or undo it
	Commit *Commit // of a confirmed commit, or nil
}

// Trouble is what a daemon has against a row of the change, after it was written.
type Trouble struct {
	Table, Key string // of CONFIG_DB; empty: it cannot be told which row
	Reason     string
}

// Wait returns when the daemons have carried rows as far as they can, with what they have against them.
type Wait func(ctx context.Context, changed []candidate.Change) ([]Trouble, error)

// Config is what an Engine works with.
type Config struct {
	Store db.Keyspace
	// Waiter begins to look at the daemons before a change is written.
	Waiter func(ctx context.Context) (Wait, error)
	// Save writes the configuration to where the next start finds it; nil: it is not saved after a Set. It runs beside.
	Save func(ctx context.Context) error
	// Pending keeps the commit that waits for its confirmation.
	Pending Store
	Now     func() time.Time
	Log     *slog.Logger
}

// Engine carries out Sets. Run owns its state; the other methods ask Run, and may be called by anybody.
type Engine struct {
	Config
	requests chan func(context.Context)
	saves    chan struct{}

	active      *Pending // of the commit that waits for confirmation
	arbitration map[string]Election
}

// New makes an engine.
func New(c Config) *Engine {
	return &Engine{Config: c, requests: make(chan func(context.Context)), saves: make(chan struct{}, 1), arbitration: map[string]Election{}}
}

// ErrStopping is what those hear who ask an engine that ends.
var ErrStopping = errors.New("the server stops")

// do has f run by the engine's goroutine. A Set that has begun is finished although its client has gone: what it does is all or nothing.
func (e *Engine) do(ctx context.Context, f func(context.Context) error) error {
	done := make(chan error, 1)
	select {
	case e.requests <- func(own context.Context) { done <- guard(own, f) }:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// guard makes a panic the error of the Set that it happened in.
func guard(ctx context.Context, f func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Panic{Value: p}
		}
	}()
	return f(ctx)
}

// Apply carries out a Set.
func (e *Engine) Apply(ctx context.Context, s Set) error {
	return e.do(ctx, func(own context.Context) error { return e.apply(own, ctx, s) })
}

// apply works in the engine's goroutine. The client's context ends the waiting for the ASIC, but nothing else.
func (e *Engine) apply(ctx, client context.Context, s Set) error {
	if s.Commit != nil && s.Commit.Action != Begin {
		return e.decide(ctx, s)
	}
	handed, err := handedOf(s)
	if err != nil {
		return err
	}
	if err := e.mayBegin(s); err != nil {
		return err
	}
	switch loaded, err := candidate.Loaded(ctx, e.Store); {
	case err != nil:
		return err
	case !loaded: // it would be lost
		return &Refusal{Code: NotYet, Faults: []error{errNotLoaded}}
	}
	if len(handed) > 0 {
		return e.hand(ctx, client, s, handed)
	}
	for n := 1; ; n++ {
		err := e.attempt(ctx, client, s)
		var conflict *candidate.Conflict
		if !errors.As(err, &conflict) {
			return err
		}
		if n == attempts {
			return &Refusal{Code: Aborted, Faults: []error{err}}
		}
	}
}

// attempts bounds how often a Set begins again because somebody else changed what it changes.
const attempts = 10

func (e *Engine) attempt(ctx, client context.Context, s Set) error {
	c, err := candidate.Read(ctx, e.Store)
	if err != nil {
		return err
	}
	causes, err := edit(c, s)
	if err != nil {
		return err
	}
	if faults := c.Check(); len(faults) > 0 {
		return causes.refusal(faults)
	}
	changes := c.Changes()
	if s.DryRun {
		return nil
	}
	var wait Wait
	if s.Wait && len(changes) > 0 {
		if wait, err = e.Waiter(ctx); err != nil {
			return err
		}
	}
	if s.Commit != nil {
		if err := e.begin(s.Commit, changes); err != nil {
			return err
		}
	}
	if err := c.Commit(ctx, e.Store); err != nil {
		return errors.Join(err, e.withdraw(ctx, s.Commit))
	}
	if s.Commit != nil {
		e.active.written = true
	}
	if wait != nil {
		if err := e.await(client, wait, causes, changes, func() error { return e.undo(ctx, changes) }); err != nil {
			return errors.Join(err, e.withdraw(ctx, s.Commit))
		}
	}
	if s.Commit == nil && len(changes) > 0 {
		e.save()
	}
	return nil
}

// await undoes what the daemons refuse, or have not carried out when the client's time is over.
func (e *Engine) await(client context.Context, wait Wait, causes *causes, changes []candidate.Change, undo func() error) error {
	troubles, err := wait(client, changes)
	if err == nil && len(troubles) == 0 {
		return nil
	}
	refusal := causes.troubles(troubles)
	if err != nil {
		refusal = &Refusal{Code: TimedOut, Faults: append(refusal.Faults, err)}
	}
	if undone := undo(); undone != nil {
		refusal.Faults = append(refusal.Faults, undone)
	}
	return refusal
}

// undo writes rows back as they were, whatever has become of them.
func (e *Engine) undo(ctx context.Context, changes []candidate.Change) error {
	for n := 1; ; n++ {
		c, err := candidate.Read(ctx, e.Store)
		if err != nil {
			return err
		}
		for _, x := range changes {
			c.Put(x.Table, x.Key, x.Was)
		}
		err = c.Commit(ctx, e.Store)
		var conflict *candidate.Conflict
		if !errors.As(err, &conflict) || n == attempts {
			return err
		}
	}
}

// save asks for the configuration to be saved; several requests are one.
func (e *Engine) save() {
	select {
	case e.saves <- struct{}{}:
	default:
	}
}
