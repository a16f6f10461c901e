package virtual

import (
	"context"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// noTable is the table of objects whose number is not published. SwitchAttrNumberOfActivePorts, the attribute 0, is no table.
const noTable uint16 = 0

// publishedSize is SONiC's size of a table, by the switch attribute that tells what is free (sonic-contract 3.7).
func publishedSize(table uint16) (uint32, bool) {
	switch table {
	case sai.SwitchAttrAvailableIPv4RouteEntry:
		return 100000, true
	case sai.SwitchAttrAvailableIPv6RouteEntry:
		return 10000, true
	case sai.SwitchAttrAvailableIPv4NexthopEntry, sai.SwitchAttrAvailableIPv6NexthopEntry:
		return 32000, true
	case sai.SwitchAttrAvailableIPv4NeighborEntry:
		return 4000, true
	case sai.SwitchAttrAvailableIPv6NeighborEntry:
		return 2000, true
	case sai.SwitchAttrAvailableNextHopGroupMemberEntry:
		return 16000, true
	case sai.SwitchAttrAvailableNextHopGroupEntry:
		return 400, true
	case sai.SwitchAttrAvailableFdbEntry:
		return 800, true
	case sai.SwitchAttrAvailableSnatEntry, sai.SwitchAttrAvailableDnatEntry, sai.SwitchAttrAvailableDoubleNatEntry,
		sai.SwitchAttrAvailableIpmcEntry:
		return 100, true
	}
	return 0, false
}

// Sizes of ACLs (sonic-contract 3.7), published and not limited.
const (
	aclTablesPerBindPoint      = 3
	aclTableGroupsPerBindPoint = 200
	aclEntriesPerTable         = 1000
	aclCountersPerTable        = 1000
)

// tableOf tells the table that an object of the generic store takes a place in.
func tableOf(o *object) uint16 {
	switch o.id.Type {
	case sai.ObjectTypeNextHop:
		ip := value[netip.Addr](o, sai.NextHopAttrIP)
		return byFamily(ip.Is4(), sai.SwitchAttrAvailableIPv4NexthopEntry, sai.SwitchAttrAvailableIPv6NexthopEntry)
	case sai.ObjectTypeNextHopGroup:
		return sai.SwitchAttrAvailableNextHopGroupEntry
	case sai.ObjectTypeNextHopGroupMember:
		return sai.SwitchAttrAvailableNextHopGroupMemberEntry
	case sai.ObjectTypeIpmcEntry:
		return sai.SwitchAttrAvailableIpmcEntry
	case sai.ObjectTypeNatEntry:
		if e, ok := o.id.Entry.(sai.NatEntry); ok {
			return natTable(e.Type)
		}
	}
	return noTable
}

func natTable(t sai.NatType) uint16 {
	switch t {
	case sai.NatTypeSourceNat:
		return sai.SwitchAttrAvailableSnatEntry
	case sai.NatTypeDestinationNat, sai.NatTypeDestinationNatPool:
		return sai.SwitchAttrAvailableDnatEntry
	case sai.NatTypeDoubleNat:
		return sai.SwitchAttrAvailableDoubleNatEntry
	}
	return noTable
}

func byFamily(v4 bool, four, six uint16) uint16 {
	if v4 {
		return four
	}
	return six
}

func (a *ASIC) count(table uint16, by int) {
	if table != noTable {
		a.used[table] += by
	}
}

// number of objects of a type.
func (a *ASIC) number(t sai.ObjectType) int {
	switch t {
	case sai.ObjectTypeRouteEntry:
		return a.routes.rows.Len()
	case sai.ObjectTypeNeighborEntry:
		return a.neighbors.rows.Len()
	case sai.ObjectTypeFdbEntry:
		return a.fdb.rows.Len()
	}
	return len(a.byType[t])
}

// full tells whether one more object would be too many.
func (a *ASIC) full(t sai.ObjectType, table uint16) bool {
	if limit, ok := a.cfg.Limits[t]; ok && a.number(t) >= limit {
		return true
	}
	size, ok := a.cfg.Sizes[table]
	return ok && table != noTable && a.used[table] >= int(size)
}

// free tells how many more objects fit a table; false if its size is not published.
func (a *ASIC) free(table uint16) (uint32, bool) {
	size, ok := a.cfg.Sizes[table]
	if !ok {
		if size, ok = publishedSize(table); !ok {
			return 0, false
		}
	}
	return size - min(size, uint32(a.used[table])), true
}

// Availability implements sai.API: of the types with a published table or a limit.
func (a *ASIC) Availability(_ context.Context, sw sai.OID, t sai.ObjectType, attrs []sai.Attribute) (uint64, sai.Status) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sw == nil || sw != a.sw.id.OID {
		return 0, sai.StatusInvalidObjectID
	}
	limit, limited := a.cfg.Limits[t]
	left := uint64(max(0, limit-a.number(t)))
	if n, ok := a.free(tableAsked(t, attrs)); ok {
		if limited {
			return min(left, uint64(n)), sai.StatusSuccess
		}
		return uint64(n), sai.StatusSuccess
	}
	if limited {
		return left, sai.StatusSuccess
	}
	return 0, sai.StatusNotSupported
}

// tableAsked is the table of an object type and the attributes that tell resources apart.
func tableAsked(t sai.ObjectType, attrs []sai.Attribute) uint16 {
	v4 := true
	nat := sai.NatTypeSourceNat
	for _, attr := range attrs {
		switch v := attr.Value.(type) {
		case sai.IPAddrFamily:
			v4 = v == sai.IPAddrFamilyIPv4
		case netip.Addr:
			v4 = v.Is4()
		case sai.NatType:
			nat = v
		}
	}
	switch t {
	case sai.ObjectTypeRouteEntry:
		return byFamily(v4, sai.SwitchAttrAvailableIPv4RouteEntry, sai.SwitchAttrAvailableIPv6RouteEntry)
	case sai.ObjectTypeNeighborEntry:
		return byFamily(v4, sai.SwitchAttrAvailableIPv4NeighborEntry, sai.SwitchAttrAvailableIPv6NeighborEntry)
	case sai.ObjectTypeNextHop:
		return byFamily(v4, sai.SwitchAttrAvailableIPv4NexthopEntry, sai.SwitchAttrAvailableIPv6NexthopEntry)
	case sai.ObjectTypeFdbEntry:
		return sai.SwitchAttrAvailableFdbEntry
	case sai.ObjectTypeNatEntry:
		return natTable(nat)
	}
	return tableOf(&object{id: sai.Object{Type: t}})
}
