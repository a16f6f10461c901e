package flex_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/syncd/flex"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// asic tells what the test says.
type asic struct {
	mu      sync.Mutex // the poller asks, the test sets
	values  map[sai.OID]map[int32]uint64
	unknown map[int32]bool
	cleared []sai.OID
	asked   int
}

func (a *asic) GetStats(_ context.Context, _ sai.ObjectType, r []sai.StatsRequest) []sai.StatsResult {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	out := make([]sai.StatsResult, len(r))
	for i, q := range r {
		of, ok := a.values[q.Object.OID]
		if !ok {
			out[i].Status = sai.StatusItemNotFound
			continue
		}
		for _, s := range q.Stats {
			if a.unknown[s] {
				out[i].Status = sai.StatusNotSupported
			}
			out[i].Values = append(out[i].Values, of[s])
		}
	}
	return out
}

func (a *asic) Get(_ context.Context, _ sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]sai.GetResult, len(r))
	for i, q := range r {
		for _, at := range q.Attrs {
			at.Value = a.values[q.Object.OID][int32(at.Meta.ID)]
			out[i].Attrs = append(out[i].Attrs, at)
		}
	}
	return out
}

func (a *asic) ClearStats(_ context.Context, _ sai.ObjectType, r []sai.StatsRequest) []sai.Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, q := range r {
		a.cleared = append(a.cleared, q.Object.OID)
		clear(a.values[q.Object.OID])
	}
	return make([]sai.Status, len(r))
}

func (a *asic) set(oid sai.OID, stats map[int32]uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.values[oid] = stats
}

// losing is a database that says that it has lost its data.
type losing struct {
	*mem.Client
	mu   sync.Mutex // the poller asks, the test loses
	lost int
}

func (l *losing) Lost() (int, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost, nil
}

func (l *losing) lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost++
}

// bench is a poller with all around it.
type bench struct {
	*testing.T
	store  *losing
	client *mem.Client
	clock  *enginetest.Clock
	asic   *asic
}

func start(t *testing.T) *bench {
	server := mem.New()
	b := &bench{T: t, store: &losing{Client: server.Client()}, client: server.Client(), clock: enginetest.NewClock(),
		asic: &asic{values: map[sai.OID]map[int32]uint64{}, unknown: map[int32]bool{}}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- flex.Run(ctx, flex.Config{Store: b.store, API: b.asic, Clock: b.clock})
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return b
}

func (b *bench) row(id db.ID, key string, fields ...string) {
	b.Helper()
	w := db.RawWrite{Key: key}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		w.Fields = append(w.Fields, db.Field{Name: name, Value: value})
	}
	w.Delete = len(fields) == 0
	if err := b.client.Raw(id).Write(b.Context(), []db.RawWrite{w}); err != nil {
		b.Fatal(err)
	}
}

// want waits until a row of COUNTERS_DB is so, "" for not there.
func (b *bench) want(key, want string) {
	b.Helper()
	b.await(key, want, 0)
}

// polled is want while time passes.
func (b *bench) polled(key, want string) {
	b.Helper()
	b.await(key, want, time.Second)
}

func (b *bench) await(key, want string, step time.Duration) {
	b.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for got := ""; ; {
		rows, err := b.client.Raw(db.Counters).Hashes(b.Context(), []string{key})
		if err != nil {
			b.Fatal(err)
		}
		var fields []string
		for _, f := range rows[0] {
			fields = append(fields, strings.TrimPrefix(f.Name, "SAI_")+"="+f.Value)
		}
		slices.Sort(fields)
		if got = strings.Join(fields, " "); got == want {
			return
		}
		select {
		case <-tick.C:
			b.clock.Advance(step)
		case <-deadline:
			b.Fatalf("%s (-want +got):\n%s", key, cmp.Diff(want, got))
		}
	}
}

const (
	portVID = "oid:0x1000000000002"
	portRID = sai.OID(0x1000000002)
)

// port has a port polled each second.
func (b *bench) port(counters ...sai.PortStat) {
	names := make([]string, len(counters))
	for i, c := range counters {
		names[i] = c.String()
	}
	b.row(db.Asic, "VIDTORID", portVID+"="+portRID.String())
	b.row(db.FlexCounter, "FLEX_COUNTER_GROUP_TABLE:PORT_STAT_COUNTER", "POLL_INTERVAL=1000", "STATS_MODE=STATS_MODE_READ", "FLEX_COUNTER_STATUS=enable")
	b.row(db.FlexCounter, "FLEX_COUNTER_TABLE:PORT_STAT_COUNTER:"+portVID, "PORT_COUNTER_ID_LIST="+strings.Join(names, ","))
}

