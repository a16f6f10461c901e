package redis

import (
	"context"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

// readyKey is a hash in STATE_DB of the publishers that have written all their rows since the data was lost.
const readyKey = "HYPERSONIC_READY"

// initializedKey is 1 when CONFIG_DB has been loaded (sonic-contract 2.2).
const initializedKey = "CONFIG_DB_INITIALIZED"

// EnsureConfig sets what SONiC needs of a server (sonic-contract 2.1). A server that does not permit it must have been configured so.
func (c *Client) EnsureConfig(ctx context.Context) error {
	if err := c.do(ctx, db.Appl, configure); err != nil {
		return fmt.Errorf("configure redis: %w", err)
	}
	return nil
}

func configure(conn *wire.Conn) error {
	conn.Cmd("CONFIG", "SET", "notify-keyspace-events", "AKE")
	conn.Cmd("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0")
	if err := conn.Flush(); err != nil {
		return err
	}
	return conn.Skip(2)
}

// Republished implements db.Keyspace.
func (c *Client) Republished(ctx context.Context, publisher string) error {
	return c.Raw(db.State).Write(ctx, []db.RawWrite{{Key: readyKey, Fields: []db.Field{{Name: publisher, Value: "1"}}}})
}
