package vty

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
)

const (
	// commandTime bounds one command: a daemon that takes longer hangs.
	commandTime = 10 * time.Second
	// redial is the pause between attempts to reach a daemon whose end is to be noticed.
	redial = time.Second
)

// Target is staticd as the engine's target for frr.StaticRoute. A staticd that is not there or goes is a passing error; when it has come back all
// routes are made again, since it has forgotten them.
type Target struct {
	socket  string
	log     *slog.Logger
	conn    *Conn // the engine's goroutine only; nil: not connected
	observe errgroup.Group

	// made is what staticd was given. Apply writes it in the engine's goroutine, and the observing one reads it when staticd has gone,
	// hence the mutex.
	mu   sync.Mutex
	made map[frr.StaticRouteKey]struct{}
}

var (
	_ engine.Target   = (*Target)(nil)
	_ engine.Adopter  = (*Target)(nil)
	_ engine.Observer = (*Target)(nil)
)

// New prepares a target for the daemons that have their sockets in a directory, /var/run/frr. It connects when it has something to say.
func New(dir string, log *slog.Logger) *Target {
	return &Target{socket: filepath.Join(dir, "staticd.vty"), log: log, made: map[frr.StaticRouteKey]struct{}{}}
}

// Close ends the connection. The contexts of Observe must have ended.
func (t *Target) Close() error {
	t.disconnect()
	return t.observe.Wait()
}

// Apply implements engine.Target.
func (t *Target) Apply(ctx context.Context, _ *engine.Kind, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	if err := t.configure(ctx); err != nil {
		for i := range errs {
			errs[i] = err
		}
		return errs
	}
	for i, op := range ops {
		errs[i] = t.apply(ctx, op)
	}
	// Not to sit in configuration mode, where `configure exclusive` would find us. Whatever comes of it, the routes are in.
	if _, err := t.run(ctx, "end"); err != nil {
		t.disconnect()
	}
	return errs
}

// configure enters configuration mode, on a new connection if the old one has died.
func (t *Target) configure(ctx context.Context) error {
	if t.conn != nil {
		if _, err := t.run(ctx, "configure terminal"); err == nil {
			return nil
		}
		t.disconnect()
	}
	if err := t.connect(ctx); err != nil {
		return err
	}
	_, err := t.run(ctx, "configure terminal")
	var refused *Error
	if errors.As(err, &refused) {
		return &engine.Error{Class: engine.Transient, Err: err} // somebody else holds the lock
	}
	return err
}

func (t *Target) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	c, err := Dial(ctx, t.socket)
	if err != nil {
		return &engine.Error{Class: engine.Transient, Err: fmt.Errorf("FRR's staticd does not answer: %w", err)}
	}
	t.conn = c
	return nil
}

func (t *Target) disconnect() {
	if t.conn != nil {
		_ = t.conn.Close() // it is of no more use
		t.conn = nil
	}
}

func (t *Target) apply(ctx context.Context, op engine.Op) error {
	k, ok := op.Key.(frr.StaticRouteKey)
	if !ok {
		return fmt.Errorf("%s is not a static route", op.Key)
	}
	if err := k.Check(); err != nil {
		return err
	}
	if op.Verb == engine.Remove {
		if _, err := t.run(ctx, k.Remove()); err != nil {
			return err
		}
		t.note(k, false)
		return nil
	}
	var o frr.Options
	for _, a := range op.Attrs {
		if v, ok := a.Value.(frr.Options); ok && a.ID == frr.StaticRouteAttrOptions {
			o = v
		}
	}
	if _, err := t.run(ctx, k.Set(o)); err != nil {
		return err
	}
	t.note(k, true)
	return nil
}

func (t *Target) note(k frr.StaticRouteKey, made bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if made {
		t.made[k] = struct{}{}
	} else {
		delete(t.made, k)
	}
}

// run runs a command on the connection. A refusal is FRR's word on the command; anything else passes.
func (t *Target) run(ctx context.Context, command string) (string, error) {
	if t.conn == nil {
		return "", &engine.Error{Class: engine.Transient, Err: errors.New("the connection to FRR's staticd was lost")}
	}
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	out, err := t.conn.Run(ctx, command)
	var refused *Error
	switch {
	case err == nil:
		return out, nil
	case errors.As(err, &refused):
		return out, err
	}
	t.disconnect()
	return "", &engine.Error{Class: engine.Transient, Err: err}
}

// Adopt implements engine.Adopter: the routes with a tag of ours in staticd's running configuration. A staticd that is not there has none.
func (t *Target) Adopt(ctx context.Context, _ []*engine.Kind) ([]engine.Actual, error) {
	if err := t.connect(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		t.log.Info("no static routes adopted", "reason", err)
		return nil, nil
	}
	out, err := t.run(ctx, "show running-config")
	if err != nil {
		return nil, fmt.Errorf("static routes: %w", err)
	}
	var found []engine.Actual
	for _, r := range ParseRoutes(out) {
		if !r.Options.IsOurs() {
			continue
		}
		t.note(r.Key, true)
		found = append(found, engine.Actual{Key: r.Key, Attrs: []engine.AttrValue{{ID: frr.StaticRouteAttrOptions, Value: r.Options}}})
	}
	return found, nil
}

// Observe implements engine.Observer: routes go when staticd does.
func (t *Target) Observe(ctx context.Context) <-chan []engine.Actual {
	events := make(chan []engine.Actual)
	t.observe.Go(func() error {
		defer close(events)
		tell := func(gone []engine.Actual) {
			if len(gone) == 0 {
				return
			}
			t.log.Warn("FRR's staticd lost routes, they are made again", "routes", len(gone))
			select {
			case events <- gone:
			case <-ctx.Done():
			}
		}
		for ctx.Err() == nil {
			if !t.lifetime(ctx, tell) {
				pause(ctx, redial)
			}
		}
		return nil
	})
	return events
}

// lifetime follows one life of staticd, from a connection to its end; false if there is no connection.
func (t *Target) lifetime(ctx context.Context, tell func([]engine.Actual)) bool {
	c, err := Dial(ctx, t.socket)
	if err != nil {
		return false
	}
	defer c.Close()
	// It may be another staticd than the one that Apply spoke to. What is made from now on is not in question.
	made := t.snapshot()
	out, err := c.Run(ctx, "show running-config")
	if err != nil {
		return false
	}
	there := map[frr.StaticRouteKey]bool{}
	for _, r := range ParseRoutes(out) {
		there[r.Key] = true
	}
	tell(t.gone(made, there))
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	// It says nothing by itself: a read ends when the daemon does.
	if _, err := c.nc.Read(make([]byte, 1)); err != nil && ctx.Err() == nil {
		tell(t.gone(t.snapshot(), nil))
	}
	return true
}

func (t *Target) snapshot() []frr.StaticRouteKey {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Collect(maps.Keys(t.made))
}

// gone forgets and reports the routes that are not there.
func (t *Target) gone(made []frr.StaticRouteKey, there map[frr.StaticRouteKey]bool) (out []engine.Actual) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range made {
		if !there[k] {
			delete(t.made, k)
			out = append(out, engine.Actual{Key: k, Gone: true})
		}
	}
	return out
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
