package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func showEcn(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "ecn", Short: "Show ECN configuration", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error { return v.profiles("Profile", tables.ConfigWred.Schema) })}
}

// profiles prints the rows of a table of CONFIG_DB or APPL_DB, each as two columns under its name.
func (v *view) profiles(word string, t *db.Schema) error {
	rows, err := v.store.Read(v.ctx, t)
	if err != nil {
		return err
	}
	sortRows(rows)
	if v.json {
		all := map[string]map[string]string{}
		for _, r := range rows {
			all[r.Key] = map[string]string{}
			for _, f := range r.Fields {
				all[r.Key][f.Name] = f.Value
			}
		}
		return grid.JSON(v.out, all)
	}
	for _, r := range rows {
		fmt.Fprintf(v.out, "%s: %s\n", word, r.Key)
		if err := v.plainRows(r.Fields); err != nil {
			return err
		}
		fmt.Fprintln(v.out)
	}
	return nil
}

// ecnThresholds are the flags of ecnconfig and the fields that they set.
func ecnThresholds() []struct{ short, name, field, help string } {
	return []struct{ short, name, field, help string }{
		{"", "gmin", "green_min_threshold", "min threshold for packets marked 'green'"}, {"", "gmax", "green_max_threshold", "max threshold for packets marked 'green'"},
		{"", "ymin", "yellow_min_threshold", "min threshold for packets marked 'yellow'"}, {"", "ymax", "yellow_max_threshold", "max threshold for packets marked 'yellow'"},
		{"", "rmin", "red_min_threshold", "min threshold for packets marked 'red'"}, {"", "rmax", "red_max_threshold", "max threshold for packets marked 'red'"},
		{"", "gdrop", "green_drop_probability", "drop probability for packets marked 'green'"}, {"", "ydrop", "yellow_drop_probability", "drop probability for packets marked 'yellow'"},
		{"", "rdrop", "red_drop_probability", "drop probability for packets marked 'red'"},
	}
}

// Ecnconfig is the program `ecnconfig`.
func Ecnconfig(sw *Switch) *cobra.Command {
	cmd := configEcn(sw)
	cmd.Use, cmd.Short = "ecnconfig", "Show and change the ECN configuration"
	list := false
	set := cmd.RunE
	show := showEcn(sw).RunE
	cmd.Flags().BoolVarP(&list, "list", "l", false, "show ECN WRED configuration")
	cmd.RunE = func(c *cobra.Command, args []string) error {
		if list || c.Flags().NFlag() == 0 {
			return show(c, args)
		}
		return set(c, args)
	}
	cmd.Flags().BoolP(jsonFlag, "j", false, "print JSON instead of tables")
	cmd.Flags().BoolP(dryRunFlag, "d", false, "check and show what would change in CONFIG_DB, and change nothing")
	return program(cmd)
}

// configEcn is `config ecn`.
func configEcn(sw *Switch) *cobra.Command {
	profile := ""
	cmd := &cobra.Command{Use: "ecn", Short: "ECN-related configuration tasks", Args: exactly()}
	cmd.Flags().StringVarP(&profile, "profile", "p", "", "WRED profile")
	for _, f := range ecnThresholds() {
		cmd.Flags().StringP(f.name, f.short, "", f.help)
	}
	cmd.RunE = sw.edit(func(c *change, _ []string) error {
		if profile == "" {
			return fail("Missing option \"--profile\".")
		}
		if !has(c.candidate, tables.ConfigWred, profile) {
			return fail("Profile %s not found", profile)
		}
		for _, f := range ecnThresholds() {
			flag := cmd.Flags().Lookup(f.name)
			if !flag.Changed {
				continue
			}
			text := flag.Value.String()
			if _, err := strconv.ParseUint(text, 10, 32); err != nil {
				return fail("Invalid value for \"--%s\": %s is not a valid integer", f.name, text)
			}
			c.write(db.Write{Table: tables.ConfigWred.Schema, Key: profile, Fields: []db.Field{{Name: f.field, Value: text}}})
		}
		return nil
	})
	return cmd
}
