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

// What `pfcwd start_default` sets for 32 ports, in ms; more ports get more time.
const (
	pfcwdDefault      = 200
	pfcwdDefaultPorts = 32
)

// Pfcwd is the program `pfcwd`.
func Pfcwd(sw *Switch) *cobra.Command {
	cmd := group("pfcwd", "SONiC PFC Watchdog", pfcwdChanges(sw)...)
	cmd.AddCommand(group("show", "Show PFC Watchdog information", pfcwdShows(sw)...))
	cmd.PersistentFlags().BoolP(jsonFlag, "j", false, "print JSON instead of tables")
	cmd.PersistentFlags().BoolP(dryRunFlag, "d", false, "check and show what would change in CONFIG_DB, and change nothing")
	return program(cmd)
}

func showPfcwd(sw *Switch) *cobra.Command {
	return group("pfcwd", "Show details of the pfc watchdog", pfcwdShows(sw)...)
}

func configPfcwd(sw *Switch) *cobra.Command {
	return group("pfcwd", "Configure pfc watchdog", pfcwdChanges(sw)...)
}

func pfcwdShows(sw *Switch) []*cobra.Command {
	return []*cobra.Command{
		{Use: "config [ports]", Short: "Show pfc watchdog configuration", Args: cobra.ArbitraryArgs, RunE: sw.look(func(v *view, ports []string) error { return v.pfcwdConfig(ports) })},
		{Use: "stats [queues]", Short: "Show pfc watchdog stats per queue", Args: cobra.ArbitraryArgs, RunE: sw.look(func(v *view, queues []string) error { return v.pfcwdStats(queues) })},
	}
}

func (v *view) pfcwdConfig(ports []string) error {
	rows, err := read(v, tables.ConfigPfcWd)
	if err != nil {
		return err
	}
	t := grid.Table{Right: true, Header: []string{"PORT", "ACTION", "DETECTION TIME", "RESTORATION TIME"}}
	for _, e := range rows {
		if e.Key == tables.PfcWdGlobal {
			if n := e.Row.PollInterval; n != nil && !v.json {
				fmt.Fprintf(v.out, "Changed polling interval to %dms\n", *n)
			}
			if b := e.Row.BigRedSwitch; b != nil && !v.json {
				text, _ := b.MarshalText()
				fmt.Fprintf(v.out, "BIG_RED_SWITCH status is %s\n", text)
			}
			continue
		}
		if len(ports) > 0 && !slices.Contains(ports, e.Key) {
			continue
		}
		action, restoration := tables.PfcWdDrop, "infinite"
		if e.Row.Action != nil {
			action = *e.Row.Action
		}
		if e.Row.Restoration != nil {
			restoration = itoa(*e.Row.Restoration)
		}
		detection := tables.NotApplicable
		if e.Row.Detection != nil {
			detection = itoa(*e.Row.Detection)
		}
		text, _ := action.MarshalText()
		t.Rows = append(t.Rows, []string{e.Key, string(text), detection, restoration})
	}
	return v.print(&t)
}

func (v *view) pfcwdStats(queues []string) error {
	names, err := read(v, tables.CountersQueueName)
	if err != nil {
		return err
	}
	var oids []string
	for _, e := range names {
		oids = append(oids, e.Row)
	}
	rows, err := fetch(v, tables.CountersPfcWd, oids)
	if err != nil {
		return err
	}
	t := grid.Table{Right: true, Header: []string{"QUEUE", "STATUS", "STORM DETECTED/RESTORED", "TX OK/DROP", "RX OK/DROP", "TX LAST OK/DROP", "RX LAST OK/DROP"}}
	pair := func(a, b uint64) string { return fmt.Sprintf("%d/%d", a, b) }
	for _, e := range names {
		r := rows[e.Row]
		if r.Status == "" || len(queues) > 0 && !slices.Contains(queues, e.Key) {
			continue // it is not watched
		}
		t.Rows = append(t.Rows, []string{e.Key, r.Status, pair(r.Detected, r.Restored), pair(r.Tx, r.TxDropped), pair(r.Rx, r.RxDropped),
			pair(r.TxLast, r.TxDropLast), pair(r.RxLast, r.RxDropLast)})
	}
	return v.print(&t)
}

