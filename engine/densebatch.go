package engine

import (
	"context"
	"slices"
	"strings"
)

// denseBatch is one slice of operations of one verb.
type denseBatch[K comparable, R any, O comparable, V comparable] struct {
	d     *dense[K, R, O, V]
	verb  Verb
	ops   []Op
	items []denseItem[V]
	attrs []AttrValue // of all operations, in one piece of memory
}

// denseItem is an operation's entry, and what it will have when it is done.
type denseItem[V comparable] struct {
	entry uint32
	slot  uint16
	want  V
}

// batch makes a batch, of memory that is done with if there is any.
func (d *dense[K, R, O, V]) batch(v Verb) *denseBatch[K, R, O, V] {
	n := len(d.spare)
	if n == 0 {
		return &denseBatch[K, R, O, V]{d: d, verb: v}
	}
	b := d.spare[n-1]
	d.spare = d.spare[:n-1]
	b.verb = v
	return b
}

// free gives the memory of a batch back.
func (b *denseBatch[K, R, O, V]) free() {
	clear(b.ops)
	clear(b.attrs)
	b.ops, b.items, b.attrs = b.ops[:0], b.items[:0], b.attrs[:0]
	b.d.spare = append(b.d.spare, b)
}

func (b *denseBatch[K, R, O, V]) add(i uint32, en *entry[O, V], slot uint16, k Key, attrs []AttrValue) {
	en.flags |= entryFlight
	if b.verb != Remove {
		b.d.acquire(en.object, en.want, slot, 1) // held from now on, so that nothing below is removed meanwhile
	}
	b.ops = append(b.ops, Op{Verb: b.verb, Key: k, Attrs: attrs})
	b.items = append(b.items, denseItem[V]{i, slot, en.want})
}

// encode appends an object's attributes to the batch's.
func (b *denseBatch[K, R, O, V]) encode(o O, v V, slot uint16) (Key, []AttrValue) {
	d := b.d
	d.resolve = slot
	from := len(b.attrs)
	k, all := d.Encode(o, v, d.keyOf, b.attrs)
	b.attrs = all
	return k, sortInPlace(all[from:len(all):len(all)])
}

// sortInPlace sorts a few attributes by ID; mostly they are sorted already.
func sortInPlace(attrs []AttrValue) []AttrValue {
	for i := 1; i < len(attrs); i++ {
		for j := i; j > 0 && attrs[j-1].ID > attrs[j].ID; j-- {
			attrs[j-1], attrs[j] = attrs[j], attrs[j-1]
		}
	}
	return attrs
}

func (b *denseBatch[K, R, O, V]) create(i uint32, en *entry[O, V], slot uint16) {
	k, attrs := b.encode(en.object, en.want, slot)
	b.add(i, en, slot, k, attrs)
}

func (b *denseBatch[K, R, O, V]) remove(i uint32, en *entry[O, V]) {
	v := en.have
	if en.flags&entryForeign != 0 {
		v = en.want
	}
	k, _ := b.d.keyFor(en.object, v, en.slot)
	b.add(i, en, 0, k, nil)
}

// keyFor is the key of an object, whatever its value.
func (d *dense[K, R, O, V]) keyFor(o O, v V, slot uint16) (Key, []AttrValue) {
	d.resolve = slot
	k, attrs := d.Encode(o, v, d.keyOrNil, d.before[:0])
	d.before = attrs
	return k, attrs
}

// keyOrNil is keyOf where a handle may have no object any more.
func (d *dense[K, R, O, V]) keyOrNil(h Handle) Key {
	x := d.e.handles.get(h)
	at := uint16(0)
	if x != nil && x.set != nil {
		at = d.resolve
	}
	if x == nil || int(at) >= len(x.slots) || x.slots[at].node == nil {
		return nil
	}
	return x.slots[at].node.key
}

// update compares what an entry has with what it wants. Nothing to send: it is as wanted at once. A create-only attribute: it goes, and comes
// again as wanted.
func (d *dense[K, R, O, V]) update(updates, removes *denseBatch[K, R, O, V], i uint32, en *entry[O, V], p densePlan) {
	slot := p.slot
	var old []AttrValue
	if en.flags&entryForeign != 0 {
		old = d.foreign[i]
	} else {
		_, old = d.keyFor(en.object, en.have, en.slot)
		old = sortInPlace(old)
	}
	k, want := updates.encode(en.object, en.want, slot)
	changes, again := d.kind.difference(old, want)
	switch {
	case again:
		removes.remove(i, en)
	case len(changes) == 0:
		d.acquire(en.object, en.want, slot, 1)
		d.has(i, en, en.want, slot)
		d.done(en.object, en.want, Update, nil)
		if p.kept {
			d.queue(i) // now that it is known what it holds, it may have to let go
		}
	default:
		updates.add(i, en, slot, k, changes)
	}
}

