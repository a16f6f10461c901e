package packet

import (
	"sync"
	"time"

	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
	"github.com/hypersonic-nos/hypersonic/platform/model"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// plane is the model with netdevs. It implements virtual.Plane.
type plane struct {
	virtual.Software
	namespace *netdev.Namespace
	clock     virtual.Clock
	touched   chan struct{}      // holds a token while netdevs may have to be taken or let go
	learned   chan model.Learned // what the ASIC is told; the sweep finds what does not fit
	resweep   chan struct{}      // tests ask for a sweep at once

	// mu guards all below: the ASIC's calls change the state, the readers of netdevs send frames through it. It is held for one frame, and nobody
	// waits for the ASIC while holding it.
	mu      sync.Mutex
	state   *model.State
	links   map[string]device  // netdevs of the namespace
	sockets map[string]*socket // by the name that the model has of a netdev
}

// device is a netdev of the namespace.
type device struct {
	index int
	up    bool // IFF_LOWER_UP
}

// learnedQueue is how many addresses may wait for the ASIC.
const learnedQueue = 4096

func newPlane(front map[uint32]string, clock virtual.Clock, ns *netdev.Namespace) *plane {
	if clock == nil {
		clock = machineClock{}
	}
	p := &plane{
		namespace: ns, clock: clock, touched: make(chan struct{}, 1), learned: make(chan model.Learned, learnedQueue), resweep: make(chan struct{}),
		state: model.New(front), links: map[string]device{}, sockets: map[string]*socket{},
	}
	start := clock.Now()
	p.state.Now = func() uint64 { return uint64(max(clock.Now().Sub(start), 0)) }
	return p
}

type machineClock struct{}

func (machineClock) Now() time.Time                         { return time.Now() }
func (machineClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Apply implements virtual.Plane.
func (p *plane) Apply(v virtual.View, changes []virtual.Change) error {
	p.mu.Lock()
	err := p.state.Apply(v, changes)
	p.mu.Unlock()
	for i := range changes {
		if changes[i].Object.Entry == nil {
			p.touch()
		}
	}
	return err
}

// Stats implements virtual.Plane.
func (p *plane) Stats(o sai.Object) func(int32) uint64 {
	read := p.state.Stats(o)
	return func(stat int32) uint64 {
		p.mu.Lock()
		defer p.mu.Unlock()
		return read(stat)
	}
}

// Attr implements virtual.Counted.
func (p *plane) Attr(o sai.Object, id uint16) (any, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.Attr(o, id)
}

func (p *plane) name(names map[sai.OID]string) {
	p.mu.Lock()
	for oid, name := range names {
		p.state.Name(oid, name)
	}
	p.mu.Unlock()
	p.touch()
}

// touch has netdevs looked through.
func (p *plane) touch() {
	select {
	case p.touched <- struct{}{}:
	default:
	}
}

// forward sends a frame through the model, and what comes of it out of netdevs.
func (p *plane) forward(netdev string, f received) {
	p.mu.Lock()
	o := p.state.Process(netdev, f.Frame)
	p.state.Take(o, p.clock.Now().Unix())
	out := make([]delivery, 0, len(o.Out)+len(o.Punted))
	for _, s := range o.Out {
		out = append(out, delivery{p.sockets[s.Netdev], s.Frame})
	}
	for _, s := range o.Punted {
		out = append(out, delivery{p.sockets[s.Netdev], s.Frame})
	}
	p.mu.Unlock()
	for _, d := range out {
		if d.to != nil { // else it went a moment ago
			d.to.send(f, d.Frame)
		}
	}
	for _, l := range o.Learned {
		if !l.New {
			continue
		}
		select {
		case p.learned <- l:
		default: // the sweep finds it
		}
	}
}

// delivery is a frame for a netdev.
type delivery struct {
	to *socket
	model.Frame
}
