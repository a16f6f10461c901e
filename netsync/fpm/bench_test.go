package fpm

import (
	"context"
	"fmt"
	"net"
	"testing"

	"golang.org/x/sync/errgroup"
)

// BenchmarkRead decodes a stream of routes, one operation a route.
func BenchmarkRead(b *testing.B) {
	for _, hops := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("ecmp%d", hops), func(b *testing.B) {
			var stream []byte
			for i := range uint32(4096) {
				r := ecmp4(i)
				for len(r.Nexthops) < hops {
					r.Nexthops = append(r.Nexthops, r.Nexthops...)
				}
				r.Nexthops = r.Nexthops[:hops]
				stream, _ = AppendRoute(stream, &r)
			}
			benchmarkRead(b, stream, 4096)
		})
	}
	b.Run("replace", func(b *testing.B) {
		var stream []byte
		for i := range uint32(4096) {
			r := ecmp4(i)
			stream, _ = AppendReplace(stream, &r)
		}
		benchmarkRead(b, stream, 4096)
	})
}

func benchmarkRead(b *testing.B, stream []byte, routes int) {
	d, ms := NewReader(&endless{b: stream}), make([]Message, batchSize)
	b.SetBytes(int64(len(stream) / routes))
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; {
		got, err := d.Read(ms)
		if err != nil {
			b.Fatal(err)
		}
		n += got
	}
}

// BenchmarkServer sends routes to a server over TCP, one operation a route: encoding, both ends of the socket and decoding share the machine.
func BenchmarkServer(b *testing.B) {
	done := make(chan error, 1)
	h := &counter{want: b.N, done: done}
	s, err := Listen(b.Context(), "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return s.Serve(ctx, h) })
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	r, buf := ecmp4(1), make([]byte, 0, 1<<17)
	for i := range b.N {
		if buf, _ = AppendRoute(buf, &r); len(buf) < 1<<16 && i < b.N-1 {
			continue
		}
		if _, err := c.Write(buf); err != nil {
			b.Fatal(err)
		}
		buf = buf[:0]
	}
	<-done
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "routes/s")
	c.Close()
	cancel()
	if err := g.Wait(); err != nil {
		b.Error(err)
	}
}

// counter says when it has seen enough.
type counter struct {
	seen, want int
	done       chan<- error
}

func (c *counter) Connected(*Conn)    {}
func (c *counter) Disconnected(error) {}

func (c *counter) Batch(ms []Message) error {
	if c.seen += len(ms); c.seen == c.want {
		c.done <- nil
	}
	return nil
}

func BenchmarkAppendRoute(b *testing.B) {
	r, buf := ecmp4(1), make([]byte, 0, 1<<20)
	b.ReportAllocs()
	for b.Loop() {
		if len(buf) > 1<<19 {
			buf = buf[:0]
		}
		buf, _ = AppendRoute(buf, &r)
	}
}
