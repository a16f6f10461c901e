package syncd

import (
	"context"
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// The tables of FLEX_COUNTER_DB.
const (
	flexGroup   = "FLEX_COUNTER_GROUP_TABLE:"
	flexCounter = "FLEX_COUNTER_TABLE:"
)

// counters keeps the configuration of polled counters in FLEX_COUNTER_DB, where tools read it (sonic-contract 2.10). Package flex
// reads it there and polls. Counters of objects that are gone are dropped. The rows are written ahead of the answer's commit: writing them twice does no harm.
func (s *Server) counters(ctx context.Context, c db.Command, fields []db.Field) error {
	var writes []db.RawWrite
	switch c.Op {
	case wire.SetCounterGroup:
		writes = append(writes, db.RawWrite{Key: flexGroup + c.Key, Fields: fields})
	case wire.DelCounterGroup:
		writes = append(writes, db.RawWrite{Key: flexGroup + c.Key, Delete: true})
	default:
		group, ids, ok := strings.Cut(c.Key, ":")
		if !ok {
			return refuse(sai.StatusInvalidParameter, "key %q: want group:object ids", c.Key)
		}
		for id := range strings.SplitSeq(ids, ",") {
			write := db.RawWrite{Key: flexCounter + group + ":" + id, Delete: true}
			vid, err := sai.ParseOID(id)
			if err != nil {
				return refuse(sai.StatusInvalidParameter, "key %q: %v", c.Key, err)
			}
			if _, known := s.oids.rid(vid); known && c.Op == wire.StartPoll {
				write = db.RawWrite{Key: write.Key, Fields: fields}
			}
			writes = append(writes, write)
		}
	}
	if len(fields) == 0 && (c.Op == wire.SetCounterGroup || c.Op == wire.StartPoll) {
		return refuse(sai.StatusInvalidParameter, "no fields")
	}
	if err := s.flex.Write(ctx, writes); err != nil {
		return fmt.Errorf("FLEX_COUNTER_DB: %w", err)
	}
	s.batch.answer(wire.Response, sai.StatusSuccess, nil)
	return nil
}
