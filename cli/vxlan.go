package cli

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showVxlan is `show vxlan`.
func showVxlan(sw *Switch) *cobra.Command {
	counted := func(use, short string, f func(*view, string) (*grid.Table, error)) *cobra.Command {
		return &cobra.Command{Use: use + " [count]", Short: short, Args: between(0, "count"), RunE: sw.look(func(v *view, args []string) error {
			t, err := f(v, "")
			if err != nil {
				return err
			}
			return v.withCount(t, arg(args, 0))
		})}
	}
	remote := func(use, short string, f func(*view, string) (*grid.Table, error)) *cobra.Command {
		return &cobra.Command{Use: use + " <remote_vtep_ip> [count]", Short: short, Args: between(1, "remote_vtep_ip", "count"), RunE: sw.look(func(v *view, args []string) error {
			if _, err := netip.ParseAddr(args[0]); err != nil && args[0] != "all" {
				return fail("Remote VTEP IP %s invalid format", args[0])
			}
			t, err := f(v, args[0])
			if err != nil {
				return err
			}
			return v.withCount(t, arg(args, 1))
		})}
	}
	return group("vxlan", "Show vxlan related information",
		&cobra.Command{Use: "name <vxlan_name>", Short: "Show vxlan name <vxlan_name> information", Args: exactly("vxlan_name"), RunE: sw.look(func(v *view, args []string) error {
			return v.vxlanTunnels(args[0])
		})},
		&cobra.Command{Use: "tunnel", Short: "Show vxlan tunnel information", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error { return v.vxlanTunnels("") })},
		&cobra.Command{Use: "interface", Short: "Show VXLAN VTEP Information", Args: exactly(), RunE: sw.look(vxlanInterface)},
		counted("vlanvnimap", "Show VLAN VNI Mapping Information", vlanVniMap),
		&cobra.Command{Use: "vrfvnimap", Short: "Show VRF VNI Mapping Information", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
			t, err := vrfVniMap(v)
			if err != nil {
				return err
			}
			return v.withCount(t, "")
		})},
		counted("remotevtep", "Show All Remote VTEP Information", remoteVteps),
		remote("remotevni", "Show Vlans extended to the remote VTEP", remoteVnis),
		remote("remotemac", "Show MACs pointing to the remote VTEP", remoteMACs),
		showVxlanCounters(sw),
	)
}

