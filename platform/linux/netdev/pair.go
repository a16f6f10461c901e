package netdev

import (
	"errors"
	"fmt"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
)

const (
	vethInfoPeer = 1 // VETH_INFO_PEER
	// innerMTU is the largest MTU of a veth: the inner end takes whatever the outer one may send, so that a change of MTU is one request.
	innerMTU = 65535
)

// ErrForeign says that a link cannot be made because somebody else's device has the name.
var ErrForeign = fmt.Errorf("a foreign device of this name is there: %w", unix.EEXIST)

// Pair is a host interface made as a veth pair. The outer end is the kernel's and FRR's; the inner end (linux.InnerName) is a plug for the
// data plane: no IPv6, no ARP, no address. The outer end's carrier is the inner end's admin state.
type Pair struct {
	Name    string
	Outer   Change
	Carrier *bool // nil: a new pair has none, an existing one keeps what it has
	Keep    bool  // leave the outer end of an existing pair as it is
}

// AddPair makes a pair. A pair that exists already is changed to be as asked; another device of that name is an error (ErrForeign).
func (c *Conn) AddPair(p Pair) error {
	err := c.Do(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, p.request()...)
	exists := errors.Is(err, unix.EEXIST)
	switch {
	case exists:
		if err = c.checkPair(p.Name); err == nil && !p.Keep {
			err = c.SetLink(p.Name, p.Outer)
		}
	case err == nil:
		err = c.finish(p, c.silent())
	}
	inner := linux.InnerName(p.Name)
	if err == nil && exists {
		err = c.Quiet(inner)
	}
	if err != nil {
		return err
	}
	on := true
	if err := c.SetLink(inner, Change{Admin: p.Carrier, NoARP: &on}); err != nil {
		return fmt.Errorf("inner end: %w", err)
	}
	return nil
}

// AddPairs makes pairs as AddPair does, at a fraction of its cost each.
func (c *Conn) AddPairs(list []Pair) []error {
	if len(list) == 1 {
		return []error{c.AddPair(list[0])}
	}
	requests := make([]Request, len(list))
	for i, p := range list {
		requests[i] = Request{Type: unix.RTM_NEWLINK, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL, Parts: p.request()}
	}
	errs, silent := c.Batch(requests), c.silent()
	var fresh []int
	requests = requests[:0]
	for i, err := range errs {
		if err != nil {
			errs[i] = c.AddPair(list[i]) // it is there already, or the kernel has something to say
			continue
		}
		if errs[i] = c.finish(list[i], silent); errs[i] == nil && list[i].Carrier != nil {
			fresh, requests = append(fresh, i), append(requests, change(linux.InnerName(list[i].Name), Change{Admin: list[i].Carrier}))
		}
	}
	for j, err := range c.Batch(requests) {
		if err != nil {
			errs[fresh[j]] = fmt.Errorf("inner end: %w", err)
		}
	}
	return errs
}

// finish does for a new pair what its making could not, but for its carrier.
func (c *Conn) finish(p Pair, silent bool) error {
	if !silent {
		if err := c.Quiet(linux.InnerName(p.Name)); err != nil {
			return fmt.Errorf("inner end: %w", err)
		}
	}
	return c.setAlias(p.Name, p.Outer)
}

// setAlias exists because the kernel passes over the alias of a link that it makes.
func (c *Conn) setAlias(name string, ch Change) error {
	if ch.Alias == nil || *ch.Alias == "" {
		return nil
	}
	return c.SetLink(name, Change{Alias: ch.Alias})
}

// SetCarrier sets the carrier of a pair's outer end.
func (c *Conn) SetCarrier(name string, on bool) error {
	return c.SetLink(linux.InnerName(name), Change{Admin: &on})
}

// silent tells whether new links have no IPv6, as Prepare has it.
func (c *Conn) silent() bool {
	values, errs := c.ReadSysctls([]string{linux.IPv6Conf(linux.LinkKey{Name: "default"}, "disable_ipv6").Path})
	return errs[0] == nil && values[0] == "1"
}

// Quiet turns IPv6 off on a link that must never send a frame of its own.
func (c *Conn) Quiet(name string) error {
	err := c.WriteSysctls([]Sysctl{{Path: linux.IPv6Conf(linux.LinkKey{Name: name}, "disable_ipv6").Path, Value: "1"}})[0]
	if errors.Is(err, unix.ENOENT) {
		return nil // the kernel has no IPv6
	}
	return err
}

func (p Pair) request() []nl.NetlinkRequestData {
	kind := nl.NewRtAttr(unix.IFLA_LINKINFO, nil)
	kind.AddRtAttr(unix.IFLA_INFO_KIND, nl.NonZeroTerminated("veth"))
	peer := kind.AddRtAttr(unix.IFLA_INFO_DATA, nil).AddRtAttr(vethInfoPeer, nil)
	noARP := nl.NewIfInfomsgChild(peer, unix.AF_UNSPEC) // the first end cannot come up yet
	noARP.Flags, noARP.Change = unix.IFF_NOARP, unix.IFF_NOARP
	peer.AddRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(linux.InnerName(p.Name)))
	peer.AddRtAttr(unix.IFLA_MTU, nl.Uint32Attr(innerMTU))
	parts := []nl.NetlinkRequestData{p.Outer.header(), text(unix.IFLA_IFNAME, p.Name), kind}
	for _, queues := range []int{unix.IFLA_NUM_TX_QUEUES, unix.IFLA_NUM_RX_QUEUES} {
		// One queue: thousands of links are common, and each queue of each costs memory.
		peer.AddRtAttr(queues, nl.Uint32Attr(1))
		parts = append(parts, u32(queues, 1))
	}
	return append(parts, p.Outer.attrs()...)
}

// checkPair says whether the existing link is the outer end of a pair of ours.
func (c *Conn) checkPair(name string) error {
	l, err := c.Link(name)
	if err != nil {
		return err
	}
	inner, err := c.Index(linux.InnerName(name))
	if err != nil || l.Kind != "veth" || l.Away || l.Peer != inner {
		return ErrForeign
	}
	return nil
}

// AddDummy makes a dummy device; EOPNOTSUPP if the kernel has none. An existing one is changed to be as asked.
func (c *Conn) AddDummy(name string, ch Change) error {
	kind := nl.NewRtAttr(unix.IFLA_LINKINFO, nil)
	kind.AddRtAttr(unix.IFLA_INFO_KIND, nl.NonZeroTerminated("dummy"))
	parts := append([]nl.NetlinkRequestData{ch.header(), text(unix.IFLA_IFNAME, name), kind}, ch.attrs()...)
	err := c.Do(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, parts...)
	if err == nil {
		return c.setAlias(name, ch)
	}
	if !errors.Is(err, unix.EEXIST) {
		return err
	}
	l, err := c.Link(name)
	if err == nil && l.Kind != "dummy" {
		err = ErrForeign
	}
	if err != nil {
		return err
	}
	return c.SetLink(name, ch)
}
