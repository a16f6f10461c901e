package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showCounters is `show interfaces counters`.
func showCounters(sw *Switch) *cobra.Command {
	var all bool
	var interfaces string
	var period int
	cmd := &cobra.Command{
		Use: "counters", Short: "Show interface counters", Args: noCommand,
		RunE: sw.look(func(v *view, _ []string) error {
			columns := standardColumns()
			if all {
				columns = allColumns()
			}
			return v.counters(columns, interfaces, period)
		}),
	}
	cmd.PersistentFlags().IntVarP(&period, "period", "p", 0, "count for so many seconds, and show what came then")
	cmd.Flags().BoolVarP(&all, "printall", "a", false, "all counters")
	cmd.PersistentFlags().StringVarP(&interfaces, "interface", "i", "", "names of interfaces, with ranges")
	sub := func(use, short string, columns func() []column) *cobra.Command {
		return &cobra.Command{Use: use, Short: short, Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
			return v.counters(columns(), interfaces, period)
		})}
	}
	cmd.AddCommand(
		sub("errors", "Show interface counters errors", errorColumns),
		sub("rates", "Show interface counters rates", rateColumns),
		sub("fec-stats", "Show interface counters fec-stats", fecColumns),
		showRifCounters(sw),
		&cobra.Command{
			Use: "detailed <interfacename>", Short: "Show interface counters detailed", Args: exactly("interfacename"),
			RunE: sw.look(detailedCounters), ValidArgsFunction: sw.completePorts,
		},
	)
	return cmd
}

// counted is a port with its counters.
type counted struct {
	port
	count tables.PortCountersRow
	rate  tables.PortRatesRow
}

// counted reads the counters of the ports that the ASIC counts, since they were cleared.
func (v *view) counted() ([]counted, error) {
	was, err := v.baseline(portBaseline)
	if err != nil {
		return nil, err
	}
	list, err := v.countedNow()
	for i := range list {
		list[i].count = since(tables.CountersPort, list[i].count, was.Counts[list[i].Name])
	}
	return list, err
}

// countedFor is what was counted in a while, and the rates of it.
func (v *view) countedFor(seconds int) ([]counted, error) {
	before, err := v.countedNow()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := v.wait(time.Duration(seconds) * time.Second); err != nil {
		return nil, err
	}
	list, err := v.countedNow()
	took := time.Since(began).Seconds()
	was := map[string]tables.PortCountersRow{}
	for _, c := range before {
		was[c.Name] = c.count
	}
	for i := range list {
		c := &list[i]
		c.count = since(tables.CountersPort, c.count, countsOf(tables.CountersPort, was[c.Name]))
		c.rate.RxShare, c.rate.TxShare = nil, nil
		c.rate.RxBytes, c.rate.RxPackets = per(took, c.count.InOctets), per(took, c.count.InUnicast, c.count.InNonUnicast)
		c.rate.TxBytes, c.rate.TxPackets = per(took, c.count.OutOctets), per(took, c.count.OutUnicast, c.count.OutNonUnicast)
	}
	return list, err
}

// per is how much was counted a second.
func per(seconds float64, counters ...*uint64) *float64 {
	n := sum(counters...)
	if n == nil || seconds <= 0 {
		return nil
	}
	rate := float64(*n) / seconds
	return &rate
}

// wait lets time pass, unless the command is ended.
func (v *view) wait(d time.Duration) error {
	select {
	case <-time.After(d):
		v.renew()
		return nil
	case <-v.command.Done():
		return v.command.Err()
	}
}

// countedNow reads them as they are.
func (v *view) countedNow() ([]counted, error) {
	ports, err := v.ports()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(ports))
	for i := range ports {
		names[i] = ports[i].Name
	}
	oids, err := fetch(v, tables.CountersPortName, names)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, oid := range oids {
		list = append(list, oid)
	}
	counts, err := fetch(v, tables.CountersPort, list)
	if err != nil {
		return nil, err
	}
	rates, err := fetch(v, tables.CountersPortRates, list)
	if err != nil {
		return nil, err
	}
	var out []counted
	for _, p := range ports {
		if oid, ok := oids[p.Name]; ok {
			out = append(out, counted{p, counts[oid], rates[oid]})
		}
	}
	return out, nil
}

