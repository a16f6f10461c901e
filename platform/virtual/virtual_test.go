package virtual

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/platform/conformance"
	"github.com/hypersonic-nos/hypersonic/sai"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testClock is moved by hand. Whoever waits for it is woken, and the move ends when the ASIC has looked at the time.
type testClock struct {
	mu      sync.Mutex
	now     time.Time
	waiting []chan time.Time
	armed   chan struct{}
}

func newTestClock() *testClock {
	return &testClock{now: time.Unix(1_000_000, 0), armed: make(chan struct{}, 1)}
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) After(time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := make(chan time.Time, 1)
	c.waiting = append(c.waiting, ch)
	select {
	case c.armed <- struct{}{}:
	default:
	}
	return ch
}

// advance moves the clock and waits until the ASIC waits for it again.
func (c *testClock) advance(d time.Duration) {
	<-c.armed
	c.mu.Lock()
	c.now = c.now.Add(d)
	for _, ch := range c.waiting {
		ch <- c.now
	}
	c.waiting = nil
	c.mu.Unlock()
	<-c.armed
	c.armed <- struct{}{}
}

// testPorts are n front-panel ports of four lanes.
func testPorts(n int) []Port {
	ports := make([]Port, n)
	for i := range ports {
		lane := uint32(4*i + 1)
		ports[i] = Port{FrontPanel: fmt.Sprintf("eth%d", i+1), Lanes: []uint32{lane, lane + 1, lane + 2, lane + 3}}
	}
	return ports
}

// start runs an ASIC until the test ends.
func start(t *testing.T, cfg Config) *ASIC {
	t.Helper()
	a := New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return a
}

func TestConformance(t *testing.T) {
	conformance.Run(t, func(t *testing.T, o conformance.Options) conformance.Fixture {
		clock := newTestClock()
		notes := make(chan sai.Notification, 1000)
		ports := testPorts(8)
		a := start(t, Config{Ports: ports, Limits: o.Limits, Notify: notes, Clock: clock})
		f := conformance.Fixture{
			API:           a,
			Notifications: notes,
			Link:          func(port int, up bool) { a.FrontPanel(t.Context(), ports[port].FrontPanel, up) },
			Learn:         func(port int, vlan uint16, mac sai.MAC) { a.Learn(ports[port].FrontPanel, vlan, mac) },
			Advance:       clock.advance,
		}
		for _, p := range ports {
			f.Lanes = append(f.Lanes, p.Lanes)
		}
		return f
	})
}
