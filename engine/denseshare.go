package engine

// adopt takes an object that was found in the target. It is compared when a row wants it, and removed if none does.
func (d *dense[K, R, O, V]) adopt(a *Actual) bool {
	o, ok := d.Decode(a.Key)
	if !ok {
		return false
	}
	d.take(d.put(o), sortAttrs(a.Attrs))
	d.e.metrics.adopted++
	return true
}

// take makes an entry one that exists with attributes that somebody else programmed.
func (d *dense[K, R, O, V]) take(i uint32, attrs []AttrValue) {
	en := d.at(i)
	d.letGo(i, en)
	en.flags |= entryExists | entryForeign
	d.existing++
	d.foreign[i] = attrs
	d.holdForeign(i, en, true)
	d.queue(i)
}

// see takes an event: an object that vanished is made again if it is wanted. What appears is left to others.
func (d *dense[K, R, O, V]) see(a *Actual) bool {
	o, ok := d.Decode(a.Key)
	if !ok {
		return false
	}
	if i, known := d.find(o); known && a.Gone {
		if en := d.at(i); en.flags&(entryExists|entryFlight) == entryExists {
			d.hasNot(i, en)
			d.queue(i)
		}
	}
	return true
}

// meet is told of each ordinary node of the kind: something refers to the object, or wants it.
func (d *dense[K, R, O, V]) meet(n *node) {
	o, ok := d.Decode(n.key)
	if !ok {
		return
	}
	d.nodes[o] = n
	if i, known := d.find(o); known {
		d.mirror(d.at(i))
	}
}

// forgetNode is told when an ordinary node is forgotten.
func (d *dense[K, R, O, V]) forgetNode(n *node) {
	if o, ok := d.Decode(n.key); ok {
		delete(d.nodes, o)
	}
}

// mirror shows an entry's existence to the ordinary node of the same object, so that others may refer to it.
func (d *dense[K, R, O, V]) mirror(en *entry[O, V]) {
	if len(d.nodes) == 0 {
		return
	}
	n := d.nodes[en.object]
	there := en.flags&entryExists != 0
	if n == nil || n.is(exists) && !n.is(mirror) || n.is(mirror) == there {
		return
	}
	n.put(exists|mirror, there)
	if there {
		en.flags |= entryMirror
		d.e.appeared(n)
	} else {
		en.flags &^= entryMirror
		n.clear(leaving)
		d.e.wakeUsers(n)
	}
	d.e.touch(n)
}

// heldByNode tells whether somebody refers to the entry's object, so that it cannot go yet.
func (d *dense[K, R, O, V]) heldByNode(en *entry[O, V]) bool {
	if en.flags&entryMirror == 0 {
		return false
	}
	n := d.nodes[en.object]
	if n.held == 0 {
		return false
	}
	if !n.is(leaving) {
		n.set(leaving)
		d.e.wakeUsers(n)
	}
	d.e.mistrust(n)
	return true
}

// rivals tells whether a row wants the object that a Want has, and says so.
func (d *dense[K, R, O, V]) rivals(n *node) bool {
	o, ok := d.Decode(n.key)
	if !ok {
		return false
	}
	i, known := d.find(o)
	if !known || d.at(i).flags&(entryShadow|entryRow) != entryShadow|entryRow {
		return false
	}
	return d.Yields == nil || !d.Yields(d.at(i).want)
}

// arbitrate decides who has an object that a Want and a row may want both: the Want. The object goes from one to the other without an operation.
// It returns false if the node must wait.
func (d *dense[K, R, O, V]) arbitrate(n *node) bool {
	o, ok := d.Decode(n.key)
	if !ok {
		return true
	}
	i, known := d.find(o)
	if !known && n.wants == 0 {
		return true
	}
	if !known {
		i = d.put(o)
	}
	en := d.at(i)
	if en.flags&entryFlight != 0 {
		return false // landed has n looked at again
	}
	if n.wants > 0 {
		d.cede(n, i, en)
		return true
	}
	if en.flags&entryShadow != 0 {
		d.takeBack(n, i, en)
	}
	if n.is(mirror) {
		d.queue(i) // it may have waited for n's users
		return false
	}
	return true
}

