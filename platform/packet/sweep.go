package packet

import (
	"context"
	"slices"
	"time"

	"github.com/hypersonic-nos/hypersonic/platform/model"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// report tells the ASIC what was learned, until ctx ends. What it does not hold, the model forgets.
func (a *ASIC) report(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case l := <-a.plane.learned:
			a.Do(func(v virtual.View) { a.plane.tell(v, l.VLAN, l.MAC) })
		}
	}
}

// tell looks at where an address is now, not where it was said to be: that may be old.
func (p *plane) tell(v virtual.View, vlan sai.OID, mac sai.MAC) {
	p.mu.Lock()
	s, ok := p.state.Station(vlan, mac)
	p.mu.Unlock()
	if ok && !v.Learn(s.VLAN, s.BridgePort, s.MAC) {
		p.forget(s)
	}
}

// The sweep comes ten times in an ageing time, within bounds.
const (
	shortestSweep = time.Second
	longestSweep  = 30 * time.Second
)

// sweeps ages addresses, and tells of those that did not fit in the queue, until ctx ends.
func (a *ASIC) sweeps(ctx context.Context) error {
	for {
		aging := a.plane.aging()
		wait := longestSweep
		if aging > 0 {
			wait = min(max(time.Duration(aging)*time.Second/10, shortestSweep), longestSweep)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-a.plane.resweep:
		case <-a.plane.clock.After(wait):
		}
		a.Do(a.plane.sweep)
	}
}

func (p *plane) aging() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.Aging()
}

// CatchUp implements virtual.Learner.
func (p *plane) CatchUp(v virtual.View) error {
	p.pass(v, 0)
	return nil
}

func (p *plane) sweep(v virtual.View) { p.pass(v, p.aging()) }

// pass tells the ASIC of all addresses, but of those that were not seen for aging seconds, which are forgotten; 0: all are told.
func (p *plane) pass(v virtual.View, aging int64) {
	p.mu.Lock()
	now := p.clock.Now().Unix()
	all := slices.Collect(p.state.Dynamic())
	p.mu.Unlock()
	for _, s := range all {
		if aging > 0 && now-s.Seen >= aging {
			p.forget(s)
			v.Age(s.VLAN, s.MAC)
			continue
		}
		if !v.Learn(s.VLAN, s.BridgePort, s.MAC) {
			p.forget(s)
		}
	}
}

func (p *plane) forget(s model.Station) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Forget(s.VLAN, s.MAC)
}
