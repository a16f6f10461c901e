package daemon

import (
	"context"
	"errors"
	"os"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/linux/hostif"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/syncd"
	"github.com/hypersonic-nos/hypersonic/syncd/flex"
)

// unitTests is the channel by which SONiC's tests set read-only attributes and counters of a virtual switch (sonic-contract 2.8).
const unitTests = "SAI_VS_UNITTEST_CHANNEL"

// Syncd puts ASIC_DB's commands into the ASIC: the data plane in the kernel, or the virtual one if that was asked for, with host interfaces in the
// kernel.
func Syncd(ctx context.Context, env Env) error {
	store, err := env.Connect(ctx, nil)
	if err != nil {
		return err
	}
	defer store.Close()
	sku, err := env.Model()
	if err != nil {
		return err
	}
	mac, err := env.SwitchMAC()
	if err != nil {
		return err
	}
	kernel, err := hostif.Open(env.Log)
	if err != nil {
		return named("host interfaces", err)
	}
	if err := errors.Join(kernel.Claim(frontWires(sku))...); err != nil {
		return err
	}
	limits, err := resourceLimits(env, sku)
	if err != nil {
		return err
	}
	config := virtual.Config{
		Ports: asicPorts(sku), MAC: sai.MAC(mac), Hostifs: hostifs{kernel}, Counters: netdevCounters{}, Limits: limits,
		ConfiguredOperSpeed: sku.Profile.Bool("SAI_VS_USE_CONFIGURED_SPEED_AS_OPER_SPEED", true),
	}
	front := func(ctx context.Context, asic *virtual.ASIC, known func()) error {
		return named("front panel", kernel.Run(ctx, func(states []hostif.FrontState) {
			for _, s := range states {
				asic.FrontPanel(ctx, s.Name, s.Present && s.Up)
			}
			known()
		}))
	}
	parts := SyncdParts{Store: store, ASIC: config, Front: front}
	kind, err := env.asic(sku)
	if err != nil {
		return err
	}
	queued, err := env.queued(sku)
	if err != nil {
		return err
	}
	switch kind {
	case ASICKernel:
		parts.Plane = func(c virtual.Config) (Plane, *virtual.ASIC, error) { return env.kernelPlane(c, kernel, queued) }
	case ASICPacket:
		parts.Plane = func(c virtual.Config) (Plane, *virtual.ASIC, error) { return env.packetPlane(c, kernel) }
	}
	return RunSyncd(ctx, env, parts)
}

// SyncdParts are what syncd works on; tests put their own in the place of the machine's.
type SyncdParts struct {
	Store db.Keyspace
	ASIC  virtual.Config
	// Plane makes an ASIC with a data plane beneath; nil: the virtual one alone.
	Plane func(virtual.Config) (Plane, *virtual.ASIC, error)
	// Front reports the front panel to the ASIC until its context ends, and calls known when it has reported all there is: the ASIC is restored then,
	// and its ports find the links that they had.
	Front func(ctx context.Context, asic *virtual.ASIC, known func()) error
	// Wrap puts something between syncd and the ASIC; nil: nothing.
	Wrap func(*virtual.ASIC) sai.API
}

