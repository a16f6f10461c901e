package objects

import (
	"context"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// Named is an object's OID and its natural key's text.
type Named struct {
	OID sai.OID
	Key string
}

// Names keeps the natural keys of OIDs across restarts. Store is called before an object is created and Delete after it is removed: a crash in
// between leaves a name without an object, which Load's caller drops.
type Names interface {
	Load(ctx context.Context) ([]Named, error)
	Store(ctx context.Context, n []Named) error
	Delete(ctx context.Context, oids []sai.OID) error
}

// Allocator hands out OIDs before creation. An API without one assigns them itself, and the name is stored after.
type Allocator interface {
	Allocate(ctx context.Context, t sai.ObjectType, n int) ([]sai.OID, error)
}

// Target is an engine target over a sai.API. It is owned by the engine's goroutine; Name and Key may be asked by the goroutine that delivers
// notifications only through the engine's facts, see Registry.
type Target struct {
	api      sai.API
	names    Names
	alloc    Allocator
	registry *Registry
	sw       sai.OID
	// before runs ahead of the removal of objects of a kind: what must be flushed before a bridge port may go.
	before map[*engine.Kind]func(ctx context.Context, keys []engine.Key)
	buf    buffers
	// started tells of what was submitted and not waited for whether the API was, too, or it was done at once.
	started []bool
}

// buffers are reused between calls; the engine makes one call at a time.
type buffers struct {
	creates []sai.CreateRequest
	sets    []sai.SetRequest
	objects []sai.Object
	attrs   []sai.Attribute
}

// New builds a target. sw is the switch; alloc may be nil.
func New(api sai.API, names Names, alloc Allocator, registry *Registry, sw sai.OID) *Target {
	return &Target{api: api, names: names, alloc: alloc, registry: registry, sw: sw, before: map[*engine.Kind]func(context.Context, []engine.Key){}}
}

// BeforeRemove has f called ahead of every removal of objects of kind k.
func (t *Target) BeforeRemove(k *engine.Kind, f func(ctx context.Context, keys []engine.Key)) {
	t.before[k] = f
}

// Identity implements engine.Identifier: the OID's text.
func (t *Target) Identity(k engine.Key) (string, bool) {
	oid, ok := t.registry.OID(k)
	return oid.String(), ok
}

// Identified implements engine.Identifier.
func (t *Target) Identified(id string) (engine.Key, bool) {
	oid, err := sai.ParseOID(id)
	if err != nil {
		return nil, false
	}
	return t.registry.Key(oid)
}

// Apply implements engine.Target.
func (t *Target) Apply(ctx context.Context, k *engine.Kind, ops []engine.Op) []error {
	ot, err := sai.ParseObjectType(k.Name)
	if err != nil || len(ops) == 0 {
		return fail(len(ops), fmt.Errorf("kind %s: %w", k.Name, err))
	}
	switch ops[0].Verb {
	case engine.Create:
		return t.create(ctx, ot, ops)
	case engine.Update:
		return t.update(ctx, ot, ops)
	}
	if f := t.before[k]; f != nil {
		keys := make([]engine.Key, len(ops))
		for i := range ops {
			keys[i] = ops[i].Key
		}
		f(ctx, keys)
	}
	return t.remove(ctx, ot, ops)
}

func fail(n int, err error) []error {
	out := make([]error, n)
	for i := range out {
		out[i] = err
	}
	return out
}

// failRest gives err to every operation that has no result yet.
func failRest(errs []error, live []int, err error) []error {
	for _, i := range live {
		errs[i] = err
	}
	return errs
}
