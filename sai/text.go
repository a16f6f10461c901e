package sai

import (
	"fmt"
	"strconv"
)

// AppendValue appends the ASIC_DB text of an attribute's value (sonic-contract 2.6). Nil is the null object, the null list or a
// disabled ACL field or action. Values of another type than Meta.Type names, and values that have no text, are errors.
func AppendValue(dst []byte, a *AttrMeta, v any) ([]byte, error) {
	switch v := v.(type) { // what routes are made of, first
	case OID:
		if a.Type == TypeOID {
			return v.append(dst), nil
		}
	case Count:
		if text, ok := countText(a.Type, v); ok {
			return append(dst, text...), nil
		}
	}
	if int(a.Type) >= len(codecs) || codecs[a.Type].append == nil {
		return dst, fmt.Errorf("%s: unknown value type %d", a.Name, a.Type)
	}
	n := len(dst)
	out, err := codecs[a.Type].append(dst, a, v)
	if err != nil {
		return dst[:n], fmt.Errorf("%s: %w", a.Name, err)
	}
	return out, nil
}

// ParseValue parses the ASIC_DB text of an attribute's value. A list's bare count gives a Count.
func ParseValue(a *AttrMeta, text string) (any, error) {
	if int(a.Type) >= len(codecs) || codecs[a.Type].parse == nil {
		return nil, fmt.Errorf("%s: unknown value type %d", a.Name, a.Type)
	}
	v, err := codecs[a.Type].parse(a, text)
	if err != nil {
		return nil, fmt.Errorf("%s: value %.200q: %w", a.Name, text, err)
	}
	return v, nil
}

// Append appends the attribute as name=value, the form of bulk commands.
func (a Attribute) Append(dst []byte) ([]byte, error) {
	return AppendValue(append(append(dst, a.Meta.Name...), '='), a.Meta, a.Value)
}

func (a Attribute) String() string {
	b, err := a.Append(nil)
	if err != nil {
		return a.Meta.Name + "=?"
	}
	return string(b)
}

// codec is the text of one value type.
type codec struct {
	append func(dst []byte, a *AttrMeta, v any) ([]byte, error)
	parse  func(a *AttrMeta, text string) (any, error)
	is     func(v any) bool // whether v has the type's Go type
	list   listForm
}

// listForm tells how a list states only its length.
type listForm uint8

const (
	noList   listForm = iota
	textList          // N
	jsonList          // {"count":N,"list":null}
)

func countText(t ValueType, n Count) (string, bool) {
	if int(t) >= len(codecs) {
		return "", false
	}
	s := strconv.FormatUint(uint64(n), 10)
	switch codecs[t].list {
	case textList:
		return s, true
	case jsonList:
		return `{"count":` + s + `,"list":null}`, true
	}
	return "", false
}

// IsList tells whether values of type t are lists, which may overflow the room that a Get offers.
func (t ValueType) IsList() bool { return int(t) < len(codecs) && codecs[t].list != noList }

