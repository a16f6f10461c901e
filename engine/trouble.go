package engine

import (
	"container/heap"
	"errors"
	"time"
)

// Clock is the time that the engine goes by; tests bring their own.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

type machineClock struct{}

func (machineClock) Now() time.Time                         { return time.Now() }
func (machineClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// The back-off of transient errors doubles from the first to the last.
const (
	firstBackoff = 100 * time.Millisecond
	lastBackoff  = 30 * time.Second
)

// trouble is what keeps an object from being as wanted, other than waiting for another object.
type trouble struct {
	class   Class
	verb    Verb
	err     error
	since   time.Time
	backoff time.Duration
	waiting bool // in the back-off, for room, or for a change of what is wanted
}

func (t *trouble) blocks() bool { return t != nil && t.waiting }

// classify finds the class of a target's error.
func classify(err error) (Class, *Kind) {
	var own *Error
	if errors.As(err, &own) {
		return own.Class, own.Kind
	}
	return Invalid, nil
}

// failed notes a refused operation and decides when it is tried again.
func (e *Engine) failed(n *node, v Verb, err error) {
	class, room := classify(err)
	if class == Invalid && (v == Remove || len(n.contribs) == 0) {
		class = Transient // no row is left that somebody could correct
	}
	t := n.trouble
	if t == nil || t.class != class {
		t = &trouble{class: class, since: e.config.Clock.Now()}
	}
	t.verb, t.err, t.waiting = v, err, true
	if n.trouble == nil {
		e.troubled++
	}
	n.trouble = t
	e.mistrust(n)
	switch class {
	case Fatal:
		e.fatal = err
	case Transient:
		e.retries.later(e, t, func() { e.touch(n) })
	case Full:
		k := n.kind
		if room != nil {
			k = e.kind(room)
		}
		k.full = append(k.full, n)
	}
}

// recovered forgets n's trouble after a success.
func (e *Engine) recovered(n *node) {
	if n.trouble != nil {
		e.troubled--
		n.trouble = nil
		e.mistrust(n)
	}
}

// forgive lets a refused object be tried again because what is wanted of it has changed.
func (e *Engine) forgive(n *node) {
	if n.trouble != nil && n.trouble.waiting && n.trouble.class != Transient {
		n.trouble.waiting = false
		e.touch(n)
	}
}

// makeRoom wakes objects that wait for room of kind k, as many as fit a slice: more only if more was freed. Those that find none wait again,
// behind the others.
func (e *Engine) makeRoom(k *kind, freed int) {
	if k.dense != nil {
		k.dense.makeRoom(max(freed, e.config.MaxOps))
	}
	for _, p := range k.fullDense {
		p.store.roomFor(p.entry)
	}
	k.fullDense = nil
	if len(k.full) == 0 {
		return
	}
	wake := min(len(k.full), max(freed, e.config.MaxOps))
	for _, n := range k.full[:wake] {
		if t := n.trouble; t != nil && t.class == Full {
			t.waiting = false
			e.touch(n)
		}
	}
	k.full = append([]*node(nil), k.full[wake:]...)
}

// retries is a heap of what waits for a time.
type retries struct {
	heap  retryHeap
	timer <-chan time.Time
	armed time.Time
}

type retry struct {
	at      time.Time
	trouble *trouble
	again   func()
}

type retryHeap []retry

func (h retryHeap) Len() int           { return len(h) }
func (h retryHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h retryHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *retryHeap) Push(x any)        { *h = append(*h, x.(retry)) }
func (h *retryHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = retry{}
	*h = old[:len(old)-1]
	return last
}

// later has again called when the trouble's back-off is over, which doubles each time.
func (r *retries) later(e *Engine, t *trouble, again func()) {
	t.backoff = min(max(2*t.backoff, firstBackoff), lastBackoff)
	heap.Push(&r.heap, retry{e.config.Clock.Now().Add(t.backoff), t, again})
}

// arm returns a channel that fires when the first retry is due, or nil.
func (r *retries) arm(c Clock) <-chan time.Time {
	if len(r.heap) == 0 {
		r.timer = nil
		return nil
	}
	if r.timer == nil || r.armed.After(r.heap[0].at) {
		r.armed = r.heap[0].at
		r.timer = c.After(r.armed.Sub(c.Now()))
	}
	return r.timer
}

// due runs the retries whose time has come.
func (r *retries) due(now time.Time) {
	r.timer = nil
	for len(r.heap) > 0 && !r.heap[0].at.After(now) {
		x := heap.Pop(&r.heap).(retry)
		if x.trouble.waiting {
			x.trouble.waiting = false
			x.again()
		}
	}
}

// pending tells whether anything waits for a back-off.
func (r *retries) pending() bool {
	for i := range r.heap {
		if r.heap[i].trouble.waiting {
			return true
		}
	}
	return false
}
