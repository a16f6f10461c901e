package objects

import (
	"context"
	"errors"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// create makes the objects, their names first. Results stand by operation.
func (t *Target) create(ctx context.Context, ot sai.ObjectType, ops []engine.Op) []error {
	if ot == sai.ObjectTypeFdbFlush {
		return t.flush(ctx, ops)
	}
	requests, live, errs := t.creations(ot, ops)
	if len(requests) == 0 {
		return errs
	}
	if sai.IsEntry(ot) {
		t.created(ctx, ot, ops, live, t.api.Create(ctx, ot, requests), errs)
		return errs
	}
	if t.alloc != nil {
		if err := t.allocate(ctx, ot, ops, requests, live); err != nil {
			return failRest(errs, live, err)
		}
	}
	var late []Named
	var refused []sai.OID
	for j, r := range t.api.Create(ctx, ot, requests) {
		i := live[j]
		if r.Status != sai.StatusSuccess {
			errs[i] = classify(r.Status, ops[i].Key)
			refused = append(refused, requests[j].Object.OID)
			continue
		}
		t.registry.Put(ops[i].Key, r.OID)
		if t.alloc == nil {
			late = append(late, Named{r.OID, ops[i].Key.String()})
		}
	}
	if t.alloc != nil && len(refused) > 0 {
		// A name that stays behind is one without an object, which adoption does not mind.
		_ = t.names.Delete(ctx, refused)
	}
	if len(late) > 0 && t.names != nil {
		if err := t.names.Store(ctx, late); err != nil {
			return failRest(errs, live, &engine.Error{Class: engine.Fatal, Err: fmt.Errorf("natural keys: %w", err)})
		}
	}
	return errs
}

// creations turns operations into requests. live tells which operations they are for; the others have their error. The requests are valid until
// the next call.
func (t *Target) creations(ot sai.ObjectType, ops []engine.Op) (requests []sai.CreateRequest, live []int, errs []error) {
	errs = make([]error, len(ops))
	requests, live = t.buf.creates[:0], make([]int, 0, len(ops))
	t.buf.attrs = t.buf.attrs[:0]
	for i := range ops {
		object, err := t.object(ot, ops[i].Key, false)
		if err != nil {
			errs[i] = err
			continue
		}
		from := len(t.buf.attrs)
		if errs[i] = t.appendAttributes(ot, ops[i].Key, ops[i].Attrs, true); errs[i] != nil {
			t.buf.attrs = t.buf.attrs[:from]
			continue
		}
		requests = append(requests, sai.CreateRequest{Object: object, Attrs: t.buf.attrs[from:len(t.buf.attrs):len(t.buf.attrs)]})
		live = append(live, i)
	}
	t.buf.creates = requests
	return requests, live, errs
}

// created files the results of entries. One that the ASIC had already gets what is wanted of it.
func (t *Target) created(ctx context.Context, ot sai.ObjectType, ops []engine.Op, live []int, results []sai.CreateResult, errs []error) {
	for j, r := range results {
		switch i := live[j]; r.Status {
		case sai.StatusSuccess:
		case sai.StatusItemAlreadyExists:
			errs[i] = t.settle(ctx, ot, ops[i])
		default:
			errs[i] = classify(r.Status, ops[i].Key)
		}
	}
}

// allocate takes OIDs for the requests and keeps their names before anything is created.
func (t *Target) allocate(ctx context.Context, ot sai.ObjectType, ops []engine.Op, requests []sai.CreateRequest, live []int) error {
	oids, err := t.alloc.Allocate(ctx, ot, len(requests))
	if err != nil {
		return &engine.Error{Class: engine.Transient, Err: fmt.Errorf("object ids: %w", err)}
	}
	names := make([]Named, len(requests))
	for j := range requests {
		requests[j].Object.OID = oids[j]
		names[j] = Named{oids[j], ops[live[j]].Key.String()}
	}
	if err := t.names.Store(ctx, names); err != nil {
		return &engine.Error{Class: engine.Transient, Err: fmt.Errorf("natural keys: %w", err)}
	}
	return nil
}

// flush carries out requests to flush the FDB, which leave no object behind. What they restrict to may be gone already.
func (t *Target) flush(ctx context.Context, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	for i := range ops {
		t.buf.attrs = t.buf.attrs[:0]
		err := t.appendAttributes(sai.ObjectTypeFdbFlush, ops[i].Key, ops[i].Attrs, false)
		if errors.Is(err, errNothing) {
			continue
		}
		if errs[i] = err; err != nil {
			continue
		}
		if s := t.api.FlushFdb(ctx, t.sw, t.buf.attrs); s != sai.StatusSuccess {
			errs[i] = classify(s, ops[i].Key)
		}
	}
	return errs
}

// settle gives an entry that the ASIC had already the attributes that were wanted of it.
func (t *Target) settle(ctx context.Context, ot sai.ObjectType, op engine.Op) error {
	requests, _, errs := t.creations(ot, []engine.Op{op})
	if errs[0] != nil {
		return errs[0]
	}
	for _, a := range requests[0].Attrs {
		if a.Meta.Is(sai.CreateOnly) {
			continue
		}
		if s := t.api.Set(ctx, ot, []sai.SetRequest{{Object: requests[0].Object, Attr: a}})[0]; s != sai.StatusSuccess {
			return classify(s, op.Key)
		}
	}
	return nil
}

// update sets the changed attributes one by one, as SAI does, in the order of the operation.
func (t *Target) update(ctx context.Context, ot sai.ObjectType, ops []engine.Op) []error {
	requests, live, errs := t.changes(ot, ops)
	if ot == sai.ObjectTypePort {
		requests, live = t.closed(ctx, requests, live)
	}
	if len(requests) > 0 {
		changed(ops, live, t.api.Set(ctx, ot, requests), errs)
	}
	return errs
}

func (t *Target) changes(ot sai.ObjectType, ops []engine.Op) (requests []sai.SetRequest, live []int, errs []error) {
	errs = make([]error, len(ops))
	requests, live = t.buf.sets[:0], make([]int, 0, len(ops))
	for i := range ops {
		object, err := t.object(ot, ops[i].Key, true)
		if err != nil {
			errs[i] = err
			continue
		}
		t.buf.attrs = t.buf.attrs[:0]
		if errs[i] = t.appendAttributes(ot, ops[i].Key, ops[i].Attrs, false); errs[i] != nil {
			continue
		}
		inOrder(ot, t.buf.attrs)
		for _, a := range t.buf.attrs {
			requests = append(requests, sai.SetRequest{Object: object, Attr: a})
			live = append(live, i)
		}
	}
	t.buf.sets = requests
	return requests, live, errs
}

// changed files results: the first refusal of an operation is its error.
func changed(ops []engine.Op, live []int, results []sai.Status, errs []error) {
	for j, s := range results {
		if s != sai.StatusSuccess && errs[live[j]] == nil {
			errs[live[j]] = classify(s, ops[live[j]].Key)
		}
	}
}

func (t *Target) remove(ctx context.Context, ot sai.ObjectType, ops []engine.Op) []error {
	objects, live := t.removals(ot, ops)
	errs := make([]error, len(ops))
	if len(objects) > 0 {
		t.removed(ctx, ops, objects, live, t.api.Remove(ctx, ot, objects), errs)
	}
	return errs
}

// removals leaves out what has no identity: it is not there.
func (t *Target) removals(ot sai.ObjectType, ops []engine.Op) (objects []sai.Object, live []int) {
	objects, live = t.buf.objects[:0], make([]int, 0, len(ops))
	for i := range ops {
		if object, err := t.object(ot, ops[i].Key, true); err == nil {
			objects, live = append(objects, object), append(live, i)
		}
	}
	t.buf.objects = objects
	return objects, live
}

func (t *Target) removed(ctx context.Context, ops []engine.Op, objects []sai.Object, live []int, results []sai.Status, errs []error) {
	var gone []sai.OID
	for j, s := range results {
		if s != sai.StatusSuccess && s != sai.StatusItemNotFound {
			errs[live[j]] = classify(s, ops[live[j]].Key)
			continue
		}
		if objects != nil && objects[j].Entry == nil {
			t.registry.Drop(ops[live[j]].Key)
			gone = append(gone, objects[j].OID)
		}
	}
	if len(gone) > 0 && t.names != nil {
		// The objects are gone; names without objects are dropped at the next start.
		_ = t.names.Delete(ctx, gone)
	}
}

// classify maps SAI's statuses to the engine's error classes (sonic-contract 4.1).
func classify(s sai.Status, k engine.Key) error {
	noun := "object"
	if k != nil {
		noun = k.String()
	}
	err := s.Err(noun)
	switch s {
	case sai.StatusTableFull, sai.StatusInsufficientResources, sai.StatusNoMemory, sai.StatusNvStorageFull:
		return &engine.Error{Class: engine.Full, Err: err}
	case sai.StatusObjectInUse, sai.StatusNotExecuted:
		return &engine.Error{Class: engine.Transient, Err: err}
	case sai.StatusUninitialized:
		return &engine.Error{Class: engine.Fatal, Err: err}
	}
	return &engine.Error{Class: engine.Invalid, Err: err}
}
