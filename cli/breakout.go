package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Cage is a cage of the front panel, and what it can be split into.
type Cage struct {
	Port    string   // the first or only port in it
	Lanes   string   // of all ports
	Index   string   // one a lane, by comma
	Default string   // mode; may be empty
	Modes   []string // as platform.json names them
	// Ports are the PORT rows of a mode, which may be named with its speeds in another order.
	Ports func(mode string) ([]configjson.Row, error)
}

// predefined is what SONiC calls the file with the configuration of ports to come.
const predefined = "etc/sonic/port_breakout_config_db.json"

type breakoutOptions struct{ force, load, yes bool }

// configBreakout is `config interface breakout`.
func configBreakout(sw *Switch) *cobra.Command {
	var o breakoutOptions
	cmd := &cobra.Command{
		Use: "breakout <interface_name> <mode>", Short: "Set interface breakout mode", Args: exactly("interface_name", "mode"), ValidArgsFunction: sw.completePorts,
		RunE: sw.edit(func(c *change, args []string) error { return c.breakout(args[0], args[1], o) }),
	}
	f := cmd.Flags()
	f.BoolVarP(&o.force, "force-remove-dependencies", "f", false, "clear all dependencies internally first")
	f.BoolVarP(&o.load, "load-predefined-config", "l", false, "load the configuration of the new ports from /"+predefined)
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	f.BoolP("verbose", "v", false, "accepted, as there is nothing more to be told")
	return cmd
}

// cage finds a cage by its first port, and the mode that it is in.
func (v *view) cage(c *candidate, port string) (cage Cage, mode string, err error) {
	cages, err := v.Cages()
	switch {
	case err != nil:
		return cage, "", err
	case len(cages) == 0:
		return cage, "", fail("[ERROR] Breakout feature is not available without platform.json file")
	}
	i := slices.IndexFunc(cages, func(c Cage) bool { return c.Port == port })
	if i < 0 {
		return cage, "", fail("[ERROR] %s is not a Parent port. So, Breakout Mode is not available on this port", port)
	}
	mode = rowOf(c, tables.ConfigBreakout, port).Mode
	if mode == "" {
		mode = cages[i].Default
	}
	if mode == "" {
		return cage, "", fail("[ERROR] %s interface is NOT present in BREAKOUT_CFG table of CONFIG DB", port)
	}
	return cages[i], mode, nil
}

// breakout splits a cage anew: ports, what depends on them, and the mode change at once, or not at all.
func (c *change) breakout(port, target string, o breakoutOptions) error {
	cage, mode, err := c.cage(c.candidate, port)
	if err != nil {
		return err
	}
	gone, err := cage.Ports(mode)
	if err != nil {
		return err
	}
	come, err := cage.Ports(target)
	if err != nil {
		return fail("[ERROR] Target mode %s is not available for the port %s", target, port)
	}
	if mode == target {
		return c.line("[WARNING] No action will be taken as current and desired Breakout Mode are same.")
	}
	gone = slices.DeleteFunc(gone, func(r configjson.Row) bool { return c.Fields(r.Table, r.Key) == nil })
	if len(gone) == 0 {
		return fail("[ERROR] del_intf_dict is None! No interfaces are there to be deleted")
	}
	fmt.Fprintf(c.out, "\nRunning Breakout Mode : %s \nTarget Breakout Mode : %s\n", mode, target)
	c.listPorts("Ports to be deleted", gone)
	c.listPorts("Ports to be added", come)
	if err := c.confirm(o.yes || c.dryRun, "Do you want to Breakout the port, continue?"); err != nil {
		return err
	}
	// A port that stays as it is keeps its traffic.
	stays := func(a configjson.Row, in []configjson.Row) bool {
		return slices.ContainsFunc(in, func(b configjson.Row) bool {
			return a.Key == b.Key && fieldOf(a, "lanes") == fieldOf(b, "lanes") && fieldOf(a, "speed") == fieldOf(b, "speed")
		})
	}
	final := slices.DeleteFunc(slices.Clone(gone), func(r configjson.Row) bool { return stays(r, come) })
	added := slices.DeleteFunc(slices.Clone(come), func(r configjson.Row) bool { return stays(r, gone) })
	deps := c.Dependants(keysOfRows(final))
	if len(deps) > 0 && !o.force {
		lines := []string{"Dependencies Exist. No further action will be taken", "*** Printing dependencies ***"}
		for _, d := range deps {
			lines = append(lines, d.String())
		}
		return c.line("%s", strings.Join(lines, "\n"))
	}
	c.Forget(deps)
	for _, r := range final {
		c.Put(r.Table, r.Key, nil)
	}
	for _, r := range added {
		c.Put(r.Table, r.Key, r.Fields)
	}
	if o.load {
		if err := c.loadPredefined(keysOfRows(added)); err != nil {
			return err
		}
	}
	c.write(tables.ConfigBreakout.Replace(port, tables.BreakoutRow{Mode: target}))
	c.remark("Breakout process got successfully completed.")
	c.remark("Please note loaded setting will be lost after system reboot. To preserve setting, run `config save`.")
	return nil
}

