package mapping

import (
	"strconv"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/tables"
)

func interfaceState() []Rows {
	return []Rows{
		{
			At: "/interfaces/interface[name={if:port}]", Table: tables.ApplPortOper.Schema, Key: "{if}", Role: Facts,
			Leaves: []Leaf{
				{Path: "state/oper-status", Field: "oper_status", As: Upper{}},
				{Path: "state/admin-status", Field: "admin_status", As: Upper{}},
				{Path: "state/last-change", Field: "last_up_time+last_down_time", As: View(newest)},
				{Path: "state/counters/carrier-transitions", Field: "flap_count"},
			},
		},
		{
			At: "/interfaces/interface[name={if:port}]", Table: tables.StatePortAsic.Schema, Key: "{if}", Role: Facts,
			Leaves: []Leaf{{Path: "ethernet/state/negotiated-port-speed", Field: "speed", As: speed}},
		},
		{
			At: "/interfaces/interface[name={if:lag}]", Table: tables.ApplLagWhole.Schema, Key: "{if}", Role: Facts,
			Leaves: []Leaf{
				{Path: "state/oper-status", Field: "oper_status", As: Upper{}},
				{Path: "state/admin-status", Field: "admin_status", As: Upper{}},
			},
		},
		{
			At: "/interfaces/interface[name={if:vlanif}]", Table: tables.ApplVlan.Schema, Key: "{if}", Role: Facts,
			Leaves: []Leaf{{Path: "state/admin-status", Field: "admin_status", As: Upper{}}},
		},
		{
			At: "/interfaces/interface[name={if:port}]", Table: tables.CountersPort.Schema, Key: "{oid}", Role: Facts, Counters: true,
			Via: &Via{Table: tables.CountersPortName.Schema, Key: "{if}", Gives: "oid"}, Leaves: portCounters(),
		},
	}
}

const (
	ifStat    = "SAI_PORT_STAT_IF_"
	etherStat = "SAI_PORT_STAT_ETHER_"
)

func portCounters() []Leaf {
	return []Leaf{
		{Path: "state/counters/in-octets", Field: ifStat + "IN_OCTETS"},
		{Path: "state/counters/in-pkts", Field: ifStat + "IN_UCAST_PKTS+" + ifStat + "IN_NON_UCAST_PKTS", As: View(sum)},
		{Path: "state/counters/in-unicast-pkts", Field: ifStat + "IN_UCAST_PKTS"},
		{Path: "state/counters/in-multicast-pkts", Field: ifStat + "IN_MULTICAST_PKTS"},
		{Path: "state/counters/in-broadcast-pkts", Field: ifStat + "IN_BROADCAST_PKTS"},
		{Path: "state/counters/in-discards", Field: ifStat + "IN_DISCARDS"},
		{Path: "state/counters/in-errors", Field: ifStat + "IN_ERRORS"},
		{Path: "state/counters/out-octets", Field: ifStat + "OUT_OCTETS"},
		{Path: "state/counters/out-pkts", Field: ifStat + "OUT_UCAST_PKTS+" + ifStat + "OUT_NON_UCAST_PKTS", As: View(sum)},
		{Path: "state/counters/out-unicast-pkts", Field: ifStat + "OUT_UCAST_PKTS"},
		{Path: "state/counters/out-multicast-pkts", Field: ifStat + "OUT_MULTICAST_PKTS"},
		{Path: "state/counters/out-broadcast-pkts", Field: ifStat + "OUT_BROADCAST_PKTS"},
		{Path: "state/counters/out-discards", Field: ifStat + "OUT_DISCARDS"},
		{Path: "state/counters/out-errors", Field: ifStat + "OUT_ERRORS"},
		{Path: "state/counters/trim-pkts", Field: "SAI_PORT_STAT_TRIM_PACKETS"},
		{Path: "state/counters/out-trim-pkts", Field: "SAI_PORT_STAT_TX_TRIM_PACKETS"},
		{Path: "state/counters/dropped-trim-pkts", Field: "SAI_PORT_STAT_DROPPED_TRIM_PACKETS"},
		{Path: "ethernet/state/counters/in-oversize-frames", Field: etherStat + "RX_OVERSIZE_PKTS"},
		{Path: "ethernet/state/counters/fec-corrected-blocks", Field: ifStat + "IN_FEC_CORRECTABLE_FRAMES"},
		{Path: "ethernet/state/counters/fec-uncorrectable-blocks", Field: ifStat + "IN_FEC_NOT_CORRECTABLE_FRAMES"},
		{Path: "ethernet/state/counters/in-symbol-error", Field: ifStat + "IN_FEC_SYMBOL_ERRORS"},
	}
}

// sum is of the counters that are there.
func sum(values []string) (string, bool) {
	total, any := uint64(0), false
	for _, v := range values {
		if n, err := strconv.ParseUint(v, 10, 64); err == nil {
			total, any = total+n, true
		}
	}
	return strconv.FormatUint(total, 10), any
}

// newest is the latest of SONiC's times, in nanoseconds since 1970.
func newest(values []string) (string, bool) {
	var last time.Time
	for _, v := range values {
		if t, err := time.Parse("Mon Jan _2 15:04:05 2006", v); err == nil && t.After(last) {
			last = t
		}
	}
	return strconv.FormatInt(last.UnixNano(), 10), !last.IsZero()
}

// ifIndex is the number under which SNMP knows an interface of SONiC's: a port's number plus 1, a PortChannel's plus 1000, a VLAN's plus 2000.
func ifIndex(values []string) (string, bool) {
	for _, k := range []struct {
		prefix string
		base   int
	}{{"Ethernet", 1}, {"PortChannel", 1000}, {"Vlan", 2000}} {
		if digits, ok := strings.CutPrefix(values[0], k.prefix); ok {
			n, err := strconv.Atoi(digits)
			return strconv.Itoa(n + k.base), err == nil
		}
	}
	return "", false
}