func rated() []sai.PortStat {
	return []sai.PortStat{sai.PortStatIfInOctets, sai.PortStatIfInUcastPkts, sai.PortStatIfInNonUcastPkts, sai.PortStatIfOutOctets,
		sai.PortStatIfOutUcastPkts, sai.PortStatIfOutNonUcastPkts}
}

func in(octets, packets uint64) map[int32]uint64 {
	return map[int32]uint64{int32(sai.PortStatIfInOctets): octets, int32(sai.PortStatIfInUcastPkts): packets}
}

func TestCountersAndRates(t *testing.T) {
	b := start(t)
	b.asic.set(portRID, in(1000, 10))
	b.port(rated()...)
	counters := func(octets, packets string) string {
		return "PORT_STAT_IF_IN_NON_UCAST_PKTS=0 PORT_STAT_IF_IN_OCTETS=" + octets + " PORT_STAT_IF_IN_UCAST_PKTS=" + packets +
			" PORT_STAT_IF_OUT_NON_UCAST_PKTS=0 PORT_STAT_IF_OUT_OCTETS=0 PORT_STAT_IF_OUT_UCAST_PKTS=0"
	}
	last := func(octets, packets string) string {
		return "PORT_STAT_IF_IN_NON_UCAST_PKTS_last=0 PORT_STAT_IF_IN_OCTETS_last=" + octets + " PORT_STAT_IF_IN_UCAST_PKTS_last=" + packets +
			" PORT_STAT_IF_OUT_NON_UCAST_PKTS_last=0 PORT_STAT_IF_OUT_OCTETS_last=0 PORT_STAT_IF_OUT_UCAST_PKTS_last=0"
	}
	b.want("COUNTERS:"+portVID, counters("1000", "10"))
	b.want("RATES:PORT", "PORT_ALPHA=0.18 PORT_SMOOTH_INTERVAL=10")
	b.want("RATES:"+portVID, last("1000", "10"))
	b.want("RATES:"+portVID+":PORT", "INIT_DONE=COUNTERS_LAST")

	b.asic.set(portRID, in(3000, 30))
	b.clock.Advance(time.Second)
	b.want("COUNTERS:"+portVID, counters("3000", "30"))
	b.want("RATES:"+portVID, last("3000", "30")+" RX_BPS=2000 RX_PPS=20 TX_BPS=0 TX_PPS=0")
	b.want("RATES:"+portVID+":PORT", "INIT_DONE=DONE")

	b.row(db.Counters, "RATES:PORT", "PORT_ALPHA=0.5") // from the next poll on
	b.asic.set(portRID, in(4000, 30))
	b.clock.Advance(2 * time.Second) // late: a rate is over the time that has passed
	b.want("RATES:"+portVID, last("4000", "30")+" RX_BPS=1250 RX_PPS=10 TX_BPS=0 TX_PPS=0")

	b.asic.set(portRID, in(500, 1)) // cleared
	b.clock.Advance(time.Second)
	b.want("RATES:"+portVID, last("500", "1")+" RX_BPS=625 RX_PPS=5 TX_BPS=0 TX_PPS=0")
}

func TestGroups(t *testing.T) {
	b := start(t)
	b.asic.set(portRID, in(1, 0))
	b.row(db.FlexCounter, "FLEX_COUNTER_TABLE:PORT_STAT_COUNTER:"+portVID, "PORT_COUNTER_ID_LIST=SAI_PORT_STAT_IF_IN_OCTETS,NO_STAT")
	b.row(db.FlexCounter, "FLEX_COUNTER_GROUP_TABLE:PORT_STAT_COUNTER", "POLL_INTERVAL=1000", "FLEX_COUNTER_STATUS=enable")
	b.clock.Advance(time.Second)
	b.row(db.Asic, "VIDTORID", portVID+"="+portRID.String()) // known late
	b.polled("COUNTERS:"+portVID, "PORT_STAT_IF_IN_OCTETS=1")

	b.row(db.FlexCounter, "FLEX_COUNTER_GROUP_TABLE:PORT_STAT_COUNTER", "STATS_MODE=STATS_MODE_READ_AND_CLEAR")
	b.polled("COUNTERS:"+portVID, "PORT_STAT_IF_IN_OCTETS=0")

	b.row(db.FlexCounter, "FLEX_COUNTER_GROUP_TABLE:PORT_STAT_COUNTER", "FLEX_COUNTER_STATUS=disable")
	b.row(db.FlexCounter, "FLEX_COUNTER_GROUP_TABLE:OTHER", "POLL_INTERVAL=100", "FLEX_COUNTER_STATUS=enable")
	b.row(db.FlexCounter, "FLEX_COUNTER_TABLE:OTHER:"+portVID, "PORT_COUNTER_ID_LIST=SAI_PORT_STAT_IF_OUT_OCTETS")
	b.polled("COUNTERS:"+portVID, "PORT_STAT_IF_IN_OCTETS=0 PORT_STAT_IF_OUT_OCTETS=0")
	b.asic.set(portRID, map[int32]uint64{int32(sai.PortStatIfInOctets): 9, int32(sai.PortStatIfOutOctets): 7})
	b.polled("COUNTERS:"+portVID, "PORT_STAT_IF_IN_OCTETS=0 PORT_STAT_IF_OUT_OCTETS=7")
	b.row(db.FlexCounter, "FLEX_COUNTER_TABLE:OTHER:"+portVID) // gone, while another group has it
	b.row(db.FlexCounter, "FLEX_COUNTER_TABLE:PORT_STAT_COUNTER:"+portVID)
	b.polled("COUNTERS:"+portVID, "")
}

