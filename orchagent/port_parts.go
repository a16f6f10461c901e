package orchagent

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// PortParts is the target of queues, priority groups and scheduler groups. A port comes with them and goes with them: they are found when somebody asks for them, get
// their names then, and are set like other objects.
type PortParts struct {
	api      sai.API
	target   *objects.Target
	lister   objects.Lister
	names    objects.Names
	registry *objects.Registry
	found    chan []engine.Actual
}

// maxFound bounds what was found and the engine has not heard of yet; it hears between two calls of a target.
const maxFound = 4096

// NewPortParts finds the parts of ports by api, and has them set by target. What a predecessor has set lister tells.
func NewPortParts(api sai.API, target *objects.Target, lister objects.Lister, names objects.Names, registry *objects.Registry) *PortParts {
	return &PortParts{api: api, target: target, lister: lister, names: names, registry: registry, found: make(chan []engine.Actual, maxFound)}
}

// PartKinds are the kinds of PortParts.
func PartKinds() []*engine.Kind {
	return []*engine.Kind{sai.KindQueue, sai.KindIngressPriorityGroup, sai.KindSchedulerGroup}
}

// Apply implements engine.Target.
func (p *PortParts) Apply(ctx context.Context, k *engine.Kind, ops []engine.Op) []error {
	return p.target.Apply(ctx, k, ops)
}

// Identity implements engine.Identifier.
func (p *PortParts) Identity(k engine.Key) (string, bool) { return p.target.Identity(k) }

// Identified implements engine.Identifier.
func (p *PortParts) Identified(id string) (engine.Key, bool) { return p.target.Identified(id) }

// Observe implements engine.Observer.
func (p *PortParts) Observe(context.Context) <-chan []engine.Actual { return p.found }

// Adopt implements engine.Adopter: what a predecessor has named.
func (p *PortParts) Adopt(ctx context.Context, kinds []*engine.Kind) ([]engine.Actual, error) {
	list, err := (&objects.Adoption{Target: p.target, Lister: p.lister}).Adopt(ctx, kinds)
	for i := range list {
		list[i].Permanent = true
	}
	return list, err
}

// known are the ports whose parts have names.
func (p *PortParts) known() map[sai.PortKey]bool {
	ports := map[sai.PortKey]bool{}
	for _, k := range p.registry.Keys() {
		if port, ok := portOfPart(k); ok {
			ports[port] = true
		}
	}
	return ports
}

func portOfPart(k engine.Key) (sai.PortKey, bool) {
	switch part := k.(type) {
	case sai.QueueKey:
		return part.Port, true
	case sai.IngressPriorityGroupKey:
		return part.Port, true
	case sai.SchedulerGroupKey:
		return part.Port, true
	}
	return sai.PortKey{}, false
}

// find asks a port for its parts and names them. A part that the ASIC does not tell is not there.
func (p *PortParts) find(ctx context.Context, port sai.PortKey, oid sai.OID) (f tables.PortPartsFact, err error) {
	queues := p.portList(ctx, oid, sai.PortAttrQosQueueList)
	groups := p.portList(ctx, oid, sai.PortAttrIngressPriorityGroupList)
	schedulers := p.portList(ctx, oid, sai.PortAttrQosSchedulerGroupList)
	var named []objects.Named
	var actual []engine.Actual
	add := func(k sai.Key, oid sai.OID) {
		if was, known := p.registry.OID(k); known && was == oid {
			return // a predecessor's name
		}
		named = append(named, objects.Named{OID: oid, Key: k.String()})
		actual = append(actual, engine.Actual{Key: k, Permanent: true})
		p.registry.Put(k, oid)
	}
	for i, kind := range p.types(ctx, queues) {
		f.Queues = append(f.Queues, kind)
		add(sai.QueueKey{Port: port, Index: uint8(i)}, queues[i])
	}
	for i, g := range groups {
		add(sai.IngressPriorityGroupKey{Port: port, Index: uint8(i)}, g)
	}
	f.PriorityGroups = uint8(len(groups))
	for i, g := range schedulers {
		add(sai.SchedulerGroupKey{Port: port, Index: uint8(i)}, g)
	}
	f.Schedulers = p.schedulers(ctx, queues, schedulers)
	if len(named) == 0 {
		return f, nil
	}
	if err := p.names.Store(ctx, named); err != nil {
		return f, &engine.Error{Class: engine.Transient, Err: fmt.Errorf("names of the parts of %s: %w", port, err)}
	}
	return f, p.tell(actual)
}

