package netsync

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"runtime"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// nullStore takes everything and holds nothing.
type nullStore struct{ db.Store }

func (nullStore) Write(context.Context, []db.Write) error { return nil }
func (nullStore) Read(context.Context, *db.Schema) ([]db.Change, error) {
	return nil, nil
}
func (nullStore) Lost() (int, <-chan struct{}) { return 0, nil }
func (nullStore) Watch(context.Context, ...*db.Schema) (db.Feed, error) {
	return &emptyFeed{}, nil
}

// emptyFeed delivers an empty listing and then nothing.
type emptyFeed struct{ listed bool }

func (f *emptyFeed) Next(ctx context.Context, _ int) (db.Batch, error) {
	if !f.listed {
		f.listed = true
		return db.Batch{Listing: true, Listed: true}, nil
	}
	<-ctx.Done()
	return db.Batch{}, ctx.Err()
}
func (*emptyFeed) Close() error { return nil }

// benchRoute is route n of an ECMP table: 64 sets of 4 next hops.
func benchRoute(n int) fpm.Route {
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], 0x0b000000+uint32(n)<<6)
	r := fpm.Route{Type: fpm.Unicast, Protocol: 186, Table: 254, Priority: 20, Dst: netip.PrefixFrom(netip.AddrFrom4(a), 26)}
	for i := range 4 {
		r.Nexthops = append(r.Nexthops, fpm.Nexthop{
			Gateway: netip.AddrFrom4([4]byte{10, 0, byte(n / 256 % 64), byte(i)}), Ifindex: int32(10 + i), Weight: 1,
		})
	}
	return r
}

func benchRoutes(b *testing.B, o RouteOptions) *Routes {
	o.Store, o.Facts = nullStore{}, nullStore{}
	r := NewRoutes(o)
	for i := range 4 {
		r.linkFact("Ethernet"+string(rune('0'+i)), tables.LinkFact{Index: int32(10 + i)})
	}
	return r
}

// BenchmarkRoutes is what a route costs in this package: from the decoded message to the row that is given to the store.
func BenchmarkRoutes(b *testing.B) {
	const total = 1 << 20
	ms := make([]fpm.Message, total)
	for i := range ms {
		ms[i] = fpm.Message{Kind: fpm.KindRoute, Route: benchRoute(i)}
	}
	for _, c := range []struct {
		name  string
		again bool
	}{{"new", false}, {"unchanged", true}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var r *Routes
			done := make(chan routeBatch, maxWriting)
			run := func(ms []fpm.Message) {
				for len(ms) > 0 {
					n := min(1024, len(ms))
					r.messages(ms[:n])
					ms = ms[n:]
					for r.flush(done); len(done) > 0; r.flush(done) {
						r.written(<-done)
					}
				}
			}
			for i := 0; b.Loop(); i++ {
				if i == 0 || !c.again {
					b.StopTimer()
					r = benchRoutes(b, RouteOptions{})
					if c.again {
						run(ms)
					}
					b.StartTimer()
				}
				run(ms)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/total, "ns/route")
			b.ReportMetric(0, "ns/op")
			if len(r.v4.m) != total {
				b.Fatal(len(r.v4.m))
			}
		})
	}
}

// BenchmarkRouteMemory is what a million routes leave behind.
func BenchmarkRouteMemory(b *testing.B) {
	const total = 1 << 20
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r := benchRoutes(b, RouteOptions{})
		done := make(chan routeBatch, maxWriting)
		for i := range total {
			m := benchRoute(i)
			r.route(&m)
			if i%1024 == 0 {
				for r.flush(done); len(done) > 0; r.flush(done) {
					r.written(<-done)
				}
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/total, "B/route")
		runtime.KeepAlive(r)
	}
}

// BenchmarkZebra is the way from zebra's socket to a store that takes everything.
func BenchmarkZebra(b *testing.B) {
	const total = 1 << 20
	var frames []byte
	for i := range total {
		m := benchRoute(i)
		var err error
		if frames, err = fpm.AppendRoute(frames, &m); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(frames)))
	for b.Loop() {
		b.StopTimer()
		ctx, cancel := context.WithCancel(b.Context())
		server, err := fpm.Listen(ctx, "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		store := &countingStore{full: make(chan struct{}), left: total}
		r := benchRoutes(b, RouteOptions{Server: server})
		r.o.Store = store
		ended := make(chan error, 1)
		go func() { ended <- r.Run(ctx) }()
		c, err := net.Dial("tcp", server.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, err := c.Write(frames); err != nil {
			b.Fatal(err)
		}
		<-store.full
		b.StopTimer()
		c.Close()
		cancel()
		<-ended
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/total, "ns/route")
}

// countingStore tells when so many rows were written.
type countingStore struct {
	nullStore
	left int
	full chan struct{}
}

func (s *countingStore) Write(_ context.Context, w []db.Write) error {
	if s.left -= len(w); s.left <= 0 {
		close(s.full)
	}
	return nil
}
