// Package show is what SONiC's telemetry serves under the target SHOW: commands of `show`, as JSON. A path is a command's words, and the values of its keys are
// arguments: /vlan/brief, /interfaces/status[interface=Ethernet0]. They are for Get.
package show

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Target is the prefix's target.
const Target = "SHOW"

// Run runs a command of `show` and returns what it prints: JSON where it has tables. Errors of the command are *Error.
type Run func(ctx context.Context, words []string) ([]byte, error)

// Error is a command that does not run.
type Error struct {
	None bool // there is no such command
	Text string
}

func (e *Error) Error() string { return e.Text }

// Origin runs commands.
type Origin struct{ run Run }

var _ origin.Origin = (*Origin)(nil)

// New makes the origin.
func New(run Run) *Origin { return &Origin{run} }

// Names implements origin.Origin. Only the target names it.
func (o *Origin) Names() []string { return []string{Target} }

// Models implements origin.Origin.
func (o *Origin) Models() []*gpb.ModelData { return nil }

// Style implements origin.Styled.
func (o *Origin) Style() origin.Style { return origin.Style{Trees: true, Classic: true} }

// Edit implements origin.Origin.
func (o *Origin) Edit(_ origin.Config, ops []origin.Operation) error {
	return &origin.Error{Path: ops[0].Path, Code: codes.Unimplemented, Reason: "is read only"}
}

// Read implements origin.Origin.
func (o *Origin) Read(ctx context.Context, _ origin.View, q origin.Query, yield func(origin.Leaf) bool) error {
	words, err := wordsOf(q.Path)
	if err != nil {
		return err
	}
	text, err := o.run(ctx, words)
	if err != nil {
		code := codes.Unavailable
		if e, ok := err.(*Error); ok {
			if code = codes.InvalidArgument; e.None {
				code = codes.NotFound
			}
		}
		return &origin.Error{Path: q.Path, Code: code, Reason: err.Error()}
	}
	if !json.Valid(text) { // a command without tables
		if text, err = json.Marshal(string(text)); err != nil {
			return err
		}
	}
	yield(origin.Leaf{Path: q.Path, Value: &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: text}}})
	return nil
}

func wordsOf(p *gpb.Path) (words []string, err error) {
	for _, e := range p.GetElem() {
		names := make([]string, 0, len(e.GetKey()))
		for name := range e.GetKey() {
			names = append(names, name)
		}
		slices.Sort(names)
		words = append(words, e.GetName())
		for _, name := range names {
			words = append(words, e.GetKey()[name])
		}
	}
	for _, w := range words {
		if w == "" || strings.HasPrefix(w, "-") || strings.Contains(w, origin.Any) {
			return nil, &origin.Error{Path: p, Code: codes.InvalidArgument, Reason: "has an element that is no word of a command"}
		}
	}
	if len(words) == 0 {
		return nil, &origin.Error{Path: p, Code: codes.InvalidArgument, Reason: "names no command"}
	}
	return words, nil
}

// JSON implements origin.Origin.
func (o *Origin) JSON(_ *gpb.Path, leaves []origin.Leaf, _ bool) ([]byte, error) {
	return leaves[0].Value.GetJsonIetfVal(), nil
}

// Watch implements origin.Origin: SONiC's has no subscriptions of SHOW either.
func (o *Origin) Watch(q origin.Query) (origin.Watch, error) {
	return nil, &origin.Error{Path: q.Path, Code: codes.Unimplemented, Reason: "is of target SHOW, which is for Get"}
}
