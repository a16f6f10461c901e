package record

import (
	"context"
	"io"
	"time"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Pipeline records the calls of an API that can have several under way. A call that fails is told when its results are waited for, perhaps after later
// calls, so the objects that failed are always named.
type Pipeline struct {
	*API
	next sai.Pipeline
}

var _ sai.Hearer = (*Pipeline)(nil)

// NewPipeline is New for a Pipeline.
func NewPipeline(next sai.Pipeline, out io.Writer, now func() time.Time) *Pipeline {
	return &Pipeline{API: New(next, out, now), next: next}
}

// StartCreate implements sai.Pipeline.
func (p *Pipeline) StartCreate(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) (wait func() []sai.CreateResult) {
	objects := make([]sai.Object, len(r))
	for i := range r {
		if objects[i] = r[i].Object; objects[i].Entry == nil && objects[i].OID == 0 { // recorded once it has its OID
			results := p.Create(ctx, t, r)
			return func() []sai.CreateResult { return results }
		}
	}
	p.objects('c', t, len(r), func(i int) (sai.Object, []sai.Attribute, bool) { return objects[i], r[i].Attrs, true })
	return late(p, objects, p.next.StartCreate(ctx, t, r), func(r sai.CreateResult) sai.Status { return r.Status })
}

// StartRemove implements sai.Pipeline.
func (p *Pipeline) StartRemove(ctx context.Context, t sai.ObjectType, o []sai.Object) (wait func() []sai.Status) {
	objects := append([]sai.Object(nil), o...)
	p.objects('r', t, len(o), func(i int) (sai.Object, []sai.Attribute, bool) { return objects[i], nil, false })
	return late(p, objects, p.next.StartRemove(ctx, t, o), status)
}

// StartSet implements sai.Pipeline.
func (p *Pipeline) StartSet(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) (wait func() []sai.Status) {
	objects := make([]sai.Object, len(r))
	for i := range r {
		objects[i] = r[i].Object
	}
	p.objects('s', t, len(r), func(i int) (sai.Object, []sai.Attribute, bool) { return objects[i], []sai.Attribute{r[i].Attr}, true })
	return late(p, objects, p.next.StartSet(ctx, t, r), status)
}

// Ready implements sai.Hearer.
func (p *Pipeline) Ready() int {
	if h, can := p.next.(sai.Hearer); can {
		return h.Ready()
	}
	return 0
}

// Answers implements sai.Hearer.
func (p *Pipeline) Answers() <-chan any {
	if h, can := p.next.(sai.Hearer); can {
		return h.Answers()
	}
	return nil
}

// Hear implements sai.Hearer.
func (p *Pipeline) Hear(answers any) {
	if h, can := p.next.(sai.Hearer); can {
		h.Hear(answers)
	}
}

func status(s sai.Status) sai.Status { return s }

// late records failures when the results are there.
func late[R any](p *Pipeline, objects []sai.Object, wait func() []R, status func(R) sai.Status) func() []R {
	return func() []R {
		results := wait()
		p.failures(len(results), true, func(i int) (sai.Object, sai.Status) { return objects[i], status(results[i]) })
		return results
	}
}
