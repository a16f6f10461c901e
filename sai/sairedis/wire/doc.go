// Package wire is the form of SONiC's ASIC_DB commands and their answers (sonic-contract 2.7), which a client (sai/sairedis) and a server
// (syncd) share: the operations, their keys, and the JSON array of fields. It does no I/O.
package wire

// The tables of ASIC_DB that carry commands and answers, and the channel of notifications.
const (
	Commands      = "ASIC_STATE"
	Answers       = "GETRESPONSE"
	Notifications = "NOTIFICATIONS"
)

// The keys of ASIC_DB beside the tables (sonic-contract 2.6).
const (
	State      = "ASIC_STATE:"      // + type:id; what the ASIC has
	TempState  = "TEMP_ASIC_STATE:" // the view that is being built between INIT_VIEW and APPLY_VIEW
	VIDToRID   = "VIDTORID"
	RIDToVID   = "RIDTOVID"
	VIDCounter = "VIDCOUNTER"
	Lanes      = "LANES"
	Hidden     = "HIDDEN"
	ColdVIDs   = "COLDVIDS"
)

// Names is the hash of natural keys by VID. It is ours, not SONiC's.
const Names = "HYPERSONIC_KEYS"

// The operations, without the S or D that tells the path.
const (
	Create     = "create"
	Remove     = "remove"
	Set        = "set"
	Get        = "get"
	BulkCreate = "bulkcreate"
	BulkRemove = "bulkremove"
	BulkSet    = "bulkset"
	BulkGet    = "bulkget"
	Flush      = "flush"
	GetStats   = "get_stats"
	ClearStats = "clear_stats"
	Notify     = "notify"

	AttrCapability   = "attribute_capability_query"
	EnumCapability   = "attr_enum_values_capability_query"
	Availability     = "object_type_get_availability_query"
	StatsCapability  = "stats_capability_query"
	StatsStreaming   = "stats_st_capability_query"
	LinkEventDamping = "link_event_damping_config_set"

	SetCounterGroup = "set_counter_group"
	DelCounterGroup = "del_counter_group"
	StartPoll       = "start_poll"
	StopPoll        = "stop_poll"
)

// The operations of answers. Notify and LinkEventDamping are answered by their own names.
const (
	Response                = "getresponse"
	FlushResponse           = "flushresponse"
	AttrCapabilityResponse  = "attribute_capability_response"
	EnumCapabilityResponse  = "attr_enum_values_capability_response"
	AvailabilityResponse    = "object_type_get_availability_response"
	StatsCapabilityResponse = "stats_capability_response"
	StatsStreamingResponse  = "stats_st_capability_response"
)

// AnswerOp is the operation of the answer to op; that of an unknown one is the plain one's.
func AnswerOp(op string) string {
	switch op {
	case Notify, LinkEventDamping:
		return op
	case Flush:
		return FlushResponse
	case AttrCapability:
		return AttrCapabilityResponse
	case EnumCapability:
		return EnumCapabilityResponse
	case Availability:
		return AvailabilityResponse
	case StatsCapability:
		return StatsCapabilityResponse
	case StatsStreaming:
		return StatsStreamingResponse
	}
	return Response
}

// The keys of notify commands.
const (
	InitView   = "INIT_VIEW"
	ApplyView  = "APPLY_VIEW"
	Inspect    = "SYNCD_INSPECT_ASIC"
	InvokeDump = "SYNCD_INVOKE_DUMP"
)

// The fields of queries and their answers.
const (
	FieldObjectType        = "OBJECT_TYPE"
	FieldAttrID            = "ATTR_ID"
	FieldListSize          = "LIST_SIZE"
	FieldCreateImplemented = "CREATE_IMPLEMENTED"
	FieldSetImplemented    = "SET_IMPLEMENTED"
	FieldGetImplemented    = "GET_IMPLEMENTED"
	FieldEnumCapabilities  = "ENUM_CAPABILITIES"
	FieldEnumCount         = "ENUM_COUNT"
	FieldObjectCount       = "OBJECT_COUNT"
	FieldStatEnum          = "STAT_ENUM"
	FieldStatModes         = "STAT_MODES"
	FieldStatCount         = "STAT_COUNT"
	FieldPollingIntervals  = "MINIMAL_POLLING_INTERVALS"
)

// Null is the only field, and its value, of an object without attributes: Redis keeps no empty hashes.
const Null = "NULL"

// MaxBulk is how many objects one bulk command carries at most.
const MaxBulk = 1000
