package enginetest

import (
	"sync"
	"time"
)

// Clock is a clock that tests wind by hand.
type Clock struct {
	mu    sync.Mutex // the engine waits while the test winds
	now   time.Time
	waits []wait
}

type wait struct {
	at time.Time
	c  chan time.Time
}

// NewClock starts in the year 2001.
func NewClock() *Clock { return &Clock{now: time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)} }

// Now implements engine.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// After implements engine.Clock.
func (c *Clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := wait{c.now.Add(d), make(chan time.Time, 1)}
	if d <= 0 {
		w.c <- c.now
		return w.c
	}
	c.waits = append(c.waits, w)
	return w.c
}

// Advance winds the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	kept := c.waits[:0]
	for _, w := range c.waits {
		if w.at.After(c.now) {
			kept = append(kept, w)
		} else {
			w.c <- c.now
		}
	}
	c.waits = kept
}
