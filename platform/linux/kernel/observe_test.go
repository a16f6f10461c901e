package kernel

import (
	"context"
	"net/netip"
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
)

// next reads the observer until it told as many facts as wanted.
func next(t *testing.T, events <-chan []engine.Actual, want ...string) {
	t.Helper()
	slices.Sort(want)
	var got []string
	for len(got) < len(want) {
		batch, ok := <-events
		if !ok {
			t.Fatalf("the events ended after %v", got)
		}
		for _, a := range batch {
			text := a.Key.String()
			if a.Gone {
				text = "-" + text
			}
			got = append(got, text)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Fatalf("observed %v, want %v", got, want)
	}
}

func TestObserve(t *testing.T) {
	r := newRig(t)
	r.port("Ethernet0")
	r.port("Ethernet8")
	r.adopted()
	r.ip("link", "del", "Ethernet8") // between adoption and observation
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := r.Observe(ctx)
	next(t, events, "-LINK:Ethernet8")
	r.port("Ethernet4")
	next(t, events, "LINK:Ethernet4")

	addr := linux.AddrKey{Link: vlan10, Prefix: netip.MustParsePrefix("10.0.0.1/24")}
	neigh := linux.NeighKey{Link: vlan10, IP: netip.MustParseAddr("10.0.0.9")}
	make := func() {
		r.must(engine.Create, vlan10, attrs(linux.LinkHost(linux.HostVlan), linux.LinkAdmin(true))...)
		r.must(engine.Create, addr)
		r.must(engine.Create, neigh, attrs(linux.NeighMAC([6]byte{2, 0, 0, 0, 0, 9}))...)
	}
	// What the target does by itself is no event.
	make()
	r.must(engine.Remove, neigh)
	r.must(engine.Remove, addr)
	r.must(engine.Remove, vlan10)
	make()
	r.ip("link", "del", "Ethernet0")
	next(t, events, "-LINK:Ethernet0")
	// What others do is.
	r.ip("addr", "del", "10.0.0.1/24", "dev", "Vlan10")
	next(t, events, "-ADDRESS:Vlan10:10.0.0.1/24", "-NEIGHBOR:Vlan10:10.0.0.9") // the last address takes the neighbours with it
	r.must(engine.Create, addr)
	r.must(engine.Create, neigh, attrs(linux.NeighMAC([6]byte{2, 0, 0, 0, 0, 9}))...)
	r.ip("link", "set", "Vlan10", "down") // the kernel forgets the neighbours of a link that goes down
	next(t, events, "-NEIGHBOR:Vlan10:10.0.0.9")
	r.must(engine.Create, neigh, attrs(linux.NeighMAC([6]byte{2, 0, 0, 0, 0, 9}))...)
	r.ip("link", "del", "in-Vlan10")
	next(t, events, "-NEIGHBOR:Vlan10:10.0.0.9", "-ADDRESS:Vlan10:10.0.0.1/24", "-LINK:Vlan10")
	cancel()
	for range events {
	}
}
