package cli

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showArp is `show arp`: the kernel's IPv4 neighbours.
func showArp(sw *Switch) *cobra.Command {
	return showNeighbors(sw, "arp [ipaddress]", "Show IP ARP table", false)
}

// showNdp is `show ndp`: the kernel's IPv6 neighbours.
func showNdp(sw *Switch) *cobra.Command {
	return showNeighbors(sw, "ndp [ip6address]", "Show IPv6 Neighbour table", true)
}

func showNeighbors(sw *Switch, use, short string, v6 bool) *cobra.Command {
	var iface string
	cmd := &cobra.Command{Use: use, Short: short, Args: between(0, "ipaddress"), RunE: sw.look(func(v *view, args []string) error {
		list, err := v.Neighbors(v.ctx)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(n Neighbor) bool {
			other := len(args) > 0 && !sameAddress(args[0], n.IP) || iface != "" && iface != n.Interface
			return n.IP.Is4() == v6 || n.IP.IsMulticast() || other
		})
		return v.printNeighbors(list, v6)
	})}
	cmd.Flags().StringVar(&iface, "iface", "", "only neighbours on this interface")
	return cmd
}

func sameAddress(text string, a netip.Addr) bool {
	b, err := netip.ParseAddr(text)
	return err == nil && a == b
}

// printNeighbors names for a neighbour in a VLAN the port behind which its MAC address is.
func (v *view) printNeighbors(list []Neighbor, v6 bool) error {
	t := grid.Table{Header: []string{"Address", "MacAddress", "Iface", "Vlan"}}
	if v6 {
		t.Header = append(t.Header, "Status")
	}
	port := map[tables.FdbKey]string{}
	if slices.ContainsFunc(list, func(n Neighbor) bool { return strings.HasPrefix(n.Interface, vlanPrefix) }) {
		learned, err := read(v, tables.StateFdb)
		if err != nil {
			return err
		}
		for _, e := range learned {
			port[e.Key] = e.Row.Port
		}
	}
	slices.SortFunc(list, func(a, b Neighbor) int { return natural.Compare(a.IP.String(), b.IP.String()) })
	for _, n := range list {
		row := []string{n.IP.String(), n.MAC.String(), n.Interface, "-"}
		if id, err := tables.ParseVlanID(n.Interface); err == nil {
			row[2], row[3] = port[tables.FdbKey{Vlan: id, MAC: n.MAC}], strconv.Itoa(int(id))
			if row[2] == "" {
				row[2] = "-"
			}
		}
		if v6 {
			row = append(row, n.State)
		}
		t.Rows = append(t.Rows, row)
	}
	if v.json {
		return v.print(&t)
	}
	if err := t.Write(v.out); err != nil {
		return err
	}
	return v.line("Total number of entries %d ", len(t.Rows))
}
