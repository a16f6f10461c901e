package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// watermark is a watermark by the words of SONiC's commands.
type watermark struct {
	word, title string
	prefix      string                   // of columns: UC, MC, PG
	names       db.Table[string, string] // objects by name
	kind        string                   // of queues, in SAI's words
	clear       string                   // data of a request
	value       func(tables.WatermarkRow) *uint64
}

func queueWatermarks() []watermark {
	value := func(r tables.WatermarkRow) *uint64 { return r.QueueShared }
	return []watermark{
		{"unicast", "Egress shared pool occupancy per unicast queue:", "UC", tables.CountersQueueName, "SAI_QUEUE_TYPE_UNICAST", tables.ClearQueueUnicast, value},
		{"multicast", "Egress shared pool occupancy per multicast queue:", "MC", tables.CountersQueueName, "SAI_QUEUE_TYPE_MULTICAST", tables.ClearQueueMulti, value},
		{"all", "Egress shared pool occupancy per all queues:", "ALL", tables.CountersQueueName, "SAI_QUEUE_TYPE_ALL", tables.ClearQueueAll, value},
	}
}

func groupWatermarks() []watermark {
	return []watermark{
		{"headroom", "Ingress headroom per PG:", "PG", tables.CountersPGName, "", tables.ClearPGHeadroom, func(r tables.WatermarkRow) *uint64 { return r.PGHeadroom }},
		{"shared", "Ingress shared pool occupancy per PG:", "PG", tables.CountersPGName, "", tables.ClearPGShared, func(r tables.WatermarkRow) *uint64 { return r.PGShared }},
	}
}

func poolWatermark() watermark {
	return watermark{"buffer_pool", "Shared pool maximum occupancy:", "", tables.CountersBufferPool, "", tables.ClearPool, func(r tables.WatermarkRow) *uint64 { return r.Pool }}
}

func headroomWatermark() watermark {
	return watermark{"headroom-pool", "Headroom pool maximum occupancy:", "", tables.CountersBufferPool, "", tables.ClearPoolHeadroom,
		func(r tables.WatermarkRow) *uint64 { return r.PoolHeadroom }}
}

// watermarkCommand is `show queue watermark` and the like, with a command for each watermark.
func watermarkCommand(sw *Switch, use string, from db.Table[string, tables.WatermarkRow], list []watermark) *cobra.Command {
	short := "Show user watermarks"
	if use != "watermark" {
		short = "Show persistent watermarks"
	}
	cmd := group(use, short)
	for _, w := range list {
		cmd.AddCommand(&cobra.Command{Use: w.word, Short: short + ": " + strings.TrimSuffix(w.title, ":"), Args: exactly(),
			RunE: sw.look(func(v *view, _ []string) error { return v.printParts(from, w) })})
	}
	return cmd
}

// printParts prints a column for each queue or priority group, and a row for each port.
func (v *view) printParts(from db.Table[string, tables.WatermarkRow], w watermark) error {
	values, err := watermarksOf(v, from, w)
	if err != nil {
		return err
	}
	return v.printByPort(w.title, w.prefix, values)
}

// part is what stands in a column of a port.
type part struct{ name, value string }

func watermarksOf(v *view, from db.Table[string, tables.WatermarkRow], w watermark) ([]part, error) {
	names, err := read(v, w.names)
	if err != nil {
		return nil, err
	}
	kinds := map[string]string{}
	if w.kind != "" {
		types, err := read(v, tables.CountersQueueType)
		if err != nil {
			return nil, err
		}
		for _, e := range types {
			kinds[e.Key] = e.Row
		}
	}
	var oids []string
	for _, e := range names {
		oids = append(oids, e.Row)
	}
	rows, err := fetch(v, from, oids)
	if err != nil {
		return nil, err
	}
	var out []part
	for _, e := range names {
		if w.kind == "" || kinds[e.Row] == w.kind {
			out = append(out, part{e.Key, countText(w.value(rows[e.Row]))})
		}
	}
	return out, nil
}

// countText is a number as it is, or N/A.
func countText(n *uint64) string {
	if n == nil {
		return tables.NotApplicable
	}
	return strconv.FormatUint(*n, 10)
}

