package sai

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// keyTypes finds the Go type of each object type's key by parsing; keys are made by reflection.
func zeroKey(t testing.TB, ot ObjectType) Key {
	t.Helper()
	r := &keyReader{text: ")"}
	k := parseKeyArgs(r, ot)
	if k == nil {
		t.Fatalf("%v has no key", ot)
	}
	return fillKey(reflect.TypeOf(k), func(reflect.Type) reflect.Value { return reflect.Value{} })
}

// fillKey makes a key of type typ. Leaves gives values of leaf types; without one the field stays zero. Unions get a port.
func fillKey(typ reflect.Type, leaf func(reflect.Type) reflect.Value) Key {
	v := reflect.New(typ).Elem()
	for i := range typ.NumField() {
		f := v.Field(i)
		switch {
		case f.Kind() == reflect.Interface:
			f.Set(reflect.ValueOf(fillKey(reflect.TypeOf(PortKey{}), leaf)))
		case f.Type().Implements(reflect.TypeFor[Key]()):
			f.Set(reflect.ValueOf(fillKey(f.Type(), leaf)))
		default:
			if x := leaf(f.Type()); x.IsValid() {
				f.Set(x)
			}
		}
	}
	k, _ := v.Interface().(Key)
	return k
}

func drawLeaf(t *rapid.T) func(reflect.Type) reflect.Value {
	return func(typ reflect.Type) reflect.Value {
		switch typ {
		case reflect.TypeFor[netip.Addr]():
			return reflect.ValueOf(drawAddr(t))
		case reflect.TypeFor[netip.Prefix]():
			return reflect.ValueOf(drawPrefix(t))
		case reflect.TypeFor[MAC]():
			return reflect.ValueOf(MAC(rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "mac")))
		case reflect.TypeFor[U32Range]():
			return reflect.ValueOf(U32Range{rapid.Uint32().Draw(t, "min"), rapid.Uint32().Draw(t, "max")})
		}
		v := reflect.New(typ).Elem()
		switch typ.Kind() {
		case reflect.String:
			v.SetString(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Ethernet0", "a,b", "x)", `"q"`, "\xff", "Vrf red"})).Draw(t, "name"))
		case reflect.Int32:
			v.SetInt(int64(rapid.Int32().Draw(t, "enum")))
		default:
			v.SetUint(rapid.Uint64().Draw(t, "number") >> (64 - typ.Bits()))
		}
		return v
	}
}

func drawAddr(t *rapid.T) netip.Addr {
	if rapid.Bool().Draw(t, "v4") {
		return netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "ip4")))
	}
	return drawAddr6(t)
}

func drawAddr6(t *rapid.T) netip.Addr {
	b := [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "ip6"))
	clear(b[:rapid.IntRange(0, 16).Draw(t, "zeroes")])
	return netip.AddrFrom16(b)
}

func drawPrefix(t *rapid.T) netip.Prefix {
	a := drawAddr(t)
	return netip.PrefixFrom(a, rapid.IntRange(0, a.BitLen()).Draw(t, "bits"))
}

func TestKeysRoundTrip(t *testing.T) {
	for _, ot := range objectTypes() {
		t.Run(strings.TrimPrefix(ot.String(), "SAI_OBJECT_TYPE_"), rapid.MakeCheck(func(t *rapid.T) {
			typ := reflect.TypeOf(parseKeyArgs(&keyReader{text: ")"}, ot))
			k := fillKey(typ, drawLeaf(t))
			got, err := k.Kind().Parse(k.String())
			if err != nil || got != engine.Key(k) {
				t.Fatalf("%#v is %q, which is %#v, %v", k, k, got, err)
			}
			if TypeOf(k.Kind()) != ot {
				t.Fatalf("%v has kind %s", ot, k.Kind().Name)
			}
		}))
	}
}

func TestKeyTexts(t *testing.T) {
	eth := PortKey{"Ethernet0"}
	rif := RouterInterfaceKey{"Ethernet0"}
	ip := netip.MustParseAddr("10.0.0.1")
	for text, k := range map[string]Key{
		"SWITCH()":         SwitchKey{},
		"VLAN(100)":        VlanKey{100},
		"VIRTUAL_ROUTER()": VirtualRouterKey{},
		"VLAN_MEMBER(VLAN(100),BRIDGE_PORT(PORT(Ethernet0)))":   VlanMemberKey{VlanKey{100}, BridgePortKey{eth}},
		"BRIDGE_PORT(LAG(PortChannel1))":                        BridgePortKey{LagKey{"PortChannel1"}},
		"BRIDGE_PORT()":                                         BridgePortKey{},
		"ROUTE_ENTRY(VIRTUAL_ROUTER(Vrf_red),2001:db8::/32)":    RouteEntryKey{VirtualRouterKey{"Vrf_red"}, netip.MustParsePrefix("2001:db8::/32")},
		"NEXT_HOP(ROUTER_INTERFACE(Ethernet0),10.0.0.1)":        NextHopKey{RouterInterface: rif, IP: ip},
		"NEXT_HOP(,10.0.0.1,TUNNEL(vtep),1000)":                 NextHopKey{IP: ip, Tunnel: TunnelKey{"vtep"}, Vni: 1000},
		"FDB_ENTRY(VLAN(1),00:AA:BB:CC:DD:EE)":                  FdbEntryKey{VlanKey{1}, MAC{0, 0xaa, 0xbb, 0xcc, 0xdd, 0xee}},
		"HOSTIF_TRAP(SAI_HOSTIF_TRAP_TYPE_LACP)":                HostifTrapKey{HostifTrapTypeLacp},
		"ACL_RANGE(SAI_ACL_RANGE_TYPE_L4_DST_PORT_RANGE,10-20)": AclRangeKey{AclRangeTypeL4DstPortRange, U32Range{10, 20}},
		`PORT("odd, (name)")`:                                   PortKey{"odd, (name)"},
		"QUEUE(PORT(Ethernet0),3)":                              QueueKey{eth, 3},
		"NEXT_HOP_GROUP_MEMBER(NEXT_HOP_GROUP(a+b),NEXT_HOP(ROUTER_INTERFACE(Ethernet0),10.0.0.1))": NextHopGroupMemberKey{NextHopGroupKey{"a+b"}, NextHopKey{RouterInterface: rif, IP: ip}},
	} {
		if got := k.String(); got != text {
			t.Errorf("%#v is %q, want %q", k, got, text)
		}
		if got, err := ParseKey(text); err != nil || got != k {
			t.Errorf("%q is %#v, %v", text, got, err)
		}
	}
}

