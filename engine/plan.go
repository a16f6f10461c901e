package engine

// action is what an object needs next.
type action uint8

const (
	nothing action = iota
	doRemove
	doCreate
	doUpdate
	doDeferred // an update of deferred attributes only
)

// plan decides what n needs next, and notes why it cannot have it. It changes nothing but n's flags and, when n begins or ceases to leave, has
// its users looked at.
func (e *Engine) plan(n *node) action {
	if n.is(inFlight) {
		return nothing // its result has it looked at again
	}
	if n.is(stale) {
		n.clear(stale)
		e.merge(n)
		e.relink(n)
	}
	if n.kind.dense != nil && !n.kind.dense.arbitrate(n) {
		return nothing
	}
	e.decideLeaving(n)
	waits := false
	act := nothing
	switch {
	case n.is(leaving):
		act, waits = e.planLeaving(n)
	case n.is(exists):
		act, waits = e.planExisting(n)
	case n.wants == 0:
		if len(n.contribs) == 0 {
			e.discard(n)
		}
	case !n.ours(): // it comes by itself
		waits = true
	default:
		act, waits = e.planMissing(n)
	}
	if waits || n.is(parked) {
		n.put(parked, waits)
		e.mistrust(n) // even if it waited before: perhaps for something else
	}
	switch {
	case n.trouble.blocks():
		return nothing
	case act == nothing:
		e.recovered(n) // what was refused is not wanted any more
	}
	return act
}

// decideLeaving tells whether n, if it exists, is to go, and has everybody concerned looked at when that changes.
func (e *Engine) decideLeaving(n *node) {
	again, push := false, false
	leave := false
	if n.is(exists) && n.ours() {
		leave = n.wants == 0 && (!n.is(adopted) || e.mayPrune)
		push = e.pushedOut(n)
		again = !leave && !push && e.mustRecreate(n)
	}
	before := n.flags & (leaving | recreate | forced)
	n.put(leaving, leave || push || again)
	n.put(recreate, again)
	n.put(forced, push)
	if n.flags&(leaving|recreate|forced) == before {
		return
	}
	e.forgive(n)
	e.wakeUsers(n)
	if n.is(handled) {
		e.handles.changed(e, n)
	}
}

// pushedOut tells whether something that n holds goes and n cannot let go of it, so that n must go first.
func (e *Engine) pushedOut(n *node) bool {
	for i := range n.refs {
		r := &n.refs[i]
		if n.kind.rows != nil && r.flags&need != 0 && !r.to.usable() {
			return true // a row must not outlive what it tells of, and holds nothing back
		}
		if r.flags&(required|held) == required|held && !r.to.is(exists) {
			return true // it vanished
		}
		if r.flags&(held|follows) == held|follows && r.to.is(leaving) {
			return true
		}
		if r.flags&(held|hard) != held|hard || !r.to.pushed() {
			continue
		}
		if r.flags&(choice|need) == choice && e.alternative(n) {
			continue
		}
		return true
	}
	return false
}

// alternative tells whether each Choice of n has a usable key.
func (e *Engine) alternative(n *node) bool {
	for _, a := range n.desired {
		if c, ok := a.Value.(Choice); ok && e.choose(c) == nil {
			return false
		}
	}
	return true
}

func (e *Engine) choose(c Choice) *node {
	for _, k := range c {
		if to := e.lookup(k); to != nil && to.usable() {
			return to
		}
	}
	return nil
}

// mustRecreate tells whether a create-only attribute is to change and the new object could be made at once.
func (e *Engine) mustRecreate(n *node) bool {
	if !e.createOnlyDiffers(n) {
		return false
	}
	for i := range n.refs {
		if r := &n.refs[i]; r.flags&need != 0 && !r.to.usable() {
			return false
		}
	}
	return e.alternative(n)
}

func (e *Engine) planLeaving(n *node) (act action, waits bool) {
	if n.held == 0 {
		return doRemove, false
	}
	if act, _ = e.changes(n, nil); act == doDeferred { // lets go of what may be part of a cycle
		return doDeferred, true
	}
	return nothing, true
}

func (e *Engine) planMissing(n *node) (act action, waits bool) {
	for i := range n.refs {
		if r := &n.refs[i]; r.flags&need != 0 && !r.to.usable() {
			return nothing, true
		}
	}
	if n.is(lazy) {
		for _, a := range n.desired {
			if _, ok := e.current(n, a, nil, false); !ok && !n.kind.info(a.ID).Deferred {
				return nothing, true
			}
		}
	}
	return doCreate, false
}

func (e *Engine) planExisting(n *node) (act action, waits bool) {
	act, waits = e.changes(n, nil)
	for i := 0; i < len(n.refs) && !waits; i++ {
		r := &n.refs[i]
		waits = r.flags&(required|held) == required && !r.to.usable()
	}
	switch {
	case waits && act != doDeferred:
		return nothing, true
	case !waits && act == nothing:
		return nothing, e.deferredMissing(n)
	}
	return act, waits
}

// deferredMissing tells whether a deferred attribute waits for what it refers to.
func (e *Engine) deferredMissing(n *node) bool {
	for i := range n.refs {
		if r := &n.refs[i]; r.flags&(deferred|held) == deferred && !r.to.usable() {
			return true
		}
	}
	return false
}

// blockers yields what n waits for.
func (n *node) blockers(yield func(*node) bool) {
	switch {
	case n.is(leaving):
		for _, u := range n.users {
			if u.node.refs[u.slot].flags&held != 0 && !yield(u.node) {
				return
			}
		}
	case n.wants > 0 && !n.is(exists) && !n.ours():
		yield(n)
	default:
		for i := range n.refs {
			r := &n.refs[i]
			if r.flags&held == 0 && !r.to.usable() && !yield(r.to) {
				return
			}
		}
	}
}
