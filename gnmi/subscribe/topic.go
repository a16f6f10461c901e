package subscribe

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// topic is one path with all its subscribers. Its goroutine owns told and attached.
type topic struct {
	hub      *Hub
	spec     Spec
	watch    origin.Watch // nil: sampled
	feeds    []*feed
	users    int // guarded by the hub's lock
	stop     context.CancelFunc
	requests chan request
	wake     chan struct{}

	// mu guards what feeds have put and the topic has not taken: a feed does not wait for a topic that reads.
	mu    sync.Mutex
	dirty map[string]*gpb.Path
	whole bool

	told     told
	attached map[*Attachment]struct{}
}

// request asks a topic's goroutine for what is there now, and attaches or detaches.
type request struct {
	attach, detach *Attachment
	answer         chan answer
}

type answer struct {
	units []Change
	err   error
}

func newTopic(h *Hub, s Spec) *topic {
	return &topic{
		hub: h, spec: s, requests: make(chan request), wake: make(chan struct{}, 1), dirty: map[string]*gpb.Path{}, attached: map[*Attachment]struct{}{},
		told: told{seed: maphash.MakeSeed(), depth: len(s.Query.Path.GetElem()), trees: s.Trees, whole: s.Whole},
	}
}

// maxDirty is how many affected paths are kept apart. Beyond it the topic reads all of its path at once.
const maxDirty = 4096

func (t *topic) mark(paths []*gpb.Path) {
	if len(paths) == 0 {
		return
	}
	t.mu.Lock()
	for _, p := range paths {
		if !t.whole {
			t.dirty[pathText(p)] = p
		}
	}
	if len(t.dirty) > maxDirty {
		t.whole = true
		clear(t.dirty)
	}
	t.mu.Unlock()
	t.poke()
}

func (t *topic) markAll() {
	t.mu.Lock()
	t.whole = true
	clear(t.dirty)
	t.mu.Unlock()
	t.poke()
}

func (t *topic) poke() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (t *topic) ask(ctx context.Context, r request) ([]Change, error) {
	r.answer = make(chan answer, 1)
	select {
	case t.requests <- r:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-t.hub.ctx.Done():
		return nil, t.hub.ctx.Err()
	}
	select {
	case a := <-r.answer:
		return a.units, a.err
	case <-t.hub.ctx.Done():
		return nil, t.hub.ctx.Err()
	}
}

func (t *topic) run(ctx context.Context) error {
	var tick <-chan time.Time
	if t.spec.Interval > 0 {
		ticker := time.NewTicker(t.spec.Interval)
		defer ticker.Stop()
		tick = ticker.C
	}
	var again <-chan time.Time
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case r := <-t.requests:
			t.serve(ctx, r)
		case <-t.wake:
			err = t.changed(ctx)
		case <-tick:
			err = t.sample(ctx)
		case <-again:
			t.markAll()
		}
		again = nil
		if err != nil && ctx.Err() == nil {
			t.hub.log.Warn("a subscription's path is not read", "path", origin.Text(t.spec.Query.Path), "err", err)
			again = time.After(reopen)
		}
	}
}

func (t *topic) serve(ctx context.Context, r request) {
	if r.detach != nil {
		delete(t.attached, r.detach)
		r.answer <- answer{}
		return
	}
	units, err := t.everything(ctx, false)
	if err == nil && r.attach != nil {
		t.attached[r.attach] = struct{}{}
	}
	r.answer <- answer{units, err}
}

// everything reads all of the path and tells what differs; samples are told whole to those who want them so.
func (t *topic) everything(ctx context.Context, sample bool) ([]Change, error) {
	units, err := t.read(ctx, NewView(t.hub.store), t.spec.Query.Path)
	if err != nil {
		return nil, err
	}
	changed, gone := t.told.compare(t.spec.Query.Path, units, t.hub.now().UnixNano())
	for a := range t.attached {
		if sample && a.all {
			a.tell(units, gone)
		} else {
			a.tell(changed, gone)
		}
	}
	return units, nil
}

func (t *topic) sample(ctx context.Context) error {
	_, err := t.everything(ctx, true)
	return err
}

// changed reads what is dirty and tells what differs.
func (t *topic) changed(ctx context.Context) error {
	t.mu.Lock()
	dirty, whole := t.dirty, t.whole
	t.dirty, t.whole = map[string]*gpb.Path{}, false
	t.mu.Unlock()
	if whole {
		_, err := t.everything(ctx, false)
		return err
	}
	view := NewView(t.hub.store)
	for _, p := range dirty {
		if n := t.spec.Whole(p); n > 0 {
			p = &gpb.Path{Elem: p.GetElem()[:n]}
		}
		units, err := t.read(ctx, view, p)
		if err != nil {
			return err
		}
		changed, gone := t.told.compare(p, units, t.hub.now().UnixNano())
		for a := range t.attached {
			a.tell(changed, gone)
		}
	}
	return nil
}

func (t *topic) read(ctx context.Context, v origin.View, at *gpb.Path) ([]Change, error) {
	var leaves []origin.Leaf
	err := t.spec.Origin.Read(ctx, v, origin.Query{Path: at, Type: t.spec.Query.Type}, func(l origin.Leaf) bool {
		if t.spec.Depth == 0 || len(l.Path.GetElem()) <= len(t.spec.Query.Path.GetElem())+t.spec.Depth {
			leaves = append(leaves, l)
		}
		return true
	})
	return t.told.group(leaves, t.hub.now().UnixNano()), err
}

func (a *Attachment) tell(changed, gone []Change) {
	for _, c := range changed {
		a.queue.put(a.subscription, pathText(c.Path), c)
	}
	for _, c := range gone {
		a.queue.put(a.subscription, pathText(c.Path), c)
	}
}
