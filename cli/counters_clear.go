package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Counters are cleared for whoever clears them, as in SONiC: what they were is kept in a file of the user's, and subtracted from what is shown.

// baseline is what counters were: by name of the interface or queue and name of the counter.
type baseline struct {
	Time   time.Time
	Counts map[string]map[string]uint64
}

// What is cleared by itself: SONiC has a program for each.
const (
	portBaseline  = "portstat"
	rifBaseline   = "intfstat"
	queueBaseline = "queuestat"
)

func (v *view) baselineFile(name string) string {
	return v.Path("tmp/cache", name, strconv.Itoa(os.Getuid()), name+".json")
}

// baseline reads what counters were when they were cleared; empty: they have not been.
func (v *view) baseline(name string) (b baseline, err error) {
	text, err := os.ReadFile(v.baselineFile(name))
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	if err != nil {
		return b, fmt.Errorf("counters when they were cleared: %w", err)
	}
	return b, nil
}

// clear keeps what counters are. Those that are not named stay as they were cleared before.
func (v *view) clear(name string, counts map[string]map[string]uint64) error {
	b, err := v.baseline(name)
	if err != nil || b.Counts == nil {
		b.Counts = map[string]map[string]uint64{}
	}
	b.Time = v.Now()
	for k, c := range counts {
		b.Counts[k] = c
	}
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	path := v.baselineFile(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("clearing counters: %w", err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return fmt.Errorf("clearing counters: %w", err)
	}
	return nil
}

// anyKey stands for the key of a row of which only the fields count.
const anyKey = "oid:0x0"

// countsOf are the counters of a row by their names.
func countsOf[R any](t db.Table[string, R], r R) map[string]uint64 {
	_, fields := t.Encode(anyKey, r)
	out := make(map[string]uint64, len(fields))
	for _, f := range fields {
		if n, err := strconv.ParseUint(f.Value, 10, 64); err == nil {
			out[f.Name] = n
		}
	}
	return out
}

// since is a row of counters less what they were. A counter that has gone back began anew, and is shown as it is.
func since[R any](t db.Table[string, R], r R, was map[string]uint64) R {
	if len(was) == 0 {
		return r
	}
	_, fields := t.Encode(anyKey, r)
	for i, f := range fields {
		if n, err := strconv.ParseUint(f.Value, 10, 64); err == nil && n >= was[f.Name] {
			fields[i].Value = strconv.FormatUint(n-was[f.Name], 10)
		}
	}
	_, less, err := t.Decode(anyKey, fields)
	if err != nil {
		return r
	}
	return less
}

// said tells when counters were cleared, above a table.
func (b *baseline) said(v *view) error {
	if b.Counts == nil || v.json {
		return nil
	}
	return v.line("Last cached time was %s", b.Time.Format("2006-01-02 15:04:05"))
}

// clearCounters are the commands of `sonic-clear` for counters.
func clearCounters(sw *Switch) []*cobra.Command {
	ports := &cobra.Command{
		Use: "counters [interfacename]", Short: "Clear counters", Args: between(0, "interfacename"), ValidArgsFunction: sw.completePorts,
		RunE: sw.look(func(v *view, args []string) error {
			list, err := v.countedNow()
			if err != nil {
				return err
			}
			counts := map[string]map[string]uint64{}
			for _, c := range list {
				if len(args) == 0 || args[0] == c.Name {
					counts[c.Name] = countsOf(tables.CountersPort, c.count)
				}
			}
			if len(args) > 0 && len(counts) == 0 {
				return fail("Invalid interface name %s", args[0])
			}
			if err := v.clear(portBaseline, counts); err != nil {
				return err
			}
			return v.line("Cleared counters")
		}),
	}
	rifs := &cobra.Command{
		Use: "rifcounters [interfacename]", Short: "Clear RIF counters", Args: between(0, "interfacename"),
		RunE: sw.look(func(v *view, args []string) error {
			list, err := v.rifs(arg(args, 0))
			if err != nil {
				return err
			}
			counts := map[string]map[string]uint64{}
			for _, r := range list {
				counts[r.name] = countsOf(tables.CountersRif, r.count)
			}
			if err := v.clear(rifBaseline, counts); err != nil {
				return err
			}
			return v.line("Cleared counters")
		}),
	}
	queues := &cobra.Command{
		Use: "queuecounters", Short: "Clear queue counters", Args: exactly(),
		RunE: sw.look(func(v *view, _ []string) error {
			list, err := v.queues("")
			if err != nil {
				return err
			}
			counts := map[string]map[string]uint64{}
			for _, q := range list {
				counts[q.name] = countsOf(tables.CountersQueue, q.count)
			}
			if err := v.clear(queueBaseline, counts); err != nil {
				return err
			}
			return v.line("Clear and update saved counters for all queues")
		}),
	}
	return []*cobra.Command{ports, rifs, queues}
}
