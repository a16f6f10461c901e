package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// queue holds a kind's nodes that wait for an operation: first those that urgent rows are about. Each part is sorted when operations are taken
// from it, so that logs are stable.
type queue struct{ urgent, rest part }

type part struct {
	nodes  []*node
	sorted bool
}

func (p *part) push(n *node) {
	p.nodes = append(p.nodes, n)
	p.sorted = false
}

// take removes the first nodes, at most max of them and all of one depth.
func (p *part) take(k *kind, max int, deepestFirst bool) []*node {
	if !p.sorted {
		slices.SortFunc(p.nodes, func(a, b *node) int {
			if k.Depth != nil {
				if c := cmp.Compare(k.depth(a), k.depth(b)); c != 0 {
					if deepestFirst {
						return -c
					}
					return c
				}
			}
			return strings.Compare(a.text(), b.text())
		})
		p.sorted = true
	}
	n := min(max, len(p.nodes))
	if k.Depth != nil {
		depth := k.depth(p.nodes[0])
		for i := 1; i < n; i++ {
			if k.depth(p.nodes[i]) != depth {
				n = i
			}
		}
	}
	taken := p.nodes[:n:n]
	if p.nodes = p.nodes[n:]; len(p.nodes) == 0 {
		p.nodes = nil
	}
	return taken
}

// look plans all dirty nodes and queues them for what they need.
func (e *Engine) look() {
	for i := 0; i < len(e.dirty); i++ { // planning one may make others dirty
		n := e.dirty[i]
		n.clear(isDirty)
		e.queue(n, e.plan(n))
	}
	clear(e.dirty)
	e.dirty = e.dirty[:0]
}

func (e *Engine) queue(n *node, act action) {
	if act == nothing {
		return
	}
	if n.kind.rows != nil {
		n.kind.rows.sink.want(n)
		return
	}
	q, in := &n.kind.sets, inSets
	switch act {
	case doRemove:
		q, in = &n.kind.removes, inRemoves
	case doDeferred:
		q, in = &n.kind.deferred, inDeferred
	}
	switch urgent := e.working == int(Urgent); {
	case urgent && !n.is(inUrgent): // perhaps in the rest as well, which is skipped then
		n.set(in | inUrgent)
		q.urgent.push(n)
		e.enqueued(n.kind, 1)
		e.urgent++
	case !n.is(in):
		n.set(in)
		q.rest.push(n)
		e.enqueued(n.kind, 1)
	}
}

// step carries out one slice of operations: removals from the highest rank down, then creations and updates from the lowest up, then deferred
// attributes. Rows and dense objects have their own places in that order. It returns false if there is nothing to do now.
func (e *Engine) step(ctx context.Context) bool {
	e.openGates()
	e.look()
	if !e.mayApply {
		return e.stepSinks() // to read what is there
	}
	for _, d := range e.dense {
		if d.removals(ctx) {
			return true
		}
	}
	if e.runnable() > 0 && e.stepGeneric(ctx) {
		return true
	}
	for _, d := range e.dense {
		if d.sets(ctx) {
			return true
		}
	}
	return e.stepSinks()
}

func (e *Engine) stepGeneric(ctx context.Context) bool {
	return e.urgent > 0 && e.stepUrgent(ctx) || e.stepParts(ctx, func(q *queue) *part { return &q.rest })
}

func (e *Engine) stepUrgent(ctx context.Context) bool {
	return e.stepParts(ctx, func(q *queue) *part { return &q.urgent })
}

func (e *Engine) stepParts(ctx context.Context, of func(*queue) *part) bool {
	for i := len(e.ranked) - 1; i >= 0; i-- {
		if k := e.ranked[i]; len(of(&k.removes).nodes) > 0 && k.ready() {
			e.slice(ctx, k, of(&k.removes), inRemoves, true)
			return true
		}
	}
	for _, k := range e.ranked {
		if len(of(&k.sets).nodes) > 0 && k.ready() {
			e.slice(ctx, k, of(&k.sets), inSets, false)
			return true
		}
	}
	for _, k := range e.ranked {
		if len(of(&k.deferred).nodes) > 0 && k.ready() {
			e.slice(ctx, k, of(&k.deferred), inDeferred, false)
			return true
		}
	}
	return false
}

// slice takes nodes from a queue, and does with each what it needs now: that may have changed since it was queued.
func (e *Engine) slice(ctx context.Context, k *kind, p *part, in nodeFlags, deepestFirst bool) {
	var creates, updates, removes batch
	urgent := p != &k.removes.rest && p != &k.sets.rest && p != &k.deferred.rest
	for _, n := range p.take(k, k.sliceSize(e), deepestFirst) {
		e.enqueued(k, -1)
		if urgent {
			e.urgent--
			n.clear(inUrgent)
		}
		if !n.is(in) {
			continue // an urgent row had it done already
		}
		n.clear(in)
		act := e.plan(n)
		switch {
		case act == doRemove && in == inRemoves:
			removes.add(n, nil)
		case act == doCreate && in == inSets:
			creates.add(n, e.wholeValue(n))
		case act == doUpdate && in == inSets, act == doDeferred && in == inDeferred:
			var attrs []AttrValue
			e.changes(n, &attrs)
			updates.add(n, attrs)
		default:
			e.queue(n, act)
		}
	}
	e.apply(ctx, k, Remove, &removes)
	e.apply(ctx, k, Create, &creates)
	e.apply(ctx, k, Update, &updates)
}

// batch is the operations of one Apply with their nodes.
type batch struct {
	nodes []*node
	ops   []Op
}

func (b *batch) add(n *node, attrs []AttrValue) {
	b.nodes = append(b.nodes, n)
	b.ops = append(b.ops, Op{Key: n.key, Attrs: attrs})
}