func pfcwdChanges(sw *Switch) []*cobra.Command {
	var action string
	var restoration uint32
	start := &cobra.Command{
		Use: "start <ports>... <detection-time>", Short: "Start PFC watchdog on port(s). To config all ports, use all as input.",
		Args: cobra.MinimumNArgs(2), RunE: sw.edit(func(c *change, args []string) error {
			n, err := pfcwdTime("DETECTION_TIME", args[len(args)-1], 100, 5000)
			if err != nil {
				return err
			}
			if restoration != 0 && (restoration < 100 || restoration > 60000) {
				return fail("Invalid value for \"--restoration-time\": %d is not in the valid range of 100 to 60000.", restoration)
			}
			return c.pfcwdStart(args[:len(args)-1], action, n, restoration)
		}),
	}
	start.Flags().StringVarP(&action, "action", "a", "drop", "drop, forward or alert")
	start.Flags().Uint32VarP(&restoration, "restoration-time", "r", 0, "ms; twice the detection time if it is not given")
	global := func(use, field, short string, value func(string) (string, error)) *cobra.Command {
		return &cobra.Command{Use: use, Short: short, Args: exactly(field), RunE: sw.edit(func(c *change, args []string) error {
			text, err := value(args[0])
			if err == nil {
				c.write(db.Write{Table: tables.ConfigPfcWd.Schema, Key: tables.PfcWdGlobal, Fields: []db.Field{{Name: field, Value: text}}})
			}
			return err
		})}
	}
	word := func(text string) (string, error) {
		if text != "enable" && text != "disable" {
			return "", fail("Invalid value: %q is not one of \"enable\", \"disable\".", text)
		}
		return text, nil
	}
	return []*cobra.Command{
		start,
		{Use: "stop [ports]", Short: "Stop PFC watchdog on port(s)", Args: cobra.ArbitraryArgs, RunE: sw.edit(func(c *change, ports []string) error { return c.pfcwdStop(ports) })},
		{Use: "start_default", Short: "Start PFC WD by default configurations", Args: exactly(), RunE: sw.edit(func(c *change, _ []string) error { return c.pfcwdDefaults() })},
		global("interval <poll_interval>", "POLL_INTERVAL", "Set PFC watchdog counter polling interval", func(text string) (string, error) {
			n, err := pfcwdTime("POLL_INTERVAL", text, 100, 3000)
			return itoa(n), err
		}),
		global("big_red_switch <status>", "BIG_RED_SWITCH", "Set BIG_RED_SWITCH mode", word),
		{Use: "counter_poll <status>", Short: "Enable or disable counter polling", Args: exactly("status"), RunE: sw.edit(func(c *change, args []string) error {
			text, err := word(args[0])
			if err == nil {
				c.poll("PFCWD", "FLEX_COUNTER_STATUS", text)
			}
			return err
		})},
	}
}

func pfcwdTime(name, text string, least, most uint64) (uint32, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n < least || n > most {
		return 0, fail("Invalid value for %q: %s is not in the valid range of %d to %d.", name, text, least, most)
	}
	return uint32(n), nil
}

// pfcwdStart has ports watched. Only those with lossless priorities can be.
func (c *change) pfcwdStart(ports []string, action string, detection, restoration uint32) error {
	var a tables.PfcWdAction
	if err := a.UnmarshalText([]byte(action)); err != nil {
		return fail("Invalid value for \"--action\": %q is %v.", action, err)
	}
	if restoration == 0 {
		restoration = 2 * detection
	}
	if slices.Equal(ports, []string{"all"}) {
		ports = c.keysOf(tables.ConfigPort.Schema)
	}
	for _, port := range ports {
		if !has(c.candidate, tables.ConfigPort, port) {
			return fail("Invalid port name: %s", port)
		}
		if qos := rowOf(c.candidate, tables.ConfigPortQos, port); qos.PfcWdSw == nil || *qos.PfcWdSw == 0 {
			continue // as SONiC's
		}
		c.write(tables.ConfigPfcWd.Replace(port, tables.PfcWdRow{Detection: &detection, Restoration: &restoration, Action: &a}))
	}
	return nil
}

func (c *change) pfcwdStop(ports []string) error {
	for _, key := range c.keysOf(tables.ConfigPfcWd.Schema) {
		if key != tables.PfcWdGlobal && (len(ports) == 0 || slices.Contains(ports, "all") || slices.Contains(ports, key)) {
			c.write(tables.ConfigPfcWd.Del(key))
		}
	}
	return nil
}

func (c *change) pfcwdDefaults() error {
	ports := c.keysOf(tables.ConfigPort.Schema)
	n := uint32(max(1, (len(ports)-1)/pfcwdDefaultPorts+1) * pfcwdDefault)
	if err := c.pfcwdStart(ports, "drop", n, n); err != nil {
		return err
	}
	c.write(db.Write{Table: tables.ConfigPfcWd.Schema, Key: tables.PfcWdGlobal, Fields: []db.Field{{Name: "POLL_INTERVAL", Value: itoa(n)}}})
	return nil
}
