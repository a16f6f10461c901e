package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// apply sends operations of one verb down, and makes their results the state of their nodes.
func (e *Engine) apply(ctx context.Context, k *kind, v Verb, b *batch) {
	if len(b.ops) == 0 || e.fatal != nil {
		return
	}
	for i := range b.ops {
		b.ops[i].Verb = v
	}
	if k.apart != nil {
		e.depart(k, v, b)
		return
	}
	results := e.send(ctx, k, b.ops)
	for i, n := range b.nodes {
		e.result(k, v, n, b.ops[i].Attrs, results[i])
	}
	if v == Remove {
		e.freed(k, results)
	}
}

// result makes the result of an operation the state of its node.
func (e *Engine) result(k *kind, v Verb, n *node, attrs []AttrValue, err error) {
	k.count.done(v, err)
	switch {
	case err != nil:
		if v == Update {
			e.partly(n, attrs)
		}
		e.failed(n, v, err)
	case v == Remove:
		e.removed(n)
	case v == Create:
		e.created(n, attrs)
	default:
		e.updated(n, attrs)
	}
}

// freed makes room for others if any removal succeeded.
func (e *Engine) freed(k *kind, removals []error) {
	if slices.Contains(removals, nil) {
		e.makeRoom(k, len(removals))
	}
}

// send calls the target. A target that gives too few results has failed the rest.
func (e *Engine) send(ctx context.Context, k *kind, ops []Op) []error {
	if k.target == nil {
		err := &Error{Class: Invalid, Err: fmt.Errorf("kind %s has no target", k.Name)}
		results := make([]error, len(ops))
		for i := range results {
			results[i] = err
		}
		return results
	}
	start := e.config.Clock.Now()
	results := pad(k.target.Apply(ctx, k.Kind, ops), len(ops))
	k.took(e.config.Clock.Now().Sub(start), len(ops))
	return results
}

func pad(results []error, n int) []error {
	for len(results) < n {
		results = append(results, &Error{Class: Transient, Err: errors.New("the target gave no result")})
	}
	return results
}

func (e *Engine) created(n *node, attrs []AttrValue) {
	n.set(exists)
	n.clear(adopted | leaving | recreate | forced)
	n.attrs, n.base = attrs, nil
	e.recovered(n)
	if n.is(lazy) {
		e.relink(n) // which of several it holds
	} else {
		e.holdAll(n)
	}
	e.appeared(n)
	e.touch(n) // deferred attributes
}

// appeared wakes those who waited for n.
func (e *Engine) appeared(n *node) {
	for _, u := range n.users {
		r := &u.node.refs[u.slot]
		if u.node.is(exists) && r.flags&(required|held) == required {
			r.flags |= held
			n.held++
		}
		if t := u.node.trouble; t != nil && t.class == Invalid {
			e.forgive(u.node)
		}
		e.touch(u.node)
	}
	if n.is(handled) {
		e.handles.changed(e, n)
	}
}

func (e *Engine) wakeUsers(n *node) {
	for _, u := range n.users {
		e.touch(u.node)
	}
}

func (e *Engine) updated(n *node, attrs []AttrValue) {
	e.programmed(n, attrs)
	e.recovered(n)
	e.relink(n)
	e.touch(n)
}

func (e *Engine) removed(n *node) {
	n.clear(exists | leaving | recreate | forced | adopted | external)
	n.attrs, n.base = nil, nil
	e.recovered(n)
	e.relink(n)
	e.wakeUsers(n)
	e.touch(n)
	if n.is(handled) {
		e.handles.changed(e, n)
	}
}

// vanished is for an object that went by itself, and with it whatever referred to it: without operations. What never is ours to create only
// loses the attribute. Rows, which live elsewhere, and what required it beyond the target's knowledge are removed.
func (e *Engine) vanished(n *node) {
	n.renews()
	if !n.is(exists) {
		return
	}
	users := append([]user(nil), n.users...)
	held0 := make([]bool, len(users))
	for i, u := range users {
		held0[i] = u.node.refs[u.slot].flags&(held|native) == held|native
	}
	e.removed(n)
	for i, u := range users {
		switch {
		case !held0[i] || u.node.kind.rows != nil:
		case u.node.ours():
			e.vanished(u.node)
		default:
			e.forgetRef(u.node, n)
		}
	}
	if n.is(handled) {
		e.handles.vanished(e, n)
	}
	for _, d := range e.dense {
		d.goneForeign(n)
	}
}

// forgetRef drops what n was programmed with that referred to gone.
func (e *Engine) forgetRef(n, gone *node) {
	var kept []AttrValue
	for _, a := range n.attrs {
		refers := false
		eachRef(a.Value, func(k Key) bool {
			refers = k == gone.key
			return !refers
		})
		if !refers {
			kept = append(kept, a)
		}
	}
	n.attrs = kept
	n.renews()
	e.relink(n)
	e.touch(n)
}
