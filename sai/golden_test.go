package sai

import (
	"net/netip"
	"testing"
)

// The encodings of sonic-contract 2.6, by hand.
func TestValueTexts(t *testing.T) {
	ip := netip.MustParseAddr
	for _, c := range []struct {
		attr  string
		value any
		text  string
	}{
		{"SAI_PORT_ATTR_ADMIN_STATE", true, "true"},
		{"SAI_PORT_ATTR_OPER_STATUS", PortOperStatusUp, "SAI_PORT_OPER_STATUS_UP"},
		{"SAI_PORT_ATTR_OPER_STATUS", PortOperStatus(77), "77"},
		{"SAI_PORT_ATTR_OPER_STATUS", PortOperStatus(-1), "-1"},
		{"SAI_PORT_ATTR_MTU", uint32(9100), "9100"},
		{"SAI_BUFFER_PROFILE_ATTR_SHARED_DYNAMIC_TH", int8(-8), "-8"},
		{"SAI_SWITCH_ATTR_PORT_STATE_CHANGE_NOTIFY", Pointer(0x55d2abc), "0x55d2abc"},
		{"SAI_SWITCH_ATTR_PORT_STATE_CHANGE_NOTIFY", nil, "0x0"},
		{"SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", OID(0x4000000000a1), "oid:0x4000000000a1"},
		{"SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", nil, "oid:0x0"},
		{"SAI_PORT_ATTR_HW_LANE_LIST", U32List{25, 26, 27, 28}, "4:25,26,27,28"},
		{"SAI_PORT_ATTR_HW_LANE_LIST", U32List(nil), "0:null"},
		{"SAI_PORT_ATTR_HW_LANE_LIST", nil, "0:null"},
		{"SAI_PORT_ATTR_HW_LANE_LIST", Count(8), "8"},
		{"SAI_SWITCH_ATTR_PORT_LIST", ObjectList{1, 0x42}, "2:oid:0x1,oid:0x42"},
		{"SAI_HASH_ATTR_NATIVE_HASH_FIELD_LIST", S32List{int32(NativeHashFieldSrcIP), 777}, "2:SAI_NATIVE_HASH_FIELD_SRC_IP,777"},
		{"SAI_SWITCH_ATTR_SRC_MAC_ADDRESS", MAC{0, 0x11, 0x22, 0xaa, 0xbb, 0xcc}, "00:11:22:AA:BB:CC"},
		{"SAI_NEXT_HOP_ATTR_IP", ip("10.0.0.1"), "10.0.0.1"},
		{"SAI_NEXT_HOP_ATTR_IP", ip("fc00::1"), "fc00::1"},
		{"SAI_NEXT_HOP_ATTR_IP", ip("::102:304"), "::1.2.3.4"}, // as inet_ntop has it
		{"SAI_NEXT_HOP_ATTR_IP", ip("::1"), "::1"},
		{"SAI_NEXT_HOP_ATTR_IP", ip("::ffff:1.2.3.4"), "::ffff:1.2.3.4"},
		{"SAI_ACL_RANGE_ATTR_LIMIT", U32Range{1000, 2000}, "1000,2000"},
		{"SAI_TAM_INT_ATTR_QUANT_BAND_UINT64_RANGE_LIST", U64RangeList{{100, 200}, {300, 400}}, "2:100,200,300,400"},
		{"SAI_ACL_ENTRY_ATTR_FIELD_L4_DST_PORT", Match[uint16](179, 0xffff), "179&mask:0xffff"},
		{"SAI_ACL_ENTRY_ATTR_FIELD_L4_DST_PORT", AclField[uint16]{}, "disabled"},
		{"SAI_ACL_ENTRY_ATTR_FIELD_L4_DST_PORT", nil, "disabled"},
		{"SAI_ACL_ENTRY_ATTR_FIELD_DST_IP", Match(ip("10.0.0.0"), ip("255.0.0.0")), "10.0.0.0&mask:255.0.0.0"},
		{"SAI_ACL_ENTRY_ATTR_FIELD_DST_IPV6", Match(ip("2001:db8::"), ip("ffff:ffff::")), "2001:db8::&mask:ffff:ffff::"},
		{"SAI_ACL_ENTRY_ATTR_FIELD_SRC_MAC", Match(MAC{1}, MAC{0xff}), "01:00:00:00:00:00&mask:FF:00:00:00:00:00"},
		{"SAI_ACL_ENTRY_ATTR_FIELD_ACL_IP_TYPE", Match(int32(AclIPTypeIpv4any), int32(-1)), "SAI_ACL_IP_TYPE_IPV4ANY&mask:0xffffffffffffffff"},
		{"SAI_ACL_ENTRY_ATTR_FIELD_IN_PORTS", AclFieldObjects{true, ObjectList{1, 2}}, "2:oid:0x1,oid:0x2"},
		{"SAI_ACL_ENTRY_ATTR_FIELD_OUT_PORT", AclField[OID]{Enabled: true, Value: 5}, "oid:0x5"},
		{"SAI_ACL_ENTRY_ATTR_FIELD_HAS_VLAN_TAG", AclField[bool]{Enabled: true, Value: true}, "true"},
		{"SAI_ACL_ENTRY_ATTR_USER_DEFINED_FIELD_GROUP_MIN", AclFieldBytes{true, U8List{1, 2}, U8List{255, 15}}, "2:1,2&mask:2:0xff,0xf"},
		{"SAI_ACL_ENTRY_ATTR_ACTION_PACKET_ACTION", Act(int32(PacketActionDrop)), "SAI_PACKET_ACTION_DROP"},
		{"SAI_ACL_ENTRY_ATTR_ACTION_REDIRECT", Act(OID(2)), "oid:0x2"},
		{"SAI_ACL_ENTRY_ATTR_ACTION_REDIRECT", nil, "disabled"},
		{"SAI_ACL_ENTRY_ATTR_ACTION_MIRROR_INGRESS", AclActionObjects{true, ObjectList{3}}, "1:oid:0x3"},
		{"SAI_SWITCH_ATTR_ACL_STAGE_INGRESS", AclCapability{true, S32List{int32(AclActionTypePacketAction), int32(AclActionTypeCounter)}},
			"true:2:SAI_ACL_ACTION_TYPE_PACKET_ACTION,SAI_ACL_ACTION_TYPE_COUNTER"},
		{"SAI_QOS_MAP_ATTR_MAP_TO_VALUE_LIST", QosMapList{{QosMapParams{TC: 1, Dscp: 2, Dot1p: 3, Prio: 4, PG: 5, QueueIndex: 6, Color: PacketColorRed, FC: 2}, QosMapParams{TC: 11}}},
			`{"count":1,"list":[{"key":{"color":"SAI_PACKET_COLOR_RED","dot1p":3,"dscp":2,"fc":2,"mpls_exp":0,"pg":5,"prio":4,"qidx":6,"tc":1},` +
				`"value":{"color":"SAI_PACKET_COLOR_GREEN","dot1p":0,"dscp":0,"fc":0,"mpls_exp":0,"pg":0,"prio":0,"qidx":0,"tc":11}}]}`},
		{"SAI_QOS_MAP_ATTR_MAP_TO_VALUE_LIST", Count(3), `{"count":3,"list":null}`},
		{"SAI_NEXT_HOP_GROUP_MAP_ATTR_MAP_TO_VALUE_LIST", MapList{{1, 11}, {2, -1}}, `{"count":2,"list":[{"key":1,"value":11},{"key":2,"value":-1}]}`},
		{"SAI_HOSTIF_ATTR_NAME", "Ethernet0", "Ethernet0"},
		{"SAI_HOSTIF_ATTR_NAME", "f\\oo-\x12\xff", `f\\oo\x2D\x12\xFF`},
		{"SAI_MACSEC_SA_ATTR_SALT", MacsecSalt{0, 1, 0xab, 11: 0xff}, "0001AB0000000000000000FF"},
		{"SAI_SRV6_SIDLIST_ATTR_SEGMENT_LIST", SegmentList{ip("2001:db8::100"), ip("2001:db8::101")}, "2:2001:db8::100,2001:db8::101"},
		{"SAI_SWITCH_ATTR_AVAILABLE_ACL_TABLE", AclResourceList{{AclStageIngress, AclBindPointTypeRouterInterface, 5}},
			`{"count":1,"list":[{"avail_num":"5","bind_point":"SAI_ACL_BIND_POINT_TYPE_ROUTER_INTERFACE","stage":"SAI_ACL_STAGE_INGRESS"}]}`},
		{"SAI_SYSTEM_PORT_ATTR_CONFIG_INFO", SystemPortConfig{1, 2, 3, 4, 5, 6},
			`{"attached_core_index":"3","attached_core_port_index":"4","attached_switch_id":"2","num_voq":"6","port_id":"1","speed":"5"}`},
		{"SAI_SWITCH_ATTR_PTP_TIME_OFFSET", Timespec{1, 2}, `{"tv_nsec":"2","tv_sec":"1"}`},
		{"SAI_PORT_ATTR_RX_SIGNAL_DETECT", LaneLatchStatusList{{0, LatchStatus{true, true}}, {1, LatchStatus{false, true}}, {2, LatchStatus{true, false}}, {3, LatchStatus{}}},
			`{"0":"T*","1":"T","2":"F*","3":"F"}`},
		{"SAI_PORT_ATTR_RX_SNR", LaneValueList{{0, 3712}, {1, 3840}, {2, 4160}}, `{"0":14.5,"1":15.0,"2":16.25}`},
		{"SAI_PORT_SERDES_ATTR_RX_FFE_TAPS_LIST", TapsList{{10, 20}, {50, 60}}, `{"0":[{"tap0":10},{"tap1":50}],"1":[{"tap0":20},{"tap1":60}]}`},
		{"SAI_PORT_SERDES_ATTR_CUSTOM_COLLECTION", JSON("{}"), `{"json":"2:123,125"}`},
		{"SAI_PORT_ATTR_ERROR_STATUS", PortErrorStatusMACLocalFault | PortErrorStatusHighBer, "SAI_PORT_ERROR_STATUS_MAC_LOCAL_FAULT|SAI_PORT_ERROR_STATUS_HIGH_BER"},
		{"SAI_PORT_ATTR_ERROR_STATUS", PortErrorStatusClear, "0x0"},
		// Of two symbols with one number the older is written, and never the marker of a range.
		{"SAI_NEXT_HOP_GROUP_ATTR_TYPE", NextHopGroupTypeEcmp, "SAI_NEXT_HOP_GROUP_TYPE_DYNAMIC_UNORDERED_ECMP"},
		{"SAI_HOSTIF_TRAP_ATTR_TRAP_TYPE", HostifTrapTypeStart, "SAI_HOSTIF_TRAP_TYPE_STP"},
	} {
		a, err := AttrByName(c.attr)
		if err != nil {
			t.Error(err)
			continue
		}
		text, err := AppendValue(nil, a, c.value)
		if err != nil || string(text) != c.text {
			t.Errorf("%s: %#v is %s, %v; want %s", c.attr, c.value, text, err, c.text)
		}
		got, err := ParseValue(a, c.text)
		if c.value != nil && (err != nil || !same(c.value, got)) {
			t.Errorf("%s: %s is %#v, %v; want %#v", c.attr, c.text, got, err, c.value)
		}
	}
}

