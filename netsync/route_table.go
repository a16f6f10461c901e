package netsync

import (
	"encoding/binary"
	"net/netip"
)

// routeKey is a prefix of one family in a VRF, flat and small: a million of them stay in memory.
type routeKey interface {
	comparable
	vrfIndex() uint16
	prefix() netip.Prefix
}

// key4 is an IPv4 prefix in one word, for which the runtime has a map of its own: address, VRF (16 bits), length (8 bits) from the top.
type key4 uint64

func newKey4(vrf uint16, p netip.Prefix) key4 {
	a := p.Addr().As4()
	return key4(binary.BigEndian.Uint32(a[:]))<<32 | key4(keyMeta(vrf, p))
}

func keyMeta(vrf uint16, p netip.Prefix) uint32 { return uint32(vrf)<<8 | uint32(p.Bits()) }

func (k key4) vrfIndex() uint16 { return uint16(k >> 8) }

func (k key4) prefix() netip.Prefix {
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], uint32(k>>32))
	return netip.PrefixFrom(netip.AddrFrom4(a), int(uint8(k)))
}

// key6 is an IPv6 prefix in 32-bit words: together with entry no byte is lost to alignment.
type key6 struct{ a, b, c, d, meta uint32 }

func newKey6(vrf uint16, p netip.Prefix) key6 {
	a, be := p.Addr().As16(), binary.BigEndian
	return key6{a: be.Uint32(a[0:]), b: be.Uint32(a[4:]), c: be.Uint32(a[8:]), d: be.Uint32(a[12:]), meta: keyMeta(vrf, p)}
}

func (k key6) vrfIndex() uint16 { return uint16(k.meta >> 8) }

func (k key6) prefix() netip.Prefix {
	var a [16]byte
	for i, w := range [4]uint32{k.a, k.b, k.c, k.d} {
		binary.BigEndian.PutUint32(a[4*i:], w)
	}
	return netip.PrefixFrom(netip.AddrFrom16(a), int(uint8(k.meta)))
}

// entry is what is known of a route: what zebra wants, and what APPL_DB holds.
type entry struct {
	set   uint32 // what zebra announced (routeSets); 0: nothing
	text  uint32 // what the last write left in APPL_DB (routeTexts); 0: nothing
	gen   uint16 // the connection that announced it last
	flags uint8
}

const (
	dirty     uint8 = 1 << iota // in the list of routes to write
	offloaded                   // the ASIC has what text says
	forced                      // write even if APPL_DB has it already: the answer is what matters
)

// routeTable holds the routes of one address family. It counts the references to sets and texts.
type routeTable[K routeKey] struct {
	m     map[K]entry
	dirty []K // those with the flag, each once
	sets  *routeSets
	texts *routeTexts
}

func newRouteTable[K routeKey](sets *routeSets, texts *routeTexts) *routeTable[K] {
	return &routeTable[K]{m: map[K]entry{}, sets: sets, texts: texts}
}

// outcome is what became of an announcement.
type outcome uint8

const (
	toWrite  outcome = iota // it waits to be written, or for a name
	settled                 // APPL_DB has it already
	accepted                // so has the ASIC, or it is none of the ASIC's
)

// announce takes a route from zebra; set 0 withdraws it.
func (t *routeTable[K]) announce(k K, set uint32, gen uint16) outcome {
	e, known := t.m[k]
	if !known && set == 0 {
		return settled
	}
	if e.set != set {
		t.sets.ref(set)
		t.sets.unref(e.set)
		e.set = set
	}
	e.gen = gen
	return t.settle(k, e)
}

// settle stores e, and puts it on the list if APPL_DB differs.
func (t *routeTable[K]) settle(k K, e entry) outcome {
	want, known := t.sets.text(e.set)
	if !known || want == e.text && e.flags&forced == 0 {
		if known && e.set == 0 && e.text == 0 && e.flags&dirty == 0 {
			delete(t.m, k)
			return settled
		}
		t.m[k] = e
		switch {
		case !known || e.flags&dirty != 0:
			return toWrite
		case e.flags&offloaded != 0 || want == 0:
			return accepted
		}
		return settled
	}
	if e.flags&dirty == 0 {
		e.flags |= dirty
		t.dirty = append(t.dirty, k)
	}
	e.flags &^= offloaded
	t.m[k] = e
	return toWrite
}

// found takes a route that APPL_DB held when the daemon started.
func (t *routeTable[K]) found(k K, text uint32) {
	if _, twice := t.m[k]; !twice {
		t.texts.ref(text)
		t.m[k] = entry{text: text}
	}
}

// each runs f for every route; f may settle it.
func (t *routeTable[K]) each(f func(k K, e entry)) {
	for k, e := range t.m {
		f(k, e)
	}
}

// resettle brings the routes of changed sets up to date.
func (t *routeTable[K]) resettle() {
	t.each(func(k K, e entry) {
		if t.sets.list[e.set].changed {
			t.settle(k, e)
		}
	})
}

// force writes a route once more although APPL_DB has it.
func (t *routeTable[K]) force(k K) {
	e := t.m[k]
	e.flags |= forced
	t.settle(k, e)
}

// sweep withdraws what the connection has not announced.
func (t *routeTable[K]) sweep(gen uint16) (n int) {
	t.each(func(k K, e entry) {
		if e.gen != gen && (e.set != 0 || e.text != 0) {
			t.announce(k, 0, gen)
			n++
		}
	})
	return n
}

// lost has every announced route written again, because APPL_DB came back empty. What text says is kept: a write that was under way may have
// landed behind the loss, so a withdrawal must still delete.
func (t *routeTable[K]) lost() {
	t.each(func(k K, e entry) {
		if e.set != 0 && e.text != 0 {
			e.flags |= forced
			t.settle(k, e)
		}
	})
}

// take removes up to n routes from the list and gives f each with the text that is in APPL_DB and the one that is to be there (0: none). f
// reports false to leave a route as it is, because its text is not known.
func (t *routeTable[K]) take(n int, f func(k K, e entry, was, want uint32)) int {
	n = min(n, len(t.dirty))
	for _, k := range t.dirty[:n] {
		e := t.m[k]
		e.flags &^= dirty
		want, known := t.sets.text(e.set)
		if !known || want == e.text && e.flags&forced == 0 {
			t.m[k] = e // it changed its mind while it waited
			if known && e.set == 0 && e.text == 0 {
				delete(t.m, k)
			}
			continue
		}
		f(k, e, e.text, want)
		t.texts.ref(want)
		t.texts.unref(e.text)
		e.text, e.flags = want, e.flags&^forced
		if e.set == 0 {
			delete(t.m, k)
			continue
		}
		t.m[k] = e
	}
	t.dirty = t.dirty[n:]
	if len(t.dirty) == 0 {
		t.dirty = nil
	}
	return n
}

// acknowledged marks a route as being in the ASIC, unless something newer is on its way. It gives the route's set if zebra is to be told.
func (t *routeTable[K]) acknowledged(k K) (set uint32, ok bool) {
	e, known := t.m[k]
	if !known || e.set == 0 || e.text == 0 || e.flags&dirty != 0 {
		return 0, false
	}
	if e.flags&offloaded == 0 {
		e.flags |= offloaded
		t.m[k] = e
	}
	return e.set, true
}

// markOffloaded notes that the ASIC has what APPL_DB had when the daemon started.
func (t *routeTable[K]) markOffloaded(k K) {
	if e, known := t.m[k]; known {
		e.flags |= offloaded
		t.m[k] = e
	}
}
