package sai

// ValueType is the SAI type of an attribute; it decides the Go type of its value and the text.
type ValueType uint8

// The value types, each with the Go type of its values.
const (
	_                         ValueType = iota
	TypeBool                            // bool
	TypeUint8                           // uint8
	TypeUint16                          // uint16
	TypeUint32                          // uint32
	TypeUint64                          // uint64
	TypeInt8                            // int8
	TypeInt16                           // int16
	TypeInt32                           // int32
	TypeInt64                           // int64
	TypeEnum                            // the enumeration's own type
	TypeOID                             // OID
	TypeObjectList                      // ObjectList
	TypeMAC                             // MAC
	TypeIPv4                            // netip.Addr
	TypeIPv6                            // netip.Addr
	TypeIPAddress                       // netip.Addr
	TypeIPAddressList                   // IPList
	TypeChar                            // string of up to 32 bytes
	TypePointer                         // Pointer
	TypeU8List                          // U8List
	TypeS8List                          // S8List
	TypeU16List                         // U16List
	TypeU32List                         // U32List
	TypeS32List                         // S32List
	TypeEnumList                        // S32List of the attribute's Enum
	TypeVlanList                        // U16List
	TypeU16Range                        // U16Range
	TypeU32Range                        // U32Range
	TypeU64RangeList                    // U64RangeList
	TypeTimespec                        // Timespec
	TypeJSON                            // JSON
	TypeMapList                         // MapList
	TypeQosMapList                      // QosMapList
	TypeSegmentList                     // SegmentList
	TypeTlvList                         // TlvList
	TypeAclCapability                   // AclCapability
	TypeAclResourceList                 // AclResourceList
	TypeAclChainList                    // AclChainList
	TypeSystemPortConfig                // SystemPortConfig
	TypeSystemPortConfigList            // SystemPortConfigList
	TypePrbsRxState                     // PrbsRxState
	TypePrbsLaneStatusList              // PrbsLaneStatusList
	TypePrbsLaneStateList               // PrbsLaneStateList
	TypePrbsLaneBerList                 // PrbsLaneBerList
	TypePortEyeValuesList               // PortEyeValuesList
	TypePortPam4EyeValuesList           // PortPam4EyeValuesList
	TypePortErrStatusList               // S32List of the attribute's Enum
	TypeFabricReachability              // FabricReachability
	TypeLatchStatus                     // LatchStatus
	TypeLaneLatchStatusList             // LaneLatchStatusList
	TypeFrequencyOffsetList             // LaneValueList, parts per million
	TypeSnrList                         // LaneValueList, 1/256 dB
	TypeTapsList                        // TapsList
	TypeMacsecSak                       // MacsecSak
	TypeMacsecSalt                      // MacsecSalt
	TypeMacsecAuthKey                   // MacsecAuthKey
	TypeEncryptKey                      // EncryptKey
	TypeAuthKey                         // AuthKey
	TypePoePowerConsumption             // PoePowerConsumption
	TypeAclFieldBool                    // AclField[bool]
	TypeAclFieldUint8                   // AclField[uint8]
	TypeAclFieldUint16                  // AclField[uint16]
	TypeAclFieldUint32                  // AclField[uint32]
	TypeAclFieldUint64                  // AclField[uint64]
	TypeAclFieldEnum                    // AclField[int32] of the attribute's Enum
	TypeAclFieldMAC                     // AclField[MAC]
	TypeAclFieldIPv4                    // AclField[netip.Addr]
	TypeAclFieldIPv6                    // AclField[netip.Addr]
	TypeAclFieldOID                     // AclField[OID]
	TypeAclFieldObjectList              // AclFieldObjects
	TypeAclFieldU8List                  // AclFieldBytes
	TypeAclFieldMaskIPv6                // netip.Addr, the mask of a table's field
	TypeAclActionBool                   // AclAction[bool]
	TypeAclActionUint8                  // AclAction[uint8]
	TypeAclActionUint16                 // AclAction[uint16]
	TypeAclActionUint32                 // AclAction[uint32]
	TypeAclActionInt32                  // AclAction[int32]
	TypeAclActionEnum                   // AclAction[int32] of the attribute's Enum
	TypeAclActionMAC                    // AclAction[MAC]
	TypeAclActionIPv4                   // AclAction[netip.Addr]
	TypeAclActionIPv6                   // AclAction[netip.Addr]
	TypeAclActionIPAddress              // AclAction[netip.Addr]
	TypeAclActionOID                    // AclAction[OID]
	TypeAclActionObjectList             // AclActionObjects
)
