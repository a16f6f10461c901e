package lacp

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/lacp/machine"
)

// Report tells how a port is. Gone: it takes part no more.
type Report struct {
	Key    PortKey
	Member machine.Member
	Gone   bool
}

// Options are what an Agent is made with.
type Options struct {
	// State is a file that a successor goes on from; "" for none.
	State string
	// Report is called by Run with what has changed.
	Report func(ctx context.Context, r []Report) error
	Log    *slog.Logger
}

// Agent runs LACP. Its state is owned by the goroutine of Run; others hand over by channels.
type Agent struct {
	Options
	orders  chan order
	frames  chan frame
	groups  map[string]*machine.Group
	ports   map[PortKey]*port
	told    map[PortKey]machine.Member
	before  map[PortKey]saved // of the predecessor, until the port is told of
	dirty   bool
	savedAt time.Duration
}

type port struct {
	settings Settings
	socket   *socket
	stop     context.CancelFunc
}

// order is a change of what is wanted: nil settings end a port.
type order struct {
	key      PortKey
	settings *Settings
}

type frame struct {
	key  PortKey
	data []byte
}

// New makes an agent, which knows what its predecessor left.
func New(o Options) *Agent {
	a := &Agent{Options: o, orders: make(chan order), frames: make(chan frame), groups: map[string]*machine.Group{}, ports: map[PortKey]*port{}}
	a.told, a.before = map[PortKey]machine.Member{}, map[PortKey]saved{}
	if err := a.load(); err != nil {
		o.Log.Warn("the state of LACP is lost", "err", err)
	}
	return a
}

// Restored are the ports that carried frames when the predecessor ended, and may go on.
func (a *Agent) Restored() (all []Report) {
	for k, s := range a.before {
		if s.Carried && s.holds(sinceBoot()) {
			all = append(all, Report{Key: k, Member: machine.Member{Carries: true, Selected: true, Partner: s.Partner}})
		}
	}
	return all
}

// sinceBoot is the time, which goes on while no process runs.
func sinceBoot() time.Duration {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}

// Apply implements engine.Target: it hands over to Run.
func (a *Agent) Apply(ctx context.Context, _ *engine.Kind, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	for i, op := range ops {
		o := order{key: op.Key.(PortKey)}
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
		case <-ctx.Done():
			errs[i] = ctx.Err()
		}
	}
	return errs
}

// Run works until ctx ends, in the network namespace of the thread that calls it. The ports then stay as the file says.
func (a *Agent) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	err := a.loop(ctx, g)
	_ = g.Wait() // readers have no errors
	return err
}

func (a *Agent) loop(ctx context.Context, g *errgroup.Group) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	defer func() {
		for _, p := range a.ports {
			p.close() // which ends those who read
		}
	}()
	for {
		next, err := a.advance(ctx)
		if err != nil {
			return err
		}
		timer.Reset(next)
		select {
		case <-ctx.Done():
			a.save(sinceBoot())
			return ctx.Err()
		case o := <-a.orders:
			a.obey(ctx, g, o)
		case f := <-a.frames:
			a.take(f)
		case <-timer.C:
		}
	}
}

// obey does what is wanted of a port now.
func (a *Agent) obey(ctx context.Context, g *errgroup.Group, o order) {
	p, group := a.ports[o.key], a.groups[o.key.Lag]
	if o.settings == nil {
		if p != nil {
			p.close()
			delete(a.ports, o.key)
			if group.Remove(o.key.Port) {
				delete(a.groups, o.key.Lag)
			}
		}
		return
	}
	s := *o.settings
	if group == nil {
		group = machine.NewGroup(s.Group)
		a.groups[o.key.Lag] = group
	}
	group.Configure(s.Group)
	group.Set(o.key.Port, s.Port)
	now := sinceBoot()
	if p == nil {
		p = &port{}
		a.ports[o.key] = p
		if was, ok := a.before[o.key]; ok && s.Up {
			group.Restore(o.key.Port, was.Past, now)
		}
		delete(a.before, o.key)
	}
	if p.socket == nil || p.settings.Index != s.Index {
		p.close()
		a.open(ctx, g, o.key, p, s.Index)
	}
	p.settings = s
	group.Link(o.key.Port, s.Up, now)
}

// open has a port's frames read. Without a socket the port is as if nobody spoke; a change of its netdev tries again.
func (a *Agent) open(ctx context.Context, g *errgroup.Group, k PortKey, p *port, index int32) {
	socket, err := openSocket(index)
	if err != nil {
		a.Log.Warn("LACP cannot listen", "port", k.Port, "err", err)
		return
	}
	ctx, p.stop = context.WithCancel(ctx)
	p.socket = socket
	g.Go(func() error {
		socket.read(ctx, func(data []byte) {
			select {
			case a.frames <- frame{k, data}:
			case <-ctx.Done():
			}
		})
		return nil
	})
}

func (p *port) close() {
	if p.socket != nil {
		p.stop()
		p.socket.close()
		p.socket = nil
	}
}

// take hands a frame to the port's machine, and answers markers.
func (a *Agent) take(f frame) {
	p := a.ports[f.key]
	if p == nil {
		return
	}
	pdu, response, err := machine.Parse(f.data, p.settings.Port.MAC)
	switch {
	case err != nil:
		a.Log.Debug("no LACPDU", "port", f.key.Port, "err", err)
	case response != nil:
		a.send(f.key, response)
	case pdu != nil:
		a.groups[f.key.Lag].Receive(f.key.Port, pdu, sinceBoot())
		a.dirty = true
	}
}

func (a *Agent) send(k PortKey, frame []byte) {
	if p := a.ports[k]; p != nil && p.socket != nil {
		if err := p.socket.write(frame); err != nil {
			a.Log.Debug("LACPDU not sent", "port", k.Port, "err", err)
		}
	}
}

// advance does what is due, and tells how long nothing will be.
func (a *Agent) advance(ctx context.Context) (time.Duration, error) {
	now := sinceBoot()
	wait := time.Hour
	seen := map[PortKey]bool{}
	var changed []Report
	for lag, g := range a.groups {
		out := g.Advance(now)
		for port, f := range out.Frames {
			a.send(PortKey{lag, port}, f)
		}
		if out.Next >= 0 {
			wait = min(wait, max(out.Next-now, 0))
		}
		for port, m := range g.Members() {
			k := PortKey{lag, port}
			seen[k] = true
			if was, told := a.told[k]; !told || was != m {
				a.told[k] = m
				changed = append(changed, Report{Key: k, Member: m})
			}
		}
	}
	for k := range a.told {
		if !seen[k] {
			delete(a.told, k)
			changed = append(changed, Report{Key: k, Gone: true})
		}
	}
	a.dirty = a.dirty || len(changed) > 0
	if a.dirty {
		if due := a.savedAt + saveEvery; now < due && a.savedAt != 0 && len(changed) == 0 {
			wait = min(wait, due-now)
		} else {
			a.save(now)
		}
	}
	if len(changed) > 0 {
		if err := a.Report(ctx, changed); err != nil {
			return 0, fmt.Errorf("LACP: %w", err)
		}
	}
	return wait, nil
}
