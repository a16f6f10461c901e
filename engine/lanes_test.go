package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// TestRestartLanes restarts an engine over and over whose tables are in three lanes: in whatever order their listings come, nothing is touched.
func TestRestartLanes(t *testing.T) {
	stores := map[engine.Lane]*enginetest.Store{engine.Urgent: enginetest.NewStore(), engine.Normal: enginetest.NewStore(), engine.Bulk: enginetest.NewStore()}
	for lane, rows := range map[engine.Lane][]db.Write{
		engine.Urgent: {tPort.Set("E0", portRow{MTU: 9100, Up: true}), tPort.Set("E1", portRow{MTU: 9100, Up: true})},
		engine.Normal: {vlan(1, "a"), vlan(2, "b"), member(1, "E0", "untagged"), member(2, "E1", "untagged"), hop("E0", "1", "x"), hop("E1", "1", "x")},
		engine.Bulk:   {route("v", "10/8", "E0@1", "E1@1"), route("v", "11/8", "E0@1"), dropRoute("v", "12/8")},
	} {
		if err := stores[lane].Write(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
	}
	out, target := enginetest.NewStore(), toyTarget()
	for n := range 500 {
		e := engine.New(engine.Config{Name: "toy"})
		e.Bind(target, allKinds...)
		e.Source(stores[engine.Urgent], engine.Urgent, tPort.Schema)
		e.Source(stores[engine.Normal], engine.Normal, tVlan.Schema, tMember.Schema, tMirror.Schema, tHop.Schema)
		e.Source(stores[engine.Bulk], engine.Bulk, tRoute.Schema)
		e.Sink(out, allSinks...)
		generic(e)
		ctx, cancel := context.WithCancel(t.Context())
		var g errgroup.Group
		g.Go(func() error { return e.Run(ctx) })
		if err := e.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		log, writes := target.Log(), out.Writes()
		if n > 0 && len(log)+len(writes) > 0 {
			t.Fatalf("restart %d:\n%s\n%s", n, strings.Join(log, "\n"), strings.Join(writes, "\n"))
		}
	}
}

// TestRowsPassSlices has rows of a higher lane come while all slices that may be under way are, and none is answered.
func TestRowsPassSlices(t *testing.T) {
	bulk, normal := enginetest.NewStore(), enginetest.NewStore()
	var routes []db.Write
	for i := range 10 {
		routes = append(routes, dropRoute("v", fmt.Sprint(10+i, "/8")))
	}
	if err := bulk.Write(t.Context(), routes); err != nil {
		t.Fatal(err)
	}
	target := enginetest.NewPipeline(toyTarget())
	target.Held, target.Submitted = true, make(chan struct{}, 100)
	applied := make(chan struct{}, 1)
	target.Fail = func(k *engine.Kind, _ engine.Op) error { // it is asked before each operation
		if k == kindHop {
			applied <- struct{}{}
		}
		return nil
	}
	e := engine.New(engine.Config{Name: "toy", MaxOps: 1})
	e.Bind(target, allKinds...)
	e.Source(bulk, engine.Bulk, tRoute.Schema)
	e.Source(normal, engine.Normal, tHop.Schema)
	engine.On(e, tHop, func(tx *engine.Tx, id hopID, r hopRow) error {
		engine.Want(tx, hopKey{id.Port, id.IP}, engine.Attr[hopKey]{ID: 1, Value: r.MAC})
		return nil
	})
	registerDense(e, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var g errgroup.Group
	g.Go(func() error { return e.Run(ctx) })
	const underWay = 4
	for range underWay {
		<-target.Submitted
	}
	if err := normal.Write(ctx, []db.Write{hop("E0", "1", "x")}); err != nil {
		t.Fatal(err)
	}
	<-applied
	for range routes {
		target.Answer()
	}
	if err := e.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}
