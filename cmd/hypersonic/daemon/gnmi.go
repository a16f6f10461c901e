package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/others"
	"github.com/hypersonic-nos/hypersonic/gnmi/server"
	"github.com/hypersonic-nos/hypersonic/gnmi/show"
	"github.com/hypersonic-nos/hypersonic/gnmi/sonicdb"
	"github.com/hypersonic-nos/hypersonic/gnmi/subscribe"
	"github.com/hypersonic-nos/hypersonic/gnmi/transaction"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Gnmi serves gNMI and gNOI.
func Gnmi(ctx context.Context, env Env) error {
	store, err := env.Connect(ctx, nil)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := awaitConfig(ctx, store); err != nil {
		return named("waiting for the configuration", err)
	}
	return RunGnmi(ctx, env, store)
}

// RunGnmi serves on a keyspace. The listeners follow CONFIG_DB GNMI.
func RunGnmi(ctx context.Context, env Env, store db.Keyspace) error {
	g, ctx := errgroup.WithContext(ctx)
	parts := newGnmiParts(ctx, g, env, store)
	g.Go(func() error { return named("sets", parts.sets.Run(ctx)) })
	g.Go(func() error { return named("socket", serveSocket(ctx, parts)) })
	g.Go(func() error { return named("listeners", followGnmi(ctx, env, store, parts)) })
	return g.Wait()
}

// gnmiParts is what outlives a change of the listeners.
type gnmiParts struct {
	env      Env
	store    db.Keyspace
	sets     *transaction.Engine
	hub      *subscribe.Hub
	counters *server.Counters
	origins  []origin.Origin
	targets  map[string]origin.Origin
	group    *errgroup.Group
	ctx      context.Context // of the daemon
	wait     atomic.Bool     // GNMI wait_for_asic: followGnmi sets it, Sets look
}

func newGnmiParts(ctx context.Context, g *errgroup.Group, env Env, store db.Keyspace) *gnmiParts {
	if env.Log == nil {
		env.Log = slog.Default()
	}
	p := &gnmiParts{
		ctx: ctx, env: env, store: store, group: g, counters: &server.Counters{},
		hub:     subscribe.New(ctx, g, store, time.Now, env.Log),
		origins: []origin.Origin{openconfig.New(), sonicdb.New()},
		targets: map[string]origin.Origin{others.Target: others.New(os.DirFS("/"), os.DirFS(env.Path("etc/sonic")))},
	}
	if env.Show != nil {
		p.targets[show.Target] = show.New(env.Show)
	}
	for id := db.Appl; id <= db.ID(20); id++ {
		if o, ok := sonicdb.ForTarget(id.String()); ok {
			p.targets[id.String()] = o
		}
	}
	p.sets = transaction.New(transaction.Config{
		Store: store, Now: time.Now, Log: env.Log, Waiter: asicWaiter{store}.Begin,
		Pending: transaction.File(env.Path("var/lib/hypersonic/gnmi/pending.json")),
		Save:    func(ctx context.Context) error { return p.save(ctx) },
	})
	return p
}

func (p *gnmiParts) target(name string) (origin.Origin, bool) {
	o, ok := p.targets[name]
	return o, ok
}

// saveConfig writes CONFIG_DB to config_db.json, which the next start loads.
func (p *gnmiParts) save(ctx context.Context) error {
	rows, err := p.store.Get(ctx, tables.ConfigGnmi.Schema, []string{tables.GnmiServer})
	if err != nil {
		return err
	}
	if _, r, err := tables.ConfigGnmi.Decode(tables.GnmiServer, rows[0].Fields); err != nil || r.SaveOnSet == nil || !*r.SaveOnSet {
		return nil
	}
	c, err := candidate.Read(ctx, p.store)
	if err != nil {
		return err
	}
	text, err := configjson.Format(c.Content())
	if err != nil {
		return fmt.Errorf("saving: %w", err)
	}
	path := p.env.ConfigDB()
	aside := path + ".gnmi"
	if err := os.WriteFile(aside, text, 0o644); err != nil {
		return fmt.Errorf("saving: %w", err)
	}
	if err := os.Rename(aside, path); err == nil {
		return nil
	}
	// A file that is mounted by itself into the container cannot be replaced.
	return errors.Join(os.WriteFile(path, text, 0o644), os.Remove(aside))
}

// followGnmi listens as GNMI says, and anew when that changes.
func followGnmi(ctx context.Context, env Env, store db.Keyspace, parts *gnmiParts) error {
	feed, err := store.Watch(ctx, tables.ConfigGnmi.Schema)
	if err != nil {
		return err
	}
	defer feed.Close()
	batches := make(chan db.Batch)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return pass(ctx, func(ctx context.Context) (db.Batch, error) { return feed.Next(ctx, 0) }, batches)
	})
	g.Go(func() error {
		rows := map[string]tables.GnmiRow{}
		var now *gnmiSettings
		stop := func() error { return nil }
		for {
			select {
			case <-ctx.Done():
				return stop()
			case b := <-batches:
				if b.Listing {
					clear(rows)
				}
				for _, c := range b.Changes {
					delete(rows, c.Key)
					if _, r, err := tables.ConfigGnmi.Decode(c.Key, c.Fields); c.Gone {
					} else if err != nil {
						env.Log.Error("a row of GNMI is not in force", "err", err)
					} else {
						rows[c.Key] = r
					}
				}
				next := settingsOf(env, rows)
				if now != nil && reflect.DeepEqual(*now, next) {
					continue
				}
				if err := stop(); err != nil {
					return err
				}
				now = &next
				stop = listenGnmi(ctx, parts, next)
			}
		}
	})
	return g.Wait()
}