// cede gives an object to the Want.
func (d *dense[K, R, O, V]) cede(n *node, i uint32, en *entry[O, V]) {
	if en.flags&entryShadow != 0 {
		return
	}
	en.flags |= entryShadow
	d.e.mistrust(n)
	if en.flags&entryExists == 0 {
		return
	}
	attrs := d.foreign[i]
	if en.flags&entryForeign == 0 {
		_, attrs = d.keyFor(en.object, en.have, en.slot)
		attrs = sortAttrs(attrs)
	}
	n.clear(mirror | leaving)
	n.set(exists | adopted)
	n.attrs = attrs
	en.flags &^= entryMirror
	d.e.relink(n)
	d.letGo(i, en)
	d.e.appeared(n)
}

// takeBack returns an object to its row when nobody else wants it any more; without a row the ordinary way removes it.
func (d *dense[K, R, O, V]) takeBack(n *node, i uint32, en *entry[O, V]) {
	en.flags &^= entryShadow
	d.e.mistrust(n)
	d.mistrust(i, en)
	d.queue(i)
	if en.flags&wantedEntry == 0 || !n.is(exists) || n.held > 0 {
		return
	}
	attrs := n.attrs
	n.attrs = nil
	n.clear(exists | adopted | leaving | recreate | forced)
	d.take(i, attrs)
	d.e.relink(n)
	d.mirror(en)
}

// landed is called after an entry's operation, for the node that may have waited for it.
func (d *dense[K, R, O, V]) landed(en *entry[O, V]) {
	if len(d.nodes) > 0 {
		if n := d.nodes[en.object]; n != nil {
			d.e.touch(n)
		}
	}
}

func (d *dense[K, R, O, V]) count(m *KindMetrics) {
	m.Objects += d.existing
	m.Full += len(d.full)
	for _, en := range d.all {
		if en.flags&entryWaits != 0 {
			m.Parked++
		}
	}
}

func (d *dense[K, R, O, V]) explain(k Key) []Explanation {
	o, ok := d.Decode(k)
	if !ok {
		return nil
	}
	i, known := d.find(o)
	if !known {
		return nil
	}
	en := d.at(i)
	x := Explanation{Object: k.String(), State: "as wanted", Wanted: en.flags&wantedEntry != 0, Exists: en.flags&entryExists != 0}
	switch {
	case en.flags&entryForeign != 0:
		x.Origin = "adopted"
		x.Has = d.attributes(d.foreign[i])
	case x.Exists:
		_, attrs := d.keyFor(o, en.have, en.slot)
		x.Has = d.attributes(attrs)
	}
	if en.flags&entryRow != 0 {
		x.Owners = []string{"a row of " + d.table.schema.Name}
	} else if en.flags&entryFloor != 0 {
		x.Owners = []string{"the floor of " + d.table.schema.Name}
	}
	if s, bad := d.statusOf(i, en, k); bad {
		x.State, x.Reason, x.Since = stateWord(s.State), s.Reason, d.e.told[s.Object].since
		for _, h := range d.handles(o, en.want) {
			x.Waits = append(x.Waits, d.e.explainHandle(h)...)
		}
	} else if !x.Wanted {
		x.State = "not wanted"
	}
	return []Explanation{x}
}

func (d *dense[K, R, O, V]) explainRow(key string) ([]Explanation, bool) {
	k, err := d.typed.DecodeKey(key)
	if err != nil {
		return nil, false
	}
	o, err := d.Object(k)
	if err != nil {
		return nil, false
	}
	i, known := d.find(o)
	if !known {
		return nil, false
	}
	en := d.at(i)
	object, _ := d.keyFor(o, en.want, en.slot)
	return d.explain(object), en.flags&entryRow != 0
}

func (d *dense[K, R, O, V]) attributes(attrs []AttrValue) (out []Attribute) {
	for _, a := range attrs {
		out = append(out, Attribute{d.kind.info(a.ID).Name, valueText(a.Value)})
	}
	return out
}

// explainHandle tells of what may stand for a handle, if nothing does.
func (e *Engine) explainHandle(h Handle) (out []Explanation) {
	x := e.handles.get(h)
	if x == nil {
		return nil
	}
	if _, _, ok := x.choose(); ok {
		return nil
	}
	for _, at := range x.best {
		out = append(out, e.explainNode(x.slots[at].node, 3))
	}
	return out
}
