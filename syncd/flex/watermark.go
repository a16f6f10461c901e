package flex

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// watermarkTables hold the most that was counted since they were cleared. Who clears them writes 0, so what stands there is read each time
// (SONiC's watermark_*.lua do the same).
func watermarkTables() []string {
	return []string{"PERIODIC_WATERMARKS", "PERSISTENT_WATERMARKS", "USER_WATERMARKS"}
}

// isWatermark tells the counters that are kept there.
func isWatermark(t sai.ObjectType, name string) bool {
	switch t {
	case sai.ObjectTypeQueue, sai.ObjectTypeIngressPriorityGroup, sai.ObjectTypeBufferPool:
		return strings.HasSuffix(name, "WATERMARK_BYTES")
	}
	return false
}

// mark writes the watermarks of objects that were counted just now, where they are more than what stands there.
func (r *round) mark(ctx context.Context, l *list, objects []*object) error {
	if !slices.ContainsFunc(l.names, func(name string) bool { return isWatermark(l.object, name) }) {
		return nil
	}
	for _, table := range watermarkTables() {
		for some := range slices.Chunk(objects, maxObjects) {
			if err := r.markIn(ctx, counters(table), l, some); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *round) markIn(ctx context.Context, table *db.Schema, l *list, objects []*object) error {
	keys := make([]string, len(objects))
	for i, o := range objects {
		keys[i] = table.Name + ":" + o.vid
	}
	rows, err := r.store.Raw(db.Counters).Hashes(ctx, keys)
	if err != nil {
		return fmt.Errorf("watermarks: %w", err)
	}
	for i, o := range objects {
		if o.last == nil || o.list != l {
			continue
		}
		if fields := higher(rows[i], l, o.last); len(fields) > 0 {
			r.writes = append(r.writes, db.Write{Table: table, Key: o.vid, Fields: fields})
		}
	}
	return r.write(ctx, maxRows)
}

// higher are the watermarks that are more than those of a row, or not there.
func higher(row []db.Field, l *list, values []uint64) (fields []db.Field) {
	for i, name := range l.names {
		if !isWatermark(l.object, name) {
			continue
		}
		at := slices.IndexFunc(row, func(f db.Field) bool { return f.Name == name })
		if at >= 0 {
			if was, err := strconv.ParseUint(row[at].Value, 10, 64); err == nil && was >= values[i] {
				continue
			}
		}
		fields = append(fields, db.Field{Name: name, Value: strconv.FormatUint(values[i], 10)})
	}
	return fields
}
