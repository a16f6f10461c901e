package daemon

import (
	"context"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/cfgmgr"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/netsync"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/platform/frr/vty"
	"github.com/hypersonic-nos/hypersonic/platform/hostfile"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
)

// Cfgmgr translates CONFIG_DB to kernel objects, FRR's configuration and APPL_DB.
func Cfgmgr(ctx context.Context, env Env) error {
	store, err := env.Connect(ctx, map[db.ID][]string{db.State: {"netsync", "orchagent"}})
	if err != nil {
		return err
	}
	defer store.Close()
	if err := awaitConfig(ctx, store); err != nil {
		return named("waiting for the configuration", err)
	}
	target, err := kernel.New(env.Log)
	if err != nil {
		return named("kernel", err)
	}
	links, err := kernel.WatchLinks()
	if err != nil {
		return named("links", err)
	}
	defer links.Close()
	factStore := mem.New().Client()
	facts := netsync.NewFacts(factStore, links, nil)
	if err := facts.Load(ctx); err != nil {
		return named("links", err)
	}
	root, err := os.OpenRoot(env.Path())
	if err != nil {
		return named("files", err)
	}
	defer root.Close()
	lines := map[frr.Daemon]engine.Target{}
	for _, d := range frr.Daemons() {
		// Beside the daemon's own file, in which a user may have saved what is ours.
		record := filepath.Join(env.FRRConfig(), d.String()+".hypersonic")
		lines[d] = vty.NewLines(d, env.FRRState(), record, env.Log, nil)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return named("links", facts.Run(ctx)) })
	g.Go(func() error {
		return RunCfgmgr(ctx, env, CfgmgrParts{Store: store, Facts: factStore, Kernel: target, FRR: vty.New(env.FRRState(), env.Log), Lines: lines, Files: hostfile.New(root, keptFiles)})
	})
	return g.Wait()
}

// keptFiles is where cfgmgr keeps what files of the system were before.
const keptFiles = "var/lib/hypersonic/files"

// CfgmgrParts are what cfgmgr works on; tests put their own in the place of the kernel's.
type CfgmgrParts struct {
	Store  db.Store
	Facts  db.Store // links and features of the kernel
	Kernel engine.Target
	FRR    engine.Target                // static routes
	Lines  map[frr.Daemon]engine.Target // the configuration of FRR's other daemons
	Files  engine.Target                // of the system; nil: none
}

// RunCfgmgr runs cfgmgr on its parts.
func RunCfgmgr(ctx context.Context, env Env, p CfgmgrParts) error {
	if err := tellHeadroom(ctx, env, p.Facts); err != nil {
		return named("lossless profiles", err)
	}
	if err := loadCopp(ctx, env, p.Store, p.Facts); err != nil {
		return named("traps", err)
	}
	m := newMachine("cfgmgr", p.Store, env.Log)
	// Kernel and FRR take their time, and rows do not wait for them.
	m.BindApart(p.Kernel, linux.Link, linux.Addr, linux.Neigh, linux.Sysctl, linux.Vrf)
	m.BindApart(p.FRR, frr.StaticRoute)
	for _, d := range frr.Daemons() {
		m.BindApart(p.Lines[d], d.Kind())
	}
	if p.Files != nil {
		m.BindApart(p.Files, hostfile.File)
	}
	m.sources(engine.Normal, p.Facts, cfgmgr.Sources())
	m.sinks(p.Facts, cfgmgr.Published())
	cfgmgr.Register(m.Engine)
	g, ctx := errgroup.WithContext(ctx)
	m.Go(ctx, g)
	return g.Wait()
}
