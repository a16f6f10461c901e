package netdev

import (
	"encoding/binary"
	"fmt"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// egressFilters is the parent of the filters that clsact runs on what leaves by a link.
const egressFilters = uint32(netlink.HANDLE_MIN_EGRESS)

// Shaped are the links, by their indexes, that do something to what leaves by them: a qdisc queues, delays or drops it, or a filter sees it. Filters are
// looked for on candidates only. A tcx program and a rule of nftables on the way out are not seen.
func (c *Conn) Shaped(candidates []int32) (map[int32]bool, error) {
	answer, err := c.Dump(unix.RTM_GETQDISC, &nl.TcMsg{Family: nl.FAMILY_ALL})
	if err != nil {
		return nil, fmt.Errorf("listing qdiscs: %w", err)
	}
	shaped := map[int32]bool{}
	for _, m := range answer {
		if shapes(m) {
			shaped[tcLink(m)] = true
		}
	}
	for _, link := range candidates {
		answer, err := c.Dump(unix.RTM_GETTFILTER, &nl.TcMsg{Family: nl.FAMILY_ALL, Ifindex: link, Parent: egressFilters})
		if err != nil {
			continue // it is gone, or has no clsact
		}
		if len(answer) > 0 {
			shaped[link] = true
		}
	}
	return shaped, nil
}

// ShapedBy is the link that a message of traffic control (RTM_NEWQDISC ... RTM_DELTFILTER) may have changed in Shaped; 0: none.
func ShapedBy(typ uint16, b []byte) int32 {
	switch typ {
	case unix.RTM_NEWQDISC, unix.RTM_DELQDISC:
		if shapes(b) {
			return tcLink(b)
		}
	case unix.RTM_NEWTFILTER, unix.RTM_DELTFILTER:
		if len(b) >= nl.SizeofTcMsg && binary.NativeEndian.Uint32(b[12:]) == egressFilters {
			return tcLink(b)
		}
	}
	return 0
}

func tcLink(b []byte) int32 { return int32(binary.NativeEndian.Uint32(b[4:])) }

// shapes tells whether a message is of a qdisc on the way out that is more than nothing.
func shapes(b []byte) (yes bool) {
	if len(b) < nl.SizeofTcMsg {
		return false
	}
	Attrs(b[nl.SizeofTcMsg:], func(typ uint16, value []byte) bool {
		if typ != nl.TCA_KIND {
			return true
		}
		switch Text(value) {
		case "noqueue", "clsact", "ingress":
		default:
			yes = true
		}
		return false
	})
	return yes
}
