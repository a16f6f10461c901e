// Package vidcounter allocates virtual object ids from VIDCOUNTER, the counter in ASIC_DB that clients and syncd share (sonic-contract 2.6).
package vidcounter

import (
	"context"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// blockSize is how many numbers are taken at least: single creations then rarely cost a round trip. What a process does not use is lost, which the 39
// bits of the counter can bear.
const blockSize = 64

// Counter hands out VIDs of one switch. It belongs to one goroutine.
type Counter struct {
	raw       db.Raw
	next, end int64 // numbers that are ours
}

// New makes a counter. raw is ASIC_DB.
func New(raw db.Raw) *Counter { return &Counter{raw: raw} }

// Allocate hands out VIDs for n objects. The switch itself has a fixed one.
func (c *Counter) Allocate(ctx context.Context, switchIndex uint8, t sai.ObjectType, n int) ([]sai.OID, error) {
	vids := make([]sai.OID, n)
	for i := range vids {
		if t == sai.ObjectTypeSwitch {
			vids[i] = sai.VID(switchIndex, t, uint64(switchIndex))
			continue
		}
		if c.next == c.end {
			if err := c.refill(ctx, int64(n-i)); err != nil {
				return nil, fmt.Errorf("allocating VIDs: %w", err)
			}
		}
		vids[i] = sai.VID(switchIndex, t, uint64(c.next))
		c.next++
	}
	return vids, nil
}

// refill takes numbers. A counter that stands below the last ones has lost its data; the numbers up to there are in use.
func (c *Counter) refill(ctx context.Context, n int64) error {
	size, highest := max(n, blockSize), c.end-1
	sum, err := c.raw.Add(ctx, wire.VIDCounter, size)
	if err == nil && sum-size < highest {
		sum, err = c.raw.Add(ctx, wire.VIDCounter, highest-(sum-size))
	}
	if err != nil {
		return err
	}
	c.next, c.end = sum-size+1, sum+1
	return nil
}
