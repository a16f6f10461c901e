package openconfig

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// apply writes one entry.
func (e *editing) apply(i *instance) error {
	if i.rows.Role == mapping.Link {
		return e.link(i)
	}
	given, err := i.bind()
	if err != nil {
		return err
	}
	p, there, moved, err := e.locate(i, given)
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
	if other := i.another(fields); other != "" && !there {
		return &origin.Error{Path: i.settings[0].path, Code: codes.FailedPrecondition, Reason: fmt.Sprintf("there is already a %s|%s, with %s", i.rows.Table.Name, p.key, other)}
	}
	if (there || fields == nil && i.rows.Role == mapping.Fixed) && !slices.ContainsFunc(i.settings, func(s setting) bool { return s.leaf.fields != nil }) {
		return nil // it is there, and no more is said
	}
	if fields, err = i.fill(fields, p.vars); err != nil {
		return err
	}
	if err := e.claim(i, p); err != nil {
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

// locate finds where the entry stands (there), or is to stand. A row whose key says another value of a leaf that was given is where it stood before.
func (e *editing) locate(i *instance, given []*leaf) (p place, found bool, moved *place, err error) {
	before := slices.Clone(i.vars)
	for _, l := range given {
		before[l.part.variable] = bound{}
	}
	there := e.store.places(i.rows, before)
	for _, t := range there {
		if agree(t.vars, i.vars) {
			return t, true, nil, nil
		}
	}
	key, complete := i.rows.keys[0].text.toDB(i.vars)
	switch {
	case complete && len(there) == 1 && len(given) > 0:
		return place{key, i.vars}, false, &there[0], nil
	case complete:
		return place{key, i.vars}, false, nil, nil
	case len(there) == 1:
		return there[0], true, nil, nil
	case len(i.rows.made) > 0:
		if key, complete = i.rows.made.toDB(i.vars); complete {
			return place{key, i.vars}, false, nil, nil
		}
	}
	return p, false, nil, &origin.Error{Path: i.settings[0].path, Code: codes.InvalidArgument, Reason: "needs " + i.missing() + " beside it"}
}

// claim refuses a row that this Set has made another entry's: an interface in two VRFs.
func (e *editing) claim(i *instance, p place) error {
	for _, w := range i.rows.where {
		id := i.rows.Table.Name + "|" + p.key + " " + w.field
		text, _ := w.text.toDB(p.vars)
		if was, claimed := e.claims[id]; claimed && was != text && i.rows.Role == mapping.Part {
			return &origin.Error{Path: i.settings[0].path, Code: codes.FailedPrecondition, Reason: fmt.Sprintf("is set together with %s=%s", w.field, was)}
		}
		e.claims[id] = text
	}
	return nil
}

// another is the field by which a row that stands at the entry's place is another entry.
func (i *instance) another(fields []db.Field) string {
	if i.rows.Role != mapping.Entry {
		return ""
	}
	for _, w := range i.rows.where {
		if v, has := value(fields, w.field); has && !w.text.fromDB(v, slices.Clone(i.vars)) {
			return w.field + "=" + v
		}
	}
	return ""
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
		if _, has := value(fields, name); !has && text == s.leaf.absent {
			continue // that is what its absence means
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
		if l.def != "" && l.node.config && !slices.ContainsFunc(i.settings, func(s setting) bool { return s.leaf == l }) {
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