// column is a column of a table of counters.
type column struct {
	name string
	cell func(c *counted) string
}

func standardColumns() []column {
	return pick("STATE", "RX_OK", "RX_BPS", "RX_UTIL", "RX_ERR", "RX_DRP", "RX_OVR", "TX_OK", "TX_BPS", "TX_UTIL", "TX_ERR", "TX_DRP", "TX_OVR")
}

func allColumns() []column {
	return pick("STATE", "RX_OK", "RX_BPS", "RX_PPS", "RX_UTIL", "RX_ERR", "RX_DRP", "RX_OVR",
		"TX_OK", "TX_BPS", "TX_PPS", "TX_UTIL", "TX_ERR", "TX_DRP", "TX_OVR", "TRIM", "TRIM_TX", "TRIM_DRP")
}

func errorColumns() []column {
	return pick("STATE", "RX_ERR", "RX_DRP", "RX_OVR", "TX_ERR", "TX_DRP", "TX_OVR")
}

func rateColumns() []column {
	return pick("STATE", "RX_OK", "RX_BPS", "RX_PPS", "RX_UTIL", "TX_OK", "TX_BPS", "TX_PPS", "TX_UTIL")
}

func fecColumns() []column {
	return pick("STATE", "FEC_CORR", "FEC_UNCORR", "FEC_SYMBOL_ERR", "FEC_PRE_BER", "FEC_POST_BER")
}

// pick chooses columns by name.
func pick(names ...string) (out []column) {
	every := columns()
	for _, n := range names {
		for _, c := range every {
			if c.name == n {
				out = append(out, c)
			}
		}
	}
	return out
}

// columns are all that tables of counters have.
func columns() []column {
	return []column{
		{"STATE", (*counted).state},
		{"RX_OK", func(c *counted) string { return number(sum(c.count.InUnicast, c.count.InNonUnicast)) }},
		{"TX_OK", func(c *counted) string { return number(sum(c.count.OutUnicast, c.count.OutNonUnicast)) }},
		{"RX_BPS", func(c *counted) string { return byteRate(c.rate.RxBytes) }},
		{"TX_BPS", func(c *counted) string { return byteRate(c.rate.TxBytes) }},
		{"RX_PPS", func(c *counted) string { return packetRate(c.rate.RxPackets) }},
		{"TX_PPS", func(c *counted) string { return packetRate(c.rate.TxPackets) }},
		{"RX_UTIL", func(c *counted) string { return c.share(c.rate.RxShare, c.rate.RxBytes) }},
		{"TX_UTIL", func(c *counted) string { return c.share(c.rate.TxShare, c.rate.TxBytes) }},
		{"RX_ERR", func(c *counted) string { return number(c.count.InErrors) }},
		{"TX_ERR", func(c *counted) string { return number(c.count.OutErrors) }},
		{"RX_DRP", func(c *counted) string { return number(c.count.InDiscards) }},
		{"TX_DRP", func(c *counted) string { return number(c.count.OutDiscards) }},
		{"RX_OVR", func(c *counted) string { return number(c.count.InOversize) }},
		{"TX_OVR", func(c *counted) string { return number(c.count.OutOversize) }},
		{"TRIM", func(c *counted) string { return number(c.count.Trimmed) }},
		{"TRIM_TX", func(c *counted) string { return number(c.count.TrimmedSent) }},
		{"TRIM_DRP", func(c *counted) string { return number(c.count.TrimmedDropped) }},
		{"FEC_CORR", func(c *counted) string { return number(c.count.FecCorrected) }},
		{"FEC_UNCORR", func(c *counted) string { return number(c.count.FecUncorrected) }},
		{"FEC_SYMBOL_ERR", func(c *counted) string { return number(c.count.FecSymbolErrors) }},
		{"FEC_PRE_BER", func(c *counted) string { return ratio(c.rate.FecPre) }},
		{"FEC_POST_BER", func(c *counted) string { return ratio(c.rate.FecPost) }},
	}
}

