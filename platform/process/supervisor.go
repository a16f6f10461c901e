package process

import (
	"context"
	"errors"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"
)

// Supervisor runs programs. Run's goroutine owns everything; other goroutines send it functions to run.
type Supervisor struct {
	config   Config
	children []*child // dependencies first
	byName   map[string]*child
	calls    chan func()
	done     chan struct{} // closed when Run has ended
	changed  map[*child]struct{}
	ending   bool
	mark     string         // in the environment of every program
	output   *lockedWriter  // for programs without a log file
	group    errgroup.Group // waits for programs, and asks them whether they are ready
}

// New checks the specs: names, and dependencies without a cycle.
func New(c Config, specs ...Spec) (*Supervisor, error) {
	sorted, err := order(specs)
	if err != nil {
		return nil, err
	}
	s := &Supervisor{
		config: c.withDefaults(), byName: map[string]*child{}, calls: make(chan func()), done: make(chan struct{}), changed: map[*child]struct{}{},
	}
	s.output = &lockedWriter{w: s.config.Output}
	now := time.Now()
	for _, spec := range sorted {
		c := &child{Spec: spec.withDefaults(), supervisor: s, wanted: spec.AutoStart, status: Status{Name: spec.Name, State: Stopped, Since: now}}
		for _, d := range spec.DependsOn {
			c.needs = append(c.needs, s.byName[d])
			s.byName[d].neededBy = append(s.byName[d].neededBy, c)
		}
		s.children = append(s.children, c)
		s.byName[spec.Name] = c
		s.changed[c] = struct{}{}
	}
	return s, nil
}

// Run runs the programs until ctx ends and all of them have stopped. It returns nil then. It is called once.
func (s *Supervisor) Run(ctx context.Context) error {
	// A program's parent, to the kernel, is the thread that started it: the program dies with that thread (child.start). So the thread
	// must live as long as its children do, and only Run's goroutine starts any.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(s.done)
	if err := s.begin(); err != nil {
		return err
	}
	end := ctx.Done()
	for {
		next := s.advance(ctx, time.Now())
		s.report()
		if s.ending && s.allDown() {
			break
		}
		timer := time.NewTimer(next)
		select {
		case f := <-s.calls:
			f()
		case <-timer.C:
		case <-end:
			end = nil
			s.ending = true
			for _, c := range s.children {
				c.wanted = false
			}
		}
		timer.Stop()
	}
	err := s.group.Wait()
	for _, c := range s.children {
		if c.log != nil {
			err = errors.Join(err, c.log.close())
		}
	}
	return err
}

func (s *Supervisor) begin() (err error) {
	if s.mark, err = mark(s.config.Mark); err != nil {
		return err
	}
	if s.config.Mark == "" {
		return nil
	}
	if err := sweep(s.config.Mark); err != nil {
		s.output.line("supervisor", []byte(err.Error())) // no reason not to start
	}
	return nil
}

// idle is how long Run waits when nothing is due.
const idle = time.Hour

// advance brings each program nearer to where it should be, and returns how long nothing more will be due.
func (s *Supervisor) advance(ctx context.Context, now time.Time) time.Duration {
	next := idle
	for _, c := range s.children {
		c.advance(ctx, now)
	}
	for _, c := range s.children {
		c.answer()
		if !c.due.IsZero() {
			next = min(next, c.due.Sub(now))
		}
	}
	return max(next, 0)
}

func (s *Supervisor) allDown() bool {
	for _, c := range s.children {
		if c.alive() {
			return false
		}
	}
	return true
}

func (s *Supervisor) report() {
	var list []Status
	for _, c := range s.children {
		if _, ok := s.changed[c]; ok {
			list = append(list, c.status)
		}
	}
	if len(list) > 0 {
		clear(s.changed)
		s.config.Status(list)
	}
}

// ErrEnded is returned by calls to a Supervisor whose Run has ended.
var ErrEnded = errors.New("the supervisor has ended")

// send runs f in Run's goroutine, before long.
func (s *Supervisor) send(ctx context.Context, f func()) error {
	select {
	case s.calls <- f:
		return nil
	case <-s.done:
		return ErrEnded
	case <-ctx.Done():
		return ctx.Err()
	}
}
