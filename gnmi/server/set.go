package server

import (
	"context"
	"errors"
	"slices"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/transaction"
)

// Set implements gpb.GNMIServer.
func (s *Server) Set(ctx context.Context, req *gpb.SetRequest) (*gpb.SetResponse, error) {
	ext, err := extensions(req.GetExtension(), extCommit|extArbitration|extOwn)
	if err != nil {
		return nil, err
	}
	md, _ := metadata.FromIncomingContext(ctx)
	set, out, err := s.steps(req)
	if err != nil {
		return nil, detailed(err)
	}
	if set.DryRun, set.Wait, err = ext.options(md.Get(setOptions)); err != nil {
		return nil, err
	}
	set.Wait = set.Wait || s.Wait()
	set.Commit = ext.commit
	if len(set.Steps) == 0 && set.Commit == nil && ext.election == nil {
		return nil, status.Error(codes.InvalidArgument, "the request sets nothing")
	}
	if err := s.Sets.Arbitrate(ctx, ext.role, ext.election); err != nil {
		return nil, detailed(err)
	}
	if len(set.Steps) > 0 || set.Commit != nil {
		if err := s.Sets.Apply(ctx, set); err != nil {
			return nil, detailed(err)
		}
	}
	out.Timestamp = s.Now().UnixNano()
	return out, nil
}

// steps sorts the operations into the specification's order, and joins those that follow each other at one origin.
func (s *Server) steps(req *gpb.SetRequest) (transaction.Set, *gpb.SetResponse, error) {
	set, out := transaction.Set{}, &gpb.SetResponse{Prefix: req.GetPrefix()}
	n := len(req.GetDelete()) + len(req.GetReplace()) + len(req.GetUpdate())
	if err := tooMany("paths", n+len(req.GetUnionReplace()), s.Limits.Paths); err != nil {
		return set, nil, err
	}
	if len(req.GetUnionReplace()) > 0 {
		if n > 0 {
			return set, nil, status.Error(codes.InvalidArgument, "union_replace stands alone: delete, replace and update do not go with it")
		}
		set.Union = true
	}
	var errs []error
	add := func(op gpb.UpdateResult_Operation, action origin.Action, p *gpb.Path, v *gpb.TypedValue) {
		r, err := s.route(req.GetPrefix(), p)
		if err == nil && action != origin.Delete && v == nil {
			err = &origin.Error{Path: r.path, Code: codes.InvalidArgument, Reason: "has no value"}
		}
		if err != nil {
			errs = append(errs, err)
			return
		}
		operation := origin.Operation{Action: action, Path: r.path, Value: v}
		if k := len(set.Steps); k > 0 && set.Steps[k-1].Origin == r.origin {
			set.Steps[k-1].Ops = append(set.Steps[k-1].Ops, operation)
		} else {
			set.Steps = append(set.Steps, transaction.Step{Origin: r.origin, Ops: []origin.Operation{operation}})
		}
		out.Response = append(out.Response, &gpb.UpdateResult{Path: p, Op: op})
	}
	for _, p := range req.GetDelete() {
		add(gpb.UpdateResult_DELETE, origin.Delete, p, nil)
	}
	for _, u := range req.GetReplace() {
		add(gpb.UpdateResult_REPLACE, origin.Replace, u.GetPath(), value(u))
	}
	for _, u := range req.GetUpdate() {
		add(gpb.UpdateResult_UPDATE, origin.Update, u.GetPath(), value(u))
	}
	for _, u := range req.GetUnionReplace() {
		add(gpb.UpdateResult_UNION_REPLACE, origin.Update, u.GetPath(), value(u))
	}
	return set, out, errors.Join(errs...)
}

// value is an update's; before gNMI 0.4 it was in another field.
func value(u *gpb.Update) *gpb.TypedValue {
	old := u.GetValue() //nolint:staticcheck // SONiC's oldest clients
	if u.GetVal() != nil || old == nil {
		return u.GetVal()
	}
	switch old.GetType() { //nolint:staticcheck // as above
	case gpb.Encoding_JSON, gpb.Encoding_JSON_IETF:
		return &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: old.GetValue()}} //nolint:staticcheck // as above
	}
	return &gpb.TypedValue{Value: &gpb.TypedValue_StringVal{StringVal: string(old.GetValue())}} //nolint:staticcheck // as above
}

// detailed makes an error a status: the message has a line for each fault, and the details name the paths for programs (google.rpc.BadRequest).
func detailed(err error) error {
	var faults []error
	code := codes.Unknown
	walk(err, func(e error) {
		if at, ok := e.(*origin.Error); ok && code == codes.Unknown {
			code = at.Code
		}
		if refusal, ok := e.(*transaction.Refusal); ok {
			code = refusal.Code
			return
		}
		faults = append(faults, e)
	})
	if code == codes.Unknown {
		code = status.Code(err)
	}
	if code == codes.Unknown && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		code = status.FromContextError(err).Code()
	}
	if code == codes.Unknown {
		code = codes.Unavailable // the databases
	}
	text := err.Error()
	if st, ok := err.(interface{ GRPCStatus() *status.Status }); ok {
		text = st.GRPCStatus().Message()
	}
	st := status.New(code, text)
	bad := &errdetails.BadRequest{}
	for _, f := range faults {
		if at, ok := f.(*origin.Error); ok {
			bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{Field: origin.Text(at.Path), Description: at.Reason})
		}
	}
	if len(bad.FieldViolations) > 0 {
		if with, err := st.WithDetails(bad); err == nil {
			st = with
		}
	}
	return st.Err()
}

// walk visits an error and what it wraps, leaves last.
func walk(err error, f func(error)) {
	if err == nil {
		return
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		if refusal, isRefusal := err.(*transaction.Refusal); isRefusal {
			f(refusal)
		}
		for _, e := range slices.Clone(many.Unwrap()) {
			walk(e, f)
		}
		return
	}
	f(err)
}
