package kernel

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// FlushNeighbors has the kernel forget the neighbours of a family that it has learned: all, or one. Those that somebody has configured stay. It returns how many
// there were.
func FlushNeighbors(v6 bool, one netip.Addr) (n int, err error) {
	family := unix.AF_INET
	if v6 {
		family = unix.AF_INET6
	}
	list, err := netlink.NeighList(0, family)
	if err != nil {
		return 0, fmt.Errorf("neighbours: %w", err)
	}
	for i := range list {
		ip, ok := netip.AddrFromSlice(list[i].IP)
		if !ok || list[i].State&(netlink.NUD_PERMANENT|netlink.NUD_NOARP) != 0 || one.IsValid() && ip.Unmap() != one {
			continue
		}
		switch err := netlink.NeighDel(&list[i]); {
		case err == nil:
			n++
		case !errors.Is(err, unix.ENOENT): // it has gone meanwhile
			return n, fmt.Errorf("neighbour %s: %w", ip, err)
		}
	}
	return n, nil
}
