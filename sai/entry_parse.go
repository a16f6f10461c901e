package sai

import (
	"fmt"
)

// ParseEntry parses the JSON of an entry struct. Every member must be there once; their order and white space do not matter.
func ParseEntry(t ObjectType, text string) (Entry, error) {
	m := members{text: text}
	var e Entry
	switch t {
	case ObjectTypeRouteEntry:
		r, err := ParseRouteEntry(text)
		if err != nil {
			return nil, err
		}
		return r, nil
	case ObjectTypeNeighborEntry:
		e = m.neighbor()
	case ObjectTypeFdbEntry:
		e = m.fdb()
	case ObjectTypeMcastFdbEntry:
		e = m.mcastFdb()
	case ObjectTypeInsegEntry:
		e = m.inseg()
	case ObjectTypeL2mcEntry:
		e = m.l2mc()
	case ObjectTypeIpmcEntry:
		e = m.ipmc()
	case ObjectTypeNatEntry:
		e = m.nat()
	case ObjectTypeMySidEntry:
		e = m.mySid()
	case ObjectTypePrefixCompressionEntry:
		e = m.prefixCompression()
	default:
		return nil, fmt.Errorf("objects of type %v have no entry struct", t)
	}
	if m.err != nil {
		return nil, fmt.Errorf("%v %.300q: %w", t, text, m.err)
	}
	return e, nil
}

// ParseRouteEntry is ParseEntry for routes, without an interface.
func ParseRouteEntry(text string) (RouteEntry, error) {
	m := members{text: text}
	var e RouteEntry
	m.each(3, func(name, v string) bool {
		switch name {
		case "dest":
			e.Destination = m.prefix(v)
		case "switch_id":
			e.Switch = m.oid(v)
		case "vr":
			e.VirtualRouter = m.oid(v)
		default:
			return false
		}
		return true
	})
	if m.err != nil {
		return RouteEntry{}, fmt.Errorf("SAI_OBJECT_TYPE_ROUTE_ENTRY %.300q: %w", text, m.err)
	}
	return e, nil
}

func (m *members) neighbor() (e NeighborEntry) {
	m.each(3, func(name, v string) bool {
		switch name {
		case "ip":
			e.IP = m.ip(v)
		case "rif":
			e.RouterInterface = m.oid(v)
		case "switch_id":
			e.Switch = m.oid(v)
		default:
			return false
		}
		return true
	})
	return e
}

func (m *members) fdb() (e FdbEntry) {
	m.each(3, func(name, v string) bool {
		switch name {
		case "bvid":
			e.BV = m.oid(v)
		case "mac":
			e.MAC = m.mac(v)
		case "switch_id":
			e.Switch = m.oid(v)
		default:
			return false
		}
		return true
	})
	return e
}

func (m *members) mcastFdb() (e McastFdbEntry) {
	m.each(3, func(name, v string) bool {
		switch name {
		case "bv_id":
			e.BV = m.oid(v)
		case "mac_address":
			e.MAC = m.mac(v)
		case "switch_id":
			e.Switch = m.oid(v)
		default:
			return false
		}
		return true
	})
	return e
}

func (m *members) inseg() (e InsegEntry) {
	m.each(2, func(name, v string) bool {
		switch name {
		case "label":
			e.Label = member(m, v, parseUint[uint32])
		case "switch_id":
			e.Switch = m.oid(v)
		default:
			return false
		}
		return true
	})
	return e
}

func (m *members) l2mc() (e L2mcEntry) {
	m.each(5, func(name, v string) bool {
		switch name {
		case "bv_id":
			e.BV = m.oid(v)
		case "destination":
			e.Destination = m.ip(v)
		case "source":
			e.Source = m.ip(v)
		case "switch_id":
			e.Switch = m.oid(v)
		case "type":
			e.Type = L2mcEntryType(member(m, v, metaL2mcEntryType.Parse))
		default:
			return false
		}
		return true
	})
	return e
}

func (m *members) ipmc() (e IpmcEntry) {
	m.each(5, func(name, v string) bool {
		switch name {
		case "destination":
			e.Destination = m.ip(v)
		case "source":
			e.Source = m.ip(v)
		case "switch_id":
			e.Switch = m.oid(v)
		case "type":
			e.Type = IpmcEntryType(member(m, v, metaIpmcEntryType.Parse))
		case "vr_id":
			e.VirtualRouter = m.oid(v)
		default:
			return false
		}
		return true
	})
	return e
}

func (m *members) nat() (e NatEntry) {
	m.each(4, func(name, v string) bool {
		switch name {
		case "nat_data":
			data := members{text: v}
			data.each(2, func(name, v string) bool {
				switch name {
				case "key":
					e.Key = data.natTuple(v)
				case "mask":
					e.Mask = data.natTuple(v)
				default:
					return false
				}
				return true
			})
			m.fail(data.err)
		case "nat_type":
			e.Type = NatType(member(m, v, metaNatType.Parse))
		case "switch_id":
			e.Switch = m.oid(v)
		case "vr":
			e.VirtualRouter = m.oid(v)
		default:
			return false
		}
		return true
	})
	return e
}

func (m *members) natTuple(text string) (t NatTuple) {
	inner := members{text: text}
	inner.each(5, func(name, v string) bool {
		switch name {
		case "dst_ip":
			t.DstIP = member(&inner, v, parseIPv4)
		case "src_ip":
			t.SrcIP = member(&inner, v, parseIPv4)
		case "l4_dst_port":
			t.L4DstPort = member(&inner, v, parseUint[uint16])
		case "l4_src_port":
			t.L4SrcPort = member(&inner, v, parseUint[uint16])
		case "proto":
			t.Proto = member(&inner, v, parseUint[uint8])
		default:
			return false
		}
		return true
	})
	m.fail(inner.err)
	return t
}

func (m *members) mySid() (e MySidEntry) {
	m.each(7, func(name, v string) bool {
		switch name {
		case "args_len":
			e.ArgsLen = member(m, v, parseUint[uint8])
		case "function_len":
			e.FunctionLen = member(m, v, parseUint[uint8])
		case "locator_block_len":
			e.LocatorBlockLen = member(m, v, parseUint[uint8])
		case "locator_node_len":
			e.LocatorNodeLen = member(m, v, parseUint[uint8])
		case "sid":
			e.Sid = member(m, v, parseIPv6)
		case "switch_id":
			e.Switch = m.oid(v)
		case "vr_id":
			e.VirtualRouter = m.oid(v)
		default:
			return false
		}
		return true
	})
	return e
}

func (m *members) prefixCompression() (e PrefixCompressionEntry) {
	m.each(3, func(name, v string) bool {
		switch name {
		case "prefix":
			e.Prefix = m.prefix(v)
		case "prefix_table_id":
			e.Table = m.oid(v)
		case "switch_id":
			e.Switch = m.oid(v)
		default:
			return false
		}
		return true
	})
	return e
}
