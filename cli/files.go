package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// configFile is where the configuration is kept.
const configFile = "etc/sonic/config_db.json"

// fileOr is the file that a command names, or the switch's own.
func (v *view) fileOr(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return v.Path(configFile)
}

// confirm asks, unless the answer is given already.
func (v *view) confirm(yes bool, question string) error {
	if yes || v.confirmed {
		return nil
	}
	fmt.Fprintf(v.out, "%s [y/N]: ", question)
	answer, err := bufio.NewReader(v.Input).ReadString('\n')
	v.renew()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		v.confirmed = true
		return nil
	}
	if !strings.HasSuffix(answer, "\n") {
		fmt.Fprintln(v.out)
	}
	return errAborted
}

// configSave is `config save`.
func configSave(sw *Switch) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{Use: "save [filename]", Short: "Export current config DB to a file on disk", Args: between(0, "filename"), RunE: sw.look(func(v *view, args []string) error {
		if err := v.confirm(yes, "Existing files will be overwritten, continue?"); err != nil {
			return err
		}
		c, err := readConfig(v.ctx, v.store)
		if err != nil {
			return err
		}
		if err := saveRows(v.fileOr(args), c.Content()); err != nil || len(args) > 0 {
			return err
		}
		return v.fileIsGood(c)
	})}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

// fileIsGood notes that the switch's own file and its configuration agree, if the configuration has no faults.
func (v *view) fileIsGood(c *candidate) error {
	if len(c.Faults()) > 0 {
		return nil
	}
	if err := v.Keep(c.Content()); err != nil {
		return err
	}
	return v.store.Write(v.ctx, []db.Write{tables.StateStatus.Del(tables.StatusConfigFile)})
}

// saveRows writes a file so that it is there whole or as it was. A file that cannot be replaced, since it is mounted by itself into the
// container, is written in place.
func saveRows(path string, list []configjson.Row) error {
	text, err := configjson.Format(list)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return os.WriteFile(path, text, mode) // a device or a pipe is written to, never replaced
		}
		mode = info.Mode().Perm()
	}
	aside, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(aside.Name())
	_, err = aside.Write(text)
	if err = errors.Join(err, aside.Chmod(mode), aside.Sync(), aside.Close()); err != nil {
		return err
	}
	err = os.Rename(aside.Name(), path)
	if errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EXDEV) {
		return os.WriteFile(path, text, mode)
	}
	return err
}

// loadRows reads a whole file; nothing of it is used if it does not parse.
func loadRows(path string) ([]configjson.Row, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail("The config file %s doesn't exist", path)
	}
	if err != nil {
		return nil, err
	}
	list, err := configjson.Parse(text)
	if err != nil {
		return nil, fail("%s: %v", path, err)
	}
	return list, nil
}

// configLoad is `config load`: what the file has is added to what is there.
func configLoad(sw *Switch) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{Use: "load [filename]", Short: "Import a previous saved config DB dump file", Args: between(0, "filename"), RunE: sw.edit(func(c *change, args []string) error {
		question := "Load config from the default config file(s) ?"
		if len(args) > 0 {
			question = fmt.Sprintf("Load config from the file(s) %s ?", args[0])
		}
		if err := c.confirm(yes || c.dryRun, question); err != nil {
			return err
		}
		list, err := loadRows(c.fileOr(args))
		if err != nil {
			return err
		}
		c.step(len(list), "Read")
		c.Merge(list)
		return nil
	})}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

// configReload is `config reload`: the file becomes the configuration. Nothing is restarted, and only differences are written.
func configReload(sw *Switch) *cobra.Command {
	var yes, force, noRestart, sysinfo bool
	cmd := &cobra.Command{Use: "reload [filename]", Short: "Make a saved config DB dump file the configuration, by writing the differences", Args: between(0, "filename"), RunE: sw.draft(func(c *change, args []string) error {
		if !force {
			if err := c.loaded(); err != nil {
				return err
			}
		}
		question := "Clear current config and reload config in config_db format from the default config file(s) ?"
		if len(args) > 0 {
			question = fmt.Sprintf("Clear current config and reload config in config_db from the file(s) %s ?", args[0])
		}
		if err := c.confirm(yes || c.dryRun, question); err != nil {
			return err
		}
		list, err := loadRows(c.fileOr(args))
		if err != nil {
			return err
		}
		if list, err = c.Complete(list); err != nil {
			return err
		}
		c.step(len(list), "Read")
		c.Replace(list)
		c.forced, c.initial = force, force
		c.fromFile = len(args) == 0
		return nil
	})}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	cmd.Flags().BoolVarP(&force, "force", "f", false, "load a configuration with bad rows, or on a switch that has none; the daemons set bad rows aside")
	cmd.Flags().BoolVarP(&noRestart, "no_service_restart", "n", false, "has no effect: nothing is ever restarted")
	cmd.Flags().BoolVarP(&sysinfo, "load-sysinfo", "l", false, "has no effect: what the file lacks of the system is always filled in")
	return cmd
}