func TestBadKeys(t *testing.T) {
	for _, text := range []string{"", "VLAN", "VLAN(", "VLAN()", "VLAN(70000)", "VLAN(1", "VLAN(1))", "VLAN(1,2)", "NONE(1)", "VLAN_MEMBER(VLAN(1))",
		"VLAN_MEMBER(PORT(a),BRIDGE_PORT())", "BRIDGE_PORT(VLAN(1))", `PORT("x)`, "FDB_ENTRY(VLAN(1),zz)", "ROUTE_ENTRY(VIRTUAL_ROUTER(),x)",
		"ACL_RANGE(x,1-2)", "SAI_OBJECT_TYPE_VLAN(1)", "CUSTOM_RANGE_START()", strings.Repeat("BRIDGE_PORT(", 100)} {
		if k, err := ParseKey(text); err == nil {
			t.Errorf("%q is %#v", text, k)
		}
	}
}

func TestImplied(t *testing.T) {
	eth, lag, tun := PortKey{"Ethernet0"}, LagKey{"PortChannel1"}, TunnelKey{"vtep"}
	ip := netip.MustParseAddr("10.0.0.1")
	rif := RouterInterfaceKey{"Ethernet0"}
	for _, c := range []struct {
		key  Key
		want []engine.AttrValue
		refs []engine.Key
	}{
		{VlanKey{100}, []engine.AttrValue{{ID: VlanAttrVlanID, Value: uint16(100)}}, nil},
		{eth, nil, nil},
		{BridgePortKey{eth}, []engine.AttrValue{{ID: BridgePortAttrPortID, Value: L2Port(eth)}, {ID: BridgePortAttrType, Value: BridgePortTypePort}}, []engine.Key{eth}},
		{BridgePortKey{lag}, []engine.AttrValue{{ID: BridgePortAttrPortID, Value: L2Port(lag)}, {ID: BridgePortAttrType, Value: BridgePortTypePort}}, []engine.Key{lag}},
		{BridgePortKey{tun}, []engine.AttrValue{{ID: BridgePortAttrTunnelID, Value: L2Port(tun)}, {ID: BridgePortAttrType, Value: BridgePortTypeTunnel}}, []engine.Key{tun}},
		{BridgePortKey{}, nil, nil},
		{NextHopKey{RouterInterface: rif, IP: ip}, []engine.AttrValue{{ID: NextHopAttrRouterInterfaceID, Value: rif}, {ID: NextHopAttrIP, Value: ip}}, []engine.Key{rif}},
		{NextHopKey{Tunnel: tun, IP: ip, Vni: 7}, []engine.AttrValue{{ID: NextHopAttrIP, Value: ip}, {ID: NextHopAttrTunnelID, Value: tun}, {ID: NextHopAttrTunnelVni, Value: uint32(7)}}, []engine.Key{tun}},
		{NeighborEntryKey{rif, ip}, nil, []engine.Key{rif}},
		{LagMemberKey{lag, eth}, []engine.AttrValue{{ID: LagMemberAttrLagID, Value: lag}, {ID: LagMemberAttrPortID, Value: eth}}, []engine.Key{lag, eth}},
	} {
		var refs []engine.Key
		for k := range c.key.Refs {
			refs = append(refs, k)
		}
		if d := cmp.Diff(c.want, c.key.Implied(), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); d != "" {
			t.Errorf("%v implies (-want +got):\n%s", c.key, d)
		}
		if d := cmp.Diff(c.refs, refs); d != "" {
			t.Errorf("%v refers (-want +got):\n%s", c.key, d)
		}
	}
	for k := range (VlanMemberKey{VlanKey{1}, BridgePortKey{eth}}).Refs {
		if k != engine.Key(VlanKey{1}) {
			t.Errorf("went on with %v", k)
		}
		break
	}
}

func FuzzParseKey(f *testing.F) {
	for _, s := range []string{"VLAN_MEMBER(VLAN(100),BRIDGE_PORT(PORT(Ethernet0)))", `PORT("a\x00")`, "NEXT_HOP(,::1,TUNNEL(x),1,00:00:00:00:00:01,1)", "SWITCH()"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParseKey(text)
		if err != nil {
			return
		}
		if again, err := ParseKey(k.String()); err != nil || again != k {
			t.Fatalf("%q is %#v, whose text %q is %#v, %v", text, k, k, again, err)
		}
	})
}
