package sai

import "net/netip"

// AppendJSON appends {"dest":..,"switch_id":..,"vr":..}.
func (e RouteEntry) AppendJSON(dst []byte) []byte {
	dst = AppendPrefix(append(dst, `{"dest":"`...), e.Destination)
	dst = e.Switch.append(append(dst, `","switch_id":"`...))
	return append(e.VirtualRouter.append(append(dst, `","vr":"`...)), `"}`...)
}

// AppendJSON appends {"ip":..,"rif":..,"switch_id":..}.
func (e NeighborEntry) AppendJSON(dst []byte) []byte {
	dst = appendEntryIP(append(dst, `{"ip":"`...), e.IP)
	dst = e.RouterInterface.append(append(dst, `","rif":"`...))
	return append(e.Switch.append(append(dst, `","switch_id":"`...)), `"}`...)
}

// AppendJSON appends {"bvid":..,"mac":..,"switch_id":..}.
func (e FdbEntry) AppendJSON(dst []byte) []byte {
	dst = e.BV.append(append(dst, `{"bvid":"`...))
	dst = e.MAC.append(append(dst, `","mac":"`...))
	return append(e.Switch.append(append(dst, `","switch_id":"`...)), `"}`...)
}

// AppendJSON appends {"bv_id":..,"mac_address":..,"switch_id":..}.
func (e McastFdbEntry) AppendJSON(dst []byte) []byte {
	dst = e.BV.append(append(dst, `{"bv_id":"`...))
	dst = e.MAC.append(append(dst, `","mac_address":"`...))
	return append(e.Switch.append(append(dst, `","switch_id":"`...)), `"}`...)
}

// AppendJSON appends {"label":..,"switch_id":..}.
func (e InsegEntry) AppendJSON(dst []byte) []byte {
	dst = appendNum(dst, `{"label":"`, e.Label)
	return append(e.Switch.append(append(dst, `","switch_id":"`...)), `"}`...)
}

// AppendJSON appends {"bv_id":..,"destination":..,"source":..,"switch_id":..,"type":..}.
func (e L2mcEntry) AppendJSON(dst []byte) []byte {
	dst = e.BV.append(append(dst, `{"bv_id":"`...))
	dst = appendEntryIP(append(dst, `","destination":"`...), e.Destination)
	dst = appendEntryIP(append(dst, `","source":"`...), e.Source)
	dst = e.Switch.append(append(dst, `","switch_id":"`...))
	return append(metaL2mcEntryType.Append(append(dst, `","type":"`...), int32(e.Type)), `"}`...)
}

// AppendJSON appends {"destination":..,"source":..,"switch_id":..,"type":..,"vr_id":..}.
func (e IpmcEntry) AppendJSON(dst []byte) []byte {
	dst = appendEntryIP(append(dst, `{"destination":"`...), e.Destination)
	dst = appendEntryIP(append(dst, `","source":"`...), e.Source)
	dst = e.Switch.append(append(dst, `","switch_id":"`...))
	dst = metaIpmcEntryType.Append(append(dst, `","type":"`...), int32(e.Type))
	return append(e.VirtualRouter.append(append(dst, `","vr_id":"`...)), `"}`...)
}

// AppendJSON appends {"nat_data":{"key":{..},"mask":{..}},"nat_type":..,"switch_id":..,"vr":..}.
func (e NatEntry) AppendJSON(dst []byte) []byte {
	dst = e.Key.append(append(dst, `{"nat_data":{"key":`...))
	dst = e.Mask.append(append(dst, `,"mask":`...))
	dst = metaNatType.Append(append(dst, `},"nat_type":"`...), int32(e.Type))
	dst = e.Switch.append(append(dst, `","switch_id":"`...))
	return append(e.VirtualRouter.append(append(dst, `","vr":"`...)), `"}`...)
}

func (t NatTuple) append(dst []byte) []byte {
	dst = appendEntryIP(append(dst, `{"dst_ip":"`...), t.DstIP)
	dst = appendNum(dst, `","l4_dst_port":"`, t.L4DstPort)
	dst = appendNum(dst, `","l4_src_port":"`, t.L4SrcPort)
	dst = appendNum(dst, `","proto":"`, t.Proto)
	return append(appendEntryIP(append(dst, `","src_ip":"`...), t.SrcIP), `"}`...)
}

// AppendJSON appends {"args_len":..,"function_len":..,"locator_block_len":..,"locator_node_len":..,"sid":..,"switch_id":..,"vr_id":..}.
func (e MySidEntry) AppendJSON(dst []byte) []byte {
	dst = appendNum(dst, `{"args_len":"`, e.ArgsLen)
	dst = appendNum(dst, `","function_len":"`, e.FunctionLen)
	dst = appendNum(dst, `","locator_block_len":"`, e.LocatorBlockLen)
	dst = appendNum(dst, `","locator_node_len":"`, e.LocatorNodeLen)
	dst = appendEntryIP(append(dst, `","sid":"`...), e.Sid)
	dst = e.Switch.append(append(dst, `","switch_id":"`...))
	return append(e.VirtualRouter.append(append(dst, `","vr_id":"`...)), `"}`...)
}

// AppendJSON appends {"prefix":..,"prefix_table_id":..,"switch_id":..}. SONiC does not use these entries; the text follows its rule.
func (e PrefixCompressionEntry) AppendJSON(dst []byte) []byte {
	dst = AppendPrefix(append(dst, `{"prefix":"`...), e.Prefix)
	dst = e.Table.append(append(dst, `","prefix_table_id":"`...))
	return append(e.Switch.append(append(dst, `","switch_id":"`...)), `"}`...)
}

// appendEntryIP writes an address; one that was never set is the IPv4 address of all zeroes, as in C.
func appendEntryIP(dst []byte, a netip.Addr) []byte {
	if !a.IsValid() {
		a = netip.IPv4Unspecified()
	}
	dst, err := appendIP(dst, a.WithZone(""))
	_ = err // a valid address without zone has a text
	return dst
}