// lose forgets the parts of a port, which is about to go or of no interest any more.
func (p *PortParts) lose(ctx context.Context, port sai.PortKey) error {
	var gone []engine.Actual
	var oids []sai.OID
	for _, k := range p.registry.Keys() {
		if of, ok := portOfPart(k); ok && of == port {
			oid, _ := p.registry.OID(k)
			gone, oids = append(gone, engine.Actual{Key: k, Gone: true}), append(oids, oid)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if err := p.names.Delete(ctx, oids); err != nil {
		return &engine.Error{Class: engine.Transient, Err: fmt.Errorf("names of the parts of %s: %w", port, err)}
	}
	if err := p.tell(gone); err != nil {
		return err
	}
	for _, g := range gone {
		p.registry.Drop(g.Key)
	}
	return nil
}

func (p *PortParts) tell(list []engine.Actual) error {
	select {
	case p.found <- list:
		return nil
	default:
		return &engine.Error{Class: engine.Transient, Err: fmt.Errorf("%d ports are being looked at", maxFound)}
	}
}

func (p *PortParts) portList(ctx context.Context, port sai.OID, attr uint16) sai.ObjectList {
	return p.lists(ctx, sai.ObjectTypePort, sai.ObjectList{port}, attr)[0]
}

// lists reads an attribute that is a list of each object; nil of one that does not tell.
func (p *PortParts) lists(ctx context.Context, t sai.ObjectType, of sai.ObjectList, attr uint16) []sai.ObjectList {
	requests := make([]sai.GetRequest, len(of))
	for i, oid := range of {
		requests[i] = sai.GetRequest{Object: sai.Object{Type: t, OID: oid}, Attrs: []sai.Attribute{{Meta: t.Meta().Attr(attr)}}}
	}
	out := make([]sai.ObjectList, len(of))
	for i, r := range p.api.Get(ctx, t, requests) {
		if r.Status == sai.StatusSuccess && len(r.Attrs) > 0 {
			out[i], _ = r.Attrs[0].Value.(sai.ObjectList)
		}
	}
	return out
}

// schedulers are the places of the groups that hold the queues, in the order of these.
func (p *PortParts) schedulers(ctx context.Context, queues, groups sai.ObjectList) []uint8 {
	if len(groups) == 0 {
		return nil
	}
	children := p.lists(ctx, sai.ObjectTypeSchedulerGroup, groups, sai.SchedulerGroupAttrChildList)
	places := make([]uint8, len(queues))
	for i, q := range queues {
		at := slices.IndexFunc(children, func(list sai.ObjectList) bool { return slices.Contains(list, q) })
		if at < 0 {
			at = tables.NoScheduler
		}
		places[i] = uint8(at)
	}
	return places
}

// types are those of queues, in SAI's words; the list ends at the first that does not tell.
func (p *PortParts) types(ctx context.Context, queues sai.ObjectList) (out []string) {
	if len(queues) == 0 {
		return nil
	}
	m := sai.ObjectTypeQueue.Meta().Attr(sai.QueueAttrType)
	requests := make([]sai.GetRequest, len(queues))
	for i, q := range queues {
		requests[i] = sai.GetRequest{Object: sai.Object{Type: sai.ObjectTypeQueue, OID: q}, Attrs: []sai.Attribute{{Meta: m}}}
	}
	for _, r := range p.api.Get(ctx, sai.ObjectTypeQueue, requests) {
		kind, ok := sai.QueueType(0), false
		if r.Status == sai.StatusSuccess && len(r.Attrs) > 0 {
			kind, ok = r.Attrs[0].Value.(sai.QueueType)
		}
		if !ok {
			break
		}
		out = append(out, kind.String())
	}
	return out
}

func decimal(i int) string { return strconv.Itoa(i) }
