package tables

import "github.com/hypersonic-nos/hypersonic/db"

// PortCountersRow is COUNTERS_DB COUNTERS of a port, by its object id (COUNTERS_PORT_NAME_MAP); what is nil the ASIC does not count. Row types of
// other objects over the same table are those objects' own.
type PortCountersRow struct {
	InOctets        *uint64 `db:"SAI_PORT_STAT_IF_IN_OCTETS"`
	InUnicast       *uint64 `db:"SAI_PORT_STAT_IF_IN_UCAST_PKTS"`
	InNonUnicast    *uint64 `db:"SAI_PORT_STAT_IF_IN_NON_UCAST_PKTS"`
	InMulticast     *uint64 `db:"SAI_PORT_STAT_IF_IN_MULTICAST_PKTS"`
	InBroadcast     *uint64 `db:"SAI_PORT_STAT_IF_IN_BROADCAST_PKTS"`
	InDiscards      *uint64 `db:"SAI_PORT_STAT_IF_IN_DISCARDS"`
	InErrors        *uint64 `db:"SAI_PORT_STAT_IF_IN_ERRORS"`
	InOversize      *uint64 `db:"SAI_PORT_STAT_ETHER_RX_OVERSIZE_PKTS"`
	OutOctets       *uint64 `db:"SAI_PORT_STAT_IF_OUT_OCTETS"`
	OutUnicast      *uint64 `db:"SAI_PORT_STAT_IF_OUT_UCAST_PKTS"`
	OutNonUnicast   *uint64 `db:"SAI_PORT_STAT_IF_OUT_NON_UCAST_PKTS"`
	OutMulticast    *uint64 `db:"SAI_PORT_STAT_IF_OUT_MULTICAST_PKTS"`
	OutBroadcast    *uint64 `db:"SAI_PORT_STAT_IF_OUT_BROADCAST_PKTS"`
	OutDiscards     *uint64 `db:"SAI_PORT_STAT_IF_OUT_DISCARDS"`
	OutErrors       *uint64 `db:"SAI_PORT_STAT_IF_OUT_ERRORS"`
	OutOversize     *uint64 `db:"SAI_PORT_STAT_ETHER_TX_OVERSIZE_PKTS"`
	Trimmed         *uint64 `db:"SAI_PORT_STAT_TRIM_PACKETS"`
	TrimmedSent     *uint64 `db:"SAI_PORT_STAT_TX_TRIM_PACKETS"`
	TrimmedDropped  *uint64 `db:"SAI_PORT_STAT_DROPPED_TRIM_PACKETS"`
	FecCorrected    *uint64 `db:"SAI_PORT_STAT_IF_IN_FEC_CORRECTABLE_FRAMES"`
	FecUncorrected  *uint64 `db:"SAI_PORT_STAT_IF_IN_FEC_NOT_CORRECTABLE_FRAMES"`
	FecSymbolErrors *uint64 `db:"SAI_PORT_STAT_IF_IN_FEC_SYMBOL_ERRORS"`
}

// PortRatesRow is COUNTERS_DB RATES of a port: bytes and packets a second, and the share of the port's speed in per cent where the writer tells it.
type PortRatesRow struct {
	RxBytes   *float64 `db:"RX_BPS"`
	RxPackets *float64 `db:"RX_PPS"`
	RxShare   *float64 `db:"RX_UTIL"`
	TxBytes   *float64 `db:"TX_BPS"`
	TxPackets *float64 `db:"TX_PPS"`
	TxShare   *float64 `db:"TX_UTIL"`
	FecPre    *float64 `db:"FEC_PRE_BER"`
	FecPost   *float64 `db:"FEC_POST_BER"`
}

// The tables of port counters, by object id (oid:0x...).
var (
	CountersPort      = db.Define[string, PortCountersRow](db.Counters, "COUNTERS")
	CountersPortRates = db.Define[string, PortRatesRow](db.Counters, "RATES")
)
