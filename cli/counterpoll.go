package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// pollCommand is a group of counters by the words of the program `counterpoll`.
type pollCommand struct {
	command, label, group string
	least, most           uint64 // interval, ms
}

func pollCommands() []pollCommand {
	return []pollCommand{
		{"queue", "QUEUE_STAT", tables.FlexQueue, 100, 30000}, {"port", "PORT_STAT", tables.FlexPort, 100, 30000},
		{"port-buffer-drop", "PORT_BUFFER_DROP", tables.FlexPortDrop, 30000, 300000}, {"rif", "RIF_STAT", tables.FlexRif, 100, 30000},
		{"pg-drop", "PG_DROP_STAT", tables.FlexPGDrop, 1000, 30000}, {"acl", "ACL", "ACL", 1000, 30000},
		{"tunnel", "TUNNEL_STAT", "TUNNEL", 100, 30000}, {"flowcnt-trap", "FLOW_CNT_TRAP_STAT", "FLOW_CNT_TRAP", 1000, 30000},
		{"flowcnt-route", "FLOW_CNT_ROUTE_STAT", "FLOW_CNT_ROUTE", 1000, 30000},
	}
}

// watermarks are configured together, as SONiC does.
func watermarks() []pollCommand {
	return []pollCommand{
		{"watermark", "QUEUE_WATERMARK_STAT", tables.FlexQueueWatermark, 1000, 60000}, {"watermark", "PG_WATERMARK_STAT", tables.FlexPGWatermark, 1000, 60000},
		{"watermark", "BUFFER_POOL_WATERMARK_STAT", "BUFFER_POOL_WATERMARK", 1000, 60000},
	}
}

// Counterpoll is the program `counterpoll`.
func Counterpoll(sw *Switch) *cobra.Command {
	cmd := group("counterpoll", "SONiC Static Counter Poll configurations",
		&cobra.Command{Use: "show", Short: "Show the counter configuration", Args: exactly(), RunE: sw.look(showPolls)})
	add := func(name string, list []pollCommand) {
		set := func(use, short, field, value string) *cobra.Command {
			return &cobra.Command{Use: use, Short: short, Args: exactly(), RunE: sw.edit(func(c *change, _ []string) error {
				for _, p := range list {
					c.poll(p.group, field, value)
				}
				return nil
			})}
		}
		cmd.AddCommand(group(name, name+" counter commands",
			set("enable", "Enable "+name+" counter query", "FLEX_COUNTER_STATUS", "enable"),
			set("disable", "Disable "+name+" counter query", "FLEX_COUNTER_STATUS", "disable"),
			&cobra.Command{
				Use: "interval <poll_interval>", Short: "Set " + name + " counter query interval, ms", Args: exactly("poll_interval"),
				RunE: sw.edit(func(c *change, args []string) error {
					n, err := strconv.ParseUint(args[0], 10, 31)
					if err != nil || n < list[0].least || n > list[0].most {
						return fail("Invalid value for \"POLL_INTERVAL\": %s is not in the valid range of %d to %d.", args[0], list[0].least, list[0].most)
					}
					for _, p := range list {
						c.poll(p.group, "POLL_INTERVAL", args[0])
					}
					return nil
				}),
			}))
	}
	for _, p := range pollCommands() {
		add(p.command, []pollCommand{p})
	}
	add("watermark", watermarks())
	cmd.PersistentFlags().BoolP(jsonFlag, "j", false, "print JSON instead of tables")
	cmd.PersistentFlags().BoolP(dryRunFlag, "d", false, "check and show what would change in CONFIG_DB, and change nothing")
	return program(cmd)
}

func (c *change) poll(group, field, value string) {
	c.write(db.Write{Table: tables.ConfigFlexCounter.Schema, Key: group, Fields: []db.Field{{Name: field, Value: value}}})
}

func showPolls(v *view, _ []string) error {
	list, err := read(v, tables.ConfigFlexCounter)
	if err != nil {
		return err
	}
	rows := map[string]tables.FlexConfigRow{}
	for _, e := range list {
		rows[e.Key] = e.Row
	}
	intervals := map[string]uint32{}
	for _, g := range tables.FlexGroups() {
		intervals[g.Config] = g.Interval
	}
	t := grid.Table{Text: true, Header: []string{"Type", "Interval (in ms)", "Status"}}
	for _, p := range append(pollCommands(), watermarks()...) {
		r, configured := rows[p.group]
		if !configured {
			continue
		}
		interval, status := fmt.Sprintf("default (%d)", intervals[p.group]), "disable"
		if r.PollInterval != nil {
			interval = itoa(*r.PollInterval)
		}
		if r.Enabled() {
			status = "enable"
		}
		t.Rows = append(t.Rows, []string{p.label, interval, status})
	}
	return v.print(&t)
}
