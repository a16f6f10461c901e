package syncd_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/hypersonic-nos/hypersonic/db/dbtest"
	"github.com/hypersonic-nos/hypersonic/db/redis"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
	"github.com/hypersonic-nos/hypersonic/syncd"
)

// ownCPU is the processor time of this process, client and syncd together.
func ownCPU(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// redisCPU is that of the server.
func redisCPU(b *testing.B, c *goredis.Client) time.Duration {
	info, err := c.InfoMap(b.Context(), "server").Result()
	if err != nil {
		b.Fatal(err)
	}
	stat, err := os.ReadFile("/proc/" + info["Server"]["process_id"] + "/stat")
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

// BenchmarkRoutes sends routes from a client through a real server and syncd to an ASIC that does nothing. An operation is a route. Figures: what
// both Go ends and the server spend on it.
func BenchmarkRoutes(b *testing.B) {
	socket := dbtest.Redis(b)
	ks, err := redis.New(redis.Options{Socket: socket, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = ks.Close() }()
	info := goredis.NewClient(&goredis.Options{Network: "unix", Addr: socket, Protocol: 2, DisableIdentity: true})
	defer func() { _ = info.Close() }()
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- syncd.New(syncd.Config{Keyspace: ks, API: &null{}, Log: slog.New(slog.DiscardHandler)}).Run(ctx)
	}()
	defer func() { cancel(); <-ended }()
	c, err := sairedis.New(ctx, sairedis.Config{Keyspace: ks, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	oid := func(t sai.ObjectType) sai.OID {
		r := c.Create(ctx, t, []sai.CreateRequest{{Object: sai.Object{Type: t}}})[0]
		if r.Status != sai.StatusSuccess {
			b.Fatal(r.Status)
		}
		return r.OID
	}
	sw, vr, hop := oid(sai.ObjectTypeSwitch), oid(sai.ObjectTypeVirtualRouter), oid(sai.ObjectTypeNextHop)
	attrs := []sai.Attribute{{Meta: sai.ObjectTypeRouteEntry.Meta().Attr(sai.RouteEntryAttrNextHopID), Value: hop}}
	measure := func(name string, size int, call func(objects []sai.Object)) {
		b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
			objects := make([]sai.Object, size)
			own, server := ownCPU(b), redisCPU(b, info)
			b.ResetTimer()
			for n := 0; n < b.N; n += size {
				for i := range objects {
					r := n + i
					p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10 + byte(r>>22), byte(r >> 14), byte(r >> 6), byte(r << 2)}), 30)
					objects[i] = sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: sai.RouteEntry{Switch: sw, VirtualRouter: vr, Destination: p}}
				}
				call(objects)
			}
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "routes/s")
			b.ReportMetric(float64((ownCPU(b)-own).Nanoseconds())/float64(b.N), "go-cpu-ns/route")
			b.ReportMetric(float64((redisCPU(b, info)-server).Nanoseconds())/float64(b.N), "redis-cpu-ns/route")
		})
	}
	fatal := func(s sai.Status) {
		if s != sai.StatusSuccess {
			b.Fatal(s)
		}
	}
	for _, size := range []int{1, 1000, 10000} {
		measure("create", size, func(objects []sai.Object) {
			r := make([]sai.CreateRequest, len(objects))
			for i := range r {
				r[i] = sai.CreateRequest{Object: objects[i], Attrs: attrs}
			}
			fatal(c.Create(ctx, sai.ObjectTypeRouteEntry, r)[0].Status)
		})
	}
	measure("set", 10000, func(objects []sai.Object) {
		r := make([]sai.SetRequest, len(objects))
		for i := range r {
			r[i] = sai.SetRequest{Object: objects[i], Attr: attrs[0]}
		}
		fatal(c.Set(ctx, sai.ObjectTypeRouteEntry, r)[0])
	})
	measure("remove", 10000, func(objects []sai.Object) { fatal(c.Remove(ctx, sai.ObjectTypeRouteEntry, objects)[0]) })
}
