package subscribe

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Spec is what one subscription follows.
type Spec struct {
	Origin   origin.Origin
	Query    origin.Query
	Depth    int           // of the leaves, below the path; 0: any
	Trees    bool          // units are rows
	Interval time.Duration // of samples; 0: on change
}

// Whole is how many elements of a leaf's path name the node that is told as a whole (origin.Atomic); 0: none. What is cut at a depth is not whole.
func (s *Spec) Whole(leaf *gpb.Path) int {
	if s.Depth > 0 {
		return 0
	}
	return origin.WholeOf(s.Origin, leaf, len(s.Query.Path.GetElem()))
}

// key tells specs apart whose subscribers cannot share a topic.
type key struct {
	origin   origin.Origin
	path     string
	kind     int32
	depth    int
	trees    bool
	interval time.Duration
}

func (s Spec) key() key {
	return key{s.Origin, pathText(s.Query.Path), int32(s.Query.Type), s.Depth, s.Trees, s.Interval}
}

// Hub has the feeds and the topics.
type Hub struct {
	store db.Keyspace
	log   *slog.Logger
	now   func() time.Time
	group *errgroup.Group
	ctx   context.Context

	// mu guards the registry, which streams change when they begin and end, and feeds read. Nothing waits for the databases while it is held.
	mu     sync.RWMutex
	topics map[key]*topic
	feeds  map[table]*feed
}

// New makes a hub, whose goroutines run in the group until ctx ends.
func New(ctx context.Context, g *errgroup.Group, store db.Keyspace, now func() time.Time, log *slog.Logger) *Hub {
	return &Hub{store: store, log: log, now: now, group: g, ctx: ctx, topics: map[key]*topic{}, feeds: map[table]*feed{}}
}

// Stats counts what a hub holds.
func (h *Hub) Stats() (topics, feeds int) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.topics), len(h.feeds)
}

// Attachment is a queue that gets the changes of a topic.
type Attachment struct {
	hub          *Hub
	topic        *topic
	queue        *Queue
	subscription int
	all          bool // samples are wanted although nothing has changed
}

// Attach has changes put into a queue, as those of the subscription with the number, and returns what is there now. With all, each sample is put whether it
// differs or not.
func (h *Hub) Attach(ctx context.Context, s Spec, q *Queue, subscription int, all bool) (*Attachment, []Change, error) {
	t, err := h.topic(s)
	if err != nil {
		return nil, nil, err
	}
	a := &Attachment{hub: h, topic: t, queue: q, subscription: subscription, all: all}
	for _, f := range t.feeds {
		select {
		case <-f.ready:
		case <-ctx.Done():
			h.release(t)
			return nil, nil, ctx.Err()
		}
	}
	units, err := t.ask(ctx, request{attach: a})
	if err != nil {
		h.release(t)
		return nil, nil, err
	}
	return a, units, nil
}

// Snapshot is all that is there now.
func (a *Attachment) Snapshot(ctx context.Context) ([]Change, error) {
	return a.topic.ask(ctx, request{})
}

// Detach ends it. The last of a topic ends the topic.
func (a *Attachment) Detach(ctx context.Context) {
	_, _ = a.topic.ask(ctx, request{detach: a})
	a.hub.release(a.topic)
}

// topic finds or begins the topic of a spec, and counts its user.
func (h *Hub) topic(s Spec) (*topic, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := s.key()
	if t := h.topics[k]; t != nil {
		t.users++
		return t, nil
	}
	t := newTopic(h, s)
	if s.Interval == 0 {
		watch, err := s.Origin.Watch(s.Query)
		if err != nil {
			return nil, err
		}
		t.watch = watch
		for _, src := range watch.Sources() {
			t.feeds = append(t.feeds, h.follow(t, src))
		}
	}
	t.users = 1
	h.topics[k] = t
	ctx, stop := context.WithCancel(h.ctx)
	t.stop = stop
	h.group.Go(func() error { return t.run(ctx) })
	return t, nil
}

func (h *Hub) release(t *topic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t.users--; t.users > 0 {
		return
	}
	delete(h.topics, t.spec.key())
	t.stop()
	for _, f := range t.feeds {
		f.drop(t)
		if len(f.every)+len(f.byKey) == 0 {
			f.stop()
			delete(h.feeds, table{f.schema.Database, f.schema.Name})
		}
	}
}
