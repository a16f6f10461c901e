package netsync

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
)

// RouteOptions is what Routes needs. Zero durations and sizes have defaults.
type RouteOptions struct {
	Store  db.Store    // APPL_DB, CONFIG_DB and, for suppress-fib-pending, APPL_STATE_DB
	Facts  db.Store    // the table FactLink, loaded
	Server *fpm.Server // where zebra comes
	// Ack: zebra acts on acknowledgements (fpm.HearsAcks). If not, none are sent.
	Ack bool
	// Routes that APPL_DB holds and zebra has not announced on its connection are stale. They are withdrawn when the connection has been
	// there for Hold (default 120 s, SONiC's time for BGP to come back; WARM_RESTART|bgp `bgp_timer` goes before) and nothing has come for Quiet
	// (default 5 s).
	Quiet, Hold time.Duration
	Batch       int // most routes in one write; default 4096
	Log         *slog.Logger
}

// RouteStats counts since the start; Routes and Dirty are now.
type RouteStats struct {
	Routes, Dirty        int64  // known; to be written
	Announced, Withdrawn uint64 // by zebra
	Unchanged            uint64 // announced as APPL_DB had it already
	Written, Swept       uint64
	Acknowledged         uint64
	Malformed            uint64
}

// Routes takes zebra's routes to APPL_DB (SONiC's fpmsyncd; sonic-contract 4.7). One goroutine owns all state; it never waits for Redis or for
// zebra. What has to be written is a set of routes and no queue of messages: while Redis is away the routes go on changing, and each is
// written once, as it is then. Routes are never flushed, neither when zebra goes nor at start: what is announced again unchanged costs nothing.
type Routes struct {
	o      RouteOptions
	log    *slog.Logger
	events chan routeEvent
	ended  chan struct{}

	// owned by the goroutine of loop
	texts    *routeTexts
	sets     *routeSets
	v4       *routeTable[key4]
	v6       *routeTable[key6]
	names    *routeNames
	objects  nexthopObjects
	waiting  pendingRoutes
	rows     *groupRows
	acks     []fpm.Route // for conn
	conn     *fpm.Conn
	gen      uint16    // counts connections
	since    time.Time // of the connection
	last     time.Time // of the last message
	began    time.Time // Run
	stale    bool      // routes of an earlier connection may be there
	rescan   bool      // texts of sets have changed
	writing  int       // batches that the writer has
	complete bool      // what is dirty is the last of what must be told, or told again

	losses   int             // Store.Lost
	nextLoss <-chan struct{} // Store.Lost

	groups   bool // DEVICE_METADATA nexthop_group
	suppress bool // DEVICE_METADATA suppress-fib-pending
	hold     time.Duration

	stats routeCounters
}

type routeCounters struct {
	routes, dirty                                                            atomic.Int64
	announced, withdrawn, unchanged, written, swept, acknowledged, malformed atomic.Uint64
}

// routeEvent is a call of fpm.Handler on its way to the owner.
type routeEvent struct {
	conn *fpm.Conn // connected
	ms   []fpm.Message
	err  error // disconnected
	done chan<- struct{}
}

// NewRoutes prepares Routes.
func NewRoutes(o RouteOptions) *Routes {
	if o.Quiet == 0 {
		o.Quiet = 5 * time.Second
	}
	if o.Hold == 0 {
		o.Hold = 120 * time.Second
	}
	if o.Batch == 0 {
		o.Batch = 4096
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := &Routes{
		o: o, log: o.Log, events: make(chan routeEvent), ended: make(chan struct{}),
		texts: newRouteTexts(), names: newRouteNames(), objects: newNexthopObjects(), waiting: pendingRoutes{},
		rows: newGroupRows(), hold: o.Hold,
	}
	r.sets = newRouteSets(r.texts, r.render)
	r.v4 = newRouteTable[key4](r.sets, r.texts)
	r.v6 = newRouteTable[key6](r.sets, r.texts)
	return r
}

// Stats may be called from any goroutine.
func (r *Routes) Stats() RouteStats {
	s := &r.stats
	return RouteStats{
		Routes: s.routes.Load(), Dirty: s.dirty.Load(), Announced: s.announced.Load(), Withdrawn: s.withdrawn.Load(),
		Unchanged: s.unchanged.Load(), Written: s.written.Load(), Swept: s.swept.Load(), Acknowledged: s.acknowledged.Load(),
		Malformed: s.malformed.Load(),
	}
}

// Connected implements fpm.Handler.
func (r *Routes) Connected(c *fpm.Conn) { _ = r.send(routeEvent{conn: c}) }

// Batch implements fpm.Handler.
func (r *Routes) Batch(ms []fpm.Message) error { return r.send(routeEvent{ms: ms}) }

// Disconnected implements fpm.Handler.
func (r *Routes) Disconnected(err error) {
	if err == nil {
		err = context.Canceled
	}
	_ = r.send(routeEvent{err: err})
}

// send hands an event to the owner and waits until it is dealt with, since its messages are borrowed.
func (r *Routes) send(e routeEvent) error {
	done := make(chan struct{})
	e.done = done
	select {
	case r.events <- e:
	case <-r.ended:
		return context.Canceled
	}
	select {
	case <-done:
		return nil
	case <-r.ended:
		return context.Canceled
	}
}
