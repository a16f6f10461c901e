package openconfig

import (
	"maps"
	"slices"
	"strings"
	"sync"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Origin is the origin openconfig. The schema takes some milliseconds and megabytes, so it is made when the first call needs it; it is read only from then
// on, which is why calls need no lock.
type Origin struct {
	model  func() (*model, error)
	atomic [][]string // lists whose entries are told as a whole, as elements
}

var _ origin.Origin = (*Origin)(nil)

// New makes the origin.
func New() *Origin { return &Origin{model: sync.OnceValues(compile), atomic: atomicLists()} }

// Names implements origin.Origin.
func (*Origin) Names() []string { return []string{"openconfig"} }

// Models implements origin.Origin. One of them is the module of deviations, which says what of the others is not supported.
func (o *Origin) Models() []*gpb.ModelData {
	m, err := o.model()
	if err != nil {
		return nil // every other call says why
	}
	return m.data
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// bareKey takes the module from a key's value that names an identity: openconfig-policy-types:BGP.
func bareKey(v string) string {
	if module, name, ok := strings.Cut(v, ":"); ok && (strings.HasPrefix(module, "openconfig-") || module == "iana-if-type") {
		return name
	}
	return v
}
