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
	CountersPG     = db.Define[string, PGCountersRow](db.Counters, "COUNTERS")
	CountersPfc    = db.Define[string, PfcCountersRow](db.Counters, "COUNTERS")
	CountersQueue  = db.Define[string, QueueCountersRow](db.Counters, "COUNTERS")
)

// PGCountersRow is COUNTERS_DB COUNTERS of a priority group, by its object id (COUNTERS_PG_NAME_MAP).
type PGCountersRow struct {
	Dropped *uint64 `db:"SAI_INGRESS_PRIORITY_GROUP_STAT_DROPPED_PACKETS"`
}

// PfcCountersRow is what COUNTERS_DB COUNTERS of a port tells of priority flow control: pause frames by priority.
type PfcCountersRow struct {
	Rx0 *uint64 `db:"SAI_PORT_STAT_PFC_0_RX_PKTS"`
	Rx1 *uint64 `db:"SAI_PORT_STAT_PFC_1_RX_PKTS"`
	Rx2 *uint64 `db:"SAI_PORT_STAT_PFC_2_RX_PKTS"`
	Rx3 *uint64 `db:"SAI_PORT_STAT_PFC_3_RX_PKTS"`
	Rx4 *uint64 `db:"SAI_PORT_STAT_PFC_4_RX_PKTS"`
	Rx5 *uint64 `db:"SAI_PORT_STAT_PFC_5_RX_PKTS"`
	Rx6 *uint64 `db:"SAI_PORT_STAT_PFC_6_RX_PKTS"`
	Rx7 *uint64 `db:"SAI_PORT_STAT_PFC_7_RX_PKTS"`
	Tx0 *uint64 `db:"SAI_PORT_STAT_PFC_0_TX_PKTS"`
	Tx1 *uint64 `db:"SAI_PORT_STAT_PFC_1_TX_PKTS"`
	Tx2 *uint64 `db:"SAI_PORT_STAT_PFC_2_TX_PKTS"`
	Tx3 *uint64 `db:"SAI_PORT_STAT_PFC_3_TX_PKTS"`
	Tx4 *uint64 `db:"SAI_PORT_STAT_PFC_4_TX_PKTS"`
	Tx5 *uint64 `db:"SAI_PORT_STAT_PFC_5_TX_PKTS"`
	Tx6 *uint64 `db:"SAI_PORT_STAT_PFC_6_TX_PKTS"`
	Tx7 *uint64 `db:"SAI_PORT_STAT_PFC_7_TX_PKTS"`
}

// Rx are the frames received, by priority.
func (r PfcCountersRow) Rx() [8]*uint64 {
	return [8]*uint64{r.Rx0, r.Rx1, r.Rx2, r.Rx3, r.Rx4, r.Rx5, r.Rx6, r.Rx7}
}

// Tx are the frames sent, by priority.
func (r PfcCountersRow) Tx() [8]*uint64 {
	return [8]*uint64{r.Tx0, r.Tx1, r.Tx2, r.Tx3, r.Tx4, r.Tx5, r.Tx6, r.Tx7}
}