var codecs = [...]codec{
	TypeBool:                  plain(appendBool, parseBool),
	TypeUint8:                 plain(appendUint[uint8], parseUint[uint8]),
	TypeUint16:                plain(appendUint[uint16], parseUint[uint16]),
	TypeUint32:                plain(appendUint[uint32], parseUint[uint32]),
	TypeUint64:                plain(appendUint[uint64], parseUint[uint64]),
	TypeInt8:                  plain(appendInt[int8], parseInt[int8]),
	TypeInt16:                 plain(appendInt[int16], parseInt[int16]),
	TypeInt32:                 plain(appendInt[int32], parseInt[int32]),
	TypeInt64:                 plain(appendInt[int64], parseInt[int64]),
	TypeEnum:                  {append: appendEnumValue, parse: parseEnumValue, is: is[Enum]},
	TypeOID:                   nullable(plain(appendOID, ParseOID), OID(0)),
	TypeObjectList:            list[ObjectList](appendOID, ParseOID),
	TypeMAC:                   plain(appendMAC, ParseMAC),
	TypeIPv4:                  plain(appendIPv4, parseIPv4),
	TypeIPv6:                  plain(appendIPv6, parseIPv6),
	TypeIPAddress:             plain(appendIP, parseIP),
	TypeIPAddressList:         list[IPList](appendIP, parseIP),
	TypeChar:                  plain(appendChar, parseChar),
	TypePointer:               nullable(plain(appendPointer, parsePointer), Pointer(0)),
	TypeU8List:                list[U8List](appendUint[uint8], parseUint[uint8]),
	TypeS8List:                list[S8List](appendInt[int8], parseInt[int8]),
	TypeU16List:               list[U16List](appendUint[uint16], parseUint[uint16]),
	TypeU32List:               list[U32List](appendUint[uint32], parseUint[uint32]),
	TypeS32List:               list[S32List](appendInt[int32], parseInt[int32]),
	TypeEnumList:              {append: appendEnumList, parse: parseEnumList, is: isOrNil[S32List], list: textList},
	TypeVlanList:              list[U16List](appendUint[uint16], parseUint[uint16]),
	TypeU16Range:              plain(appendU16Range, parseU16Range),
	TypeU32Range:              plain(appendU32Range, parseU32Range),
	TypeU64RangeList:          {append: appendRangeList, parse: parseRangeList, is: isOrNil[U64RangeList], list: textList},
	TypeTimespec:              plain(appendTimespec, parseTimespec),
	TypeJSON:                  plain(appendJSONValue, parseJSONValue),
	TypeMapList:               objects[MapList](appendMapPair, parseMapPair),
	TypeQosMapList:            objects[QosMapList](appendQosMapPair, parseQosMapPair),
	TypeSegmentList:           list[SegmentList](appendIPv6, parseIPv6),
	TypeTlvList:               objects[TlvList](appendTlv, parseTlv),
	TypeAclCapability:         plain(appendAclCapability, parseAclCapability),
	TypeAclResourceList:       objects[AclResourceList](appendAclResource, parseAclResource),
	TypeAclChainList:          objects[AclChainList](appendAclChain, parseAclChain),
	TypeSystemPortConfig:      plain(appendSystemPort, parseSystemPort),
	TypeSystemPortConfigList:  objects[SystemPortConfigList](appendSystemPort, parseSystemPort),
	TypePrbsRxState:           plain(appendPrbsState, parsePrbsState),
	TypePrbsLaneStatusList:    objects[PrbsLaneStatusList](appendPrbsLaneStatus, parsePrbsLaneStatus),
	TypePrbsLaneStateList:     objects[PrbsLaneStateList](appendPrbsLaneState, parsePrbsLaneState),
	TypePrbsLaneBerList:       objects[PrbsLaneBerList](appendPrbsLaneBer, parsePrbsLaneBer),
	TypePortEyeValuesList:     objects[PortEyeValuesList](appendEyeValues, parseEyeValues),
	TypePortPam4EyeValuesList: objects[PortPam4EyeValuesList](appendPam4EyeValues, parsePam4EyeValues),
	TypePortErrStatusList:     {append: appendEnumList, parse: parseEnumList, is: isOrNil[S32List], list: textList},
	TypeFabricReachability:    plain(appendReachability, parseReachability),
	TypeLatchStatus:           plain(appendLatch, parseLatch),
	TypeLaneLatchStatusList:   lanes[LaneLatchStatusList](laneOfLatch, appendLaneLatch, parseLaneLatch),
	TypeFrequencyOffsetList:   lanes[LaneValueList](laneOfValue, appendLanePpm, parseLanePpm),
	TypeSnrList:               lanes[LaneValueList](laneOfValue, appendLaneSnr, parseLaneSnr),
	TypeTapsList:              {append: appendTaps, parse: parseTaps, is: isOrNil[TapsList], list: textList},
	TypeMacsecSak:             plain(appendMacsecSak, parseMacsecSak),
	TypeMacsecSalt:            plain(appendMacsecSalt, parseMacsecSalt),
	TypeMacsecAuthKey:         plain(appendMacsecAuthKey, parseMacsecAuthKey),
	TypeEncryptKey:            plain(appendEncryptKey, parseEncryptKey),
	TypeAuthKey:               plain(appendAuthKey, parseAuthKey),
	TypePoePowerConsumption:   plain(appendPoe, parsePoe),
	TypeAclFieldBool:          boolField(),
	TypeAclFieldUint8:         field(appendUint[uint8], parseUint[uint8], appendMask[uint8], parseMask[uint8]),
	TypeAclFieldUint16:        field(appendUint[uint16], parseUint[uint16], appendMask[uint16], parseMask[uint16]),
	TypeAclFieldUint32:        field(appendUint[uint32], parseUint[uint32], appendMask[uint32], parseMask[uint32]),
	TypeAclFieldUint64:        field(appendUint[uint64], parseUint[uint64], appendMask[uint64], parseMask[uint64]),
	TypeAclFieldEnum:          {append: appendEnumField, parse: parseEnumField, is: isOrNil[AclField[int32]]},
	TypeAclFieldMAC:           field(appendMAC, ParseMAC, appendMAC, ParseMAC),
	TypeAclFieldIPv4:          field(appendIPv4, parseIPv4, appendIPv4, parseIPv4),
	TypeAclFieldIPv6:          field(appendIPv6, parseIPv6, appendIPv6, parseIPv6),
	TypeAclFieldOID:           oidField(),
	TypeAclFieldObjectList:    objectsField(),
	TypeAclFieldU8List:        {append: appendBytesField, parse: parseBytesField, is: isOrNil[AclFieldBytes]},
	TypeAclFieldMaskIPv6:      plain(appendIPv6, parseIPv6),
	TypeAclActionBool:         action(appendBool, parseBool),
	TypeAclActionUint8:        action(appendUint[uint8], parseUint[uint8]),
	TypeAclActionUint16:       action(appendUint[uint16], parseUint[uint16]),
	TypeAclActionUint32:       action(appendUint[uint32], parseUint[uint32]),
	TypeAclActionInt32:        action(appendInt[int32], parseInt[int32]),
	TypeAclActionEnum:         {append: appendEnumAction, parse: parseEnumAction, is: isOrNil[AclAction[int32]]},
	TypeAclActionMAC:          action(appendMAC, ParseMAC),
	TypeAclActionIPv4:         action(appendIPv4, parseIPv4),
	TypeAclActionIPv6:         action(appendIPv6, parseIPv6),
	TypeAclActionIPAddress:    action(appendIP, parseIP),
	TypeAclActionOID:          action(appendOID, ParseOID),
	TypeAclActionObjectList:   objectsAction(),
}
