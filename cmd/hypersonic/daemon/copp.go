package daemon

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/hypersonic-nos/hypersonic/cfgmgr"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// loadCopp makes the defaults of control plane policing known as facts: those of the switch's file, or SONiC's. A file that is not understood is told, and
// SONiC's are in force.
func loadCopp(ctx context.Context, env Env, store, facts db.Store) error {
	path := env.CoppConfig()
	status := tables.StatusKey{Daemon: "cfgmgr", Object: path}
	told := tables.StateStatus.Del(status)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = cfgmgr.CoppFile, nil
	}
	var writes []db.Write
	if err == nil {
		writes, err = cfgmgr.CoppFacts(text)
	}
	if err != nil {
		env.Log.Error("traps refused, using SONiC's", "file", path, "err", err)
		told = tables.StateStatus.Replace(status, tables.StatusRow{State: "QUARANTINED", Reason: err.Error(), Since: time.Now().UTC().Format(time.RFC3339)})
		if writes, err = cfgmgr.CoppFacts(cfgmgr.CoppFile); err != nil {
			return err
		}
	}
	if err := store.Write(ctx, []db.Write{told}); err != nil {
		return err
	}
	return facts.Write(ctx, writes)
}
