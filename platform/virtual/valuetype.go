package virtual

import (
	"net/netip"
	"reflect"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// sameType tells whether v has the Go type that sai names for a value type.
func sameType(t sai.ValueType, v any) bool {
	switch t {
	case sai.TypeBool:
		return is[bool](v)
	case sai.TypeUint8:
		return is[uint8](v)
	case sai.TypeUint16:
		return is[uint16](v)
	case sai.TypeUint32:
		return is[uint32](v)
	case sai.TypeUint64:
		return is[uint64](v)
	case sai.TypeInt32:
		return is[int32](v)
	case sai.TypeOID:
		return is[sai.OID](v)
	case sai.TypeObjectList:
		return is[sai.ObjectList](v)
	case sai.TypeMAC:
		return is[sai.MAC](v)
	case sai.TypePointer:
		return is[sai.Pointer](v)
	case sai.TypeU32List:
		return is[sai.U32List](v)
	}
	return sameAclType(t, v)
}

func sameAclType(t sai.ValueType, v any) bool {
	switch t {
	case sai.TypeAclFieldBool:
		return is[sai.AclField[bool]](v)
	case sai.TypeAclFieldUint8:
		return is[sai.AclField[uint8]](v)
	case sai.TypeAclFieldUint16:
		return is[sai.AclField[uint16]](v)
	case sai.TypeAclFieldUint32:
		return is[sai.AclField[uint32]](v)
	case sai.TypeAclFieldUint64:
		return is[sai.AclField[uint64]](v)
	case sai.TypeAclFieldMAC:
		return is[sai.AclField[sai.MAC]](v)
	case sai.TypeAclFieldIPv4, sai.TypeAclFieldIPv6:
		return is[sai.AclField[netip.Addr]](v)
	case sai.TypeAclFieldOID:
		return is[sai.AclField[sai.OID]](v)
	case sai.TypeAclFieldObjectList:
		return is[sai.AclFieldObjects](v)
	case sai.TypeAclFieldU8List:
		return is[sai.AclFieldBytes](v)
	case sai.TypeAclFieldMaskIPv6:
		return is[netip.Addr](v)
	case sai.TypeAclActionBool:
		return is[sai.AclAction[bool]](v)
	case sai.TypeAclActionUint8:
		return is[sai.AclAction[uint8]](v)
	case sai.TypeAclActionUint16:
		return is[sai.AclAction[uint16]](v)
	case sai.TypeAclActionUint32:
		return is[sai.AclAction[uint32]](v)
	case sai.TypeAclActionInt32:
		return is[sai.AclAction[int32]](v)
	case sai.TypeAclActionMAC:
		return is[sai.AclAction[sai.MAC]](v)
	case sai.TypeAclActionIPv4, sai.TypeAclActionIPv6, sai.TypeAclActionIPAddress:
		return is[sai.AclAction[netip.Addr]](v)
	case sai.TypeAclActionOID:
		return is[sai.AclAction[sai.OID]](v)
	case sai.TypeAclActionObjectList:
		return is[sai.AclActionObjects](v)
	}
	return sameRareType(t, v)
}

func sameRareType(t sai.ValueType, v any) bool {
	switch t {
	case sai.TypeInt8:
		return is[int8](v)
	case sai.TypeInt16:
		return is[int16](v)
	case sai.TypeInt64:
		return is[int64](v)
	case sai.TypeIPAddressList:
		return is[sai.IPList](v)
	case sai.TypeU8List:
		return is[sai.U8List](v)
	case sai.TypeS8List:
		return is[sai.S8List](v)
	case sai.TypeU16List, sai.TypeVlanList:
		return is[sai.U16List](v)
	case sai.TypeS32List:
		return is[sai.S32List](v)
	case sai.TypeU16Range:
		return is[sai.U16Range](v)
	case sai.TypeU32Range:
		return is[sai.U32Range](v)
	case sai.TypeU64RangeList:
		return is[sai.U64RangeList](v)
	case sai.TypeTimespec:
		return is[sai.Timespec](v)
	case sai.TypeJSON:
		return is[sai.JSON](v)
	case sai.TypeMapList:
		return is[sai.MapList](v)
	case sai.TypeQosMapList:
		return is[sai.QosMapList](v)
	case sai.TypeSegmentList:
		return is[sai.SegmentList](v)
	case sai.TypeTlvList:
		return is[sai.TlvList](v)
	case sai.TypeAclChainList:
		return is[sai.AclChainList](v)
	case sai.TypeSystemPortConfig:
		return is[sai.SystemPortConfig](v)
	case sai.TypeSystemPortConfigList:
		return is[sai.SystemPortConfigList](v)
	case sai.TypeTapsList:
		return is[sai.TapsList](v)
	case sai.TypeMacsecSak:
		return is[sai.MacsecSak](v)
	case sai.TypeMacsecSalt:
		return is[sai.MacsecSalt](v)
	case sai.TypeMacsecAuthKey:
		return is[sai.MacsecAuthKey](v)
	case sai.TypeEncryptKey:
		return is[sai.EncryptKey](v)
	case sai.TypeAuthKey:
		return is[sai.AuthKey](v)
	}
	return v != nil // the types of read-only attributes: nobody gives them but set_ro, whose values come out of a parser
}

func is[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

// own copies what a value points to: requests are not kept, and results may be written to.
func own(v any) any {
	switch v := v.(type) {
	case sai.ObjectList:
		return slices.Clone(v)
	case sai.AclFieldObjects:
		v.Value = slices.Clone(v.Value)
		return v
	case sai.AclFieldBytes:
		v.Value, v.Mask = slices.Clone(v.Value), slices.Clone(v.Mask)
		return v
	case sai.AclActionObjects:
		v.Value = slices.Clone(v.Value)
		return v
	case sai.AclCapability:
		v.Actions = slices.Clone(v.Actions)
		return v
	case sai.TapsList:
		v = slices.Clone(v)
		for i := range v {
			v[i] = slices.Clone(v[i])
		}
		return v
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice || r.IsNil() {
		return v
	}
	clone := reflect.MakeSlice(r.Type(), r.Len(), r.Len())
	reflect.Copy(clone, r)
	return clone.Interface()
}

// length gives the number of elements of a list value.
func length(v any) (int, bool) {
	if l, ok := v.(sai.ObjectList); ok {
		return len(l), true
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice {
		return r.Len(), true
	}
	return 0, false
}
