package cli

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showDhcpRelay is `show dhcp_relay`.
func showDhcpRelay(sw *Switch) *cobra.Command {
	var direction, kind string
	counters := &cobra.Command{
		Use: "counters [vlan_interface]", Short: "Show DHCPv4 relay counters", Args: between(0, "vlan_interface"),
		RunE: sw.look(func(v *view, args []string) error { return v.dhcpCounters(arg(args, 0), direction, kind) }),
	}
	counters.Flags().StringVar(&direction, "dir", "", "TX or RX")
	counters.Flags().StringVar(&kind, "type", "", "one type of messages")
	return group("dhcp_relay", "show DHCP_Relay information",
		group("ipv4", "DHCPv4 relay",
			&cobra.Command{Use: "helper", Short: "Show the servers of VLANs", Args: exactly(), RunE: sw.look(dhcpHelpers)}, counters),
		group("ipv6", "DHCPv6 relay",
			&cobra.Command{Use: "destination", Short: "Show the servers of VLANs", Args: exactly(), RunE: sw.look(dhcpv6Destinations)}, dhcpv6CountersCommand(sw, "counters")))
}

// showDhcp6Counters is `show dhcp6relay_counters`, and showDhcpHelper `show dhcprelay_helper`: older names.
func showDhcp6Counters(sw *Switch) *cobra.Command {
	return group("dhcp6relay_counters", "Show DHCPv6 counter", dhcpv6CountersCommand(sw, "counts"))
}

func showDhcpHelper(sw *Switch) *cobra.Command {
	return group("dhcprelay_helper", "Show DHCP_Relay helper information", &cobra.Command{
		Use: "ipv6", Short: "Show the servers of DHCPv6", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
			return v.eachDestination(func(vlan string, list []string) error {
				t := grid.Table{Right: true, Header: []string{"Interface", vlan}}
				for i, ip := range list {
					t.Rows = append(t.Rows, []string{map[bool]string{true: vlan, false: ""}[i == 0], ip})
				}
				return v.spaced(&t)
			})
		}),
	})
}

// spaced prints a table and an empty line, as some programs of SONiC's do.
func (v *view) spaced(t *grid.Table) error {
	if err := v.print(t); err != nil || v.json {
		return err
	}
	return v.line("")
}

func dhcpHelpers(v *view, _ []string) error {
	vlans, err := read(v, tables.ConfigVlan)
	if err != nil {
		return err
	}
	t := relayTable()
	for _, e := range vlans {
		if list := texts(e.Row.DhcpServers); len(list) > 0 {
			t.Rows = append(t.Rows, []string{e.Key.String(), strings.Join(list, "\n")})
		}
	}
	return v.spaced(t)
}

func relayTable() *grid.Table {
	return &grid.Table{Grid: true, Right: true, Header: []string{"Interface", "DHCP Relay Address"}}
}

func texts(list []netip.Addr) []string {
	out := make([]string, len(list))
	for i, ip := range list {
		out[i] = ip.String()
	}
	return out
}

func dhcpv6Destinations(v *view, _ []string) error {
	t := relayTable()
	err := v.eachDestination(func(vlan string, list []string) error {
		t.Rows = append(t.Rows, []string{vlan, strings.Join(list, "\n")})
		return nil
	})
	if err != nil {
		return err
	}
	return v.spaced(t)
}

func (v *view) eachDestination(f func(vlan string, list []string) error) error {
	rows, err := read(v, tables.ConfigDhcpRelay)
	if err != nil {
		return err
	}
	for _, e := range rows {
		if list := texts(e.Row.Servers); len(list) > 0 {
			if err := f(e.Key.String(), list); err != nil {
				return err
			}
		}
	}
	return nil
}

