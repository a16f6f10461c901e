package dhcprelay

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Nobody takes what an Agent would be told, and relays nothing: for a switch that is only rehearsed.
type Nobody struct{}

// Apply implements engine.Target.
func (Nobody) Apply(_ context.Context, _ *engine.Kind, ops []engine.Op) []error {
	return make([]error, len(ops))
}
