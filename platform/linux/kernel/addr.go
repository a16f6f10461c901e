package kernel

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

func (t *Target) addr(k linux.AddrKey, op engine.Op) error {
	switch op.Verb {
	case engine.Create:
		err := addrRequest(t.conn, unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL, k)
		if errors.Is(err, unix.EEXIST) {
			return nil // adopted in effect
		}
		if errors.Is(err, unix.EACCES) {
			return invalid("IPv6 is off on %s: %w", k.Link.Name, err)
		}
		return err
	case engine.Remove:
		return t.removing(k, func() (bool, error) {
			err := addrRequest(t.conn, unix.RTM_DELADDR, 0, k)
			if gone(err) {
				return false, nil
			}
			return true, err
		})
	}
	return nil
}

func addrRequest(c *netdev.Conn, typ uint16, flags int, k linux.AddrKey) error {
	index, err := c.Index(k.Link.Name)
	if err != nil {
		return err
	}
	ip := k.Prefix.Addr()
	m := nl.NewIfAddrmsg(family(ip))
	m.Index, m.Prefixlen, m.Scope = uint32(index), uint8(k.Prefix.Bits()), scope(ip)
	parts := []nl.NetlinkRequestData{m, nl.NewRtAttr(unix.IFA_LOCAL, ip.AsSlice()), nl.NewRtAttr(unix.IFA_ADDRESS, ip.AsSlice())}
	if b, ok := broadcast(k.Prefix); ok && typ == unix.RTM_NEWADDR {
		parts = append(parts, nl.NewRtAttr(unix.IFA_BROADCAST, b.AsSlice()))
	}
	return c.Do(typ, flags, parts...)
}

func family(ip netip.Addr) int {
	if ip.Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

func scope(ip netip.Addr) uint8 {
	switch {
	case ip.IsLoopback():
		return unix.RT_SCOPE_HOST
	case ip.Is6() && ip.IsLinkLocalUnicast():
		return unix.RT_SCOPE_LINK
	}
	return unix.RT_SCOPE_UNIVERSE
}

// broadcast is the broadcast address of an IPv4 subnet that has one: not a /31 or /32.
func broadcast(p netip.Prefix) (netip.Addr, bool) {
	if !p.Addr().Is4() || p.Bits() > 30 {
		return netip.Addr{}, false
	}
	b := p.Addr().As4()
	hosts := ^uint32(0) >> p.Bits()
	binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])|hosts)
	return netip.AddrFrom4(b), true
}

// address is an address as the kernel tells it.
type address struct {
	index  int32
	prefix netip.Prefix
	// fixed: somebody configured it, as against a router's advertisement or the kernel's own link-local address
	fixed bool
}

// parseAddr decodes the payload of RTM_NEWADDR and RTM_DELADDR.
func parseAddr(b []byte) (a address, ok bool) {
	if len(b) < unix.SizeofIfAddrmsg {
		return address{}, false
	}
	bits, flags := int(b[1]), uint32(b[2])
	a.index = int32(binary.NativeEndian.Uint32(b[4:]))
	var ip, local netip.Addr
	netdev.Attrs(b[unix.SizeofIfAddrmsg:], func(typ uint16, value []byte) bool {
		switch typ {
		case unix.IFA_ADDRESS:
			ip, _ = netip.AddrFromSlice(value)
		case unix.IFA_LOCAL:
			local, _ = netip.AddrFromSlice(value)
		case unix.IFA_FLAGS:
			flags = netdev.Uint32(value)
		}
		return true
	})
	if local.IsValid() {
		ip = local // on a point-to-point link the other is the peer's
	}
	a.prefix = netip.PrefixFrom(ip, bits)
	a.fixed = flags&unix.IFA_F_PERMANENT != 0 && !(ip.Is6() && ip.IsLinkLocalUnicast())
	return a, a.prefix.IsValid()
}
