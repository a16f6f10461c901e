package virtual

import (
	"encoding/binary"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// address is an IPv4 or IPv6 address without pointers. Whether it is IPv4 is kept beside it.
type address struct{ hi, lo uint64 }

func packAddr(ip netip.Addr) address {
	b := ip.As16()
	return address{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func (a address) unpack(v4 bool) netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], a.hi)
	binary.BigEndian.PutUint64(b[8:], a.lo)
	ip := netip.AddrFrom16(b)
	if v4 {
		return ip.Unmap()
	}
	return ip
}

func family(v4 bool) sai.IPAddrFamily {
	if v4 {
		return sai.IPAddrFamilyIPv4
	}
	return sai.IPAddrFamilyIPv6
}

// rid rebuilds the id of an object from its index.
func rid(base sai.OID, t sai.ObjectType, index uint32) sai.OID {
	return base | sai.OID(t)<<ridTypeShift | sai.OID(index)
}

type (
	routeKey struct {
		dst  address
		vr   uint32 // index of the RID
		bits uint8
		v4   bool
	}
	routeLayout struct{}
)

func (routeLayout) objectType() sai.ObjectType { return sai.ObjectTypeRouteEntry }

func (routeLayout) parts(e sai.RouteEntry) (sw, parent sai.OID) { return e.Switch, e.VirtualRouter }

func (routeLayout) key(e sai.RouteEntry) (routeKey, bool) {
	ip := e.Destination.Addr()
	k := routeKey{dst: packAddr(ip), vr: uint32(e.VirtualRouter & ridIndexMask), bits: uint8(e.Destination.Bits()), v4: ip.Is4()}
	return k, e.Destination.IsValid() && e.Destination == e.Destination.Masked()
}

func (routeLayout) entry(k routeKey, base, sw sai.OID) sai.RouteEntry {
	return sai.RouteEntry{
		Switch:        sw,
		VirtualRouter: rid(base, sai.ObjectTypeVirtualRouter, k.vr),
		Destination:   netip.PrefixFrom(k.dst.unpack(k.v4), int(k.bits)),
	}
}

func (routeLayout) initial(*ASIC) Route { return Route{Action: sai.PacketActionForward} }

func (routeLayout) put(v Route, id uint16, value any) (Route, bool) {
	switch id {
	case sai.RouteEntryAttrNextHopID:
		v.NextHop, _ = value.(sai.OID)
	case sai.RouteEntryAttrPacketAction:
		v.Action, _ = value.(sai.PacketAction)
	default:
		return v, false
	}
	return v, true
}

func (routeLayout) get(k routeKey, v Route, id uint16) (any, bool) {
	switch id {
	case sai.RouteEntryAttrNextHopID:
		return v.NextHop, true
	case sai.RouteEntryAttrPacketAction:
		return v.Action, true
	case sai.RouteEntryAttrIPAddrFamily:
		return family(k.v4), true
	}
	return nil, false
}

func (routeLayout) ref(v Route) sai.OID { return v.NextHop }

func (routeLayout) show(c *Change, v Route) { c.Route = v }

func (routeLayout) table(k routeKey) uint16 {
	return byFamily(k.v4, sai.SwitchAttrAvailableIPv4RouteEntry, sai.SwitchAttrAvailableIPv6RouteEntry)
}

type (
	neighborKey struct {
		ip  address
		rif uint32 // index of the RID
		v4  bool
	}
	neighborLayout struct{}
)

func (neighborLayout) objectType() sai.ObjectType { return sai.ObjectTypeNeighborEntry }

func (neighborLayout) parts(e sai.NeighborEntry) (sw, parent sai.OID) {
	return e.Switch, e.RouterInterface
}

func (neighborLayout) key(e sai.NeighborEntry) (neighborKey, bool) {
	k := neighborKey{ip: packAddr(e.IP), rif: uint32(e.RouterInterface & ridIndexMask), v4: e.IP.Is4()}
	return k, e.IP.IsValid() && e.IP.Zone() == ""
}

func (neighborLayout) entry(k neighborKey, base, sw sai.OID) sai.NeighborEntry {
	return sai.NeighborEntry{Switch: sw, RouterInterface: rid(base, sai.ObjectTypeRouterInterface, k.rif), IP: k.ip.unpack(k.v4)}
}

func (neighborLayout) initial(*ASIC) Neighbor { return Neighbor{Action: sai.PacketActionForward} }

func (neighborLayout) put(v Neighbor, id uint16, value any) (Neighbor, bool) {
	switch id {
	case sai.NeighborEntryAttrDstMACAddress:
		v.MAC, _ = value.(sai.MAC)
	case sai.NeighborEntryAttrNoHostRoute:
		v.NoHostRoute, _ = value.(bool)
	case sai.NeighborEntryAttrPacketAction:
		v.Action, _ = value.(sai.PacketAction)
	default:
		return v, false
	}
	return v, true
}

func (neighborLayout) get(k neighborKey, v Neighbor, id uint16) (any, bool) {
	switch id {
	case sai.NeighborEntryAttrDstMACAddress:
		return v.MAC, true
	case sai.NeighborEntryAttrNoHostRoute:
		return v.NoHostRoute, true
	case sai.NeighborEntryAttrPacketAction:
		return v.Action, true
	case sai.NeighborEntryAttrIPAddrFamily:
		return family(k.v4), true
	}
	return nil, false
}

func (neighborLayout) ref(Neighbor) sai.OID { return 0 }

func (neighborLayout) show(c *Change, v Neighbor) { c.Neighbor = v }

func (neighborLayout) table(k neighborKey) uint16 {
	return byFamily(k.v4, sai.SwitchAttrAvailableIPv4NeighborEntry, sai.SwitchAttrAvailableIPv6NeighborEntry)
}
