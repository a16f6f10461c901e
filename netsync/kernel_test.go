package netsync

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// TestKernelFacts follows a real kernel.
func TestKernelFacts(t *testing.T) {
	netns.Require(t)
	a, b := netns.New(t), netns.New(t)
	netns.Veth(t, a, "Ethernet0", b, "peer")
	store := enginetest.NewStore()
	var f *Facts
	err := a.Do(func() error {
		links, err := kernel.WatchLinks()
		if err != nil {
			return err
		}
		t.Cleanup(func() { links.Close() })
		neighbors, err := kernel.WatchNeighbors()
		if err != nil {
			return err
		}
		t.Cleanup(func() { neighbors.Close() })
		f = NewFacts(store, links, neighbors)
		return f.Load(t.Context())
	})
	if err != nil {
		t.Fatal(err)
	}
	if text := store.Text(); !strings.Contains(text, "LINK|Ethernet0 admin_status=up") || !strings.Contains(text, "FEATURE|vrf present=") {
		t.Error(text)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	b.Down(t, "peer")
	a.Addr(t, "Ethernet0", "10.0.0.1/24")
	a.Run(t, exec.Command("ip", "neigh", "add", "10.0.0.2", "lladdr", "02:00:00:00:00:02", "dev", "Ethernet0"))
	tick, deadline := time.NewTicker(5*time.Millisecond), time.After(10*time.Second)
	defer tick.Stop()
	for {
		text := store.Text()
		if strings.Contains(text, "LINK|Ethernet0 admin_status=up ifindex=2 kind=veth") && strings.Contains(text, "oper_status=down") && strings.Contains(text, "NEIGH|Ethernet0|10.0.0.2 mac=02:00:00:00:00:02 valid=true") {
			break
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal(text)
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
