package openconfig

import (
	"errors"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Edit implements origin.Origin.
func (o *Origin) Edit(c origin.Config, ops []origin.Operation) error {
	m, err := o.model()
	if err != nil {
		return err
	}
	e := &editing{model: m, store: newStore(c), entries: map[string]*instance{}, claims: map[string]string{}}
	for i := range ops {
		e.op = &ops[i]
		e.operation()
	}
	e.flush()
	for _, check := range e.checks {
		check()
	}
	return errors.Join(e.errs...)
}

// editing is one Edit.
type editing struct {
	model *model
	store *store
	op    *origin.Operation
	// entries are what updates have said so far, which is written once nothing more comes: an address and its length may come one by one.
	entries map[string]*instance
	order   []*instance
	claims  map[string]string // fields by which rows are entries, with what this Set makes them
	checks  []func()          // of what must hold when all is done
	errs    []error
}

func (e *editing) fail(path *gpb.Path, code codes.Code, reason string) {
	e.errs = append(e.errs, &origin.Error{Path: path, Code: code, Reason: reason})
}

func (e *editing) operation() {
	q, err := e.model.find(e.op.Path, func(n *node) bool { return n.config })
	if err != nil {
		e.errs = append(e.errs, err)
		return
	}
	if e.state() {
		e.fail(e.op.Path, codes.InvalidArgument, "is state, which cannot be set")
		return
	}
	if e.op.Action != origin.Update {
		op := e.op
		e.flush()
		e.op = op
		e.remove(q)
	}
	if e.op.Action != origin.Delete {
		e.update()
	}
}

// state tells whether the path has nothing that can be set.
func (e *editing) state() bool {
	for _, n := range match([]*node{e.model.root}, e.op.Path.GetElem()) {
		writable := n.config
		n.walk(func(l *leaf) { writable = writable || l.node.config && !l.rows.Role.ReadOnly() })
		if writable {
			return false
		}
	}
	return true
}

// remove takes away what is at the path and below: entries that are there or deeper, fields and memberships otherwise.
func (e *editing) remove(q *query) {
	for _, a := range q.of {
		if a.rows.Role.ReadOnly() || len(a.leaves) == 0 {
			continue
		}
		whole := len(q.path) <= len(a.rows.at) && !q.anyDepth
		for _, p := range e.store.places(a.rows, a.bound) {
			switch role := a.rows.Role; {
			case role == mapping.Link, whole && (role == mapping.Entry || a.rows.Parallel != nil):
				e.store.remove(e.op, a.rows, p)
			case whole:
				e.strip(a.rows, p, a.rows.leaves, e.op.Action == origin.Replace)
			default:
				e.part(q, a, p)
			}
		}
	}
}

// part removes some leaves of an entry that stays.
func (e *editing) part(q *query, a *asked, p place) {
	for _, l := range a.leaves {
		if l.key && len(q.path) == len(a.rows.at)+len(l.below) && e.op.Action == origin.Delete {
			e.fail(e.op.Path, codes.InvalidArgument, "is the key of its entry, which can only go as a whole")
			return
		}
	}
	e.strip(a.rows, p, a.leaves, true)
}

// strip removes the fields of leaves; where the entry stays, those that have one get their defaults.
func (e *editing) strip(c *rows, p place, leaves []*leaf, stays bool) {
	fields := e.store.fields(c, p)
	for _, l := range leaves {
		if !l.node.config || len(l.fields) != 1 || l.stays {
			continue
		}
		if stays && l.def != "" {
			fields = setField(fields, l.fields[0], l.def)
			continue
		}
		fields = dropField(fields, l.fields[0])
	}
	if !stays {
		for _, w := range c.where {
			fields = dropField(fields, w.field)
		}
	}
	if len(fields) == 0 && !c.entry && c.Role == mapping.Entry {
		e.store.remove(e.op, c, p)
		return
	}
	e.store.put(e.op, c, p, fields)
}
