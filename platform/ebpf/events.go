package ebpf

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cilium/ebpf/ringbuf"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
)

// eventBatch bounds how many events the ASIC is locked for.
const eventBatch = 256

// followEvents hands what the data plane learned to the ASIC until ctx ends.
func (a *ASIC) followEvents(ctx context.Context) error {
	// Not Close: AvailableBytes must not find the ring closed.
	stop := context.AfterFunc(ctx, func() { _ = a.events.Flush() })
	defer stop()
	var record ringbuf.Record
	batch := make([]swEvent, 0, eventBatch)
	for ctx.Err() == nil {
		err := a.events.ReadInto(&record)
		if errors.Is(err, ringbuf.ErrFlushed) {
			continue
		}
		if err != nil {
			return fmt.Errorf("events of the data plane: %w", err)
		}
		batch = append(batch, parseEvent(record.RawSample))
		if len(batch) < eventBatch && a.events.AvailableBytes() > 0 {
			continue
		}
		a.Do(func(v virtual.View) { err = a.plane.report(v, batch) })
		if err != nil {
			return err
		}
		batch = batch[:0]
	}
	return ctx.Err()
}

func parseEvent(b []byte) (e swEvent) {
	if len(b) < 12 {
		return e
	}
	e.Kind, e.Vid, e.Port = binary.NativeEndian.Uint16(b), binary.NativeEndian.Uint16(b[2:]), binary.NativeEndian.Uint16(b[4:])
	copy(e.Mac[:], b[6:])
	return e
}

// report looks at where addresses are now, not where the events say: one may be old.
func (p *plane) report(v virtual.View, batch []swEvent) error {
	if p.held {
		return nil // the sweep will find it
	}
	for _, e := range batch {
		k := swFdbKey{Vid: e.Vid, Mac: e.Mac}
		var now swFdbEntry
		if p.k.maps.Fdb.Lookup(k, &now) != nil || now.Flags&uint16(swFdbFlagsFDB_STATIC) != 0 {
			continue
		}
		if err := p.learned(v, k, now.Port); err != nil {
			return err
		}
	}
	return nil
}

// The sweep comes ten times in an ageing time, within bounds.
const (
	shortestSweep = time.Second
	longestSweep  = 30 * time.Second
)

func (a *ASIC) sweeps(ctx context.Context) error {
	for {
		var err error
		var aging uint32
		a.Do(func(v virtual.View) {
			err = a.plane.sweep(v)
			aging = a.plane.aging
		})
		if err != nil {
			return err
		}
		wait := longestSweep
		if aging > 0 {
			wait = min(max(time.Duration(aging)*time.Second/10, shortestSweep), longestSweep)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-a.resweep:
		case <-time.After(wait):
		}
	}
}
