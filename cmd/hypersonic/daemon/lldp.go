package daemon

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/netsync"
	"github.com/hypersonic-nos/hypersonic/platform/lldp"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// lldpRetry is the time between two attempts to reach an lldpd that is not there, or that does not know a port yet.
const lldpRetry = 2 * time.Second

// LLDPSocket is where the switch's lldpd listens.
func (e Env) LLDPSocket() string { return e.Path("var/run/lldpd.socket") }

// followLLDP does the work of lldpmgrd and lldp_syncd: it has lldpd tell what CONFIG_DB says of the ports and the switch, and writes what neighbours tell into
// APPL_DB. lldpd may be away at any time.
func followLLDP(ctx context.Context, env Env, store db.Store) error {
	agent, err := lldp.Open(env.LLDPSocket())
	if errors.Is(err, lldp.ErrNotInstalled) {
		return nil
	}
	if err != nil {
		return err
	}
	feed, err := store.Watch(ctx, tables.ConfigPort.Schema, tables.ConfigDeviceMetadata.Schema, tables.StatePort.Schema)
	if err != nil {
		return err
	}
	defer feed.Close()
	rows, heard := make(chan db.Batch), make(chan struct{}, 1)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		for {
			b, err := feed.Next(ctx, 0)
			if err != nil {
				return err
			}
			select {
			case rows <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	g.Go(func() error { return listen(ctx, agent, heard) })
	g.Go(func() error {
		f := &lldpFollower{env: env, store: store, agent: agent}
		return f.run(ctx, rows, heard)
	})
	return g.Wait()
}

// listen tells whenever something may have changed at lldpd: it came back, or it has heard something.
func listen(ctx context.Context, agent *lldp.Agent, heard chan<- struct{}) error {
	tell := func() {
		select {
		case heard <- struct{}{}:
		default: // told already
		}
	}
	for {
		tell()
		_ = agent.Watch(ctx, tell) // it ends with lldpd, which is known to whoever asks it
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lldpRetry):
		}
	}
}

// lldpFollower is owned by run's goroutine.
type lldpFollower struct {
	env      Env
	store    db.Store
	agent    *lldp.Agent
	hostname string
	ports    map[string]tables.PortRow
	netdevs  map[string]bool // ports whose netdev is there
	listed   bool
	written  map[string]tables.LLDPEntryRow // nil: to be read
}

func (f *lldpFollower) run(ctx context.Context, rows <-chan db.Batch, heard <-chan struct{}) error {
	var again <-chan time.Time
	for {
		select {
		case b := <-rows:
			f.take(b)
		case <-heard:
		case <-again:
		case <-ctx.Done():
			return ctx.Err()
		}
		if !f.listed {
			continue
		}
		again = nil
		complete, err := f.tell(ctx)
		if err == nil {
			err = f.publish(ctx)
		}
		if err != nil && ctx.Err() == nil {
			f.env.Log.Debug("LLDP", "err", err)
		}
		if err != nil || !complete {
			again = time.After(lldpRetry)
		}
	}
}

func (f *lldpFollower) take(b db.Batch) {
	if b.Listing {
		f.ports, f.netdevs, f.hostname, f.written = map[string]tables.PortRow{}, map[string]bool{}, "", nil
	}
	f.listed = f.listed || b.Listed
	for _, c := range b.Changes {
		switch c.Table {
		case tables.ConfigPort.Schema:
			_, r, err := tables.ConfigPort.Decode(c.Key, c.Fields)
			if delete(f.ports, c.Key); !c.Gone && err == nil { // whose row is malformed tells nothing; cfgmgr says why
				f.ports[c.Key] = r
			}
		case tables.StatePort.Schema:
			f.netdevs[c.Key] = !c.Gone
		case tables.ConfigDeviceMetadata.Schema:
			if _, r, err := tables.ConfigDeviceMetadata.Decode(c.Key, c.Fields); err == nil && c.Key == tables.Localhost {
				f.hostname = r.Hostname
			}
		}
	}
}

// tell configures what lldpd says otherwise. complete: it knows all ports.
func (f *lldpFollower) tell(ctx context.Context) (complete bool, err error) {
	own, err := f.agent.Own(ctx)
	if err != nil {
		return false, err
	}
	said := map[string]lldp.Entry{}
	hostname := ""
	for _, e := range own {
		said[e.Interface] = e
		if f.hostname != "" && e.Name != f.hostname {
			hostname = f.hostname
		}
	}
	complete = true
	var ports []lldp.Port
	for name, row := range f.ports {
		if !f.netdevs[name] {
			continue
		}
		e, known := said[name]
		p := netsync.LLDPPort(name, row)
		if complete = complete && known; known && (e.Port.Value != p.ID || e.PortText != p.Description) {
			ports = append(ports, p)
		}
	}
	if hostname == "" && len(ports) == 0 {
		return complete, nil
	}
	return complete, f.agent.Configure(ctx, hostname, ports)
}

// publish writes the neighbours that have come, changed or gone.
func (f *lldpFollower) publish(ctx context.Context) error {
	if err := f.readWritten(ctx); err != nil {
		return err
	}
	found, err := f.agent.Neighbors(ctx)
	if err != nil {
		return err
	}
	now := map[string]tables.LLDPEntryRow{}
	for _, e := range found {
		if _, twice := now[e.Interface]; !twice {
			now[e.Interface] = netsync.LLDPEntry(e)
		}
	}
	var writes []db.Write
	for name, row := range now {
		was, ok := f.written[name]
		was.TimeMark = row.TimeMark // grows by itself
		if !ok || was != row {
			writes = append(writes, tables.ApplLLDPEntry.Replace(name, row))
		}
	}
	for name := range f.written {
		if _, ok := now[name]; !ok {
			writes = append(writes, tables.ApplLLDPEntry.Del(name))
		}
	}
	if len(writes) == 0 {
		return nil
	}
	if err := f.store.Write(ctx, writes); err != nil {
		return err
	}
	f.written = now
	return nil
}

// readWritten finds what an earlier life has written.
func (f *lldpFollower) readWritten(ctx context.Context) error {
	if f.written != nil {
		return nil
	}
	rows, err := f.store.Read(ctx, tables.ApplLLDPEntry.Schema)
	if err != nil {
		return err
	}
	f.written = map[string]tables.LLDPEntryRow{}
	for _, c := range rows {
		_, f.written[c.Key], _ = tables.ApplLLDPEntry.Decode(c.Key, c.Fields) // one that nobody can read is written again or removed
	}
	return nil
}