func dhcpv6CountersCommand(sw *Switch, use string) *cobra.Command {
	var vlan string
	cmd := &cobra.Command{Use: use, Short: "Show DHCPv6 relay message counts", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
		rows, err := v.store.Read(v.ctx, tables.StateDhcpv6.Schema)
		if err != nil {
			return fmt.Errorf("reading %s: %w", tables.StateDhcpv6.Name, err)
		}
		for _, e := range decode(v, tables.StateDhcpv6, rows) {
			if name := e.Key.String(); vlan == "" || vlan == name {
				t := grid.Table{Right: true, Header: []string{"Message Type", name}}
				_, fields := tables.StateDhcpv6.Encode(e.Key, e.Row)
				for _, f := range fields {
					t.Rows = append(t.Rows, []string{f.Name, f.Value})
				}
				if err := v.spaced(&t); err != nil {
					return err
				}
			}
		}
		return nil
	})}
	cmd.Flags().StringVarP(&vlan, "interface", "i", "", "one VLAN")
	return cmd
}

// dhcpCounters are tables by VLAN and direction, or of one type.
func (v *view) dhcpCounters(vlan, direction, kind string) error {
	directions, kinds := []string{"TX", "RX"}, tables.DhcpTypes4()
	if direction != "" {
		if !slices.Contains(directions, direction) {
			return fail("Invalid value for '--dir': '%s' is not one of 'TX', 'RX'.", direction)
		}
		directions = []string{direction}
	}
	if kind != "" && !slices.Contains(kinds, kind) {
		return fail("Invalid value for '--type': '%s' is not one of %s.", kind, quotedList(kinds, "", ""))
	}
	rows, err := read(v, tables.CountersDhcp)
	if err != nil {
		return err
	}
	members, err := v.vlanMembers()
	if err != nil {
		return err
	}
	var vlans []string
	of := map[string][]entry[tables.DhcpCounterKey, tables.DhcpCountersRow]{}
	for _, e := range rows {
		if e.Key.Port == "" && (vlan == "" || vlan == e.Key.Vlan) {
			vlans = append(vlans, e.Key.Vlan)
		}
		of[e.Key.Vlan] = append(of[e.Key.Vlan], e)
	}
	if vlan != "" && len(vlans) == 0 {
		return v.line("Vlan interface %s doesn't have any count data", vlan)
	}
	for _, name := range vlans {
		id, _ := tables.ParseVlanID(name) // no VLAN has no members
		down := map[string]bool{}
		for _, m := range members[id] {
			down[m.Key.Port] = true
		}
		for _, t := range counterTables(name, of[name], down, directions, kind) {
			if err := v.spaced(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// counterTables are one table for each direction, or one of all if a type was chosen.
func counterTables(vlan string, rows []entry[tables.DhcpCounterKey, tables.DhcpCountersRow], down map[string]bool, directions []string, kind string) (out []*grid.Table) {
	place := func(k tables.DhcpCounterKey) []string {
		switch {
		case k.Port == "":
			return []string{vlan, "VLAN"}
		case down[k.Port]:
			return []string{k.Port, "Downlink"}
		}
		return []string{k.Port, "Uplink"}
	}
	count := func(r tables.DhcpCountersRow, direction string, i int) string {
		n := r.RX[i]
		if direction == "TX" {
			n = r.TX[i]
		}
		return strconv.FormatUint(n, 10)
	}
	if kind != "" {
		i := slices.Index(tables.DhcpTypes4(), kind)
		t := &grid.Table{Pretty: true, Header: append([]string{vlan + " (" + kind + ")", "Intf Type"}, directions...)}
		for _, e := range rows {
			row := place(e.Key)
			for _, d := range directions {
				row = append(row, count(e.Row, d, i))
			}
			t.Rows = append(t.Rows, row)
		}
		return []*grid.Table{t}
	}
	for _, d := range directions {
		t := &grid.Table{Pretty: true, Header: append([]string{vlan + " (" + d + ")", "Intf Type"}, tables.DhcpTypes4()...)}
		for _, e := range rows {
			row := place(e.Key)
			for i := range tables.DhcpTypes4() {
				row = append(row, count(e.Row, d, i))
			}
			t.Rows = append(t.Rows, row)
		}
		out = append(out, t)
	}
	return out
}
