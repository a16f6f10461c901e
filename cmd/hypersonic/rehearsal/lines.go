package rehearsal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
)

// lines plays FRR's daemons, as far as their configuration goes: every line is taken. It outlives the daemons that write it.
type lines struct {
	mu   sync.Mutex // cfgmgr's engine writes, whoever tried something reads
	now  map[frr.LineKey][]engine.AttrValue
	said []string
}

func newLines() *lines { return &lines{now: map[frr.LineKey][]engine.AttrValue{}} }

// of is one daemon of FRR as a target.
func (l *lines) of(d frr.Daemon) engine.Target { return linesOf{l, d} }

type linesOf struct {
	*lines
	daemon frr.Daemon
}

// Apply implements engine.Target.
func (l linesOf) Apply(_ context.Context, _ *engine.Kind, ops []engine.Op) []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, op := range ops {
		k := op.Key.(frr.LineKey)
		was := l.now[k]
		if op.Verb == engine.Remove {
			delete(l.now, k)
		} else {
			l.now[k] = changed(was, op.Attrs)
		}
		if line := text(k, was); was != nil && line != text(k, l.now[k]) {
			l.said = append(l.said, fmt.Sprintf("- %s: %s", l.daemon, line))
		}
		if line := text(k, l.now[k]); op.Verb != engine.Remove && (was == nil || line != text(k, was)) {
			l.said = append(l.said, fmt.Sprintf("+ %s: %s", l.daemon, line))
		}
	}
	return make([]error, len(ops))
}

// Adopt implements engine.Adopter.
func (l linesOf) Adopt(context.Context, []*engine.Kind) (out []engine.Actual, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, attrs := range l.now {
		if k.Daemon == l.daemon {
			out = append(out, engine.Actual{Key: k, Attrs: attrs})
		}
	}
	return out, nil
}

// changed are attributes with others over them.
func changed(was, now []engine.AttrValue) []engine.AttrValue {
	out := slices.Clone(now)
	for _, a := range was {
		if !slices.ContainsFunc(now, func(n engine.AttrValue) bool { return n.ID == a.ID }) {
			out = append(out, a)
		}
	}
	return out
}

// text is a line with the blocks around it.
func text(k frr.LineKey, attrs []engine.AttrValue) string {
	line := k.Text(frr.Text{})
	for _, a := range attrs {
		if t, ok := a.Value.(frr.Text); ok {
			line = k.Text(t)
		}
	}
	return strings.Join(append(k.Context.Blocks(), line), " > ")
}

func (l *lines) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = nil
}

// told are the lines that came and went, in order.
func (l *lines) told() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.said)
}
