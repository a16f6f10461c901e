package daemon

import (
	"context"
	"fmt"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/netsync"
	"github.com/hypersonic-nos/hypersonic/platform/dhcprelay"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// A client's first message is heard before its address has been learned: the FDB is asked again so often, and not longer.
const (
	whereAgain = 10 * time.Millisecond
	whereEnds  = 200 * time.Millisecond
)

// startDhcpRelay makes the agent of the DHCP relay.
func startDhcpRelay(env Env, store, facts db.Store) *dhcprelay.Agent {
	where := func(ctx context.Context, vlan string, mac [6]byte) (port, alias string) {
		ctx, cancel := context.WithTimeout(ctx, whereEnds)
		defer cancel()
		tick := time.NewTicker(whereAgain)
		defer tick.Stop()
		for {
			port, alias, err := whereIs(ctx, store, vlan, mac)
			if err != nil {
				env.Log.Debug("the port of a DHCP client", "err", err)
			}
			if port != "" {
				return port, alias
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return "", ""
			}
		}
	}
	return dhcprelay.New(dhcprelay.Options{Where: where, Report: netsync.DhcpFacts(facts), Log: env.Log})
}

// whereIs is the port that an address has been learned on, and its alias; a LAG is its own. Empty: it is not known.
func whereIs(ctx context.Context, store db.Store, vlan string, mac [6]byte) (port, alias string, err error) {
	id, err := tables.ParseVlanID(vlan)
	if err != nil {
		return "", "", err
	}
	fdb, ok, err := row(ctx, store, tables.StateFdb, tables.FdbKey{Vlan: id, MAC: mac})
	if err != nil || !ok {
		return "", "", err
	}
	r, _, err := row(ctx, store, tables.ConfigPort, fdb.Port)
	if r.Alias == "" {
		r.Alias = fdb.Port
	}
	return fdb.Port, r.Alias, err
}

// row reads one row. A row that does not decode is not there.
func row[K comparable, R any](ctx context.Context, store db.Store, t db.Table[K, R], k K) (r R, there bool, err error) {
	key := t.EncodeKey(k)
	rows, err := store.Get(ctx, t.Schema, []string{key})
	if err != nil {
		return r, false, fmt.Errorf("%s: %w", t.Name, err)
	}
	if len(rows) == 0 || rows[0].Gone {
		return r, false, nil
	}
	_, r, err = t.Decode(key, rows[0].Fields)
	return r, err == nil, nil
}
