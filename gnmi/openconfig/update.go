package openconfig

import (
	"fmt"
	"slices"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
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
	rows     *rows
	vars     binding
	settings []setting
}

func (e *editing) update() {
	leaves, errs := e.model.decode(e.op)
	if e.errs = append(e.errs, errs...); len(errs) > 0 {
		return
	}
	index := map[string]*instance{}
	var order []*instance
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
		if index[id] == nil {
			index[id] = &instance{rows: c, vars: vars}
			order = append(order, index[id])
		}
		index[id].settings = append(index[id].settings, s)
	}
	if len(e.errs) == 0 {
		e.errs = append(e.errs, keys...)
	}
	for _, i := range order {
		if err := e.apply(i); err != nil {
			e.errs = append(e.errs, err)
		}
	}
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

// apply writes one entry.
func (e *editing) apply(i *instance) error {
	if i.rows.Role == mapping.Link {
		return e.link(i)
	}
	given, err := i.bind()
	if err != nil {
		return err
	}
	p, moved, err := e.locate(i, given)
	if err != nil {
		return err
	}
	fields := e.store.fields(i.rows, p)
	if moved != nil {
		fields = e.store.fields(i.rows, *moved)
		e.store.remove(e.op, i.rows, *moved)
	}
	if had := i.rows.Role == mapping.Fixed && e.store.had(i.rows.Table.Name); had && fields == nil {
		return &origin.Error{Path: i.settings[0].path, Code: codes.NotFound, Reason: fmt.Sprintf("there is no %s", p.key)}
	}
	if moved == nil && (fields != nil || i.rows.Role == mapping.Fixed) && !slices.ContainsFunc(i.settings, func(s setting) bool { return s.leaf.fields != nil }) {
		return nil // it is there, and no more is said
	}
	fields, err = i.fill(fields, p.vars)
	if err != nil {
		return err
	}
	e.store.put(e.op, i.rows, p, fields)
	e.along(i, p)
	return nil
}

// bind takes the values that are variables, and checks those that can only be one.
func (i *instance) bind() (given []*leaf, err error) {
	for _, s := range i.settings {
		switch {
		case s.leaf.fields != nil:
		case s.leaf.isVar:
			text := s.texts[0]
			if s.leaf.as != nil {
				if text, err = s.leaf.as.ToDB(text); err != nil {
					return nil, &origin.Error{Path: s.path, Code: codes.InvalidArgument, Reason: err.Error()}
				}
			}
			fresh := i.vars[s.leaf.part.variable].db == ""
			if !i.vars.bind(&s.leaf.part, text) {
				reason := fmt.Sprintf("%q is not %s", text, s.leaf.part.domain.Say)
				if !fresh {
					reason = fmt.Sprintf("is %q, and its entry's key %q", text, i.vars[s.leaf.part.variable].oc)
				}
				return nil, &origin.Error{Path: s.path, Code: codes.InvalidArgument, Reason: reason}
			}
			if fresh {
				given = append(given, s.leaf)
			}
		default:
			if only, _ := s.leaf.value.toOC(i.vars); only != s.texts[0] {
				return nil, &origin.Error{Path: s.path, Code: codes.InvalidArgument, Reason: fmt.Sprintf("can only be %s here, not %s", only, s.texts[0])}
			}
		}
	}
	return given, nil
}

// locate finds where the entry stands, or is to stand. A row whose key says another value of a leaf that was given is where it stood before.
func (e *editing) locate(i *instance, given []*leaf) (p place, moved *place, err error) {
	before := slices.Clone(i.vars)
	for _, l := range given {
		before[l.part.variable] = bound{}
	}
	there := e.store.places(i.rows, before)
	for _, t := range there {
		if agree(t.vars, i.vars) {
			return t, nil, nil
		}
	}
	key, complete := i.rows.keys[0].text.toDB(i.vars)
	switch {
	case complete && len(there) == 1 && len(given) > 0:
		return place{key, i.vars}, &there[0], nil
	case complete:
		return place{key, i.vars}, nil, nil
	case len(there) == 1:
		return there[0], nil, nil
	case len(i.rows.made) > 0:
		if key, complete = i.rows.made.toDB(i.vars); complete {
			return place{key, i.vars}, nil, nil
		}
	}
	return p, nil, &origin.Error{Path: i.settings[0].path, Code: codes.InvalidArgument, Reason: "needs " + i.missing() + " beside it"}
}

func agree(a, b binding) bool {
	for i := range a {
		if b[i].db != "" && a[i].db != b[i].db {
			return false
		}
	}
	return true
}

// missing names the leaves that would give the variables that the key lacks.
func (i *instance) missing() string {
	var names []string
	for _, l := range i.rows.leaves {
		if l.isVar && i.vars[l.part.variable].db == "" && l.node.config && !slices.Contains(names, l.node.name) {
			names = append(names, l.node.name)
		}
	}
	return strings.Join(names, " and ")
}

