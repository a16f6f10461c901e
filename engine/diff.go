package engine

import "slices"

// current is what an attribute's wanted value comes to now: a Choice becomes one of its keys, an identity a text. ok is false if that must wait.
// have is the programmed value; what is programmed may stay while it leaves, unless it must be let go of.
func (e *Engine) current(n *node, a AttrValue, have any, has bool) (v any, ok bool) {
	switch v := a.Value.(type) {
	case bool, string, uint8, uint16, uint32, uint64, int32, nil:
		return v, true
	case Choice:
		if to := e.choose(v); to != nil {
			return to.key, true
		}
		if i := n.kind.info(a.ID); has && i.resettable() && e.pushes(have) {
			return i.Default, true
		}
		return have, has && e.keeps(n, v, have)
	case identity:
		return e.identity(v, have, has)
	}
	missing := false
	eachRef(a.Value, func(k Key) bool {
		to := e.lookup(k)
		missing = to == nil || !to.usable()
		return !missing
	})
	if !missing {
		return a.Value, true
	}
	if has && same(have, a.Value) && !e.letsGo(n, a) {
		return have, true
	}
	if i := n.kind.info(a.ID); has && i.resettable() && e.letsGo(n, a) {
		return i.Default, true
	}
	return nil, false
}

// pushes tells whether a programmed reference must be let go of.
func (e *Engine) pushes(have any) bool {
	k, isKey := have.(Key)
	if !isKey {
		return false
	}
	to := e.lookup(k)
	return to == nil || !to.is(exists) || to.pushed()
}

// keeps tells whether a Choice may stay with what is programmed although that leaves.
func (e *Engine) keeps(n *node, c Choice, have any) bool {
	k, isKey := have.(Key)
	if !isKey {
		return false
	}
	to := e.lookup(k)
	if to == nil || !to.is(exists) {
		return false
	}
	for _, o := range c {
		if o == k {
			return true
		}
	}
	return false
}

// letsGo tells whether n's attribute must be reset because of what it refers to: that is created again, or n itself leaves and the attribute is
// part of a cycle.
func (e *Engine) letsGo(n *node, a AttrValue) bool {
	i := n.kind.info(a.ID)
	if !i.resettable() {
		return false
	}
	must := false
	eachRef(a.Value, func(k Key) bool {
		to := e.lookup(k)
		must = to == nil || !to.is(exists) || to.pushed() || to.is(leaving) && n.is(leaving) && i.Deferred
		return !must
	})
	return must
}

// changes finds the attributes of an existing object that are not as wanted. The result is doUpdate if an attribute differs that is not deferred,
// doDeferred if only deferred ones differ. waits tells that a value must wait for a reference; then nothing but deferred attributes may change.
// If out is given, it gets the changes of that pass.
func (e *Engine) changes(n *node, out *[]AttrValue) (act action, waits bool) {
	d := differ{e: e, n: n, out: out, pass: doUpdate}
	if d.run(); d.act == doDeferred && out != nil {
		d = differ{e: e, n: n, out: out, pass: doDeferred}
		d.run()
	}
	return d.act, d.waits
}

type differ struct {
	e     *Engine
	n     *node
	out   *[]AttrValue
	pass  action // which changes go to out
	act   action
	waits bool
}

func (d *differ) run() {
	n := d.n
	i, j := 0, 0
	for i < len(n.attrs) || j < len(n.desired) {
		switch {
		case j == len(n.desired) || i < len(n.attrs) && n.attrs[i].ID < n.desired[j].ID:
			d.unwanted(n.attrs[i])
			i++
		case i == len(n.attrs) || n.desired[j].ID < n.attrs[i].ID:
			d.wanted(n.desired[j], nil, false)
			j++
		default:
			d.wanted(n.desired[j], n.attrs[i].Value, true)
			i++
			j++
		}
	}
}

func (d *differ) change(id uint16, v any, i *AttrInfo) {
	act := doUpdate
	if i.Deferred {
		act = doDeferred
	}
	if d.act == nothing || act == doUpdate {
		d.act = act
	}
	if d.out != nil && act == d.pass {
		*d.out = append(*d.out, AttrValue{id, v})
	}
}