func ratio(r *float64) string {
	if r == nil {
		return notAvailable
	}
	return fmt.Sprintf("%.2e", *r)
}

func (v *view) counters(columns []column, interfaces string, period int) error {
	was, err := v.baseline(portBaseline)
	if err != nil {
		return err
	}
	var ports []counted
	if period > 0 {
		was = baseline{}
		if !v.json {
			fmt.Fprintf(v.out, "The rates are calculated within %d seconds period\n", period)
		}
		ports, err = v.countedFor(period)
	} else {
		ports, err = v.counted()
	}
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"IFACE"}, Right: true}
	for _, c := range columns {
		t.Header = append(t.Header, c.name)
	}
	for i := range ports {
		row := []string{ports[i].Name}
		for _, c := range columns {
			row = append(row, c.cell(&ports[i]))
		}
		t.Rows = append(t.Rows, row)
	}
	if t.Rows, err = wanted(t.Rows, interfaces); err != nil {
		return err
	}
	if err := was.said(v); err != nil {
		return err
	}
	return v.print(&t)
}

// state is U for up, D for down, X for disabled.
func (c *counted) state() string {
	switch {
	case !bool(c.Row.AdminStatus):
		return "X"
	case bool(c.Oper.OperStatus):
		return "U"
	}
	return "D"
}

// share is how much of the port's speed is used, in per cent. Rates are in bytes a second.
func (c *counted) share(told, rate *float64) string {
	speed := float64(c.speed()) * 1e6 / 8
	switch {
	case told != nil:
		return fmt.Sprintf("%.2f%%", *told)
	case rate == nil || speed == 0:
		return notAvailable
	}
	return fmt.Sprintf("%.2f%%", *rate/speed*100)
}

// sum adds counters; it is not known if one of them is not.
func sum(counters ...*uint64) *uint64 {
	var total uint64
	for _, c := range counters {
		if c == nil {
			return nil
		}
		total += *c
	}
	return &total
}

// number is a counter with commas.
func number(n *uint64) string {
	if n == nil {
		return notAvailable
	}
	text := strconv.FormatUint(*n, 10)
	var b strings.Builder
	for i, d := range text {
		if i > 0 && (len(text)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

func byteRate(r *float64) string {
	switch {
	case r == nil:
		return notAvailable
	case *r > 10e6:
		return fmt.Sprintf("%.2f MB/s", *r/1e6)
	case *r > 10e3:
		return fmt.Sprintf("%.2f KB/s", *r/1e3)
	}
	return fmt.Sprintf("%.2f B/s", *r)
}

func packetRate(r *float64) string {
	if r == nil {
		return notAvailable
	}
	return fmt.Sprintf("%.2f/s", *r)
}

func detailedCounters(v *view, args []string) error {
	ports, err := v.counted()
	if err != nil {
		return err
	}
	names, err := expand(args[0])
	if err != nil {
		return err
	}
	found := false
	for i := range ports {
		c := &ports[i].count
		for _, n := range names {
			if n != ports[i].Name {
				continue
			}
			found = true
			for _, l := range []struct {
				text  string
				count *uint64
			}{
				{"Total Packets Received Without Errors", sum(c.InUnicast, c.InMulticast, c.InBroadcast)},
				{"Unicast Packets Received", c.InUnicast}, {"Multicast Packets Received", c.InMulticast}, {"Broadcast Packets Received", c.InBroadcast},
				{"", nil},
				{"Total Packets Transmitted Successfully", sum(c.OutUnicast, c.OutMulticast, c.OutBroadcast)},
				{"Unicast Packets Transmitted", c.OutUnicast}, {"Multicast Packets Transmitted", c.OutMulticast}, {"Broadcast Packets Transmitted", c.OutBroadcast},
			} {
				if l.text == "" {
					fmt.Fprintln(v.out)
					continue
				}
				fmt.Fprintf(v.out, "%s %s\n", l.text+strings.Repeat(".", max(0, 47-len(l.text))), number(l.count))
			}
		}
	}
	if !found {
		return fail("Invalid interface name %s", args[0])
	}
	return nil
}
