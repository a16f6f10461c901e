package transaction

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
)

// Action is what a commit extension asks for.
type Action uint8

// The actions of gnmi-commit-confirmed.
const (
	Begin Action = iota
	Confirm
	Cancel
	SetDuration
)

// Commit is a commit extension.
type Commit struct {
	ID       string
	Action   Action
	Duration time.Duration // until it is undone; 0: DefaultRollback
}

// DefaultRollback is the specification's.
const DefaultRollback = 10 * time.Minute

// Pending is the commit that waits for its confirmation, as it is kept on file.
type Pending struct {
	ID       string             `json:"id"`
	Deadline time.Time          `json:"deadline"`
	Changes  []candidate.Change `json:"changes"`
	// written is false between the file and the write, when nothing is to be undone yet.
	written bool
}

// Store keeps one Pending where a crash does not reach it.
type Store interface {
	Load() (*Pending, error) // nil: none
	Save(*Pending) error     // when it returns, a crash finds it
	Remove() error
}

var errNotLoaded = errors.New("the configuration is not loaded yet")

// mayBegin refuses a Set while another commit waits for its confirmation.
func (e *Engine) mayBegin(s Set) error {
	switch {
	case s.Commit != nil && s.Commit.ID == "":
		return refuse(Invalid, "the commit extension has no id")
	case s.Commit != nil && s.Commit.Duration < 0:
		return refuse(Invalid, "commit %s: rollback duration %s", s.Commit.ID, s.Commit.Duration)
	case e.active != nil && !s.DryRun:
		return refuse(Precondition, "commit %s waits for its confirmation until %s", e.active.ID, e.active.Deadline.UTC().Format(time.RFC3339))
	}
	return nil
}

// begin puts a commit on file before it is written: from now on whatever happens leads to the old configuration or the new one.
func (e *Engine) begin(c *Commit, changes []candidate.Change) error {
	duration := c.Duration
	if duration == 0 {
		duration = DefaultRollback
	}
	p := &Pending{ID: c.ID, Deadline: e.Now().Add(duration), Changes: changes}
	if err := e.Pending.Save(p); err != nil {
		return fmt.Errorf("commit %s is not put on file: %w", c.ID, err)
	}
	e.active = p
	return nil
}

// withdraw forgets a commit that was not written, or has been undone.
func (e *Engine) withdraw(ctx context.Context, c *Commit) error {
	if c == nil {
		return nil
	}
	return e.forget()
}

func (e *Engine) forget() error {
	e.active = nil
	if err := e.Pending.Remove(); err != nil {
		return fmt.Errorf("the commit stays on file: %w", err)
	}
	return nil
}

// decide confirms, cancels or prolongs the commit that waits.
func (e *Engine) decide(ctx context.Context, s Set) error {
	switch {
	case s.Commit.ID == "":
		return refuse(Invalid, "the commit extension has no id")
	case len(s.Steps) > 0:
		return refuse(Invalid, "commit %s: to confirm, cancel or prolong takes no paths", s.Commit.ID)
	case e.active == nil:
		return refuse(Precondition, "no commit waits for its confirmation")
	case e.active.ID != s.Commit.ID:
		return refuse(Invalid, "commit %s waits for its confirmation, not %s", e.active.ID, s.Commit.ID)
	}
	switch s.Commit.Action {
	case Confirm:
		if err := e.forget(); err != nil {
			return err
		}
		e.save()
		return nil
	case Cancel:
		return e.rollback(ctx)
	}
	if s.Commit.Duration <= 0 {
		return refuse(Invalid, "commit %s: rollback duration %s", s.Commit.ID, s.Commit.Duration)
	}
	longer := *e.active
	longer.Deadline = e.Now().Add(s.Commit.Duration)
	if err := e.Pending.Save(&longer); err != nil {
		return fmt.Errorf("commit %s is not put on file: %w", longer.ID, err)
	}
	e.active = &longer
	return nil
}

// rollback undoes the commit that waits. It stays on file until that is done.
func (e *Engine) rollback(ctx context.Context) error {
	if err := e.undo(ctx, e.active.Changes); err != nil {
		return fmt.Errorf("commit %s is not undone yet: %w", e.active.ID, err)
	}
	e.Log.Info("a commit was undone", "id", e.active.ID)
	return e.forget()
}

// recover takes up a commit that a predecessor left. Its write was one transaction: if any of its rows is as it was meant to be and was not so before, it
// happened.
func (e *Engine) recover(ctx context.Context) error {
	p, err := e.Pending.Load()
	if err != nil || p == nil {
		return err
	}
	// Before the boot has loaded it, the configuration is neither the old one nor the new one.
	loaded, err := candidate.Loaded(ctx, e.Store)
	if err != nil {
		return err
	}
	if !loaded {
		return errNotLoaded
	}
	c, err := candidate.Read(ctx, e.Store)
	if err != nil {
		return err
	}
	e.active = p
	for _, x := range p.Changes {
		if db.SameFields(c.Fields(x.Table, x.Key), x.Now) && !db.SameFields(x.Was, x.Now) {
			p.written = true
		}
	}
	if !p.written {
		return e.forget()
	}
	e.Log.Info("a commit of a predecessor waits for its confirmation", "id", p.ID, "until", p.Deadline)
	return nil
}