func (d *differ) wanted(a AttrValue, have any, has bool) {
	i := d.n.kind.info(a.ID)
	if i.CreateOnly {
		return // decideLeaving sees to it
	}
	if d.n.is(leaving) { // lets go of what may be part of a cycle, and changes nothing else
		if has && i.Deferred && d.e.letsGo(d.n, AttrValue{a.ID, have}) {
			d.change(a.ID, i.Default, i)
		}
		return
	}
	v, ok := d.e.current(d.n, a, have, has)
	switch {
	case !ok:
		d.waits = d.waits || !i.Deferred
	case has && same(have, v), !has && i.HasDefault && same(i.Default, v):
	default:
		d.change(a.ID, v, i)
	}
}

// unwanted is an attribute that nobody contributes any more, or never did.
func (d *differ) unwanted(a AttrValue) {
	i := d.n.kind.info(a.ID)
	n := d.n
	if i.CreateOnly || n.is(leaving) && !(i.Deferred && d.e.letsGo(n, a)) || !d.e.mayPrune && n.flags&(adopted|permanent|external) != 0 {
		return
	}
	to, known := i.Default, i.HasDefault
	if !known {
		to, known = find(n.base, a.ID)
	}
	if known && !same(a.Value, to) {
		d.change(a.ID, to, i)
	}
}

// createOnlyDiffers tells whether n must be made anew to be as wanted.
func (e *Engine) createOnlyDiffers(n *node) bool {
	if n.wants == 0 {
		return false
	}
	for _, a := range n.desired {
		i := n.kind.info(a.ID)
		if !i.CreateOnly {
			continue
		}
		have, has := find(n.attrs, a.ID)
		switch {
		case !has && (!i.HasDefault || same(i.Default, a.Value)):
			if n.is(adopted) || i.HasDefault {
				continue // the target did not tell
			}
			return true
		case has && e.meets(a.Value, have):
			continue
		}
		return true
	}
	if len(n.attrs) == 0 || !e.mayPrune {
		return false
	}
	for _, a := range n.attrs {
		i := n.kind.info(a.ID)
		if _, is := find(n.desired, a.ID); !is && i.CreateOnly && i.HasDefault && !same(i.Default, a.Value) {
			return true
		}
	}
	return false
}

// meets tells whether a programmed create-only value is one that is wanted. Any key of a Choice does: it is no reason to create anew.
func (e *Engine) meets(wanted, have any) bool {
	if c, ok := wanted.(Choice); ok {
		for _, k := range c {
			if same(have, k) {
				return true
			}
		}
		return false
	}
	return same(have, wanted)
}

// wholeValue is all attributes of an object that is to be created, but for the deferred ones.
func (e *Engine) wholeValue(n *node) []AttrValue {
	whole := !n.is(lazy)
	for i := 0; whole && i < len(n.desired); i++ {
		whole = !n.kind.info(n.desired[i].ID).Deferred
	}
	if whole {
		return n.desired
	}
	out := make([]AttrValue, 0, len(n.desired))
	for _, a := range n.desired {
		if n.kind.info(a.ID).Deferred {
			continue
		}
		if v, ok := e.current(n, a, nil, false); ok {
			out = append(out, AttrValue{a.ID, v})
		}
	}
	return out
}

// programmed notes that the target has attrs of n. What an attribute without default was before stays known, to return to.
func (e *Engine) programmed(n *node, attrs []AttrValue) {
	if n.flags&(adopted|permanent|external) != 0 {
		for _, a := range attrs {
			old, had := find(n.attrs, a.ID)
			_, unknown := old.(doubt)
			if _, known := find(n.base, a.ID); had && !known && !unknown && !n.kind.info(a.ID).HasDefault {
				n.base = with(n.base, []AttrValue{{a.ID, old}})
			}
		}
	}
	n.attrs = with(n.attrs, attrs)
	if n.kind.rows != nil { // without a value a field is no more
		n.attrs = slices.DeleteFunc(n.attrs, func(a AttrValue) bool { return a.Value == nil })
	}
	if len(n.attrs) == len(n.desired) && !n.is(lazy) && equalAttrs(n.attrs, n.desired) {
		n.attrs = n.desired // one copy is enough
	}
}

func equalAttrs(a, b []AttrValue) bool {
	for i := range a {
		if !sameAttr(a[i], b[i]) {
			return false
		}
	}
	return true
}
