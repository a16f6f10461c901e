package machine

import (
	"cmp"
	"slices"
	"time"
)

// Config is what a group is told.
type Config struct {
	System   System
	Key      uint16
	Active   bool // sends without being asked; if not, it answers
	Fast     bool // wants to hear from the partner every second, not every 30
	Fallback bool // one port carries frames while no partner speaks
}

// Group is the ports of one LAG. Its methods are called with times that do not go backwards, since a moment that does not change.
type Group struct {
	Config
	ports map[string]*port
	leads target // where the ports of the aggregate lead to
}

// target is where a port leads to: ports with the same one aggregate. A partner that does not aggregate is one by its port, too.
type target struct {
	system System
	key    uint16
	alone  bool
	port   uint16 // if alone
}

func (p *port) target() target {
	t := target{system: p.partner.System, key: p.partner.Key}
	if p.partner.State&Aggregation == 0 {
		t.alone, t.port = true, p.partner.Port
	}
	return t
}

// Output is what a group wants to be done.
type Output struct {
	// Frames to send, by port.
	Frames map[string][]byte
	// Next is when Advance has something to do again; less than 0: nothing, until something happens.
	Next time.Duration
}

// Member is how a port is.
type Member struct {
	Carries        bool // it collects and distributes
	Selected       bool
	Actor, Partner Info
	Churns         Churns
}

// Churns tells which sides of a port have been out of synchronization for a minute.
type Churns struct{ Actor, Partner bool }

// NewGroup makes a group without ports.
func NewGroup(c Config) *Group { return &Group{Config: c, ports: map[string]*port{}} }

// Configure changes what the group is told.
func (g *Group) Configure(c Config) {
	if g.Config == c {
		return
	}
	g.Config = c
	for _, p := range g.ports {
		p.needToSend = p.up
	}
}

// Set adds a port, or changes what it is told.
func (g *Group) Set(name string, c PortConfig) {
	if p := g.ports[name]; p != nil {
		p.needToSend = p.needToSend || p.up && p.PortConfig != c
		p.PortConfig = c
		return
	}
	g.ports[name] = &port{PortConfig: c, currentUntil: never, nextPeriodic: never, sent: [maxBurst]time.Duration{-fastPeriod, -fastPeriod, -fastPeriod}}
}

// Remove takes a port away, and reports whether it was the last.
func (g *Group) Remove(name string) (empty bool) {
	delete(g.ports, name)
	return len(g.ports) == 0
}

// Link tells whether a port's link is up.
func (g *Group) Link(name string, up bool, now time.Duration) {
	if p := g.ports[name]; p != nil {
		g.setLink(p, up, now)
	}
}

// Receive takes an LACPDU that came in by a port.
func (g *Group) Receive(name string, pdu *PDU, now time.Duration) {
	if p := g.ports[name]; p != nil {
		g.received(p, pdu, now)
	}
}

// Past is what a successor needs to go on with a port.
type Past struct {
	Partner Info
	Heard   time.Duration // when the partner was heard last
	// Defaulted: there was no partner, and fallback may have been for long.
	Defaulted bool
}

// Restore puts a port back to where it was when this process's predecessor last noted it, whose partner heard until then: the LAG does not flap unless the
// partner keeps silent longer than it might have.
func (g *Group) Restore(name string, was Past, now time.Duration) {
	p := g.ports[name]
	switch until := was.Heard + Timeout(g.Fast); {
	case p == nil:
	case was.Defaulted:
		p.up, p.receive, p.partner, p.currentUntil, p.needToSend = true, defaulted, Info{}, never, true
	case now < until:
		p.up, p.receive, p.partner, p.currentUntil, p.needToSend = true, current, was.Partner, until, true
	}
}

// Advance does what is due: timers, selection, mux, and what is to be sent.
func (g *Group) Advance(now time.Duration) Output {
	names := g.names()
	for _, n := range names {
		g.ripen(g.ports[n], now)
	}
	g.choose(names)
	out := Output{Frames: map[string][]byte{}, Next: never}
	stands := g.standIn(names)
	for _, n := range names {
		p := g.ports[n]
		g.mux(p, n == stands)
		out.Next = min(out.Next, p.churned(n == stands, now))
		if p.needToSend && p.up && (g.Active || p.partner.State&Activity != 0) {
			if now >= p.mayNext() {
				pdu := PDU{Actor: g.actor(p), Partner: p.partner}
				out.Frames[n] = pdu.Append(nil, p.MAC)
				p.needToSend = false
				copy(p.sent[:], p.sent[1:])
				p.sent[maxBurst-1] = now
			} else {
				out.Next = min(out.Next, p.mayNext())
			}
		}
		out.Next = min(out.Next, p.currentUntil, p.nextPeriodic)
	}
	if out.Next == never {
		out.Next = -1
	}
	return out
}

// names are the ports in the order in which they are preferred.
func (g *Group) names() []string {
	names := make([]string, 0, len(g.ports))
	for n := range g.ports {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		x, y := g.ports[a], g.ports[b]
		return cmp.Or(cmp.Compare(x.Priority, y.Priority), cmp.Compare(x.Number, y.Number), cmp.Compare(a, b))
	})
	return names
}

// choose selects the ports that lead to the aggregate's partner. It stays with the partner that it has while a port leads to it; otherwise the first port that
// has one decides.
func (g *Group) choose(names []string) {
	leads := func(p *port) bool { return p.up && p.receive == current && p.partner.System.MAC != g.System.MAC }
	stays := false
	for _, n := range names {
		p := g.ports[n]
		stays = stays || leads(p) && p.target() == g.leads
	}
	for _, n := range names {
		p := g.ports[n]
		// A port that waits for its partner to speak again stays selected: the partner's lack of synchronization closes it.
		waits := p.selected && p.up && p.receive == expired
		if !leads(p) && !waits {
			p.selected = false
			continue
		}
		if !stays {
			g.leads, stays = p.target(), true
		}
		p.selected = p.target() == g.leads
	}
}

// standIn is the port that carries frames though its partner does not speak: the first, if no partner speaks on any.
func (g *Group) standIn(names []string) string {
	if !g.Fallback {
		return ""
	}
	first := ""
	for _, n := range names {
		switch p := g.ports[n]; {
		case p.receive == current || p.receive == expired && p.up:
			return ""
		case p.receive == defaulted && first == "":
			first = n
		}
	}
	return first
}

// Members tells how the ports are.
func (g *Group) Members() map[string]Member {
	all := make(map[string]Member, len(g.ports))
	for n, p := range g.ports {
		all[n] = Member{Carries: p.collecting && p.distributing, Selected: p.selected, Actor: g.actor(p), Partner: p.partner, Churns: p.churns}
	}
	return all
}

// Past is where a port is; false if there is nothing to go on with.
func (g *Group) Past(name string) (Past, bool) {
	p := g.ports[name]
	switch {
	case p == nil:
	case p.receive == defaulted:
		return Past{Defaulted: true}, true
	case p.receive == current:
		return Past{Partner: p.partner, Heard: p.currentUntil - Timeout(g.Fast)}, true
	}
	return Past{}, false
}
