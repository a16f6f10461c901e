package redis

import (
	"context"
	"errors"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
)

const (
	// crowd is how many rows of a state table may wait for their consumer before the writer of many more waits for it in turn. Rows that a consumer
	// takes at once cost the server a quarter less than those of a long queue, whose keys are in no cache any more and whose key set has to grow.
	crowd = 4096
	// portion is how many rows are written before the writer looks how many wait.
	portion = 4096
	// crowdPoll is how often the writer looks, and crowdPatience how long it bears that the consumer takes nothing: it may not be there.
	crowdPoll     = 5 * time.Millisecond
	crowdPatience = 100 * time.Millisecond
)

// throng is a writer's view of how many rows wait for the consumer of a state table.
type throng struct {
	least  int64
	since  time.Time
	absent bool // nobody takes rows: no use in waiting
}

// finishUncrowded reads all replies, and waits until the consumer has few rows left to take.
func (p *pipe) finishUncrowded(ctx context.Context, t *db.Schema, x *throng) error {
	var tick *time.Ticker
	for {
		p.Cmd("SCARD", keySet(t))
		if err := p.finish(); err != nil {
			return errors.Join(err, p.Skip(1))
		}
		waiting, err := p.Int()
		if err != nil || !x.crowded(waiting, time.Now()) {
			return err
		}
		if tick == nil {
			tick = time.NewTicker(crowdPoll)
			defer tick.Stop()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// crowded tells whether to wait for a consumer that has so many rows left.
func (x *throng) crowded(waiting int64, now time.Time) bool {
	if waiting <= crowd {
		x.since = time.Time{}
		return false
	}
	if x.since.IsZero() || waiting < x.least {
		x.least, x.since = waiting, now
	}
	x.absent = x.absent || now.Sub(x.since) > crowdPatience
	return !x.absent
}