// fill writes the settings into the fields of a row; nil makes a new one.
func (i *instance) fill(fields []db.Field, vars binding) ([]db.Field, error) {
	fresh := fields == nil
	for _, s := range i.settings {
		if s.leaf.fields == nil {
			continue
		}
		name, text, err := s.leaf.choose(s.texts)
		if err != nil {
			return nil, &origin.Error{Path: s.path, Code: codes.InvalidArgument, Reason: err.Error()}
		}
		for _, l := range s.leaf.others {
			fields = dropField(fields, l.fields[0])
		}
		fields = setField(dropField(fields, s.leaf.fields[0]), name, text)
	}
	for _, w := range i.rows.where {
		text, ok := w.text.toDB(vars)
		if len(w.text) == 0 || !ok {
			fields = dropField(fields, w.field)
			continue
		}
		fields = setField(fields, w.field, text)
	}
	if !fresh {
		return fields, nil
	}
	fields = fillIn(fields, i.rows.sets, vars)
	for _, l := range i.rows.leaves {
		if l.def != "" && l.node.config {
			if _, ok := value(fields, l.fields[0]); !ok {
				fields = setField(fields, l.fields[0], l.def)
			}
		}
	}
	return fields, nil
}

// fillIn adds fields that nothing else has given.
func fillIn(fields []db.Field, sets []assignment, vars binding) []db.Field {
	for _, s := range sets {
		if _, has := value(fields, s.field); !has {
			if text, ok := s.text.toDB(vars); ok {
				fields = setField(fields, s.field, text)
			}
		}
	}
	return fields
}

// along makes the rows that the entry needs to mean anything, and notes what must hold in the end.
func (e *editing) along(i *instance, p place) {
	vars := p.vars
	for _, a := range i.rows.also {
		key, ok := a.key.toDB(vars)
		if !ok {
			continue
		}
		row := e.store.config.Row(a.table.Name, key)
		fields := slices.Clone(row)
		if row == nil {
			fields = fillIn(fields, a.fields, vars)
		} else {
			for _, f := range a.fields {
				if text, ok := f.text.toDB(vars); ok {
					fields = setField(dropField(fields, nothing), f.field, text)
				}
			}
		}
		if fields = orNothing(fields); !slices.Equal(fields, row) {
			e.store.write(e.op, a.table.Name, key, fields)
		}
	}
	if i.rows.given != nil {
		e.checks = append(e.checks, func() {
			if say := e.store.lacks(i.rows, p); say != "" {
				e.fail(i.settings[0].path, codes.FailedPrecondition, "needs "+say)
			}
		})
	}
}

// link makes the rows that say what a leaf's value is, and removes those that say another.
func (e *editing) link(i *instance) error {
	for _, s := range i.settings {
		texts := s.texts
		if list, ok := s.leaf.as.(mapping.ListCodec); ok {
			all, err := list.ListToDB(texts)
			if err != nil {
				return &origin.Error{Path: s.path, Code: codes.InvalidArgument, Reason: err.Error()}
			}
			texts = mapping.Items(all)
		}
		var want []place
		for _, text := range texts {
			vars := slices.Clone(i.vars)
			if !vars.bind(&s.leaf.part, text) {
				return &origin.Error{Path: s.path, Code: codes.InvalidArgument, Reason: fmt.Sprintf("%q is not %s", text, s.leaf.part.domain.Say)}
			}
			key, _ := i.rows.keys[0].text.toDB(vars)
			want = append(want, place{key, vars})
		}
		for _, p := range e.store.members(i.rows, i.vars) {
			if !slices.ContainsFunc(want, func(w place) bool { return w.key == p.key }) {
				e.store.remove(e.op, i.rows, p)
			}
		}
		for _, p := range want {
			one := &instance{rows: i.rows, vars: p.vars, settings: []setting{s}}
			fields, err := one.fill(e.store.fields(i.rows, p), p.vars)
			if err != nil {
				return err
			}
			e.store.put(e.op, i.rows, p, fields)
			e.along(one, p)
		}
	}
	return nil
}

// choose finds the field that takes a value, and its text.
func (l *leaf) choose(texts []string) (field, text string, err error) {
	if text, err = l.toDB(texts); err == nil {
		return l.fields[0], text, nil
	}
	for _, o := range l.others {
		if text, other := o.toDB(texts); other == nil {
			return o.fields[0], text, nil
		}
	}
	return "", "", err
}

// toDB is the field's text of a leaf's value.
func (l *leaf) toDB(texts []string) (string, error) {
	if !l.node.kind.list {
		if l.as == nil {
			return texts[0], nil
		}
		return l.as.ToDB(texts[0])
	}
	if c, ok := l.as.(mapping.ListCodec); ok {
		return c.ListToDB(texts)
	}
	out := slices.Clone(texts)
	for i := range out {
		if strings.Contains(out[i], ",") {
			return "", fmt.Errorf("has the element %q with a comma, by which SONiC separates elements", out[i])
		}
		if l.as == nil {
			continue
		}
		text, err := l.as.ToDB(out[i])
		if err != nil {
			return "", err
		}
		out[i] = text
	}
	return strings.Join(out, ","), nil
}
