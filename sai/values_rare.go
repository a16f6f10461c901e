package sai

// Value types of rarely used attributes.

// Tlv is a type-length-value option of SRv6: an ingress or egress node, an opaque container or an HMAC.
type Tlv struct {
	Type  TlvType
	Value [32]byte // the first bytes count, by type: 16 for a node or container, 8 and a 4-byte key id for an HMAC
}

// TlvList is a list of options.
type TlvList []Tlv

// Equal tells whether other is the same list.
func (l TlvList) Equal(other any) bool { return equalLists(l, other) }

// AclChain is a chain group at a stage.
type AclChain struct {
	Group OID
	Stage AclTableChainGroupStage
}

// AclChainList is a list of chain groups.
type AclChainList []AclChain

// Equal tells whether other is the same list.
func (l AclChainList) Equal(other any) bool { return equalLists(l, other) }

// SystemPortConfig is a port of a chassis as all its line cards see it.
type SystemPortConfig struct {
	PortID, AttachedSwitchID, AttachedCoreIndex, AttachedCorePortIndex, Speed, NumVoq uint32
}

// SystemPortConfigList is a list of system ports.
type SystemPortConfigList []SystemPortConfig

// Equal tells whether other is the same list.
func (l SystemPortConfigList) Equal(other any) bool { return equalLists(l, other) }

// PrbsRxState is the result of a pseudo-random bit sequence test.
type PrbsRxState struct {
	Status PortPrbsRxStatus
	Errors uint32
}

// PrbsLaneStatus is the status of one lane.
type PrbsLaneStatus struct {
	Lane   uint32
	Status PortPrbsRxStatus
}

// PrbsLaneStatusList is a list of lanes.
type PrbsLaneStatusList []PrbsLaneStatus

// Equal tells whether other is the same list.
func (l PrbsLaneStatusList) Equal(other any) bool { return equalLists(l, other) }

// PrbsLaneState is the test result of one lane.
type PrbsLaneState struct {
	Lane  uint32
	State PrbsRxState
}

// PrbsLaneStateList is a list of lanes.
type PrbsLaneStateList []PrbsLaneState

// Equal tells whether other is the same list.
func (l PrbsLaneStateList) Equal(other any) bool { return equalLists(l, other) }

// PrbsLaneBer is the bit error rate of one lane, Mantissa * 10^-Exponent.
type PrbsLaneBer struct {
	Lane     uint32
	Exponent uint8
	Mantissa uint64
}

// PrbsLaneBerList is a list of lanes.
type PrbsLaneBerList []PrbsLaneBer

// Equal tells whether other is the same list.
func (l PrbsLaneBerList) Equal(other any) bool { return equalLists(l, other) }

// PortEyeValues is the eye opening of one lane.
type PortEyeValues struct {
	Lane                  uint32
	Left, Right, Up, Down int32
}

// PortEyeValuesList is a list of lanes.
type PortEyeValuesList []PortEyeValues

// Equal tells whether other is the same list.
func (l PortEyeValuesList) Equal(other any) bool { return equalLists(l, other) }

// Pam4EyeValues is the opening of one of the three eyes of PAM4.
type Pam4EyeValues struct{ Left, Right, Up, Down int32 }

// PortPam4EyeValues is the eye opening of one lane.
type PortPam4EyeValues struct {
	Lane                 uint32
	Lower, Middle, Upper Pam4EyeValues
}

// PortPam4EyeValuesList is a list of lanes.
type PortPam4EyeValuesList []PortPam4EyeValues

// Equal tells whether other is the same list.
func (l PortPam4EyeValuesList) Equal(other any) bool { return equalLists(l, other) }

// FabricReachability tells whether a switch is reached through a fabric port.
type FabricReachability struct {
	SwitchID  uint32
	Reachable bool
}

// LatchStatus is a signal that remembers having changed since it was read.
type LatchStatus struct{ Changed, Current bool }

// LaneLatchStatus is the latched signal of one lane.
type LaneLatchStatus struct {
	Lane  uint32
	Value LatchStatus
}

// LaneLatchStatusList is a list of lanes.
type LaneLatchStatusList []LaneLatchStatus

// Equal tells whether other is the same list.
func (l LaneLatchStatusList) Equal(other any) bool { return equalLists(l, other) }

// LaneValue is a measurement of one lane.
type LaneValue struct {
	Lane  uint32
	Value int32
}

// LaneValueList is a list of lanes.
type LaneValueList []LaneValue

// Equal tells whether other is the same list.
func (l LaneValueList) Equal(other any) bool { return equalLists(l, other) }

// TapsList is an equalizer's taps, each with its value on every lane: TapsList[tap][lane].
type TapsList []S32List

// Equal tells whether other is the same list.
func (l TapsList) Equal(other any) bool {
	o, ok := other.(TapsList)
	if !ok || len(l) != len(o) {
		return false
	}
	for i := range l {
		if !l[i].Equal(o[i]) {
			return false
		}
	}
	return true
}

// MacsecSak is a MACsec key; 128-bit keys use its second half.
type MacsecSak [32]byte

// MacsecSalt is a MACsec salt.
type MacsecSalt [12]byte

// MacsecAuthKey is the hash subkey of a MACsec key.
type MacsecAuthKey [16]byte

// EncryptKey is an IPsec encryption key.
type EncryptKey [32]byte

// AuthKey is an IPsec or TAM authentication key.
type AuthKey [16]byte

// PoePowerConsumption is what a powered device draws.
type PoePowerConsumption struct {
	ActiveChannel                  PoePortActiveChannelType
	Voltage, Current, Consumption  uint32 // mV, mA, mW
	Signature                      PoePortSignatureType
	ClassMethod                    PoePortClassMethodType
	MeasuredClassA, AssignedClassA uint8
	MeasuredClassB, AssignedClassB uint8
}
