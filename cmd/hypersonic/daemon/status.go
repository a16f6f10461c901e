package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// statusWriter keeps STATE_DB OBJECT_STATUS true: one row for each object or row of this daemon that is not as wanted.
type statusWriter struct {
	daemon string
	store  db.Store
	log    *slog.Logger
	// The engine must not wait for Redis, so it leaves changes here, newest by object; Run takes them.
	mu      sync.Mutex
	pending map[string]engine.Status
	wake    chan struct{}
}

func newStatusWriter(daemon string, store db.Store, log *slog.Logger) *statusWriter {
	return &statusWriter{daemon: daemon, store: store, log: log, pending: map[string]engine.Status{}, wake: make(chan struct{}, 1)}
}

// Changed is the engine's callback.
func (w *statusWriter) Changed(changes []engine.Status) {
	w.mu.Lock()
	for _, s := range changes {
		w.pending[s.Object] = s
	}
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run writes changes until ctx ends, after removing what a predecessor left.
func (w *statusWriter) Run(ctx context.Context) error {
	if err := w.clear(ctx); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.wake:
		}
		w.mu.Lock()
		changes := w.pending
		w.pending = map[string]engine.Status{}
		w.mu.Unlock()
		if err := w.write(ctx, changes); err != nil {
			return err
		}
	}
}

func (w *statusWriter) clear(ctx context.Context) error {
	rows, err := w.store.Read(ctx, tables.StateStatus.Schema)
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	var writes []db.Write
	for _, r := range rows {
		if strings.HasPrefix(r.Key, w.daemon+db.State.Separator()) {
			writes = append(writes, db.Write{Table: r.Table, Key: r.Key, Delete: true})
		}
	}
	if len(writes) == 0 {
		return nil
	}
	return w.store.Write(ctx, writes)
}

// write repeats until the server took the changes: a status is the only trace of a failure, so it is not dropped.
func (w *statusWriter) write(ctx context.Context, changes map[string]engine.Status) error {
	writes := make([]db.Write, 0, len(changes))
	for _, s := range changes {
		k := tables.StatusKey{Daemon: w.daemon, Object: s.Object}
		if s.OK {
			writes = append(writes, tables.StateStatus.Del(k))
			continue
		}
		writes = append(writes, tables.StateStatus.Replace(k, tables.StatusRow{
			State: stateWord(s.State), WaitsFor: strings.Join(s.Waits, " "), Reason: s.Reason,
			Table: s.Table, Key: s.Key, Field: s.Field, Value: s.Value,
			Owners: strings.Join(s.Owners, " "), Since: time.Now().UTC().Format(time.RFC3339),
		}))
	}
	for ctx.Err() == nil {
		err := w.store.Write(ctx, writes)
		if err == nil {
			return nil
		}
		w.log.Warn("status not written", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	return nil
}

func stateWord(s engine.State) string {
	switch s {
	case engine.Blocked:
		return "BLOCKED"
	case engine.Failed:
		return "FAILED"
	case engine.Quarantined:
		return "QUARANTINED"
	}
	return "CONFLICT"
}
