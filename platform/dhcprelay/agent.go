package dhcprelay

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Options are what an Agent is made with.
type Options struct {
	// Where tells behind which port of a VLAN an address is, and what the port is called in option 82. It may take its time: a client's first message is heard before
	// anybody has learned its address. Empty: nobody knows.
	Where func(ctx context.Context, vlan string, mac [6]byte) (port, alias string)
	// Report is called by Run with what has been counted since it was called last.
	Report func(ctx context.Context, r []Report) error
	Log    *slog.Logger
}

// reportEvery is the least time between two reports, and maxPending how many messages may wait for Where; more are dropped, as in a full queue.
const (
	reportEvery = time.Second
	maxPending  = 64
)

// Agent relays. Its state is owned by the goroutine of Run; others hand over by channels.
type Agent struct {
	Options
	orders  chan order
	packets chan packet
	located chan located
	sockets *sockets // nil while nothing is relayed
	vlans   map[string]*vlan
	counts  map[Place]*Counts
	changed map[Place]bool
	pending int
}

type vlan struct {
	Settings
	ear *ear
}

// order is a change of what is wanted: nil settings end a VLAN.
type order struct {
	name     string
	settings *Settings
	done     chan<- error
}

// located is a client's message with the port that it came from.
type located struct {
	vlan        string
	message     message4
	reply       bool
	port, alias string
}

// New makes an agent.
func New(o Options) *Agent {
	return &Agent{
		Options: o, orders: make(chan order), packets: make(chan packet), located: make(chan located),
		vlans: map[string]*vlan{}, counts: map[Place]*Counts{}, changed: map[Place]bool{},
	}
}

// Apply implements engine.Target: it hands over to Run, and tells what that could not do.
func (a *Agent) Apply(ctx context.Context, _ *engine.Kind, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	for i, op := range ops {
		done := make(chan error, 1)
		o := order{name: op.Key.(VlanKey).Name, done: done}
		for _, at := range op.Attrs {
			if s, ok := at.Value.(Settings); ok && at.ID == attrSettings {
				o.settings = &s
			}
		}
		if op.Verb != engine.Remove && o.settings == nil {
			continue // nothing that is told has changed
		}
		select {
		case a.orders <- o:
			errs[i] = <-done // Run answers at once, also when it ends
		case <-ctx.Done():
			errs[i] = ctx.Err()
		}
	}
	return errs
}

// Run works until ctx ends, in the network namespace of the thread that calls it.
func (a *Agent) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var g errgroup.Group
	err := a.loop(ctx, &g)
	cancel()
	_ = g.Wait() // readers have no errors
	return err
}

func (a *Agent) loop(ctx context.Context, g *errgroup.Group) error {
	timer := time.NewTicker(reportEvery)
	defer timer.Stop()
	defer a.close() // which ends those who read
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case o := <-a.orders:
			o.done <- a.obey(ctx, g, o)
		case p := <-a.packets:
			a.take(ctx, g, p)
		case l := <-a.located:
			a.pending--
			a.pass(l)
		case <-timer.C:
			if err := a.report(ctx); err != nil {
				return err
			}
		}
	}
}

// obey does what is wanted of a VLAN now.
func (a *Agent) obey(ctx context.Context, g *errgroup.Group, o order) error {
	v := a.vlans[o.name]
	if o.settings == nil {
		if v != nil {
			v.ear.close()
			delete(a.vlans, o.name)
			for place := range a.counts {
				if place.Vlan == o.name {
					a.counts[place], a.changed[place] = nil, true
				}
			}
		}
		if len(a.vlans) == 0 {
			a.close()
		}
		return nil
	}
	if a.sockets == nil {
		s, err := openSockets(ctx)
		if err != nil {
			return fmt.Errorf("DHCP relay: %w", err)
		}
		a.sockets = s
		read := func(f func(func(packet))) {
			g.Go(func() error {
				f(func(p packet) { a.hand(ctx, p) })
				return nil
			})
		}
		read(s.read4)
		read(s.read6)
	}
	if v == nil || v.Index != o.settings.Index {
		e, err := openEar(o.settings.Index)
		if err != nil {
			return fmt.Errorf("DHCP relay: %s: %w", o.name, err)
		}
		if v != nil {
			v.ear.close()
		}
		v = &vlan{ear: e}
		a.vlans[o.name] = v
		g.Go(func() error {
			e.read(func(p packet) { a.hand(ctx, p) })
			return nil
		})
	}
	v.Settings = *o.settings
	a.at(Place{Vlan: o.name}) // counts begin at zero, and are there from the beginning
	return nil
}

func (a *Agent) hand(ctx context.Context, p packet) {
	select {
	case a.packets <- p:
	case <-ctx.Done():
	}
}

func (a *Agent) close() {
	for name, v := range a.vlans {
		v.ear.close()
		delete(a.vlans, name)
	}
	if a.sockets != nil {
		a.sockets.close()
		a.sockets = nil
	}
}

// by is the VLAN of which something is true.
func (a *Agent) by(is func(*Settings) bool) (string, *vlan) {
	for name, v := range a.vlans {
		if is(&v.Settings) {
			return name, v
		}
	}
	return "", nil
}

