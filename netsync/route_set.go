package netsync

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
)

// routeSets interns what zebra says of routes beside their prefix: protocol, type and next hops. There are few thousand for a million routes, so
// each is turned into text once. A handle is valid while a route refers to it; 0 is no route.
type routeSets struct {
	texts  *routeTexts
	render func(*routeSet) renderedSet
	list   []routeSet
	byKey  map[string]uint32
	unused []uint32
	// byLink and byObject find the sets whose text depends on a link's name or on a next-hop object.
	byLink   map[int32]map[uint32]struct{}
	byObject map[uint32]map[uint32]struct{}

	gen       uint16 // the connection: next-hop objects of another one have nothing to do with this one's
	key, last []byte // scratch, and the key of the set that was asked for last: neighbouring routes mostly have the same
	lastSet   uint32
}

type routeSet struct {
	route fpm.Route // without prefix; a copy
	key   string
	refs  int
	renderedSet
	changed bool // since the last pass over the routes
}

// renderedSet is the outcome of a set. Without known, something it needs is not there yet (a link, a next-hop object).
type renderedSet struct {
	known   bool
	text    uint32 // 0: the route is not for APPL_DB
	links   []int32
	objects []uint32
}

func newRouteSets(texts *routeTexts, render func(*routeSet) renderedSet) *routeSets {
	s := &routeSets{
		texts: texts, render: render, list: make([]routeSet, 1), byKey: map[string]uint32{},
		byLink: map[int32]map[uint32]struct{}{}, byObject: map[uint32]map[uint32]struct{}{},
	}
	s.list[0].known = true
	return s
}

// of gives the set of a route. It has no reference yet: the caller refers to it, or it stays for the next one to ask.
func (s *routeSets) of(r *fpm.Route) uint32 {
	s.key = appendSetKey(s.key[:0], r)
	if r.NexthopID != 0 {
		s.key = binary.NativeEndian.AppendUint16(s.key, s.gen)
	}
	if s.lastSet != 0 && bytes.Equal(s.key, s.last) {
		return s.lastSet
	}
	h, ok := s.byKey[string(s.key)]
	if !ok {
		h = s.add(r)
	}
	s.last, s.lastSet = append(s.last[:0], s.key...), h
	return h
}

func (s *routeSets) add(r *fpm.Route) uint32 {
	x := routeSet{route: *r, key: string(s.key)}
	x.route.Nexthops = slices.Clone(r.Nexthops)
	x.route.Replace = false
	var h uint32
	if n := len(s.unused); n > 0 {
		h, s.unused = s.unused[n-1], s.unused[:n-1]
		s.list[h] = x
	} else {
		h = uint32(len(s.list))
		s.list = append(s.list, x)
	}
	s.byKey[x.key] = h
	s.update(h)
	return h
}

// update renders a set again and reports whether its text changed.
func (s *routeSets) update(h uint32) (changed bool) {
	x := &s.list[h]
	was := x.renderedSet
	now := s.render(x)
	s.texts.ref(now.text)
	s.texts.unref(was.text)
	for _, l := range was.links {
		unindex(s.byLink, l, h)
	}
	for _, o := range was.objects {
		unindex(s.byObject, o, h)
	}
	for _, l := range now.links {
		index(s.byLink, l, h)
	}
	for _, o := range now.objects {
		index(s.byObject, o, h)
	}
	x.renderedSet = now
	return now.known && (!was.known || was.text != now.text)
}

// connected begins a connection: no set depends on objects of the one before any more. Its routes keep their text until they are announced again.
func (s *routeSets) connected(gen uint16) {
	s.gen = gen
	clear(s.byObject)
	for h := range s.list {
		s.list[h].objects = nil
	}
}

// text is what a set's routes have in APPL_DB (0: nothing), if that is known.
func (s *routeSets) text(h uint32) (text uint32, known bool) {
	x := &s.list[h]
	return x.text, x.known
}

func (s *routeSets) ref(h uint32) { s.list[h].refs++ }

func (s *routeSets) unref(h uint32) {
	x := &s.list[h]
	if x.refs--; h == 0 || x.refs > 0 {
		return
	}
	if s.lastSet == h {
		s.lastSet = 0
	}
	s.texts.unref(x.text)
	for _, l := range x.links {
		unindex(s.byLink, l, h)
	}
	for _, o := range x.objects {
		unindex(s.byObject, o, h)
	}
	delete(s.byKey, x.key)
	*x = routeSet{}
	s.unused = append(s.unused, h)
}

func index[K comparable](m map[K]map[uint32]struct{}, k K, h uint32) {
	if m[k] == nil {
		m[k] = map[uint32]struct{}{}
	}
	m[k][h] = struct{}{}
}

func unindex[K comparable](m map[K]map[uint32]struct{}, k K, h uint32) {
	delete(m[k], h)
	if len(m[k]) == 0 {
		delete(m, k)
	}
}

// appendSetKey writes all of a route that counts beside table and prefix. The family is part of it: it decides how a missing gateway is written.
func appendSetKey(b []byte, r *fpm.Route) []byte {
	v6 := byte(0)
	if r.Dst.Addr().Is6() {
		v6 = 1
	}
	b = append(b, byte(r.Type), r.Protocol, v6)
	b = binary.NativeEndian.AppendUint32(b, r.Priority)
	b = binary.NativeEndian.AppendUint32(b, r.NexthopID)
	for i := range r.Nexthops {
		h := &r.Nexthops[i]
		b = binary.NativeEndian.AppendUint32(b, uint32(h.Ifindex))
		b = binary.NativeEndian.AppendUint16(b, h.Weight)
		onlink := byte(0)
		if h.Onlink {
			onlink = 1
		}
		b = append(b, byte(h.Encap), onlink, byte(h.Gateway.BitLen()))
		switch {
		case h.Gateway.Is4():
			a := h.Gateway.As4()
			b = append(b, a[:]...)
		case h.Gateway.Is6():
			a := h.Gateway.As16()
			b = append(b, a[:]...)
		}
	}
	return b
}
