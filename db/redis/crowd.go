package redis

import (
	"context"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

const (
	// crowd is how many rows of a state table may wait for their consumer before the writer of many more waits for it in turn. Rows that a consumer
	// takes at once cost the server a quarter less than those of a long queue, whose keys are in no cache any more and whose key set has to grow.
	crowd = 4096
	// crowdPoll is how often the writer looks, and crowdPatience how long it bears that the consumer takes nothing: it may not be there.
	crowdPoll     = 5 * time.Millisecond
	crowdPatience = 100 * time.Millisecond
)

// uncrowd waits until the consumer of a state table has few rows left to take.
func (c *Client) uncrowd(ctx context.Context, t *db.Schema) error {
	tick := time.NewTicker(crowdPoll)
	defer tick.Stop()
	least, since := int64(-1), time.Now()
	for {
		var waiting int64
		err := c.do(ctx, t.Database, func(conn *wire.Conn) (err error) {
			if err := one(conn, "SCARD", keySet(t)); err != nil {
				return err
			}
			waiting, err = conn.Int()
			return err
		})
		if err != nil || waiting <= crowd {
			return err
		}
		if least < 0 || waiting < least {
			least, since = waiting, time.Now()
		} else if time.Since(since) > crowdPatience {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
