// Package metrics has Prometheus read the gNMI server's and the switch's numbers. The databases are read when somebody asks: a switch that nobody watches pays
// nothing. docs/gnmi.md lists the names.
package metrics

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/server"
	"github.com/hypersonic-nos/hypersonic/gnmi/subscribe"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Handler answers with all numbers.
func Handler(store db.Store, counters *server.Counters, hub *subscribe.Hub) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(&serverNumbers{counters, hub}, &switchNumbers{store})
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("hypersonic_"+name, help, labels, nil)
}

// What the server tells of itself.
var (
	notifications = desc("gnmi_notifications_total", "Notifications sent to subscribers.")
	updates       = desc("gnmi_updates_total", "Updates in them.")
	deletes       = desc("gnmi_deletes_total", "Deletes in them.")
	overflows     = desc("gnmi_overflows_total", "Subscriptions that ended because their client was too slow.")
	panics        = desc("gnmi_panics_total", "Calls that a bug ended.")
	refused       = desc("gnmi_refused_total", "Calls refused for who made them.")
	streams       = desc("gnmi_streams", "Clients that follow something.")
	waiting       = desc("gnmi_waiting_paths", "Paths that wait for clients to take them.")
	topics        = desc("gnmi_topics", "Different paths that are followed.")
	feeds         = desc("gnmi_feeds", "Tables that are followed.")
)

type serverNumbers struct {
	counters *server.Counters
	hub      *subscribe.Hub
}

// Describe implements prometheus.Collector.
func (s *serverNumbers) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(s, ch) }

// Collect implements prometheus.Collector.
func (s *serverNumbers) Collect(ch chan<- prometheus.Metric) {
	count := func(d *prometheus.Desc, n uint64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n))
	}
	gauge := func(d *prometheus.Desc, n int) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n))
	}
	c := s.counters
	count(notifications, c.Notifications.Load())
	count(updates, c.Updates.Load())
	count(deletes, c.Deletes.Load())
	count(overflows, c.Overflows.Load())
	count(panics, c.Panics.Load())
	count(refused, c.Refused.Load())
	clients, paths := c.Streams()
	gauge(streams, clients)
	gauge(waiting, paths)
	t, f := s.hub.Stats()
	gauge(topics, t)
	gauge(feeds, f)
}

// What the switch tells.
var (
	up        = desc("up", "1 if the databases answer.")
	portUp    = desc("port_oper_up", "1 if the port's link is up.", "port")
	portAdmin = desc("port_admin_up", "1 if the port is switched on.", "port")
	portSpeed = desc("port_speed_bits", "Speed of the port, bit/s.", "port")
	process   = desc("process_up", "1 if the program runs.", "program")
	restarts  = desc("process_restarts_total", "How often the supervisor has started the program again.", "program")
	trouble   = desc("objects_not_as_wanted", "Objects and rows that are not as wanted (STATE_DB OBJECT_STATUS).", "daemon", "state")
	portStats = map[string]*prometheus.Desc{
		"SAI_PORT_STAT_IF_IN_OCTETS":          desc("port_in_octets_total", "Bytes received.", "port"),
		"SAI_PORT_STAT_IF_OUT_OCTETS":         desc("port_out_octets_total", "Bytes sent.", "port"),
		"SAI_PORT_STAT_IF_IN_UCAST_PKTS":      desc("port_in_unicast_total", "Unicast frames received.", "port"),
		"SAI_PORT_STAT_IF_OUT_UCAST_PKTS":     desc("port_out_unicast_total", "Unicast frames sent.", "port"),
		"SAI_PORT_STAT_IF_IN_MULTICAST_PKTS":  desc("port_in_multicast_total", "Multicast frames received.", "port"),
		"SAI_PORT_STAT_IF_OUT_MULTICAST_PKTS": desc("port_out_multicast_total", "Multicast frames sent.", "port"),
		"SAI_PORT_STAT_IF_IN_BROADCAST_PKTS":  desc("port_in_broadcast_total", "Broadcast frames received.", "port"),
		"SAI_PORT_STAT_IF_OUT_BROADCAST_PKTS": desc("port_out_broadcast_total", "Broadcast frames sent.", "port"),
		"SAI_PORT_STAT_IF_IN_DISCARDS":        desc("port_in_discards_total", "Good frames received and dropped.", "port"),
		"SAI_PORT_STAT_IF_OUT_DISCARDS":       desc("port_out_discards_total", "Good frames not sent.", "port"),
		"SAI_PORT_STAT_IF_IN_ERRORS":          desc("port_in_errors_total", "Bad frames received.", "port"),
		"SAI_PORT_STAT_IF_OUT_ERRORS":         desc("port_out_errors_total", "Frames that could not be sent.", "port"),
	}
)

