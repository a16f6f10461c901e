package netsync

import (
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// handle deals with a call of fpm.Handler.
func (r *Routes) handle(e routeEvent, now time.Time) {
	switch {
	case e.conn != nil:
		r.conn, r.since, r.last, r.stale = e.conn, now, now, true
		r.gen++
		r.objects = newNexthopObjects()
		r.sets.connected(r.gen)
		clear(r.waiting)
		r.acks = nil
		r.log.Info("zebra connected", "routes", r.stats.routes.Load())
	case e.err != nil:
		r.conn, r.acks = nil, nil
		r.log.Info("zebra disconnected, its routes stay", "error", e.err)
	default:
		r.last = now
		r.messages(e.ms)
	}
	close(e.done)
}

func (r *Routes) messages(ms []fpm.Message) {
	for i := range ms {
		switch m := &ms[i]; m.Kind {
		case fpm.KindRoute:
			r.route(&m.Route)
		case fpm.KindNexthop:
			r.object(&m.Object)
		case fpm.Malformed:
			r.stats.malformed.Add(1)
			r.log.Warn("message from zebra", "error", m.Err)
		}
	}
	r.resettle()
}

// route takes one announcement or withdrawal.
func (r *Routes) route(m *fpm.Route) {
	vrf, known := r.names.tables[m.Table]
	switch {
	case !known:
		r.waiting.keep(m, r.log)
		return
	case vrf.skip:
		return
	}
	set := uint32(0)
	if m.Del {
		r.stats.withdrawn.Add(1)
	} else {
		r.stats.announced.Add(1)
		set = r.sets.of(m)
	}
	if m.Dst.Addr().Is4() {
		announce(r, r.v4, newKey4(vrf.index, m.Dst), set, m)
	} else {
		announce(r, r.v6, newKey6(vrf.index, m.Dst), set, m)
	}
}

func announce[K routeKey](r *Routes, t *routeTable[K], k K, set uint32, m *fpm.Route) {
	out := t.announce(k, set, r.gen)
	if out == toWrite || set == 0 {
		return
	}
	r.stats.unchanged.Add(1)
	switch {
	case !r.o.Ack:
	case out == accepted || !r.suppress:
		r.ack(m)
	default:
		t.force(k) // nobody would answer for a row that does not change
	}
}

// object takes a next-hop object; the sets that use it are rendered again.
func (r *Routes) object(o *fpm.Object) {
	r.objects.put(o)
	r.rows.touch(o.ID, &r.objects)
	r.update(r.sets.byObject[o.ID])
}

// update renders sets again, because something they need has changed.
func (r *Routes) update(sets map[uint32]struct{}) {
	for _, h := range slices.Collect(maps.Keys(sets)) {
		if r.sets.update(h) {
			r.sets.list[h].changed, r.rescan = true, true
		}
	}
}

// resettle brings the routes of changed sets up to date, all in one pass.
func (r *Routes) resettle() {
	if !r.rescan {
		return
	}
	r.rescan = false
	r.v4.resettle()
	r.v6.resettle()
	for h := range r.sets.list {
		r.sets.list[h].changed = false
	}
}

// linkFact takes the name of an index and, for a VRF device, of a table.
func (r *Routes) linkFact(name string, f tables.LinkFact) {
	newLink, newTable := r.names.set(name, f)
	if newLink {
		r.update(r.sets.byLink[f.Index])
		r.rows.touchAll(&r.objects)
	}
	if newTable {
		waiting := r.waiting[f.VrfTable]
		delete(r.waiting, f.VrfTable)
		for i := range waiting {
			r.route(&waiting[i])
		}
	}
}

// pendingRoutes are messages for kernel tables that no VRF is known of yet; they are taken in order when it comes.
type pendingRoutes map[uint32][]fpm.Route

// maxPending bounds the messages for one table: tables that are no VRF's never get a name.
const maxPending = 1 << 16

func (p pendingRoutes) keep(m *fpm.Route, log *slog.Logger) {
	n := len(p[m.Table])
	if n == 0 {
		log.Info("routes of a kernel table without a VRF wait for one", "table", m.Table)
	}
	if n == maxPending {
		return
	}
	c := *m
	c.Nexthops = slices.Clone(m.Nexthops)
	p[m.Table] = append(p[m.Table], c)
}
