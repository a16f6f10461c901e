package machine

import "time"

// The times of the standard (6.4.4).
const (
	fastPeriod   = time.Second
	slowPeriod   = 30 * time.Second
	shortTimeout = 3 * time.Second
	longTimeout  = 90 * time.Second
	maxBurst     = 3 // PDUs a fastPeriod
)

// never is later than any deadline.
const never = time.Duration(1<<63 - 1)

// PortConfig is what a port is told.
type PortConfig struct {
	MAC      MAC // of the port, which its frames are from
	Number   uint16
	Priority uint16
}

type receiveState uint8

const (
	disabled receiveState = iota
	expired
	defaulted
	current
)

// port is a member of a group. Times are since some moment that does not change.
type port struct {
	PortConfig
	up      bool
	receive receiveState
	partner Info
	// selected: the port belongs to the group's aggregate, whose partner is its own.
	selected                               bool
	synchronized, collecting, distributing bool

	currentUntil, nextPeriodic time.Duration
	needToSend                 bool
	sent                       [maxBurst]time.Duration // when the last PDUs left

	actorChurn, partnerChurn churn
	churns                   Churns
}

// actor is what the port says of itself.
func (g *Group) actor(p *port) Info {
	i := Info{System: g.System, Key: g.Key, PortPriority: p.Priority, Port: p.Number, State: Aggregation}
	for _, x := range []struct {
		on  bool
		bit State
	}{
		{g.Active, Activity}, {g.Fast, ShortTimeout}, {p.synchronized, Synchronization}, {p.collecting, Collecting}, {p.distributing, Distributing},
		{p.receive == defaulted, Defaulted}, {p.receive == expired, Expired},
	} {
		if x.on {
			i.State |= x.bit
		}
	}
	return i
}

// setLink tells a port whether its link is up.
func (g *Group) setLink(p *port, up bool, now time.Duration) {
	if p.up == up {
		return
	}
	p.up = up
	p.partner.State &^= Synchronization
	if !up {
		p.receive, p.currentUntil, p.nextPeriodic, p.needToSend = disabled, never, never, false
		return
	}
	p.expire(now)
}

// expire waits a short while for a partner that speaks.
func (p *port) expire(now time.Duration) {
	p.receive = expired
	p.partner.State = p.partner.State&^Synchronization | ShortTimeout
	p.currentUntil = now + shortTimeout
	p.needToSend = true
}

// received takes an LACPDU from the partner.
func (g *Group) received(p *port, pdu *PDU, now time.Duration) {
	if !p.up {
		return
	}
	own, was := g.actor(p), p.partner
	// What the partner thinks of us is out of date: tell it.
	const told = Activity | ShortTimeout | Aggregation | Synchronization | Collecting | Distributing
	theirs := pdu.Partner
	if !theirs.same(own) || theirs.State&told != own.State&told {
		p.needToSend = true
	}
	p.partner = pdu.Actor
	alive := pdu.Actor.State&Activity != 0 || g.Active && pdu.Partner.State&Activity != 0
	matched := theirs.same(own) && theirs.State&Aggregation == own.State&Aggregation || pdu.Actor.State&Aggregation == 0
	if !(alive && matched && pdu.Actor.State&Synchronization != 0) {
		p.partner.State &^= Synchronization
	}
	if !was.same(p.partner) || was.State&Aggregation != p.partner.State&Aggregation {
		p.selected = false
	}
	p.receive = current
	p.currentUntil = now + longTimeout
	if g.Fast {
		p.currentUntil = now + shortTimeout
	}
}

// same tells whether two descriptions are of the same port.
func (i Info) same(o Info) bool {
	return i.System == o.System && i.Key == o.Key && i.Port == o.Port && i.PortPriority == o.PortPriority
}

// ripen lets time pass for a port.
func (g *Group) ripen(p *port, now time.Duration) {
	if now >= p.currentUntil {
		switch p.receive {
		case current:
			p.expire(now)
		case expired:
			p.receive, p.currentUntil = defaulted, never
			p.partner = Info{}
		}
	}
	period := never
	if p.up && (g.Active || p.partner.State&Activity != 0) {
		period = slowPeriod
		if p.partner.State&ShortTimeout != 0 || p.receive == expired {
			period = fastPeriod
		}
	}
	switch {
	case period == never:
		p.nextPeriodic = never
	case now >= p.nextPeriodic:
		p.needToSend = true
		p.nextPeriodic = now + period
	default:
		p.nextPeriodic = min(p.nextPeriodic, now+period)
	}
}

// mux says whether the port collects and distributes. Fallback stands for a partner that never speaks.
func (g *Group) mux(p *port, fallback bool) {
	was := [3]bool{p.synchronized, p.collecting, p.distributing}
	p.synchronized = p.up && (p.selected || fallback)
	p.collecting = p.synchronized && (fallback || p.partner.State&Synchronization != 0)
	p.distributing = p.collecting && (fallback || p.partner.State&Collecting != 0)
	if was != [3]bool{p.synchronized, p.collecting, p.distributing} {
		p.needToSend = true
	}
}

// mayNext is when the port may send again: no more than a few PDUs a period.
func (p *port) mayNext() time.Duration { return p.sent[0] + fastPeriod }

// Timeout is how long a partner may keep silent.
func Timeout(fast bool) time.Duration {
	if fast {
		return shortTimeout
	}
	return longTimeout
}