type switchNumbers struct{ store db.Store }

// Describe implements prometheus.Collector.
func (s *switchNumbers) Describe(ch chan<- *prometheus.Desc) { ch <- up } // the others depend on what there is

// patience bounds one reading.
const patience = 5 * time.Second

// Collect implements prometheus.Collector.
func (s *switchNumbers) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	err := s.ports(ctx, ch, gauge)
	if err == nil {
		err = s.programs(ctx, ch, gauge)
	}
	if err == nil {
		err = s.troubles(ctx, gauge)
	}
	gauge(up, flag(err == nil))
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// portMap names ports' counters.
var portMap = db.Define[string, string](db.Counters, "COUNTERS_PORT_NAME_MAP", db.WithTransport(db.Map))

func (s *switchNumbers) ports(ctx context.Context, ch chan<- prometheus.Metric, gauge func(*prometheus.Desc, float64, ...string)) error {
	// The final rows: those that orchagent has not taken are not in force yet.
	rows, err := s.store.Read(ctx, &db.Schema{Database: db.Appl, Name: tables.ApplPort.Name, Transport: db.Plain})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if !strings.HasPrefix(row.Key, "Ethernet") {
			continue
		}
		gauge(portUp, flag(field(row, "oper_status") == "up"), row.Key)
		gauge(portAdmin, flag(field(row, "admin_status") == "up"), row.Key)
		gauge(portSpeed, number(field(row, "speed"))*1e6, row.Key)
	}
	names, err := s.store.Read(ctx, portMap.Schema)
	if err != nil {
		return err
	}
	keys := make([]string, len(names))
	for i, n := range names {
		keys[i] = n.Fields[0].Value
	}
	stats, err := s.store.Get(ctx, tables.CountersPort.Schema, keys)
	if err != nil {
		return err
	}
	for i, row := range stats {
		for _, f := range row.Fields {
			if d := portStats[f.Name]; d != nil {
				ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, number(f.Value), names[i].Key)
			}
		}
	}
	return nil
}

func (s *switchNumbers) programs(ctx context.Context, ch chan<- prometheus.Metric, gauge func(*prometheus.Desc, float64, ...string)) error {
	rows, err := s.store.Read(ctx, tables.StateProcess.Schema)
	for _, row := range rows {
		if name, r, err := tables.StateProcess.Decode(row.Key, row.Fields); err == nil {
			gauge(process, flag(r.State == "RUNNING"), name)
			ch <- prometheus.MustNewConstMetric(restarts, prometheus.CounterValue, float64(r.Restarts), name)
		}
	}
	return err
}

func (s *switchNumbers) troubles(ctx context.Context, gauge func(*prometheus.Desc, float64, ...string)) error {
	rows, err := s.store.Read(ctx, tables.StateStatus.Schema)
	sums := map[[2]string]int{}
	for _, row := range rows {
		if k, r, err := tables.StateStatus.Decode(row.Key, row.Fields); err == nil {
			sums[[2]string{k.Daemon, r.State}]++
		}
	}
	for k, n := range sums {
		gauge(trouble, float64(n), k[0], k[1])
	}
	return err
}
