package cli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// maxStormKbps is the most that a storm control lets through, kbit/s.
const maxStormKbps = 100000000

// showPolicer is `show policer`.
func showPolicer(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "policer [policer_name]", Short: "Show existing policers", Args: between(0, "policer_name"), RunE: sw.look(func(v *view, args []string) error {
		list, err := read(v, tables.ConfigPolicer)
		if err != nil {
			return err
		}
		t := grid.Table{Header: []string{"Name", "Type", "Mode", "CIR", "CBS"}}
		for _, e := range list {
			if len(args) > 0 && args[0] != e.Key {
				continue
			}
			f := fieldsOf(tables.ConfigPolicer, e.Key, e.Row)
			t.Rows = append(t.Rows, []string{e.Key, f["meter_type"], f["mode"], f["cir"], f["cbs"]})
		}
		return v.print(&t)
	})}
}

// showStormControl is `show storm-control`.
func showStormControl(sw *Switch) *cobra.Command {
	all := sw.look(func(v *view, _ []string) error { return v.storms("") })
	cmd := group("storm-control", "Show storm-control", &cobra.Command{Use: "all", Short: "Show storm-control of all interfaces", Args: exactly(), RunE: all},
		&cobra.Command{Use: "interface <interface>", Short: "Show storm-control of an interface", Args: exactly("interface"), ValidArgsFunction: sw.completePorts,
			RunE: sw.look(func(v *view, args []string) error { return v.storms(args[0]) })})
	cmd.RunE = all
	return cmd
}

// storms prints the limits of a port, or with an empty name of all. Where nothing is limited at all it prints nothing.
func (v *view) storms(port string) error {
	list, err := read(v, tables.ConfigStorm)
	if err != nil || len(list) == 0 && !v.json {
		return err
	}
	t := grid.Table{Grid: true, List: true, Header: []string{"Interface Name", "Storm Type", "Rate (kbps)"}}
	for _, e := range list {
		if port == "" || port == e.Key.Port {
			t.Rows = append(t.Rows, []string{e.Key.Port, string(e.Key.Kind), strconv.FormatUint(e.Row.Kbps, 10)})
		}
	}
	return v.print(&t)
}

// configStormControl is `config interface storm-control`.
func configStormControl(sw *Switch) *cobra.Command {
	return group("storm-control", "Configure storm-control",
		&cobra.Command{
			Use: "add <port_name> <storm_type> <kbps_value>", Short: "Limit broadcasts or unknown destinations", Args: exactly("port_name", "storm_type", "kbps_value"),
			ValidArgsFunction: sw.completePorts, RunE: sw.edit(func(c *change, args []string) error {
				key, err := c.stormKey(args[0], args[1])
				if err != nil {
					return err
				}
				kbps, err := strconv.ParseUint(args[2], 10, 64)
				switch {
				case err != nil:
					return fail("Invalid value for '<kbps_value>': '%s' is not a valid integer range.", args[2])
				case kbps == 0 || kbps > maxStormKbps:
					return fail("Invalid value for '<kbps_value>': %d is not in the range 1<=x<=%d.", kbps, maxStormKbps)
				}
				c.write(tables.ConfigStorm.Set(key, tables.StormRow{Kbps: kbps}))
				return nil
			}),
		},
		&cobra.Command{
			Use: "del <port_name> <storm_type>", Short: "Limit them no more", Args: exactly("port_name", "storm_type"), ValidArgsFunction: sw.completePorts,
			RunE: sw.edit(func(c *change, args []string) error {
				key, err := c.stormKey(args[0], args[1])
				if err != nil {
					return err
				}
				if !has(c.candidate, tables.ConfigStorm, key) {
					return fail("%s storm-control not enabled on interface %s", key.Kind, key.Port)
				}
				c.write(tables.ConfigStorm.Del(key))
				return nil
			}),
		})
}

// stormKey says why frames of a kind cannot be limited on a port.
func (c *change) stormKey(port, kind string) (tables.StormKey, error) {
	key := tables.StormKey{Port: port}
	kinds := []string{string(tables.StormBroadcast), string(tables.StormUnknownUnicast), string(tables.StormUnknownMulticast)}
	if !slices.Contains(kinds, kind) {
		return key, fail("Invalid value for '<storm_type>': '%s' is not one of '%s'.", kind, strings.Join(kinds, "', '"))
	}
	key.Kind = tables.StormKind(kind)
	switch {
	case has(c.candidate, tables.ConfigPort, port):
		return key, nil
	case strings.HasPrefix(port, "Ethernet"):
		return key, fail("Interface name %s is invalid. Please enter a valid interface name", port)
	}
	return key, fail("Storm-control is supported only on Ethernet interfaces. Not supported on %s", port)
}
