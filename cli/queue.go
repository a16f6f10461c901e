package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// queue is a port's queue with its counters.
type queue struct {
	name  string // Ethernet0:3
	port  string
	label string // UC3, MC10
	count tables.QueueCountersRow
}

// queues reads the counters of the queues that are counted: of a port, or with an empty name of all ports.
func (v *view) queues(port string) ([]queue, error) {
	names, err := read(v, tables.CountersQueueName)
	if err != nil {
		return nil, err
	}
	types, err := read(v, tables.CountersQueueType)
	if err != nil {
		return nil, err
	}
	kinds := map[string]string{}
	for _, e := range types {
		kinds[e.Key] = map[string]string{
			"SAI_QUEUE_TYPE_UNICAST": "UC", "SAI_QUEUE_TYPE_MULTICAST": "MC", "SAI_QUEUE_TYPE_ALL": "ALL", "SAI_QUEUE_TYPE_UNICAST_VOQ": "VOQ",
		}[e.Row]
	}
	var out []queue
	var oids []string
	for _, e := range names {
		of, index, ok := strings.Cut(e.Key, ":")
		if ok && (port == "" || port == of) {
			out = append(out, queue{name: e.Key, port: of, label: kinds[e.Row] + index})
			oids = append(oids, e.Row)
		}
	}
	counts, err := fetch(v, tables.CountersQueue, oids)
	if err != nil {
		return nil, err
	}
	for i, oid := range oids {
		out[i].count = counts[oid]
	}
	return out, nil
}

// showQueue is `show queue`.
func showQueue(sw *Switch) *cobra.Command {
	return group("queue", "Show details of the queues", watermarkCommand(sw, "watermark", tables.UserWatermark, queueWatermarks()),
		watermarkCommand(sw, "persistent-watermark", tables.PersistentWatermark, queueWatermarks()), &cobra.Command{
			Use: "counters [interfacename]", Short: "Show queue counters", Args: between(0, "interfacename"), ValidArgsFunction: sw.completePorts,
			RunE: sw.look(func(v *view, args []string) error {
				was, err := v.baseline(queueBaseline)
				if err != nil {
					return err
				}
				list, err := v.queues(arg(args, 0))
				if err != nil {
					return err
				}
				if len(args) > 0 && len(list) == 0 {
					return fail("Port doesn't exist! %s", args[0])
				}
				if err := was.said(v); err != nil {
					return err
				}
				return v.printQueues(list, &was)
			}),
		})
}

// printQueues prints a table a port, as SONiC does; as JSON it is one object by port and queue.
func (v *view) printQueues(list []queue, was *baseline) error {
	header := []string{"Port", "TxQ", "Counter/pkts", "Counter/bytes", "Drop/pkts", "Drop/bytes"}
	all := map[string]map[string]map[string]string{}
	t := grid.Table{Right: true, Header: header}
	for i, q := range list {
		c := since(tables.CountersQueue, q.count, was.Counts[q.name])
		row := []string{q.port, q.label, number(c.Packets), number(c.Bytes), number(c.DroppedPackets), number(c.DroppedBytes)}
		if v.json {
			if all[q.port] == nil {
				all[q.port] = map[string]map[string]string{}
			}
			all[q.port][q.label] = map[string]string{"totalpacket": row[2], "totalbytes": row[3], "droppacket": row[4], "dropbytes": row[5]}
			continue
		}
		t.Rows = append(t.Rows, row)
		if i+1 == len(list) || list[i+1].port != q.port {
			if err := t.Write(v.out); err != nil {
				return err
			}
			fmt.Fprintln(v.out)
			t.Rows = nil
		}
	}
	if v.json {
		return grid.JSON(v.out, all)
	}
	return nil
}
