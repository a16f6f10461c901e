package kernel

import (
	"errors"
	"fmt"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

func (t *Target) vrf(k linux.VrfKey, op engine.Op) error {
	switch op.Verb {
	case engine.Create:
		for _, a := range op.Attrs {
			if table, ok := a.Value.(uint32); ok && a.ID == linux.VrfAttrTable {
				return t.createVrf(k.Name, table)
			}
		}
		return invalid("VRF %s has no table", k.Name)
	case engine.Remove:
		return t.removing(k, func() (bool, error) {
			found, errs := t.conn.RemoveLinks([]string{k.Name})
			return found[0], errs[0]
		})
	}
	return nil
}

func (t *Target) createVrf(name string, table uint32) error {
	if !ownVrf(name) {
		return invalid("%s is not a name for a VRF", name)
	}
	kind := nl.NewRtAttr(unix.IFLA_LINKINFO, nil)
	kind.AddRtAttr(unix.IFLA_INFO_KIND, nl.NonZeroTerminated("vrf"))
	kind.AddRtAttr(unix.IFLA_INFO_DATA, nil).AddRtAttr(netdev.VrfTable, nl.Uint32Attr(table))
	up := nl.NewIfInfomsg(unix.AF_UNSPEC)
	up.Flags, up.Change = unix.IFF_UP, unix.IFF_UP
	err := t.conn.Do(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, up, nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(name)), kind)
	switch {
	case errors.Is(err, unix.EOPNOTSUPP):
		return invalid("the kernel lacks VRF devices: %w", err)
	case errors.Is(err, unix.EEXIST):
		if err := t.checkVrf(name); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	return errors.Join(t.localAfterVrf(unix.AF_INET), t.localAfterVrf(unix.AF_INET6))
}

func (t *Target) checkVrf(name string) error {
	l, err := t.conn.Link(name)
	if err != nil {
		return err
	}
	if l.Kind != "vrf" {
		return invalid("a foreign device of the name %s is there", name)
	}
	return nil
}

// From linux/fib_rules.h.
const (
	frToTable   = 1 // FR_ACT_TO_TBL
	fraPriority = 6 // FRA_PRIORITY
)

// localAfterVrf moves the rule of the local table behind the kernel's rule for VRFs (preference 1000), or local addresses of the default
// VRF would be seen from all VRFs (sonic-contract 1.1: pref 1001 replaces pref 0).
func (t *Target) localAfterVrf(family uint8) error {
	if err := t.rule(unix.RTM_NEWRULE, unix.NLM_F_CREATE|unix.NLM_F_EXCL, family, 1001); err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("rule of the local table: %w", err)
	}
	if err := t.rule(unix.RTM_DELRULE, 0, family, 0); err != nil && !gone(err) {
		return fmt.Errorf("rule of the local table: %w", err)
	}
	return nil
}

func (t *Target) rule(typ uint16, flags int, family uint8, preference uint32) error {
	// struct fib_rule_hdr has the layout of struct rtmsg.
	m := &nl.RtMsg{}
	m.Family, m.Table, m.Type = family, unix.RT_TABLE_LOCAL, frToTable
	return t.conn.Do(typ, flags, m, nl.NewRtAttr(fraPriority, nl.Uint32Attr(preference)))
}