// loadPredefined merges the rows of the file that name ports, in their keys or lists.
func (c *change) loadPredefined(ports []string) error {
	text, err := os.ReadFile(c.Path(predefined))
	if errors.Is(err, fs.ErrNotExist) {
		return fail("[ERROR] /%s is not there", predefined)
	}
	if err != nil {
		return err
	}
	rows, err := configjson.Parse(bytes.TrimSpace(text))
	if err != nil {
		return fail("/%s: %v", predefined, err)
	}
	named := func(name string) bool {
		port, _, _ := strings.Cut(name, ".")
		return slices.Contains(ports, port)
	}
	var merged []configjson.Row
	for _, r := range rows {
		if slices.ContainsFunc(strings.Split(r.Key, "|"), named) {
			merged = append(merged, r)
			continue
		}
		for _, f := range r.Fields {
			list, isList := strings.CutSuffix(f.Name, "@")
			if !isList || c.Fields(r.Table, r.Key) == nil || list == "" {
				continue
			}
			have := configjson.Row{Fields: c.Fields(r.Table, r.Key)}
			all := slices.DeleteFunc(strings.Split(fieldOf(have, f.Name), ","), func(s string) bool { return s == "" })
			for _, item := range strings.Split(f.Value, ",") {
				if named(item) && !slices.Contains(all, item) {
					all = append(all, item)
				}
			}
			merged = append(merged, configjson.Row{Table: r.Table, Key: r.Key, Fields: []db.Field{{Name: f.Name, Value: strings.Join(all, ",")}}})
		}
	}
	c.Merge(merged)
	return nil
}

// listPorts prints ports with their speeds, as SONiC does.
func (c *change) listPorts(what string, rows []configjson.Row) {
	speeds := map[string]string{}
	for _, r := range rows {
		speeds[r.Key] = fieldOf(r, "speed")
	}
	fmt.Fprintf(c.out, "\n%s : \n ", what)
	_ = grid.JSON(c.out, speeds) // texts
}

func keysOfRows(rows []configjson.Row) (keys []string) {
	for _, r := range rows {
		keys = append(keys, r.Key)
	}
	return keys
}

func fieldOf(r configjson.Row, name string) string {
	for _, f := range r.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// showBreakout is `show interfaces breakout`.
func showBreakout(sw *Switch) *cobra.Command {
	cmd := &cobra.Command{Use: "breakout", Short: "Show Breakout Mode information by interfaces", Args: exactly(), RunE: sw.look(breakoutAll)}
	cmd.AddCommand(&cobra.Command{
		Use: "current-mode [interface_name]", Short: "Show current Breakout mode Info by interface(s)", Args: between(0, "interface_name"), ValidArgsFunction: sw.completePorts,
		RunE: sw.look(breakoutModes),
	})
	return cmd
}

// cageState is what `show interfaces breakout` tells of a cage.
type cageState struct {
	Index   string   `json:"index"`
	Lanes   string   `json:"lanes"`
	Modes   []string `json:"breakout_modes"`
	Default string   `json:"default_brkout_mode"`
	Mode    string   `json:"Current Breakout Mode"`
	Ports   string   `json:"child ports"`
	Speeds  string   `json:"child port speeds"`
}

func breakoutAll(v *view, _ []string) error {
	c, err := readConfig(v.ctx, v.store)
	if err != nil {
		return err
	}
	cages, err := v.Cages()
	if err != nil {
		return err
	}
	all := map[string]cageState{}
	for _, g := range cages {
		_, mode, err := v.cage(c, g.Port)
		if err != nil {
			continue // a cage that is not used
		}
		s := cageState{Index: g.Index, Lanes: g.Lanes, Modes: g.Modes, Default: g.Default, Mode: mode}
		rows, _ := g.Ports(mode)
		var speeds []string
		for _, r := range rows {
			speeds = append(speeds, strings.TrimSuffix(fieldOf(r, "speed"), "000")+"G")
		}
		s.Ports, s.Speeds = strings.Join(keysOfRows(rows), ","), strings.Join(speeds, ",")
		all[g.Port] = s
	}
	return grid.JSON(v.out, all)
}

func breakoutModes(v *view, args []string) error {
	c, err := readConfig(v.ctx, v.store)
	if err != nil {
		return err
	}
	cages, err := v.Cages()
	if err != nil {
		return err
	}
	t := grid.Table{Grid: true, Text: true, Header: []string{"Interface", "Current Breakout Mode"}}
	for _, g := range cages {
		if len(args) > 0 && args[0] != g.Port {
			continue
		}
		mode := "Not Available"
		if _, m, err := v.cage(c, g.Port); err == nil {
			mode = m
		}
		t.Rows = append(t.Rows, []string{g.Port, mode})
	}
	if len(args) > 0 && len(t.Rows) == 0 {
		return fail("[ERROR] %s is not a Parent port. So, Breakout Mode is not available on this port", args[0])
	}
	return v.print(&t)
}
