package sai

import (
	"net/netip"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// drawValue makes any value of an attribute's type.
func drawValue(t *rapid.T, a *AttrMeta) any {
	switch a.Type {
	case TypeEnum:
		return a.Enum.Box(drawEnum(t, a.Enum))
	case TypeEnumList, TypePortErrStatusList:
		return S32List(rapid.SliceOf(rapid.Custom(func(t *rapid.T) int32 { return drawEnum(t, a.Enum) })).Draw(t, "list"))
	case TypeAclFieldEnum:
		return drawField(t, drawEnum(t, a.Enum), rapid.Int32().Draw(t, "mask"))
	case TypeAclActionEnum:
		return drawAction(t, drawEnum(t, a.Enum))
	case TypeIPv4, TypeAclActionIPv4, TypeAclFieldIPv4, TypeIPv6, TypeAclActionIPv6, TypeAclFieldIPv6, TypeIPAddress, TypeAclActionIPAddress,
		TypeAclFieldMaskIPv6, TypeSegmentList, TypeIPAddressList:
		return drawIPs(t, a.Type)
	case TypeChar:
		s := []byte(rapid.SliceOfN(rapid.ByteRange(1, 255), 0, 32).Draw(t, "char"))
		return string(s)
	case TypeJSON:
		return JSON(rapid.String().Draw(t, "json"))
	case TypeAclFieldBool:
		return drawField(t, rapid.Bool().Draw(t, "value"), false)
	case TypeAclFieldOID:
		return drawField(t, OID(rapid.Uint64().Draw(t, "oid")), 0)
	case TypeAclFieldMAC:
		return drawField(t, drawMAC(t), drawMAC(t))
	case TypeAclFieldUint8:
		return drawField(t, rapid.Byte().Draw(t, "value"), rapid.Byte().Draw(t, "mask"))
	case TypeAclFieldUint16:
		return drawField(t, rapid.Uint16().Draw(t, "value"), rapid.Uint16().Draw(t, "mask"))
	case TypeAclFieldUint32:
		return drawField(t, rapid.Uint32().Draw(t, "value"), rapid.Uint32().Draw(t, "mask"))
	case TypeAclFieldUint64:
		return drawField(t, rapid.Uint64().Draw(t, "value"), rapid.Uint64().Draw(t, "mask"))
	}
	return drawShape(t, reflect.TypeOf(sampleValues[a.Type])).Interface()
}

// sampleValues gives the Go type of each value type that drawShape fills.
var sampleValues = map[ValueType]any{
	TypeBool: false, TypeUint8: uint8(0), TypeUint16: uint16(0), TypeUint32: uint32(0), TypeUint64: uint64(0), TypeInt8: int8(0), TypeInt16: int16(0),
	TypeInt32: int32(0), TypeInt64: int64(0), TypeOID: OID(0), TypeObjectList: ObjectList{}, TypeMAC: MAC{}, TypePointer: Pointer(0), TypeU8List: U8List{},
	TypeS8List: S8List{}, TypeU16List: U16List{}, TypeU32List: U32List{}, TypeS32List: S32List{}, TypeVlanList: U16List{}, TypeU16Range: U16Range{},
	TypeU32Range: U32Range{}, TypeU64RangeList: U64RangeList{}, TypeTimespec: Timespec{}, TypeMapList: MapList{}, TypeQosMapList: QosMapList{},
	TypeTlvList: TlvList{}, TypeAclCapability: AclCapability{}, TypeAclResourceList: AclResourceList{}, TypeAclChainList: AclChainList{},
	TypeSystemPortConfig: SystemPortConfig{}, TypeSystemPortConfigList: SystemPortConfigList{}, TypePrbsRxState: PrbsRxState{},
	TypePrbsLaneStatusList: PrbsLaneStatusList{}, TypePrbsLaneStateList: PrbsLaneStateList{}, TypePrbsLaneBerList: PrbsLaneBerList{},
	TypePortEyeValuesList: PortEyeValuesList{}, TypePortPam4EyeValuesList: PortPam4EyeValuesList{}, TypeFabricReachability: FabricReachability{},
	TypeLatchStatus: LatchStatus{}, TypeLaneLatchStatusList: LaneLatchStatusList{}, TypeFrequencyOffsetList: LaneValueList{}, TypeSnrList: LaneValueList{},
	TypeTapsList: TapsList{}, TypeMacsecSak: MacsecSak{}, TypeMacsecSalt: MacsecSalt{}, TypeMacsecAuthKey: MacsecAuthKey{}, TypeEncryptKey: EncryptKey{},
	TypeAuthKey: AuthKey{}, TypePoePowerConsumption: PoePowerConsumption{}, TypeAclFieldObjectList: AclFieldObjects{}, TypeAclFieldU8List: AclFieldBytes{},
	TypeAclActionBool: AclAction[bool]{}, TypeAclActionUint8: AclAction[uint8]{}, TypeAclActionUint16: AclAction[uint16]{}, TypeAclActionUint32: AclAction[uint32]{},
	TypeAclActionInt32: AclAction[int32]{}, TypeAclActionMAC: AclAction[MAC]{}, TypeAclActionOID: AclAction[OID]{}, TypeAclActionObjectList: AclActionObjects{},
}

func drawEnum(t *rapid.T, m *EnumMeta) int32 {
	if rapid.Bool().Draw(t, "unknown") {
		return rapid.Int32().Draw(t, "number")
	}
	return rapid.SampledFrom(m.Symbols).Draw(t, "symbol").Value
}

func drawMAC(t *rapid.T) MAC { return MAC(rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "mac")) }

