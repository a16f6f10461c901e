package main

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

// carrier is the kernel's word that a wire went or came.
type carrier struct {
	name string
	up   bool
	at   time.Time
}

// carriers are heard of on the channel until the trial ends. The kernel holds back news of wires that went, and gives them once a second when there
// are many on the machine (linkwatch), which is none of the switch's doing: times count from here.
func (n *nos) carriers() (<-chan carrier, error) {
	updates, done := make(chan netlink.LinkUpdate, 64), make(chan struct{})
	near := netns.NsHandle(n.near.Fd())
	if err := netlink.LinkSubscribeWithOptions(updates, done, netlink.LinkSubscribeOptions{Namespace: &near}); err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	n.trial.Cleanup(func() { close(done) })
	out := make(chan carrier, 1024)
	n.writers.Go(func() error {
		for u := range updates {
			select {
			case out <- carrier{u.Attrs().Name, u.IfInfomsg.Flags&unix.IFF_LOWER_UP != 0, time.Now()}:
			default: // nobody has read for a thousand changes
			}
		}
		return nil
	})
	return out, nil
}

// lost is when the kernel told that a wire went.
func (n *nos) lost(from <-chan carrier, name string) (time.Time, error) {
	for {
		select {
		case c := <-from:
			if c.name == name && !c.up {
				return c.at, nil
			}
		case <-time.After(patience):
			return time.Time{}, errors.New("the kernel does not tell of the wire")
		case <-n.ctx.Done():
			return time.Time{}, n.ctx.Err()
		}
	}
}

// flapper takes wires away and gives them back.
type flapper struct {
	n       *nos
	members *redis.PubSub
	links   <-chan carrier
}

func (n *nos) flapper() (*flapper, error) {
	links, err := n.carriers()
	if err != nil {
		return nil, err
	}
	members, err := n.watch("SAI_OBJECT_TYPE_NEXT_HOP_GROUP_MEMBER")
	if err != nil {
		return nil, err
	}
	n.trial.Cleanup(func() { _ = members.Close() })
	return &flapper{n, members, links}, nil
}

// flapEvery is the time between two changes, which the kernel would delay otherwise.
const flapEvery = 1200 * time.Millisecond

// down takes the wire of a port away, and gives it back in the end. It tells how long the kernel took to tell, and from then on how long it took until
// all members over the port had left their groups.
func (f *flapper) down(i int) (kernel, repair time.Duration, err error) {
	n, port := f.n, f.n.ports[i%len(f.n.ports)]
	far := fmt.Sprintf("far%d", i%len(n.ports))
	began := time.Now()
	n.far.Down(n.trial, far)
	if err := n.next(f.members, f.all("del")); err != nil {
		return 0, 0, fmt.Errorf("port down: %w", err)
	}
	gone := time.Now()
	told, err := n.lost(f.links, port.front)
	if err != nil {
		return 0, 0, err
	}
	if err := n.pause(flapEvery); err != nil {
		return 0, 0, err
	}
	n.far.Up(n.trial, far)
	if err := n.next(f.members, f.all("hset")); err != nil {
		return 0, 0, fmt.Errorf("port up: %w", err)
	}
	return told.Sub(began), max(gone.Sub(told), 0), n.pause(flapEvery)
}

// all counts the members over one port.
func (f *flapper) all(event string) func(key, event string) bool {
	missing := groups * int(ecmp) / len(f.n.ports)
	return func(_, e string) bool {
		if e == event {
			missing--
		}
		return missing == 0
	}
}

// portDown measures the repair of groups when a port goes down, with routes behind them and nothing else to do.
func portDown(n *nos, count, flaps int) ([]figure, error) {
	f, _, err := n.loaded(count)
	if err != nil {
		return nil, err
	}
	var told, repaired []time.Duration
	for i := range flaps {
		kernel, repair, err := f.down(i)
		if err != nil {
			return nil, err
		}
		told, repaired = append(told, kernel), append(repaired, repair)
	}
	median, longest := times(repaired)
	kernel, _ := times(told)
	return []figure{{what: fmt.Sprintf("port down, %d routes behind, idle: its %d members gone from ASIC_DB", count, groups*int(ecmp)/len(n.ports)), sonic: "5 - 7 ms",
		value: median, unit: "ms", digits: 2, detail: fmt.Sprintf("longest %.2f of %d; the kernel told after %.2f", longest, flaps, kernel), budget: 3, atMost: true}}, nil
}

// portDownLoading measures the same while all routes change over and over.
func portDownLoading(n *nos, count, flaps int) ([]figure, error) {
	f, c, err := n.loaded(count)
	if err != nil {
		return nil, err
	}
	stop := make(chan struct{})
	var g errgroup.Group
	g.Go(func() error { return n.churn(c, count, stop) })
	var repaired []time.Duration
	for i := range flaps {
		var repair time.Duration
		if _, repair, err = f.down(i); err != nil {
			break
		}
		repaired = append(repaired, repair)
	}
	close(stop)
	if err := errors.Join(err, g.Wait()); err != nil {
		return nil, err
	}
	median, longest := times(repaired)
	return []figure{{what: fmt.Sprintf("port down while %d routes change over and over: its members gone from ASIC_DB", count), sonic: "seconds (published)", value: longest,
		unit: "ms", digits: 1, detail: fmt.Sprintf("the longest of %d; median %.1f", len(repaired), median), budget: 20, atMost: true}}, nil
}

// loaded announces routes and prepares for flaps.
func (n *nos) loaded(count int) (*flapper, net.Conn, error) {
	c, err := n.zebra()
	if err != nil {
		return nil, nil, err
	}
	if _, _, err := n.announce(c, count, ecmp); err != nil {
		return nil, nil, err
	}
	f, err := n.flapper()
	return f, c, err
}
