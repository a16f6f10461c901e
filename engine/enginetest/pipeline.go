package enginetest

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Pipeline is a Target that is an engine.Hearer as well: operations are done at once, and told when they are answered. It belongs to the engine's
// goroutine, but for Answer.
type Pipeline struct {
	*Target
	// Held leaves it to Answer when submitted operations are answered.
	Held      bool
	Submitted chan struct{} // if not nil, gets a value for each slice
	answers   chan any
	heard     int
}

// maxAnswers is how many slices may be under way.
const maxAnswers = 64

// NewPipeline makes a Pipeline of a Target.
func NewPipeline(t *Target) *Pipeline {
	return &Pipeline{Target: t, answers: make(chan any, maxAnswers)}
}

// Answer has the oldest slice answered that is not yet.
func (p *Pipeline) Answer() { p.answers <- struct{}{} }

// Submit implements engine.Submitter.
func (p *Pipeline) Submit(ctx context.Context, k *engine.Kind, ops []engine.Op) (wait func() []error) {
	results := p.Apply(ctx, k, ops)
	if !p.Held {
		p.Answer()
	}
	if p.Submitted != nil {
		p.Submitted <- struct{}{}
	}
	return func() []error {
		if p.heard == 0 {
			select {
			case a := <-p.answers:
				p.Hear(a)
			case <-ctx.Done():
				return results
			}
		}
		p.heard--
		return results
	}
}

// Ready implements engine.Hearer.
func (p *Pipeline) Ready() int { return p.heard }

// Answers implements engine.Hearer.
func (p *Pipeline) Answers() <-chan any { return p.answers }

// Hear implements engine.Hearer.
func (p *Pipeline) Hear(any) { p.heard++ }
