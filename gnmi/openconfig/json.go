package openconfig

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/schema"
)

// JSON implements origin.Origin.
func (o *Origin) JSON(path *gpb.Path, leaves []origin.Leaf, ietf bool) ([]byte, error) {
	m, err := o.model()
	if err != nil {
		return nil, err
	}
	at := m.root
	for i, e := range path.GetElem() {
		if at = at.children[e.GetName()]; at == nil {
			return nil, &origin.Error{Path: &gpb.Path{Elem: path.GetElem()[:i+1]}, Code: codes.NotFound, Reason: noPath}
		}
	}
	w := writer{ietf: ietf}
	if at.kind != nil {
		if len(leaves) == 0 {
			return []byte("null"), nil
		}
		w.value(at.kind, leaves[0].Value)
		return w.Bytes(), nil
	}
	if len(leaves) == 0 {
		return []byte("{}"), nil
	}
	root := &tree{node: at}
	depth := len(path.GetElem())
	if at.keys != nil && depth > 0 && len(path.GetElem()[depth-1].GetKey()) > 0 {
		root.entry = path.GetElem()[depth-1]
	}
	for i := range leaves {
		if err := root.add(leaves[i], depth); err != nil {
			return nil, err
		}
	}
	if at.keys != nil && root.entry == nil {
		return nil, fmt.Errorf("%s names no entry of the list", origin.Text(path))
	}
	w.tree(root, "")
	return w.Bytes(), nil
}

// tree is what is written: a container or list entry with what is in it, in the order in which it came.
type tree struct {
	node     *node
	entry    *gpb.PathElem // of a list entry: its keys
	value    *gpb.TypedValue
	children []*tree
	index    map[string]*tree // of many children
	last     *tree
}

func (t *tree) add(l origin.Leaf, depth int) error {
	for _, e := range l.Path.GetElem()[depth:] {
		next := t.child(e)
		if next == nil {
			return &origin.Error{Path: l.Path, Code: codes.Internal, Reason: noPath}
		}
		t = next
	}
	t.value = l.Value
	return nil
}

// child is the tree below at an element; leaves of one row share elements, so the one before is tried first.
func (t *tree) child(e *gpb.PathElem) *tree {
	if l := t.last; l != nil && l.node.name == e.GetName() && (l.entry == e || sameKeys(l.entry, e)) {
		return l
	}
	n := t.node.children[e.GetName()]
	if n == nil {
		return nil
	}
	c := t.find(n, e)
	if c == nil {
		c = &tree{node: n}
		if len(n.keys) > 0 {
			c.entry = e
		}
		t.children = append(t.children, c)
		if len(t.children) > few {
			t.note(c)
		}
	}
	t.last = c
	return c
}

// find looks through few children, and among many in the index.
func (t *tree) find(n *node, e *gpb.PathElem) *tree {
	if len(t.children) > few {
		return t.index[id(n, e)]
	}
	for _, c := range t.children {
		if c.node == n && (c.entry == nil || sameKeys(c.entry, e)) {
			return c
		}
	}
	return nil
}

func (t *tree) note(c *tree) {
	if t.index == nil {
		t.index = map[string]*tree{}
		for _, o := range t.children {
			t.index[id(o.node, o.entry)] = o
		}
	}
	t.index[id(c.node, c.entry)] = c
}

func id(n *node, e *gpb.PathElem) string {
	text := n.name
	for _, k := range n.keys {
		text += "\x00" + e.GetKey()[k]
	}
	return text
}

func sameKeys(a, b *gpb.PathElem) bool {
	if len(a.GetKey()) != len(b.GetKey()) {
		return false
	}
	for k, v := range a.GetKey() {
		if b.GetKey()[k] != v {
			return false
		}
	}
	return true
}

type writer struct {
	bytes.Buffer
	ietf bool
}

// tree writes an object. Entries of one list come together, wherever they stood.
func (w *writer) tree(t *tree, module string) {
	w.WriteByte('{')
	first := true
	if t.entry != nil {
		for _, k := range t.node.keys {
			if c := t.find(t.node.children[k], nil); c == nil || c.value == nil {
				w.name(&first, t.node.children[k], module)
				w.value(t.node.children[k].kind, scalar(t.node.children[k].kind.Type, t.entry.GetKey()[k]))
			}
		}
	}
	done := map[*node]bool{}
	for i, c := range t.children {
		switch {
		case c.node.kind != nil:
			w.name(&first, c.node, module)
			w.value(c.node.kind, c.value)
		case c.entry == nil:
			w.name(&first, c.node, module)
			w.tree(c, c.node.module)
		case !done[c.node]:
			done[c.node] = true
			w.name(&first, c.node, module)
			w.entries(t.children[i:], c.node)
		}
	}
	w.WriteByte('}')
}

func (w *writer) entries(all []*tree, of *node) {
	w.WriteByte('[')
	first := true
	for _, c := range all {
		if c.node != of {
			continue
		}
		if !first {
			w.WriteByte(',')
		}
		first = false
		w.tree(c, of.module)
	}
	w.WriteByte(']')
}

// name writes a member's name; RFC 7951 wants the module where it is another than above.
func (w *writer) name(first *bool, n *node, module string) {
	if !*first {
		w.WriteByte(',')
	}
	*first = false
	w.WriteByte('"')
	if w.ietf && n.module != module {
		w.WriteString(n.module)
		w.WriteByte(':')
	}
	w.WriteString(n.name)
	w.WriteString(`":`)
}

func (w *writer) value(k *kind, v *gpb.TypedValue) {
	switch v := v.GetValue().(type) {
	case *gpb.TypedValue_LeaflistVal:
		w.WriteByte('[')
		for i, e := range v.LeaflistVal.GetElement() {
			if i > 0 {
				w.WriteByte(',')
			}
			w.value(k, e)
		}
		w.WriteByte(']')
	case *gpb.TypedValue_UintVal:
		w.number(strconv.FormatUint(v.UintVal, 10), holds(k.Type, schema.Uint64))
	case *gpb.TypedValue_IntVal:
		w.number(strconv.FormatInt(v.IntVal, 10), holds(k.Type, schema.Int64))
	case *gpb.TypedValue_DoubleVal:
		w.number(strconv.FormatFloat(v.DoubleVal, 'f', -1, 64), true)
	case *gpb.TypedValue_BoolVal:
		w.WriteString(strconv.FormatBool(v.BoolVal))
	case *gpb.TypedValue_BytesVal:
		w.string(base64.StdEncoding.EncodeToString(v.BytesVal))
	case *gpb.TypedValue_StringVal:
		if module := module(k.Type, v.StringVal); module != "" && w.ietf {
			w.string(module + ":" + v.StringVal)
			return
		}
		w.string(v.StringVal)
	default:
		w.WriteString("null")
	}
}

// number writes a number; those of 64 bits are texts in RFC 7951.
func (w *writer) number(text string, wide bool) {
	if wide && w.ietf {
		text = `"` + text + `"`
	}
	w.WriteString(text)
}

func (w *writer) string(s string) {
	text, _ := json.Marshal(s) // a string always has a form
	w.Write(text)
}
