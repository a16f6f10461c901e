package vty

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
)

// Lines is one of FRR's daemons as the engine's target for lines of its configuration. What somebody else configured is left alone: a line that is
// there already needs no command and is not taken back, and a block goes only when nothing of others is in it. A daemon that is not there or goes is a
// passing error; when it has come back its lines are made again.
type Lines struct {
	daemon  frr.Daemon
	socket  string
	log     *slog.Logger
	sent    func(command string) // may be nil
	conn    *Conn                // the engine's goroutine only; nil: not connected
	record  *record
	last    *tree // what was read last, at readAt
	readAt  time.Time
	observe errgroup.Group
}

var (
	_ engine.Target   = (*Lines)(nil)
	_ engine.Adopter  = (*Lines)(nil)
	_ engine.Observer = (*Lines)(nil)
)

// NewLines prepares a target for a daemon that has its socket in a directory, /var/run/frr. The file is where it notes which lines it wrote; it belongs
// beside the daemon's own configuration file, because what it tells of may have been saved there. sent, if not nil, hears every command that configures.
func NewLines(d frr.Daemon, sockets, file string, log *slog.Logger, sent func(command string)) *Lines {
	return &Lines{
		daemon: d, socket: filepath.Join(sockets, d.String()+".vty"), log: log.With("frr", d.String()), sent: sent,
		record: newRecord(file, d),
	}
}

// Close ends the connection. The contexts of Observe must have ended.
func (t *Lines) Close() error {
	t.disconnect()
	return t.observe.Wait()
}

// Apply implements engine.Target.
func (t *Lines) Apply(ctx context.Context, _ *engine.Kind, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	all := func(err error) []error {
		for i := range errs {
			errs[i] = err
		}
		return errs
	}
	before, err := t.current(ctx, ops)
	if err != nil {
		return all(err)
	}
	steps := make([]step, len(ops))
	for i, op := range ops {
		steps[i], errs[i] = t.plan(op, before)
	}
	if !slices.ContainsFunc(steps, step.speaks) {
		return t.settle(steps, errs, before, before)
	}
	// First noted, then said: after a sudden end between the two, a line of ours is never taken for somebody else's.
	for i, s := range steps {
		if errs[i] == nil && s.speaks() && !s.removes() {
			e := s.entry("")
			if e.Unsure = true; s.had != nil {
				e.Shown = s.had.Shown
			}
			t.record.put(e)
		}
	}
	if err := t.record.save(); err != nil {
		return all(&engine.Error{Class: engine.Transient, Err: err})
	}
	said := talk{t: t, ctx: ctx, now: before}
	said.all(steps, errs)
	after, err := t.read(ctx)
	if err != nil {
		return all(err) // what was done is found out when it is tried again
	}
	return t.settle(steps, errs, before, after)
}

// step is what an operation comes to.
type step struct {
	op      engine.Op
	key     frr.LineKey
	text    frr.Text
	fixed   bool
	command string // empty: nothing to say
	foreign bool   // somebody else's line
	silent  bool   // not about what FRR knows
	had     *entry // what was noted before
}

func (s step) speaks() bool  { return s.command != "" }
func (s step) removes() bool { return s.op.Verb == engine.Remove }

// entry is what to note of a line that has been written.
func (s step) entry(shown string) entry {
	return entry{Key: s.key, Text: s.text, Fixed: s.fixed, Shown: shown, Foreign: s.foreign}
}

// plan finds what is to be said for an operation, with the configuration as it is.
func (t *Lines) plan(op engine.Op, now *tree) (step, error) {
	k, ok := op.Key.(frr.LineKey)
	if !ok || k.Daemon != t.daemon {
		return step{}, fmt.Errorf("%s is not a line of %s", op.Key, t.daemon)
	}
	s := step{op: op, key: k}
	if e, noted := t.record.get(k); noted {
		s.had, s.foreign = &e, e.Foreign
	}
	if s.removes() {
		s.command = t.takeBack(s, now)
		return s, nil
	}
	s.silent = true
	for _, a := range op.Attrs {
		if v, ok := a.Value.(frr.Text); ok {
			s.text, s.fixed, s.silent = v, a.ID == frr.LineAttrFixed, false
		}
	}
	if s.silent {
		return s, nil
	}
	if err := k.Check(s.text); err != nil {
		return s, err
	}
	if line := k.Text(s.text); !now.has(k.Context, line) {
		s.command, s.foreign = line, false
	} else if s.had == nil {
		s.foreign = true
	}
	return s, nil
}

