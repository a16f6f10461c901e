package daemon

import (
	"context"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/netsync"
	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/platform/dhcprelay"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/platform/frr/vty"
	"github.com/hypersonic-nos/hypersonic/platform/lacp"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// FPMAddr is where zebra's forwarding plane manager connects.
const FPMAddr = "127.0.0.1:2620"

// HearsAcks tells whether the zebra that is installed listens to acknowledgements; if not, none are sent, nor is it told to wait for them.
func HearsAcks() bool {
	modules, _ := filepath.Glob("/usr/lib/*/frr/modules/dplane_fpm_nl.so") // Debian's folder of libraries is named after the machine
	if len(modules) == 0 {
		return false
	}
	hears, err := fpm.HearsAcks(modules[0])
	return err == nil && hears
}

// Netsync brings ports, LAGs, neighbours and FRR's routes from the kernel and zebra into APPL_DB and STATE_DB.
func Netsync(ctx context.Context, env Env) error {
	store, err := env.Connect(ctx, nil)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := awaitConfig(ctx, store); err != nil {
		return named("waiting for the configuration", err)
	}
	links, err := kernel.WatchLinks()
	if err != nil {
		return named("links", err)
	}
	defer links.Close()
	neighbors, err := kernel.WatchNeighbors()
	if err != nil {
		return named("neighbours", err)
	}
	defer neighbors.Close()
	resolver, err := kernel.NewResolver()
	if err != nil {
		return named("resolver", err)
	}
	defer resolver.Close()
	factStore := mem.New().Client()
	facts := netsync.NewFacts(factStore, links, neighbors)
	if err := facts.Load(ctx); err != nil {
		return named("facts", err)
	}
	server, err := fpm.Listen(ctx, FPMAddr)
	if err != nil {
		return named("fpm", err)
	}
	routes := netsync.NewRoutes(netsync.RouteOptions{Store: store, Facts: factStore, Server: server, Ack: HearsAcks(), Log: env.Log})
	agent, err := startLacp(ctx, env, factStore)
	if err != nil {
		return named("LACP", err)
	}
	sessions := &netsync.BgpSessions{Facts: factStore, Ask: func(ctx context.Context) ([]frr.Session, error) { return vty.Sessions(ctx, env.FRRState()) }}
	if err := sessions.Refresh(ctx); err != nil { // before rows that nobody wants are removed
		return named("BGP sessions", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	relay := startDhcpRelay(env, store, factStore)
	g.Go(func() error { return named("BGP sessions", sessions.Run(ctx)) })
	g.Go(func() error { return named("LACP", agent.Run(ctx)) })
	g.Go(func() error { return named("DHCP relay", relay.Run(ctx)) })
	g.Go(func() error { return named("facts", facts.Run(ctx)) })
	g.Go(func() error { return named("routes", routes.Run(ctx)) })
	g.Go(func() error { return named("resolver", netsync.Resolve(ctx, store, factStore, resolver, env.Log)) })
	g.Go(func() error { return named("LLDP", followLLDP(ctx, env, store)) })
	g.Go(func() error {
		return RunNetsync(ctx, env, store, factStore, Agent{agent, lacp.Kind}, Agent{relay, dhcprelay.Kind})
	})
	return g.Wait()
}

// startLacp makes the agent of LACP. What its predecessor's ports carried they carry until the agent says otherwise.
func startLacp(ctx context.Context, env Env, facts db.Store) (*lacp.Agent, error) {
	report := netsync.LacpFacts(facts)
	agent := lacp.New(lacp.Options{State: env.Path("var/run/hypersonic/lacp.json"), Report: report, Log: env.Log})
	if err := report(ctx, agent.Restored()); err != nil {
		return nil, err
	}
	return agent, facts.Write(ctx, []db.Write{tables.FactLacpAgent.Set(tables.LacpAgentKey, tables.LacpAgentFact{Runs: true})})
}

// Agent is a protocol that netsync runs, and the kind of objects by which it is told what to do.
type Agent struct {
	engine.Target
	Kind *engine.Kind
}

// RunNetsync runs the translation of facts to rows, all of netsync but routes. Where there is no agent of LACP, facts do not speak of one.
func RunNetsync(ctx context.Context, env Env, store, facts db.Store, agents ...Agent) error {
	if err := loadHardware(ctx, env, store, facts); err != nil {
		return named("hardware", err)
	}
	m := newMachine("netsync", store, env.Log)
	m.sources(engine.Normal, facts, netsync.Sources())
	m.sinks(facts, netsync.Published())
	netsync.Register(m.Engine)
	for _, a := range agents {
		m.Bind(a.Target, a.Kind)
	}
	g, ctx := errgroup.WithContext(ctx)
	m.Go(ctx, g)
	return g.Wait()
}
