package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	config "github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
)

const dryRunFlag = "dry-run"

// change is one run of a command that changes CONFIG_DB.
type change struct {
	*view
	*candidate
	cmd    *cobra.Command
	dryRun bool
	// forced lets a configuration through that does not check; the daemons quarantine its bad rows.
	forced bool
	// initial says that what is written is the configuration, even if none was loaded.
	initial bool
	// fromFile says that the switch's own file becomes the configuration.
	fromFile bool
	// remarks are printed when the change is in.
	remarks []string
}

// edit makes the function of a command that changes CONFIG_DB: all it wants is checked and written at once, or nothing. Before the boot has loaded
// the configuration it would be lost in it: people and scripts take the refusal for not ready yet.
func (sw *Switch) edit(f func(c *change, args []string) error) func(*cobra.Command, []string) error {
	return sw.draft(func(c *change, args []string) error {
		if err := c.loaded(); err != nil {
			return err
		}
		return f(c, args)
	})
}

// loaded refuses to go on before the boot has loaded the configuration.
func (c *change) loaded() error {
	loaded, err := config.Loaded(c.ctx, c.store)
	if err == nil && !loaded {
		err = errors.New("the configuration is not loaded yet, the switch is starting")
	}
	return err
}

// draft is edit at any time.
func (sw *Switch) draft(f func(c *change, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return sw.look(func(v *view, args []string) error {
			var err error
			for range attempts {
				if err = v.attempt(cmd, args, f); !errors.As(err, new(*config.Conflict)) {
					break
				}
			}
			return err
		})(cmd, args)
	}
}

// attempts is how often a command begins again because somebody else was quicker with the same rows.
const attempts = 10

func (v *view) attempt(cmd *cobra.Command, args []string, f func(c *change, args []string) error) error {
	copied, err := readConfig(v.ctx, v.store)
	if err != nil {
		return err
	}
	c := &change{view: v, candidate: copied, cmd: cmd}
	if flag := cmd.Flags().Lookup(dryRunFlag); flag != nil {
		c.dryRun = flag.Value.String() == "true"
	}
	if err := f(c, args); err != nil {
		return err
	}
	return c.commit(v.ctx)
}

// commit writes the difference in one transaction. A command that changes nothing writes nothing.
func (c *change) commit(ctx context.Context) error {
	changed := len(c.Changes())
	if !c.forced {
		c.step(changed, "Checking")
		if err := allOf(c.Check()); err != nil {
			return err
		}
	}
	if c.dryRun {
		c.step(changed, "Rehearsing")
		return c.rehearse(ctx)
	}
	c.step(changed, "Writing")
	if err := c.Commit(ctx, c.store); err != nil {
		return err
	}
	if c.initial {
		if err := c.store.Raw(db.Config).Set(ctx, config.Initialized, "1"); err != nil {
			return fmt.Errorf("writing CONFIG_DB: %w", err)
		}
	}
	if c.fromFile {
		if err := c.fileIsGood(c.candidate); err != nil {
			return err
		}
	}
	for _, line := range c.remarks {
		fmt.Fprintln(c.out, line)
	}
	return nil
}

// allOf is one line about several faults.
func allOf(errs []*config.Fault) error {
	switch len(errs) {
	case 0:
		return nil
	case 1:
		return fail("%v", errs[0])
	}
	return fail("%v (and %d more)", errs[0], len(errs)-1)
}

// remark is printed when the change is in; not if it is refused, or only tried.
func (c *change) remark(format string, args ...any) {
	c.remarks = append(c.remarks, fmt.Sprintf(format, args...))
}

// saveHint is what SONiC says after changes that many take for permanent.
const saveHint = "Please note loaded setting will be lost after system reboot. To preserve setting, run `config save`."
