package boot

import (
	"context"
	"time"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/process"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// ReportProcesses keeps STATE_DB PROCESS_STATUS true. A write that fails because Redis is away is made good when it is back: the last status of
// each process is kept, and all are written again.
func ReportProcesses(ctx context.Context, env daemon.Env, changes <-chan []process.Status) error {
	store, err := env.Connect(ctx, nil)
	if err != nil {
		return err
	}
	defer store.Close()
	last := map[string]process.Status{}
	_, lost := store.Lost()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-lost:
			_, lost = store.Lost()
		case list := <-changes:
			for _, s := range list {
				last[s.Name] = s
			}
		}
		if err := store.Write(ctx, rows(last)); err != nil && ctx.Err() == nil {
			env.Log.Debug("process status not written", "err", err)
		}
	}
}

func rows(last map[string]process.Status) []db.Write {
	var out []db.Write
	for _, s := range last {
		out = append(out, tables.StateProcess.Replace(s.Name, tables.ProcessRow{
			State: string(s.State), PID: s.Pid, Restarts: s.Restarts, Since: s.Since.UTC().Format(time.RFC3339), LastExit: s.Exit,
		}))
	}
	return out
}
