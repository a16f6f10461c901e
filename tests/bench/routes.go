package main

import (
	"fmt"
	"net"
	"time"
)

// load is a change of the route table under way.
type load struct {
	n          *nos
	appl, asic int // keys that the databases will hold when it is done
	count      int
	began      time.Time
	before     usage
}

// send has frames written to the FPM socket, and does not wait for it. The writer ends with the connection.
func (n *nos) send(c net.Conn, frames []byte, count, appl, asic int) *load {
	l := &load{n: n, appl: appl, asic: asic, count: count, before: n.usage(), began: time.Now()}
	n.writers.Go(func() error {
		_, err := c.Write(frames)
		return err
	})
	return l
}

// wait returns when both databases hold what they should and no command is under way.
func (l *load) wait() (time.Duration, error) {
	every := min(max(time.Duration(l.count)*100*time.Nanosecond, 2*time.Millisecond), 10*time.Millisecond)
	err := l.n.await(fmt.Sprintf("%d routes", l.count), patience+time.Duration(l.count)*time.Millisecond, every, func() bool {
		appl, asic, err := l.n.keys()
		return err == nil && appl == l.appl && asic == l.asic
	})
	return time.Since(l.began), err
}

// used is what the processes took, until they were idle again.
func (l *load) used() (usage, error) {
	if err := l.n.settle(); err != nil {
		return nil, err
	}
	return l.n.usage().sub(l.before), nil
}

// objects is how many objects the sets of next hops bring into ASIC_DB.
func objects(h hops) int {
	if h == single {
		return 0
	}
	return groups * (1 + int(h))
}

// announce loads routes and waits for them.
func (n *nos) announce(c net.Conn, count int, h hops) (time.Duration, usage, error) {
	frames, err := n.announcement(count, h)
	if err != nil {
		return 0, nil, err
	}
	appl, asic, err := n.keys()
	if err != nil {
		return 0, nil, err
	}
	l := n.send(c, frames, count, appl+count, asic+count+objects(h))
	d, err := l.wait()
	if err != nil {
		return 0, nil, err
	}
	u, err := l.used()
	return d, u, err
}

// routes measures loading count routes, and at some sizes memory and the withdrawal.
func routes(n *nos, count int, h hops) ([]figure, error) {
	c, err := n.zebra()
	if err != nil {
		return nil, err
	}
	appl, asic, err := n.keys()
	if err != nil {
		return nil, err
	}
	d, u, err := n.announce(c, count, h)
	if err != nil {
		return nil, err
	}
	out := rates("FPM to ASIC", count, h, d, u)
	if count != 100_000 && !(count == 10_000 && h == ecmp) {
		return out, nil
	}
	now := n.usage()
	if h == ecmp {
		out = append(out, figure{what: fmt.Sprintf("memory of all daemons and Redis with %d ECMP routes, RSS", count), sonic: sonicMemory(count),
			value: float64(now.rss()) / 1e6, unit: "MB", detail: now.list(rssOf, "%.0f"), budget: memoryBudget(count), atMost: true})
	}
	frames, err := n.withdrawal(count)
	if err != nil {
		return out, err
	}
	l := n.send(c, frames, count, appl, asic)
	if d, err = l.wait(); err != nil {
		return out, err
	}
	if u, err = l.used(); err != nil {
		return out, err
	}
	return append(out, figure{what: fmt.Sprintf("delete of %d routes, %v", count, h), sonic: "15.5k - 18.7k/s; ZMQ 49k/s", value: float64(count) / d.Seconds(),
		unit: "routes/s", detail: u.list(cpuOf, "%.2f") + " s CPU"}), nil
}

func sonicMemory(count int) string {
	if count == 100_000 {
		return "514 MB; ZMQ 1,180 MB"
	}
	return ""
}

func memoryBudget(count int) float64 {
	if count == 100_000 {
		return 150
	}
	return 0
}

// rates are the figures of a load.
func rates(way string, count int, h hops, d time.Duration, u usage) []figure {
	sonic, cpu := "", ""
	if h == ecmp && count == 100_000 {
		sonic, cpu = "8.9k - 10.5k; ZMQ 13.4k - 20.9k", "150 us; ZMQ 120 us"
	} else if h == ecmp && count == 500_000 {
		sonic = "10.0k; ZMQ 18.1k - 18.6k"
	}
	what := fmt.Sprintf("%d routes, %v, %s", count, h, way)
	return []figure{
		{what: what, sonic: sonic, value: float64(count) / d.Seconds(), unit: "routes/s", detail: fmt.Sprintf("%.2f s", d.Seconds()), budget: 100_000},
		{what: what + ", CPU a route", sonic: cpu, value: u.cpu() / float64(count) * 1e6, unit: "us", digits: 1,
			detail: u.list(cpuOf, "%.2f") + " s", budget: 15, atMost: true},
	}
}
