package netdev

import (
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
)

// Change is what to set on a link; nil leaves a property as it is.
type Change struct {
	Admin   *bool
	NoARP   *bool
	Promisc *bool
	MTU     *uint32
	MAC     *linux.MAC
	Master  *int32 // 0: none
	Alias   *string
}

func (c Change) header() *nl.IfInfomsg {
	h := nl.NewIfInfomsg(unix.AF_UNSPEC)
	for _, f := range []struct {
		on  *bool
		bit uint32
	}{{c.Admin, unix.IFF_UP}, {c.NoARP, unix.IFF_NOARP}, {c.Promisc, unix.IFF_PROMISC}} {
		if f.on == nil {
			continue
		}
		h.Change |= f.bit
		if *f.on {
			h.Flags |= f.bit
		}
	}
	return h
}

func (c Change) attrs() (a []nl.NetlinkRequestData) {
	if c.MTU != nil {
		a = append(a, u32(unix.IFLA_MTU, *c.MTU))
	}
	if c.MAC != nil {
		a = append(a, nl.NewRtAttr(unix.IFLA_ADDRESS, c.MAC[:]))
	}
	if c.Master != nil {
		a = append(a, u32(unix.IFLA_MASTER, uint32(*c.Master)))
	}
	if c.Alias != nil {
		a = append(a, text(unix.IFLA_IFALIAS, *c.Alias))
	}
	return a
}

// SetLink changes a link in one request; ENODEV if there is none. On an error the kernel may have done a part.
func (c *Conn) SetLink(name string, ch Change) error {
	if ch.MAC != nil {
		// The kernel forgets the neighbours of a link, and the packets that wait for them, even if its address is set to what it is.
		l, err := c.Link(name)
		if err != nil {
			return err
		}
		if l.MAC == *ch.MAC {
			ch.MAC = nil
		}
	}
	if ch == (Change{}) {
		return nil
	}
	r := change(name, ch)
	return c.Do(r.Type, r.Flags, r.Parts...)
}

// change is the request that changes a link.
func change(name string, ch Change) Request {
	return Request{Type: unix.RTM_SETLINK, Parts: append([]nl.NetlinkRequestData{ch.header(), text(unix.IFLA_IFNAME, name)}, ch.attrs()...)}
}

// Rename gives a link another name. Old kernels want it down for that, which costs it its carrier for a moment.
func (c *Conn) Rename(from, to string) error {
	l, err := c.Link(from)
	if err != nil {
		return err
	}
	down, up := false, true
	if l.Admin {
		if err := c.SetLink(from, Change{Admin: &down}); err != nil {
			return err
		}
	}
	h := nl.NewIfInfomsg(unix.AF_UNSPEC)
	h.Index = l.Index
	if err := c.Do(unix.RTM_SETLINK, 0, h, text(unix.IFLA_IFNAME, to)); err != nil {
		return err
	}
	if !l.Admin {
		return nil
	}
	return c.SetLink(to, Change{Admin: &up})
}
