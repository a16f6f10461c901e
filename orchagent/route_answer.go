package orchagent

import (
	"errors"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// The answers of sonic-contract 2.11, as far as routes need them.
const (
	routeResponses = "APPL_DB_ROUTE_TABLE_RESPONSE_CHANNEL"
	rcSuccess      = "SWSS_RC_SUCCESS"
	rcFull         = "SWSS_RC_FULL"
	rcInvalid      = "SWSS_RC_INVALID_PARAM"
	rcUnknown      = "SWSS_RC_UNKNOWN"
)

// done keeps the state of the default routes in STATE_DB, and answers every route when the FIB is suppressed until the ASIC has it.
func (r *routes) done(results []engine.Result[destination, routeValue]) (out engine.Output) {
	for i := range results {
		x := &results[i]
		vr, known := r.vrNames[x.Object.vr]
		if !known {
			continue
		}
		k := tables.RouteKey{Vrf: vr, Prefix: x.Object.prefix()}
		if x.Object.bits == 0 && vr == "" && x.Err == nil {
			state := "ok"
			if x.Value.drop || x.Verb == engine.Remove {
				state = "na"
			}
			out.Writes = append(out.Writes, tables.StateRoute.Set(k, tables.RouteStateRow{State: state}))
		}
		if r.suppress {
			r.answer(&out, k, x)
		}
	}
	return out
}

// answer publishes the result and, for what the ASIC has, its copy in APPL_STATE_DB.
func (r *routes) answer(out *engine.Output, k tables.RouteKey, x *engine.Result[destination, routeValue]) {
	protocol := r.protocols[x.Value.protocol]
	code, text := responseOf(x.Err)
	n := db.Notification{Channel: routeResponses, Op: code, Data: k.MarshalKey(db.Appl.Separator()), Fields: []db.Field{{Name: "err_str", Value: text}}}
	if x.Verb != engine.Remove {
		n.Fields = append(n.Fields, db.Field{Name: "protocol", Value: protocol})
	}
	out.Notifications = append(out.Notifications, n)
	switch {
	case x.Err != nil:
	case x.Verb == engine.Remove:
		out.Writes = append(out.Writes, tables.ApplStateRoute.Del(k))
	default:
		out.Writes = append(out.Writes, tables.ApplStateRoute.Set(k, tables.RouteApplStateRow{Protocol: protocol}))
	}
}

// responseOf is the status code and text of a result; fpmsyncd compares the text of a success.
func responseOf(err error) (code, text string) {
	if err == nil {
		return rcSuccess, rcSuccess
	}
	text = "[SAI] " + err.Error()
	var e *engine.Error
	if !errors.As(err, &e) {
		return rcInvalid, text
	}
	switch e.Class {
	case engine.Full:
		return rcFull, text
	case engine.Invalid:
		return rcInvalid, text
	}
	return rcUnknown, text
}
