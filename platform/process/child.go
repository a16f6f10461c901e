package process

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// child is a program and what Run's goroutine knows about it.
type child struct {
	Spec
	supervisor      *Supervisor
	needs, neededBy []*child
	wanted          bool
	status          Status
	cmd             *exec.Cmd // nil: no process
	stopProbe       context.CancelFunc
	backoff         time.Duration // before the last restart; 0: healthy
	// due is when the state's time is over: BACKOFF: restart; STOPPING: SIGKILL; RUNNING: the program is healthy. Zero: nothing is due.
	due     time.Time
	waiters []waiter
	log     *log
}

func (c *child) alive() bool { return c.cmd != nil }

// want is the Start of a program by hand.
func (c *child) want() {
	c.wanted = !c.supervisor.ending
	c.backoff = 0
	if !c.alive() {
		c.status.Restarts = 0
		c.due = time.Time{}
	}
}

// advance does what may be done now. It is called after every event, and whenever something is due.
func (c *child) advance(ctx context.Context, now time.Time) {
	due := !now.Before(c.due)
	switch {
	case c.alive() && c.status.State == Stopping:
		if due && !c.due.IsZero() {
			c.due = time.Time{}
			_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) // the group may have ended by itself
		}
	case c.alive() && !c.wanted:
		if c.mayStop() {
			c.stopProbe()
			c.set(Stopping, now)
			c.due = now.Add(c.StopTimeout)
			_ = c.cmd.Process.Signal(c.StopSignal) // it may have ended by itself
		}
	case c.alive():
		if c.status.State == Running && due {
			c.backoff, c.due = 0, time.Time{}
		}
	case c.wanted:
		if c.status.State != Backoff || due {
			c.launch(ctx, now)
		}
	case c.status.State == Starting || c.status.State == Backoff:
		c.set(Stopped, now)
	}
}

// mayStop keeps a program alive while all are stopping and others still need it.
func (c *child) mayStop() bool {
	return !c.supervisor.ending || !slices.ContainsFunc(c.neededBy, (*child).alive)
}

// there tells whether dependents may start.
func (c *child) there() bool {
	if c.Once {
		return c.status.State == Exited
	}
	return c.status.State == Running
}

// launch starts the program if its dependencies are there.
func (c *child) launch(ctx context.Context, now time.Time) {
	var waits []string
	for _, d := range c.needs {
		if !d.there() {
			waits = append(waits, d.Name)
		}
	}
	if len(waits) > 0 {
		if c.status.State != Starting || !slices.Equal(waits, c.status.Waits) {
			c.set(Starting, now)
			c.status.Waits = waits
		}
		return
	}
	if c.backoff > 0 {
		c.status.Restarts++
	}
	if err := c.start(); err != nil {
		c.failed(err, now)
		return
	}
	probe, cancel := context.WithCancel(ctx)
	c.stopProbe = cancel
	c.status.Pid = c.cmd.Process.Pid
	if c.Ready == nil {
		c.running(now)
		return
	}
	c.set(Starting, now)
	c.supervisor.group.Go(func() error {
		c.probe(probe)
		return nil
	})
}

// probe asks until the program is ready or gone.
func (c *child) probe(ctx context.Context) {
	again := time.NewTicker(c.supervisor.config.Probe)
	defer again.Stop()
	for c.Ready(ctx) != nil {
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
	}
	_ = c.supervisor.send(ctx, func() { // fails only if the program is gone
		if ctx.Err() == nil {
			c.running(time.Now())
		}
	})
}

func (c *child) running(now time.Time) {
	c.set(Running, now)
	c.due = now.Add(c.supervisor.config.Health)
}

// failed deals with a program that could not be started.
func (c *child) failed(err error, now time.Time) {
	c.status.Exit = err.Error()
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.ENOMEM) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		c.retry(now) // the machine is short of something
		return
	}
	c.wanted = false
	c.set(Fatal, now)
}

// exited deals with the end of a program.
func (c *child) exited(err error) {
	now := time.Now()
	c.stopProbe()
	stopping := c.status.State == Stopping
	c.cmd, c.status.Pid = nil, 0
	c.status.Exit = "exit status 0"
	if err != nil {
		c.status.Exit = err.Error()
	}
	switch {
	case stopping:
		c.set(Stopped, now)
	case c.Once && err == nil:
		c.wanted = false
		c.set(Exited, now)
	default:
		c.retry(now)
	}
}

func (c *child) retry(now time.Time) {
	c.backoff = min(max(2*c.backoff, c.supervisor.config.BackoffMin), c.supervisor.config.BackoffMax)
	c.set(Backoff, now)
	c.due = now.Add(c.backoff)
}

// set changes the state; what was due in the old one is not any more.
func (c *child) set(state State, now time.Time) {
	c.status.State, c.status.Since, c.status.Waits, c.due = state, now, nil, time.Time{}
	c.supervisor.changed[c] = struct{}{}
}

// answer ends the waits that are over.
func (c *child) answer() {
	c.waiters = slices.DeleteFunc(c.waiters, func(w waiter) bool {
		over, err := w.condition(c)
		if over {
			w.result <- err
		}
		return over
	})
}
