package tables

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// BufferPoolRow is CONFIG_DB BUFFER_POOL and APPL_DB BUFFER_POOL_TABLE. Sizes are in bytes.
type BufferPoolRow struct {
	Type BufferDirection `db:"type,required"`
	Mode BufferMode      `db:"mode,default=dynamic"`
	Size uint64          `db:"size,required"`
	Xoff *uint64         `db:"xoff"` // what all ports share as headroom
}

// BufferProfileRow is CONFIG_DB BUFFER_PROFILE and APPL_DB BUFFER_PROFILE_TABLE. Sizes are in bytes.
type BufferProfileRow struct {
	Pool      Reference      `db:"pool,required"`
	Size      uint64         `db:"size,default=0"` // reserved
	Xon       *uint64        `db:"xon"`
	XonOffset *uint64        `db:"xon_offset"`
	Xoff      *uint64        `db:"xoff"`
	DynamicTh *int8          `db:"dynamic_th"` // the share of what is free: 2 to the power of it
	StaticTh  *uint64        `db:"static_th"`
	Headroom  string         `db:"headroom_type,omitempty"` // of the dynamic model
	Discard   *DiscardAction `db:"packet_discard_action"`
}

// BufferUseRow is CONFIG_DB BUFFER_PG and BUFFER_QUEUE, and BUFFER_PG_TABLE and BUFFER_QUEUE_TABLE in APPL_DB.
type BufferUseRow struct {
	Profile Reference `db:"profile,required"`
}

// BufferListRow is CONFIG_DB BUFFER_PORT_INGRESS_PROFILE_LIST and BUFFER_PORT_EGRESS_PROFILE_LIST: the profiles of a port.
type BufferListRow struct {
	Profiles []Reference `db:"profile_list"`
}

// BufferLimitRow is STATE_DB BUFFER_MAX_PARAM_TABLE of a port.
type BufferLimitRow struct {
	PriorityGroups int `db:"max_priority_groups,omitempty"`
	Queues         int `db:"max_queues,omitempty"`
}

// CableRow is CONFIG_DB CABLE_LENGTH: its fields are ports, and their values lengths. SONiC has one row, AZURE.
type CableRow struct {
	Lengths []CableLength `db:"-"`
}

// CableLength is that of a port's cable.
type CableLength struct{ Port, Length string }

// Of is the length of a port's cable, such as 300m; empty: not known.
func (r CableRow) Of(port string) string {
	for _, c := range r.Lengths {
		if c.Port == port {
			return c.Length
		}
	}
	return ""
}

// DecodeRow implements db.RowCodec.
func (r *CableRow) DecodeRow(fields []db.Field) error {
	for _, f := range fields {
		if f.Name == "NULL" {
			continue
		}
		digits, meters := strings.CutSuffix(f.Value, "m")
		if _, err := strconv.ParseUint(digits, 10, 32); err != nil || !meters {
			return &db.FieldError{Field: f.Name, Value: f.Value, Reason: "is not a length in meters, such as 300m"}
		}
		r.Lengths = append(r.Lengths, CableLength{strings.Clone(f.Name), strings.Clone(f.Value)})
	}
	slices.SortFunc(r.Lengths, func(a, b CableLength) int { return strings.Compare(a.Port, b.Port) })
	return nil
}

// AppendRow implements db.RowCodec.
func (r *CableRow) AppendRow(to []db.Field) []db.Field {
	for _, c := range r.Lengths {
		to = append(to, db.Field{Name: c.Port, Value: c.Length})
	}
	return to
}

// PgProfileKey is a speed and a cable that the HwSKU has a headroom for.
type PgProfileKey struct {
	Speed uint32 // Mbit/s
	Cable string // 300m
}

