package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/hypersonic-nos/hypersonic/cfgmgr"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// CoppDefaults are the groups and traps of control plane policing of a switch that nobody has configured any for: those of its file, or SONiC's. An error
// tells that the file is not understood; the rows are SONiC's then.
func CoppDefaults(env Env) ([]db.Write, error) {
	text, err := os.ReadFile(env.CoppConfig())
	if errors.Is(err, fs.ErrNotExist) {
		return cfgmgr.CoppFacts(cfgmgr.CoppFile)
	}
	var writes []db.Write
	if err == nil {
		writes, err = cfgmgr.CoppFacts(text)
	}
	if err != nil {
		writes, _ = cfgmgr.CoppFacts(cfgmgr.CoppFile) // a part of the program
		return writes, fmt.Errorf("%s: %w", env.CoppConfig(), err)
	}
	return writes, nil
}

// loadCopp makes the defaults known as facts. A file that is not understood is told.
func loadCopp(ctx context.Context, env Env, store, facts db.Store) error {
	path := env.CoppConfig()
	status := tables.StatusKey{Daemon: "cfgmgr", Object: path}
	told := tables.StateStatus.Del(status)
	writes, err := CoppDefaults(env)
	if err != nil {
		env.Log.Error("traps refused, using SONiC's", "err", err)
		told = tables.StateStatus.Replace(status, tables.StatusRow{State: "QUARANTINED", Reason: err.Error(), Since: time.Now().UTC().Format(time.RFC3339)})
	}
	if err := store.Write(ctx, []db.Write{told}); err != nil {
		return err
	}
	return facts.Write(ctx, writes)
}
