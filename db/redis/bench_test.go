package redis_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
)

// meter tells what a benchmark's rows cost: rows a second, and CPU of Redis's main thread and of this process for each.
type meter struct {
	b       *testing.B
	redis   *goredis.Client
	server  time.Duration
	client  time.Duration
	started time.Time
}

func newMeter(b *testing.B, socket string) *meter {
	return &meter{b: b, redis: foreign(b, socket, db.Appl)}
}

func (m *meter) serverCPU() time.Duration {
	text, err := m.redis.Info(context.Background(), "cpu").Result()
	if err != nil {
		m.b.Fatal(err)
	}
	var sum time.Duration
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name == "used_cpu_sys_main_thread" || name == "used_cpu_user_main_thread" {
			s, err := strconv.ParseFloat(value, 64)
			if err != nil {
				m.b.Fatal(err)
			}
			sum += time.Duration(s * float64(time.Second))
		}
	}
	return sum
}

func clientCPU() time.Duration {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func (m *meter) start() {
	m.server, m.client, m.started = m.serverCPU(), clientCPU(), time.Now()
}

func (m *meter) stop(rows int) {
	wall, client, server := time.Since(m.started), clientCPU()-m.client, m.serverCPU()-m.server
	m.b.ReportMetric(float64(rows)/wall.Seconds(), "rows/s")
	m.b.ReportMetric(float64(server.Nanoseconds())/float64(rows)/1000, "redis-us/row")
	m.b.ReportMetric(float64(client.Nanoseconds())/float64(rows)/1000, "client-us/row")
	m.b.ReportMetric(0, "ns/op")
}

const benchRows = 100_000

func routeWrites(t *db.Schema, n int) []db.Write {
	w := make([]db.Write, n)
	for i := range w {
		w[i] = db.Write{Table: t, Key: fmt.Sprintf("10.%d.%d.0/24", i/256, i%256), Fields: []db.Field{
			{Name: "nexthop", Value: "10.0.0.1"}, {Name: "ifname", Value: "Ethernet0"}, {Name: "protocol", Value: "bgp"}}}
	}
	return w
}

// BenchmarkStore measures each path of rows alone, on new rows and on rows that are there already.
func BenchmarkStore(b *testing.B) {
	socket := dbtest.Redis(b)
	c := newClient(b, socket, nil)
	m := newMeter(b, socket)
	ctx := b.Context()
	plainRoute := &db.Schema{Database: db.State, Name: "ROUTES", Transport: db.Plain}
	write := func(w []db.Write) {
		for len(w) > 0 {
			n := min(len(w), 512) // larger writes wait for their consumer
			if err := c.Write(ctx, w[:n]); err != nil {
				b.Fatal(err)
			}
			w = w[n:]
		}
	}
	run := func(name string, before, f func()) {
		b.Run(name, func(b *testing.B) {
			m.b = b
			for range b.N {
				m.redis.FlushAll(ctx)
				before()
				m.start()
				f()
				m.stop(benchRows)
			}
		})
	}
	state, plain := routeWrites(route, benchRows), routeWrites(plainRoute, benchRows)
	dels := make([]db.Write, benchRows)
	for i := range dels {
		dels[i] = db.Write{Table: route, Key: state[i].Key, Delete: true}
	}
	none := func() {}
	writePop := func(w []db.Write) { b.StopTimer(); pump(b, m, w); b.StartTimer() }
	run("state-write/new", none, func() { write(state) })
	run("state-write/again", func() { write(state) }, func() { write(state) })
	run("state-delete", none, func() { write(dels) })
	run("plain-write/new", none, func() { write(plain) })
	run("plain-write/again", func() { write(plain) }, func() { write(plain) })
	run("read", func() { write(plain) }, func() {
		if rows, err := c.Read(ctx, plainRoute); err != nil || len(rows) != benchRows {
			b.Fatal(len(rows), err)
		}
	})
	run("raw-write/new", none, func() {
		raw := c.Raw(db.Asic)
		w := make([]db.RawWrite, 0, 4096)
		for i := range state {
			w = append(w, db.RawWrite{Key: `ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"` + state[i].Key + `","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000022"}`,
				Fields: []db.Field{{Name: "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", Value: "oid:0x5000000000666"}}})
			if len(w) == cap(w) || i == len(state)-1 {
				if err := raw.Write(ctx, w); err != nil {
					b.Fatal(err)
				}
				w = w[:0]
			}
		}
	})
	run("write-and-pop/new", none, func() { writePop(state) })
	run("write-and-pop/again", func() { pump(b, m, state) }, func() { writePop(state) })
	run("write-and-pop/delete", func() { pump(b, m, state) }, func() { writePop(dels) })
	run("backlog-pop/new", func() { write(state) }, func() {
		feed, err := c.Watch(ctx, route)
		if err != nil {
			b.Fatal(err)
		}
		defer feed.Close()
		for n := 0; n < benchRows; {
			batch, err := feed.Next(ctx, 8192)
			if err != nil {
				b.Fatal(err)
			}
			n += len(batch.Changes)
		}
	})
}

// pump writes rows while a feed of another client takes them, as two daemons do.
func pump(b *testing.B, m *meter, w []db.Write) {
	socket := m.redis.Options().Addr
	producer, consumer := newClient(b, socket, nil), newClient(b, socket, nil)
	ctx := b.Context()
	feed, err := consumer.Watch(ctx, route)
	if err != nil {
		b.Fatal(err)
	}
	defer feed.Close()
	for {
		batch, err := feed.Next(ctx, 8192)
		if err != nil {
			b.Fatal(err)
		}
		if batch.Listed {
			break
		}
	}
	m.start()
	done := make(chan error, 1)
	go func() {
		for i := 0; i < len(w); i += 1024 {
			if err := producer.Write(ctx, w[i:min(len(w), i+1024)]); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for n := 0; n < len(w); {
		batch, err := feed.Next(ctx, 8192)
		if err != nil {
			b.Fatal(err)
		}
		n += len(batch.Changes)
	}
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}

// BenchmarkClients is the reason for package wire: what the same pipelines cost with a general client.
func BenchmarkClients(b *testing.B) {
	socket := dbtest.Redis(b)
	c := newClient(b, socket, nil)
	m := newMeter(b, socket)
	ctx := b.Context()
	w := routeWrites(&db.Schema{Database: db.State, Name: "ROUTES", Transport: db.Plain}, benchRows)
	keys := make([]string, len(w))
	for i := range w {
		keys[i] = w[i].Key
	}
	general := foreign(b, socket, db.State)
	for name, f := range map[string]func(i, n int) error{
		"wire/write": func(i, n int) error { return c.Write(ctx, w[i:n]) },
		"wire/read":  func(i, n int) error { _, err := c.Get(ctx, w[0].Table, keys[i:n]); return err },
		"general/write": func(i, n int) error {
			_, err := general.Pipelined(ctx, func(p goredis.Pipeliner) error {
				for _, r := range w[i:n] {
					args := make([]any, 0, 2*len(r.Fields))
					for _, f := range r.Fields {
						args = append(args, f.Name, f.Value)
					}
					p.HSet(ctx, "ROUTES|"+r.Key, args...)
				}
				return nil
			})
			return err
		},
		"general/read": func(i, n int) error {
			_, err := general.Pipelined(ctx, func(p goredis.Pipeliner) error {
				for _, k := range keys[i:n] {
					p.Do(ctx, "HGETALL", "ROUTES|"+k)
				}
				return nil
			})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			m.b = b
			for range b.N {
				m.start()
				for i := 0; i < len(w); i += 1024 {
					if err := f(i, min(len(w), i+1024)); err != nil {
						b.Fatal(err)
					}
				}
				m.stop(len(w))
			}
		})
	}
}

// BenchmarkRoundTrip is one command to a server and its answer back.
func BenchmarkRoundTrip(b *testing.B) {
	socket := dbtest.Redis(b)
	client, err := newClient(b, socket, nil).Inbox(b.Context(), db.Asic, "GETRESPONSE", "ASIC_STATE")
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	server, err := newClient(b, socket, nil).Inbox(b.Context(), db.Asic, "ASIC_STATE", "GETRESPONSE")
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for server.Wait(ctx) == nil {
			commands, err := server.Peek(ctx, 0, 16)
			if err != nil || len(commands) == 0 {
				continue
			}
			answers := make([]db.Command, len(commands))
			for i := range answers {
				answers[i] = db.Command{Key: "SAI_STATUS_SUCCESS", Op: "getresponse"}
			}
			if err := server.Commit(ctx, db.Commit{Taken: len(commands), Answers: answers}); err != nil && ctx.Err() == nil {
				b.Error(err)
			}
		}
	}()
	command := []db.Command{{Key: "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001", Op: "create", Value: []byte(`["SAI_VLAN_ATTR_VLAN_ID","2"]`)}}
	for b.Loop() {
		if err := client.Commit(b.Context(), db.Commit{Answers: command}); err != nil {
			b.Fatal(err)
		}
		if _, err := client.Take(b.Context(), 1); err != nil {
			b.Fatal(err)
		}
	}
	cancel()
	<-done
}
