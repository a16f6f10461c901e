package orchagent

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// PollGroupKey is a group of counters that syncd polls. Its only attribute is a tables.FlexGroupRow.
type PollGroupKey struct{ Name string }

// PollKey is an object whose counters a group polls. Its only attribute is a tables.FlexObjectRow.
type PollKey struct {
	Group string
	Of    engine.Key
}

// The kinds of what is polled; their target is Polls. They come after all that can be counted, and go before it.
var (
	KindPollGroup = &engine.Kind{Name: "POLL_GROUP", Rank: 1999, Attr: pollRow}
	KindPoll      = &engine.Kind{Name: "POLL", Rank: 2000, Attr: pollRow}
)

func pollRow(uint16) engine.AttrInfo { return engine.AttrInfo{Name: "row"} }

// Kind implements engine.Key.
func (PollGroupKey) Kind() *engine.Kind { return KindPollGroup }

// Refs implements engine.Key.
func (PollGroupKey) Refs(func(engine.Key) bool) {}

func (k PollGroupKey) String() string { return "POLL_GROUP(" + k.Name + ")" }

// Kind implements engine.Key.
func (PollKey) Kind() *engine.Kind { return KindPoll }

// Refs implements engine.Key.
func (k PollKey) Refs(yield func(engine.Key) bool) { yield(k.Of) }

func (k PollKey) String() string { return fmt.Sprintf("POLL(%s,%s)", k.Group, k.Of) }

// Poller is how syncd is told what to poll: sairedis.Client.
type Poller interface {
	SetCounterGroup(ctx context.Context, group string, fields []db.Field) sai.Status
	StartPoll(ctx context.Context, group string, objects []sai.OID, fields []db.Field) sai.Status
	StopPoll(ctx context.Context, group string, objects []sai.OID) sai.Status
}

// Polls is the target of what is polled: syncd is told on the channel of commands, ours as well as a vendor's, and keeps it in FLEX_COUNTER_DB, where a
// successor finds it (sonic-contract 2.10).
type Polls struct {
	to       Poller
	registry *objects.Registry
	store    db.Store
	seen     chan []engine.Actual

	mu   sync.Mutex // the engine applies, Run tells of a loss
	made map[engine.Key]bool
}

// NewPolls tells to, and reads from store what a predecessor told.
func NewPolls(to Poller, registry *objects.Registry, store db.Store) *Polls {
	return &Polls{to: to, registry: registry, store: store, seen: make(chan []engine.Actual), made: map[engine.Key]bool{}}
}

// maxPolled bounds the objects of a command.
const maxPolled = 512

// Apply implements engine.Target. Objects of a group that want the same go in one command.
func (p *Polls) Apply(ctx context.Context, k *engine.Kind, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	if k == KindPollGroup {
		for i, op := range ops {
			errs[i] = p.group(ctx, op)
		}
	} else {
		p.objects(ctx, ops, errs)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, op := range ops {
		if errs[i] != nil {
			continue
		}
		if delete(p.made, op.Key); op.Verb != engine.Remove {
			p.made[op.Key] = true
		}
	}
	return errs
}

func (p *Polls) group(ctx context.Context, op engine.Op) error {
	name := op.Key.(PollGroupKey).Name
	var fields []db.Field
	if op.Verb != engine.Remove {
		_, fields = tables.FlexCounterGroup.Encode(name, op.Attrs[0].Value.(tables.FlexGroupRow))
	}
	return p.to.SetCounterGroup(ctx, name, fields).Err("counters " + name)
}

// objects starts, or with a removal stops, the polling of objects.
func (p *Polls) objects(ctx context.Context, ops []engine.Op, errs []error) {
	type same struct {
		group string
		row   tables.FlexObjectRow
	}
	by, order := map[same][]int{}, []same(nil)
	for i, op := range ops {
		k := same{group: op.Key.(PollKey).Group}
		if op.Verb != engine.Remove {
			k.row = op.Attrs[0].Value.(tables.FlexObjectRow)
		}
		if by[k] == nil {
			order = append(order, k)
		}
		by[k] = append(by[k], i)
	}
	for _, k := range order {
		for some := range slices.Chunk(by[k], maxPolled) {
			p.poll(ctx, k.group, k.row, some, ops, errs)
		}
	}
}

func (p *Polls) poll(ctx context.Context, group string, row tables.FlexObjectRow, some []int, ops []engine.Op, errs []error) {
	var oids []sai.OID
	for _, i := range some {
		of := ops[i].Key.(PollKey).Of
		oid, ok := p.registry.OID(of)
		if !ok && ops[i].Verb != engine.Remove {
			errs[i] = &engine.Error{Class: engine.Transient, Err: fmt.Errorf("%s has no object id", of)}
		} else if ok {
			oids = append(oids, oid)
		}
	}
	if len(oids) == 0 {
		return
	}
	status := sai.StatusSuccess
	if _, fields := tables.FlexObjects(group).Encode("", row); row == (tables.FlexObjectRow{}) {
		status = p.to.StopPoll(ctx, group, oids)
	} else {
		status = p.to.StartPoll(ctx, group, oids, fields)
	}
	for _, i := range some {
		if errs[i] == nil {
			errs[i] = status.Err("counters " + group)
		}
	}
}

// Adopt implements engine.Adopter. What is polled of objects that are not known is ended.
func (p *Polls) Adopt(ctx context.Context, _ []*engine.Kind) (list []engine.Actual, err error) {
	groups, err := p.store.Read(ctx, tables.FlexCounterGroup.Schema)
	if err != nil {
		return nil, fmt.Errorf("groups of counters: %w", err)
	}
	for _, c := range groups {
		row := any(nil) // one that is not understood equals nothing
		if _, r, err := tables.FlexCounterGroup.Decode(c.Key, c.Fields); err == nil {
			row = r
		}
		list = append(list, p.found(PollGroupKey{Name: c.Key}, row))
	}
	for _, g := range tables.FlexGroups() {
		t := tables.FlexObjects(g.Name)
		rows, err := p.store.Read(ctx, t.Schema)
		if err != nil {
			return nil, fmt.Errorf("counters %s: %w", g.Name, err)
		}
		for _, c := range rows {
			oid, err := sai.ParseOID(c.Key)
			of, known := p.registry.Key(oid)
			if err != nil || !known {
				p.to.StopPoll(ctx, g.Name, []sai.OID{oid}) // perhaps an object of a vendor's orchagent; if it fails, it is polled in vain
				continue
			}
			row := any(nil)
			if _, r, err := t.Decode(c.Key, c.Fields); err == nil {
				row = r
			}
			list = append(list, p.found(PollKey{Group: g.Name, Of: of}, row))
		}
	}
	return list, nil
}

func (p *Polls) found(k engine.Key, row any) engine.Actual {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made[k] = true
	return engine.Actual{Key: k, Attrs: []engine.AttrValue{{ID: 0, Value: row}}}
}

// Observe implements engine.Observer.
func (p *Polls) Observe(context.Context) <-chan []engine.Actual { return p.seen }

// Run tells the engine that all is gone whenever the databases have lost their data: it is told to syncd again.
func (p *Polls) Run(ctx context.Context) error {
	for _, lost := p.store.Lost(); ; _, lost = p.store.Lost() {
		select {
		case <-lost:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case p.seen <- p.forget():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *Polls) forget() (list []engine.Actual) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for k := range p.made {
		list = append(list, engine.Actual{Key: k, Gone: true})
	}
	clear(p.made)
	return list
}