// withCount prints a table and how many rows it has; or only that.
func (v *view) withCount(t *grid.Table, only string) error {
	switch {
	case only != "" && only != "count":
		return fail("Unacceptable argument %s", only)
	case v.json:
		return v.print(t)
	case only == "":
		if err := v.print(t); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(v.out, "Total count : %d\n\n", len(t.Rows))
	return err
}

// vxlanTunnels shows a VTEP, or with an empty name all, and its mappings.
func (v *view) vxlanTunnels(name string) error {
	tunnels, err := read(v, tables.ConfigVxlanTunnel)
	if err != nil {
		return err
	}
	maps, err := read(v, tables.ConfigVxlanMap)
	if err != nil {
		return err
	}
	t := grid.Table{List: true, Text: true, Header: []string{"vxlan tunnel name", "source ip", "destination ip", "tunnel map name", "tunnel map mapping(vni -> vlan)"}}
	for _, e := range tunnels {
		if name != "" && e.Key != name {
			continue
		}
		first := []string{e.Key, e.Row.SrcIP.String(), ""}
		if e.Row.DstIP != nil {
			first[2] = e.Row.DstIP.String()
		}
		mapped := false
		for _, m := range maps {
			if m.Key.Tunnel != e.Key {
				continue
			}
			t.Rows = append(t.Rows, append(slices.Clone(first), m.Key.Map, fmt.Sprintf("%d -> %s", m.Row.VNI, m.Row.Vlan)))
			mapped = true
			if !v.json {
				first = []string{"", "", ""}
			}
		}
		if !mapped {
			t.Rows = append(t.Rows, append(first, "", ""))
		}
	}
	return v.print(&t)
}

func vxlanInterface(v *view, _ []string) error {
	tunnels, err := read(v, tables.ConfigVxlanTunnel)
	if err != nil {
		return err
	}
	nvos, err := read(v, tables.ConfigVxlanNvo)
	if err != nil {
		return err
	}
	loopbacks, err := read(v, tables.ConfigLoopbackInterface)
	if err != nil {
		return err
	}
	fmt.Fprint(v.out, "VTEP Information:\n\n")
	var source netip.Addr
	for _, t := range tunnels {
		source = t.Row.SrcIP
		fmt.Fprintf(v.out, "\tVTEP Name : %s, SIP  : %s\n", t.Key, source)
	}
	if !source.IsValid() {
		return nil
	}
	for _, n := range nvos {
		fmt.Fprintf(v.out, "\tNVO Name  : %s,  VTEP : %s\n", n.Key, n.Row.SourceVtep)
	}
	on := "Not Configured"
	for _, l := range loopbacks {
		if l.Key.Prefix.IsValid() && l.Key.Prefix.IsSingleIP() && l.Key.Prefix.Addr() == source {
			on = l.Key.Name
			break
		}
	}
	_, err = fmt.Fprintf(v.out, "\tSource interface  : %s\n", on)
	return err
}

func vlanVniMap(v *view, _ string) (*grid.Table, error) {
	maps, err := read(v, tables.ConfigVxlanMap)
	t := &grid.Table{Grid: true, List: true, Header: []string{"VLAN", "VNI"}}
	for _, m := range maps {
		t.Rows = append(t.Rows, []string{m.Row.Vlan.String(), vniText(m.Row.VNI)})
	}
	return t, err
}

func vniText(vni tables.VNI) string { return strconv.FormatUint(uint64(vni), 10) }

func vrfVniMap(v *view) (*grid.Table, error) {
	vrfs, err := read(v, tables.ConfigVrf)
	t := &grid.Table{Grid: true, List: true, Header: []string{"VRF", "VNI"}}
	for _, e := range vrfs {
		if e.Row.VNI != nil && *e.Row.VNI != 0 {
			t.Rows = append(t.Rows, []string{e.Key, vniText(*e.Row.VNI)})
		}
	}
	return t, err
}

func remoteVteps(v *view, _ string) (*grid.Table, error) {
	list, err := read(v, tables.StateVxlanTunnel)
	t := &grid.Table{Grid: true, List: true, Header: []string{"SIP", "DIP", "Creation Source", "OperStatus"}}
	for _, e := range list {
		t.Rows = append(t.Rows, []string{e.Row.SrcIP.String(), e.Row.DstIP.String(), e.Row.Source, "oper_" + e.Row.Oper.String()})
	}
	return t, err
}

func remoteVnis(v *view, vtep string) (*grid.Table, error) {
	list, err := read(v, tables.ApplRemoteVni)
	t := &grid.Table{Grid: true, List: true, Header: []string{"VLAN", "RemoteVTEP", "VNI"}}
	for _, e := range list {
		if vtep == "all" || vtep == e.Key.Vtep.String() {
			t.Rows = append(t.Rows, []string{e.Key.Vlan.String(), e.Key.Vtep.String(), vniText(e.Row.VNI)})
		}
	}
	return t, err
}

func remoteMACs(v *view, vtep string) (*grid.Table, error) {
	list, err := read(v, tables.ApplVxlanFdb)
	t := &grid.Table{Grid: true, List: true, Header: []string{"VLAN", "MAC", "RemoteVTEP", "VNI", "Type"}}
	for _, e := range list {
		if vtep == "all" || vtep == e.Row.Vtep.String() {
			kind, _ := e.Row.Type.MarshalText() // never fails
			t.Rows = append(t.Rows, []string{e.Key.Vlan.String(), e.Key.MAC.String(), e.Row.Vtep.String(), vniText(e.Row.VNI), string(kind)})
		}
	}
	return t, err
}

// showVxlanCounters is `show vxlan counters`, SONiC's tunnelstat.
func showVxlanCounters(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "counters [tunnel]", Short: "Show VxLAN counters", Args: between(0, "tunnel"), RunE: sw.look(func(v *view, args []string) error {
		tunnels, err := read(v, tables.CountersTunnelName)
		if err != nil {
			return err
		}
		oids := make([]string, len(tunnels))
		for i, e := range tunnels {
			oids[i] = e.Row
		}
		counts, err := fetch(v, tables.CountersTunnel, oids)
		if err != nil {
			return err
		}
		rates, err := fetch(v, tables.CountersPortRates, oids)
		if err != nil {
			return err
		}
		slices.SortFunc(tunnels, func(a, b entry[string, string]) int { return natural.Compare(a.Key, b.Key) })
		t := grid.Table{Right: true, Header: []string{"IFACE", "RX_PKTS", "RX_BYTES", "RX_PPS", "TX_PKTS", "TX_BYTES", "TX_PPS"}}
		for _, e := range tunnels {
			if len(args) > 0 && e.Key != args[0] {
				continue
			}
			c, r := counts[e.Row], rates[e.Row]
			t.Rows = append(t.Rows, []string{
				e.Key, number(c.InPackets), number(c.InOctets), packetRate(r.RxPackets), number(c.OutPackets), number(c.OutOctets), packetRate(r.TxPackets),
			})
		}
		if len(args) > 0 && len(t.Rows) == 0 {
			return fail("Interface %s missing from COUNTERS_TUNNEL_NAME_MAP! Make sure it exists", args[0])
		}
		return v.print(&t)
	})}
}

// countOf is how many rows a table has.
func countOf[K comparable, R any](c *candidate, t db.Table[K, R]) int { return len(rowsOf(c, t)) }
