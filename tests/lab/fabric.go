package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/tests/labs"
)

// check has every host ping every other one, shows how traffic is spread, and cuts a link.
func (l *lab) check(ctx context.Context, quick bool) error {
	if err := l.allPing(ctx); err != nil {
		return err
	}
	up := l.uplinks()
	if len(up) < 2 {
		return nil
	}
	if err := l.spread(ctx, up); err != nil || quick {
		return err
	}
	return l.cut(ctx, up)
}

// uplink is a link between switches: an interface of the switch at which the first host is, and where it leads.
type uplink struct{ near, far labs.End }

func (u uplink) String() string { return fmt.Sprintf("%s - %s", u.near, u.far) }

// uplinks are those of the switch at which the first host is.
func (l *lab) uplinks() (list []uplink) {
	hosts := l.hosts()
	if len(hosts) < 2 {
		return nil
	}
	edge := ""
	for _, k := range l.topology.Links {
		for i := range k {
			if k[i].Node == hosts[0] {
				edge = k[1-i].Node
			}
		}
	}
	for _, k := range l.topology.Links {
		for i := range k {
			if k[i].Node == edge && l.topology.Node(k[1-i].Node).Kind == labs.Switch {
				list = append(list, uplink{k[i], k[1-i]})
			}
		}
	}
	return list
}

// ends are the two hosts that the traffic is between, and their addresses of one family.
func (l *lab) ends(family int) (a, b *nodeRecord, aAddress, bAddress string) {
	hosts := l.hosts()
	a, b = l.node(hosts[0]), l.node(hosts[len(hosts)-1])
	family = min(family, len(a.Addresses)-1, len(b.Addresses)-1)
	return a, b, a.Addresses[family], b.Addresses[family]
}

func (l *lab) counters(up []uplink) (list []uint64) {
	for _, u := range up {
		list = append(list, l.spaces[u.far.Node].received(u.far.Interface))
	}
	return list
}

// enough packets in each direction show a spread.
const enough = 2000

// spread sends flows from the first host to the last one, and says by which links they left. Each carries some.
func (l *lab) spread(ctx context.Context, up []uplink) error {
	for family := range l.node(l.hosts()[0]).Addresses {
		a, b, _, address := l.ends(family)
		var before, after []uint64
		for try := 0; ; try++ { // flows may all be of one hash; other ports are other hashes
			w, err := l.newWay(a.Name, b.Name, address, enough/flowsAWay)
			if err != nil {
				return err
			}
			before = l.counters(up)
			err = traffic(ctx, []*way{w}, func() error {
				for _, f := range w.flows {
					for f.sent.Load() < int64(len(f.got)) {
						if !pause(ctx, between) {
							return ctx.Err()
						}
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			if after = l.counters(up); carried(before, after, enough/flowsAWay) || try == 10 {
				break
			}
		}
		var parts []string
		for i, u := range up {
			parts = append(parts, fmt.Sprintf("%d by %s", after[i]-before[i], u))
		}
		l.say("%d packets in %d flows from %s to %s (%s): %s", enough, flowsAWay, a.Name, b.Name, address, strings.Join(parts, ", "))
		if !carried(before, after, enough/flowsAWay) {
			return fmt.Errorf("not all of %v carry traffic to %s", up, address)
		}
	}
	return nil
}

// carried tells whether at least two links carried a flow each.
func carried(before, after []uint64, flow uint64) bool {
	n := 0
	for i := range after {
		if after[i]-before[i] >= flow {
			n++
		}
	}
	return n >= 2
}

// Time before a cut, and with it; and how long routing may take to use the link again.
const (
	quiet    = time.Second
	severed  = 3 * time.Second
	heal     = 30 * time.Second
	capacity = quiet*4 + severed + heal
)

// cut takes a link away under traffic in both directions and gives it back, and says for how long flows were without the network.
func (l *lab) cut(ctx context.Context, up []uplink) error {
	a, b, aAddress, bAddress := l.ends(0)
	var ways []*way
	for _, w := range [][3]string{{a.Name, b.Name, bAddress}, {b.Name, a.Name, aAddress}} {
		x, err := l.newWay(w[0], w[1], w[2], int(capacity/rhythm))
		if err != nil {
			for _, w := range ways {
				w.close()
			}
			return err
		}
		ways = append(ways, x)
	}
	marks := make([][][]int64, len(ways))
	mark := func() {
		for i, w := range ways {
			marks[i] = append(marks[i], w.marks())
		}
	}
	link := up[0]
	var used time.Duration
	err := traffic(ctx, ways, func() error {
		pause(ctx, quiet)
		mark()
		if err := l.spaces[link.near.Node].set(link.near.Interface, false); err != nil {
			return err
		}
		pause(ctx, severed)
		mark()
		if err := l.spaces[link.near.Node].set(link.near.Interface, true); err != nil {
			return err
		}
		began := time.Now()
		for before := l.counters(up); ; before = l.counters(up) {
			if !pause(ctx, between) || time.Since(began) > heal {
				return fmt.Errorf("%s is not used any more", link)
			}
			if carried(before, l.counters(up), uint64(between/rhythm)/2) {
				break
			}
		}
		used = time.Since(began)
		pause(ctx, quiet)
		mark()
		return nil
	})
	if err != nil {
		return err
	}
	for i, what := range []string{"cut", fmt.Sprintf("healed, in use again after %.1f s", used.Seconds())} {
		l.say("%s %s; %d flows each way send every %v", link, what, flowsAWay, rhythm)
		for n, w := range ways {
			all, worst, hit := w.loss(marks[n][i], marks[n][i+1])
			l.say("  %s to %s: %d packets of %d flows lost, %d ms of a flow at most", w.from, w.to, all, hit, time.Duration(worst)*rhythm/time.Millisecond)
		}
	}
	if n := ways[0].copies() + ways[1].copies(); n > 0 {
		return fmt.Errorf("%d packets arrived twice", n)
	}
	return nil
}
