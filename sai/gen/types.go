package main

import (
	"fmt"
	"strings"
)

// valueType describes how values of a SAI type look in Go.
type valueType struct {
	Const string // TypeBool
	Param string // the constructor's parameter type; ... for variadic, empty if it takes an engine.Key
	Wrap  string // how the parameter becomes the value; %s is the parameter
}

// scalars by C type, for plain attributes and inside ACL fields and actions.
var scalars = map[string]string{
	"bool": "bool", "sai_uint8_t": "uint8", "sai_uint16_t": "uint16", "sai_uint32_t": "uint32", "sai_uint64_t": "uint64",
	"sai_int8_t": "int8", "sai_int16_t": "int16", "sai_int32_t": "int32", "sai_int64_t": "int64", "sai_mac_t": "MAC",
	"sai_ip4_t": "netip.Addr", "sai_ip6_t": "netip.Addr", "sai_ip_address_t": "netip.Addr",
}

// scalarConst is the suffix of a scalar's ValueType.
var scalarConst = map[string]string{
	"bool": "Bool", "sai_uint8_t": "Uint8", "sai_uint16_t": "Uint16", "sai_uint32_t": "Uint32", "sai_uint64_t": "Uint64",
	"sai_int8_t": "Int8", "sai_int16_t": "Int16", "sai_int32_t": "Int32", "sai_int64_t": "Int64", "sai_mac_t": "MAC",
	"sai_ip4_t": "IPv4", "sai_ip6_t": "IPv6", "sai_ip_address_t": "IPAddress",
}

var plainTypes = map[string]valueType{
	"sai_object_id_t":                         {Const: "TypeOID"},
	"sai_object_list_t":                       {Const: "TypeObjectList", Param: "...engine.Key", Wrap: "KeyList(%s)"},
	"sai_ip_address_list_t":                   {Const: "TypeIPAddressList", Param: "...netip.Addr", Wrap: "IPList(%s)"},
	"char":                                    {Const: "TypeChar", Param: "string"},
	"sai_u8_list_t":                           {Const: "TypeU8List", Param: "...uint8", Wrap: "U8List(%s)"},
	"sai_s8_list_t":                           {Const: "TypeS8List", Param: "...int8", Wrap: "S8List(%s)"},
	"sai_u16_list_t":                          {Const: "TypeU16List", Param: "...uint16", Wrap: "U16List(%s)"},
	"sai_u32_list_t":                          {Const: "TypeU32List", Param: "...uint32", Wrap: "U32List(%s)"},
	"sai_s32_list_t":                          {Const: "TypeS32List", Param: "...int32", Wrap: "S32List(%s)"},
	"sai_vlan_list_t":                         {Const: "TypeVlanList", Param: "...uint16", Wrap: "U16List(%s)"},
	"sai_u16_range_t":                         {Const: "TypeU16Range", Param: "U16Range"},
	"sai_u32_range_t":                         {Const: "TypeU32Range", Param: "U32Range"},
	"sai_u64_range_list_t":                    {Const: "TypeU64RangeList", Param: "...U64Range", Wrap: "U64RangeList(%s)"},
	"sai_timespec_t":                          {Const: "TypeTimespec", Param: "Timespec"},
	"sai_json_t":                              {Const: "TypeJSON", Param: "JSON"},
	"sai_map_list_t":                          {Const: "TypeMapList", Param: "...MapPair", Wrap: "MapList(%s)"},
	"sai_qos_map_list_t":                      {Const: "TypeQosMapList", Param: "...QosMapPair", Wrap: "QosMapList(%s)"},
	"sai_segment_list_t":                      {Const: "TypeSegmentList", Param: "...netip.Addr", Wrap: "SegmentList(%s)"},
	"sai_tlv_list_t":                          {Const: "TypeTlvList", Param: "...Tlv", Wrap: "TlvList(%s)"},
	"sai_acl_capability_t":                    {Const: "TypeAclCapability", Param: "AclCapability"},
	"sai_acl_resource_list_t":                 {Const: "TypeAclResourceList", Param: "...AclResource", Wrap: "AclResourceList(%s)"},
	"sai_acl_chain_list_t":                    {Const: "TypeAclChainList", Param: "...AclChain", Wrap: "AclChainList(%s)"},
	"sai_system_port_config_t":                {Const: "TypeSystemPortConfig", Param: "SystemPortConfig"},
	"sai_system_port_config_list_t":           {Const: "TypeSystemPortConfigList", Param: "...SystemPortConfig", Wrap: "SystemPortConfigList(%s)"},
	"sai_prbs_rx_state_t":                     {Const: "TypePrbsRxState", Param: "PrbsRxState"},
	"sai_prbs_per_lane_rx_status_list_t":      {Const: "TypePrbsLaneStatusList", Param: "PrbsLaneStatusList"},
	"sai_prbs_per_lane_rx_state_list_t":       {Const: "TypePrbsLaneStateList", Param: "PrbsLaneStateList"},
	"sai_prbs_per_lane_bit_error_rate_list_t": {Const: "TypePrbsLaneBerList", Param: "PrbsLaneBerList"},
	"sai_port_eye_values_list_t":              {Const: "TypePortEyeValuesList", Param: "PortEyeValuesList"},
	"sai_port_pam4_eye_values_list_t":         {Const: "TypePortPam4EyeValuesList", Param: "PortPam4EyeValuesList"},
	"sai_port_err_status_list_t":              {Const: "TypePortErrStatusList", Param: "S32List"},
	"sai_fabric_port_reachability_t":          {Const: "TypeFabricReachability", Param: "FabricReachability"},
	"sai_latch_status_t":                      {Const: "TypeLatchStatus", Param: "LatchStatus"},
	"sai_port_lane_latch_status_list_t":       {Const: "TypeLaneLatchStatusList", Param: "LaneLatchStatusList"},
	"sai_port_frequency_offset_ppm_list_t":    {Const: "TypeFrequencyOffsetList", Param: "LaneValueList"},
	"sai_port_snr_list_t":                     {Const: "TypeSnrList", Param: "LaneValueList"},
	"sai_taps_list_t":                         {Const: "TypeTapsList", Param: "...S32List", Wrap: "TapsList(%s)"},
	"sai_macsec_sak_t":                        {Const: "TypeMacsecSak", Param: "MacsecSak"},
	"sai_macsec_salt_t":                       {Const: "TypeMacsecSalt", Param: "MacsecSalt"},
	"sai_macsec_auth_key_t":                   {Const: "TypeMacsecAuthKey", Param: "MacsecAuthKey"},
	"sai_encrypt_key_t":                       {Const: "TypeEncryptKey", Param: "EncryptKey"},
	"sai_auth_key_t":                          {Const: "TypeAuthKey", Param: "AuthKey"},
	"sai_poe_port_power_consumption_t":        {Const: "TypePoePowerConsumption", Param: "PoePowerConsumption"},
}