// RunSyncd runs syncd with its ASIC.
func RunSyncd(ctx context.Context, env Env, p SyncdParts) error {
	notices := make(chan sai.Notification, 1024)
	p.ASIC.Notify = notices
	store := p.Store
	config := syncd.Config{Keyspace: store, Notifications: notices, Log: env.Log}
	g, ctx := errgroup.WithContext(ctx)
	var asic *virtual.ASIC
	if p.Plane == nil {
		asic = virtual.New(p.ASIC)
		g.Go(func() error { return named("virtual ASIC", asic.Run(ctx)) })
	} else {
		plane, objects, err := p.Plane(p.ASIC)
		if err != nil {
			return err
		}
		defer func() { _ = plane.Close() }() // the process ends anyway
		asic = objects
		config.Restored = func(ctx context.Context) error {
			return errors.Join(readNames(ctx, store, plane), plane.Restored(ctx))
		}
		g.Go(func() error { return named("data plane", plane.Run(ctx)) })
		g.Go(func() error { return named("names of host interfaces", hostNames(ctx, store, plane)) })
	}
	config.API = asic
	if p.Wrap != nil {
		config.API = p.Wrap(asic)
	}
	restored, before := make(chan struct{}), config.Restored
	config.Restored = func(ctx context.Context) error {
		if before != nil {
			if err := before(ctx); err != nil {
				return err
			}
		}
		close(restored)
		return nil
	}
	server := syncd.New(config)
	known := make(chan struct{})
	g.Go(func() error { return p.Front(ctx, asic, sync.OnceFunc(func() { close(known) })) })
	g.Go(func() error { return named("unit test channel", unitTest(ctx, env, store, asic)) })
	g.Go(func() error {
		return named("flex counters", pollCounters(ctx, restored, flex.Config{Store: store, API: config.API, Log: env.Log}))
	})
	g.Go(func() error { return named("inspect", answerInspect(ctx, env, store, asic)) })
	g.Go(func() error {
		select {
		case <-known:
			return named("syncd", server.Run(ctx))
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return g.Wait()
}

// pollCounters polls counters once the ASIC is what it was.
func pollCounters(ctx context.Context, restored <-chan struct{}, c flex.Config) error {
	select {
	case <-restored:
		return flex.Run(ctx, c)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// frontWires are the SKU's ports with their front-panel netdevs.
func frontWires(sku hwsku.SKU) (wires []hostif.Wire) {
	for _, p := range sku.Ports {
		if front := sku.LaneMap.Netdev(p.Lanes[0]); front != "" {
			wires = append(wires, hostif.Wire{Front: front, Netdev: p.Name})
		}
	}
	return wires
}

func asicPorts(sku hwsku.SKU) []virtual.Port {
	ports := make([]virtual.Port, len(sku.Ports))
	for i, p := range sku.Ports {
		ports[i] = virtual.Port{FrontPanel: sku.LaneMap.Netdev(p.Lanes[0]), Lanes: p.Lanes}
	}
	return ports
}

// resourceLimits reads the file that sai.profile names, if it names one.
func resourceLimits(env Env, sku hwsku.SKU) (virtual.Limits, error) {
	path := sku.Profile["SAI_VS_RESOURCE_LIMITER_FILE"]
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(env.Path(path))
	if err != nil {
		return nil, named("resource limiter", err)
	}
	defer f.Close()
	return virtual.ParseLimits(f, 0)
}

// unitTest carries out what tests ask for; a malformed message is logged and nothing else.
func unitTest(ctx context.Context, env Env, store db.Keyspace, asic *virtual.ASIC) error {
	messages, err := store.Subscribe(ctx, unitTests)
	if err != nil {
		return err
	}
	defer messages.Close()
	for {
		list, err := messages.Next(ctx)
		if err != nil {
			return err
		}
		for _, n := range list {
			fields := make([]virtual.Field, len(n.Fields))
			for i, f := range n.Fields {
				fields[i] = virtual.Field{Name: f.Name, Value: f.Value}
			}
			if err := asic.UnitTest(n.Op, n.Data, fields, rids(ctx, store)); err != nil {
				env.Log.Warn("unit test message", "err", err)
			}
		}
	}
}

// rids translates VIDs by syncd's own map in ASIC_DB. Tests ask rarely, so it is read each time.
func rids(ctx context.Context, store db.Keyspace) func(sai.OID) (sai.OID, bool) {
	known := map[string]string{}
	if hashes, err := store.Raw(db.Asic).Hashes(ctx, []string{"VIDTORID"}); err == nil {
		for _, f := range hashes[0] {
			known[f.Name] = f.Value
		}
	}
	return func(vid sai.OID) (sai.OID, bool) {
		rid, err := sai.ParseOID(known[vid.String()])
		return rid, err == nil
	}
}
