package engine

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
)

// adopt asks each target once what exists, so that only differences are touched.
func (e *Engine) adopt(ctx context.Context) error {
	var targets []Target
	kinds := map[Target][]*Kind{}
	for _, k := range e.ranked {
		if k.target == nil {
			continue
		}
		if kinds[k.target] == nil {
			targets = append(targets, k.target)
		}
		kinds[k.target] = append(kinds[k.target], k.Kind)
	}
	for _, t := range targets {
		a, ok := t.(Adopter)
		if !ok {
			continue
		}
		found, err := a.Adopt(ctx, kinds[t])
		if err != nil {
			return fmt.Errorf("adopting what exists: %w", err)
		}
		for i := range found {
			e.adoptOne(&found[i])
		}
		for i := range found { // references are known only when all are there
			if n := e.lookup(found[i].Key); n != nil && n.is(exists) {
				e.relink(n)
				e.touch(n)
			}
		}
	}
	return nil
}

func (e *Engine) adoptOne(a *Actual) {
	k := e.kindOf(a.Key)
	if k.dense != nil && !a.Permanent && k.dense.adopt(a) {
		return
	}
	n := e.node(a.Key)
	n.set(exists | adopted)
	n.put(permanent, a.Permanent)
	n.attrs = sortAttrs(a.Attrs)
	e.metrics.adopted++
}

func sortAttrs(attrs []AttrValue) []AttrValue {
	out := make([]AttrValue, 0, len(attrs))
	for _, a := range attrs {
		out = insertAttr(out, 0, a)
	}
	return out
}

// observation is what a target saw come or go by itself.
type observation []Actual

// observe forwards the events of targets.
func (e *Engine) observe(ctx context.Context, g *errgroup.Group) {
	seen := map[Target]bool{}
	for _, k := range e.ranked {
		o, ok := k.target.(Observer)
		if !ok || seen[k.target] {
			continue
		}
		seen[k.target] = true
		events := o.Observe(ctx)
		g.Go(func() error {
			for {
				select {
				case <-ctx.Done():
					return nil
				case list, ok := <-events:
					if !ok {
						return nil
					}
					select {
					case e.hub.observed <- list:
					case <-ctx.Done():
						return nil
					}
				}
			}
		})
	}
}

// see makes events the state of their objects.
func (e *Engine) see(list observation) {
	e.metrics.observed += uint64(len(list))
	for i := range list {
		a := &list[i]
		k := e.kindOf(a.Key)
		if k.dense != nil && k.dense.see(a) {
			continue
		}
		n := e.node(a.Key)
		if a.Gone {
			e.vanished(n)
			continue
		}
		if n.is(exists) { // attributes may have changed under us
			n.renews()
			e.programmed(n, sortAttrs(a.Attrs))
			e.relink(n)
			e.touch(n)
			continue
		}
		n.set(exists | adopted)
		n.put(permanent, a.Permanent || n.is(permanent))
		n.put(external, n.wants == 0)
		n.attrs = sortAttrs(a.Attrs)
		e.recovered(n)
		e.mistrust(n)
		e.relink(n)
		e.appeared(n)
		e.touch(n)
	}
}
