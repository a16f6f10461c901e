package tables

import "github.com/hypersonic-nos/hypersonic/db"

// FlexConfigRow is CONFIG_DB FLEX_COUNTER_TABLE: whether a group of counters is polled, and how often. Nothing is polled that is not enabled.
type FlexConfigRow struct {
	Status                 *Enable `db:"FLEX_COUNTER_STATUS"`
	PollInterval           *uint32 `db:"POLL_INTERVAL"` // ms
	BulkChunkSize          *uint32 `db:"BULK_CHUNK_SIZE"`
	BulkChunkSizePerPrefix string  `db:"BULK_CHUNK_SIZE_PER_PREFIX,omitempty"`
}

// Enabled says whether the group is polled.
func (r FlexConfigRow) Enabled() bool { return r.Status != nil && bool(*r.Status) }

// FlexGroupRow is FLEX_COUNTER_DB FLEX_COUNTER_GROUP_TABLE.
type FlexGroupRow struct {
	PollInterval           uint32 `db:"POLL_INTERVAL"` // ms
	StatsMode              string `db:"STATS_MODE"`
	Status                 Enable `db:"FLEX_COUNTER_STATUS"`
	BulkChunkSize          uint32 `db:"BULK_CHUNK_SIZE,omitempty"`
	BulkChunkSizePerPrefix string `db:"BULK_CHUNK_SIZE_PER_PREFIX,omitempty"`
}

// The values of STATS_MODE.
const (
	StatsModeRead         = "STATS_MODE_READ"
	StatsModeReadAndClear = "STATS_MODE_READ_AND_CLEAR"
)

// FlexObjectRow is FLEX_COUNTER_DB FLEX_COUNTER_TABLE: the counters of an object that a group polls, SAI's names with commas, in the field of the
// object's type.
type FlexObjectRow struct {
	Port   string `db:"PORT_COUNTER_ID_LIST,omitempty"`
	Queue  string `db:"QUEUE_COUNTER_ID_LIST,omitempty"`
	PG     string `db:"PG_COUNTER_ID_LIST,omitempty"`
	Rif    string `db:"RIF_COUNTER_ID_LIST,omitempty"`
	Debug  string `db:"PORT_DEBUG_COUNTER_ID_LIST,omitempty"`
	Acl    string `db:"ACL_COUNTER_ATTR_ID_LIST,omitempty"`
	Tunnel string `db:"TUNNEL_COUNTER_ID_LIST,omitempty"`
	Pool   string `db:"BUFFER_POOL_COUNTER_ID_LIST,omitempty"`
	Flow   string `db:"FLOW_COUNTER_ID_LIST,omitempty"`
}

// The keys of FLEX_COUNTER_TABLE in CONFIG_DB whose objects are polled here.
const (
	FlexPort           = "PORT"
	FlexPortDrop       = "PORT_BUFFER_DROP"
	FlexQueue          = "QUEUE"
	FlexQueueWatermark = "QUEUE_WATERMARK"
	FlexPGDrop         = "PG_DROP"
	FlexPGWatermark    = "PG_WATERMARK"
	FlexRif            = "RIF"
	FlexDebug          = "DEBUG_COUNTER"
	FlexAcl            = "ACL"
	FlexTunnel         = "TUNNEL"
	FlexPoolWatermark  = "BUFFER_POOL_WATERMARK"
	FlexTrap           = "FLOW_CNT_TRAP"
)

// FlexGroup is a group of counters that orchagent knows (sonic-contract 2.10).
type FlexGroup struct {
	Config   string // its key in CONFIG_DB
	Name     string // in FLEX_COUNTER_DB
	Interval uint32 // ms, unless configured
	Clear    bool   // what is read is cleared
}

