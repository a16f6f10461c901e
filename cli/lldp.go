package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showLLDP is `show lldp`: the neighbours that APPL_DB knows.
func showLLDP(sw *Switch) *cobra.Command {
	return group("lldp", "Show LLDP information",
		&cobra.Command{Use: "table", Short: "Show LLDP neighbors in tabular format", Args: exactly(), RunE: sw.look(lldpTable)},
		&cobra.Command{
			Use: "neighbors [interfacename]", Short: "Show LLDP neighbors", Args: between(0, "interfacename"), RunE: sw.look(lldpNeighbors),
			ValidArgsFunction: sw.completePorts,
		},
	)
}

// lldp reads the neighbours of all ports and of the management interface, by name: APPL_DB may hold a million routes beside them.
func (v *view) lldp() ([]entry[string, tables.LLDPEntryRow], error) {
	names, err := v.portNames()
	if err != nil {
		return nil, err
	}
	rows, err := fetch(v, tables.ApplLLDPEntry, append(names, management))
	if err != nil {
		return nil, err
	}
	var out []entry[string, tables.LLDPEntryRow]
	for name, row := range rows {
		out = append(out, entry[string, tables.LLDPEntryRow]{name, row})
	}
	slices.SortFunc(out, func(a, b entry[string, tables.LLDPEntryRow]) int { return natural.Compare(a.Key, b.Key) })
	return out, nil
}

func lldpTable(v *view, _ []string) error {
	list, err := v.lldp()
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"LocalPort", "RemoteDevice", "RemotePortID", "Capability", "RemotePortDescr"}}
	for _, e := range list {
		t.Rows = append(t.Rows, []string{e.Key, e.Row.SysName, e.Row.PortID, capabilities(e.Row.CapEnabled), e.Row.PortDescription})
	}
	if v.json {
		return v.print(&t)
	}
	fmt.Fprintln(v.out, "Capability codes: (R) Router, (B) Bridge, (O) Other")
	if err := t.Write(v.out); err != nil {
		return err
	}
	fmt.Fprintln(v.out, strings.Repeat("-", 50))
	return v.line("Total entries displayed:  %d", len(t.Rows))
}

// LLDP's capability bits that have a letter; the bits count from the first octet's highest.
const (
	capBridge = 1 << 13
	capRouter = 1 << 11
)

// capabilities are letters for the octets "28 00".
func capabilities(text string) string {
	bits, err := strconv.ParseUint(strings.ReplaceAll(text, " ", ""), 16, 16)
	if err != nil {
		return ""
	}
	var out string
	if bits&capBridge != 0 {
		out += "B"
	}
	if bits&capRouter != 0 {
		out += "R"
	}
	if bits&^(capBridge|capRouter) != 0 {
		out += "O"
	}
	return out
}

func lldpNeighbors(v *view, args []string) error {
	list, err := v.lldp()
	if err != nil {
		return err
	}
	for _, e := range list {
		if len(args) > 0 && args[0] != e.Key {
			continue
		}
		for _, l := range []struct{ name, value string }{
			{"Interface", e.Key}, {"  ChassisID", e.Row.ChassisID}, {"  SysName", e.Row.SysName}, {"  SysDescr", e.Row.SysDescription},
			{"  MgmtIP", e.Row.ManAddr}, {"  Capability", capabilities(e.Row.CapEnabled)}, {"  PortID", e.Row.PortID}, {"  PortDescr", e.Row.PortDescription},
		} {
			if l.value != "" {
				fmt.Fprintf(v.out, "%-14s%s\n", l.name+":", l.value)
			}
		}
	}
	return nil
}