// What SONiC writes in other ways, and we read.
func TestValueAliases(t *testing.T) {
	for _, c := range []struct {
		attr, text string
		want       any
	}{
		{"SAI_NEXT_HOP_GROUP_ATTR_TYPE", "SAI_NEXT_HOP_GROUP_TYPE_ECMP", NextHopGroupTypeDynamicUnorderedEcmp},
		{"SAI_PORT_ATTR_HW_LANE_LIST", "4:null", Count(4)},
		{"SAI_SWITCH_ATTR_SRC_MAC_ADDRESS", "00:aa:bb:cc:dd:ee", MAC{0, 0xaa, 0xbb, 0xcc, 0xdd, 0xee}},
		{"SAI_ACL_ENTRY_ATTR_FIELD_ACL_IP_TYPE", "SAI_ACL_IP_TYPE_ANY&mask:0xffffffff", Match(int32(AclIPTypeAny), int32(-1))},
		{"SAI_QOS_MAP_ATTR_MAP_TO_VALUE_LIST", `{"count": 0, "list": null}`, QosMapList(nil)},
		{"SAI_PORT_ATTR_ERROR_STATUS", "SAI_PORT_ERROR_STATUS_CLEAR", PortErrorStatusClear},
	} {
		a, err := AttrByName(c.attr)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseValue(a, c.text); err != nil || !same(c.want, got) {
			t.Errorf("%s: %s is %#v, %v; want %#v", c.attr, c.text, got, err, c.want)
		}
	}
}

