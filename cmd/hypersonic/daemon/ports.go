package daemon

import (
	"context"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// pollBoot is how often the databases are looked at until what a daemon starts on is there. PortConfigDone may be pending or consumed, and
// nobody but the engine's feed may consume its table, so it is looked at and not followed.
const pollBoot = 5 * time.Millisecond

// pending is where a state table keeps what no consumer has taken yet (sonic-contract 2.4).
const pending = "_"

// awaitPorts returns when cfgmgr has written all ports.
func awaitPorts(ctx context.Context, store db.Keyspace) error {
	key := tables.ApplPortConfigDone.Name + db.Appl.Separator() + tables.PortConfigDone
	return poll(ctx, func() bool {
		rows, err := store.Raw(db.Appl).Hashes(ctx, []string{key, pending + key})
		return err == nil && (rows[0] != nil || rows[1] != nil)
	})
}

// awaitConfig returns when CONFIG_DB has been loaded (sonic-contract 2.2). Before that a daemon would tell of a switch without ports.
func awaitConfig(ctx context.Context, store db.Keyspace) error {
	return poll(ctx, func() bool {
		v, ok, err := store.Raw(db.Config).Get(ctx, "CONFIG_DB_INITIALIZED")
		return err == nil && ok && v == "1"
	})
}

// poll returns when ready says so. A server that is not up yet is not ready.
func poll(ctx context.Context, ready func() bool) error {
	tick := time.NewTicker(pollBoot)
	defer tick.Stop()
	for !ready() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// allPorts reads PORT_TABLE with what is still pending laid over it.
func allPorts(ctx context.Context, store db.Keyspace) (map[string][]db.Field, error) {
	raw := store.Raw(db.Appl)
	prefix := tables.ApplPort.Name + db.Appl.Separator()
	ports := map[string][]db.Field{}
	for _, p := range []string{prefix, pending + prefix} {
		err := raw.Keys(ctx, p+"*", func(keys []string) error {
			rows, err := raw.Hashes(ctx, keys)
			for i := range rows {
				name := keys[i][len(p):]
				ports[name] = append(ports[name], rows[i]...)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return ports, nil
}
