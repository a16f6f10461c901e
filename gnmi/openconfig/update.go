package openconfig

import (
	"fmt"
	"slices"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// setting is a leaf with the value that it is to have.
type setting struct {
	path  *gpb.Path
	texts []string
	key   bool // a list's key in the list itself, which every path through it has
	leaf  *leaf
}

// instance are the settings of one entry.
type instance struct {
	op       *origin.Operation // the first that speaks of it
	rows     *rows
	vars     binding
	settings []setting
}

// say adds a setting, or replaces what was said of the same leaf before.
func (i *instance) say(s setting) {
	if n := slices.IndexFunc(i.settings, func(o setting) bool { return o.leaf == s.leaf }); n >= 0 {
		i.settings[n] = s
		return
	}
	i.settings = append(i.settings, s)
}

func (e *editing) update() {
	leaves, errs := e.model.decode(e.op)
	if e.errs = append(e.errs, errs...); len(errs) > 0 {
		return
	}
	before := len(e.errs)
	var keys []error // of entries above; said only if nothing below says it
	for _, s := range leaves {
		c, vars, err := e.model.owner(&s)
		if err != nil && s.key {
			keys = append(keys, err)
		} else if err != nil {
			e.errs = append(e.errs, err)
		}
		if c == nil {
			continue
		}
		id := fmt.Sprintf("%p %v", c, vars)
		if e.entries[id] == nil {
			i := &instance{op: e.op, rows: c, vars: vars}
			e.entries[id] = i
			e.order = append(e.order, i)
		}
		e.entries[id].say(s)
	}
	if len(e.errs) == before {
		e.errs = append(e.errs, keys...)
	}
}

// flush writes what updates have said.
func (e *editing) flush() {
	for _, i := range e.order {
		e.op = i.op
		if err := e.apply(i); err != nil {
			e.errs = append(e.errs, err)
		}
	}
	clear(e.entries)
	e.order = nil
}

// owner finds the rows whose path takes the leaf's, and what the path's keys say.
func (m *model) owner(s *setting) (*rows, binding, error) {
	nodes := match([]*node{m.root}, s.path.GetElem())
	if len(nodes) != 1 || nodes[0].kind == nil {
		return nil, nil, &origin.Error{Path: s.path, Code: codes.NotFound, Reason: noPath}
	}
	if !nodes[0].config {
		return nil, nil, &origin.Error{Path: s.path, Code: codes.InvalidArgument, Reason: "is state, which cannot be set"}
	}
	var last *leaf
	for _, l := range nodes[0].leaves {
		if l.rows.Role.ReadOnly() {
			continue
		}
		b := make(binding, len(l.rows.vars.names))
		if bindPath(l.rows.at, s.path.GetElem(), b) && bindPath(l.below, s.path.GetElem()[len(l.rows.at):], b) {
			s.leaf = l
			return l.rows, b, nil
		}
		last = l
	}
	if last == nil && slices.Contains(nodes[0].parent.keys, nodes[0].name) {
		return nil, nil, nil // an entry that no row is of its own
	}
	if last == nil {
		return nil, nil, &origin.Error{Path: s.path, Code: codes.Unimplemented, Reason: "cannot be set"}
	}
	return nil, nil, &origin.Error{Path: s.path, Code: codes.InvalidArgument, Reason: nodes[0].complain(s.path)}
}

// complain says which key of a path no rows of the leaf take.
func (n *node) complain(path *gpb.Path) string {
	var reasons []string
	for _, l := range n.leaves {
		b := make(binding, len(l.rows.vars.names))
		for i, e := range append(l.rows.at[:len(l.rows.at):len(l.rows.at)], l.below...) {
			for _, k := range e.keys {
				v := bareKey(path.GetElem()[i].GetKey()[k.name])
				if k.text.fromOC(v, b) {
					continue
				}
				if r := fmt.Sprintf("[%s]: %s", k.name, k.text.complaint(v)); !slices.Contains(reasons, r) {
					reasons = append(reasons, r)
				}
			}
		}
	}
	return "has a key that it cannot have: " + strings.Join(reasons, ", ")
}
