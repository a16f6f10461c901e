package rehearsal

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// files plays the file system. It outlives the cfgmgr that writes to it, of which there is one at a time.
type files struct {
	there map[engine.Key][]engine.AttrValue
}

func newFiles() *files { return &files{there: map[engine.Key][]engine.AttrValue{}} }

// Apply implements engine.Target.
func (f *files) Apply(_ context.Context, _ *engine.Kind, ops []engine.Op) []error {
	for _, op := range ops {
		if op.Verb == engine.Remove {
			delete(f.there, op.Key)
		} else {
			f.there[op.Key] = op.Attrs
		}
	}
	return make([]error, len(ops))
}

// Adopt implements engine.Adopter.
func (f *files) Adopt(context.Context, []*engine.Kind) (found []engine.Actual, err error) {
	for k, attrs := range f.there {
		found = append(found, engine.Actual{Key: k, Attrs: attrs})
	}
	return found, nil
}
