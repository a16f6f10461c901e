package ebpf

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/cilium/ebpf/ringbuf"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/platform/inner"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// Config is what an ASIC is built with.
type Config struct {
	// Config is the objects' part. Plane and Counters are this package's, and Limits and Sizes are lowered to what the maps hold.
	virtual.Config
	// Pins is a directory of a bpffs for this switch alone (Mount), where the data plane outlives the process; "": it ends with it.
	Pins string
	// Wait keeps what the ASIC is told from the data plane until Restored: for a process that takes over another's.
	Wait bool
	// Queued has every frame pass the receive queue of the link's other end, also where it could be handed over there at once (docs/adr/0007).
	Queued bool
}

// ASIC is a switch in the kernel. It implements sai.API. It works in the network namespace of the thread that calls New.
type ASIC struct {
	*virtual.ASIC
	plane   *plane
	hosts   *inner.Held
	feed    *kernel.LinkFeed
	events  *ringbuf.Reader
	lock    *lock
	resweep chan struct{} // tests ask for a sweep at once
}

// What the maps hold (bpf/maps.h). The route trie and the LPM maps grow; these bound the memory of a switch that is told nonsense.
const (
	maxRoutes4 = 1_500_000
	maxRoutes6 = 500_000
	maxFdb     = 131_072
)

// New loads the data plane, or finds the one that is pinned. ErrNotAllowed tells a process without the capability.
func New(config Config) (*ASIC, error) {
	log := config.Log
	if log == nil {
		log = slog.Default()
	}
	a := &ASIC{resweep: make(chan struct{})}
	dir := ""
	var err error
	if config.Pins != "" {
		if a.lock, err = lockPins(config.Pins); err != nil {
			return nil, err
		}
		dir = pinned(config.Pins)
	}
	k, err := load(dir)
	if err != nil {
		return nil, errors.Join(err, a.lock.release())
	}
	front := map[uint32]string{}
	for _, port := range config.Ports {
		if len(port.Lanes) > 0 {
			front[port.Lanes[0]] = port.FrontPanel
		}
	}
	if a.plane, err = newPlane(k, front, log); err == nil {
		a.plane.queued = config.Queued
		a.events, err = ringbuf.NewReader(k.maps.Events)
	}
	if err == nil {
		a.feed, err = kernel.WatchWires()
	}
	if err == nil {
		err = a.listLinks()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("data plane: %w", err), k.close(), a.lock.release())
	}
	config.bound()
	c := config.Config
	c.Plane, c.Counters = a.plane, nil
	if c.Hostifs != nil {
		a.hosts = &inner.Held{Hostifs: c.Hostifs}
		c.Hostifs = a.hosts
	}
	a.ASIC = virtual.New(c)
	if !config.Wait {
		return a, a.Restored(context.Background())
	}
	return a, nil
}

// bound lowers limits to what fits.
func (c *Config) bound() {
	limits := virtual.Limits{
		sai.ObjectTypePort: 256, sai.ObjectTypeLag: 255, sai.ObjectTypeRouterInterface: 8191, sai.ObjectTypeNextHopGroup: 2047,
		sai.ObjectTypeNextHop: 16000, sai.ObjectTypeNeighborEntry: 16000, sai.ObjectTypeVirtualRouter: 4000,
		sai.ObjectTypeMirrorSession: 15, sai.ObjectTypeAclTable: 127, sai.ObjectTypeAclTableGroup: 511, sai.ObjectTypeAclEntry: 16383, sai.ObjectTypeAclCounter: 16383, sai.ObjectTypeAclRange: 64,
		sai.ObjectTypePolicer: 1023,
	}
	for t, n := range c.Limits {
		if have, ok := limits[t]; !ok || n < have {
			limits[t] = n
		}
	}
	c.Limits = limits
	sizes := map[uint16]uint32{
		sai.SwitchAttrAvailableIPv4RouteEntry: maxRoutes4, sai.SwitchAttrAvailableIPv6RouteEntry: maxRoutes6, sai.SwitchAttrAvailableFdbEntry: maxFdb,
		sai.SwitchAttrAvailableNextHopGroupEntry: 2047,
	}
	for table, n := range c.Sizes {
		if have, ok := sizes[table]; !ok || n < have {
			sizes[table] = n
		}
	}
	c.Sizes = sizes
}

// Restored says that the ASIC holds all that it is to hold: the data plane is brought to that, with nothing that was right disturbed, and follows
// every change from now on.
func (a *ASIC) Restored(ctx context.Context) error {
	var err error
	a.Do(func(v virtual.View) { err = errors.Join(a.plane.settle(v), a.hosts.Release(ctx)) })
	if err != nil {
		return fmt.Errorf("data plane: %w", err)
	}
	return nil
}

// Name says what the netdev of a LAG or router interface is called, which SAI does not tell.
func (a *ASIC) Name(names map[sai.OID]string) error {
	var err error
	a.Do(func(virtual.View) {
		for oid, name := range names {
			a.plane.name(oid, name)
		}
		err = a.plane.flush()
	})
	return err
}

// Run keeps the ASIC and the kernel in step until ctx ends, or the data plane fails.
func (a *ASIC) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.ASIC.Run(ctx) })
	g.Go(func() error { return a.followLinks(ctx) })
	g.Go(func() error { return a.attaches(ctx) })
	g.Go(func() error { return a.followEvents(ctx) })
	g.Go(func() error { return a.sweeps(ctx) })
	return g.Wait()
}

// Close lets go of the data plane: what is pinned goes on, the rest ends. Run must have ended.
func (a *ASIC) Close() error {
	return errors.Join(a.events.Close(), a.feed.Close(), a.plane.acls.close(), a.plane.k.close(), a.lock.release())
}
