// Package others is what SONiC's telemetry serves under the target OTHERS: numbers of the machine that are in no database, as JSON. They are read, and neither set
// nor followed.
package others

import (
	"context"
	"io/fs"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Target is the prefix's target.
const Target = "OTHERS"

// Origin reads the machine's files.
type Origin struct{ root, sonic fs.FS }

var _ origin.Origin = (*Origin)(nil)

// New makes the origin over a file system that begins at /, and SONiC's directory of configuration.
func New(root, sonic fs.FS) *Origin { return &Origin{root, sonic} }

// Names implements origin.Origin. It has none: only the target names it.
func (o *Origin) Names() []string { return []string{Target} }

// Models implements origin.Origin.
func (o *Origin) Models() []*gpb.ModelData { return nil }

// Style implements origin.Styled.
func (o *Origin) Style() origin.Style { return origin.Style{Trees: true, Classic: true} }

// pages are the paths that there are.
func (o *Origin) pages() map[string]func() ([]byte, error) {
	return map[string]func() ([]byte, error){
		"platform/cpu": o.cpu, "proc/uptime": o.uptime, "proc/meminfo": o.meminfo, "proc/loadavg": o.loadavg,
		"proc/vmstat": o.vmstat, "proc/stat": o.stat, "proc/diskstats": o.diskstats, "osversion/build": o.build,
	}
}

// Edit implements origin.Origin.
func (o *Origin) Edit(_ origin.Config, ops []origin.Operation) error {
	return &origin.Error{Path: ops[0].Path, Code: codes.Unimplemented, Reason: "is read only"}
}

// Read implements origin.Origin.
func (o *Origin) Read(_ context.Context, _ origin.View, q origin.Query, yield func(origin.Leaf) bool) error {
	page, err := o.page(q.Path)
	if err != nil {
		return err
	}
	text, err := page()
	if err != nil {
		return &origin.Error{Path: q.Path, Code: codes.Unavailable, Reason: err.Error()}
	}
	yield(origin.Leaf{Path: q.Path, Value: &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: text}}})
	return nil
}

func (o *Origin) page(p *gpb.Path) (func() ([]byte, error), error) {
	var names []string
	for _, e := range p.GetElem() {
		names = append(names, e.GetName())
	}
	page, ok := o.pages()[strings.Join(names, "/")]
	if !ok {
		return nil, &origin.Error{Path: p, Code: codes.NotFound, Reason: "is none of the paths of target OTHERS"}
	}
	return page, nil
}

// JSON implements origin.Origin.
func (o *Origin) JSON(_ *gpb.Path, leaves []origin.Leaf, _ bool) ([]byte, error) {
	return leaves[0].Value.GetJsonIetfVal(), nil
}

// Watch implements origin.Origin. Nothing tells of changes, so everything is sampled.
func (o *Origin) Watch(q origin.Query) (origin.Watch, error) {
	if _, err := o.page(q.Path); err != nil {
		return nil, err
	}
	return watch{}, nil
}

type watch struct{}

// Sources implements origin.Watch.
func (watch) Sources() []origin.Source { return nil }

// Affected implements origin.Watch.
func (watch) Affected(db.Change) []*gpb.Path { return nil }

// Sampled implements origin.Watch.
func (watch) Sampled() bool { return true }
