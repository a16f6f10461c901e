package subscribe

import (
	"errors"
	"sync"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Change is the newest of one unit: a leaf, or a row where a subscription has trees.
type Change struct {
	Path   *gpb.Path
	Leaves []origin.Leaf // what is there now; none: the unit, and all below the path, is gone
	Time   int64         // ns since 1970, when it was read
}

// Item is a change on its way to one subscription of a client.
type Item struct {
	Change
	Subscription int
	Duplicates   uint32 // older values that the client did not get
}

// ErrTooSlow is the end of a subscription whose client does not take what it gets.
var ErrTooSlow = errors.New("the client takes updates too slowly: too many paths wait for it; it has to subscribe again")

// Queue holds what a client is still to get, each unit once. Topics put, the client's stream takes.
type Queue struct {
	limit int
	wake  chan struct{}

	// mu guards what follows: topics of several goroutines put into it, and none of them may wait for a client.
	mu      sync.Mutex
	order   []place
	items   map[unit]*queued
	serial  uint64
	deletes int // of the items
	tooSlow bool
}

// place is where a unit stands in the order, if the unit's own serial is the same.
type place struct {
	unit
	serial uint64
}

type queued struct {
	Item
	serial uint64
}

type unit struct {
	subscription int
	path         string
}

// NewQueue makes a queue of at most limit units.
func NewQueue(limit int) *Queue {
	return &Queue{limit: limit, wake: make(chan struct{}, 1), items: map[unit]*queued{}}
}

// put never blocks.
func (q *Queue) put(subscription int, path string, c Change) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.tooSlow {
		return
	}
	u := unit{subscription, path}
	item := q.items[u]
	switch {
	case item != nil:
		q.forget(u, item)
		item.Change = c
		item.Duplicates++
	case len(q.items) >= q.limit:
		q.tooSlow, q.order, q.items = true, nil, nil
	default:
		item = &queued{Item: Item{Change: c, Subscription: subscription}}
	}
	if !q.tooSlow {
		q.add(u, item)
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// add puts an item at its place: that which it had, unless a delete is between, which would take the newer value with it.
func (q *Queue) add(u unit, item *queued) {
	if item.serial == 0 || q.deletes > 0 || len(item.Leaves) == 0 {
		q.serial++
		item.serial = q.serial
		q.order = append(q.order, place{u, item.serial})
	}
	if len(item.Leaves) == 0 {
		q.deletes++
	}
	q.items[u] = item
}

func (q *Queue) forget(u unit, item *queued) {
	delete(q.items, u)
	if len(item.Leaves) == 0 {
		q.deletes--
	}
}

// Wake has a value when there may be something to take.
func (q *Queue) Wake() <-chan struct{} { return q.wake }

// Take gives at most max items, oldest first; more tells that there are others.
func (q *Queue) Take(max int) (items []*Item, more bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.tooSlow {
		return nil, false, ErrTooSlow
	}
	taken := 0
	for taken < len(q.order) && len(items) < max {
		at := q.order[taken]
		taken++
		if item := q.items[at.unit]; item != nil && item.serial == at.serial {
			items = append(items, &item.Item)
			q.forget(at.unit, item)
		}
	}
	if q.order = q.order[taken:]; len(q.items) == 0 {
		q.order = nil // the array that has grown goes
		if taken > keep {
			q.items = map[unit]*queued{}
		}
	}
	return items, len(q.items) > 0, nil
}

// keep is how many items a queue may have had without giving up its memory.
const keep = 1024

// Len is how many units wait.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items)
}
