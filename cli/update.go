package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/cli/patch"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
)

// update makes a command of SONiC's generic updater: f changes the candidate, and success is said in SONiC's words.
func (sw *Switch) update(use, short, argument, done string, f func(c *change, arg string) error) *cobra.Command {
	var format string
	var ignoreTables, verbose bool
	var ignorePaths []string
	cmd := &cobra.Command{Use: use + " <" + argument + ">", Short: short, Args: exactly(argument), RunE: sw.edit(func(c *change, args []string) error {
		if !strings.EqualFold(format, "CONFIGDB") {
			return fail("format %s is not supported: only CONFIGDB is", format)
		}
		if c.dryRun {
			fmt.Fprintln(c.out, "** DRY RUN EXECUTION **")
		}
		if err := f(c, args[0]); err != nil {
			return err
		}
		c.remark("%s", done)
		return nil
	})}
	cmd.Flags().StringVarP(&format, "format", "f", "CONFIGDB", "format of the configuration")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "has no effect")
	cmd.Flags().BoolVarP(&ignoreTables, "ignore-non-yang-tables", "n", false, "has no effect: tables without a model are never refused")
	cmd.Flags().StringArrayVarP(&ignorePaths, "ignore-path", "i", nil, "has no effect")
	return cmd
}

// configApplyPatch is `config apply-patch`.
func configApplyPatch(sw *Switch) *cobra.Command {
	return sw.update("apply-patch", "Apply given patch of updates to Config (RFC 6902)", "patch-file-path", "Patch applied successfully.", func(c *change, path string) error {
		text, err := os.ReadFile(path)
		if err != nil {
			return fail("Failed to apply patch: %v", err)
		}
		if err := c.patch(text); err != nil {
			return fail("Failed to apply patch: %v", err)
		}
		return nil
	})
}

// patch applies a JSON Patch to the candidate in its config_db.json form.
func (c *candidate) patch(text []byte) error {
	ops, err := patch.Parse(text)
	if err != nil {
		return err
	}
	file, err := configjson.Format(c.Content())
	if err != nil {
		return err
	}
	var doc any
	if err := json.Unmarshal(file, &doc); err != nil {
		return err
	}
	if doc, err = patch.Apply(doc, ops); err != nil {
		return err
	}
	if file, err = json.Marshal(doc); err != nil {
		return err
	}
	list, err := configjson.Parse(file)
	if err != nil {
		return err
	}
	c.Replace(list)
	return nil
}

// configReplace is `config replace`.
func configReplace(sw *Switch) *cobra.Command {
	return sw.update("replace", "Replace the whole config with the specified config", "target-file-path", "Config replaced successfully.", func(c *change, path string) error {
		list, err := loadRows(path)
		if err != nil {
			return err
		}
		c.Replace(list)
		return nil
	})
}

// checkpoints is where checkpoints are kept, and checkpointSuffix how their files end.
const (
	checkpoints      = "etc/sonic/checkpoints"
	checkpointSuffix = ".cp.json"
)

func (v *view) checkpoint(name string) (string, error) {
	if name == "" || name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return "", fail("Invalid checkpoint name '%s'", name)
	}
	return v.Path(checkpoints, name+checkpointSuffix), nil
}

// existingCheckpoint is the file of a checkpoint that has to be there.
func (v *view) existingCheckpoint(name string) (string, error) {
	path, err := v.checkpoint(name)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", fail("Checkpoint '%s' does not exist", name)
	}
	return path, nil
}

// configRollback is `config rollback`.
func configRollback(sw *Switch) *cobra.Command {
	return sw.update("rollback", "Rollback the whole config to the specified checkpoint", "checkpoint-name", "Config rolled back successfully.", func(c *change, name string) error {
		path, err := c.existingCheckpoint(name)
		if err != nil {
			return err
		}
		list, err := loadRows(path)
		if err != nil {
			return err
		}
		c.Replace(list)
		return nil
	})
}

// configCheckpoint is `config checkpoint`.
func configCheckpoint(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "checkpoint <checkpoint-name>", Short: "Take a checkpoint of the whole current config", Args: exactly("checkpoint-name"), RunE: sw.look(func(v *view, args []string) error {
		path, err := v.checkpoint(args[0])
		if err != nil {
			return err
		}
		c, err := readConfig(v.ctx, v.store)
		if err != nil {
			return err
		}
		if err := saveRows(path, c.Content()); err != nil {
			return err
		}
		return v.line("Checkpoint created successfully.")
	})}
}

// configDeleteCheckpoint is `config delete-checkpoint`.
func configDeleteCheckpoint(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "delete-checkpoint <checkpoint-name>", Short: "Delete a checkpoint", Args: exactly("checkpoint-name"), RunE: sw.ask(func(v *view, args []string) error {
		path, err := v.existingCheckpoint(args[0])
		if err != nil {
			return err
		}
		if err := os.Remove(path); err != nil {
			return err
		}
		return v.line("Checkpoint deleted successfully.")
	})}
}

// configListCheckpoints is `config list-checkpoints`.
func configListCheckpoints(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "list-checkpoints", Short: "List the config checkpoints available", Args: exactly(), RunE: sw.ask(func(v *view, _ []string) error {
		files, err := filepath.Glob(v.Path(checkpoints, "*"+checkpointSuffix))
		if err != nil {
			return err
		}
		names := make([]string, len(files))
		for i, f := range files {
			names[i] = strings.TrimSuffix(filepath.Base(f), checkpointSuffix)
		}
		slices.SortFunc(names, natural.Compare)
		return grid.JSON(v.out, names)
	})}
}