// resolveType decides an attribute's value type from its C type.
func (f *facts) resolveType(a *attr) error {
	outer, inner, nested := strings.Cut(a.CType, " ")
	_, isEnum := f.Enums[outer]
	_, innerEnum := f.Enums[inner]
	switch {
	case outer == "sai_acl_field_data_t":
		return f.resolveAcl(a, inner, "TypeAclField", innerEnum)
	case outer == "sai_acl_action_data_t":
		return f.resolveAcl(a, inner, "TypeAclAction", innerEnum)
	case outer == "sai_acl_field_data_mask_t" && inner == "sai_ip6_t":
		a.Value = valueType{Const: "TypeAclFieldMaskIPv6", Param: "netip.Addr"}
	case outer == "sai_pointer_t":
		a.Value = valueType{Const: "TypePointer", Param: "Pointer"}
	case outer == "sai_s32_list_t" && innerEnum:
		a.Enum = inner
		a.Value = valueType{Const: "TypeEnumList", Param: "..." + enumType(inner), Wrap: "s32List(%s)"}
	case isEnum && !nested:
		a.Enum = outer
		a.Value = valueType{Const: "TypeEnum", Param: enumType(outer)}
	case scalars[outer] != "" && !nested:
		a.Value = valueType{Const: "Type" + scalarConst[outer], Param: scalars[outer]}
	default:
		t, ok := plainTypes[outer]
		if !ok || nested {
			return fmt.Errorf("%s: unknown type %q", a.Symbol, a.CType)
		}
		a.Value = t
		if outer == "sai_port_err_status_list_t" {
			a.Enum = "sai_port_err_status_t"
		}
	}
	return nil
}

func (f *facts) resolveAcl(a *attr, inner, prefix string, enum bool) error {
	field := prefix == "TypeAclField"
	switch {
	case enum && field:
		a.Enum = inner
		a.Value = valueType{Const: prefix + "Enum", Param: "AclField[" + enumType(inner) + "]", Wrap: "enumField(%s)"}
	case enum:
		a.Enum = inner
		a.Value = valueType{Const: prefix + "Enum", Param: enumType(inner), Wrap: "Act(int32(%s))"}
	case inner == "sai_object_id_t":
		a.Value = valueType{Const: prefix + "OID"}
	case inner == "sai_object_list_t":
		a.Value = valueType{Const: prefix + "ObjectList", Param: "...engine.Key", Wrap: "KeyList(%s)"}
	case inner == "sai_u8_list_t" && field:
		a.Value = valueType{Const: prefix + "U8List", Param: "AclFieldBytes"}
	case inner == "bool" && field:
		a.Value = valueType{Const: prefix + "Bool", Param: "bool", Wrap: "AclField[bool]{Enabled: true, Value: %s}"}
	case scalars[inner] != "" && field:
		a.Value = valueType{Const: prefix + scalarConst[inner], Param: "AclField[" + scalars[inner] + "]"}
	case scalars[inner] != "":
		a.Value = valueType{Const: prefix + scalarConst[inner], Param: scalars[inner], Wrap: "Act(%s)"}
	default:
		return fmt.Errorf("%s: unknown type %q", a.Symbol, a.CType)
	}
	return nil
}
