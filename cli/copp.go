package cli

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/tables"
)

const (
	notInstalled = "not-installed"
	forwarded    = "forward" // what happens to packets of a colour that a group does not name
)

// copp is control plane policing as it is in force: what is configured, upon the defaults.
type copp struct {
	groups map[string]tables.CoppGroupRow
	traps  map[string]tables.CoppTrapRow
}

// showCopp is `show copp`.
func showCopp(sw *Switch) *cobra.Command {
	var trap, of string
	detailed := &cobra.Command{Use: "detailed", Short: "Show copp configuration detailed", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
		switch {
		case trap == "" && of == "":
			return fail("Either trapid or group must be provided.")
		case trap != "" && of != "":
			return fail("Either trapid or group must be provided, but not both.")
		}
		return v.coppDetailed(trap, of)
	})}
	detailed.Flags().StringVarP(&trap, "trapid", "t", "", "Trap id text")
	detailed.Flags().StringVarP(&of, "group", "g", "", "Trap group text")
	configuration := group("configuration", "Show copp configuration", detailed)
	configuration.RunE = sw.look(coppConfiguration)
	return group("copp", "Show copp configuration", configuration)
}

// copp reads what is in force. A file of defaults that is not understood is told, and SONiC's hold, as for the daemons.
func (v *view) copp() (*copp, error) {
	c := &copp{groups: map[string]tables.CoppGroupRow{}, traps: map[string]tables.CoppTrapRow{}}
	defaults, err := v.CoppDefaults()
	if err != nil {
		fmt.Fprintln(v.err, "Warning:", oneLine(err.Error()))
	}
	for _, w := range defaults {
		switch w.Table {
		case tables.FactCoppGroup.Schema:
			if k, r, err := tables.FactCoppGroup.Decode(w.Key, w.Fields); err == nil {
				c.groups[k] = r
			}
		case tables.FactCoppTrap.Schema:
			if k, r, err := tables.FactCoppTrap.Decode(w.Key, w.Fields); err == nil {
				c.traps[k] = r
			}
		}
	}
	groups, err := read(v, tables.ConfigCoppGroup)
	if err != nil {
		return nil, err
	}
	for _, e := range groups {
		if e.Row.Null != "" {
			delete(c.groups, e.Key)
			continue
		}
		c.groups[e.Key] = e.Row.Or(c.groups[e.Key])
	}
	traps, err := read(v, tables.ConfigCoppTrap)
	if err != nil {
		return nil, err
	}
	for _, e := range traps {
		if e.Row.Null != "" {
			delete(c.traps, e.Key)
			continue
		}
		c.traps[e.Key] = e.Row.Or(c.traps[e.Key])
	}
	return c, nil
}

// groupOf are the traps by id, each with its group.
func (c *copp) groupOf() map[string]string {
	out := map[string]string{}
	for _, t := range c.traps {
		for _, id := range t.TrapIDs {
			out[id] = t.Group
		}
	}
	return out
}

func coppConfiguration(v *view, _ []string) error {
	c, err := v.copp()
	if err != nil {
		return err
	}
	of := c.groupOf()
	ids := slices.SortedFunc(maps.Keys(of), natural.Compare)
	installed, err := fetch(v, tables.StateCoppTrapHw, ids)
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"TrapId", "Trap Group", "Action", "CBS", "CIR", "Meter Type", "Mode", "HW Status"}}
	for _, id := range ids {
		f := fieldsOf(tables.FactCoppGroup, of[id], c.groups[of[id]])
		t.Rows = append(t.Rows, []string{id, of[id], f["trap_action"], f["cbs"], f["cir"], f["meter_type"], f["mode"], hardwareStatus(installed[id])})
	}
	return v.print(&t)
}

func hardwareStatus(r tables.CoppHardwareRow) string { return cmp.Or(r.Status, notInstalled) }

// coppDetailed prints the group of a trap, or a group. Of what is not there it prints nothing, as SONiC does.
func (v *view) coppDetailed(trap, name string) error {
	c, err := v.copp()
	if err != nil {
		return err
	}
	of := c.groupOf()
	first := [2]string{"Trap Id(s)", strings.Join(c.trapsOf(name), ",")}
	if trap != "" {
		name = of[trap]
		first = [2]string{"Trap Group", name}
	}
	r, ok := c.groups[name]
	if !ok {
		return nil
	}
	f := fieldsOf(tables.FactCoppGroup, name, r)
	lines := [][2]string{first, {"Trap Action", f["trap_action"]}, {"Trap Priority", f["trap_priority"]}, {"Queue", f["queue"]}, {"CBS", f["cbs"]}, {"CIR", f["cir"]},
		{"Meter Type", f["meter_type"]}, {"Mode", f["mode"]}}
	if r.Mode != nil && *r.Mode != tables.PolicerStorm {
		lines = append(lines, [2]string{"Yellow Action", cmp.Or(f["yellow_action"], forwarded)})
	}
	lines = append(lines, [2]string{"Green Action", cmp.Or(f["green_action"], forwarded)}, [2]string{"Red Action", f["red_action"]})
	if trap != "" {
		installed, err := fetch(v, tables.StateCoppTrapHw, []string{trap})
		if err != nil {
			return err
		}
		lines = append(lines, [2]string{"HW Status", hardwareStatus(installed[trap])})
	}
	return v.dotted(lines)
}

// trapsOf are the ids of a group's traps.
func (c *copp) trapsOf(name string) (ids []string) {
	for id, of := range c.groupOf() {
		if of == name {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, natural.Compare)
	return ids
}

// dotted prints names and values with dots between them.
func (v *view) dotted(lines [][2]string) error {
	if v.json {
		object := map[string]string{}
		for _, l := range lines {
			object[l[0]] = l[1]
		}
		return grid.JSON(v.out, object)
	}
	const width = 28
	for _, l := range lines {
		if err := v.line("%s%s %s", l[0], strings.Repeat(".", width-len(l[0])), l[1]); err != nil {
			return err
		}
	}
	return nil
}
