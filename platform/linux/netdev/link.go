package netdev

import (
	"encoding/binary"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
)

// Link is a netdev as the kernel tells it. It is comparable.
type Link struct {
	Name     string
	Index    int32
	Admin    bool // IFF_UP
	LowerUp  bool // IFF_LOWER_UP: administratively up, and the carrier is there
	NoARP    bool // IFF_NOARP
	MTU      uint32
	MAC      linux.MAC
	Master   int32  // the index of the VRF or bridge that the link belongs to; 0: none
	Peer     int32  // the index of a veth's other end or of a stacked link's lower link, in whatever namespace that is; 0: none
	Away     bool   // Peer is in another namespace
	Watched  bool   // it is promiscuous: somebody captures its frames, or it is a bridge's port
	VrfTable uint32 // of a VRF
	Kind     string // veth, dummy, vrf, bridge ...; empty for hardware
	Alias    string
}

// ParseLink decodes the payload of RTM_NEWLINK and RTM_DELLINK. ok is false for what is not a link's own message (a bridge's view of its
// ports comes under the same types) and for malformed ones.
func ParseLink(b []byte) (l Link, ok bool) {
	if len(b) < unix.SizeofIfInfomsg || b[0] != unix.AF_UNSPEC {
		return Link{}, false
	}
	l.Index = int32(binary.NativeEndian.Uint32(b[4:]))
	flags := binary.NativeEndian.Uint32(b[8:])
	l.Admin, l.LowerUp, l.NoARP = flags&unix.IFF_UP != 0, flags&unix.IFF_LOWER_UP != 0, flags&unix.IFF_NOARP != 0
	Attrs(b[unix.SizeofIfInfomsg:], func(typ uint16, value []byte) bool {
		l.attr(typ, value)
		return true
	})
	return l, l.Name != "" && l.Index > 0
}

func (l *Link) attr(typ uint16, value []byte) {
	switch typ {
	case unix.IFLA_IFNAME:
		l.Name = Text(value)
	case unix.IFLA_MTU:
		l.MTU = Uint32(value)
	case unix.IFLA_ADDRESS:
		if len(value) == len(l.MAC) {
			l.MAC = linux.MAC(value)
		}
	case unix.IFLA_MASTER:
		l.Master = int32(Uint32(value))
	case unix.IFLA_LINK:
		l.Peer = int32(Uint32(value))
	case unix.IFLA_LINK_NETNSID:
		l.Away = true
	case unix.IFLA_PROMISCUITY:
		l.Watched = Uint32(value) > 0
	case unix.IFLA_IFALIAS:
		l.Alias = Text(value)
	case unix.IFLA_LINKINFO:
		Attrs(value, func(typ uint16, value []byte) bool {
			l.kind(typ, value)
			return true
		})
	}
}

// VrfTable is IFLA_VRF_TABLE.
const VrfTable = 1

// kind takes an attribute of IFLA_LINKINFO; the kernel sends the kind before its details.
func (l *Link) kind(typ uint16, value []byte) {
	switch {
	case typ == unix.IFLA_INFO_KIND:
		l.Kind = Text(value)
	case typ == unix.IFLA_INFO_DATA && l.Kind == "vrf":
		Attrs(value, func(typ uint16, value []byte) bool {
			if typ == VrfTable {
				l.VrfTable = Uint32(value)
			}
			return true
		})
	}
}

// skipStats is RTEXT_FILTER_SKIP_STATS: the counters would be two thirds of the answer.
const skipStats = 1 << 3

// Links lists the namespace's links.
func (c *Conn) Links() ([]Link, error) {
	answer, err := c.Dump(unix.RTM_GETLINK, request{nl.NewIfInfomsg(unix.AF_UNSPEC), u32(unix.IFLA_EXT_MASK, skipStats)})
	if err != nil {
		return nil, err
	}
	links := make([]Link, 0, len(answer))
	for _, b := range answer {
		if l, ok := ParseLink(b); ok {
			links = append(links, l)
		}
	}
	return links, nil
}

// Link is one link by name; ENODEV if there is none.
func (c *Conn) Link(name string) (Link, error) {
	answer, err := c.Get(unix.RTM_GETLINK, unix.RTM_NEWLINK, nl.NewIfInfomsg(unix.AF_UNSPEC), text(unix.IFLA_IFNAME, name), u32(unix.IFLA_EXT_MASK, skipStats))
	if err != nil {
		return Link{}, err
	}
	for _, b := range answer {
		if l, ok := ParseLink(b); ok {
			return l, nil
		}
	}
	return Link{}, unix.ENODEV
}

// request joins a header and attributes into one part of a message.
type request []nl.NetlinkRequestData

func (r request) Len() (n int) {
	for _, p := range r {
		n += p.Len()
	}
	return n
}

func (r request) Serialize() (b []byte) {
	for _, p := range r {
		b = append(b, p.Serialize()...)
	}
	return b
}

func u32(typ int, v uint32) *nl.RtAttr { return nl.NewRtAttr(typ, nl.Uint32Attr(v)) }

func text(typ int, s string) *nl.RtAttr { return nl.NewRtAttr(typ, nl.ZeroTerminated(s)) }
