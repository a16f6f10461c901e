package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// macFilter is what `show mac` is asked for; empty fields do not restrict.
type macFilter struct {
	vlan, port, address, kind string
	count                     bool
}

// showMAC is `show mac`: learned and static addresses.
func showMAC(sw *Switch) *cobra.Command {
	var f macFilter
	cmd := group("mac", "Show MAC (FDB) entries", &cobra.Command{
		Use: "aging-time", Short: "Show how long a learned address is kept", Args: exactly(), RunE: sw.look(agingTime),
	})
	cmd.RunE = sw.look(func(v *view, _ []string) error { return v.macs(f) })
	cmd.Flags().StringVarP(&f.vlan, "vlan", "v", "", "only this VLAN")
	cmd.Flags().StringVarP(&f.port, "port", "p", "", "only this port or PortChannel")
	cmd.Flags().StringVarP(&f.address, "address", "a", "", "only this MAC address")
	cmd.Flags().StringVarP(&f.kind, "type", "t", "", "only static or dynamic addresses")
	cmd.Flags().BoolVarP(&f.count, "count", "c", false, "only how many there are")
	return cmd
}

func (v *view) macs(f macFilter) error {
	if f.vlan != "" {
		if n, err := strconv.ParseUint(f.vlan, 10, 16); err != nil || n < 1 || n > 4095 {
			return fail("Invalid vlan id %s", f.vlan)
		}
	}
	var address tables.MAC
	if f.address != "" && address.UnmarshalText([]byte(f.address)) != nil {
		return fail("Invalid mac address %s", f.address)
	}
	kind := strings.ToLower(f.kind)
	if kind != "" && kind != "static" && kind != "dynamic" {
		return fail("Invalid type %s", f.kind)
	}
	if f.port != "" {
		ok, err := v.isBridgePort(f.port)
		if err != nil || !ok {
			return fail("Invalid port %s", f.port)
		}
	}
	entries, err := read(v, tables.StateFdb)
	if err != nil {
		return err
	}
	t := grid.Table{Numbered: true, List: true, Header: []string{"No.", "Vlan", "MacAddress", "Port", "Type"}}
	for _, e := range entries {
		vlan := strconv.Itoa(int(e.Key.Vlan))
		static := e.Row.Type == tables.FdbStatic
		if f.vlan != "" && f.vlan != vlan || f.port != "" && f.port != e.Row.Port || f.address != "" && address != e.Key.MAC || kind != "" && static != (kind == "static") {
			continue
		}
		text := map[bool]string{true: "Static", false: "Dynamic"}[static]
		t.Rows = append(t.Rows, []string{strconv.Itoa(len(t.Rows) + 1), vlan, strings.ToUpper(e.Key.MAC.String()), e.Row.Port, text})
	}
	if v.json && !f.count {
		return v.print(&t)
	}
	if !f.count {
		if err := t.Write(v.out); err != nil {
			return err
		}
	}
	return v.line("Total number of entries %d", len(t.Rows))
}

func (v *view) isBridgePort(name string) (bool, error) {
	ports, err := fetch(v, tables.ConfigPortEdit, []string{name})
	if err != nil {
		return false, err
	}
	lagRows, err := fetch(v, tables.ConfigLagEdit, []string{name})
	return len(ports)+len(lagRows) > 0, err
}

func agingTime(v *view, _ []string) error {
	rows, err := fetch(v, tables.ApplSwitch, []string{tables.SwitchKeyName})
	if err != nil {
		return err
	}
	if row := rows[tables.SwitchKeyName]; row.FdbAgingTime != nil {
		return v.line("Aging time for %s is %d seconds", tables.SwitchKeyName, *row.FdbAgingTime)
	}
	return v.line("Aging time not configured for the switch")
}
