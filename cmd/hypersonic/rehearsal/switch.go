// Package rehearsal is a whole switch in one process: every daemon's real code over databases in memory, with the virtual ASIC, a kernel that is a few
// maps, and an FRR that knows connected and static routes. `config --dry-run` tries a change on one (Try), and most tests of whole switches run on one.
package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/netsync"
	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/platform/dhcprelay"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Daemons of a switch, in the order of their start.
func Daemons() []string { return []string{"syncd", "orchagent", "cfgmgr", "netsync"} }

// Options are what a Switch is made of.
type Options struct {
	Env daemon.Env
	SKU hwsku.SKU
	MAC tables.MAC
	// Ended is told of a daemon that ends by itself, which none should.
	Ended func(daemon string, err error)
	// Wrap puts something between a daemon and the databases; nil: nothing.
	Wrap func(daemon string, k db.Keyspace) db.Keyspace
	// ASIC changes the virtual ASIC's configuration, API puts something between it and syncd.
	ASIC func(*virtual.Config)
	API  func(*virtual.ASIC) sai.API
}

// Switch is a switch in this process. Its methods belong to one goroutine.
type Switch struct {
	Kernel *Kernel
	Tap    *Tap // what orchagent says to syncd

	options Options
	server  *mem.Server
	client  *mem.Client
	zebra   *zebra
	files   *files
	lines   *lines // the rest of FRR's configuration
	running map[string]*run
	group   errgroup.Group // of all runs

	mu      sync.Mutex // guards engines: daemons tell them, whoever waits for quiet asks
	engines map[string]*engine.Engine
}

// run is one run of a daemon.
type run struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// New makes a switch whose databases are empty. Start has its daemons run.
func New(o Options) *Switch {
	s := &Switch{options: o, server: mem.New(), running: map[string]*run{}, engines: map[string]*engine.Engine{}}
	s.client = s.server.Client()
	var fronts []string
	for i := range o.SKU.Ports {
		fronts = append(fronts, fmt.Sprintf("eth%d", i+1))
	}
	s.Kernel = newKernel(fronts...)
	s.files = newFiles()
	s.zebra, s.lines = newZebra(s.Kernel, s.server.Client()), newLines()
	s.Tap = &Tap{Keyspace: s.wrapped("orchagent")}
	return s
}

// Start starts all daemons; Close ends them.
func (s *Switch) Start() {
	s.start("zebra")
	for _, name := range Daemons() {
		s.start(name)
	}
}

func (s *Switch) wrapped(name string) db.Keyspace {
	var k db.Keyspace = s.server.Client()
	if s.options.Wrap != nil {
		k = s.options.Wrap(name, k)
	}
	return k
}

// Close ends all daemons.
func (s *Switch) Close() {
	for name := range s.running {
		s.end(name)
	}
	_ = s.group.Wait()           // runs tell their errors themselves
	_ = s.Kernel.observed.Wait() // observers have none
}

func (s *Switch) start(name string) {
	ctx, cancel := context.WithCancel(context.Background())
	ctx = daemon.WithEngines(ctx, func(name string, e *engine.Engine) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.engines[name] = e
	})
	r := &run{cancel: cancel, done: make(chan struct{})}
	s.running[name] = r
	s.group.Go(func() error {
		defer close(r.done)
		for ctx.Err() == nil {
			err := s.run(ctx, name)
			if errors.Is(err, orchagent.ErrShutdown) {
				continue // its supervisor starts it again
			}
			if ctx.Err() == nil {
				s.options.Ended(name, err)
				break
			}
		}
		return nil
	})
}

func (s *Switch) end(name string) {
	r := s.running[name]
	delete(s.running, name)
	r.cancel()
	<-r.done
}

// Restart ends a daemon, and has it run again.
func (s *Switch) Restart(name string) error {
	if s.running[name] != nil {
		s.end(name)
	}
	s.start(name)
	return nil
}

// Halt ends a daemon until Restart has it run again.
func (s *Switch) Halt(name string) error {
	if s.running[name] == nil {
		return fmt.Errorf("no daemon %s", name)
	}
	s.end(name)
	return nil
}

func (s *Switch) run(ctx context.Context, name string) error {
	env := s.options.Env
	env.Log = env.Log.With("daemon", name)
	switch name {
	case "syncd":
		return s.syncd(ctx, env)
	case "orchagent":
		return daemon.RunOrchagent(ctx, env, s.Tap)
	case "cfgmgr":
		return s.cfgmgr(ctx, env)
	case "netsync":
		return s.netsync(ctx, env)
	case "zebra":
		return s.zebra.run(ctx)
	}
	return errors.New("unknown")
}

func (s *Switch) syncd(ctx context.Context, env daemon.Env) error {
	config := virtual.Config{MAC: sai.MAC(s.options.MAC), Hostifs: s.Kernel, ConfiguredOperSpeed: true}
	for _, p := range s.options.SKU.Ports {
		config.Ports = append(config.Ports, virtual.Port{FrontPanel: s.options.SKU.LaneMap.Netdev(p.Lanes[0]), Lanes: p.Lanes})
	}
	if s.options.ASIC != nil {
		s.options.ASIC(&config)
	}
	front := func(ctx context.Context, asic *virtual.ASIC, known func()) error {
		return s.Kernel.follow(ctx, func(name string, up bool) { asic.FrontPanel(ctx, name, up) }, known)
	}
	return daemon.RunSyncd(ctx, env, daemon.SyncdParts{Store: s.wrapped("syncd"), ASIC: config, Front: front, Wrap: s.options.API})
}

func (s *Switch) cfgmgr(ctx context.Context, env daemon.Env) error {
	facts := mem.New().Client()
	links := netsync.NewFacts(facts, s.Kernel.linkFeed(), nil)
	if err := links.Load(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return links.Run(ctx) })
	g.Go(func() error {
		targets := map[frr.Daemon]engine.Target{}
		for _, d := range frr.Daemons() {
			targets[d] = s.lines.of(d)
		}
		return daemon.RunCfgmgr(ctx, env, daemon.CfgmgrParts{Store: s.wrapped("cfgmgr"), Facts: facts, Kernel: s.Kernel.target(), FRR: s.zebra, Lines: targets, Files: s.files})
	})
	return g.Wait()
}

func (s *Switch) netsync(ctx context.Context, env daemon.Env) error {
	facts, store := mem.New().Client(), s.wrapped("netsync")
	kernel := netsync.NewFacts(facts, s.Kernel.linkFeed(), s.Kernel.neighFeed())
	if err := kernel.Load(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return kernel.Run(ctx) })
	g.Go(func() error { return netsync.Resolve(ctx, store, facts, nobodyAnswers{}, env.Log) })
	g.Go(func() error {
		return daemon.RunNetsync(ctx, env, store, facts, daemon.Agent{Target: dhcprelay.Nobody{}, Kind: dhcprelay.Kind})
	})
	return g.Wait()
}

// nobodyAnswers is a network without neighbours but those that are made known.
type nobodyAnswers struct{}

// Resolve implements netsync.NeighResolver.
func (nobodyAnswers) Resolve(n []linux.NeighKey) []error { return make([]error, len(n)) }

// Keyspace reaches the databases.
func (s *Switch) Keyspace() db.Keyspace { return s.client }