func TestUnsupportedCountersAreLeftOut(t *testing.T) {
	b := start(t)
	b.asic.set(portRID, in(5, 6))
	b.asic.unknown[int32(sai.PortStatIfOutOctets)] = true
	b.port(sai.PortStatIfOutOctets, sai.PortStatIfInOctets, sai.PortStatIfInUcastPkts)
	b.polled("COUNTERS:"+portVID, "PORT_STAT_IF_IN_OCTETS=5 PORT_STAT_IF_IN_UCAST_PKTS=6")
}

func TestCountersThatAreAttributes(t *testing.T) {
	b := start(t)
	b.asic.set(portRID, map[int32]uint64{int32(sai.AclCounterAttrPackets): 3, int32(sai.AclCounterAttrBytes): 300})
	b.row(db.Asic, "VIDTORID", portVID+"="+portRID.String())
	b.row(db.FlexCounter, "FLEX_COUNTER_GROUP_TABLE:ACL_STAT_COUNTER", "POLL_INTERVAL=1000", "STATS_MODE=STATS_MODE_READ", "FLEX_COUNTER_STATUS=enable")
	b.row(db.FlexCounter, "FLEX_COUNTER_TABLE:ACL_STAT_COUNTER:"+portVID, "ACL_COUNTER_ATTR_ID_LIST=SAI_ACL_COUNTER_ATTR_PACKETS,SAI_ACL_COUNTER_ATTR_BYTES")
	b.polled("COUNTERS:"+portVID, "ACL_COUNTER_ATTR_BYTES=300 ACL_COUNTER_ATTR_PACKETS=3")
}

// TestLostDatabase has Redis come back empty: what it held is written anew as soon as the configuration is there.
func TestLostDatabase(t *testing.T) {
	b := start(t)
	b.asic.set(portRID, in(5, 6))
	b.port(sai.PortStatIfInOctets)
	b.want("COUNTERS:"+portVID, "PORT_STAT_IF_IN_OCTETS=5")
	b.row(db.FlexCounter, "FLEX_COUNTER_TABLE:PORT_STAT_COUNTER:"+portVID)
	b.row(db.Counters, "COUNTERS:"+portVID)
	b.store.lose()
	b.port(sai.PortStatIfInOctets)
	b.polled("COUNTERS:"+portVID, "PORT_STAT_IF_IN_OCTETS=5")
}

// TestWatermarks: the most there was stands in three tables, until somebody writes 0 into one.
func TestWatermarks(t *testing.T) {
	b := start(t)
	const queueVID = "oid:0x15000000000001"
	queueRID := sai.OID(0x1500000001)
	shared := int32(sai.QueueStatSharedWatermarkBytes)
	b.asic.set(queueRID, map[int32]uint64{shared: 700})
	b.row(db.Asic, "VIDTORID", queueVID+"="+queueRID.String())
	b.row(db.FlexCounter, "FLEX_COUNTER_TABLE:QUEUE_WATERMARK_STAT_COUNTER:"+queueVID, "QUEUE_COUNTER_ID_LIST=SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES")
	b.row(db.FlexCounter, "FLEX_COUNTER_GROUP_TABLE:QUEUE_WATERMARK_STAT_COUNTER", "POLL_INTERVAL=1000", "FLEX_COUNTER_STATUS=enable", "STATS_MODE=STATS_MODE_READ_AND_CLEAR")
	for _, table := range []string{"PERIODIC_WATERMARKS:", "PERSISTENT_WATERMARKS:", "USER_WATERMARKS:"} {
		b.polled(table+queueVID, "QUEUE_STAT_SHARED_WATERMARK_BYTES=700")
	}
	b.row(db.Counters, "USER_WATERMARKS:"+queueVID, "SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES=0")
	b.asic.set(queueRID, map[int32]uint64{shared: 300})
	b.clock.Advance(time.Second)
	b.polled("USER_WATERMARKS:"+queueVID, "QUEUE_STAT_SHARED_WATERMARK_BYTES=300")
	b.want("PERSISTENT_WATERMARKS:"+queueVID, "QUEUE_STAT_SHARED_WATERMARK_BYTES=700")
}
