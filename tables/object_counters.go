package tables

import "github.com/hypersonic-nos/hypersonic/db"

// RifCountersRow is COUNTERS_DB COUNTERS of a router interface, by its object id (COUNTERS_RIF_NAME_MAP).
type RifCountersRow struct {
	InPackets       *uint64 `db:"SAI_ROUTER_INTERFACE_STAT_IN_PACKETS"`
	InOctets        *uint64 `db:"SAI_ROUTER_INTERFACE_STAT_IN_OCTETS"`
	InErrorPackets  *uint64 `db:"SAI_ROUTER_INTERFACE_STAT_IN_ERROR_PACKETS"`
	InErrorOctets   *uint64 `db:"SAI_ROUTER_INTERFACE_STAT_IN_ERROR_OCTETS"`
	OutPackets      *uint64 `db:"SAI_ROUTER_INTERFACE_STAT_OUT_PACKETS"`
	OutOctets       *uint64 `db:"SAI_ROUTER_INTERFACE_STAT_OUT_OCTETS"`
	OutErrorPackets *uint64 `db:"SAI_ROUTER_INTERFACE_STAT_OUT_ERROR_PACKETS"`
	OutErrorOctets  *uint64 `db:"SAI_ROUTER_INTERFACE_STAT_OUT_ERROR_OCTETS"`
}

// QueueCountersRow is COUNTERS_DB COUNTERS of a queue, by its object id (COUNTERS_QUEUE_NAME_MAP).
type QueueCountersRow struct {
	Packets        *uint64 `db:"SAI_QUEUE_STAT_PACKETS"`
	Bytes          *uint64 `db:"SAI_QUEUE_STAT_BYTES"`
	DroppedPackets *uint64 `db:"SAI_QUEUE_STAT_DROPPED_PACKETS"`
	DroppedBytes   *uint64 `db:"SAI_QUEUE_STAT_DROPPED_BYTES"`
}

// TunnelCountersRow is COUNTERS_DB COUNTERS of a tunnel, by its object id (COUNTERS_TUNNEL_NAME_MAP). Bytes are those of the frames inside.
type TunnelCountersRow struct {
	InPackets  *uint64 `db:"SAI_TUNNEL_STAT_IN_PACKETS"`
	InOctets   *uint64 `db:"SAI_TUNNEL_STAT_IN_OCTETS"`
	OutPackets *uint64 `db:"SAI_TUNNEL_STAT_OUT_PACKETS"`
	OutOctets  *uint64 `db:"SAI_TUNNEL_STAT_OUT_OCTETS"`
}

// The tables of counters of objects that are no ports.
var (
	CountersTunnel = db.Define[string, TunnelCountersRow](db.Counters, "COUNTERS")
	CountersRif    = db.Define[string, RifCountersRow](db.Counters, "COUNTERS")
	CountersQueue  = db.Define[string, QueueCountersRow](db.Counters, "COUNTERS")
)
