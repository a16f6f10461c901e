package syncd

import (
	"cmp"
	"hash/maphash"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// matching pairs the objects of a new view with those that exist.
type matching struct {
	current, next *graph
	of            map[*node]*node // of a new view's node, the existing one
	taken         map[*node]bool  // existing nodes that are paired
}

// match pairs objects: first those of the same VID, then OID objects by rank, so that what an object refers to is paired before it, then entries by
// their keys.
//
// VIDs of a new client say nothing about those of the old one. What says most is where an object stands: what it refers to, and who refers to it. So
// every object gets a colour, a hash of its attributes in which references stand as the colours of what they refer to, mixed over
// some rounds with the colours of its users. Objects of the same colour look alike from all sides. Example: two next-hop groups without
// attributes differ by their members, and these by the addresses of their next hops.
//
// Among the existing objects of a type that could become the new one, because their create-only attributes agree, one of the same colour
// goes first, then one of the same label, then one with more equal attributes, then the lowest VID.
func match(current, next *graph) *matching {
	m := &matching{current: current, next: next, of: map[*node]*node{}, taken: map[*node]bool{}}
	for vid, n := range next.oids {
		if c := current.oids[vid]; c != nil {
			m.pair(n, c)
		}
	}
	anchors := map[sai.OID]bool{}
	for n := range m.of {
		anchors[n.object.OID] = true
	}
	seed := maphash.MakeSeed()
	mine, theirs := colours(next, anchors, seed), colours(current, anchors, seed)
	for _, n := range byRank(next) {
		if m.of[n] == nil && n.object.Entry == nil {
			m.pairBest(n, mine, theirs)
		}
	}
	for e, n := range next.entries {
		if e, ok := sai.MapEntry(e, m.existing); ok && current.entries[e] != nil {
			m.pair(n, current.entries[e])
		}
	}
	return m
}

func (m *matching) pair(n, c *node) {
	m.of[n], m.taken[c] = c, true
}

// existing gives the VID of the existing object that a VID of the new view stands for.
func (m *matching) existing(vid sai.OID) (sai.OID, bool) {
	if vid == 0 {
		return 0, true
	}
	if c := m.of[m.next.oids[vid]]; c != nil {
		return c.object.OID, true
	}
	return 0, false
}

// byRank orders nodes so that references come before what refers to them; ties are broken by VID and by depth within a type, for which VIDs stand:
// a parent is made before its children.
func byRank(g *graph) []*node {
	nodes := slices.Clone(g.nodes)
	slices.SortFunc(nodes, func(a, b *node) int {
		return cmp.Or(a.m.Rank-b.m.Rank, cmp.Compare(a.object.OID, b.object.OID), cmp.Compare(a.id, b.id))
	})
	return nodes
}

// pairBest finds the existing object that n can become with the least change.
func (m *matching) pairBest(n *node, mine, theirs map[*node]uint64) {
	var best *node
	var bestScore [3]int
	for _, c := range m.candidates(n) {
		score := [3]int{0, 0, m.equalAttrs(n, c)}
		if mine[n] == theirs[c] {
			score[0] = 1
		}
		if label(n) != "" && label(n) == label(c) {
			score[1] = 1
		}
		order := slices.Compare(score[:], bestScore[:])
		if best == nil || order > 0 || order == 0 && c.object.OID < best.object.OID {
			best, bestScore = c, score
		}
	}
	if best != nil {
		m.pair(n, best)
	}
}

func (m *matching) candidates(n *node) []*node {
	var out []*node
	for _, c := range m.current.oids {
		if c.m == n.m && !m.taken[c] && m.sameCreation(n, c) {
			out = append(out, c)
		}
	}
	return out
}

func label(n *node) string {
	for _, a := range n.attrs {
		if s, ok := a.Value.(string); ok && a.Meta.Type == sai.TypeChar {
			return s
		}
	}
	return ""
}

// sameCreation tells whether all create-only attributes agree. One that is missing has its default.
func (m *matching) sameCreation(n, c *node) bool {
	for i := range n.m.Attrs {
		a := &n.m.Attrs[i]
		if a.Is(sai.CreateOnly) && !m.equal(n, c, a) {
			return false
		}
	}
	return true
}

func (m *matching) equalAttrs(n, c *node) int {
	count := 0
	for _, a := range n.attrs {
		if m.equal(n, c, a.Meta) {
			count++
		}
	}
	return count
}

// equal compares an attribute of a new and an existing object.
func (m *matching) equal(n, c *node, a *sai.AttrMeta) bool {
	want, given := n.attr(a.ID)
	have, had := c.attr(a.ID)
	if !given && !had {
		return true
	}
	x, ok1 := valueOr(a, want.Value, given)
	y, ok2 := valueOr(a, have.Value, had)
	if !ok1 || !ok2 {
		return false
	}
	x, ok := sai.MapValue(x, m.existing)
	return ok && sameValue(a, x, y)
}

// valueOr gives a value, or the attribute's default.
func valueOr(a *sai.AttrMeta, v any, given bool) (any, bool) {
	if given {
		return v, true
	}
	return a.Default()
}

// colourRounds is how far an object looks: users of users, and so on. Longer chains than a route, its group, a member, a next hop, its interface and the port
// are not known.
const colourRounds = 6

// colours computes the colours of a view. Anchored objects, which are in both views under one VID, keep the colour of their VID.
func colours(g *graph, anchors map[sai.OID]bool, seed maphash.Seed) map[*node]uint64 {
	colour := make(map[*node]uint64, len(g.nodes))
	for _, n := range g.nodes {
		colour[n] = maphash.String(seed, n.m.Name)
		if anchors[n.object.OID] {
			colour[n] = maphash.Comparable(seed, n.object.OID)
		}
	}
	for range colourRounds {
		next := make(map[*node]uint64, len(colour))
		users := map[*node]uint64{}
		for _, n := range g.nodes {
			p := painter{g: g, colour: colour, users: users, seed: seed, n: n}
			next[n] = p.paint()
		}
		for n, u := range users {
			next[n] = mix(seed, next[n], u)
		}
		for _, n := range g.nodes {
			if anchors[n.object.OID] {
				next[n] = colour[n]
			}
		}
		colour = next
	}
	return colour
}

// painter computes the colour of one node, and leaves its trace with those that it refers to.
type painter struct {
	g      *graph
	colour map[*node]uint64
	users  map[*node]uint64
	seed   maphash.Seed
	n      *node
}

func (p *painter) paint() uint64 {
	sum := maphash.String(p.seed, p.n.m.Name)
	if e := p.n.object.Entry; e != nil {
		plain, _ := sai.MapEntry(e, func(o sai.OID) (sai.OID, bool) {
			sum += mix(p.seed, 1, p.see(o, 0xffff))
			return 0, true
		})
		sum += maphash.Comparable(p.seed, plain)
	}
	for _, a := range p.n.attrs { // a sum, because rows have no order
		plain, _ := sai.MapValue(a.Value, func(o sai.OID) (sai.OID, bool) {
			sum += mix(p.seed, uint64(a.Meta.ID)+2, p.see(o, a.Meta.ID))
			return 0, true
		})
		text, err := sai.AppendValue(nil, a.Meta, plain)
		if err == nil {
			sum += mix(p.seed, uint64(a.Meta.ID)+2, maphash.Bytes(p.seed, text))
		}
	}
	return sum
}

// see gives the colour of what a VID refers to, and tells it who looks.
func (p *painter) see(vid sai.OID, attr uint16) uint64 {
	target := p.g.oids[vid]
	if target == nil {
		return uint64(vid)
	}
	p.users[target] += mix(p.seed, p.colour[p.n], uint64(attr))
	return p.colour[target]
}

func mix(seed maphash.Seed, a, b uint64) uint64 {
	return maphash.Comparable(seed, [2]uint64{a, b})
}
