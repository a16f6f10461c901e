package openconfig

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

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
			e.checks = append(e.checks, func() {
				f := found{vars: p.vars, fields: e.store.fields(i.rows, p)}
				if f.fields != nil && !i.rows.holds(&f) {
					e.fail(s.path, codes.FailedPrecondition, "is contradicted by another path of the request: both are "+i.rows.Table.Name+"|"+p.key)
				}
			})
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
