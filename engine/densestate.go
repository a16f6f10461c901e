package engine

// acquire counts an object as a holder of what stands for the handles in v, or with -1 takes that back.
func (d *dense[K, R, O, V]) acquire(o O, v V, slot uint16, n int32) {
	for _, h := range d.handles(o, v) {
		d.e.handles.hold(d.e, h, d.slotOf(h, slot), n)
	}
}

// has notes that an entry is programmed with v, for which it was acquired.
func (d *dense[K, R, O, V]) has(i uint32, en *entry[O, V], v V, slot uint16) {
	d.letGo(i, en)
	en.flags |= entryExists
	en.have, en.slot = v, slot
	d.existing++
	d.mirror(en)
}

// hasNot notes that an entry is not programmed any more.
func (d *dense[K, R, O, V]) hasNot(i uint32, en *entry[O, V]) {
	d.letGo(i, en)
	var zero V
	en.have, en.slot = zero, 0
	d.mirror(en)
}

// letGo gives up all that an entry holds.
func (d *dense[K, R, O, V]) letGo(i uint32, en *entry[O, V]) {
	if en.flags&entryExists == 0 {
		return
	}
	d.existing--
	if en.flags&entryForeign != 0 {
		en.flags &^= entryExists | entryForeign
		d.holdForeign(i, en, false)
		delete(d.foreign, i)
		return
	}
	en.flags &^= entryExists
	d.acquire(en.object, en.have, en.slot, -1)
}

// slotOf is the slot of a handle: a key has but one.
func (d *dense[K, R, O, V]) slotOf(h Handle, slot uint16) uint16 {
	if x := d.e.handles.get(h); x != nil && x.set != nil {
		return slot
	}
	return 0
}

// holdForeign holds, or lets go of, what an adopted entry refers to.
func (d *dense[K, R, O, V]) holdForeign(i uint32, en *entry[O, V], on bool) {
	hold := func(k Key) bool {
		d.e.hold(d.e.node(k), !on, on)
		return true
	}
	for _, a := range d.foreign[i] {
		eachRef(a.Value, hold)
	}
	d.foreignKey(en).Refs(hold)
}

// foreignKey is the key of an adopted entry. Its own value is unknown, so the wanted one is encoded, whatever it is.
func (d *dense[K, R, O, V]) foreignKey(en *entry[O, V]) Key {
	k, _ := d.keyFor(en.object, en.want, 0)
	return k
}

// rescan has all entries looked at that are programmed with a handle.
func (d *dense[K, R, O, V]) rescan(h Handle) {
	for i, en := range d.all {
		if en.flags&entryFlight != 0 || d.hasHandle(en, h) {
			d.queue(i)
		}
	}
}

// gone notes that the object behind a slot vanished, and what was programmed with it too.
func (d *dense[K, R, O, V]) gone(h Handle, at uint16) {
	for i, en := range d.all {
		if d.hasHandle(en, h) && d.slotOf(h, en.slot) == at && en.flags&entryFlight == 0 {
			d.hasNot(i, en)
			d.queue(i)
		}
	}
}

// goneForeign does the same for adopted entries that nobody has claimed yet.
func (d *dense[K, R, O, V]) goneForeign(n *node) {
	for i := range d.foreign {
		en := d.at(i)
		if (d.foreignRefers(i, n) || d.inKey(en, n)) && en.flags&entryFlight == 0 {
			d.hasNot(i, en)
			d.queue(i)
		}
	}
}

// inKey tells whether the key of an adopted entry refers to a node.
func (d *dense[K, R, O, V]) inKey(en *entry[O, V], n *node) (found bool) {
	d.foreignKey(en).Refs(func(k Key) bool {
		found = found || k == n.key
		return !found
	})
	return found
}

func (d *dense[K, R, O, V]) hasHandle(en *entry[O, V], h Handle) bool {
	if en.flags&(entryExists|entryForeign) != entryExists {
		return false
	}
	for _, x := range d.handles(en.object, en.have) {
		if x == h {
			return true
		}
	}
	return false
}

