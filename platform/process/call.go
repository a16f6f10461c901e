package process

import (
	"context"
	"fmt"
)

// A condition says whether a call's wait is over, and its result.
type condition func(*child) (over bool, err error)

type waiter struct {
	condition
	result chan error
}

// Start wants the programs to run, and waits until each is RUNNING (EXITED, if it runs once) or FATAL, or ctx ends. One that runs
// already is no error. Dependencies that nobody started are waited for.
func (s *Supervisor) Start(ctx context.Context, names ...string) []error {
	return s.call(ctx, names, (*child).want, func(c *child) (bool, error) {
		switch c.status.State {
		case Running:
			return !c.Once, nil
		case Exited:
			return true, nil
		case Fatal:
			return true, fmt.Errorf("program %s: %s", c.Name, c.status.Exit)
		case Stopped:
			return true, fmt.Errorf("program %s: stopped meanwhile", c.Name)
		}
		return false, nil
	})
}

// Stop wants the programs not to run, and waits until each has ended or ctx ends. Programs that depend on them run on.
func (s *Supervisor) Stop(ctx context.Context, names ...string) []error {
	return s.call(ctx, names, func(c *child) { c.wanted = false }, func(c *child) (bool, error) { return !c.alive(), nil })
}

// Restart stops and starts the programs, and waits as Start does.
func (s *Supervisor) Restart(ctx context.Context, names ...string) []error {
	errs := s.Stop(ctx, names...)
	for i, name := range names {
		if errs[i] == nil {
			errs[i] = s.Start(ctx, name)[0]
		}
	}
	return errs
}

// Status tells all programs, dependencies first.
func (s *Supervisor) Status(ctx context.Context) ([]Status, error) {
	got := make(chan []Status, 1)
	err := s.send(ctx, func() {
		var list []Status
		for _, c := range s.children {
			list = append(list, c.status)
		}
		got <- list
	})
	if err != nil {
		return nil, err
	}
	return <-got, nil
}

// call begins something with each program, and then waits for all.
func (s *Supervisor) call(ctx context.Context, names []string, begin func(*child), until condition) []error {
	errs := make([]error, len(names))
	results := make([]chan error, len(names))
	for i, name := range names {
		c, ok := s.byName[name]
		if !ok {
			errs[i] = fmt.Errorf("program %s: no such program", name)
			continue
		}
		w := waiter{condition: until, result: make(chan error, 1)}
		errs[i] = s.send(ctx, func() {
			begin(c)
			c.waiters = append(c.waiters, w)
		})
		if errs[i] == nil {
			results[i] = w.result
		}
	}
	for i, r := range results {
		if r == nil {
			continue
		}
		select {
		case errs[i] = <-r:
		case <-ctx.Done():
			errs[i] = fmt.Errorf("program %s: %w", names[i], ctx.Err())
		case <-s.done:
			errs[i] = ErrEnded
		}
	}
	return errs
}
