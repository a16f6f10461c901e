package cli

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showPfc is `show pfc`.
func showPfc(sw *Switch) *cobra.Command {
	table := func(use, short string, f func(v *view, port string) error) *cobra.Command {
		return &cobra.Command{Use: use + " [interface]", Short: short, Args: between(0, "interface"), ValidArgsFunction: sw.completePorts,
			RunE: sw.look(func(v *view, args []string) error { return f(v, arg(args, 0)) })}
	}
	return group("pfc", "Show details of the priority-flow-control (pfc)",
		&cobra.Command{Use: "counters", Short: "Show pfc counters", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error { return v.pfcCounters() })},
		table("priority", "Show pfc priority", (*view).pfcPriority), table("asymmetric", "Show asymmetric pfc", (*view).pfcAsymmetric))
}

func (v *view) pfcCounters() error {
	names, err := read(v, tables.CountersPortName)
	if err != nil {
		return err
	}
	var oids []string
	for _, e := range names {
		oids = append(oids, e.Row)
	}
	rows, err := fetch(v, tables.CountersPfc, oids)
	if err != nil {
		return err
	}
	for i, direction := range []string{"Port Rx", "Port Tx"} {
		t := grid.Table{Right: true, Header: []string{direction}}
		for p := range 8 {
			t.Header = append(t.Header, "PFC"+strconv.Itoa(p))
		}
		for _, e := range names {
			r := rows[e.Row]
			counts := [][8]*uint64{r.Rx(), r.Tx()}[i]
			row := []string{e.Key}
			for _, n := range counts {
				row = append(row, number(n))
			}
			t.Rows = append(t.Rows, row)
		}
		if err := v.print(&t); err != nil {
			return err
		}
		if i == 0 && !v.json {
			if err := v.line(""); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *view) pfcPriority(port string) error {
	rows, err := read(v, tables.ConfigPortQos)
	if err != nil {
		return err
	}
	t := grid.Table{Text: true, Header: []string{"Interface", "Lossless priorities"}}
	for _, e := range rows {
		if e.Key == tables.PortQosGlobal || port != "" && e.Key != port {
			continue
		}
		t.Rows = append(t.Rows, []string{e.Key, priorities(e.Row.PfcEnable)})
	}
	if port != "" && len(t.Rows) == 0 {
		return fail("Cannot find interface %s", port)
	}
	return v.between(&t)
}

func priorities(p *tables.Priorities) string {
	if p == nil || *p == 0 {
		return tables.NotApplicable
	}
	text, _ := p.MarshalText()
	return string(text)
}

func (v *view) pfcAsymmetric(port string) error {
	rows, err := read(v, tables.ConfigPort)
	if err != nil {
		return err
	}
	t := grid.Table{Text: true, Header: []string{"Interface", "Asymmetric"}}
	for _, e := range rows {
		if port != "" && e.Key != port {
			continue
		}
		mode := tables.NotApplicable
		if e.Row.PFCAsym != nil {
			text, _ := e.Row.PFCAsym.MarshalText()
			mode = string(text)
		}
		t.Rows = append(t.Rows, []string{e.Key, mode})
	}
	if port != "" && len(t.Rows) == 0 {
		return fail("Cannot find interface %s", port)
	}
	return v.between(&t)
}

// between prints a table between blank lines, as SONiC's program pfc does.
func (v *view) between(t *grid.Table) error {
	if !v.json {
		fmt.Fprintln(v.out)
	}
	return v.spaced(t)
}

// configInterfacePfc is `config interface pfc`.
func configInterfacePfc(sw *Switch) *cobra.Command {
	return group("pfc", "Set PFC configuration.",
		&cobra.Command{
			Use: "asymmetric <interface_name> <status>", Short: "Set asymmetric PFC configuration.", Args: exactly("interface_name", "status"), ValidArgsFunction: sw.completePorts,
			RunE: sw.edit(func(c *change, args []string) error {
				if !has(c.candidate, tables.ConfigPort, args[0]) {
					return fail("'interface_name' is not valid. Valid names [...]")
				}
				if args[1] != "on" && args[1] != "off" {
					return fail("Invalid value for \"STATUS\": %q is not one of \"on\", \"off\".", args[1])
				}
				c.write(db.Write{Table: tables.ConfigPort.Schema, Key: args[0], Fields: []db.Field{{Name: "pfc_asym", Value: args[1]}}})
				return nil
			}),
		},
		&cobra.Command{
			Use: "priority <interface_name> <priority> <status>", Short: "Set PFC priority configuration.", Args: exactly("interface_name", "priority", "status"), ValidArgsFunction: sw.completePorts,
			RunE: sw.edit(func(c *change, args []string) error { return c.pfcPriority(args[0], args[1], args[2]) }),
		})
}

func (c *change) pfcPriority(port, text, status string) error {
	n, err := strconv.ParseUint(text, 10, 8)
	switch {
	case err != nil || n > 7:
		return fail("Invalid value for \"PRIORITY\": %q is not one of \"0\", \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\".", text)
	case !slices.Contains([]string{"on", "off"}, status):
		return fail("Invalid value for \"STATUS\": %q is not one of \"on\", \"off\".", status)
	case !has(c.candidate, tables.ConfigPortQos, port):
		return fail("Cannot find interface %s", port)
	}
	enabled := tables.Priorities(0)
	if row := rowOf(c.candidate, tables.ConfigPortQos, port); row.PfcEnable != nil {
		enabled = *row.PfcEnable
	}
	switch on := status == "on"; {
	case on && enabled.Has(uint8(n)):
		return fail("Priority %d has already been enabled on %s", n, port)
	case !on && !enabled.Has(uint8(n)):
		return fail("Priority %d is not enabled on %s", n, port)
	}
	list, _ := (enabled ^ 1<<n).MarshalText()
	c.write(db.Write{Table: tables.ConfigPortQos.Schema, Key: port, Fields: []db.Field{{Name: "pfc_enable", Value: string(list)}}})
	return nil
}