// difference lists the changes from old to want, both sorted by ID. What want lacks returns to its default. again: a create-only one differs.
func (k *kind) difference(old, want []AttrValue) (changes []AttrValue, again bool) {
	i, j := 0, 0
	for i < len(old) || j < len(want) {
		var a AttrValue
		switch {
		case j == len(want) || i < len(old) && old[i].ID < want[j].ID:
			info := k.info(old[i].ID)
			a = AttrValue{old[i].ID, info.Default}
			if i++; !info.HasDefault || same(old[i-1].Value, a.Value) {
				continue
			}
		case i == len(old) || want[j].ID < old[i].ID:
			info := k.info(want[j].ID)
			a = want[j]
			if j++; info.HasDefault && same(info.Default, a.Value) || info.CreateOnly && !info.HasDefault {
				continue
			}
		default:
			a = want[j]
			i++
			if j++; same(old[i-1].Value, a.Value) {
				continue
			}
		}
		again = again || k.info(a.ID).CreateOnly
		changes = append(changes, a)
	}
	return changes, again
}

// send submits the batch. Its results are taken when others are under way already, or there is nothing else to do.
func (b *denseBatch[K, R, O, V]) send(ctx context.Context) {
	e := b.d.e
	if len(b.ops) == 0 || e.fatal != nil {
		b.free()
		return
	}
	if len(b.ops) <= maxSorted {
		b.sort()
	}
	if s, ok := b.d.kind.target.(Submitter); ok {
		e.land(maxFlights - 1)
		e.flights = append(e.flights, flight{b.d.kind, len(b.ops), e.config.Clock.Now(), s.Submit(ctx, b.d.kind.Kind, b.ops), b.finish})
		return
	}
	b.finish(e.send(ctx, b.d.kind, b.ops))
}

// maxSorted is up to how many operations are sorted, for the sake of readers of logs.
const maxSorted = 64

func (b *denseBatch[K, R, O, V]) sort() {
	order := make([]int, len(b.ops))
	texts := make([]string, len(b.ops))
	for i := range order {
		order[i], texts[i] = i, b.ops[i].Key.String()
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(texts[i], texts[j]) })
	ops, items := make([]Op, len(order)), make([]denseItem[V], len(order))
	for to, from := range order {
		ops[to], items[to] = b.ops[from], b.items[from]
	}
	b.ops, b.items = ops, items
}

// finish makes results the state of the entries.
func (b *denseBatch[K, R, O, V]) finish(results []error) {
	d := b.d
	results = pad(results, len(b.ops))
	freed := 0
	for n, it := range b.items {
		en := d.at(it.entry)
		err := results[n]
		d.kind.count.done(b.verb, err)
		again := en.flags&entryAgain != 0
		en.flags &^= entryFlight | entryAgain
		switch {
		case err != nil:
			if b.verb != Remove {
				d.acquire(en.object, it.want, it.slot, -1)
			}
			if b.verb == Update {
				d.partly(it.entry, en, b.ops[n].Attrs)
			}
			d.failed(it.entry, en, b.verb, err)
			if again || en.want != it.want || (en.flags&wantedEntry == 0) != (b.verb == Remove) {
				again = true // what was refused is not what is wanted now
				d.forgive(it.entry, en)
			}
		case b.verb == Remove:
			freed++
			d.recovered(it.entry, en)
			last := en.have
			d.hasNot(it.entry, en)
			d.done(en.object, last, Remove, nil)
			again = true
		default:
			d.recovered(it.entry, en)
			d.has(it.entry, en, it.want, it.slot)
			d.done(en.object, it.want, b.verb, nil)
			again = again || en.want != it.want || en.flags&(entryShadow|wantedEntry) != entryRow
		}
		if again {
			d.queue(it.entry)
		}
		d.landed(en)
	}
	if freed > 0 {
		d.e.makeRoom(d.kind, freed)
	}
	b.free()
	d.report()
}
