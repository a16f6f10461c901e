package sai

import "net/netip"

// Entry is a struct that identifies an object instead of an OID. Entries are comparable values.
type Entry interface {
	ObjectType() ObjectType
	// AppendJSON appends the text of ASIC_DB: keys in alphabetical order, no spaces (sonic-contract 2.6).
	AppendJSON(dst []byte) []byte
}

// The entry structs.
type (
	RouteEntry struct {
		Switch, VirtualRouter OID
		Destination           netip.Prefix
	}
	NeighborEntry struct {
		Switch, RouterInterface OID
		IP                      netip.Addr
	}
	// FdbEntry has a VLAN or a bridge as BV.
	FdbEntry struct {
		Switch, BV OID
		MAC        MAC
	}
	McastFdbEntry struct {
		Switch, BV OID
		MAC        MAC
	}
	InsegEntry struct {
		Switch OID
		Label  uint32
	}
	L2mcEntry struct {
		Switch, BV          OID
		Type                L2mcEntryType
		Destination, Source netip.Addr
	}
	IpmcEntry struct {
		Switch, VirtualRouter OID
		Type                  IpmcEntryType
		Destination, Source   netip.Addr
	}
	NatEntry struct {
		Switch, VirtualRouter OID
		Type                  NatType
		Key, Mask             NatTuple
	}
	MySidEntry struct {
		Switch, VirtualRouter                                 OID
		LocatorBlockLen, LocatorNodeLen, FunctionLen, ArgsLen uint8
		Sid                                                   netip.Addr
	}
	PrefixCompressionEntry struct {
		Switch, Table OID
		Prefix        netip.Prefix
	}
)

// NatTuple is what a NAT entry matches; in a mask all bits of a field are set or none.
type NatTuple struct {
	SrcIP, DstIP         netip.Addr // IPv4
	Proto                uint8
	L4SrcPort, L4DstPort uint16
}

func (RouteEntry) ObjectType() ObjectType             { return ObjectTypeRouteEntry }
func (NeighborEntry) ObjectType() ObjectType          { return ObjectTypeNeighborEntry }
func (FdbEntry) ObjectType() ObjectType               { return ObjectTypeFdbEntry }
func (McastFdbEntry) ObjectType() ObjectType          { return ObjectTypeMcastFdbEntry }
func (InsegEntry) ObjectType() ObjectType             { return ObjectTypeInsegEntry }
func (L2mcEntry) ObjectType() ObjectType              { return ObjectTypeL2mcEntry }
func (IpmcEntry) ObjectType() ObjectType              { return ObjectTypeIpmcEntry }
func (NatEntry) ObjectType() ObjectType               { return ObjectTypeNatEntry }
func (MySidEntry) ObjectType() ObjectType             { return ObjectTypeMySidEntry }
func (PrefixCompressionEntry) ObjectType() ObjectType { return ObjectTypePrefixCompressionEntry }

// IsEntry tells whether objects of type t are identified by an entry struct.
func IsEntry(t ObjectType) bool {
	switch t {
	case ObjectTypeRouteEntry, ObjectTypeNeighborEntry, ObjectTypeFdbEntry, ObjectTypeMcastFdbEntry, ObjectTypeInsegEntry,
		ObjectTypeL2mcEntry, ObjectTypeIpmcEntry, ObjectTypeNatEntry, ObjectTypeMySidEntry, ObjectTypePrefixCompressionEntry:
		return true
	}
	return false
}
