package sairedis

import (
	"context"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// SetCounterGroup configures a group of polled counters (sonic-contract 2.10): POLL_INTERVAL, STATS_MODE, FLEX_COUNTER_STATUS ... Without
// fields the group goes.
func (c *Client) SetCounterGroup(ctx context.Context, group string, fields []db.Field) sai.Status {
	op := wire.SetCounterGroup
	if len(fields) == 0 {
		op = wire.DelCounterGroup
	}
	return c.one(ctx, db.Command{Key: group, Op: op, Fields: fields}).status
}

// StartPoll has counters of objects polled; fields are an id list (PORT_COUNTER_ID_LIST ...) and perhaps STATS_MODE.
func (c *Client) StartPoll(ctx context.Context, group string, objects []sai.OID, fields []db.Field) sai.Status {
	return c.one(ctx, db.Command{Key: pollKey(group, objects), Op: wire.StartPoll, Fields: fields}).status
}

// StopPoll ends it.
func (c *Client) StopPoll(ctx context.Context, group string, objects []sai.OID) sai.Status {
	return c.one(ctx, db.Command{Key: pollKey(group, objects), Op: wire.StopPoll}).status
}

func pollKey(group string, objects []sai.OID) string {
	var b strings.Builder
	b.WriteString(group)
	for i, o := range objects {
		b.WriteByte(":,"[min(i, 1)])
		b.WriteString(o.String())
	}
	return b.String()
}
