package netsync

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// flakyStore refuses the first writes, and hears when all are written.
type flakyStore struct {
	db.Store
	mu   sync.Mutex // the writer counts, the test sets
	fail int
	told chan string
}

func (s *flakyStore) Republished(_ context.Context, publisher string) error {
	s.told <- publisher
	return nil
}

func (s *flakyStore) Write(ctx context.Context, w []db.Write) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail > 0 {
		s.fail--
		return errors.New("away")
	}
	return s.Store.Write(ctx, w)
}

// serveRoutes runs Routes on a port of its own.
func serveRoutes(t *testing.T, o RouteOptions) (zebra func() net.Conn, stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	server, err := fpm.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Server = server
	ended := make(chan error, 1)
	r := NewRoutes(o)
	go func() { ended <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return func() net.Conn {
		c, err := net.Dial("tcp", server.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}, stop
}

func frame(t *testing.T, ms ...fpm.Message) (out []byte) {
	for _, m := range ms {
		var err error
		if out, err = fpm.AppendRoute(out, &m.Route); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func send(t *testing.T, c net.Conn, ms ...fpm.Message) {
	t.Helper()
	if _, err := c.Write(frame(t, ms...)); err != nil {
		t.Fatal(err)
	}
}

// consumer reads ROUTE_TABLE as orchagent would.
type consumer struct {
	t    *testing.T
	feed db.Feed
	rows map[string]tables.RouteRow
}

func newConsumer(t *testing.T, s db.Store) *consumer {
	f, err := s.Watch(t.Context(), tables.ApplRoute.Schema)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &consumer{t, f, map[string]tables.RouteRow{}}
}

// until reads on until the routes are as wanted.
func (c *consumer) until(ok func(rows map[string]tables.RouteRow) bool) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 40*time.Second)
	defer cancel()
	for !ok(c.rows) {
		b, err := c.feed.Next(ctx, 0)
		if err != nil {
			c.t.Fatalf("%v; there are %v", err, c.rows)
		}
		for _, ch := range b.Changes {
			if ch.Gone {
				delete(c.rows, ch.Key)
				continue
			}
			_, row, err := tables.ApplRoute.Decode(ch.Key, ch.Fields)
			if err != nil {
				c.t.Fatal(err)
			}
			c.rows[ch.Key] = cloneRow(row)
		}
	}
}

func TestRunRoutes(t *testing.T) {
	server, facts := mem.New(), mem.New()
	store := &flakyStore{Store: server.Client(), fail: 3, told: make(chan string, 8)}
	factStore := facts.Client()
	if err := factStore.Write(t.Context(), []db.Write{tables.FactLink.Set("Ethernet0", tables.LinkFact{Index: 10})}); err != nil {
		t.Fatal(err)
	}
	o := RouteOptions{Store: store, Facts: factStore, Ack: true, Quiet: 50 * time.Millisecond, Hold: 100 * time.Millisecond}
	zebra, stop := serveRoutes(t, o)
	c := zebra()
	send(t, c, add("10.1.0.0/16", hop("10.0.0.1", 10)), add("10.2.0.0/16", hop("10.0.0.1", 11)), add("10.3.0.1/32", hop("10.0.0.1", 10)))
	routes := newConsumer(t, server.Client())
	routes.until(func(rows map[string]tables.RouteRow) bool { return len(rows) == 2 })
	if row := routes.rows["10.3.0.1"]; row != (tables.RouteRow{Protocol: "bgp", Nexthop: "10.0.0.1", Ifname: "Ethernet0", Weight: "1"}) {
		t.Errorf("%+v", row)
	}
	// Acknowledged are those that have been written.
	acks := make([]string, 2)
	for i, d := 0, fpm.NewReader(c); i < 2; i++ {
		var m fpm.Message
		if err := d.Next(&m); err != nil {
			t.Fatal(err)
		}
		acks[i] = m.Route.Dst.String()
		if m.Route.Offload != fpm.Offloaded {
			t.Errorf("%+v", m.Route)
		}
	}
	if slices.Sort(acks); !slices.Equal(acks, []string{"10.1.0.0/16", "10.3.0.1/32"}) {
		t.Errorf("acknowledged %v", acks)
	}
	if err := factStore.Write(t.Context(), []db.Write{tables.FactLink.Set("Ethernet4", tables.LinkFact{Index: 11})}); err != nil {
		t.Fatal(err)
	}
	routes.until(func(rows map[string]tables.RouteRow) bool { return rows["10.2.0.0/16"].Ifname == "Ethernet4" })

	if name := <-store.told; name != RoutePublisher {
		t.Error(name)
	}
	// Another netsync: the route that zebra does not announce any more goes.
	stop()
	if _, err := io.ReadAll(c); err != nil {
		t.Logf("zebra's end: %v", err)
	}
	zebra, _ = serveRoutes(t, o)
	c = zebra()
	send(t, c, add("10.1.0.0/16", hop("10.0.0.1", 10)), add("10.3.0.1/32", hop("10.0.0.1", 10)))
	routes.until(func(rows map[string]tables.RouteRow) bool { _, there := rows["10.2.0.0/16"]; return !there })
	if len(routes.rows) != 2 {
		t.Errorf("%v", routes.rows)
	}
}

func TestRunSuppressed(t *testing.T) {
	server := mem.New()
	store, factStore := server.Client(), mem.New().Client()
	on := tables.Enabled(true)
	rows := []db.Write{tables.ConfigDeviceMetadata.Set(tables.Localhost, tables.DeviceMetadataRow{SuppressFIBPending: &on})}
	if err := store.Write(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	if err := factStore.Write(t.Context(), []db.Write{tables.FactLink.Set("Ethernet0", tables.LinkFact{Index: 10})}); err != nil {
		t.Fatal(err)
	}
	zebra, _ := serveRoutes(t, RouteOptions{Store: store, Facts: factStore, Ack: true})
	c := zebra()
	send(t, c, add("10.1.0.0/16", hop("10.0.0.1", 10)))
	routes := newConsumer(t, server.Client())
	routes.until(func(rows map[string]tables.RouteRow) bool { return len(rows) == 1 })
	if err := store.Publish(t.Context(), answer("10.1.0.0/16", responseSuccess)); err != nil {
		t.Fatal(err)
	}
	var m fpm.Message
	if err := fpm.NewReader(c).Next(&m); err != nil || m.Route.Dst != netip.MustParsePrefix("10.1.0.0/16") || m.Route.Offload != fpm.Offloaded {
		t.Errorf("%+v, %v", m, err)
	}
}
