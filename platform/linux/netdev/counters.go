package netdev

import (
	"encoding/binary"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Counters are a netdev's since it was made. A frame that offloads left unsegmented counts once.
type Counters struct {
	RxBytes, RxPackets, RxErrors, RxDropped uint64
	TxBytes, TxPackets, TxErrors, TxDropped uint64
}

// Counters reads a netdev's counters; ENODEV if there is none.
func (c *Conn) Counters(name string) (Counters, error) {
	answer, err := c.Get(unix.RTM_GETLINK, unix.RTM_NEWLINK, nl.NewIfInfomsg(unix.AF_UNSPEC), text(unix.IFLA_IFNAME, name))
	if err != nil {
		return Counters{}, err
	}
	var n Counters
	for _, b := range answer {
		if len(b) < unix.SizeofIfInfomsg {
			continue
		}
		Attrs(b[unix.SizeofIfInfomsg:], func(typ uint16, value []byte) bool {
			if typ == unix.IFLA_STATS64 {
				n = parseCounters(value)
			}
			return typ != unix.IFLA_STATS64
		})
	}
	return n, nil
}

// parseCounters decodes the beginning of struct rtnl_link_stats64.
func parseCounters(b []byte) Counters {
	var v [8]uint64
	if len(b) < 8*len(v) {
		return Counters{}
	}
	for i := range v {
		v[i] = binary.NativeEndian.Uint64(b[8*i:])
	}
	return Counters{RxPackets: v[0], TxPackets: v[1], RxBytes: v[2], TxBytes: v[3], RxErrors: v[4], TxErrors: v[5], RxDropped: v[6], TxDropped: v[7]}
}
