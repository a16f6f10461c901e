package cli

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// What SONiC takes (sonic-sflow.yang).
const (
	sflowAll         = "all" // the session of all ports
	sflowPort        = 6343  // of collectors
	maxCollectors    = 2
	maxCollectorName = 16
	minSflowPolling  = 5 // s
	maxSflowPolling  = 300
	minSflowRate     = 256
	maxSflowRate     = 8388608
)

// showSflow is `show sflow`.
func showSflow(sw *Switch) *cobra.Command {
	cmd := group("sflow", "Show sFlow related information",
		&cobra.Command{Use: "interface", Short: "Show sFlow interface information", Args: exactly(), RunE: sw.look(sflowInterfaces)})
	cmd.RunE = sw.look(sflowSettings)
	return cmd
}

// sflowSettings prints what is configured for the whole switch.
func sflowSettings(v *view, _ []string) error {
	rows, err := fetch(v, tables.ConfigSflow, []string{tables.Global})
	if err != nil {
		return err
	}
	collectors, err := read(v, tables.ConfigSflowCollector)
	if err != nil {
		return err
	}
	f := fieldsOf(tables.ConfigSflow, tables.Global, rows[tables.Global])
	settings := [][2]string{
		{"sFlow Admin State", cmp.Or(f["admin_state"], "down")}, {"sFlow Sample Direction", cmp.Or(f["sample_direction"], "rx")},
		{"sFlow Polling Interval", cmp.Or(f["polling_interval"], "default")}, {"sFlow AgentID", cmp.Or(f["agent_id"], "default")},
	}
	if v.json {
		return sflowJSON(v, settings, collectors)
	}
	text := "\nsFlow Global Information:\n"
	for _, s := range settings {
		text += fmt.Sprintf("%-30s%s\n", "  "+s[0]+":", s[1])
	}
	text += fmt.Sprintf("\n  %d Collectors configured:", len(collectors))
	for _, c := range collectors {
		f := collectorFields(c)
		text += fmt.Sprintf("\n%-30s%-25s%-17sVRF: %s", "    Name: "+c.Key, "IP addr: "+f["collector_ip"]+" ", "UDP port: "+f["collector_port"], f["collector_vrf"])
	}
	return v.line("%s", text)
}

// collectorFields are a collector's fields, with what it is without them.
func collectorFields(c entry[string, tables.SflowCollectorRow]) map[string]string {
	f := fieldsOf(tables.ConfigSflowCollector, c.Key, c.Row)
	f["collector_port"] = cmp.Or(f["collector_port"], strconv.Itoa(sflowPort))
	f["collector_vrf"] = cmp.Or(f["collector_vrf"], "default")
	return f
}

func sflowJSON(v *view, settings [][2]string, collectors []entry[string, tables.SflowCollectorRow]) error {
	object, list := map[string]any{}, map[string]any{}
	for _, s := range settings {
		object[s[0]] = s[1]
	}
	for _, c := range collectors {
		list[c.Key] = collectorFields(c)
	}
	object["Collectors"] = list
	return grid.JSON(v.out, object)
}

// sflowInterfaces prints how ports are sampled, as the daemons have made it of the ports' sessions, that of all ports and the settings of the switch.
func sflowInterfaces(v *view, _ []string) error {
	ports, err := read(v, tables.ConfigPortEdit)
	if err != nil {
		return err
	}
	sessions, err := fetch(v, tables.ApplSflowSession, keys(ports))
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"Interface", "Admin State", "Sampling Rate", "Sampling Direction"}, Grid: true}
	for _, p := range ports {
		if r, ok := sessions[p.Key]; ok {
			t.Rows = append(t.Rows, []string{p.Key, r.AdminState.String(), itoa(r.Rate), r.Direction.String()})
		}
	}
	switch {
	case v.json:
		return v.print(&t)
	case len(ports) == 0:
		return v.line("No ports configured")
	}
	if err := v.line("\nsFlow interface configurations"); err != nil {
		return err
	}
	return v.print(&t)
}

// configSflow is `config sflow`.
func configSflow(sw *Switch) *cobra.Command {
	return group("sflow", "sFlow-related configuration tasks",
		sw.sflowSetting("enable", "Enable sFlow", func(_ *change, r *tables.SflowRow, _ string) error {
			r.AdminState = ptr(tables.UpDown(true))
			return nil
		}),
		sw.sflowSetting("disable", "Disable sFlow", func(_ *change, r *tables.SflowRow, _ string) error {
			r.AdminState = ptr(tables.UpDown(false))
			return nil
		}),
		sw.sflowSetting("polling-interval <polling_interval>", "Set polling-interval for counter-sampling (0 to disable)", func(_ *change, r *tables.SflowRow, text string) error {
			n, err := strconv.ParseUint(text, 10, 16)
			if err != nil || n != 0 && (n < minSflowPolling || n > maxSflowPolling) {
				return fail("Polling interval must be between %d-%d (0 to disable)", minSflowPolling, maxSflowPolling)
			}
			r.Polling = ptr(uint16(n))
			return nil
		}),
		sw.sflowSetting("sample-direction <sample_direction>", "Set sampling direction", func(_ *change, r *tables.SflowRow, text string) error {
			r.Direction = &text
			return sflowDirection(text)
		}),
		group("agent-id", "Add/Delete a sFlow agent",
			sw.sflowSetting("add <interface_name>", "Add sFlow agent information", func(c *change, r *tables.SflowRow, name string) error {
				switch vlan := tables.VlanID(0); {
				case r.Agent != nil:
					return fail("Agent already configured. Please delete it first.")
				case !c.known(name) && name != management && (vlan.UnmarshalText([]byte(name)) != nil || !has(c.candidate, tables.ConfigVlan, vlan)):
					return fail("Invalid interface name")
				}
				r.Agent = &name
				return nil
			}),
			sw.sflowSetting("del", "Delete sFlow agent information", func(_ *change, r *tables.SflowRow, _ string) error {
				if r.Agent == nil {
					return fail("sFlow agent not configured.")
				}
				r.Agent = nil
				return nil
			})),
		sflowCollector(sw), sflowInterface(sw))
}

