package subscribe

import (
	"hash/maphash"
	"slices"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/protobuf/proto"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// told is what subscribers of a topic know: a hash for each unit, in a tree by path, so that what is below a path is found without looking at the rest.
type told struct {
	seed  maphash.Seed
	root  node
	round uint32
	depth int                      // of the query's path
	trees bool                     // units are rows
	whole func(leaf *gpb.Path) int // Spec.Whole
}

type node struct {
	below map[string]*node
	elem  *gpb.PathElem
	hash  uint64
	round uint32 // of the last comparison that saw it
	unit  bool
}

// unitOf is the path of the unit that a leaf belongs to: its row, unless fields were asked for, or the node that is told as a whole.
func (t *told) unitOf(leaf *gpb.Path) *gpb.Path {
	if n := t.whole(leaf); n > 0 {
		return &gpb.Path{Elem: leaf.GetElem()[:n]}
	}
	if n := len(leaf.GetElem()); t.trees && n > t.depth {
		return &gpb.Path{Elem: leaf.GetElem()[:max(n-1, 0)]}
	}
	return leaf
}

// group makes units of leaves, which come grouped by row; those that are told as a whole may come from several rows.
func (t *told) group(leaves []origin.Leaf, now int64) []Change {
	var out []Change
	wholes := map[string]int{} // places in out
	for _, l := range leaves {
		u := t.unitOf(l.Path)
		if !t.trees && len(u.GetElem()) < len(l.Path.GetElem()) {
			text := pathText(u)
			if i, begun := wholes[text]; begun {
				out[i].Leaves = append(out[i].Leaves, l)
				continue
			}
			wholes[text] = len(out)
		}
		if l.Value.GetJsonIetfVal() != nil && len(l.Path.GetElem()) >= t.depth {
			u = l.Path // an empty row is its own unit
		}
		if n := len(out); n > 0 && t.trees && samePath(out[n-1].Path, u) {
			out[n-1].Leaves = append(out[n-1].Leaves, l)
			continue
		}
		out = append(out, Change{Path: u, Leaves: []origin.Leaf{l}, Time: now})
	}
	return out
}

func samePath(a, b *gpb.Path) bool {
	if len(a.GetElem()) != len(b.GetElem()) {
		return false
	}
	for i := range slices.Backward(a.GetElem()) {
		if elemText(a.GetElem()[i]) != elemText(b.GetElem()[i]) {
			return false
		}
	}
	return true
}

// elemText is an element as a key of maps.
func elemText(e *gpb.PathElem) string {
	if len(e.GetKey()) == 0 {
		return e.GetName()
	}
	var b strings.Builder
	b.WriteString(e.GetName())
	names := make([]string, 0, len(e.GetKey()))
	for k := range e.GetKey() {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		b.WriteString("[" + k + "=" + e.GetKey()[k] + "]")
	}
	return b.String()
}

func pathText(p *gpb.Path) string {
	var b strings.Builder
	for _, e := range p.GetElem() {
		b.WriteByte('/')
		b.WriteString(elemText(e))
	}
	return b.String()
}

// compare makes units what is told at and below a path, and returns those that differ, and the paths of what is gone.
func (t *told) compare(at *gpb.Path, units []Change, now int64) (changed, gone []Change) {
	t.round++
	for _, u := range units {
		n := t.ensure(u.Path)
		h := t.hash(u)
		if !n.unit || n.hash != h {
			changed = append(changed, u)
		}
		n.unit, n.hash, n.round = true, h, t.round
	}
	t.sweep(&t.root, nil, at.GetElem(), func(path []*gpb.PathElem) {
		gone = append(gone, Change{Path: &gpb.Path{Elem: slices.Clone(path)}, Time: now})
	})
	return changed, gone
}

func (t *told) ensure(p *gpb.Path) *node {
	n := &t.root
	for _, e := range p.GetElem() {
		text := elemText(e)
		next := n.below[text]
		if next == nil {
			next = &node{elem: e}
			if n.below == nil {
				n.below = map[string]*node{}
			}
			n.below[text] = next
		}
		n = next
	}
	return n
}

// sweep finds units at and below a pattern that the round has not seen, and forgets them. What is gone as a whole is told once.
func (t *told) sweep(n *node, path, pattern []*gpb.PathElem, gone func([]*gpb.PathElem)) {
	if len(pattern) == 0 {
		t.sweepBelow(n, path, true, gone)
		return
	}
	visit := func(text string, next *node) {
		t.sweep(next, append(path, next.elem), pattern[1:], gone)
		if !next.unit && len(next.below) == 0 {
			delete(n.below, text)
		}
	}
	if text := elemText(pattern[0]); !strings.Contains(text, origin.Any) && pattern[0].GetName() != origin.AnyDepth {
		if next := n.below[text]; next != nil {
			visit(text, next)
			return
		}
		if n.unit && n.round != t.round { // the row whose field it is
			n.unit = false
			gone(path)
			return
		}
		if len(pattern[0].GetKey()) > 0 {
			return
		}
	}
	if pattern[0].GetName() == origin.AnyDepth {
		t.sweepBelow(n, path, false, gone)
		return
	}
	for text, next := range n.below {
		if fitsElem(pattern[0], next.elem) {
			visit(text, next)
		}
	}
}

// fitsElem takes * anywhere in a name or a key's value, and lets a pattern leave keys out.
func fitsElem(pattern, e *gpb.PathElem) bool {
	if !fits(pattern.GetName(), e.GetName()) {
		return false
	}
	for k, v := range pattern.GetKey() {
		if !fits(v, e.GetKey()[k]) {
			return false
		}
	}
	return true
}

func fits(pattern, text string) bool {
	head, rest, wild := strings.Cut(pattern, origin.Any)
	if !wild {
		return pattern == text
	}
	i := len(head)
	if !strings.HasPrefix(text, head) {
		return false
	}
	last := strings.LastIndex(rest, origin.Any)
	return strings.HasSuffix(text[i:], rest[last+1:])
}

// sweepBelow returns whether anything is left at or below the node.
func (t *told) sweepBelow(n *node, path []*gpb.PathElem, top bool, gone func([]*gpb.PathElem)) (left bool) {
	var lost [][]*gpb.PathElem
	had := n.unit
	if n.unit && n.round != t.round {
		n.unit = false
		lost = append(lost, slices.Clone(path))
	}
	left = n.unit
	for text, next := range n.below {
		below := append(slices.Clip(path), next.elem)
		if t.sweepBelow(next, below, false, func(p []*gpb.PathElem) { lost = append(lost, slices.Clone(p)) }) {
			left = true
		} else {
			delete(n.below, text)
		}
	}
	if !left && len(lost) > 0 && (len(path) > 0 || had) {
		gone(path)
		return false
	}
	for _, p := range lost {
		gone(p)
	}
	return left
}

func (t *told) hash(u Change) uint64 {
	var h maphash.Hash
	h.SetSeed(t.seed)
	for _, l := range u.Leaves {
		for _, e := range l.Path.GetElem()[min(len(u.Path.GetElem()), len(l.Path.GetElem())):] {
			h.WriteString(elemText(e))
		}
		h.WriteByte(0)
		if s, ok := l.Value.GetValue().(*gpb.TypedValue_StringVal); ok {
			h.WriteString(s.StringVal)
		} else if b, err := (proto.MarshalOptions{Deterministic: true}).Marshal(l.Value); err == nil {
			h.Write(b)
		}
		h.WriteByte(0)
	}
	return h.Sum64()
}
