package sai

import (
	"net/netip"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

const sw0 OID = 0x21000000000000

func TestEntryTexts(t *testing.T) {
	ip := netip.MustParseAddr
	mac := MAC{0, 0x11, 0x22, 0xaa, 0xbb, 0xcc}
	for text, e := range map[string]Entry{
		`SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000022"}`:                      RouteEntry{sw0, 0x3000000000022, netip.MustParsePrefix("10.0.0.0/24")},
		`SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"::/0","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000022"}`:                             RouteEntry{sw0, 0x3000000000022, netip.MustParsePrefix("::/0")},
		`SAI_OBJECT_TYPE_NEIGHBOR_ENTRY:{"ip":"10.0.0.1","rif":"oid:0x6000000000001","switch_id":"oid:0x21000000000000"}`:                       NeighborEntry{sw0, 0x6000000000001, ip("10.0.0.1")},
		`SAI_OBJECT_TYPE_FDB_ENTRY:{"bvid":"oid:0x26000000000001","mac":"00:11:22:AA:BB:CC","switch_id":"oid:0x21000000000000"}`:                FdbEntry{sw0, 0x26000000000001, mac},
		`SAI_OBJECT_TYPE_MCAST_FDB_ENTRY:{"bv_id":"oid:0x26000000000001","mac_address":"00:11:22:AA:BB:CC","switch_id":"oid:0x21000000000000"}`: McastFdbEntry{sw0, 0x26000000000001, mac},
		`SAI_OBJECT_TYPE_INSEG_ENTRY:{"label":"100","switch_id":"oid:0x21000000000000"}`:                                                        InsegEntry{sw0, 100},
		`SAI_OBJECT_TYPE_NAT_ENTRY:{"nat_data":{"key":{"dst_ip":"65.55.45.1","l4_dst_port":"20","l4_src_port":"0","proto":"6","src_ip":"0.0.0.0"},` +
			`"mask":{"dst_ip":"255.255.255.255","l4_dst_port":"65535","l4_src_port":"0","proto":"255","src_ip":"0.0.0.0"}},` +
			`"nat_type":"SAI_NAT_TYPE_DESTINATION_NAT","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000048"}`: NatEntry{sw0, 0x3000000000048, NatTypeDestinationNat,
			NatTuple{DstIP: ip("65.55.45.1"), SrcIP: ip("0.0.0.0"), Proto: 6, L4DstPort: 20},
			NatTuple{DstIP: ip("255.255.255.255"), SrcIP: ip("0.0.0.0"), Proto: 255, L4DstPort: 65535}},
		`SAI_OBJECT_TYPE_MY_SID_ENTRY:{"args_len":"0","function_len":"16","locator_block_len":"32","locator_node_len":"16","sid":"fc00:0:1:e000::",` +
			`"switch_id":"oid:0x21000000000000","vr_id":"oid:0x3000000000022"}`: MySidEntry{sw0, 0x3000000000022, 32, 16, 16, 0, ip("fc00:0:1:e000::")},
		`SAI_OBJECT_TYPE_L2MC_ENTRY:{"bv_id":"oid:0x26000000000001","destination":"224.1.1.1","source":"10.0.0.1","switch_id":"oid:0x21000000000000","type":"SAI_L2MC_ENTRY_TYPE_XG"}`: L2mcEntry{sw0, 0x26000000000001, L2mcEntryTypeXg, ip("224.1.1.1"), ip("10.0.0.1")},
		`SAI_OBJECT_TYPE_IPMC_ENTRY:{"destination":"224.1.1.1","source":"10.0.0.1","switch_id":"oid:0x21000000000000","type":"SAI_IPMC_ENTRY_TYPE_SG","vr_id":"oid:0x3000000000022"}`:  IpmcEntry{sw0, 0x3000000000022, IpmcEntryTypeSg, ip("224.1.1.1"), ip("10.0.0.1")},
	} {
		o := Object{Type: e.ObjectType(), Entry: e}
		if got := o.String(); got != text {
			t.Errorf("%#v is\n%s, want\n%s", e, got, text)
		}
		if got, err := ParseObject(text); err != nil || got != o {
			t.Errorf("%s is %#v, %v", text, got, err)
		}
	}
	o := Object{Type: ObjectTypeVlan, OID: 0x26000000000651}
	if text := "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000651"; o.String() != text {
		t.Errorf("%#v is %s", o, o)
	} else if got, err := ParseObject(text); err != nil || got != o {
		t.Errorf("%s is %#v, %v", text, got, err)
	}
}

var entrySamples = []Entry{RouteEntry{}, NeighborEntry{}, FdbEntry{}, McastFdbEntry{}, InsegEntry{}, L2mcEntry{}, IpmcEntry{}, NatEntry{}, MySidEntry{}, PrefixCompressionEntry{}}

func drawEntry(t *rapid.T, typ reflect.Type) reflect.Value {
	v := reflect.New(typ).Elem()
	for i := range typ.NumField() {
		f := v.Field(i)
		switch {
		case f.Type() == reflect.TypeFor[NatTuple]():
			f.Set(reflect.ValueOf(NatTuple{SrcIP: netip.AddrFrom4([4]byte{1, 2, 3, 4}), DstIP: netip.AddrFrom4([4]byte{5}), Proto: 6, L4DstPort: 7}))
		case typ.Field(i).Name == "Sid":
			f.Set(reflect.ValueOf(drawAddr6(t)))
		default:
			f.Set(drawLeaf(t)(f.Type()))
		}
	}
	return v
}

func TestEntriesRoundTrip(t *testing.T) {
	for _, sample := range entrySamples {
		rapid.Check(t, func(t *rapid.T) {
			e, _ := drawEntry(t, reflect.TypeOf(sample)).Interface().(Entry)
			text := string(e.AppendJSON(nil))
			if got, err := ParseEntry(e.ObjectType(), text); err != nil || got != e {
				t.Fatalf("%#v is %s, which is %#v, %v", e, text, got, err)
			}
			same, ok := MapEntry(e, func(o OID) (OID, bool) { return o, true })
			if !ok || same != e {
				t.Fatalf("%#v maps to %#v", e, same)
			}
		})
	}
}

func TestEntryOfAnyOrderAndSpace(t *testing.T) {
	want := RouteEntry{sw0, 3, netip.MustParsePrefix("10.0.0.0/8")}
	got, err := ParseRouteEntry(" { \"vr\" : \"oid:0x3\",\n\"switch_id\": \"oid:0x21000000000000\", \"dest\":\"10.0.0.0/8\" } ")
	if err != nil || got != want {
		t.Errorf("got %#v, %v", got, err)
	}
}

func TestBadEntries(t *testing.T) {
	const rest = `,"switch_id":"oid:0x21000000000000","vr":"oid:0x3"`
	for _, text := range []string{"", "{}", "{", `{"dest":"10.0.0.0/8"` + rest, `{"dest":"10.0.0.0"` + rest + "}", `{"dest":"10.0.0.0/8"` + rest + `,"x":"y"}`,
		`{"dest":"10.0.0.0/8","dest":"10.0.0.0/8","vr":"oid:0x3"}`, `{"dst":"10.0.0.0/8"` + rest + "}", `{"dest":"10.0.0.0/8"` + rest + "}}",
		`{"dest":"10\u002e0.0.0/8"` + rest + "}", `{"dest":1` + rest + "}", `{"dest":{}` + rest + "}"} {
		if e, err := ParseEntry(ObjectTypeRouteEntry, text); err == nil {
			t.Errorf("%s is %#v", text, e)
		}
	}
	if e, err := ParseEntry(ObjectTypePort, "{}"); err == nil {
		t.Errorf("a port is %#v", e)
	}
	for _, text := range []string{"", "SAI_OBJECT_TYPE_VLAN", "SAI_OBJECT_TYPE_VLAN:", "SAI_OBJECT_TYPE_NONE:oid:0x1", "SAI_OBJECT_TYPE_ROUTE_ENTRY:oid:0x1"} {
		if o, err := ParseObject(text); err == nil {
			t.Errorf("%q is %#v", text, o)
		}
	}
}

func FuzzParseEntry(f *testing.F) {
	for i, e := range entrySamples {
		f.Add(uint8(i), string(e.AppendJSON(nil)))
	}
	f.Add(uint8(0), `{"dest":"10.0.0.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000022"}`)
	f.Fuzz(func(t *testing.T, i uint8, text string) {
		ot := entrySamples[int(i)%len(entrySamples)].ObjectType()
		e, err := ParseEntry(ot, text)
		if err != nil {
			return
		}
		canonical := string(e.AppendJSON(nil))
		if again, err := ParseEntry(ot, canonical); err != nil || again != e {
			t.Fatalf("%q is %#v, whose text %q is %#v, %v", text, e, canonical, again, err)
		}
	})
}
