package engine

import (
	"context"
	"slices"
	"time"
)

// apart is a target that is called by a goroutine of its own, one call after the other, so that neither rows nor other targets wait for it.
type apart struct {
	target Target
	calls  chan call
	under  int // calls under way
	queued int // of Engine.queued, what is for this target
}

// maxCalls is how many calls one slice of work makes: one for each verb. The next slice waits for all of them.
const maxCalls = 3

// call is a batch on its way through an apart target.
type call struct {
	apart  *apart
	kind   *kind
	verb   Verb
	batch  batch
	before [][]AttrValue // of updates: what the nodes had
	ops    []Op          // as the target sees them
	result []error
	took   time.Duration
}

// BindApart is Bind for a target that takes its time, or may hang: it is called from a goroutine of its own. Operations on different kinds of the target
// keep their order. Dense kinds cannot be bound so.
func (e *Engine) BindApart(t Target, kinds ...*Kind) {
	e.Bind(t, kinds...)
	a := &apart{target: t, calls: make(chan call, maxCalls)}
	for _, k := range kinds {
		e.kind(k).apart = a
	}
	e.aparts = append(e.aparts, a)
}

// serve makes the calls.
func (a *apart) serve(ctx context.Context, clock Clock, landed chan<- call) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case c := <-a.calls:
			start := clock.Now()
			c.result = pad(a.target.Apply(ctx, c.kind.Kind, c.ops), len(c.ops))
			c.took = clock.Now().Sub(start)
			select {
			case landed <- c:
			case <-ctx.Done():
				return nil
			}
		}
	}
}

// ready tells whether operations on the kind may go now.
func (k *kind) ready() bool { return k.apart == nil || k.apart.under == 0 }

// enqueued counts nodes that came into the kind's queues, or left them.
func (e *Engine) enqueued(k *kind, n int) {
	e.queued += n
	if k.apart != nil {
		k.apart.queued += n
	}
}

// runnable is how many nodes are queued for targets that can take them.
func (e *Engine) runnable() int {
	n := e.queued
	for _, a := range e.aparts {
		if a.under > 0 {
			n -= a.queued
		}
	}
	return n
}

// underWay tells whether an apart target is at work.
func (e *Engine) underWay() bool {
	return slices.ContainsFunc(e.aparts, func(a *apart) bool { return a.under > 0 })
}

// depart sends a batch on its way. From now on its nodes hold what they will refer to, and nothing else is done with them.
func (e *Engine) depart(k *kind, v Verb, b *batch) {
	c := call{apart: k.apart, kind: k, verb: v, batch: *b, ops: slices.Clone(b.ops)}
	for i, n := range b.nodes {
		n.set(inFlight)
		switch v {
		case Create:
			e.holdAll(n)
		case Update:
			c.before = append(c.before, n.attrs)
			n.attrs = doubtful(n.attrs, b.ops[i].Attrs)
			e.relink(n)
		}
		c.ops[i].Attrs = slices.Clone(b.ops[i].Attrs) // the engine's may change meanwhile
	}
	k.apart.under++
	k.apart.calls <- c // has room, since the target was idle
}

// arrived makes the results of a call the state of its nodes. A node that went, or was told of, meanwhile has the better news.
func (e *Engine) arrived(c call) {
	c.apart.under--
	c.kind.took(c.took, len(c.ops))
	for i, n := range c.batch.nodes {
		news := n.is(doubted)
		n.clear(inFlight | doubted)
		switch {
		case c.verb != Create && !n.is(exists):
			c.kind.count.done(c.verb, c.result[i])
			e.touch(n)
			continue
		case c.verb == Create && c.result[i] != nil:
			e.relink(n) // it holds nothing
		case c.verb == Update && !news:
			n.attrs = c.before[i]
			e.relink(n)
		}
		e.result(c.kind, c.verb, n, c.batch.ops[i].Attrs, c.result[i])
		if news && c.result[i] == nil && c.verb == Create {
			e.vanished(n)
		}
		e.touch(n)
	}
	if c.verb == Remove {
		e.freed(c.kind, c.result)
	}
}

// renews notes news of a node with which a call is under way.
func (n *node) renews() {
	if n.is(inFlight) && n.kind.apart != nil {
		n.set(doubted)
	}
}
