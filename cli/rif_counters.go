package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// rif is a router interface with its counters.
type rif struct {
	name  string
	count tables.RifCountersRow
	rate  tables.PortRatesRow
}

// rifs reads the counters of router interfaces: of one, or with an empty name of all.
func (v *view) rifs(name string) ([]rif, error) {
	names, err := read(v, tables.CountersRifName)
	if err != nil {
		return nil, err
	}
	oids := make([]string, len(names))
	for i, e := range names {
		oids[i] = e.Row
	}
	counts, err := fetch(v, tables.CountersRif, oids)
	if err != nil {
		return nil, err
	}
	rates, err := fetch(v, tables.CountersPortRates, oids)
	if err != nil {
		return nil, err
	}
	var out []rif
	for _, e := range names {
		if name == "" || name == e.Key {
			out = append(out, rif{e.Key, counts[e.Row], rates[e.Row]})
		}
	}
	if name != "" && len(out) == 0 {
		return nil, fail("Interface %s missing from COUNTERS_RIF_NAME_MAP! Make sure it exists", name)
	}
	return out, nil
}

// showRifCounters is `show interfaces counters rif`.
func showRifCounters(sw *Switch) *cobra.Command {
	return &cobra.Command{
		Use: "rif [interface]", Short: "Show interface counters of router interfaces", Args: between(0, "interface"),
		RunE: sw.look(func(v *view, args []string) error {
			was, err := v.baseline(rifBaseline)
			if err != nil {
				return err
			}
			list, err := v.rifs(arg(args, 0))
			if err != nil {
				return err
			}
			for i := range list {
				list[i].count = since(tables.CountersRif, list[i].count, was.Counts[list[i].name])
			}
			if len(args) > 0 && !v.json {
				return list[0].print(v)
			}
			if err := was.said(v); err != nil {
				return err
			}
			t := grid.Table{Right: true, Header: []string{"IFACE", "RX_OK", "RX_BPS", "RX_PPS", "RX_ERR", "TX_OK", "TX_BPS", "TX_PPS", "TX_ERR"}}
			for _, r := range list {
				t.Rows = append(t.Rows, []string{
					r.name, number(r.count.InPackets), byteRate(r.rate.RxBytes), packetRate(r.rate.RxPackets), number(r.count.InErrorPackets),
					number(r.count.OutPackets), byteRate(r.rate.TxBytes), packetRate(r.rate.TxPackets), number(r.count.OutErrorPackets),
				})
			}
			return v.print(&t)
		}),
	}
}

// print is what SONiC shows of one router interface.
func (r *rif) print(v *view) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", r.name, strings.Repeat("-", len(r.name)))
	for _, way := range []struct {
		name                      string
		packets, octets, bad, bat *uint64
	}{
		{"RX", r.count.InPackets, r.count.InOctets, r.count.InErrorPackets, r.count.InErrorOctets},
		{"TX", r.count.OutPackets, r.count.OutOctets, r.count.OutErrorPackets, r.count.OutErrorOctets},
	} {
		fmt.Fprintf(&b, "\n\t%s:\n", way.name)
		for _, l := range []struct {
			count *uint64
			of    string
		}{{way.packets, "packets"}, {way.octets, "bytes"}, {way.bad, "error packets"}, {way.bat, "error bytes"}} {
			fmt.Fprintf(&b, "\t\t%10s %s\n", number(l.count), l.of)
		}
	}
	_, err := fmt.Fprint(v.out, b.String())
	return err
}
