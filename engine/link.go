package engine

// linking is the workspace of relink: the refs being gathered, each node once.
type linking struct {
	e     *Engine
	refs  []ref
	flags refFlags
	add   func(Key) bool // bound once, so that Key.Refs does not allocate a closure for each object
}

func (l *linking) init(e *Engine) {
	l.e = e
	l.add = func(k Key) bool {
		l.node(e.node(k), l.flags)
		return true
	}
}

func (l *linking) node(to *node, f refFlags) {
	if to.mark == l.e.serial {
		l.refs[to.slot].flags |= f
		return
	}
	to.mark, to.slot = l.e.serial, int32(len(l.refs))
	l.refs = append(l.refs, ref{to: to, back: -1, flags: f})
}

// value gathers the references of an attribute's value.
func (l *linking) value(v any, f refFlags) {
	l.flags = f | native
	switch v := v.(type) {
	case bool, string, uint8, uint16, uint32, uint64, int32, nil:
	case Choice:
		if l.flags &^= need; l.flags&held == 0 {
			l.flags |= choice
		}
		for _, k := range v {
			l.add(k)
		}
	case identity:
		l.add(v.of)
	case Key:
		l.add(v)
	case referrer:
		v.Refs(l.add)
	}
}

// relink brings the edges of n up to date with what it wants and, if it exists, with what it was programmed with.
func (e *Engine) relink(n *node) {
	l := &e.linking
	l.refs = l.refs[:0]
	e.serial++
	holds := refFlags(0)
	if n.is(exists) {
		holds = held
	}
	if n.wants > 0 || n.is(exists) {
		l.flags = need | hard | native | holds
		n.key.Refs(l.add)
	}
	n.clear(lazy)
	if n.wants > 0 || !n.ours() {
		for _, a := range n.desired {
			l.value(a.Value, n.kind.wantFlags(a.ID))
			switch a.Value.(type) {
			case Choice, identity:
				n.set(lazy)
			}
		}
		for _, c := range n.contribs {
			for i, to := range c.refs {
				f := need | hard | required
				if i < c.led {
					f |= follows
				}
				if to.is(exists) {
					f |= holds
				}
				l.node(to, f)
			}
		}
	}
	if n.is(exists) {
		for _, a := range n.attrs {
			l.value(a.Value, n.kind.holdFlags(a.ID))
		}
	}
	e.replaceRefs(n, l.refs)
}

// holdAll makes all that n needed held, at its creation.
func (e *Engine) holdAll(n *node) {
	for i := range n.refs {
		if r := &n.refs[i]; r.flags&(need|held) == need {
			r.flags |= held
			r.to.held++
		}
	}
}

// wantFlags says how a wanted attribute refers; holdFlags how a programmed one does.
func (k *kind) wantFlags(id uint16) refFlags {
	switch i := k.info(id); {
	case i.Deferred:
		return deferred
	case i.resettable() && k.rows == nil:
		return need
	}
	return need | hard
}

func (k *kind) holdFlags(id uint16) refFlags {
	if k.info(id).resettable() && k.rows == nil {
		return held
	}
	return held | hard
}

// resettable tells whether the attribute can let go of what it refers to.
func (i *AttrInfo) resettable() bool { return i.HasDefault && !i.CreateOnly }

// replaceRefs makes the gathered refs those of n, and keeps both ends of each edge and the counts of holders right.
func (e *Engine) replaceRefs(n *node, gathered []ref) {
	for i := range n.refs {
		old := &n.refs[i]
		if old.to.mark == e.serial && old.to.slot < int32(len(gathered)) && gathered[old.to.slot].to == old.to {
			g := &gathered[old.to.slot]
			g.back = old.back
			old.to.users[old.back].slot = old.to.slot
			e.hold(old.to, old.flags&held != 0, g.flags&held != 0)
			continue
		}
		e.hold(old.to, old.flags&held != 0, false)
		e.unlink(old)
	}
	for i := range gathered {
		if g := &gathered[i]; g.back < 0 {
			g.back = int32(len(g.to.users))
			g.to.users = append(g.to.users, user{n, int32(i)})
			e.hold(g.to, false, g.flags&held != 0)
		}
	}
	switch {
	case len(gathered) == 0:
		n.refs = nil
	case cap(n.refs) >= len(gathered) && cap(n.refs) <= 2*len(gathered):
		n.refs = n.refs[:len(gathered)]
		copy(n.refs, gathered)
	default:
		n.refs = append(make([]ref, 0, len(gathered)), gathered...)
	}
}

// unlink takes an edge out of its target's list of users; the last user moves into the gap.
func (e *Engine) unlink(r *ref) {
	users := r.to.users
	last := len(users) - 1
	if moved := users[last]; int(r.back) != last {
		users[r.back] = moved
		moved.node.refs[moved.slot].back = r.back
	}
	users[last] = user{}
	r.to.users = users[:last]
	if last == 0 {
		r.to.users = nil
		e.discard(r.to)
	}
}

func (e *Engine) unlinkAll(n *node) {
	for i := range n.refs {
		e.hold(n.refs[i].to, n.refs[i].flags&held != 0, false)
		e.unlink(&n.refs[i])
	}
	n.refs = nil
}

// hold counts the holders of to; the last one that lets go lets it be removed.
func (e *Engine) hold(to *node, before, after bool) {
	switch {
	case before == after:
	case after:
		to.held++
	default:
		to.held--
		switch {
		case !to.is(leaving):
		case to.held == 0:
			e.touch(to)
		default:
			e.mistrust(to) // it waits for less
		}
	}
}
