package boot

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
)

// Configure loads CONFIG_DB now, and again whenever the databases have come back without their data. Netdevs that are plugged in later become ports of it.
func Configure(ctx context.Context, env daemon.Env) error {
	store, err := env.Connect(ctx, nil)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := followWires(env)
	if err != nil {
		return err
	}
	defer w.close()
	loaded := make(chan bool, 1)
	g, running := errgroup.WithContext(ctx)
	g.Go(func() error { return load(running, env, store, loaded) })
	g.Go(func() error {
		select {
		case generated := <-loaded:
			return w.hotPlug(running, store, generated)
		case <-running.Done():
			return nil
		}
	})
	if err := g.Wait(); ctx.Err() == nil { // the caller's end is no error; one of ours is
		return err
	}
	return nil
}

// load tells loaded, once, whether the ports are those that are there, or a file's.
func load(ctx context.Context, env daemon.Env, store db.Keyspace, loaded chan<- bool) error {
	sku, err := env.SKU()
	if err != nil {
		return err
	}
	mac, err := env.SwitchMAC()
	if err != nil {
		return err
	}
	for {
		_, lost := store.Lost()
		again := time.NewTimer(retryConfig)
		if generated, err := fill(ctx, env, store, sku, mac); err != nil {
			env.Log.Debug("configuration not loaded yet", "err", err)
		} else {
			again.Stop()
			select {
			case loaded <- generated:
			default: // told already
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-lost:
		case <-again.C:
		}
		again.Stop()
	}
}

// retryConfig is the time between two attempts to load CONFIG_DB while the server is not up.
const retryConfig = 10 * time.Millisecond
