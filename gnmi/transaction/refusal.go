package transaction

import (
	"errors"
	"fmt"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// The codes of refusals: gNMI's, by what they mean here.
const (
	Invalid      = codes.InvalidArgument    // the request cannot be right
	Precondition = codes.FailedPrecondition // the state of the switch forbids it
	Aborted      = codes.Aborted            // others wrote the same rows again and again
	TimedOut     = codes.DeadlineExceeded   // the ASIC did not have it in time
	NotYet       = codes.Unavailable        // the switch has not come up
	Denied       = codes.PermissionDenied   // somebody else is master
)

// Refusal is a Set that was not carried out; nothing of it is left.
type Refusal struct {
	Code   codes.Code
	Faults []error // *origin.Error where a path is at fault
}

// Error implements error: a line for each fault.
func (r *Refusal) Error() string { return errors.Join(r.Faults...).Error() }

// Unwrap gives the faults.
func (r *Refusal) Unwrap() []error { return r.Faults }

// GRPCStatus is how grpc finds the code.
func (r *Refusal) GRPCStatus() *status.Status { return status.New(r.Code, r.Error()) }

// Panic is a Set that met a bug. It has not been written, or has been written whole.
type Panic struct{ Value any }

// Error implements error.
func (p *Panic) Error() string { return fmt.Sprintf("a bug: %v", p.Value) }

// GRPCStatus is how grpc finds the code.
func (p *Panic) GRPCStatus() *status.Status { return status.New(codes.Internal, p.Error()) }

func refuse(code codes.Code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Faults: []error{fmt.Errorf(format, args...)}}
}

// path is that of the operation that changed a row; of a Set with one operation it is that one's whatever the row.
func (c *causes) path(table, key string) *gpb.Path {
	if op, ok := c.of[row{table, key}]; ok {
		return op.Path
	}
	if len(c.all) == 1 {
		return c.all[0].Path
	}
	return nil
}

// refusal says what the check of the whole candidate found. A fault of a row that the Set did not touch comes from what it took away.
func (c *causes) refusal(faults []*candidate.Fault) *Refusal {
	out := &Refusal{Code: Precondition}
	for _, f := range faults {
		if _, touched := c.of[row{f.Table, f.Key}]; touched {
			out.Code = Invalid
		}
		out.Faults = append(out.Faults, c.at(f.Table, f.Key, f.Error()))
	}
	return out
}

// troubles says what the daemons have against the change.
func (c *causes) troubles(list []Trouble) *Refusal {
	out := &Refusal{Code: Precondition}
	for _, t := range list {
		out.Faults = append(out.Faults, c.at(t.Table, t.Key, t.Reason))
	}
	return out
}

func (c *causes) at(table, key, reason string) error {
	if p := c.path(table, key); p != nil {
		return &origin.Error{Path: p, Code: Invalid, Reason: reason}
	}
	return errors.New(reason)
}
