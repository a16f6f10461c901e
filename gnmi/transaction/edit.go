package transaction

import (
	"errors"
	"fmt"
	"slices"

	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// row is a row of CONFIG_DB.
type row struct{ table, key string }

// causes are the operations that changed rows, the last of each, so that whoever finds a fault in a row names the path.
type causes struct {
	of  map[row]*origin.Operation
	all []*origin.Operation
}

// view is a candidate as an origin sees it.
type view struct {
	*candidate.Config
	causes *causes
}

var _ origin.Config = view{}

// Row implements origin.Config.
func (v view) Row(table, key string) []db.Field { return v.Fields(table, key) }

// Put implements origin.Config.
func (v view) Put(cause *origin.Operation, table, key string, fields []db.Field) {
	if cause != nil {
		v.causes.of[row{table, key}] = cause
	}
	v.Config.Put(table, key, fields)
}

// edit has the origins edit the candidate.
func edit(c *candidate.Config, s Set) (*causes, error) {
	why := &causes{of: map[row]*origin.Operation{}}
	for i := range s.Steps {
		for j := range s.Steps[i].Ops {
			why.all = append(why.all, &s.Steps[i].Ops[j])
		}
	}
	if s.Union {
		return why, union(c, s, why)
	}
	var errs []error
	for _, step := range s.Steps {
		errs = append(errs, step.Origin.Edit(view{c, why}, step.Ops))
	}
	return why, errors.Join(errs...)
}

// union makes what the steps say together the whole configuration. Two origins may say the same of a field, and not different things.
func union(c *candidate.Config, s Set, why *causes) error {
	sum := candidate.Of(nil)
	for _, step := range s.Steps {
		own := candidate.Of(nil)
		if err := step.Origin.Edit(view{own, why}, step.Ops); err != nil {
			return err
		}
		for _, r := range own.Content() {
			joined, err := join(sum.Fields(r.Table, r.Key), r)
			if err != nil {
				return &origin.Error{Path: why.path(r.Table, r.Key), Code: codes.InvalidArgument, Reason: err.Error()}
			}
			sum.Put(r.Table, r.Key, joined)
		}
	}
	c.Replace(sum.Content())
	return nil
}

func join(have []db.Field, r configjson.Row) ([]db.Field, error) {
	out := slices.Clone(have)
	for _, f := range r.Fields {
		i := slices.IndexFunc(out, func(h db.Field) bool { return h.Name == f.Name })
		switch {
		case i < 0:
			out = append(out, f)
		case out[i].Value != f.Value:
			return nil, fmt.Errorf("%s|%s: field %s is %q by one origin and %q by another", r.Table, r.Key, f.Name, out[i].Value, f.Value)
		}
	}
	if len(out) > 1 { // a row that one origin has empty and another not
		out = slices.DeleteFunc(out, func(f db.Field) bool { return f.Name == "NULL" })
	}
	return out, nil
}
