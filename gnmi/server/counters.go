package server

import (
	"sync"
	"sync/atomic"

	"github.com/hypersonic-nos/hypersonic/gnmi/subscribe"
)

// Counters are what the server has done, for whoever shows it. RPCs in all goroutines count: they are atomics, and a set under a mutex.
type Counters struct {
	Notifications, Updates, Deletes, Overflows, Panics, Refused atomic.Uint64

	mu      sync.Mutex
	streams map[*subscribe.Queue]struct{}
}

func (c *Counters) notification(updates, deletes int) {
	c.Notifications.Add(1)
	c.Updates.Add(uint64(updates))
	c.Deletes.Add(uint64(deletes))
}

func (c *Counters) overflow() { c.Overflows.Add(1) }

// stream counts a client of mode STREAM until the function that it returns is called.
func (c *Counters) stream(q *subscribe.Queue) (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.streams == nil {
		c.streams = map[*subscribe.Queue]struct{}{}
	}
	c.streams[q] = struct{}{}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.streams, q)
	}
}

// Streams is how many clients follow something, and how many paths wait for them.
func (c *Counters) Streams() (clients, waiting int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for q := range c.streams {
		waiting += q.Len()
	}
	return len(c.streams), waiting
}
