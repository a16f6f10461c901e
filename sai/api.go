package sai

import (
	"context"
	"fmt"
	"strings"
)

// Object identifies an object in calls: by OID, or by its entry struct for types that have one.
type Object struct {
	Type  ObjectType
	OID   OID
	Entry Entry
}

// Append appends the key of ASIC_DB, SAI_OBJECT_TYPE_X:oid:0x.. or SAI_OBJECT_TYPE_X:{json} (sonic-contract 2.6).
func (o Object) Append(dst []byte) []byte {
	dst = append(append(dst, o.Type.String()...), ':')
	return o.AppendID(dst)
}

// AppendID appends the part after the type.
func (o Object) AppendID(dst []byte) []byte {
	if o.Entry != nil {
		return o.Entry.AppendJSON(dst)
	}
	return o.OID.append(dst)
}

func (o Object) String() string { return string(o.Append(nil)) }

// ParseObject reverses Append.
func ParseObject(text string) (Object, error) {
	name, id, _ := strings.Cut(text, ":")
	t, err := ParseObjectType(name)
	if err != nil {
		return Object{}, fmt.Errorf("object %q: %w", text, err)
	}
	return ParseObjectID(t, id)
}

// ParseObjectID parses the part after the type.
func ParseObjectID(t ObjectType, id string) (Object, error) {
	if IsEntry(t) {
		e, err := ParseEntry(t, id)
		return Object{Type: t, Entry: e}, err
	}
	oid, err := ParseOID(id)
	return Object{Type: t, OID: oid}, err
}

// Attribute is an attribute with its value, of the Go type that Meta.Type names. A nil Value asks a Get for it.
type Attribute struct {
	Meta  *AttrMeta
	Value any
}

// CreateRequest asks for an object. Its OID is 0 to have one assigned.
type CreateRequest struct {
	Object Object
	Attrs  []Attribute
}

// CreateResult tells the OID of a created object; 0 for entries.
type CreateResult struct {
	OID    OID
	Status Status
}

// SetRequest changes an attribute.
type SetRequest struct {
	Object Object
	Attr   Attribute
}

// GetRequest reads attributes. A list in an attribute's Value states by its length how many elements the caller takes; nil takes all.
type GetRequest struct {
	Object Object
	Attrs  []Attribute
}

// GetResult holds the attributes in the order of the request. On StatusBufferOverflow lists that did not fit are Count values.
type GetResult struct {
	Attrs  []Attribute
	Status Status
}

// Count stands for a list of which only the length is told; its text is the bare number.
type Count uint32

// StatsRequest reads or clears counters, by the numbers of the object type's Stats enum.
type StatsRequest struct {
	Object Object
	Stats  []int32
}

// StatsResult holds the values in the order of the request.
type StatsResult struct {
	Values []uint64
	Status Status
}

// Capability tells what an ASIC can do with an attribute.
type Capability struct{ Create, Set, Get bool }

// API is an ASIC. Bulk is the only form: one call is about objects of one type, and result i is for request i; some may fail and
// others succeed. Calls are made from one goroutine at a time. Notifications arrive on a channel that the implementation is built with.
//
// Values that are null lists are nil slices of their type. Implementations keep neither requests nor the slices in them.
type API interface {
	Create(ctx context.Context, t ObjectType, r []CreateRequest) []CreateResult
	Remove(ctx context.Context, t ObjectType, o []Object) []Status
	Set(ctx context.Context, t ObjectType, r []SetRequest) []Status
	Get(ctx context.Context, t ObjectType, r []GetRequest) []GetResult
	GetStats(ctx context.Context, t ObjectType, r []StatsRequest) []StatsResult
	ClearStats(ctx context.Context, t ObjectType, r []StatsRequest) []Status
	// FlushFdb removes FDB entries that fit all attributes (of SAI_OBJECT_TYPE_FDB_FLUSH).
	FlushFdb(ctx context.Context, sw OID, attrs []Attribute) Status
	// Availability tells how many more objects like this fit.
	Availability(ctx context.Context, sw OID, t ObjectType, attrs []Attribute) (uint64, Status)
	AttributeCapability(ctx context.Context, sw OID, a *AttrMeta) (Capability, Status)
	// EnumCapability tells which values of an enum attribute are implemented.
	EnumCapability(ctx context.Context, sw OID, a *AttrMeta) ([]int32, Status)
	// StatsCapability tells which counters of a type are implemented; Modes is a set of StatsMode bits.
	StatsCapability(ctx context.Context, sw OID, t ObjectType) ([]StatCapability, Status)
}

// Pipeline is an API that can have several calls under way. A call may be under way when Start returns, and requests with their slices are free
// then; wait gives the results. Calls are carried out in the order in which they were started, also against those of API.
type Pipeline interface {
	API
	StartCreate(ctx context.Context, t ObjectType, r []CreateRequest) (wait func() []CreateResult)
	StartRemove(ctx context.Context, t ObjectType, o []Object) (wait func() []Status)
	StartSet(ctx context.Context, t ObjectType, r []SetRequest) (wait func() []Status)
}

// Hearer is a Pipeline that lets its caller wait for answers and for something else at the same time.
type Hearer interface {
	Pipeline
	// Ready is how many of the calls that were started first have their results, so that their waits do not block. Waits must be called in order.
	Ready() int
	// Answers has what Hear is to be given, after which more calls may be ready. It may be nil: nothing can be told.
	Answers() <-chan any
	Hear(answers any)
}

// StatCapability is a counter that is implemented.
type StatCapability struct {
	Stat  int32
	Modes StatsMode
}
