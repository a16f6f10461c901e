package main

import "fmt"

// edge is a reference: objects of type from need one of type to.
type edge struct {
	from, to *object
	attr     *attr // nil for a member of an entry struct
}

// hard edges must exist at creation; the others may be set later.
func (e edge) hard() bool {
	return e.attr == nil || e.attr.is("MANDATORY_ON_CREATE") || e.attr.is("CREATE_ONLY")
}

// edges yields all writable references. The switch is left out as a target: it exists before everything.
func (f *facts) edges() ([]edge, error) {
	var edges []edge
	add := func(from *object, a *attr, names []string) error {
		for _, n := range names {
			to, ok := f.byName[n]
			if !ok {
				return fmt.Errorf("%s refers to unknown type %s", from.Symbol, n)
			}
			if to.Name != "SWITCH" {
				edges = append(edges, edge{from, to, a})
			}
		}
		return nil
	}
	for _, o := range f.Objects {
		for _, a := range o.Attrs {
			if !a.readOnly() {
				if err := add(o, a, a.Objects); err != nil {
					return nil, err
				}
			}
		}
		for _, m := range f.entry(o) {
			if err := add(o, nil, m.Objects); err != nil {
				return nil, err
			}
		}
	}
	return edges, nil
}

// entry gives the members of an object type's entry struct, if it has one.
func (f *facts) entry(o *object) []entryMember {
	return f.Entries["sai_"+lower(o.Name)+"_t"]
}

// rank gives each type its place in the order of creation: above all types outside its own cycle that it may refer to. Types on one
// cycle share a rank. Within it, references that must exist at creation order by depth; the others are deferred to a second pass.
func (f *facts) rank() error {
	edges, err := f.edges()
	if err != nil {
		return err
	}
	component := components(f.Objects, edges)
	longest(edges, func(e edge) bool { return component[e.from] != component[e.to] }, func(o *object) *int { return &o.Rank }, component)
	for _, e := range edges {
		if component[e.from] == component[e.to] && !e.hard() {
			e.attr.Deferred = true
		}
	}
	depth := func(e edge) bool { return e.hard() && e.from != e.to && component[e.from] == component[e.to] }
	longest(edges, depth, func(o *object) *int { return &o.Depth }, nil)
	return nil
}

// longest relaxes until every counted edge points down; with components, their members keep one value.
func longest(edges []edge, counts func(edge) bool, value func(*object) *int, component map[*object]int) {
	for again := true; again; {
		again = false
		for _, e := range edges {
			if !counts(e) || *value(e.from) > *value(e.to) {
				continue
			}
			again = true
			n := *value(e.to) + 1
			*value(e.from) = n
			for o, c := range component {
				if c == component[e.from] {
					*value(o) = n
				}
			}
		}
	}
}

// components numbers the strongly connected components (Tarjan's algorithm).
func components(nodes []*object, edges []edge) map[*object]int {
	next := map[*object][]*object{}
	for _, e := range edges {
		next[e.from] = append(next[e.from], e.to)
	}
	index, low, out := map[*object]int{}, map[*object]int{}, map[*object]int{}
	var stack []*object
	var visit func(o *object)
	visit = func(o *object) {
		index[o], low[o] = len(index)+1, len(index)+1
		stack = append(stack, o)
		for _, n := range next[o] {
			if index[n] == 0 {
				visit(n)
				low[o] = min(low[o], low[n])
			} else if _, done := out[n]; !done {
				low[o] = min(low[o], index[n])
			}
		}
		if low[o] == index[o] {
			id := index[o]
			for {
				top := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				out[top] = id
				if top == o {
					break
				}
			}
		}
	}
	for _, o := range nodes {
		if index[o] == 0 {
			visit(o)
		}
	}
	return out
}
