package machine

import "time"

// churnTime is how long a side of a link may be out of synchronization before that is a fault (IEEE 802.1AX-2014, 6.4.4).
const churnTime = 60 * time.Second

// churn is the churn detection of one side of a port (6.4.17): it tells of a link that is up and yet does not come to carry frames.
type churn struct {
	running bool
	since   time.Duration
}

// watch lets time pass, and returns when it has something to tell; never if not.
func (c *churn) watch(fault bool, now time.Duration) (next time.Duration) {
	switch {
	case !fault:
		c.running = false
	case !c.running:
		c.running, c.since = true, now
	}
	if due := c.since + churnTime; c.running && now < due {
		return due
	}
	return never
}

func (c *churn) detected(now time.Duration) bool { return c.running && now >= c.since+churnTime }

// churned watches both sides of a port. A port of the fallback has no partner, which is as it should be.
func (p *port) churned(fallback bool, now time.Duration) (next time.Duration) {
	next = min(p.actorChurn.watch(p.up && !p.synchronized, now), p.partnerChurn.watch(p.up && !fallback && p.partner.State&Synchronization == 0, now))
	p.churns = Churns{Actor: p.actorChurn.detected(now), Partner: p.partnerChurn.detected(now)}
	return next
}