// failed notes a refused operation.
func (d *dense[K, R, O, V]) failed(i uint32, en *entry[O, V], verb Verb, err error) {
	class, room := classify(err)
	if verb == Remove && class == Invalid {
		class = Transient
	}
	t := d.troubles[i]
	if t == nil || t.class != class {
		t = &trouble{class: class, since: d.e.config.Clock.Now()}
		d.troubles[i] = t
	}
	t.verb, t.err, t.waiting = verb, err, true
	en.flags |= entryTrouble
	d.mistrust(i, en)
	switch class {
	case Fatal:
		d.e.fatal = err
	case Transient:
		d.e.retries.later(d.e, t, func() { d.wake(i) })
		return
	case Full:
		if room != nil && room != d.kind.Kind {
			d.e.kind(room).fullDense = append(d.e.kind(room).fullDense, parkedAt{d, i})
		} else {
			d.full = append(d.full, i)
		}
	}
	d.done(en.object, en.want, verb, err)
}

func (d *dense[K, R, O, V]) recovered(i uint32, en *entry[O, V]) {
	if en.flags&entryTrouble != 0 {
		en.flags &^= entryTrouble
		delete(d.troubles, i)
		d.mistrust(i, en)
	}
}

// forgive lets a refused entry be tried again.
func (d *dense[K, R, O, V]) forgive(i uint32, en *entry[O, V]) {
	if en.flags&entryTrouble != 0 && d.troubles[i].class != Transient {
		d.troubles[i].waiting = false
	}
}

// makeRoom wakes entries that wait for room, at most n.
func (d *dense[K, R, O, V]) makeRoom(n int) {
	n = min(n, len(d.full))
	for _, i := range d.full[:n] {
		d.roomFor(i)
	}
	d.full = append([]uint32(nil), d.full[n:]...)
}

// roomFor tries an entry again that found no room.
func (d *dense[K, R, O, V]) roomFor(i uint32) {
	if en := d.at(i); en.flags&entryTrouble != 0 && d.troubles[i].class == Full {
		d.troubles[i].waiting = false
		d.queue(i)
	}
}

func (d *dense[K, R, O, V]) mistrust(i uint32, en *entry[O, V]) {
	if en.flags&entryUnsure == 0 {
		en.flags |= entryUnsure
		d.unsure = append(d.unsure, i)
	}
}

// maxToldDense bounds how many objects of a dense kind are told of one by one.
const maxToldDense = 10_000

// tell reports the entries whose status may have changed.
func (d *dense[K, R, O, V]) tell() {
	for _, i := range d.unsure {
		en := d.at(i)
		en.flags &^= entryUnsure
		if en.flags&entryShadow != 0 {
			continue // the ordinary node tells
		}
		k, _ := d.keyFor(en.object, en.want, en.slot)
		s, bad := d.statusOf(i, en, k)
		_, known := d.e.told[s.Object]
		switch {
		case bad && !known && d.told >= maxToldDense:
			continue
		case bad && !known:
			d.told++
		case !bad && known:
			d.told--
		}
		d.e.tellOne(s, bad)
		d.drop(i, en)
	}
	d.unsure = d.unsure[:0]
}

func (d *dense[K, R, O, V]) statusOf(i uint32, en *entry[O, V], k Key) (s Status, bad bool) {
	s = Status{Object: k.String()}
	switch {
	case en.flags&entryTrouble != 0:
		s.State, s.Reason = Failed, d.troubles[i].err.Error()
		return s, true
	case en.flags&entryWaits != 0 && en.flags&wantedEntry != 0:
		s.State, s.Waits = Blocked, d.waits(en)
		return s, true
	}
	return s, false
}

// waits are the texts of what an entry lacks.
func (d *dense[K, R, O, V]) waits(en *entry[O, V]) (out []string) {
	for _, h := range d.handles(en.object, en.want) {
		x := d.e.handles.get(h)
		if x == nil {
			continue
		}
		if _, _, ok := x.choose(); ok {
			continue
		}
		if x.set != nil && len(x.best) == 0 {
			out = append(out, x.set.text())
		}
		for _, at := range x.best {
			if len(out) < maxListed {
				out = append(out, x.slots[at].node.text())
			}
		}
	}
	return out
}

// answerAll gives Done all existing objects once more, because what was written of them is lost.
func (d *dense[K, R, O, V]) answerAll() {
	if d.Done != nil {
		d.replay = d.entries.Next()
	}
}

// answerAgain answers a slice of them, the last first.
func (d *dense[K, R, O, V]) answerAgain() bool {
	if d.replay == 0 {
		return false
	}
	for n := d.e.config.MaxOps; n > 0 && d.replay > 0; n-- {
		d.replay--
		if en := d.at(d.replay); en.flags&(entryExists|entryForeign) == entryExists {
			d.done(en.object, en.have, Update, nil)
		}
	}
	d.report()
	return true
}
