package transaction

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// retry is the pause after a rollback or a recovery that the databases did not take.
const retry = time.Second

// Run carries out Sets until ctx ends, and undoes commits whose time is over.
func (e *Engine) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return e.saveLoop(ctx) })
	g.Go(func() error { return e.loop(ctx) })
	return g.Wait()
}

func (e *Engine) loop(ctx context.Context) error {
	for e.recover(ctx) != nil {
		if err := pause(ctx, retry); err != nil {
			return nil
		}
	}
	wait := time.Duration(0)
	for {
		var due <-chan time.Time
		timer := &time.Timer{}
		if e.active != nil {
			timer = time.NewTimer(max(wait, e.active.Deadline.Sub(e.Now())))
			due = timer.C
		}
		select {
		case <-ctx.Done():
			return nil
		case f := <-e.requests:
			f(ctx)
			wait = 0
		case <-due:
			wait = 0
			if err := e.rollback(ctx); err != nil {
				e.Log.Error("rollback", "err", err)
				wait = retry
			}
		}
		if due != nil {
			timer.Stop()
		}
	}
}

func (e *Engine) saveLoop(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-e.saves:
		}
		if e.Save == nil {
			continue
		}
		if err := e.Save(ctx); err != nil && ctx.Err() == nil {
			e.Log.Error("the configuration is not saved", "err", err)
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Election is an id of master arbitration.
type Election struct{ High, Low uint64 }

func (e Election) less(o Election) bool {
	return e.High < o.High || e.High == o.High && e.Low < o.Low
}

// Arbitrate lets a Set pass whose client is master of its role (gnmi-master-arbitration). The first id that anybody sends begins it; from then on a Set
// without an id, or with a lower one, is refused. id is nil for none.
func (e *Engine) Arbitrate(ctx context.Context, role string, id *Election) error {
	return e.do(ctx, func(context.Context) error {
		master, begun := e.arbitration[role]
		switch {
		case id == nil && len(e.arbitration) > 0:
			return refuse(Denied, "master arbitration is in use, and the request has no election id")
		case id == nil:
			return nil
		case begun && id.less(master):
			return refuse(Denied, "election id %d:%d is lower than the master's %d:%d", id.High, id.Low, master.High, master.Low)
		}
		e.arbitration[role] = *id
		return nil
	})
}

// Waiting is the id and the deadline of the commit that waits for its confirmation; empty for none.
func (e *Engine) Waiting(ctx context.Context) (id string, until time.Time, err error) {
	err = e.do(ctx, func(context.Context) error {
		if e.active != nil {
			id, until = e.active.ID, e.active.Deadline
		}
		return nil
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("the commit that waits: %w", err)
	}
	return id, until, nil
}
