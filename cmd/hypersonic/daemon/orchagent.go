package daemon

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/netsync"
	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// flushRequests is the channel by which others have the FDB flushed (sonic-contract 2.8).
const flushRequests = "FLUSHFDBREQUEST"

// Orchagent translates APPL_DB to SAI objects, which syncd puts into the ASIC.
func Orchagent(ctx context.Context, env Env) error {
	store, err := env.Connect(ctx, map[db.ID][]string{db.Appl: {"cfgmgr", "netsync", netsync.RoutePublisher}})
	if err != nil {
		return err
	}
	defer store.Close()
	return RunOrchagent(ctx, env, store)
}

// RunOrchagent runs orchagent on a keyspace that a syncd serves.
func RunOrchagent(ctx context.Context, env Env, store db.Keyspace) error {
	api, err := sairedis.New(ctx, sairedis.Config{Keyspace: store, Log: env.Log})
	if err != nil {
		return named("syncd's channel", err)
	}
	defer api.Close()
	asic, err := openChannel(env, api)
	if err != nil {
		return err
	}
	defer asic.Close()
	notices, err := api.Subscribe(ctx)
	if err != nil {
		return err
	}
	defer notices.Close()
	boot, err := readBoot(ctx, store)
	if err != nil {
		return err
	}
	registry := objects.NewRegistry()
	bringUp := orchagent.BringUp{API: asic.api, Views: asic.views, Names: api, Alloc: api, Registry: registry, MAC: boot.mac, Ports: boot.lanes}
	sw, err := bringUp.Run(ctx)
	if err != nil {
		return named("bring up", err)
	}
	facts := mem.New().Client()
	events := orchagent.NewEvents(registry, facts, time.Now)
	if err := events.Load(ctx, sw, asic.api, api, boot.oper); err != nil {
		return named("facts", err)
	}

	m := newMachine("orchagent", store, env.Log)
	target := objects.New(asic.api, api, api, registry, sw.OID)
	orchagent.FlushBeforeRemoval(target)
	orchagent.ForgetRemoved(target, facts)
	addresses := orchagent.NewOwnAddresses()
	m.Bind(addresses, orchagent.KindOwnAddress)
	polls := orchagent.NewPolls(api, registry, store)
	m.Bind(polls, orchagent.KindPollGroup, orchagent.KindPoll)
	parts := orchagent.NewPortParts(asic.api, target, api, api, registry)
	m.Bind(parts, orchagent.PartKinds()...)
	m.Bind(orchagent.NewPortInquiries(asic.api, registry, facts, parts), orchagent.KindPortInquiry)
	adoption := &objects.Adoption{Target: target, Lister: api, Permanent: sw.Permanent}
	use := orchagent.NewUse()
	m.Bind(&orchagent.Counted{Adoption: &orchagent.Adoption{Adoption: adoption, Addresses: addresses}, Use: use}, orchagent.Kinds()...)
	m.Bind(orchagent.NewCrmInquiries(asic.api, sw.OID, registry, facts, use, env.Log), orchagent.KindCrmInquiry)
	orchagent.Register(m.Engine, store, facts, orchagent.Config{SuppressFIBPending: boot.suppress})

	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return named("events", follow(ctx, env, store, events, notices, asic.heard)) })
	g.Go(func() error { return named("counters", polls.Run(ctx)) })
	g.Go(func() error { return named("resources", orchagent.CrmTicks(ctx, store, facts)) })
	g.Go(func() error { return named("watermarks", orchagent.NewWatermarks(store, env.Log).Run(ctx)) })
	g.Go(func() error { return named("names", keepNames(ctx, store, registry)) })
	m.Go(ctx, g)
	return g.Wait()
}

// follow hands notifications of the ASIC, and requests to flush, to events.
func follow(ctx context.Context, env Env, store db.Store, events *orchagent.Events, notices *sairedis.Subscription, heard func(sai.Notification)) error {
	requests, err := store.Subscribe(ctx, flushRequests)
	if err != nil {
		return err
	}
	defer requests.Close()
	reports, flushes := make(chan []sai.Notification), make(chan []db.Notification)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return pass(ctx, notices.Next, reports) })
	g.Go(func() error { return pass(ctx, requests.Next, flushes) })
	g.Go(func() error {
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case list := <-reports:
				for _, n := range list {
					heard(n)
					if err := events.Handle(ctx, n); err != nil {
						return err
					}
				}
			case list := <-flushes:
				for _, n := range list {
					if err := events.FlushRequest(ctx, n); err != nil {
						env.Log.Warn("flush request", "err", err)
					}
				}
			}
		}
	})
	return g.Wait()
}

// pass sends what next gives to a channel.
func pass[T any](ctx context.Context, next func(context.Context) (T, error), to chan<- T) error {
	for {
		v, err := next(ctx)
		if err != nil {
			return err
		}
		select {
		case to <- v:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// bootFacts are what orchagent reads before it starts, as SONiC's is given them on its command line.
type bootFacts struct {
	mac      tables.MAC
	suppress bool
	lanes    map[string][]uint32
	oper     map[string]tables.PortOperRow
}

// readBoot waits until all ports are known: PortConfigDone (sonic-contract 2.9).
func readBoot(ctx context.Context, store db.Keyspace) (b bootFacts, err error) {
	if err := awaitPorts(ctx, store); err != nil {
		return b, fmt.Errorf("waiting for %s: %w", tables.PortConfigDone, err)
	}
	rows, err := store.Get(ctx, tables.ConfigDeviceMetadata.Schema, []string{tables.Localhost})
	if err != nil {
		return b, named("device metadata", err)
	}
	if _, meta, err := tables.ConfigDeviceMetadata.Decode(rows[0].Key, rows[0].Fields); err == nil {
		if meta.MAC != nil {
			b.mac = *meta.MAC
		}
		b.suppress = meta.SuppressFIBPending != nil && bool(*meta.SuppressFIBPending)
	}
	b.lanes, b.oper = map[string][]uint32{}, map[string]tables.PortOperRow{}
	raw, err := allPorts(ctx, store)
	if err != nil {
		return b, named("ports", err)
	}
	delete(raw, tables.PortConfigDone)
	delete(raw, tables.PortInitDone)
	for name, fields := range raw {
		if _, r, err := tables.ApplPort.Decode(name, fields); err == nil && len(r.Lanes) > 0 {
			b.lanes[name] = r.Lanes
		}
		if _, r, err := tables.ApplPortOper.Decode(name, fields); err == nil {
			b.oper[name] = r
		}
	}
	return b, nil
}
