package packet

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/platform/inner"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// Config is what an ASIC is built with.
type Config struct {
	// Config is the objects' part. Plane and Counters are this package's.
	virtual.Config
	// Wait keeps host interfaces as they are until Restored: for a process that takes over another's.
	Wait bool
}

// ASIC is a switch in this process. It implements sai.API. It works in the network namespace of the thread that calls New.
type ASIC struct {
	*virtual.ASIC
	plane *plane
	hosts *inner.Held
	feed  *kernel.LinkFeed
}

// New makes an ASIC without a switch. What earlier had the netdevs' frames loses them.
func New(config Config) (*ASIC, error) {
	ns, err := netdev.OpenNamespace()
	if err != nil {
		return nil, err
	}
	feed, err := kernel.WatchLinks()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("data plane: %w", err), ns.Close())
	}
	front := map[uint32]string{}
	for _, port := range config.Ports {
		if len(port.Lanes) > 0 {
			front[port.Lanes[0]] = port.FrontPanel
		}
	}
	a := &ASIC{plane: newPlane(front, config.Clock, ns), feed: feed}
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

// Restored says that the ASIC holds all that it is to hold.
func (a *ASIC) Restored(ctx context.Context) error {
	var err error
	a.Do(func(virtual.View) { err = a.hosts.Release(ctx) })
	return err
}

// Name says what the netdev of a LAG or router interface is called, which SAI does not tell.
func (a *ASIC) Name(names map[sai.OID]string) error {
	a.plane.name(names)
	return nil
}

// Run forwards until ctx ends, or a netdev cannot be taken.
func (a *ASIC) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.ASIC.Run(ctx) })
	g.Go(func() error { return a.followLinks(ctx) })
	g.Go(func() error { return a.plane.attaches(ctx) })
	g.Go(func() error { return a.report(ctx) })
	g.Go(func() error { return a.sweeps(ctx) })
	return g.Wait()
}

// Close lets go of the netdevs: their frames go nowhere. Run must have ended.
func (a *ASIC) Close() error { return errors.Join(a.feed.Close(), a.plane.namespace.Close()) }
