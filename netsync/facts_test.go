package netsync

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
	"github.com/hypersonic-nos/hypersonic/tables"
)

var errEnd = errors.New("end")

// links and neighbors play batches.
type links []kernel.LinkBatch

func (l *links) Next(context.Context) (kernel.LinkBatch, error) {
	if len(*l) == 0 {
		return kernel.LinkBatch{}, errEnd
	}
	b := (*l)[0]
	*l = (*l)[1:]
	return b, nil
}

type neighbors []kernel.NeighBatch

func (n *neighbors) Next(context.Context) (kernel.NeighBatch, error) {
	if len(*n) == 0 {
		return kernel.NeighBatch{}, errEnd
	}
	b := (*n)[0]
	*n = (*n)[1:]
	return b, nil
}

func TestFacts(t *testing.T) {
	link := func(name string, index int32, up bool) kernel.LinkChange {
		return kernel.LinkChange{Link: netdev.Link{Name: name, Index: index, Admin: true, LowerUp: up, MTU: 1500}}
	}
	gone := link("Ethernet4", 2, false)
	gone.Gone = true
	neigh := func(ip string, s kernel.NeighState, flags uint8) kernel.NeighChange {
		return kernel.NeighChange{Neighbor: kernel.Neighbor{Link: "Ethernet0", IP: netip.MustParseAddr(ip), MAC: linux.MAC{2}, State: s, Flags: flags}}
	}
	neighGone := neigh("10.0.0.2", 0, 0)
	neighGone.Gone = true
	store := enginetest.NewStore()
	f := NewFacts(store,
		&links{
			{Listing: true, Links: []kernel.LinkChange{link("Ethernet0", 1, false), link("Ethernet4", 2, false)}},
			{Links: []kernel.LinkChange{link("Ethernet0", 1, true), gone}},
			{Links: []kernel.LinkChange{link("Ethernet0", 1, true)}}, // nothing new
			{Listing: true, Links: []kernel.LinkChange{link("Ethernet8", 3, true)}},
		},
		&neighbors{
			{Listing: true, Neighbors: []kernel.NeighChange{neigh("10.0.0.1", kernel.Reachable, 0), neigh("10.0.0.2", kernel.Incomplete, 0)}},
			{Neighbors: []kernel.NeighChange{neigh("10.0.0.1", kernel.Stale, 0), neighGone, neigh("10.0.0.3", kernel.NoARP, kernel.ExtLearned)}},
			{Listing: true, Neighbors: []kernel.NeighChange{neigh("10.0.0.1", kernel.Failed, 0)}},
		})
	if err := f.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	writes := store.Writes()
	for _, next := range []func(context.Context) error{f.nextLinks, f.nextLinks, f.nextLinks, f.nextNeigh, f.nextNeigh} {
		if err := next(t.Context()); err != nil {
			t.Fatal(err)
		}
		w := store.Writes()
		slices.Sort(w)
		writes = append(writes, "--")
		writes = append(writes, w...)
	}
	const mac0, mac2 = "mac=00:00:00:00:00:00", "mac=02:00:00:00:00:00"
	want := []string{
		"replace LOCAL LINK|Ethernet0 ifindex=1 admin_status=up oper_status=down mtu=1500 " + mac0,
		"replace LOCAL LINK|Ethernet4 ifindex=2 admin_status=up oper_status=down mtu=1500 " + mac0,
		"replace LOCAL NEIGH|Ethernet0|10.0.0.1 " + mac2 + " valid=true",
		"replace LOCAL NEIGH|Ethernet0|10.0.0.2 " + mac2 + " valid=false",
		"--",
		"delete LOCAL LINK|Ethernet4",
		"replace LOCAL LINK|Ethernet0 ifindex=1 admin_status=up oper_status=up mtu=1500 " + mac0,
		"--",
		"--",
		"delete LOCAL LINK|Ethernet0",
		"replace LOCAL LINK|Ethernet8 ifindex=3 admin_status=up oper_status=up mtu=1500 " + mac0,
		"--",
		"delete LOCAL NEIGH|Ethernet0|10.0.0.2",
		"replace LOCAL NEIGH|Ethernet0|10.0.0.3 " + mac2 + " valid=true noarp=true external=true",
		"--",
		"delete LOCAL NEIGH|Ethernet0|10.0.0.3",
		"replace LOCAL NEIGH|Ethernet0|10.0.0.1 " + mac2 + " valid=false",
	}
	if diff := cmp.Diff(want, writes); diff != "" {
		t.Error(diff)
	}
	if err := f.Run(t.Context()); !errors.Is(err, errEnd) {
		t.Error(err)
	}
}

// asked records what the kernel is asked for.
type asked chan []linux.NeighKey

func (a asked) Resolve(keys []linux.NeighKey) []error {
	a <- keys
	return make([]error, len(keys))
}

func TestResolve(t *testing.T) {
	store, facts := mem.New().Client(), mem.New().Client()
	ctx, cancel := context.WithCancel(t.Context())
	kernel := make(asked)
	ended := make(chan error, 1)
	var log strings.Builder
	go func() { ended <- Resolve(ctx, store, facts, kernel, slog.New(slog.NewTextHandler(&log, nil))) }()
	k := tables.NeighKey{Interface: "Vlan10", IP: netip.MustParseAddr("2001:db8::1")}
	bad := tables.NeighKey{Interface: "eth0", IP: netip.MustParseAddr("10.0.0.1")}
	if err := store.Write(t.Context(), []db.Write{tables.ApplNeighResolve.Set(k, tables.NeighResolveRow{}), tables.ApplNeighResolve.Set(bad, tables.NeighResolveRow{})}); err != nil {
		t.Fatal(err)
	}
	if got := <-kernel; !slices.Equal(got, []linux.NeighKey{linkKey(k)}) {
		t.Errorf("asked for %v", got)
	}
	if err := facts.Write(t.Context(), []db.Write{tables.FactNeighResolve.Set(k, tables.NeighResolveRow{})}); err != nil {
		t.Fatal(err)
	}
	if got := <-kernel; !slices.Equal(got, []linux.NeighKey{linkKey(k)}) {
		t.Errorf("asked for %v", got)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "names no interface of the switch") {
		t.Errorf("log: %s", log.String())
	}
}

func TestResolveAgain(t *testing.T) {
	kernel := make(asked, 8)
	r := resolver{table: tables.ApplNeighResolve, kernel: kernel, log: slog.New(slog.DiscardHandler), wanted: map[tables.NeighKey]bool{}}
	change := func(key string, gone bool) db.Change {
		return db.Change{Table: tables.ApplNeighResolve.Schema, Key: key, Gone: gone}
	}
	r.take(db.Batch{Listing: true, Listed: true, Changes: []db.Change{change("Vlan10:10.0.0.1", false), change("Vlan10:10.0.0.2", false), change("nonsense", false)}})
	r.take(db.Batch{Changes: []db.Change{change("Vlan10:10.0.0.2", true)}})
	r.all()
	if got := len(<-kernel); got != 2 {
		t.Errorf("asked for %d", got)
	}
	if got := <-kernel; len(got) != 1 || got[0].IP != netip.MustParseAddr("10.0.0.1") {
		t.Errorf("asked again for %v", got)
	}
	if len(kernel) > 0 {
		t.Errorf("asked for %v", <-kernel)
	}
}
