package flex_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
	"github.com/hypersonic-nos/hypersonic/db/redis"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/syncd/flex"
)

// cpu is the processor time of a process.
func cpu(b *testing.B, pid string) time.Duration {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+2:]))
	ticks := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// busy is an ASIC on all of whose ports there is traffic: the counters of octets and unicast packets are never the same again.
type busy struct{ polls uint64 }

func (a *busy) GetStats(_ context.Context, _ sai.ObjectType, r []sai.StatsRequest) []sai.StatsResult {
	a.polls++
	out := make([]sai.StatsResult, len(r))
	for i, q := range r {
		out[i].Values = make([]uint64, len(q.Stats))
		for j, s := range q.Stats {
			switch sai.PortStat(s) {
			case sai.PortStatIfInOctets, sai.PortStatIfOutOctets:
				out[i].Values[j] = a.polls * 1234567
			case sai.PortStatIfInUcastPkts, sai.PortStatIfOutUcastPkts:
				out[i].Values[j] = a.polls * 1234
			}
		}
	}
	return out
}

func (*busy) Get(context.Context, sai.ObjectType, []sai.GetRequest) []sai.GetResult { return nil }

func (*busy) ClearStats(context.Context, sai.ObjectType, []sai.StatsRequest) []sai.Status { return nil }

// BenchmarkPoll polls 128 busy ports with all 83 counters of SONiC's port group into a real server. An operation is a poll of all ports, which SONiC makes once a
// second: 20 ms of processor time are 2 % of a core. The ASIC costs nothing here.
func BenchmarkPoll(b *testing.B) {
	socket := dbtest.Redis(b)
	store, err := redis.New(redis.Options{Socket: socket, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	server := goredis.NewClient(&goredis.Options{Network: "unix", Addr: socket})
	defer server.Close()
	info, err := server.InfoMap(b.Context(), "server").Result()
	if err != nil {
		b.Fatal(err)
	}
	const ports = 128
	var names []string
	for s := range int32(83) {
		names = append(names, sai.PortStat(s).String())
	}
	rids := db.RawWrite{Key: "VIDTORID"}
	rows := []db.RawWrite{{Key: "FLEX_COUNTER_GROUP_TABLE:PORT_STAT_COUNTER", Fields: []db.Field{
		{Name: "POLL_INTERVAL", Value: "1000"}, {Name: "STATS_MODE", Value: "STATS_MODE_READ"}, {Name: "FLEX_COUNTER_STATUS", Value: "enable"},
	}}}
	for i := range ports {
		vid := fmt.Sprintf("oid:0x1000000000%03x", i+2)
		rids.Fields = append(rids.Fields, db.Field{Name: vid, Value: sai.OID(i + 1).String()})
		rows = append(rows, db.RawWrite{Key: "FLEX_COUNTER_TABLE:PORT_STAT_COUNTER:" + vid, Fields: []db.Field{
			{Name: "PORT_COUNTER_ID_LIST", Value: strings.Join(names, ",")},
		}})
	}
	for id, w := range map[db.ID][]db.RawWrite{db.Asic: {rids}, db.FlexCounter: rows} {
		if err := store.Raw(id).Write(b.Context(), w); err != nil {
			b.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(b.Context())
	c := &beats{now: time.Unix(1000, 0), armed: make(chan chan time.Time, 1024)}
	ended := make(chan error, 1)
	go func() { ended <- flex.Run(ctx, flex.Config{Store: store, API: &busy{}, Clock: c}) }()
	defer func() {
		cancel()
		<-ended
	}()
	for c.polled < 5 { // the configuration, whole rows, the first rates
		c.beat()
	}
	own, theirs := cpu(b, strconv.Itoa(os.Getpid())), cpu(b, info["Server"]["process_id"])
	for b.Loop() {
		c.beat()
	}
	b.ReportMetric(float64((cpu(b, strconv.Itoa(os.Getpid()))-own).Microseconds())/float64(b.N), "us-syncd/op")
	b.ReportMetric(float64((cpu(b, info["Server"]["process_id"])-theirs).Microseconds())/float64(b.N), "us-redis/op")
}

// beats is a clock whose next second comes as soon as somebody waits for it.
type beats struct {
	mu     sync.Mutex // the poller asks, the benchmark moves
	now    time.Time
	armed  chan chan time.Time // more than are ever waited for at once
	polled int
}

func (c *beats) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *beats) After(time.Duration) <-chan time.Time {
	fire := make(chan time.Time, 1)
	c.armed <- fire
	return fire
}

// beat lets a second pass when the last poll has ended.
func (c *beats) beat() {
	fire := <-c.armed
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	c.polled++
	fire <- c.now
}