// takeBack is the command that removes a line as FRR shows it; empty if it has gone, perhaps with something else. A line that is not shown is the
// default: a value may be taken back all the same, but of an option that would make the opposite.
func (t *Lines) takeBack(s step, now *tree) string {
	switch {
	case s.had == nil || s.foreign:
		return ""
	case s.had.Shown == "" && s.had.Text.Value != "" && now.open(s.key.Context):
		return s.key.Undo(s.key.Text(s.had.Text))
	case s.had.Shown == "" || !now.has(s.key.Context, s.had.Shown):
		return ""
	}
	for c, line := range now.inside(s.key.Inside()) {
		if !t.record.wrote(c, line) {
			t.log.Info("what others configured keeps a block", "block", s.key.Head, "line", line)
			return ""
		}
	}
	return s.key.Undo(s.had.Shown)
}

// settle makes the outcome the record: which lines are ours, and how FRR shows them.
func (t *Lines) settle(steps []step, errs []error, before, after *tree) []error {
	for i, s := range steps {
		switch {
		case s.silent || errs[i] != nil && s.removes():
		case errs[i] != nil && s.had == nil:
			t.record.drop(s.key)
		case errs[i] != nil:
			t.record.put(*s.had)
		case s.removes():
			t.record.drop(s.key)
		default:
			t.record.put(s.entry(shown(s, before, after)))
		}
	}
	t.record.rephrase(after)
	if err := t.record.save(); err != nil {
		t.log.Error("the record of our lines is not written", "error", err)
	}
	return errs
}

// shown is how FRR shows a line that has just been written: as it was written, or in other words that were not there before, or not at all because it is
// the default.
func shown(s step, before, after *tree) string {
	line := s.key.Text(s.text)
	if after.has(s.key.Context, line) {
		return line
	}
	for _, l := range after.lines(s.key.Context) {
		if t, ok := s.key.Read(l); ok && t.No == s.text.No && !before.has(s.key.Context, l) {
			return l
		}
	}
	return ""
}

// fresh is how long a configuration counts that was read after our own commands, so that thousands of lines do not take two readings for each slice.
const fresh = 200 * time.Millisecond

// current is the daemon's configuration, as it was read a moment ago or as it is: before a block goes, it matters whether others are in it.
func (t *Lines) current(ctx context.Context, ops []engine.Op) (*tree, error) {
	ends := func(op engine.Op) bool {
		k, ok := op.Key.(frr.LineKey)
		return ok && op.Verb == engine.Remove && frr.IsBlock(k.Head)
	}
	if t.conn != nil && t.last != nil && time.Since(t.readAt) < fresh && !slices.ContainsFunc(ops, ends) {
		return t.last, nil
	}
	return t.read(ctx)
}

// read gets the daemon's configuration.
func (t *Lines) read(ctx context.Context) (*tree, error) {
	if t.conn == nil {
		if err := t.connect(ctx); err != nil {
			return nil, err
		}
	}
	out, err := t.run(ctx, "show running-config")
	if err != nil && ctx.Err() == nil && t.conn == nil { // the old connection had died
		if err = t.connect(ctx); err == nil {
			out, err = t.run(ctx, "show running-config")
		}
	}
	if err != nil {
		return nil, err
	}
	t.last, t.readAt = parseTree(out), time.Now()
	return t.last, nil
}

func (t *Lines) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	c, err := Dial(ctx, t.socket)
	if err != nil {
		return &engine.Error{Class: engine.Transient, Err: fmt.Errorf("FRR's %s does not answer: %w", t.daemon, err)}
	}
	t.conn = c
	return nil
}

func (t *Lines) disconnect() {
	if t.conn != nil {
		_ = t.conn.Close() // it is of no more use
		t.conn = nil
	}
}

// say runs a command that configures.
func (t *Lines) say(ctx context.Context, command string) (string, error) {
	if t.sent != nil {
		t.sent(command)
	}
	return t.run(ctx, command)
}

// run runs a command on the connection. A refusal is FRR's word on the command; anything else passes.
func (t *Lines) run(ctx context.Context, command string) (string, error) {
	if t.conn == nil {
		return "", &engine.Error{Class: engine.Transient, Err: fmt.Errorf("the connection to FRR's %s was lost", t.daemon)}
	}
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	out, err := t.conn.Run(ctx, command)
	var refused *Error
	switch {
	case err == nil:
		if said := strings.TrimSpace(out); said != "" && command != "show running-config" {
			t.log.Info("FRR says", "to", command, "said", said)
		}
		return out, nil
	case errors.As(err, &refused):
		return out, err
	}
	t.disconnect()
	return "", &engine.Error{Class: engine.Transient, Err: err}
}
