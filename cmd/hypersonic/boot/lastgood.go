package boot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// lastGoodFile is the copy of the last configuration that was loaded or saved without a fault. It is ours: nobody else writes it.
func lastGoodFile(env daemon.Env) string { return env.Path("var/lib/hypersonic/last_good.json") }

// faultsOf is what is wrong with a whole configuration; nil if nothing is.
func faultsOf(rows []configjson.Row) error { return candidate.Join(candidate.Of(rows).Faults()) }

// KeepGood keeps a configuration for a start with a file that is not good, unless it has faults itself.
func KeepGood(env daemon.Env, rows []configjson.Row) error {
	if faultsOf(rows) != nil {
		return nil
	}
	text, err := configjson.Format(rows)
	if err != nil {
		return err
	}
	path := lastGoodFile(env)
	if was, err := os.ReadFile(path); err == nil && bytes.Equal(was, text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("last good configuration: %w", err)
	}
	aside := path + ".new"
	if err := os.WriteFile(aside, text, 0o600); err != nil { // it may hold passwords
		return fmt.Errorf("last good configuration: %w", err)
	}
	if err := os.Rename(aside, path); err != nil {
		return fmt.Errorf("last good configuration: %w", err)
	}
	return nil
}

// lastGood is the configuration that was kept, and when; without one the error is fs.ErrNotExist.
func lastGood(env daemon.Env) (rows []configjson.Row, kept time.Time, err error) {
	info, err := os.Stat(lastGoodFile(env))
	if err != nil {
		return nil, kept, err
	}
	text, err := os.ReadFile(lastGoodFile(env))
	if err == nil {
		rows, err = configjson.Parse(text)
	}
	return rows, info.ModTime().UTC(), err
}

// choose takes what the file has, if it is good. A file that does not parse, or whose rows do not fit together, gives way to the last good configuration. Where
// there is none, one that parses is loaded all the same, since daemons set bad rows aside, and otherwise the ports are the SKU's (nil rows). said is what
// everybody is to know of it.
func choose(env daemon.Env, file string, rows []configjson.Row, wrong error) (chosen []configjson.Row, said string) {
	if wrong == nil {
		if wrong = faultsOf(rows); wrong == nil {
			return rows, ""
		}
		wrong = fmt.Errorf("%s: %w", file, wrong)
	}
	good, kept, err := lastGood(env)
	switch {
	case err == nil:
		return good, fmt.Sprintf("the switch runs its last good configuration, of %s: %s", kept.Format(time.RFC3339), short(wrong))
	case !errors.Is(err, fs.ErrNotExist):
		env.Log.Error("the last good configuration cannot be read", "err", err)
	}
	if rows != nil {
		return rows, "the configuration has faults, and there is no last good one to run instead: " + short(wrong)
	}
	return nil, "the switch runs without a configuration, the ports are the SKU's: " + short(wrong)
}

// maxFaults is how many faults are told where there is one line for all of them.
const maxFaults = 3

func short(err error) string {
	lines := strings.Split(err.Error(), "\n")
	if more := len(lines) - maxFaults; more > 0 {
		lines = append(lines[:maxFaults], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "; ")
}

// report tells in STATE_DB, which `show` reads, what is to be known of the configuration: that it is not the file's, and which of its tables have no effect.
func report(ctx context.Context, store db.Store, file, said string, unknown []string) error {
	since := time.Now().UTC().Format(time.RFC3339)
	writes := []db.Write{tables.StateStatus.Del(tables.StatusConfigFile), tables.StateStatus.Del(tables.StatusUnknownTables)}
	if said != "" {
		writes = append(writes, tables.StateStatus.Replace(tables.StatusConfigFile, tables.StatusRow{State: "QUARANTINED", Reason: said, Value: file, Since: since}))
	}
	if len(unknown) > 0 {
		reason := "kept, and of no effect, since nothing here reads them: " + strings.Join(unknown, ", ")
		writes = append(writes, tables.StateStatus.Replace(tables.StatusUnknownTables, tables.StatusRow{State: "UNKNOWN", Reason: reason, Since: since}))
	}
	return store.Write(ctx, writes)
}
