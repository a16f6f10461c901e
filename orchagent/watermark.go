package orchagent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Watermarks clears watermarks: the periodic ones whenever a period is over, others when somebody asks for it. Who polls them takes what stands in the
// tables for the most there was.
type Watermarks struct {
	store db.Store
	log   *slog.Logger
}

// NewWatermarks clears in store.
func NewWatermarks(store db.Store, log *slog.Logger) *Watermarks { return &Watermarks{store, log} }

// Run clears until its context ends. Another interval counts when the present one is over, as in SONiC.
func (w *Watermarks) Run(ctx context.Context) error {
	requests, err := w.store.Subscribe(ctx, tables.WatermarkClear)
	if err != nil {
		return err
	}
	defer requests.Close()
	next := time.Now()
	for {
		interval, err := w.interval(ctx)
		if err != nil {
			return err
		}
		if now := time.Now(); !now.Before(next) {
			next = now.Add(interval)
		}
		wait, cancel := context.WithDeadline(ctx, next)
		list, err := requests.Next(wait)
		over := wait.Err() != nil
		cancel()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case over:
			err = w.clearAll(ctx)
		case err == nil:
			err = w.asked(ctx, list)
		}
		if err != nil {
			return err
		}
	}
}

func (w *Watermarks) interval(ctx context.Context) (time.Duration, error) {
	rows, err := w.store.Get(ctx, tables.ConfigWatermark.Schema, []string{tables.WatermarkInterval})
	if err != nil {
		return 0, err
	}
	_, config, err := tables.ConfigWatermark.Decode(tables.WatermarkInterval, rows[0].Fields)
	if err != nil { // a bad row counts as none
		_, config, err = tables.ConfigWatermark.Decode(tables.WatermarkInterval, nil)
	}
	return time.Duration(config.Interval) * time.Second, err
}

// asked does what requests say. One that is not understood is told.
func (w *Watermarks) asked(ctx context.Context, list []db.Notification) error {
	for _, n := range list {
		to, ok := tables.WatermarkOps()[n.Op]
		if err := w.clear(ctx, to, n.Data, ok); errors.Is(err, errNoWatermark) {
			w.log.Warn("watermarks are not cleared", "op", n.Op, "data", n.Data, "err", err)
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (w *Watermarks) clearAll(ctx context.Context) error {
	for group, all := range map[string][]string{
		tables.FlexPGWatermark: {tables.ClearPGHeadroom, tables.ClearPGShared}, tables.FlexPoolWatermark: {tables.ClearPool, tables.ClearPoolHeadroom},
		tables.FlexQueueWatermark: {tables.ClearQueueUnicast, tables.ClearQueueMulti, tables.ClearQueueAll},
	} {
		rows, err := w.store.Get(ctx, tables.ConfigFlexCounter.Schema, []string{group})
		if err != nil {
			return err
		}
		if _, config, err := tables.ConfigFlexCounter.Decode(group, rows[0].Fields); err != nil || !config.Enabled() {
			continue // nobody polls them
		}
		for _, what := range all {
			if err := w.clear(ctx, tables.PeriodicWatermark, what, true); err != nil {
				return err
			}
		}
	}
	return nil
}

var errNoWatermark = errors.New("no such watermark")

// clear sets a watermark of all objects that have it to 0.
func (w *Watermarks) clear(ctx context.Context, to db.Table[string, tables.WatermarkRow], what string, known bool) error {
	none := uint64(0)
	var of db.Table[string, string]
	var row tables.WatermarkRow
	only := ""
	switch what {
	case tables.ClearPGHeadroom:
		of, row.PGHeadroom = tables.CountersPGName, &none
	case tables.ClearPGShared:
		of, row.PGShared = tables.CountersPGName, &none
	case tables.ClearQueueUnicast:
		of, row.QueueShared, only = tables.CountersQueueName, &none, sai.QueueTypeUnicast.String()
	case tables.ClearQueueMulti:
		of, row.QueueShared, only = tables.CountersQueueName, &none, sai.QueueTypeMulticast.String()
	case tables.ClearQueueAll:
		of, row.QueueShared, only = tables.CountersQueueName, &none, sai.QueueTypeAll.String()
	case tables.ClearPool:
		of, row.Pool = tables.CountersBufferPool, &none
	case tables.ClearPoolHeadroom:
		of, row.PoolHeadroom = tables.CountersBufferPool, &none
	default:
		known = false
	}
	if !known {
		return errNoWatermark
	}
	objects, err := w.values(ctx, of)
	if err != nil {
		return err
	}
	types := map[string]string{}
	if only != "" {
		if types, err = w.values(ctx, tables.CountersQueueType); err != nil {
			return err
		}
	}
	var writes []db.Write
	for _, oid := range objects {
		if only == "" || types[oid] == only {
			writes = append(writes, to.Set(oid, row))
		}
	}
	if len(writes) == 0 {
		return nil
	}
	return w.store.Write(ctx, writes)
}

// values are a map of COUNTERS_DB.
func (w *Watermarks) values(ctx context.Context, t db.Table[string, string]) (map[string]string, error) {
	rows, err := w.store.Read(ctx, t.Schema)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	values := make(map[string]string, len(rows))
	for _, r := range rows {
		if k, v, err := t.Decode(r.Key, r.Fields); err == nil {
			values[k] = v
		}
	}
	return values, nil
}
