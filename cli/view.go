package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// patience is how long a command waits for the databases, the kernel and FRR.
const patience = 10 * time.Second

// view is one run of a command that looks.
type view struct {
	*Switch
	command  context.Context // of the command as long as it runs
	ctx      context.Context // ends when patience does
	cancel   context.CancelFunc
	store    db.Keyspace
	out, err io.Writer
	json     bool
	// confirmed: the question was answered with yes, and is not asked again if the command has to begin anew.
	confirmed bool
}

// look makes the function of a command that reads the databases.
func (sw *Switch) look(f func(v *view, args []string) error) func(*cobra.Command, []string) error {
	return sw.ask(func(v *view, args []string) error {
		var err error
		if v.store, err = sw.Connect(v.ctx); err != nil {
			return err
		}
		defer v.store.Close()
		v.warn()
		return f(v, args)
	})
}

// warn tells a person when the switch does not run the configuration of its file. A script finds it in `show object-status`.
func (v *view) warn() {
	if !v.Terminal {
		return
	}
	row, err := v.store.Get(v.ctx, tables.StateStatus.Schema, []string{tables.StateStatus.EncodeKey(tables.StatusConfigFile)})
	if err != nil || row[0].Gone {
		return
	}
	if _, r, err := tables.StateStatus.Decode(row[0].Key, row[0].Fields); err == nil {
		fmt.Fprintln(v.err, "Warning:", oneLine(r.Reason))
	}
}

// ask makes the function of a command that needs no database.
func (sw *Switch) ask(f func(v *view, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		v := &view{Switch: sw, command: c.Context(), out: c.OutOrStdout(), err: c.ErrOrStderr()}
		if f := c.Flags().Lookup(jsonFlag); f != nil {
			v.json = f.Value.String() == "true"
		}
		v.renew()
		defer func() { v.cancel() }()
		return f(v, args)
	}
}

// renew gives the command its patience again, after a person has taken a while to answer.
func (v *view) renew() {
	if v.cancel != nil {
		v.cancel()
	}
	v.ctx, v.cancel = context.WithTimeout(v.command, patience)
}

// jsonFlag is of all commands that print tables.
const jsonFlag = "json"

// print writes a table in the form that was asked for.
func (v *view) print(t *grid.Table) error {
	if v.json {
		return t.JSON(v.out)
	}
	return t.Write(v.out)
}

// entry is a row with its key.
type entry[K comparable, R any] struct {
	Key K
	Row R
}

// read lists a table, naturally ordered by key. It is for tables whose database is small, or whose rows are all wanted: a server has to look at
// every key of the database. A row that does not decode is named on the error output and left out.
func read[K comparable, R any](v *view, t db.Table[K, R]) ([]entry[K, R], error) {
	changes, err := v.store.Read(v.ctx, t.Schema)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", t.Name, err)
	}
	return decode(v, t, changes), nil
}

// fetch reads the rows of some keys, in their order. Missing ones are left out.
func fetch[R any](v *view, t db.Table[string, R], keys []string) (map[string]R, error) {
	changes, err := v.store.Get(v.ctx, t.Schema, keys)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", t.Name, err)
	}
	out := make(map[string]R, len(keys))
	for _, e := range decode(v, t, changes) {
		out[e.Key] = e.Row
	}
	return out, nil
}

func decode[K comparable, R any](v *view, t db.Table[K, R], changes []db.Change) []entry[K, R] {
	slices.SortFunc(changes, func(a, b db.Change) int { return natural.Compare(a.Key, b.Key) })
	out := make([]entry[K, R], 0, len(changes))
	for _, c := range changes {
		if c.Gone {
			continue
		}
		k, r, err := t.Decode(c.Key, c.Fields)
		if err != nil {
			fmt.Fprintln(v.err, "Warning:", oneLine(err.Error()))
			continue
		}
		out = append(out, entry[K, R]{k, r})
	}
	return out
}

func keys[K comparable, R any](entries []entry[K, R]) []K {
	out := make([]K, len(entries))
	for i, e := range entries {
		out[i] = e.Key
	}
	return out
}

// fieldsOf are a row's fields as they are written.
func fieldsOf[K comparable, R any](t db.Table[K, R], k K, r R) map[string]string {
	_, fields := t.Encode(k, r)
	m := make(map[string]string, len(fields))
	for _, f := range fields {
		m[f.Name] = f.Value
	}
	return m
}

// orNA is SONiC's word for what is not known.
func orNA(text string) string {
	if text == "" {
		return notAvailable
	}
	return text
}

const notAvailable = "N/A"

// line prints a line.
func (v *view) line(format string, args ...any) error {
	_, err := fmt.Fprintf(v.out, format+"\n", args...)
	return err
}

func itoa[N ~int | ~uint16 | ~uint32](n N) string { return strconv.Itoa(int(n)) }