func TestBadValues(t *testing.T) {
	for attr, texts := range map[string][]string{
		"SAI_PORT_ATTR_ADMIN_STATE":                 {"", "True", "1"},
		"SAI_PORT_ATTR_MTU":                         {"", "x", "-1", "4294967296", "1 "},
		"SAI_BUFFER_PROFILE_ATTR_SHARED_DYNAMIC_TH": {"128", "-129"},
		"SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID":          {"", "0x1", "oid:1", "oid:0x", "oid:0xg", "oid:0x12345678901234567"},
		"SAI_PORT_ATTR_HW_LANE_LIST":                {"", "x:1", "2:1", "1:1,2", "1:", "1:a", "-1:1"},
		"SAI_SWITCH_ATTR_SRC_MAC_ADDRESS":           {"", "00:11:22:33:44", "00-11-22-33-44-55", "00:11:22:33:44:5g"},
		"SAI_NEXT_HOP_ATTR_IP":                      {"", "10.0.0", "fe80::1%eth0"},
		"SAI_NAT_ENTRY_ATTR_SRC_IP":                 {"::1"},
		"SAI_ACL_RANGE_ATTR_LIMIT":                  {"1", "1,2,3", "1,x"},
		"SAI_ACL_ENTRY_ATTR_FIELD_L4_DST_PORT":      {"1", "1&mask:1", "1&mask:0x10000", "70000&mask:0x1"},
		"SAI_ACL_ENTRY_ATTR_FIELD_ACL_IP_TYPE":      {"x", "SAI_ACL_IP_TYPE_ANY", "SAI_ACL_IP_TYPE_ANY&mask:0x1ffffffff"},
		"SAI_PORT_ATTR_OPER_STATUS":                 {"", "SAI_PORT_OPER_STATUS", "up", "99999999999"},
		"SAI_HOSTIF_ATTR_NAME":                      {`\`, `\x2`, `\x2g`, `\s45`, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
		"SAI_QOS_MAP_ATTR_MAP_TO_VALUE_LIST":        {"", "{", `{"count":2,"list":[{}]}`, `{"count":1,"list":[{"key":{"color":"red"}}]}`},
		"SAI_MACSEC_SA_ATTR_SALT":                   {"", "00", "zz01AB0000000000000000FF"},
		"SAI_PORT_ATTR_RX_SNR":                      {`{"0":1.1}`, `{"x":1}`, `{"00":1}`, `[]`},
		"SAI_PORT_SERDES_ATTR_RX_FFE_TAPS_LIST":     {`{"1":[{"tap0":1}]}`, `{"0":[]}`, `{"0":[{}]}`, `{"0":[{"tap0":1}],"2":[{"tap0":1}]}`},
	} {
		a, err := AttrByName(attr)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if v, err := ParseValue(a, text); err == nil {
				t.Errorf("%s: %q is %#v", attr, text, v)
			}
		}
	}
	for attr, v := range map[string]any{"SAI_PORT_ATTR_MTU": 9100, "SAI_PORT_ATTR_OPER_STATUS": int32(1), "SAI_NEXT_HOP_ATTR_IP": netip.Addr{},
		"SAI_HOSTIF_ATTR_NAME": "a\x00b", "SAI_PORT_ATTR_ADMIN_STATE": nil, "SAI_NAT_ENTRY_ATTR_SRC_IP": netip.IPv6Unspecified(),
		"SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION": PortOperStatusUp, "SAI_PORT_ATTR_SPEED": Count(1), "SAI_PORT_SERDES_ATTR_RX_FFE_TAPS_LIST": TapsList{{1}, {}}} {
		a, err := AttrByName(attr)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := AppendValue(nil, a, v); err == nil || len(text) > 0 {
			t.Errorf("%s: %#v is %q", attr, v, text)
		}
	}
}

// A route costs no garbage but its result.
func TestRouteTextAllocatesNothing(t *testing.T) {
	m := ObjectTypeRouteEntry.Meta()
	o := Object{Type: ObjectTypeRouteEntry, Entry: RouteEntry{0x21000000000000, 0x3000000000022, netip.MustParsePrefix("2001:db8::/48")}}
	attrs := []Attribute{{m.Attr(RouteEntryAttrNextHopID), OID(0x5000000000a3c)}, {m.Attr(RouteEntryAttrPacketAction), PacketActionForward}}
	dst := make([]byte, 0, 512)
	if n := testing.AllocsPerRun(100, func() {
		b := o.AppendID(dst)
		for _, a := range attrs {
			b, _ = a.Append(append(b, '|'))
		}
	}); n != 0 {
		t.Errorf("writing a route makes %v allocations", n)
	}
	text := string(o.AppendID(nil))
	if n := testing.AllocsPerRun(100, func() { _, _ = ParseRouteEntry(text) }); n != 0 {
		t.Errorf("parsing a route makes %v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() {
		_, _ = ParseValue(m.AttrByName("SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID"), "oid:0x5000000000a3c")
		_, _ = ParseValue(m.AttrByName("SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION"), "SAI_PACKET_ACTION_FORWARD")
	}); n > 1 {
		t.Errorf("parsing a route's attributes makes %v allocations, want one for the OID", n)
	}
}

func BenchmarkAppendRoute(b *testing.B) {
	m := ObjectTypeRouteEntry.Meta()
	e := RouteEntry{0x21000000000000, 0x3000000000022, netip.MustParsePrefix("10.1.2.0/24")}
	a := Attribute{m.Attr(RouteEntryAttrNextHopID), OID(0x5000000000a3c)}
	dst := make([]byte, 0, 512)
	for b.Loop() {
		_, _ = a.Append(e.AppendJSON(dst))
	}
}

func BenchmarkParseRoute(b *testing.B) {
	m := ObjectTypeRouteEntry.Meta()
	for b.Loop() {
		_, _ = ParseRouteEntry(`{"dest":"10.1.2.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000022"}`)
		_, _ = ParseValue(m.AttrByName("SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID"), "oid:0x5000000000a3c")
	}
}

func FuzzParseValue(f *testing.F) {
	var attrs []*AttrMeta
	for _, ot := range objectTypes() {
		for i := range ot.Meta().Attrs {
			attrs = append(attrs, &ot.Meta().Attrs[i])
		}
	}
	for _, s := range []string{"true", "oid:0x1", "2:1,2", "disabled", "1&mask:0xff", `{"count":1,"list":[{"key":1,"value":2}]}`, `{"0":"T*"}`, `a\x2D`, "1,2", "10.0.0.1"} {
		for i := 0; i < len(attrs); i += 97 {
			f.Add(uint16(i), s)
		}
	}
	f.Fuzz(func(t *testing.T, i uint16, text string) {
		a := attrs[int(i)%len(attrs)]
		v, err := ParseValue(a, text)
		if err != nil {
			return
		}
		canonical, err := AppendValue(nil, a, v)
		if err != nil {
			t.Fatalf("%s: %q is %#v, which has no text: %v", a.Name, text, v, err)
		}
		again, err := ParseValue(a, string(canonical))
		if err != nil || !same(v, again) {
			t.Fatalf("%s: %q is %#v, whose text %q is %#v, %v", a.Name, text, v, canonical, again, err)
		}
	})
}
