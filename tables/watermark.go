package tables

import "github.com/hypersonic-nos/hypersonic/db"

// WatermarkConfigRow is CONFIG_DB WATERMARK_TABLE|TELEMETRY_INTERVAL.
type WatermarkConfigRow struct {
	Interval uint32 `db:"interval,default=120,range=1..4294967295"` // s: how long periodic watermarks last
}

// WatermarkInterval is the key of WATERMARK_TABLE.
const WatermarkInterval = "TELEMETRY_INTERVAL"

// WatermarkRow is COUNTERS_DB PERIODIC_WATERMARKS, PERSISTENT_WATERMARKS and USER_WATERMARKS of an object, by its object id: the most that was used
// since they were cleared, in bytes.
type WatermarkRow struct {
	QueueShared  *uint64 `db:"SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES"`
	PGShared     *uint64 `db:"SAI_INGRESS_PRIORITY_GROUP_STAT_SHARED_WATERMARK_BYTES"`
	PGHeadroom   *uint64 `db:"SAI_INGRESS_PRIORITY_GROUP_STAT_XOFF_ROOM_WATERMARK_BYTES"`
	Pool         *uint64 `db:"SAI_BUFFER_POOL_STAT_WATERMARK_BYTES"`
	PoolHeadroom *uint64 `db:"SAI_BUFFER_POOL_STAT_XOFF_ROOM_WATERMARK_BYTES"`
}

// WatermarkClear is the channel of APPL_DB by which others have watermarks cleared (sonic-contract 2.8); the op is one of WatermarkOps, the data one of
// the words below.
const WatermarkClear = "WATERMARK_CLEAR_REQUEST"

// What is cleared.
const (
	ClearPGHeadroom   = "PG_HEADROOM"
	ClearPGShared     = "PG_SHARED"
	ClearQueueUnicast = "Q_SHARED_UNI"
	ClearQueueMulti   = "Q_SHARED_MULTI"
	ClearQueueAll     = "Q_SHARED_ALL"
	ClearPool         = "BUFFER_POOL"
	ClearPoolHeadroom = "HEADROOM_POOL"
)

// The tables of watermarks.
var (
	ConfigWatermark     = db.Define[string, WatermarkConfigRow](db.Config, "WATERMARK_TABLE")
	PeriodicWatermark   = db.Define[string, WatermarkRow](db.Counters, "PERIODIC_WATERMARKS")
	PersistentWatermark = db.Define[string, WatermarkRow](db.Counters, "PERSISTENT_WATERMARKS")
	UserWatermark       = db.Define[string, WatermarkRow](db.Counters, "USER_WATERMARKS")
)

// WatermarkOps are the ops of WatermarkClear and the tables that they clear.
func WatermarkOps() map[string]db.Table[string, WatermarkRow] {
	return map[string]db.Table[string, WatermarkRow]{"PERSISTENT": PersistentWatermark, "USER": UserWatermark}
}
