package fpm

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// Kind says which part of a Message is filled.
type Kind uint8

const (
	// KindRoute is a RTM_NEWROUTE or RTM_DELROUTE of IPv4 or IPv6: Message.Route.
	KindRoute Kind = iota + 1
	// KindNexthop is a RTM_NEWNEXTHOP or RTM_DELNEXTHOP: Message.Object.
	KindNexthop
	// Malformed is a netlink message that could not be decoded: Message.Err, a *MessageError.
	Malformed
)

// Message is one decoded netlink message. A Reader reuses the slices in it: what shall outlive the next read must be copied.
type Message struct {
	Kind   Kind
	Route  Route
	Object Object
	Err    error
}

// RouteType is what happens to packets that match (rtm_type).
type RouteType uint8

// The route types of unicast routing. Others (local, broadcast, multicast) are reported as they come.
const (
	Unspecified RouteType = unix.RTN_UNSPEC // a deletion does not say it
	Unicast     RouteType = unix.RTN_UNICAST
	Blackhole   RouteType = unix.RTN_BLACKHOLE
	Unreachable RouteType = unix.RTN_UNREACHABLE
	Prohibit    RouteType = unix.RTN_PROHIBIT
)

// Drops is true for the types that discard packets.
func (t RouteType) Drops() bool { return t == Blackhole || t == Unreachable || t == Prohibit }

// Offload is what the ASIC made of a route; zebra leaves it zero, an acknowledgement sets it.
type Offload uint8

const (
	NoOffload     Offload = iota
	Offloaded             // the ASIC forwards by this route (RTM_F_OFFLOAD)
	OffloadFailed         // the ASIC refused it (RTM_F_OFFLOAD_FAILED)
)

// Route is a route of one kernel table. Table, Dst and Protocol identify it for zebra.
type Route struct {
	Del bool
	// Replace is set when the route may take the place of an older one: zebra sent a deletion along with it, or NLM_F_REPLACE, which it
	// does with every IPv4 route.
	Replace  bool
	Type     RouteType
	Protocol uint8 // RTPROT_*: 186 is BGP, 196 static, 188 OSPF
	Offload  Offload
	Table    uint32       // kernel table: 254 is the default VRF, others belong to a VRF device
	Dst      netip.Prefix // host bits are cleared
	Priority uint32       // metric; zebra sends 20 always
	// NexthopID refers to an Object; 0 when the next hops are in Nexthops.
	NexthopID uint32
	Nexthops  []Nexthop
}

// Family is unix.AF_INET or unix.AF_INET6.
func (r *Route) Family() uint8 { return family(r.Dst.Addr()) }

// Encap is the kind of tunnel a next hop puts packets into (RTA_ENCAP_TYPE).
type Encap uint16

const (
	NoEncap    Encap = unix.LWTUNNEL_ENCAP_NONE
	MPLSEncap  Encap = unix.LWTUNNEL_ENCAP_MPLS // the labels are not decoded
	SRv6Encap  Encap = unix.LWTUNNEL_ENCAP_SEG6 // the segments are not decoded
	VXLANEncap Encap = 100                      // zebra's own number, on FPM only; Nexthop.VNI is set
)

// Nexthop is one way out of a route.
type Nexthop struct {
	Gateway netip.Addr // zero for a route that is directly connected; may be IPv6 for an IPv4 route
	Ifindex int32      // 0 when zebra did not say
	Weight  uint16     // 1 to 256: share of the flows, relative to the other next hops
	Onlink  bool       // the gateway is on the link even if no address of the interface says so
	Encap   Encap
	VNI     uint32 // of a VXLANEncap next hop
}

// Object is a next-hop object: a next hop, or a group of them, that routes refer to by ID.
type Object struct {
	Del       bool
	Replace   bool
	Blackhole bool
	FDB       bool   // for VXLAN bridge entries, not for routes
	Protocol  uint8  // RTPROT_*
	ID        uint32 // never 0
	Nexthop   Nexthop
	Group     []Member // not empty: a group, Nexthop is unused
}

// Member is a next hop of a group.
type Member struct {
	ID     uint32
	Weight uint16 // at least 1; up to 256 from zebra 8, up to 65535 from newer ones
}

func family(a netip.Addr) uint8 {
	if a.Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}
