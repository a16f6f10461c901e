package daemon

import (
	"context"
	"fmt"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
)

// machine is an engine with what every daemon adds to it: statuses in STATE_DB and answers to `explain`.
type machine struct {
	*engine.Engine
	status *statusWriter
	marks  *markWriter
	store  db.Store
	name   string
	log    *slog.Logger
}

func newMachine(name string, store db.Store, log *slog.Logger) *machine {
	status, marks := newStatusWriter(name, store, log), newMarkWriter(name, store, log)
	e := engine.New(engine.Config{Name: name, Status: status.Changed, Marked: marks.Marked})
	return &machine{Engine: e, status: status, marks: marks, store: store, name: name, log: log}
}

// enginesKey is where a context has the function that is told of engines.
type enginesKey struct{}

// WithEngines has f told of the engine of each daemon that is run with the context, when it starts: whoever runs daemons in its own process can ask it.
func WithEngines(ctx context.Context, f func(daemon string, e *engine.Engine)) context.Context {
	return context.WithValue(ctx, enginesKey{}, f)
}

// Go runs the engine and its company in the group.
func (m *machine) Go(ctx context.Context, g *errgroup.Group) {
	if told, ok := ctx.Value(enginesKey{}).(func(string, *engine.Engine)); ok {
		told(m.name, m.Engine)
	}
	g.Go(func() error { return named(m.name, m.Run(ctx)) })
	g.Go(func() error { return named("status", m.status.Run(ctx)) })
	g.Go(func() error { return named("marks", m.marks.Run(ctx)) })
	g.Go(func() error { return named("explain", answerExplain(ctx, m)) })
}

// named says which part of a daemon ended with an error; nil stays nil.
func named(part string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", part, err)
}

// sources opens tables of several databases in one lane, each database from the store that has it.
func (m *machine) sources(lane engine.Lane, facts db.Store, by map[db.ID][]*db.Schema) {
	for id, tables := range by {
		if id == db.Local {
			m.Source(facts, engine.Urgent, tables...)
			continue
		}
		m.Source(m.store, lane, tables...)
	}
}

// sinks names the published tables, so that rows that nobody wants any more are found and removed.
func (m *machine) sinks(facts db.Store, published []*db.Schema) {
	var local, redis []*db.Schema
	for _, t := range published {
		if t.Database == db.Local {
			local = append(local, t)
		} else {
			redis = append(redis, t)
		}
	}
	m.Sink(m.store, redis...)
	if len(local) > 0 {
		m.Sink(facts, local...)
	}
}
