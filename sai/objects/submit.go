package objects

import (
	"context"
	"slices"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// Submit implements engine.Submitter: entries are put under way if the API can do that. All else is done when Submit returns.
func (t *Target) Submit(ctx context.Context, k *engine.Kind, ops []engine.Op) (wait func() []error) {
	p, can := t.api.(sai.Pipeline)
	ot, err := sai.ParseObjectType(k.Name)
	if !can || err != nil || !sai.IsEntry(ot) || len(ops) == 0 || t.before[k] != nil {
		errs := t.Apply(ctx, k, ops)
		return t.submitted(false, func() []error { return errs })
	}
	switch ops[0].Verb {
	case engine.Create:
		return t.submitted(true, t.startCreate(ctx, p, ot, ops))
	case engine.Update:
		requests, live, errs := t.changes(ot, ops)
		results := p.StartSet(ctx, ot, requests)
		return t.submitted(true, func() []error {
			changed(ops, live, results(), errs)
			return errs
		})
	}
	objects, live := t.removals(ot, ops)
	results := p.StartRemove(ctx, ot, objects)
	return t.submitted(true, func() []error {
		errs := make([]error, len(ops))
		t.removed(ctx, ops, nil, live, results(), errs)
		return errs
	})
}

// submitted keeps the books of what was submitted and not waited for.
func (t *Target) submitted(started bool, wait func() []error) func() []error {
	t.started = append(t.started, started)
	return func() []error {
		errs := wait()
		t.started = slices.Delete(t.started, 0, 1)
		return errs
	}
}

// Ready implements engine.Hearer.
func (t *Target) Ready() (n int) {
	ready := 0
	if h, can := t.api.(sai.Hearer); can {
		ready = h.Ready()
	}
	for n < len(t.started) && (!t.started[n] || ready > 0) {
		if t.started[n] {
			ready--
		}
		n++
	}
	return n
}

// Answers implements engine.Hearer.
func (t *Target) Answers() <-chan any {
	if h, can := t.api.(sai.Hearer); can {
		return h.Answers()
	}
	return nil
}

// Hear implements engine.Hearer.
func (t *Target) Hear(answers any) {
	if h, can := t.api.(sai.Hearer); can {
		h.Hear(answers)
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
