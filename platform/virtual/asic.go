package virtual

import (
	"context"
	"log/slog"
	"sync"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// ASIC is one switch. It implements sai.API.
type ASIC struct {
	cfg Config
	out outbox

	// mu guards all below, because four parties come in by themselves: the caller of sai.API, the monitor of front-panel ports, the data
	// plane that learns MAC addresses, and Run, which ages them. Each holds it for a batch, and nobody waits for another while holding it.
	mu sync.Mutex
	store
	sw        *object // nil before create_switch
	cpu       *object
	routes    dense[sai.RouteEntry, routeKey, Route, routeLayout]
	neighbors dense[sai.NeighborEntry, neighborKey, Neighbor, neighborLayout]
	fdb       dense[sai.FdbEntry, fdbKey, fdbEntry, fdbLayout]
	ports     ports
	used      map[uint16]int // objects in each published table
	stats     stats
	test      unittest
	changes   []Change   // for the data plane
	broken    chan error // what the data plane could not do; Run ends with it
}

var _ sai.API = (*ASIC)(nil)

// New makes an ASIC without a switch; sai.API's Create makes that.
func New(cfg Config) *ASIC {
	if cfg.MAC == (sai.MAC{}) {
		cfg.MAC = sai.MAC{0x22, 0x33, 0x44, 0x55, 0x66, 0x77}
	}
	if cfg.Clock == nil {
		cfg.Clock = machineClock{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	a := &ASIC{cfg: cfg, out: newOutbox(cfg.Notify), broken: make(chan error, 1)}
	a.ports.linked = map[string]bool{}
	a.reset()
	return a
}

// reset forgets the switch and everything on it, not the state of front-panel ports.
func (a *ASIC) reset() {
	a.store = newStore(ridBase(a.cfg.Context, a.cfg.Switch))
	a.sw, a.cpu = nil, nil
	a.routes.clear()
	a.neighbors.clear()
	a.fdb.clear()
	a.ports.reset(a.cfg.Ports)
	a.used = map[uint16]int{}
	a.stats = stats{}
	a.test = unittest{}
}

// Create implements sai.API.
func (a *ASIC) Create(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	a.mu.Lock()
	defer a.mu.Unlock()
	results := make([]sai.CreateResult, len(r))
	for i := range r {
		results[i].OID, results[i].Status = a.create(ctx, t, &r[i])
	}
	if !a.commit() {
		for i := range results {
			results[i].Status = sai.StatusFailure
		}
	}
	return results
}

func (a *ASIC) create(ctx context.Context, t sai.ObjectType, r *sai.CreateRequest) (sai.OID, sai.Status) {
	if r.Object.Type != t {
		return 0, sai.StatusInvalidObjectType
	}
	switch t {
	case sai.ObjectTypeSwitch:
		return a.createSwitch(r)
	case sai.ObjectTypeRouteEntry:
		return 0, a.routes.create(a, r)
	case sai.ObjectTypeNeighborEntry:
		return 0, a.neighbors.create(a, r)
	case sai.ObjectTypeFdbEntry:
		return 0, a.fdb.create(a, r)
	}
	return a.createObject(ctx, t, r)
}

// Remove implements sai.API.
func (a *ASIC) Remove(ctx context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	results := make([]sai.Status, len(o))
	for i := range o {
		results[i] = a.remove(ctx, t, o[i])
	}
	a.failAll(results)
	return results
}

func (a *ASIC) remove(ctx context.Context, t sai.ObjectType, id sai.Object) sai.Status {
	if id.Type != t {
		return sai.StatusInvalidObjectType
	}
	switch t {
	case sai.ObjectTypeRouteEntry:
		return a.routes.remove(a, id.Entry)
	case sai.ObjectTypeNeighborEntry:
		return a.neighbors.remove(a, id.Entry)
	case sai.ObjectTypeFdbEntry:
		return a.fdb.remove(a, id.Entry)
	}
	return a.removeObject(ctx, id)
}

// Set implements sai.API.
func (a *ASIC) Set(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) []sai.Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	results := make([]sai.Status, len(r))
	for i := range r {
		results[i] = a.set(ctx, t, &r[i])
	}
	a.failAll(results)
	return results
}

func (a *ASIC) set(ctx context.Context, t sai.ObjectType, r *sai.SetRequest) sai.Status {
	if r.Object.Type != t {
		return sai.StatusInvalidObjectType
	}
	switch t {
	case sai.ObjectTypeRouteEntry:
		return a.routes.set(a, r)
	case sai.ObjectTypeNeighborEntry:
		return a.neighbors.set(a, r)
	case sai.ObjectTypeFdbEntry:
		return a.fdb.set(a, r)
	}
	return a.setObject(ctx, r)
}

// warn logs what the machine did not do; the ASIC's own state does not depend on it.
func (a *ASIC) warn(err error, what string, args ...any) {
	if err != nil {
		a.cfg.Log.Warn(what, append(args, "err", err)...)
	}
}
