package netsync

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// counted counts how often each neighbour is asked for, and how many at once.
type counted struct {
	asked map[linux.NeighKey]int
	most  int
}

func (c *counted) Resolve(keys []linux.NeighKey) []error {
	for _, k := range keys {
		c.asked[k]++
	}
	c.most = max(c.most, len(keys))
	return make([]error, len(keys))
}

// TestRefresh has every neighbour that is known asked once in 300 s, and a few at a time.
func TestRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		facts := mem.New().Client()
		mac := tables.MAC{2, 0, 0, 0, 0, 1}
		key := func(i int) tables.NeighKey {
			return tables.NeighKey{Interface: "Vlan10", IP: netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})}
		}
		const many = 1000
		var writes []db.Write
		for i := range many {
			writes = append(writes, tables.FactNeigh.Set(key(i), tables.NeighFact{MAC: &mac, Valid: true}))
		}
		others := map[tables.NeighKey]tables.NeighFact{
			key(many):                          {MAC: &mac},                              // not resolved
			key(many + 1):                      {MAC: &mac, Valid: true, NoARP: true},    // needs no resolution
			{Interface: "eth0", IP: key(1).IP}: {MAC: &mac, Valid: true},                 // not of the switch
			key(many + 2):                      {MAC: &mac, Valid: true, External: true}, // somebody else looks after it
		}
		for k, f := range others {
			writes = append(writes, tables.FactNeigh.Set(k, f))
		}
		if err := facts.Write(t.Context(), writes); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		kernel := &counted{asked: map[linux.NeighKey]int{}}
		ended := make(chan error, 1)
		go func() { ended <- refresh(ctx, facts, kernel, slog.New(slog.DiscardHandler)) }()
		pass := func(d time.Duration) { <-time.After(d); synctest.Wait() }

		pass(300*time.Second + time.Millisecond)
		for i := range many {
			if n := kernel.asked[linkKey(key(i))]; n != 1 {
				t.Fatalf("%v was asked for %d times", key(i), n)
			}
		}
		if len(kernel.asked) != many {
			t.Errorf("asked for %d", len(kernel.asked))
		}
		if kernel.most > 4 {
			t.Errorf("asked for %d at once", kernel.most)
		}
		if err := facts.Write(t.Context(), []db.Write{tables.FactNeigh.Del(key(1)), tables.FactNeigh.Set(key(2), tables.NeighFact{MAC: &mac})}); err != nil {
			t.Fatal(err)
		}
		pass(300 * time.Second)
		for i, want := range map[int]int{0: 2, 1: 1, 2: 1, 3: 2} {
			if n := kernel.asked[linkKey(key(i))]; n != want {
				t.Errorf("%v was asked for %d times, not %d", key(i), n, want)
			}
		}
		cancel()
		<-ended
	})
}