// sflowSetting is a command that changes the settings of the switch, with an argument or without. They are down until somebody enables them.
func (sw *Switch) sflowSetting(use, short string, set func(c *change, r *tables.SflowRow, text string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: exactly(argumentsOf(use)...), RunE: sw.edit(func(c *change, args []string) error {
		r := rowOf(c.candidate, tables.ConfigSflow, tables.Global)
		if r.AdminState == nil {
			r.AdminState = ptr(tables.UpDown(false))
		}
		if err := set(c, &r, arg(args, 0)); err != nil {
			return err
		}
		c.write(tables.ConfigSflow.Rewrite(tables.Global, r))
		return nil
	})}
}

// argumentsOf are the names of a command's arguments.
func argumentsOf(use string) (names []string) {
	for _, word := range strings.Fields(use)[1:] {
		names = append(names, strings.Trim(word, "<>"))
	}
	return names
}

func sflowDirection(text string) error {
	if new(tables.SflowDirection).UnmarshalText([]byte(text)) != nil {
		return fail("Direction %s is invalid", text)
	}
	return nil
}

func sflowCollector(sw *Switch) *cobra.Command {
	var port uint16
	var vrf string
	add := &cobra.Command{Use: "add <collector_name> <IPv4/v6_address>", Short: "Add a sFlow collector", Args: exactly("collector_name", "IPv4/v6_address"),
		RunE: sw.edit(func(c *change, args []string) error {
			name := args[0]
			ip, err := netip.ParseAddr(args[1])
			switch known := c.keysOf(tables.ConfigSflowCollector.Schema); {
			case len(name) > maxCollectorName:
				return fail("Collector name must not exceed %d characters", maxCollectorName)
			case err != nil:
				return fail("Invalid IP address")
			case vrf != "default" && vrf != "mgmt":
				return fail("Only 'default' and 'mgmt' VRF are supported")
			case len(known) >= maxCollectors && !slices.Contains(known, name):
				return fail("Only %d collectors can be configured, please delete one", maxCollectors)
			}
			c.write(tables.ConfigSflowCollector.Set(name, tables.SflowCollectorRow{IP: ip, Port: &port, Vrf: &vrf}))
			return nil
		})}
	add.Flags().Uint16Var(&port, "port", sflowPort, "Collector port number")
	add.Flags().StringVar(&vrf, "vrf", "default", "Collector VRF")
	return group("collector", "Add/Delete a sFlow collector", add,
		&cobra.Command{Use: "del <collector_name>", Short: "Delete a sFlow collector", Args: exactly("collector_name"), RunE: sw.edit(func(c *change, args []string) error {
			if !has(c.candidate, tables.ConfigSflowCollector, args[0]) {
				return fail("Collector: %s not configured", args[0])
			}
			c.write(tables.ConfigSflowCollector.Del(args[0]))
			return nil
		})})
}

func sflowInterface(sw *Switch) *cobra.Command {
	return group("interface", "Configure sFlow settings for an interface",
		sw.sflowSession("enable <interface_name>", "Enable sampling on all or a certain port", func(r *tables.SflowSessionRow, _ string) error {
			r.AdminState = ptr(tables.UpDown(true))
			return nil
		}),
		sw.sflowSession("disable <interface_name>", "Disable sampling on all or a certain port", func(r *tables.SflowSessionRow, _ string) error {
			r.AdminState = ptr(tables.UpDown(false))
			return nil
		}),
		sw.sflowSession("sample-rate <interface_name> <sample_rate>", "Sample one in so many frames of a port; default: by its speed", func(r *tables.SflowSessionRow, text string) error {
			if text == "default" {
				r.Rate = nil
				return nil
			}
			n, err := strconv.ParseUint(text, 10, 32)
			if err != nil || n < minSflowRate || n > maxSflowRate {
				return fail("Sample rate must be between %d and %d or default", minSflowRate, maxSflowRate)
			}
			r.Rate = ptr(uint32(n))
			return nil
		}),
		sw.sflowSession("sample-direction <interface_name> <sample_direction>", "Set sampling direction of all or a certain port", func(r *tables.SflowSessionRow, text string) error {
			r.Direction = &text
			return sflowDirection(text)
		}))
}

// sflowSession is a command that changes how a port is sampled, or all of them. A session that says nothing goes.
func (sw *Switch) sflowSession(use, short string, set func(r *tables.SflowSessionRow, text string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: exactly(argumentsOf(use)...), ValidArgsFunction: sw.completePorts, RunE: sw.edit(func(c *change, args []string) error {
		name := args[0]
		if !has(c.candidate, tables.ConfigPort, name) && name != sflowAll {
			return fail("Invalid interface name")
		}
		r := rowOf(c.candidate, tables.ConfigSflowSession, name)
		if err := set(&r, arg(args, 1)); err != nil {
			return err
		}
		if r == (tables.SflowSessionRow{}) {
			c.write(tables.ConfigSflowSession.Del(name))
			return nil
		}
		c.write(tables.ConfigSflowSession.Rewrite(name, r))
		return nil
	})}
}
