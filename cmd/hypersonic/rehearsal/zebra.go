package rehearsal

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// zebra plays FRR and the way of its routes to APPL_DB: connected routes of links that are up, and static routes over them.
type zebra struct {
	kernel *Kernel
	store  db.Store

	// mu guards static, which cfgmgr's engine changes and run reads.
	mu      sync.Mutex
	static  map[frr.StaticRouteKey]frr.Options
	changed chan struct{}
}

func newZebra(k *Kernel, s db.Store) *zebra {
	return &zebra{kernel: k, store: s, static: map[frr.StaticRouteKey]frr.Options{}, changed: make(chan struct{}, 1)}
}

// Apply implements engine.Target.
func (z *zebra) Apply(_ context.Context, _ *engine.Kind, ops []engine.Op) []error {
	z.mu.Lock()
	defer z.mu.Unlock()
	for _, op := range ops {
		k := op.Key.(frr.StaticRouteKey)
		if op.Verb == engine.Remove {
			delete(z.static, k)
			continue
		}
		z.static[k] = frr.Options{}
		for _, a := range op.Attrs {
			z.static[k], _ = a.Value.(frr.Options)
		}
	}
	select {
	case z.changed <- struct{}{}:
	default:
	}
	return make([]error, len(ops))
}

// Adopt implements engine.Adopter.
func (z *zebra) Adopt(context.Context, []*engine.Kind) ([]engine.Actual, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	var out []engine.Actual
	for k, o := range z.static {
		out = append(out, engine.Actual{Key: k, Attrs: []engine.AttrValue{{ID: frr.StaticRouteAttrOptions, Value: o}}})
	}
	return out, nil
}

// run writes ROUTE_TABLE until ctx ends. It touches its own routes only.
func (z *zebra) run(ctx context.Context) error {
	w := z.kernel.watch()
	defer w.close()
	told := map[tables.RouteKey]tables.RouteRow{}
	for {
		now := z.routes()
		var writes []db.Write
		for k, r := range now {
			if told[k] != r {
				writes = append(writes, tables.ApplRoute.Replace(k, r))
			}
		}
		for k := range told {
			if _, ok := now[k]; !ok {
				writes = append(writes, tables.ApplRoute.Del(k))
			}
		}
		if len(writes) > 0 {
			if err := z.store.Write(ctx, writes); err != nil {
				return fmt.Errorf("routes: %w", err)
			}
		}
		told = now
		select {
		case <-z.changed:
		case <-w.wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// connected is an address of a link that is up.
type connected struct {
	vrf, link string
	prefix    netip.Prefix
}

func (z *zebra) routes() map[tables.RouteKey]tables.RouteRow {
	out := map[tables.RouteKey]tables.RouteRow{}
	direct := z.connected()
	for _, c := range direct {
		out[tables.RouteKey{Vrf: c.vrf, Prefix: c.prefix.Masked()}] = tables.RouteRow{Protocol: "connected", Nexthop: unspecified(c.prefix.Addr()), Ifname: c.link}
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	best := map[tables.RouteKey]uint8{}
	for k, o := range z.static {
		rk := tables.RouteKey{Vrf: k.Vrf, Prefix: k.Prefix}
		if d, known := best[rk]; !known || o.Distance < d {
			best[rk] = o.Distance
		}
	}
	keys := slices.SortedFunc(maps.Keys(z.static), func(a, b frr.StaticRouteKey) int { return strings.Compare(a.String(), b.String()) })
	for _, k := range keys {
		rk := tables.RouteKey{Vrf: k.Vrf, Prefix: k.Prefix}
		if z.static[k].Distance != best[rk] {
			continue
		}
		if k.Discard {
			out[rk] = tables.RouteRow{Protocol: "static", Blackhole: true}
			continue
		}
		link, ok := outLink(direct, k)
		if !ok {
			continue
		}
		gateway := unspecified(k.Prefix.Addr())
		if k.Gateway.IsValid() {
			gateway = k.Gateway.String()
		}
		r, more := out[rk]
		if r.Protocol = "static"; more {
			r.Nexthop, r.Ifname, r.Weight = r.Nexthop+","+gateway, r.Ifname+","+link, r.Weight+",1"
		} else {
			r.Nexthop, r.Ifname, r.Weight = gateway, link, "1"
		}
		out[rk] = r
	}
	return out
}

func unspecified(like netip.Addr) string {
	if like.Is4() {
		return "0.0.0.0"
	}
	return "::"
}

// outLink is the link on which a static route's next hop is; false while there is none.
func outLink(direct []connected, k frr.StaticRouteKey) (string, bool) {
	vrf := k.Vrf
	if k.NexthopVrf != "" {
		vrf = k.NexthopVrf
	}
	for _, c := range direct {
		if c.vrf == vrf && (k.Interface == "" || k.Interface == c.link) && (!k.Gateway.IsValid() || c.prefix.Masked().Contains(k.Gateway)) {
			return c.link, true
		}
	}
	return "", false
}

func (z *zebra) connected() (out []connected) {
	z.kernel.mu.Lock()
	defer z.kernel.mu.Unlock()
	for o := range z.kernel.others {
		a, ok := o.(linux.AddrKey)
		if !ok {
			continue
		}
		if l := z.kernel.links[a.Link.Name]; l != nil && l.lowerUp() {
			out = append(out, connected{l.master, a.Link.Name, a.Prefix})
		}
	}
	slices.SortFunc(out, func(a, b connected) int { return strings.Compare(a.link+a.prefix.String(), b.link+b.prefix.String()) })
	return out
}
