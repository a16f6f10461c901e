package redis_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
	"github.com/hypersonic-nos/hypersonic/db/redis"
)

var (
	route = &db.Schema{Database: db.Appl, Name: "ROUTE_TABLE", Transport: db.StateTable}
	vlan  = &db.Schema{Database: db.Config, Name: "VLAN", Transport: db.Plain}
	stat  = &db.Schema{Database: db.State, Name: "PORT_TABLE", Transport: db.Plain}
	names = &db.Schema{Database: db.Counters, Name: "COUNTERS_PORT_NAME_MAP", Transport: db.Map}
)

func row(t *db.Schema, key, value string) db.Write {
	name := "f"
	if t.Transport == db.Map {
		name = ""
	}
	return db.Write{Table: t, Key: key, Fields: []db.Field{{Name: name, Value: value}}}
}

// reader follows a feed in a goroutine of its own, and tells what it knows after each listing and change.
type reader struct {
	t       *testing.T
	batches chan db.Batch
	rows    map[string]string
	listed  map[string]string
	lists   int
}

func follow(t *testing.T, c *redis.Client, tables ...*db.Schema) *reader {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	feed, err := c.Watch(ctx, tables...)
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{t: t, batches: make(chan db.Batch), rows: map[string]string{}, listed: map[string]string{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer feed.Close()
		for {
			b, err := feed.Next(ctx, 50)
			if err != nil {
				if ctx.Err() == nil {
					t.Error(err)
				}
				return
			}
			select {
			case r.batches <- b:
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return r
}

func (r *reader) take(b db.Batch) {
	if b.Listing {
		r.listed = map[string]string{}
	}
	for _, c := range b.Changes {
		key := c.Table.Name + "|" + c.Key
		if c.Gone {
			delete(r.rows, key)
			delete(r.listed, key)
			continue
		}
		r.rows[key], r.listed[key] = c.Fields[0].Value, c.Fields[0].Value
	}
	if b.Listed {
		r.rows = maps.Clone(r.listed)
		r.lists++
	}
}

// until takes batches until done is true of the reader.
func (r *reader) until(what string, done func() bool) {
	r.t.Helper()
	timeout := time.After(20 * time.Second)
	for !done() {
		select {
		case b := <-r.batches:
			r.take(b)
		case <-timeout:
			r.t.Fatalf("not in time: %s; rows %v, lists %d", what, r.rows, r.lists)
		}
	}
}

func (r *reader) untilRows(want map[string]string) {
	r.t.Helper()
	r.until(fmt.Sprint(want), func() bool { return cmp.Equal(r.rows, want) })
}

// silent checks that the reader is told nothing until the server has answered some commands of others.
func (r *reader) silent(c *redis.Client) {
	r.t.Helper()
	for i := range 50 {
		if _, err := c.Raw(db.Appl).Add(r.t.Context(), "NOTHING", int64(i)); err != nil {
			r.t.Fatal(err)
		}
		select {
		case b := <-r.batches:
			r.t.Fatalf("the reader is told %+v", b)
		default:
		}
	}
}

func mustWrite(t *testing.T, c *redis.Client, w ...db.Write) {
	t.Helper()
	if err := c.Write(t.Context(), w); err != nil {
		t.Fatal(err)
	}
}

func TestServerComesLate(t *testing.T) {
	s := dbtest.NewServer(t)
	s.Stop()
	c := newClient(t, s.Socket, nil)
	r := follow(t, c, route, vlan, names)
	if err := c.Write(t.Context(), []db.Write{row(vlan, "Vlan1", "x")}); err == nil {
		t.Error("a write to no server succeeds")
	}
	s.Start()
	r.until("a listing", func() bool { return r.lists == 1 })
	mustWrite(t, c, row(vlan, "Vlan1", "1"), row(route, "a", "2"), row(names, "Ethernet0", "3"))
	r.untilRows(map[string]string{"VLAN|Vlan1": "1", "ROUTE_TABLE|a": "2", "COUNTERS_PORT_NAME_MAP|Ethernet0": "3"})
	if n, _ := c.Lost(); n != 0 {
		t.Error("losses:", n)
	}
}

func TestRestartWithData(t *testing.T) {
	s := dbtest.NewServer(t)
	c := newClient(t, s.Socket, map[db.ID][]string{db.Appl: {"nobody"}})
	r := follow(t, c, route, vlan, names)
	mustWrite(t, c, row(vlan, "Vlan1", "1"), row(route, "a", "1"), row(names, "Ethernet0", "1"))
	want := map[string]string{"VLAN|Vlan1": "1", "ROUTE_TABLE|a": "1", "COUNTERS_PORT_NAME_MAP|Ethernet0": "1"}
	r.untilRows(want)
	s.Save()
	s.Stop()
	s.Start()
	r.until("another listing", func() bool { return r.lists == 2 })
	r.untilRows(want)
	mustWrite(t, c, row(vlan, "Vlan1", "2"), db.Write{Table: route, Key: "a", Delete: true}, row(names, "Ethernet0", "2"))
	r.untilRows(map[string]string{"VLAN|Vlan1": "2", "COUNTERS_PORT_NAME_MAP|Ethernet0": "2"})
	if n, _ := c.Lost(); n != 0 {
		t.Error("losses:", n)
	}
}

func TestRestartWithoutData(t *testing.T) {
	s := dbtest.NewServer(t)
	c := newClient(t, s.Socket, map[db.ID][]string{db.Appl: {"cfgmgr", "netsync"}})
	r := follow(t, c, route)
	own := follow(t, c, stat) // nobody to wait for
	mustWrite(t, c, row(route, "a", "1"), row(route, "b", "1"), row(stat, "x", "1"))
	r.untilRows(map[string]string{"ROUTE_TABLE|a": "1", "ROUTE_TABLE|b": "1"})
	own.untilRows(map[string]string{"PORT_TABLE|x": "1"})
	_, next := c.Lost()
	s.Stop()
	s.Start()
	<-next
	if n, again := c.Lost(); n != 1 || again == next {
		t.Error("losses:", n)
	}
	own.untilRows(map[string]string{})
	r.silent(c)
	mustWrite(t, c, row(route, "a", "1"))
	if err := c.Republished(t.Context(), "cfgmgr"); err != nil {
		t.Fatal(err)
	}
	r.silent(c)
	mustWrite(t, c, row(route, "c", "1"))
	if err := c.Republished(t.Context(), "netsync"); err != nil {
		t.Fatal(err)
	}
	r.until("another listing", func() bool { return r.lists == 2 })
	r.untilRows(map[string]string{"ROUTE_TABLE|a": "1", "ROUTE_TABLE|c": "1"})
}

func TestConfigIsLoadedAgain(t *testing.T) {
	s := dbtest.NewServer(t)
	c := newClient(t, s.Socket, nil)
	raw := c.Raw(db.Config)
	load := func(key string) {
		t.Helper()
		mustWrite(t, c, row(vlan, key, "1"))
		if err := raw.Set(t.Context(), "CONFIG_DB_INITIALIZED", "1"); err != nil {
			t.Fatal(err)
		}
	}
	r := follow(t, c, vlan)
	load("Vlan1")
	r.untilRows(map[string]string{"VLAN|Vlan1": "1"})
	_, next := c.Lost()
	s.Stop()
	s.Start()
	<-next
	r.silent(c)
	load("Vlan2")
	r.untilRows(map[string]string{"VLAN|Vlan2": "1"})
	// config reload: of a flush there are no events.
	if err := foreign(t, s.Socket, db.Config).FlushDB(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	load("Vlan3")
	r.untilRows(map[string]string{"VLAN|Vlan3": "1"})
}

// TestRestarts kills the server again and again while rows are written, with and without its data.
func TestRestarts(t *testing.T) {
	s := dbtest.NewServer(t)
	c := newClient(t, s.Socket, map[db.ID][]string{db.Appl: {"w"}})
	r := follow(t, c, route, names)
	rows := map[string]string{}
	publish := func(w ...db.Write) error { return c.Write(t.Context(), w) }
	all := func() (w []db.Write) {
		for k, v := range rows {
			w = append(w, row(route, k, v), row(names, k, v))
		}
		return w
	}
	losses := 0
	for round := range 6 {
		for i := range 200 {
			k := fmt.Sprint(i % 70)
			rows[k] = fmt.Sprint(round, i)
			if i == 100 {
				if round%2 == 0 {
					s.Save()
				}
				s.Stop()
				s.Start()
			}
			// A publisher repeats what failed, and everything after a loss.
			for publish(row(route, k, rows[k]), row(names, k, rows[k])) != nil {
			}
			if n, _ := c.Lost(); n != losses {
				losses = n
				for publish(all()...) != nil {
				}
				for c.Republished(t.Context(), "w") != nil {
				}
			}
		}
		want := map[string]string{}
		for k, v := range rows {
			want["ROUTE_TABLE|"+k], want["COUNTERS_PORT_NAME_MAP|"+k] = v, v
		}
		r.untilRows(want)
	}
	if losses < 1 {
		t.Error("no loss was noticed")
	}
}

func TestServerHangs(t *testing.T) {
	s := dbtest.NewServer(t)
	c := newClient(t, s.Socket, nil)
	mustWrite(t, c, row(vlan, "Vlan1", "1"))
	if err := syscall.Kill(s.Pid(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Kill(s.Pid(), syscall.SIGCONT) }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := c.Write(ctx, []db.Write{row(vlan, "Vlan2", "1")}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	feed, err := c.Watch(t.Context(), vlan)
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Close()
	if _, err := feed.Next(ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestSubscriptionComesBack(t *testing.T) {
	s := dbtest.NewServer(t)
	c := newClient(t, s.Socket, nil)
	sub, err := c.Subscribe(t.Context(), "NOTIFICATIONS")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	s.Stop()
	s.Start()
	done := make(chan error, 1)
	go func() {
		_, err := sub.Next(t.Context())
		done <- err
	}()
	dbtest.Until(t, "a notification arrives", func() bool {
		_ = c.Publish(t.Context(), db.Notification{Channel: "NOTIFICATIONS", Op: "a", Data: "b"})
		select {
		case err := <-done:
			return err == nil
		default:
			return false
		}
	})
}
