package engine

import "context"

// densePlan is what an entry needs next.
type densePlan struct {
	act     action
	slot    uint16 // what is to stand for the set
	missing Handle // has nothing that stands for it
	better  Handle // something better than slot may come
	kept    bool   // slot is leaving
}

// plan decides what an entry needs next.
func (d *dense[K, R, O, V]) plan(i uint32, en *entry[O, V]) (p densePlan) {
	if en.flags&entryFlight != 0 {
		en.flags |= entryAgain
		return p
	}
	if en.flags&entryTrouble != 0 && d.troubles[i].blocks() {
		return p
	}
	there := en.flags&entryExists != 0
	if en.flags&wantedEntry == 0 || en.flags&entryShadow != 0 {
		if there && (en.flags&entryForeign == 0 || d.e.mayPrune) && !d.heldByNode(en) {
			p.act = doRemove
		}
		return p
	}
	pushed := d.look(i, en, &p)
	switch {
	case pushed:
		if p.act = doRemove; d.heldByNode(en) {
			p.act = nothing
		}
	case p.missing != 0:
	case !there:
		p.act = doCreate
	case en.flags&entryForeign != 0 || en.want != en.have || p.slot != en.slot:
		p.act = doUpdate
	}
	return p
}

// look finds what is to stand for the entry's handles. pushed tells that the entry is programmed with something that must go first and has
// nothing to go to.
func (d *dense[K, R, O, V]) look(i uint32, en *entry[O, V], p *densePlan) (pushed bool) {
	hs := &d.e.handles
	native := en.flags&(entryExists|entryForeign) == entryExists
	for _, h := range d.handles(en.object, en.want) {
		x := hs.get(h)
		if x == nil {
			p.missing = h
			continue
		}
		at, best, ok := x.choose()
		if !ok && en.flags&entryExists != 0 {
			at, ok = d.keeps(i, en, x)
			p.kept = p.kept || ok
		}
		if !ok {
			p.missing = h
		}
		if !best {
			p.better = h
		}
		if x.set != nil {
			p.slot = at
		}
	}
	if p.missing != 0 {
		p.slot = en.slot
	}
	if !native {
		return false
	}
	for _, h := range d.handles(en.object, en.have) {
		x := hs.get(h)
		at := uint16(0)
		if x.set != nil {
			at = en.slot
		}
		if x.slots[at].node.pushed() && (x.set == nil || p.missing != 0 || p.slot == en.slot && en.want == en.have) {
			return true
		}
	}
	return false
}

// keeps finds what an existing entry is programmed with among what may stand for a handle, although it is leaving: it may stay until there is better.
func (d *dense[K, R, O, V]) keeps(i uint32, en *entry[O, V], x *handle) (at uint16, ok bool) {
	for _, at := range x.best {
		if n := x.slots[at].node; n.is(exists) && d.refers(i, en, n) {
			return at, true
		}
	}
	return 0, false
}

// refers tells whether an entry is programmed with a node.
func (d *dense[K, R, O, V]) refers(i uint32, en *entry[O, V], n *node) bool {
	if en.flags&entryForeign != 0 {
		return d.foreignRefers(i, n) || d.inKey(en, n)
	}
	for _, h := range d.handlesAside(en.object, en.have) {
		if x := d.e.handles.get(h); x != nil && x.slots[d.slotOf(h, en.slot)].node == n {
			return true
		}
	}
	return false
}

func (d *dense[K, R, O, V]) foreignRefers(i uint32, n *node) (found bool) {
	for _, a := range d.foreign[i] {
		eachRef(a.Value, func(k Key) bool {
			found = found || k == n.key
			return !found
		})
	}
	return found
}

// removals sends one slice of the removals.
func (d *dense[K, R, O, V]) removals(ctx context.Context) bool {
	return d.slice(ctx, &d.removeQ)
}

// sets sends one slice of the creations and updates, unless more answers wait to be written than a sink takes at once.
func (d *dense[K, R, O, V]) sets(ctx context.Context) bool {
	if d.e.outputFull() {
		return false
	}
	return d.slice(ctx, &d.setQ) || d.report() || d.answerAgain()
}

func (d *dense[K, R, O, V]) busy() bool {
	return d.e.mayApply && (len(d.removeQ) > 0 || (len(d.setQ) > 0 || d.replay > 0 || len(d.results) > 0) && !d.e.outputFull())
}

func (d *dense[K, R, O, V]) slice(ctx context.Context, q *[]uint32) bool {
	if len(*q) == 0 {
		return false
	}
	if !d.e.await(ctx, maxFlights-1) {
		return true // something goes before it
	}
	n := min(len(*q), d.kind.sliceSize(d.e))
	removes, creates, updates := d.batch(Remove), d.batch(Create), d.batch(Update)
	for _, i := range (*q)[:n] {
		en := d.at(i)
		en.flags &^= entryQueued
		if en.flags&entryUsed == 0 {
			continue
		}
		p := d.plan(i, en)
		d.park(i, en, &p)
		switch p.act {
		case doRemove:
			removes.remove(i, en)
		case doCreate:
			creates.create(i, en, p.slot)
		case doUpdate:
			d.update(updates, removes, i, en, p)
		case nothing:
			if en.flags&entryTrouble != 0 && !d.troubles[i].waiting {
				d.recovered(i, en) // what was refused is not wanted any more
			}
			if en.flags&entryShadow != 0 {
				d.e.mistrust(d.nodes[en.object])
			}
			d.drop(i, en)
		}
	}
	if *q = (*q)[n:]; len(*q) == 0 {
		*q = nil
	}
	removes.send(ctx)
	creates.send(ctx)
	updates.send(ctx)
	d.report()
	return true
}

// park registers an entry with the handle that it waits for, or that may have something better for it.
func (d *dense[K, R, O, V]) park(i uint32, en *entry[O, V], p *densePlan) {
	waits := p.missing != 0
	if waits || en.flags&entryWaits != 0 {
		en.flags &^= entryWaits
		if waits {
			en.flags |= entryWaits
		}
		d.mistrust(i, en)
	}
	on := p.missing
	if on == 0 {
		on = p.better
	}
	if on == 0 || on == en.parked {
		return
	}
	if en.parked = on; d.e.handles.get(on) != nil {
		x := d.e.handles.get(on)
		x.parked = append(x.parked, parkedAt{d, i})
	}
}

// drop forgets an entry that nobody needs.
func (d *dense[K, R, O, V]) drop(i uint32, en *entry[O, V]) {
	const needed = wantedEntry | entryExists | entryFlight | entryQueued | entryShadow | entryMirror
	if en.flags&needed != 0 {
		return
	}
	if d.recovered(i, en); en.flags&entryUnsure == 0 { // otherwise it goes when that has been told
		d.entries.Drop(i)
	}
}
