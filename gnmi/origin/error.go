package origin

import (
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Error says what is wrong at a path, with gNMI's status code: InvalidArgument for a malformed path or value, NotFound for a path that no schema has
// or, in a Get, an entry that is not there; Unimplemented for what the schema has and we have not; FailedPrecondition for what the rest of the
// configuration forbids.
type Error struct {
	Path   *gpb.Path
	Code   codes.Code
	Reason string // "is not a number from 0 to 65535"; completes "path: ..."
}

// Error implements error.
func (e *Error) Error() string { return Text(e.Path) + ": " + e.Reason }

// GRPCStatus is how grpc finds the code.
func (e *Error) GRPCStatus() *status.Status { return status.New(e.Code, e.Error()) }

// Text is a path as gNMI's path conventions write it: /interfaces/interface[name=Ethernet0]/config/mtu. Keys come in order of their names.
func Text(p *gpb.Path) string {
	var b strings.Builder
	if p.GetOrigin() != "" {
		b.WriteString(p.GetOrigin())
		b.WriteByte(':')
	}
	for _, e := range p.GetElem() {
		b.WriteByte('/')
		b.WriteString(escapeName(e.GetName()))
		for _, k := range sortedKeys(e.GetKey()) {
			b.WriteByte('[')
			b.WriteString(k)
			b.WriteByte('=')
			b.WriteString(escapeValue(e.GetKey()[k]))
			b.WriteByte(']')
		}
	}
	if len(p.GetElem()) == 0 {
		b.WriteByte('/')
	}
	return b.String()
}
