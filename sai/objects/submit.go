package objects

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// Submit implements engine.Submitter: entries are put under way if the API can do that. All else is done when Submit returns.
func (t *Target) Submit(ctx context.Context, k *engine.Kind, ops []engine.Op) (wait func() []error) {
	p, can := t.api.(sai.Pipeline)
	ot, err := sai.ParseObjectType(k.Name)
	if !can || err != nil || !sai.IsEntry(ot) || len(ops) == 0 || t.before[k] != nil {
		errs := t.Apply(ctx, k, ops)
		return func() []error { return errs }
	}
	switch ops[0].Verb {
	case engine.Create:
		return t.startCreate(ctx, p, ot, ops)
	case engine.Update:
		requests, live, errs := t.changes(ot, ops)
		results := p.StartSet(ctx, ot, requests)
		return func() []error {
			changed(ops, live, results(), errs)
			return errs
		}
	}
	objects, live := t.removals(ot, ops)
	results := p.StartRemove(ctx, ot, objects)
	return func() []error {
		errs := make([]error, len(ops))
		t.removed(ctx, ops, nil, live, results(), errs)
		return errs
	}
}

func (t *Target) startCreate(ctx context.Context, p sai.Pipeline, ot sai.ObjectType, ops []engine.Op) (wait func() []error) {
	requests, live, errs := t.creations(ot, ops)
	results := p.StartCreate(ctx, ot, requests)
	return func() []error {
		t.created(ctx, ot, ops, live, results(), errs)
		return errs
	}
}
