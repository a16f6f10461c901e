package openconfig

import (
	"fmt"
	"slices"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

const noPath = "is no path of the models and of what of them is supported (docs/openconfig.md)"

// query is what a path asks for: leaves by rows, with what the path says of their variables.
type query struct {
	path     []*gpb.PathElem
	anyDepth bool // the path has ..., so elements do not go by position
	of       []*asked
}

// asked are leaves of one kind of rows.
type asked struct {
	rows   *rows
	leaves []*leaf
	bound  binding // from the path's keys
}

// want chooses leaves by what they are.
type want func(*node) bool

func dataType(t gpb.GetRequest_DataType) want {
	switch t {
	case gpb.GetRequest_CONFIG:
		return func(n *node) bool { return n.config }
	case gpb.GetRequest_STATE:
		return func(n *node) bool { return !n.config }
	case gpb.GetRequest_OPERATIONAL:
		return func(n *node) bool { return !n.config && !n.mirrored() }
	}
	return func(*node) bool { return true }
}

// mirrored tells whether a leaf of a state container is one of the config container beside it too.
func (n *node) mirrored() bool {
	if n.parent.name != "state" {
		return false
	}
	config := n.parent.parent.children["config"]
	return config != nil && config.children[n.name] != nil
}

// find resolves a path. A path that is not of the schema is an *origin.Error.
func (m *model) find(path *gpb.Path, wanted want) (*query, error) {
	q := &query{path: path.GetElem()}
	if len(q.path) == 1 && q.path[0].GetName() == "" {
		q.path = nil // some clients write the root so
	}
	for i, e := range q.path {
		if e.GetName() == origin.AnyDepth {
			q.anyDepth = true
		}
		if err := checkElem(path, i); err != nil {
			return nil, err
		}
	}
	nodes := match([]*node{m.root}, q.path)
	if len(nodes) == 0 {
		return nil, &origin.Error{Path: path, Code: codes.NotFound, Reason: noPath}
	}
	if err := checkKeys(path, nodes); err != nil {
		return nil, err
	}
	index := map[*rows]*asked{}
	for _, n := range nodes {
		n.walk(func(leaf *leaf) {
			if wanted(leaf.node) {
				q.ask(index, leaf)
			}
		})
	}
	q.of = slices.DeleteFunc(q.of, func(a *asked) bool { return a.bound == nil })
	return q, nil
}

func checkElem(path *gpb.Path, i int) error {
	e := path.GetElem()[i]
	if e.GetName() == "" {
		return &origin.Error{Path: path, Code: codes.InvalidArgument, Reason: fmt.Sprintf("has an empty element at place %d", i+1)}
	}
	for k, v := range e.GetKey() {
		if k == "" || v == "" {
			return &origin.Error{Path: path, Code: codes.InvalidArgument, Reason: fmt.Sprintf("has a key without name or value at %s", e.GetName())}
		}
	}
	return nil
}

// checkKeys refuses keys that no list has.
func checkKeys(path *gpb.Path, nodes []*node) error {
	for _, n := range nodes {
		for i := len(path.GetElem()) - 1; i >= 0 && n.parent != nil; i, n = i-1, n.parent {
			e := path.GetElem()[i]
			if e.GetName() == origin.AnyDepth {
				break
			}
			for k := range e.GetKey() {
				if !slices.Contains(n.keys, k) {
					return &origin.Error{Path: path, Code: codes.InvalidArgument, Reason: fmt.Sprintf("%s has no key %s", n.name, k)}
				}
			}
		}
	}
	return nil
}

// match walks down from nodes along a path with wildcards.
func match(nodes []*node, path []*gpb.PathElem) []*node {
	for i, e := range path {
		if e.GetName() == origin.AnyDepth {
			return unique(matchDeep(nodes, path[i+1:]))
		}
		var next []*node
		for _, n := range nodes {
			if e.GetName() != origin.Any {
				if c := n.children[e.GetName()]; c != nil {
					next = append(next, c)
				}
				continue
			}
			for _, name := range n.order {
				next = append(next, n.children[name])
			}
		}
		nodes = next
	}
	return nodes
}

func matchDeep(nodes []*node, rest []*gpb.PathElem) []*node {
	out := match(nodes, rest)
	for _, n := range nodes {
		for _, name := range n.order {
			out = append(out, matchDeep([]*node{n.children[name]}, rest)...)
		}
	}
	return out
}

func unique(nodes []*node) []*node {
	seen := map[*node]bool{}
	return slices.DeleteFunc(nodes, func(n *node) bool {
		was := seen[n]
		seen[n] = true
		return was
	})
}

func (n *node) walk(f func(*leaf)) {
	for _, l := range n.leaves {
		f(l)
	}
	for _, name := range n.order {
		n.children[name].walk(f)
	}
}

// ask adds a leaf, unless the path's keys say that the rows have none of it.
func (q *query) ask(index map[*rows]*asked, l *leaf) {
	a := index[l.rows]
	if a == nil {
		a = &asked{rows: l.rows, bound: make(binding, len(l.rows.vars.names))}
		if !q.anyDepth && !bindPath(l.rows.at, q.path, a.bound) {
			a.bound = nil
		}
		index[l.rows] = a
		q.of = append(q.of, a)
	}
	if a.bound == nil {
		return
	}
	if n := len(l.rows.at); !q.anyDepth && len(q.path) > n && !bindPath(l.below, q.path[n:], a.bound) {
		return
	}
	a.leaves = append(a.leaves, l)
}

// bindPath takes what the keys of a path say; a wildcard and a missing key say nothing.
func bindPath(at []elem, path []*gpb.PathElem, b binding) bool {
	for i := range at {
		if i == len(path) {
			break
		}
		for _, k := range at[i].keys {
			v, ok := path[i].GetKey()[k.name]
			if ok && v != origin.Any && !k.text.fromOC(bareKey(v), b) {
				return false
			}
		}
	}
	return true
}
