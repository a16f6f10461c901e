package netdev

import (
	"errors"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// doomed is the link group of links on their way out. A removal waits for an RCU grace period (about 20 ms): links of one group go in one.
const doomed = 0x68790001

// RemoveLinks removes links, with the other ends of pairs. Links that are not there are removed already: found says which were.
func (c *Conn) RemoveLinks(names []string) (found []bool, errs []error) {
	found, errs = make([]bool, len(names)), make([]error, len(names))
	if len(names) > 1 && c.removeGroup(names, found) {
		return found, errs
	}
	for i, name := range names {
		err := c.Do(unix.RTM_DELLINK, 0, nl.NewIfInfomsg(unix.AF_UNSPEC), text(unix.IFLA_IFNAME, name))
		if errors.Is(err, unix.ENODEV) {
			continue
		}
		errs[i] = err
		found[i] = err == nil
	}
	return found, errs
}

// removeGroup reports whether all links are gone; if not, one by one tells whose fault it was.
func (c *Conn) removeGroup(names []string, found []bool) bool {
	for i, name := range names {
		err := c.Do(unix.RTM_SETLINK, 0, nl.NewIfInfomsg(unix.AF_UNSPEC), text(unix.IFLA_IFNAME, name), u32(unix.IFLA_GROUP, doomed))
		found[i] = err == nil
		if err != nil && !errors.Is(err, unix.ENODEV) {
			return false
		}
	}
	err := c.Do(unix.RTM_DELLINK, 0, nl.NewIfInfomsg(unix.AF_UNSPEC), u32(unix.IFLA_GROUP, doomed))
	return err == nil || errors.Is(err, unix.ENODEV)
}
