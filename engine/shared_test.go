package engine_test

import (
	"context"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// TestSharedTable starts an engine on a table in which somebody else has a row with a field of the same name, and a row of its own that nobody wants.
func TestSharedTable(t *testing.T) {
	type row struct {
		Lanes string `db:"lanes"`
	}
	for _, transport := range []db.Transport{db.Plain, db.StateTable} {
		table := db.Define[string, row](db.Appl, "PORT_TABLE", db.WithTransport(transport))
		s := enginetest.NewStore()
		theirs := table.Set("theirs", row{"1,2"})
		if err := s.Write(context.Background(), []db.Write{theirs, table.Set("ours", row{"3"}), table.Set("left", row{"3"})}); err != nil {
			t.Fatal(err)
		}
		e := engine.New(engine.Config{Name: "test"})
		e.Sink(s, table.Schema)
		e.Owns(table.Schema, func(key string) bool { return key != "theirs" })
		engine.Always(e, "ours", func(tx *engine.Tx) error {
			engine.Publish(tx, table, "ours", row{"4"})
			return nil
		})
		ctx, cancel := context.WithCancel(context.Background())
		var g errgroup.Group
		g.Go(func() error { return e.Run(ctx) })
		if err := e.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		if got, want := s.Text(), "APPL_DB PORT_TABLE:ours lanes=4\nAPPL_DB PORT_TABLE:theirs lanes=1,2\n"; got != want {
			t.Errorf("transport %d: got\n%swant\n%s", transport, got, want)
		}
	}
}

// TestReplacedRow has the owner of a row of a state table replace it, and with it a field that the engine has written there.
func TestReplacedRow(t *testing.T) {
	type row struct {
		Lanes string `db:"lanes"`
	}
	type oper struct {
		Status string `db:"oper_status"`
	}
	owned := db.Define[string, row](db.Appl, "PORT_TABLE")
	beside := db.Define[string, oper](db.Appl, "PORT_TABLE", db.WithTransport(db.Plain))
	s := enginetest.NewStore()
	ctx, cancel := context.WithCancel(context.Background())
	if err := s.Write(ctx, []db.Write{owned.Set("a", row{"1"})}); err != nil {
		t.Fatal(err)
	}
	e := engine.New(engine.Config{Name: "test"})
	e.Source(s, engine.Normal, owned.Schema)
	e.Sink(s)
	engine.On(e, owned, func(tx *engine.Tx, k string, _ row) error {
		engine.Publish(tx, beside, k, oper{"up"})
		return nil
	})
	var g errgroup.Group
	g.Go(func() error { return e.Run(ctx) })
	await := func(want string) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); s.Text() != want; <-time.After(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("got\n%swant\n%s", s.Text(), want)
			}
		}
	}
	await("APPL_DB PORT_TABLE:a lanes=1 oper_status=up\n")
	for _, lanes := range []string{"2", "3"} {
		if err := s.Write(ctx, []db.Write{owned.Replace("a", row{lanes})}); err != nil {
			t.Fatal(err)
		}
		await("APPL_DB PORT_TABLE:a lanes=" + lanes + " oper_status=up\n")
	}
	if err := s.Write(ctx, []db.Write{owned.Del("a")}); err != nil {
		t.Fatal(err)
	}
	await("")
	cancel()
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}
