package netsync

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/golden"
)

// run runs the translations over a store of rows and one of facts until nothing can progress.
func run(t *testing.T, store, facts *enginetest.Store) (settle, stop func()) {
	e := engine.New(engine.Config{Name: "netsync"})
	for id, s := range Sources() {
		if id == db.Local {
			e.Source(facts, engine.Urgent, s...)
		} else {
			e.Source(store, engine.Normal, s...)
		}
	}
	var rows []*db.Schema
	for _, s := range Published() {
		if s.Database == db.Local {
			e.Sink(facts, s)
		} else {
			rows = append(rows, s)
		}
	}
	e.Sink(store, rows...)
	Register(e)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	settle = func() {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			if store.Drained() && facts.Drained() {
				if err := e.Settle(ctx); err != nil {
					t.Fatal(err)
				}
				if store.Drained() && facts.Drained() {
					return
				}
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				t.Fatal("the feeds were not drained")
			}
		}
	}
	settle()
	return settle, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func write(t *testing.T, s *enginetest.Store, text string) {
	t.Helper()
	if err := s.Write(t.Context(), golden.Rows(t, text, Sources())); err != nil {
		t.Fatal(err)
	}
}

const configuration = `CONFIG_DB PORT|Ethernet0 lanes=0
CONFIG_DB PORT|Ethernet4 lanes=4
CONFIG_DB PORTCHANNEL|PortChannel1 admin_status=up
CONFIG_DB PORTCHANNEL_MEMBER|PortChannel1|Ethernet4`

const kernelsFacts = `LOCAL LINK|Ethernet0 ifindex=1 admin_status=up oper_status=up mtu=9100
LOCAL LINK|Ethernet4 ifindex=2 admin_status=up oper_status=up mtu=9100
LOCAL LINK|PortChannel1 ifindex=3 admin_status=up oper_status=up mtu=9100
LOCAL NEIGH|Ethernet0|10.0.0.1 mac=02:00:00:00:00:01 valid=true`

// TestRestart: a daemon that starts again in an unchanged world writes nothing, and leaves other daemons' rows alone.
func TestRestart(t *testing.T) {
	store, facts := enginetest.NewStore(), enginetest.NewStore()
	others := []db.Write{
		tables.ApplPort.Set("Ethernet0", tables.PortRow{Lanes: []uint32{0}, MTU: 9100}),
		tables.ApplPortConfigDone.Set(tables.PortConfigDone, tables.PortConfigDoneRow{Count: 2}),
		tables.StatePortAsic.Set("Ethernet0", tables.PortAsicStateRow{Speed: 40000}),
	}
	if err := store.Write(t.Context(), others); err != nil {
		t.Fatal(err)
	}
	write(t, store, configuration)
	write(t, facts, kernelsFacts)
	_, stop := run(t, store, facts)
	stop()
	before := store.Text()
	for _, row := range []string{"PORT_TABLE:PortInitDone lanes=0", "PORT_TABLE:Ethernet0 admin", "LAG_MEMBER_TABLE:PortChannel1:Ethernet4 status=enabled",
		"LAG_TABLE|PortChannel1 admin_status=up mtu=9100 oper_status=up", "NEIGH_TABLE:Ethernet0:10.0.0.1"} {
		if !strings.Contains(before, row) {
			t.Errorf("%s is missing in\n%s", row, before)
		}
	}
	store.Writes()
	facts = enginetest.NewStore() // the memory of the process
	write(t, facts, kernelsFacts)
	settle, stop := run(t, store, facts)
	defer stop()
	if w := store.Writes(); len(w) > 0 {
		t.Errorf("rows were written: %q", w)
	}

	// A link goes down: its LAG follows.
	write(t, facts, "LOCAL LINK|Ethernet4 ifindex=2 admin_status=up oper_status=down mtu=9100")
	settle()
	if text := store.Text(); !strings.Contains(text, "PortChannel1:Ethernet4 status=disabled") || !strings.Contains(text, "LAG_TABLE|PortChannel1 admin_status=up mtu=9100 oper_status=down") {
		t.Error(text)
	}
	// A netdev goes: so does what was said of it, and nothing else.
	if err := facts.Write(t.Context(), []db.Write{tables.FactLink.Del("Ethernet0")}); err != nil {
		t.Fatal(err)
	}
	settle()
	if text := store.Text(); strings.Contains(text, "netdev_oper_status=up") || strings.Contains(text, "NEIGH_TABLE") || !strings.Contains(text, "STATE_DB PORT_TABLE|Ethernet0 fec=N/A host_tx_ready") ||
		!strings.Contains(text, "PortInitDone") {
		t.Error(text)
	}
}