// take deals with what has arrived.
func (a *Agent) take(ctx context.Context, g *errgroup.Group, p packet) {
	name, v := a.by(func(s *Settings) bool { return s.Index == p.index })
	switch {
	case p.six && p.client && v != nil:
		a.client6(name, v, p)
	case p.six && !p.client:
		a.server6(p)
	case !p.six:
		a.take4(ctx, g, name, p)
	}
}

// take4 tells clients from servers, and asks where the client is.
func (a *Agent) take4(ctx context.Context, g *errgroup.Group, name string, p packet) {
	m, err := parse4(p.data)
	if err != nil {
		a.Log.Debug("no message of DHCP", "from", p.from, "err", err)
		return
	}
	l := located{vlan: name, message: m}
	switch m[atOp] {
	case bootRequest:
		if v := a.vlans[name]; v == nil || len(v.Servers4) == 0 {
			return
		}
	case bootReply:
		l.vlan, _ = a.by(m.answers)
		l.reply = true
	default:
		return
	}
	if l.vlan == "" || a.pending == maxPending {
		a.Log.Debug("a message of DHCP is not relayed", "from", p.from, "waiting", a.pending)
		return
	}
	a.pending++
	g.Go(func() error {
		l.port, l.alias = a.Where(ctx, l.vlan, l.message.chaddr())
		select {
		case a.located <- l:
		case <-ctx.Done():
		}
		return nil
	})
}

// pass sends a message of DHCP on.
func (a *Agent) pass(l located) {
	v := a.vlans[l.vlan]
	if v == nil {
		return // meanwhile
	}
	kind := l.message.kind()
	count := func(what func(*Counts) *[Types4]uint64) {
		what(a.at(Place{Vlan: l.vlan}))[kind]++
		if l.port != "" {
			what(a.at(Place{l.vlan, l.port}))[kind]++
		}
	}
	if l.reply {
		to, mac := l.message.client()
		err := a.sockets.toClient4(l.message.withoutAgent(), v.Address4, to, mac, v.Index)
		if a.failed(l.vlan, kind, err); err == nil {
			count(func(c *Counts) *[Types4]uint64 { return &c.Sent })
		}
		return
	}
	count(func(c *Counts) *[Types4]uint64 { return &c.Received })
	alias := l.alias
	if alias == "" {
		alias = l.vlan
	}
	m, err := l.message.relayed(&v.Settings, alias)
	if a.failed(l.vlan, kind, err); err != nil {
		return
	}
	for _, server := range v.Servers4 {
		a.failed(l.vlan, kind, a.sockets.toServer4(m, server))
	}
}

func (a *Agent) failed(vlan string, kind any, err error) {
	if err != nil {
		a.Log.Debug("a message of DHCP is not relayed", "vlan", vlan, "type", kind, "err", err)
	}
}

// client6 relays what a client or another relay says to the servers.
func (a *Agent) client6(name string, v *vlan, p packet) {
	counts := &a.at(Place{Vlan: name}).Messages6
	m, err := parse6(p.data)
	if err != nil {
		counts[Malformed]++
		return
	}
	counts[m.kind()]++
	if len(v.Servers6) == 0 {
		return
	}
	out, err := m.relayed(&v.Settings, p.from, p.mac)
	if a.failed(name, m.kind(), err); err != nil {
		return
	}
	for _, server := range v.Servers6 {
		err := a.sockets.toServer6(out, server, v.Address6)
		if a.failed(name, m.kind(), err); err == nil {
			counts[relayForward]++
		}
	}
}

// server6 hands to a client or another relay what a server says.
func (a *Agent) server6(p packet) {
	m, err := parse6(p.data)
	var out message6
	var link netip.Addr
	var to netip.AddrPort
	if err == nil {
		out, link, to, err = m.returned()
	}
	if err != nil {
		a.Log.Debug("no relay-reply of DHCP", "from", p.from, "err", err)
		return
	}
	name, v := a.by(func(s *Settings) bool { return s.Address6 == link })
	if v == nil {
		a.Log.Debug("a relay-reply of no VLAN", "link", link)
		return
	}
	counts := &a.at(Place{Vlan: name}).Messages6
	counts[relayReply]++
	err = a.sockets.toClient6(out, to, v.Index)
	if a.failed(name, out.kind(), err); err == nil {
		counts[out.kind()]++
	}
}

// at are the counts of a place, which are about to change.
func (a *Agent) at(p Place) *Counts {
	if a.counts[p] == nil {
		a.counts[p] = &Counts{}
	}
	a.changed[p] = true
	return a.counts[p]
}

func (a *Agent) report(ctx context.Context) error {
	if len(a.changed) == 0 {
		return nil
	}
	var all []Report
	for p := range a.changed {
		r := Report{Place: p, Gone: a.counts[p] == nil}
		if r.Gone {
			delete(a.counts, p)
		} else {
			r.Counts = *a.counts[p]
		}
		all = append(all, r)
	}
	clear(a.changed)
	if err := a.Report(ctx, all); err != nil {
		return fmt.Errorf("counters of the DHCP relay: %w", err)
	}
	return nil
}