// printByPort prints what is named Ethernet0:3 as a table of ports, with a column for each index. Names come in their natural order.
func (v *view) printByPort(title, prefix string, parts []part) error {
	t := grid.Table{Right: true, Header: []string{"Port"}}
	rows, columns := map[string]map[string]string{}, map[string]bool{}
	var ports, indexes []string
	for _, p := range parts {
		port, index, _ := strings.Cut(p.name, ":")
		if rows[port] == nil {
			rows[port] = map[string]string{}
			ports = append(ports, port)
		}
		if !columns[index] {
			columns[index] = true
			indexes = append(indexes, index)
		}
		rows[port][index] = p.value
	}
	slices.SortFunc(indexes, natural.Compare)
	for _, i := range indexes {
		t.Header = append(t.Header, prefix+i)
	}
	for _, port := range ports {
		row := []string{port}
		for _, i := range indexes {
			row = append(row, orNA(rows[port][i]))
		}
		t.Rows = append(t.Rows, row)
	}
	if !v.json {
		fmt.Fprintln(v.out, title)
	}
	return v.print(&t)
}

// showPriorityGroup is `show priority-group`.
func showPriorityGroup(sw *Switch) *cobra.Command {
	return group("priority-group", "Show details of the PGs",
		watermarkCommand(sw, "watermark", tables.UserWatermark, groupWatermarks()),
		watermarkCommand(sw, "persistent-watermark", tables.PersistentWatermark, groupWatermarks()),
		group("drop", "Show priority-group drops", &cobra.Command{
			Use: "counters", Short: "Show dropped packets for priority-group", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
				names, err := read(v, tables.CountersPGName)
				if err != nil {
					return err
				}
				var oids []string
				for _, e := range names {
					oids = append(oids, e.Row)
				}
				rows, err := fetch(v, tables.CountersPG, oids)
				if err != nil {
					return err
				}
				parts := make([]part, len(names))
				for i, e := range names {
					parts[i] = part{e.Key, countText(rows[e.Row].Dropped)}
				}
				return v.printByPort("Ingress PG dropped packets:", "PG", parts)
			}),
		}))
}

// poolCommand is `show buffer_pool` or `show headroom-pool`.
func poolCommand(sw *Switch, w watermark, short string) *cobra.Command {
	table := func(use string, from db.Table[string, tables.WatermarkRow]) *cobra.Command {
		return &cobra.Command{Use: use, Short: short, Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
			parts, err := watermarksOf(v, from, w)
			if err != nil {
				return err
			}
			t := grid.Table{Right: true, Header: []string{"Pool", "Bytes"}}
			for _, p := range parts {
				t.Rows = append(t.Rows, []string{p.name, p.value})
			}
			if !v.json {
				fmt.Fprintln(v.out, w.title)
			}
			return v.print(&t)
		})}
	}
	return group(w.word, short, table("watermark", tables.UserWatermark), table("persistent-watermark", tables.PersistentWatermark))
}

func showBufferPool(sw *Switch) *cobra.Command {
	return poolCommand(sw, poolWatermark(), "Show details of the buffer pools")
}

func showHeadroomPool(sw *Switch) *cobra.Command {
	return poolCommand(sw, headroomWatermark(), "Show details of headroom pool")
}

// clearWatermarks are the commands of `sonic-clear` for watermarks: orchagent is asked.
func clearWatermarks(sw *Switch) []*cobra.Command {
	request := func(use, op, data string) *cobra.Command {
		return &cobra.Command{Use: use, Short: "Clear watermark", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
			return v.store.Publish(v.ctx, db.Notification{Channel: tables.WatermarkClear, Op: op, Data: data})
		})}
	}
	several := func(use, short string, list []watermark) *cobra.Command {
		cmd := group(use, short)
		for kind, op := range map[string]string{"watermark": "USER", "persistent-watermark": "PERSISTENT"} {
			of := group(kind, short)
			for _, w := range list {
				of.AddCommand(request(w.word, op, w.clear))
			}
			cmd.AddCommand(of)
		}
		return cmd
	}
	one := func(w watermark, short string) *cobra.Command {
		return group(w.word, short, request("watermark", "USER", w.clear), request("persistent-watermark", "PERSISTENT", w.clear))
	}
	return []*cobra.Command{
		several("queue", "Clear queue WM", queueWatermarks()), several("priority-group", "Clear PG WM", groupWatermarks()),
		one(poolWatermark(), "Clear all buffer pool WM"), one(headroomWatermark(), "Clear headroom pool WM"),
	}
}
