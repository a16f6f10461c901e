package sai

import (
	"net/netip"
	"slices"
)

// Pointer is an address in an ASIC's process, such as a notification callback's. On the wire only its being zero or not counts.
type Pointer uint64

// The list types. A nil list is SAI's null list. Equal makes them comparable for the engine.
type (
	ObjectList []OID
	IPList     []netip.Addr
	U8List     []uint8
	S8List     []int8
	U16List    []uint16
	U32List    []uint32
	S32List    []int32
)

func equalLists[L ~[]T, T comparable](a L, b any) bool {
	l, ok := b.(L)
	return ok && slices.Equal(a, l)
}

// Equal tells whether other is the same list.
func (l ObjectList) Equal(other any) bool { return equalLists(l, other) }

// Equal tells whether other is the same list.
func (l IPList) Equal(other any) bool { return equalLists(l, other) }

// Equal tells whether other is the same list.
func (l U8List) Equal(other any) bool { return equalLists(l, other) }

// Equal tells whether other is the same list.
func (l S8List) Equal(other any) bool { return equalLists(l, other) }

// Equal tells whether other is the same list.
func (l U16List) Equal(other any) bool { return equalLists(l, other) }

// Equal tells whether other is the same list.
func (l U32List) Equal(other any) bool { return equalLists(l, other) }

// Equal tells whether other is the same list.
func (l S32List) Equal(other any) bool { return equalLists(l, other) }

// U16Range is an inclusive range.
type U16Range struct{ Min, Max uint16 }

// U32Range is an inclusive range.
type U32Range struct{ Min, Max uint32 }

// U64Range is an inclusive range.
type U64Range struct{ Min, Max uint64 }

// U64RangeList is a list of ranges.
type U64RangeList []U64Range

// Equal tells whether other is the same list.
func (l U64RangeList) Equal(other any) bool { return equalLists(l, other) }

// Timespec is a time in seconds and nanoseconds.
type Timespec struct {
	Seconds     uint64
	Nanoseconds uint32
}

// JSON is a document that SAI passes on unread.
type JSON string

// MapPair is one element of a map list.
type MapPair struct {
	Key   uint32
	Value int32
}

// MapList is a list of number pairs.
type MapList []MapPair

// Equal tells whether other is the same list.
func (l MapList) Equal(other any) bool { return equalLists(l, other) }

// QosMapParams is one side of a QoS mapping; which fields count depends on the map's type.
type QosMapParams struct {
	TC, Dscp, Dot1p, Prio, PG, QueueIndex uint8
	Color                                 PacketColor
	MplsExp, FC                           uint8
}

// QosMapPair maps Key to Value.
type QosMapPair struct{ Key, Value QosMapParams }

// QosMapList is the content of a QoS map.
type QosMapList []QosMapPair

// Equal tells whether other is the same list.
func (l QosMapList) Equal(other any) bool { return equalLists(l, other) }

// SegmentList is a list of SRv6 segments.
type SegmentList []netip.Addr

// Equal tells whether other is the same list.
func (l SegmentList) Equal(other any) bool { return equalLists(l, other) }

// AclCapability is what one stage supports.
type AclCapability struct {
	ActionListMandatory bool
	Actions             S32List // of AclActionType
}

// Equal tells whether other is the same capability.
func (c AclCapability) Equal(other any) bool {
	o, ok := other.(AclCapability)
	return ok && c.ActionListMandatory == o.ActionListMandatory && slices.Equal(c.Actions, o.Actions)
}

// AclResource is what is left of a resource at a stage and bind point.
type AclResource struct {
	Stage     AclStage
	BindPoint AclBindPointType
	Available uint32
}

// AclResourceList is a list of what is left.
type AclResourceList []AclResource

// Equal tells whether other is the same list.
func (l AclResourceList) Equal(other any) bool { return equalLists(l, other) }

// AclField is a match of an ACL entry. The zero value is a disabled field.
type AclField[T comparable] struct {
	Enabled     bool
	Value, Mask T
}

// Match makes an enabled field: value under mask.
func Match[T comparable](value, mask T) AclField[T] { return AclField[T]{true, value, mask} }

// AclFieldObjects is a match on a list of objects, such as ingress ports.
type AclFieldObjects struct {
	Enabled bool
	Value   ObjectList
}

// Equal tells whether other is the same field.
func (f AclFieldObjects) Equal(other any) bool {
	o, ok := other.(AclFieldObjects)
	return ok && f.Enabled == o.Enabled && slices.Equal(f.Value, o.Value)
}

// AclFieldBytes is a match on user-defined bytes.
type AclFieldBytes struct {
	Enabled     bool
	Value, Mask U8List
}

// Equal tells whether other is the same field.
func (f AclFieldBytes) Equal(other any) bool {
	o, ok := other.(AclFieldBytes)
	return ok && f.Enabled == o.Enabled && slices.Equal(f.Value, o.Value) && slices.Equal(f.Mask, o.Mask)
}

// AclAction is an action of an ACL entry. The zero value is a disabled action.
type AclAction[T comparable] struct {
	Enabled bool
	Value   T
}

// Act makes an enabled action.
func Act[T comparable](value T) AclAction[T] { return AclAction[T]{true, value} }

// AclActionObjects is an action with a list of objects, such as mirror sessions.
type AclActionObjects struct {
	Enabled bool
	Value   ObjectList
}

// Equal tells whether other is the same action.
func (a AclActionObjects) Equal(other any) bool {
	o, ok := other.(AclActionObjects)
	return ok && a.Enabled == o.Enabled && slices.Equal(a.Value, o.Value)
}