// PgProfileFact is a line of the HwSKU's pg_profile_lookup.ini: the headroom of lossless traffic, in bytes.
type PgProfileFact struct {
	Size      uint64  `db:"size"`
	Xon       uint64  `db:"xon"`
	Xoff      uint64  `db:"xoff"`
	XonOffset *uint64 `db:"xon_offset"`
	Threshold string  `db:"threshold"`
}

// LosslessPool is the pool of the profiles that are made of speeds and cables.
const LosslessPool = "ingress_lossless_pool"

// LosslessProfile names the profile of a speed and a cable.
func LosslessProfile(k PgProfileKey) string {
	return fmt.Sprintf("pg_lossless_%d_%s_profile", k.Speed, k.Cable)
}

// The tables of buffers.
var (
	ConfigBufferPool    = db.Define[string, BufferPoolRow](db.Config, "BUFFER_POOL")
	ConfigBufferProfile = db.Define[string, BufferProfileRow](db.Config, "BUFFER_PROFILE")
	ConfigBufferPG      = db.Define[PartsKey, BufferUseRow](db.Config, "BUFFER_PG")
	ConfigBufferQueue   = db.Define[PartsKey, BufferUseRow](db.Config, "BUFFER_QUEUE")
	ConfigBufferIngress = db.Define[string, BufferListRow](db.Config, "BUFFER_PORT_INGRESS_PROFILE_LIST")
	ConfigBufferEgress  = db.Define[string, BufferListRow](db.Config, "BUFFER_PORT_EGRESS_PROFILE_LIST")
	ConfigCable         = db.Define[string, CableRow](db.Config, "CABLE_LENGTH")

	ApplBufferPool    = db.Define[string, BufferPoolRow](db.Appl, "BUFFER_POOL_TABLE")
	ApplBufferProfile = db.Define[string, BufferProfileRow](db.Appl, "BUFFER_PROFILE_TABLE")
	ApplBufferPG      = db.Define[PartsKey, BufferUseRow](db.Appl, "BUFFER_PG_TABLE")
	ApplBufferQueue   = db.Define[PartsKey, BufferUseRow](db.Appl, "BUFFER_QUEUE_TABLE")
	ApplBufferIngress = db.Define[string, BufferListRow](db.Appl, "BUFFER_PORT_INGRESS_PROFILE_LIST_TABLE")
	ApplBufferEgress  = db.Define[string, BufferListRow](db.Appl, "BUFFER_PORT_EGRESS_PROFILE_LIST_TABLE")

	StateBufferLimit   = db.Define[string, BufferLimitRow](db.State, "BUFFER_MAX_PARAM_TABLE")
	CountersBufferPool = counterMap("COUNTERS_BUFFER_POOL_NAME_MAP")
	FactPgProfile      = db.Define[PgProfileKey, PgProfileFact](db.Local, "PG_PROFILE")
)

// What a profile is to package db: the same fields, without the methods below.
type bufferProfileRow BufferProfileRow

var plainBufferProfile = db.Define[string, bufferProfileRow](db.Config, "BUFFER_PROFILE")

// DecodeRow implements db.RowCodec. A profile has a threshold of one kind.
func (r *BufferProfileRow) DecodeRow(fields []db.Field) error {
	_, row, err := plainBufferProfile.Decode("-", fields)
	switch {
	case err != nil:
		return err
	case row.DynamicTh == nil && row.StaticTh == nil:
		return &db.FieldError{Field: "dynamic_th", Reason: "is missing, and static_th too"}
	case row.DynamicTh != nil && row.StaticTh != nil:
		return &db.FieldError{Field: "static_th", Value: strconv.FormatUint(*row.StaticTh, 10), Reason: "stands beside dynamic_th, and a profile has one of them"}
	}
	*r = BufferProfileRow(row)
	return nil
}

// AppendRow implements db.RowCodec.
func (r *BufferProfileRow) AppendRow(to []db.Field) []db.Field {
	_, fields := plainBufferProfile.Encode("", bufferProfileRow(*r))
	return append(to, fields...)
}
