package hostif

import (
	"context"
	"errors"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

func TestHotPlug(t *testing.T) {
	sw := netns.New(t)
	h := open(t, sw)
	if err := wireUp(h); err != nil { // a port without a front panel
		t.Fatal(err)
	}
	address(t, sw)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	states := make(chan FrontState, 100)
	var g errgroup.Group
	g.Go(func() error {
		return h.Run(ctx, func(list []FrontState) {
			for _, s := range list {
				states <- s
			}
		})
	})
	until := func(want FrontState) {
		t.Helper()
		for {
			select {
			case s := <-states:
				if s == want {
					return
				}
			case <-ctx.Done():
				t.Fatalf("no %+v", want)
			}
		}
	}
	host := netns.New(t)
	for range 2 { // unplugged and plugged in again, it is another netdev with the same name
		netns.Veth(t, host, "eth0", sw, "eth1")
		host.Addr(t, "eth0", "10.0.0.2/24")
		host.Addr(t, "eth0", "2001:db8::2/64")
		until(FrontState{Name: "eth1", Present: true, Up: true})
		ping(t, host)
		host.Down(t, "eth0")
		until(FrontState{Name: "eth1", Present: true})
		if err := host.Handle.LinkDel(host.Link(t, "eth0")); err != nil {
			t.Fatal(err)
		}
		until(FrontState{Name: "eth1"})
	}
	cancel()
	if err := g.Wait(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestClaim(t *testing.T) {
	host, sw := netns.New(t), netns.New(t)
	netns.Veth(t, host, "eth0", sw, "Ethernet0")
	host.Addr(t, "eth0", "10.0.0.2/24")
	host.Addr(t, "eth0", "2001:db8::2/64")
	h := open(t, sw)
	if err := h.Create([]Netdev{{Name: "Ethernet0", MAC: mac, MTU: 9100}, {Name: "eth7", MTU: 9100}}); err[0] == nil || err[1] == nil {
		t.Error("a foreign device was taken for a host interface", err)
	}
	for range 2 {
		if err := errors.Join(h.Claim([]Wire{eth0, {Front: "eth2", Netdev: "Ethernet4"}})...); err != nil {
			t.Fatal(err)
		}
		if err := wireUp(h); err != nil {
			t.Fatal(err)
		}
	}
	address(t, sw)
	ping(t, host)
}
