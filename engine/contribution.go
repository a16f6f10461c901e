package engine

import (
	"slices"
)

// contribution is what one owner emitted for one object.
type contribution struct {
	owner *owner
	node  *node
	attrs []AttrValue // by ID
	refs  []*node
	led   int // so many refs, the first ones, are followed
	wants bool
}

func (c *contribution) same(d *contribution) bool {
	return c.wants == d.wants && c.led == d.led && slices.Equal(c.refs, d.refs) && slices.EqualFunc(c.attrs, d.attrs, sameAttr)
}

// commit replaces the owner's contributions by what was emitted. Objects whose contribution is the same as before are left alone.
func (tx *Tx) commit() {
	e, o := tx.e, tx.owner
	old, fresh := o.contribs, tx.contributions()
	if o.of.sets {
		e.restand(o.by.(stander).stands(), tx.stands)
	}
	unchanged := len(old) == len(fresh)
	for i := range old {
		c := &old[i]
		if c.node.mark == e.serial {
			unchanged = unchanged && c.same(&fresh[c.node.slot])
		} else {
			unchanged = false
			e.withdraw(c)
		}
	}
	if unchanged {
		tx.reset()
		return
	}
	for i := range old {
		c := &old[i]
		if c.node.mark != e.serial {
			continue
		}
		f := &fresh[c.node.slot]
		tx.groups[c.node.slot].known = true
		if c.same(f) {
			f.attrs, f.refs = c.attrs, c.refs
		} else {
			c.node.wants += count(f.wants) - count(c.wants)
			e.changed(c.node)
		}
		c.node.contribs[slices.Index(c.node.contribs, c)] = f
	}
	for i := range fresh {
		if !tx.groups[i].known {
			e.contribute(&fresh[i])
		}
	}
	pin(fresh, 1)
	e.unpin(old)
	o.contribs = fresh
	tx.reset()
}

// pin keeps the nodes alive that contributions point to.
func pin(list []contribution, n int32) {
	for i := range list {
		for _, to := range list[i].refs {
			to.pins += n
		}
	}
}

func (e *Engine) unpin(list []contribution) {
	pin(list, -1)
	for i := range list {
		for _, to := range list[i].refs {
			if to.pins == 0 {
				e.discard(to)
			}
		}
	}
}

func count(wants bool) int32 {
	if wants {
		return 1
	}
	return 0
}

func (e *Engine) withdraw(c *contribution) {
	n := c.node
	n.contribs = slices.Delete(n.contribs, slices.Index(n.contribs, c), slices.Index(n.contribs, c)+1)
	if len(n.contribs) == 0 {
		n.contribs = nil
	}
	n.wants -= count(c.wants)
	e.changed(n)
}

func (e *Engine) contribute(c *contribution) {
	n := c.node
	at := len(n.contribs)
	for at > 0 && c.owner.before(n.contribs[at-1].owner) {
		at--
	}
	n.contribs = slices.Insert(n.contribs, at, c)
	n.wants += count(c.wants)
	e.changed(n)
}

// changed has n's wishes looked at anew. An object that was refused gets another chance.
func (e *Engine) changed(n *node) {
	n.set(stale)
	e.forgive(n)
	e.touch(n)
}

// contributions turns the emissions into one contribution for each node, and marks the nodes with their index.
func (tx *Tx) contributions() []contribution {
	tx.e.serial++
	for i := range tx.emitted {
		m := &tx.emitted[i]
		if m.node.mark != tx.e.serial {
			m.node.mark, m.node.slot = tx.e.serial, int32(len(tx.groups))
			tx.groups = append(tx.groups, group{first: i, last: i})
		}
		g := &tx.groups[m.node.slot]
		if g.last != i {
			tx.emitted[g.last].next = i
			g.last = i
		}
		g.wants = g.wants || m.wants
		g.attrs += m.attrN - m.attr0
		g.refs += m.refN - m.ref0
	}
	if len(tx.groups) == 0 {
		return nil
	}
	out := make([]contribution, len(tx.groups))
	attrs := make([]AttrValue, 0, len(tx.attrs)) // one allocation for all
	for i := range out {
		g := &tx.groups[i]
		c := &out[i]
		c.owner, c.node, c.wants = tx.owner, tx.emitted[g.first].node, g.wants
		start := len(attrs)
		if g.refs > 0 {
			c.refs = make([]*node, 0, g.refs)
		}
		for j := g.first; j >= 0; j = tx.emitted[j].next {
			m := &tx.emitted[j]
			for _, a := range tx.attrs[m.attr0:m.attrN] {
				attrs = insertAttr(attrs, start, a)
			}
			if refs := tx.refs[m.ref0:m.refN]; m.follows {
				c.refs = slices.Insert(c.refs, c.led, refs...)
				c.led += len(refs)
			} else {
				c.refs = append(c.refs, refs...)
			}
		}
		if len(attrs) > start {
			c.attrs = attrs[start:len(attrs):len(attrs)]
		}
	}
	return out
}

// insertAttr keeps attrs[start:] sorted by ID; within one owner the last value wins.
func insertAttr(attrs []AttrValue, start int, a AttrValue) []AttrValue {
	i := len(attrs)
	for i > start && attrs[i-1].ID > a.ID {
		i--
	}
	if i > start && attrs[i-1].ID == a.ID {
		attrs[i-1] = a
		return attrs
	}
	return slices.Insert(attrs, i, a)
}

// merge makes n.desired from the contributions. Of different values for one attribute the first owner's is in force, and the others are told.
func (e *Engine) merge(n *node) {
	var losers []*owner
	switch len(n.contribs) {
	case 0:
		n.desired = nil
	case 1:
		n.desired = n.contribs[0].attrs
	default:
		n.desired, losers = mergeMany(n.contribs)
	}
	if len(losers) > 0 || e.conflicts[n] != nil {
		e.setConflicts(n, losers)
	}
}

func mergeMany(contribs []*contribution) (merged []AttrValue, losers []*owner) {
	with := 0
	var only *contribution
	for _, c := range contribs {
		if len(c.attrs) > 0 {
			with++
			only = c
		}
	}
	switch with {
	case 0:
		return nil, nil
	case 1:
		return only.attrs, nil
	}
	for _, c := range contribs {
		lost := false
		for _, a := range c.attrs {
			i, found := slices.BinarySearchFunc(merged, a.ID, compareID)
			switch {
			case !found:
				merged = slices.Insert(merged, i, a)
			case !same(merged[i].Value, a.Value):
				lost = true
			}
		}
		if lost {
			losers = append(losers, c.owner)
		}
	}
	return merged, losers
}
