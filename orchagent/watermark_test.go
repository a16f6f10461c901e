package orchagent_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// TestWatermarkRequests: a request clears what it names of the objects that it names, and nothing else.
func TestWatermarkRequests(t *testing.T) {
	server := mem.New()
	store := server.Client()
	nine, none := uint64(9), uint64(0)
	full := tables.WatermarkRow{QueueShared: &nine, PGShared: &nine, PGHeadroom: &nine, Pool: &nine, PoolHeadroom: &nine}
	writes := []db.Write{
		tables.CountersQueueName.Set("Ethernet0:0", "oid:0x1"), tables.CountersQueueName.Set("Ethernet0:10", "oid:0x2"),
		tables.CountersQueueType.Set("oid:0x1", "SAI_QUEUE_TYPE_UNICAST"), tables.CountersQueueType.Set("oid:0x2", "SAI_QUEUE_TYPE_MULTICAST"),
		tables.CountersPGName.Set("Ethernet0:0", "oid:0x3"), tables.CountersBufferPool.Set("pool", "oid:0x4"),
	}
	for _, oid := range []string{"oid:0x1", "oid:0x2", "oid:0x3", "oid:0x4"} {
		writes = append(writes, tables.UserWatermark.Set(oid, full), tables.PersistentWatermark.Set(oid, full))
	}
	if err := store.Write(t.Context(), writes); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- orchagent.NewWatermarks(server.Client(), slog.Default()).Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	read := func(oid string) tables.WatermarkRow {
		rows, err := store.Get(t.Context(), tables.UserWatermark.Schema, []string{oid})
		if err != nil {
			t.Fatal(err)
		}
		_, r, err := tables.UserWatermark.Decode(rows[0].Key, rows[0].Fields)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, c := range []struct {
		data, oid string
		field     func(tables.WatermarkRow) *uint64
	}{
		{tables.ClearQueueUnicast, "oid:0x1", func(r tables.WatermarkRow) *uint64 { return r.QueueShared }},
		{tables.ClearPGShared, "oid:0x3", func(r tables.WatermarkRow) *uint64 { return r.PGShared }},
		{tables.ClearPoolHeadroom, "oid:0x4", func(r tables.WatermarkRow) *uint64 { return r.PoolHeadroom }},
	} {
		for deadline := time.Now().Add(10 * time.Second); *c.field(read(c.oid)) != none; {
			if time.Now().After(deadline) {
				t.Fatalf("%s is not cleared", c.data)
			}
			// Again and again, for what comes before the subscription is lost.
			if err := store.Publish(t.Context(), db.Notification{Channel: tables.WatermarkClear, Op: "USER", Data: c.data}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := *read("oid:0x2").QueueShared; n != nine {
		t.Errorf("the multicast queue has %d", n)
	}
	if n := *read("oid:0x3").PGHeadroom; n != nine {
		t.Errorf("the headroom has %d", n)
	}
	if rows, err := store.Get(t.Context(), tables.PersistentWatermark.Schema, []string{"oid:0x1"}); err != nil || rows[0].Fields[0].Value != "9" {
		t.Errorf("persistent: %v %v", rows, err)
	}
}
