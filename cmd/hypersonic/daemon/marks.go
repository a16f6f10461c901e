package daemon

import (
	"context"
	"log/slog"
	"strconv"
	"sync"

	"github.com/hypersonic-nos/hypersonic/db"
)

// MarksPassed is where daemons answer marks (db.MarkChannel): the mark as op, the daemon's name as data, and how many operations its engine has done.
const MarksPassed = "HYPERSONIC_MARK_PASSED"

// operations is the field of an answer.
const operations = "operations"

// markWriter publishes what an engine says of marks.
type markWriter struct {
	daemon string
	store  db.Store
	log    *slog.Logger
	// The engine must not wait for Redis, so it leaves answers here; Run takes them.
	mu      sync.Mutex
	answers []db.Notification
	wake    chan struct{}
}

func newMarkWriter(daemon string, store db.Store, log *slog.Logger) *markWriter {
	return &markWriter{daemon: daemon, store: store, log: log, wake: make(chan struct{}, 1)}
}

// Marked is the engine's callback.
func (w *markWriter) Marked(ids []string, ops uint64) {
	w.mu.Lock()
	for _, id := range ids {
		w.answers = append(w.answers, db.Notification{
			Channel: MarksPassed, Op: id, Data: w.daemon, Fields: []db.Field{{Name: operations, Value: strconv.FormatUint(ops, 10)}},
		})
	}
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run publishes until ctx ends. An answer that the server does not take is lost: who waits for it asks again.
func (w *markWriter) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.wake:
		}
		w.mu.Lock()
		answers := w.answers
		w.answers = nil
		w.mu.Unlock()
		if err := w.store.Publish(ctx, answers...); err != nil && ctx.Err() == nil {
			w.log.Warn("marks not answered", "err", err)
		}
	}
}