// FlexGroups lists them. Groups whose objects are not built here are configured all the same, for whoever polls.
func FlexGroups() []FlexGroup {
	return []FlexGroup{
		{Config: FlexPort, Name: FlexPortGroup, Interval: 1000},
		{Config: FlexPortDrop, Name: FlexPortDropGroup, Interval: 60000},
		{Config: FlexQueue, Name: FlexQueueGroup, Interval: 10000},
		{Config: FlexQueueWatermark, Name: FlexQueueWatermarkGroup, Interval: 60000, Clear: true},
		{Config: FlexPGDrop, Name: FlexPGDropGroup, Interval: 10000},
		{Config: FlexPGWatermark, Name: FlexPGWatermarkGroup, Interval: 60000, Clear: true},
		{Config: FlexRif, Name: FlexRifGroup, Interval: 1000},
		{Config: FlexDebug, Name: FlexDebugGroup, Interval: 10000},
		{Config: FlexPoolWatermark, Name: FlexPoolWatermarkGroup, Interval: 60000, Clear: true},
		{Config: FlexAcl, Name: FlexAclGroup, Interval: 10000},
		{Config: FlexTunnel, Name: FlexTunnelGroup, Interval: 10000},
		{Config: FlexTrap, Name: FlexTrapGroup, Interval: 10000},
		{Config: "FLOW_CNT_ROUTE", Name: "ROUTE_FLOW_COUNTER", Interval: 10000},
	}
}

// The groups that are polled here, by their names in FLEX_COUNTER_DB.
const (
	FlexPortGroup           = "PORT_STAT_COUNTER"
	FlexPortDropGroup       = "PORT_BUFFER_DROP_STAT"
	FlexQueueGroup          = "QUEUE_STAT_COUNTER"
	FlexQueueWatermarkGroup = "QUEUE_WATERMARK_STAT_COUNTER"
	FlexPGDropGroup         = "PG_DROP_STAT_COUNTER"
	FlexPGWatermarkGroup    = "PG_WATERMARK_STAT_COUNTER"
	FlexRifGroup            = "RIF_STAT_COUNTER"
	FlexDebugGroup          = "DEBUG_COUNTER"
	FlexAclGroup            = "ACL_STAT_COUNTER"
	FlexTunnelGroup         = "TUNNEL_STAT_COUNTER"
	FlexPoolWatermarkGroup  = "BUFFER_POOL_WATERMARK_STAT_COUNTER"
	FlexTrapGroup           = "HOSTIF_TRAP_FLOW_COUNTER"
)

// FlexObjects is the part of FLEX_COUNTER_TABLE that holds a group's objects, by object id.
func FlexObjects(group string) db.Table[string, FlexObjectRow] {
	return db.Define[string, FlexObjectRow](db.FlexCounter, "FLEX_COUNTER_TABLE:"+group)
}

// The tables of polled counters.
var (
	ConfigFlexCounter = db.Define[string, FlexConfigRow](db.Config, "FLEX_COUNTER_TABLE")
	FlexCounterGroup  = db.Define[string, FlexGroupRow](db.FlexCounter, "FLEX_COUNTER_GROUP_TABLE")
)

// PortPartsFact is what a port is made of, as the ASIC tells it: its queues' types in the order of their indices, and how many priority groups it has.
type PortPartsFact struct {
	Queues         []string `db:"queues,omitempty"` // SAI's names: SAI_QUEUE_TYPE_UNICAST ...
	PriorityGroups uint8    `db:"priority_groups,omitempty"`
	Schedulers     []uint8  `db:"schedulers,omitempty"` // for each queue the scheduler group that holds it, or NoScheduler
}

// NoScheduler stands for the scheduler group of a queue that none holds.
const NoScheduler = 255

// The maps of the objects that a port is made of. Queues and priority groups are named Ethernet0:3; the other maps are by object id.
var (
	FactPortParts      = db.Define[string, PortPartsFact](db.Local, "PORT_PARTS", db.WithTransport(db.Plain))
	CountersQueueName  = counterMap("COUNTERS_QUEUE_NAME_MAP")
	CountersQueuePort  = counterMap("COUNTERS_QUEUE_PORT_MAP")
	CountersQueueIndex = counterMap("COUNTERS_QUEUE_INDEX_MAP")
	CountersQueueType  = counterMap("COUNTERS_QUEUE_TYPE_MAP")
	CountersPGName     = counterMap("COUNTERS_PG_NAME_MAP")
	CountersPGPort     = counterMap("COUNTERS_PG_PORT_MAP")
	CountersPGIndex    = counterMap("COUNTERS_PG_INDEX_MAP")
)

func counterMap(name string) db.Table[string, string] {
	return db.Define[string, string](db.Counters, name, db.WithTransport(db.Map))
}