// drawField leaves disabled fields zero: their content is not written.
func drawField[T comparable](t *rapid.T, value, mask T) AclField[T] {
	if !rapid.Bool().Draw(t, "enabled") {
		return AclField[T]{}
	}
	return Match(value, mask)
}

func drawAction[T comparable](t *rapid.T, value T) AclAction[T] {
	if !rapid.Bool().Draw(t, "enabled") {
		return AclAction[T]{}
	}
	return Act(value)
}

func drawIPs(t *rapid.T, typ ValueType) any {
	four := func() netip.Addr { return netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "ip4"))) }
	switch typ {
	case TypeIPv4:
		return four()
	case TypeAclFieldIPv4:
		return drawField(t, four(), four())
	case TypeAclActionIPv4:
		return drawAction(t, four())
	case TypeIPv6, TypeAclFieldMaskIPv6:
		return drawAddr6(t)
	case TypeAclFieldIPv6:
		return drawField(t, drawAddr6(t), drawAddr6(t))
	case TypeAclActionIPv6:
		return drawAction(t, drawAddr6(t))
	case TypeSegmentList:
		return SegmentList(rapid.SliceOf(rapid.Custom(drawAddr6)).Draw(t, "segments"))
	case TypeIPAddressList:
		return IPList(rapid.SliceOf(rapid.Custom(drawAddr)).Draw(t, "addresses"))
	case TypeAclActionIPAddress:
		return drawAction(t, drawAddr(t))
	}
	return drawAddr(t)
}

// drawShape fills a value by its shape, and then puts right what not every value of the shape may be.
func drawShape(t *rapid.T, typ reflect.Type) reflect.Value {
	v := reflect.New(typ).Elem()
	switch typ.Kind() {
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "int") >> (64 - typ.Bits()))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, "uint") >> (64 - typ.Bits()))
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).Set(drawShape(t, typ.Elem()))
		}
	case reflect.Slice:
		for range rapid.IntRange(0, 12).Draw(t, "length") {
			v.Set(reflect.Append(v, drawShape(t, typ.Elem())))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			v.Field(i).Set(drawShape(t, typ.Field(i).Type))
		}
	default:
		t.Fatalf("no way to draw a %v", typ)
	}
	return canonical(v)
}

func canonical(v reflect.Value) reflect.Value {
	switch x := v.Interface().(type) {
	case LaneValueList: // one value a lane, in order
		for i := range x {
			x[i].Lane = uint32(i) * 7
		}
	case LaneLatchStatusList:
		for i := range x {
			x[i].Lane = uint32(i)
		}
	case TapsList:
		lanes := 3
		for i := range x {
			x[i] = append(x[i], 1, 2, 3)[:lanes]
		}
	default:
		if v.Kind() == reflect.Struct && v.NumField() > 0 && v.Type().Field(0).Name == "Enabled" && !v.Field(0).Bool() {
			v.SetZero()
		}
	}
	return v
}

// Every value of every attribute comes back from its text, and the text is the same again.
func TestValuesRoundTrip(t *testing.T) {
	for _, ot := range objectTypes() {
		m := ot.Meta()
		for i := range m.Attrs {
			a := &m.Attrs[i]
			rapid.Check(t, func(t *rapid.T) {
				v := drawValue(t, a)
				text, err := AppendValue([]byte("x"), a, v)
				if err != nil {
					t.Fatalf("%s: %#v: %v", a.Name, v, err)
				}
				got, err := ParseValue(a, string(text[1:]))
				if err != nil {
					t.Fatal(err)
				}
				if !same(v, got) {
					t.Fatalf("%s: %#v is %q, which is %#v", a.Name, v, text[1:], got)
				}
				if again, err := AppendValue([]byte("x"), a, got); err != nil || string(again) != string(text) {
					t.Fatalf("%s: %q again is %q, %v", a.Name, text, again, err)
				}
			})
		}
	}
}

func same(a, b any) bool {
	if e, ok := a.(interface{ Equal(any) bool }); ok {
		return e.Equal(b)
	}
	return a == b
}
