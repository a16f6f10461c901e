package kernel

import (
	"errors"
	"fmt"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// HasVrf finds out whether the kernel has VRF devices, without making one: it asks for a VRF that has no table, which a kernel that knows VRFs
// refuses as invalid and another as unknown.
func (f *LinkFeed) HasVrf() (bool, error) {
	kind := nl.NewRtAttr(unix.IFLA_LINKINFO, nil)
	kind.AddRtAttr(unix.IFLA_INFO_KIND, nl.NonZeroTerminated("vrf"))
	name := nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated("probe-vrf"))
	err := f.conn.Do(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, nl.NewIfInfomsg(unix.AF_UNSPEC), name, kind)
	switch {
	case errors.Is(err, unix.EINVAL):
		return true, nil
	case errors.Is(err, unix.EOPNOTSUPP):
		return false, nil
	case err == nil:
		err = errors.New("a VRF without a table was made")
	}
	return false, fmt.Errorf("probing for VRFs: %w", err)
}
