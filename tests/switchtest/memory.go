package switchtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/boot"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
	"github.com/hypersonic-nos/hypersonic/netsync"
	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Memory is a switch in this process.
type Memory struct {
	Kernel *Kernel

	t       testing.TB
	env     daemon.Env
	log     *lockedBuffer
	sku     hwsku.SKU
	server  *mem.Server
	client  *mem.Client
	zebra   *zebra
	lines   *enginetest.Target // the rest of FRR's configuration
	tap     *tap
	running map[string]*run
	group   errgroup.Group // of all runs
	options MemoryOptions
}

// MemoryOptions change a Memory.
type MemoryOptions struct {
	// Wrap puts something between a daemon and the databases.
	Wrap func(daemon string, k db.Keyspace) db.Keyspace
	// ASIC changes the virtual ASIC's configuration, API puts something between it and syncd.
	ASIC func(*virtual.Config)
	API  func(*virtual.ASIC) sai.API
	// NoConfig leaves CONFIG_DB empty: the test fills it.
	NoConfig bool
}

// run is one run of a daemon.
type run struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// NewMemory starts a switch with SONiC's default SKU, which ends with the test. A daemon that ends by itself fails the test.
func NewMemory(t testing.TB, o MemoryOptions) *Memory {
	t.Helper()
	m := &Memory{t: t, log: &lockedBuffer{}, sku: hwsku.Default(), server: mem.New(), running: map[string]*run{}, options: o}
	m.env = daemon.Env{Root: t.TempDir(), Log: slog.New(slog.NewTextHandler(m.log, &slog.HandlerOptions{Level: slog.LevelInfo}))}
	m.client = m.server.Client()
	var fronts []string
	for i := range m.sku.Ports {
		fronts = append(fronts, fmt.Sprintf("eth%d", i+1))
	}
	m.Kernel = NewKernel(fronts...)
	m.zebra, m.lines = newZebra(m.Kernel, m.server.Client()), enginetest.NewTarget()
	m.tap = &tap{Keyspace: m.wrapped("orchagent")}
	if !o.NoConfig {
		if err := boot.ConfigDB(context.Background(), m.env, m.client, m.sku, switchMAC); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(m.stop)
	m.start("zebra")
	for _, name := range daemons {
		m.start(name)
	}
	return m
}

func (m *Memory) wrapped(name string) db.Keyspace {
	var k db.Keyspace = m.server.Client()
	if m.options.Wrap != nil {
		k = m.options.Wrap(name, k)
	}
	return k
}

func (m *Memory) stop() {
	for name := range m.running {
		m.end(name)
	}
	_ = m.group.Wait()           // runs tell their errors themselves
	_ = m.Kernel.observed.Wait() // observers have none
	if m.t.Failed() {
		m.t.Logf("log:\n%s", m.log)
	}
}

func (m *Memory) start(name string) {
	ctx, cancel := context.WithCancel(context.Background())
	r := &run{cancel: cancel, done: make(chan struct{})}
	m.running[name] = r
	m.group.Go(func() error {
		defer close(r.done)
		for ctx.Err() == nil {
			err := m.run(ctx, name)
			if errors.Is(err, orchagent.ErrShutdown) {
				continue // its supervisor starts it again
			}
			if ctx.Err() == nil {
				m.t.Errorf("%s ended by itself: %v", name, err)
				break
			}
		}
		return nil
	})
}

func (m *Memory) end(name string) {
	r := m.running[name]
	delete(m.running, name)
	r.cancel()
	<-r.done
}

// Restart implements Switch.
func (m *Memory) Restart(name string) error {
	if m.running[name] != nil {
		m.end(name)
	}
	m.start(name)
	return nil
}

// Halt implements Switch.
func (m *Memory) Halt(name string) error {
	if m.running[name] == nil {
		return fmt.Errorf("no daemon %s", name)
	}
	m.end(name)
	return nil
}

func (m *Memory) run(ctx context.Context, name string) error {
	env := m.env
	env.Log = env.Log.With("daemon", name)
	switch name {
	case "syncd":
		return m.syncd(ctx, env)
	case "orchagent":
		return daemon.RunOrchagent(ctx, env, m.tap)
	case "cfgmgr":
		return m.cfgmgr(ctx, env)
	case "netsync":
		return m.netsync(ctx, env)
	case "zebra":
		return m.zebra.run(ctx)
	}
	return errors.New("unknown")
}

func (m *Memory) syncd(ctx context.Context, env daemon.Env) error {
	config := virtual.Config{MAC: sai.MAC(switchMAC), Hostifs: m.Kernel, ConfiguredOperSpeed: true}
	for _, p := range m.sku.Ports {
		config.Ports = append(config.Ports, virtual.Port{FrontPanel: m.sku.LaneMap.Netdev(p.Lanes[0]), Lanes: p.Lanes})
	}
	if m.options.ASIC != nil {
		m.options.ASIC(&config)
	}
	front := func(ctx context.Context, asic *virtual.ASIC, known func()) error {
		return m.Kernel.follow(ctx, func(name string, up bool) { asic.FrontPanel(ctx, name, up) }, known)
	}
	return daemon.RunSyncd(ctx, env, daemon.SyncdParts{Store: m.wrapped("syncd"), ASIC: config, Front: front, Wrap: m.options.API})
}

func (m *Memory) cfgmgr(ctx context.Context, env daemon.Env) error {
	facts := mem.New().Client()
	links := netsync.NewFacts(facts, m.Kernel.linkFeed(), nil)
	if err := links.Load(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return links.Run(ctx) })
	g.Go(func() error {
		lines := map[frr.Daemon]engine.Target{frr.Bgpd: m.lines, frr.Zebra: m.lines, frr.Bfdd: m.lines}
		return daemon.RunCfgmgr(ctx, env, daemon.CfgmgrParts{Store: m.wrapped("cfgmgr"), Facts: facts, Kernel: m.Kernel.target(), FRR: m.zebra, Lines: lines})
	})
	return g.Wait()
}

func (m *Memory) netsync(ctx context.Context, env daemon.Env) error {
	facts, store := mem.New().Client(), m.wrapped("netsync")
	kernel := netsync.NewFacts(facts, m.Kernel.linkFeed(), m.Kernel.neighFeed())
	if err := kernel.Load(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return kernel.Run(ctx) })
	g.Go(func() error { return netsync.Resolve(ctx, store, facts, nobodyAnswers{}, env.Log) })
	g.Go(func() error { return daemon.RunNetsync(ctx, env, store, facts) })
	return g.Wait()
}

// nobodyAnswers is a network without neighbours but those that the test makes known.
type nobodyAnswers struct{}

// Resolve implements netsync.NeighResolver.
func (nobodyAnswers) Resolve(n []linux.NeighKey) []error { return make([]error, len(n)) }

// Keyspace implements Switch.
func (m *Memory) Keyspace() db.Keyspace { return m.client }

// Front implements Switch.
func (m *Memory) Front(name string, up bool) error {
	m.Kernel.Front(name, up)
	return nil
}

// Carriers implements Switch.
func (m *Memory) Carriers(name string) (uint32, error) { return m.Kernel.carriers(name) }

// Neighbor implements Switch.
func (m *Memory) Neighbor(link string, ip netip.Addr, mac *tables.MAC) error {
	m.Kernel.Neighbor(link, ip, (*linux.MAC)(mac))
	return nil
}

// Mark implements Switch.
func (m *Memory) Mark() error {
	m.tap.reset()
	return nil
}

// Operations implements Switch.
func (m *Memory) Operations() ([]string, error) { return m.tap.operations(), nil }

// lockedBuffer is written by all daemons.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
