// Package fake is the smallest sai.API: it accepts everything, gives OIDs in sequence, and remembers the calls. It serves the tests of decorators.
package fake

import (
	"context"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// API remembers calls as text, and fails operations on the objects in Refuse.
type API struct {
	Calls  []string
	Refuse map[sai.Object]sai.Status
	next   uint64
}

var _ sai.API = (*API)(nil)

func (a *API) note(format string, args ...any) {
	a.Calls = append(a.Calls, fmt.Sprintf(format, args...))
}

// Create implements sai.API.
func (a *API) Create(_ context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	a.note("create %v %d", t, len(r))
	out := make([]sai.CreateResult, len(r))
	for i := range r {
		out[i].Status = a.Refuse[r[i].Object]
		if out[i].OID = r[i].Object.OID; r[i].Object.Entry == nil && out[i].OID == 0 && out[i].Status == sai.StatusSuccess {
			a.next++
			out[i].OID = sai.VID(0, t, a.next)
		}
	}
	return out
}

// Remove implements sai.API.
func (a *API) Remove(_ context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	a.note("remove %v %d", t, len(o))
	out := make([]sai.Status, len(o))
	for i := range o {
		out[i] = a.Refuse[o[i]]
	}
	return out
}

// Set implements sai.API.
func (a *API) Set(_ context.Context, t sai.ObjectType, r []sai.SetRequest) []sai.Status {
	a.note("set %v %d", t, len(r))
	out := make([]sai.Status, len(r))
	for i := range r {
		out[i] = a.Refuse[r[i].Object]
	}
	return out
}

// Get implements sai.API: every attribute has its default.
func (a *API) Get(_ context.Context, t sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	a.note("get %v %d", t, len(r))
	out := make([]sai.GetResult, len(r))
	for i := range r {
		out[i].Status = a.Refuse[r[i].Object]
		for _, at := range r[i].Attrs {
			at.Value, _ = at.Meta.Default()
			out[i].Attrs = append(out[i].Attrs, at)
		}
	}
	return out
}

// GetStats implements sai.API.
func (a *API) GetStats(_ context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.StatsResult {
	a.note("get_stats %v %d", t, len(r))
	out := make([]sai.StatsResult, len(r))
	for i := range r {
		out[i].Values = make([]uint64, len(r[i].Stats))
	}
	return out
}

// ClearStats implements sai.API.
func (a *API) ClearStats(_ context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.Status {
	a.note("clear_stats %v %d", t, len(r))
	return make([]sai.Status, len(r))
}

// FlushFdb implements sai.API.
func (a *API) FlushFdb(_ context.Context, sw sai.OID, attrs []sai.Attribute) sai.Status {
	a.note("flush %v %d", sw, len(attrs))
	return sai.StatusSuccess
}

// Availability implements sai.API.
func (a *API) Availability(_ context.Context, _ sai.OID, t sai.ObjectType, _ []sai.Attribute) (uint64, sai.Status) {
	a.note("availability %v", t)
	return 1000, sai.StatusSuccess
}

// AttributeCapability implements sai.API.
func (a *API) AttributeCapability(_ context.Context, _ sai.OID, m *sai.AttrMeta) (sai.Capability, sai.Status) {
	a.note("attribute_capability %v", m)
	return sai.Capability{Create: true, Set: true, Get: true}, sai.StatusSuccess
}

// EnumCapability implements sai.API.
func (a *API) EnumCapability(_ context.Context, _ sai.OID, m *sai.AttrMeta) ([]int32, sai.Status) {
	a.note("enum_capability %v", m)
	return []int32{0, 1}, sai.StatusSuccess
}

// StatsCapability implements sai.API.
func (a *API) StatsCapability(_ context.Context, _ sai.OID, t sai.ObjectType) ([]sai.StatCapability, sai.Status) {
	a.note("stats_capability %v", t)
	return nil, sai.StatusNotSupported
}
