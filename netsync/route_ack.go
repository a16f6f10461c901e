package netsync

import (
	"context"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// What orchagent answers on (sonic-contract 2.11).
const (
	routeResponses  = "APPL_DB_ROUTE_TABLE_RESPONSE_CHANNEL"
	responseError   = "err_str"
	responseSuccess = "SWSS_RC_SUCCESS"
	protocolField   = "protocol"
)

// ackBatch is a write to zebra.
type ackBatch struct {
	conn   *fpm.Conn
	routes []fpm.Route
}

// ack queues an acknowledgement of a route as zebra sent it.
func (r *Routes) ack(m *fpm.Route) {
	if r.conn == nil {
		return
	}
	c := *m
	c.Nexthops = slices.Clone(m.Nexthops)
	c.Replace, c.Offload = false, fpm.Offloaded
	r.acks = append(r.acks, c)
}

// written hears that rows are in APPL_DB. Without suppression that is good enough for zebra.
func (r *Routes) written(b routeBatch) {
	r.writing--
	acknowledge(r, r.v4, b.v4)
	acknowledge(r, r.v6, b.v6)
}

// acknowledge queues answers for routes of which nothing newer is on its way.
func acknowledge[K routeKey](r *Routes, t *routeTable[K], keys []K) {
	for _, k := range keys {
		set, ok := t.acknowledged(k)
		if !ok || r.conn == nil {
			continue
		}
		m := r.sets.list[set].route
		m.Dst, m.Table, m.Offload = k.prefix(), r.names.table(k.vrfIndex()), fpm.Offloaded
		r.acks = append(r.acks, m)
	}
}

// responses hears what the ASIC has. An answer to an older content of a route cannot be told from one to the newest once both have been written;
// one that comes while a newer write is waiting is dropped.
func (r *Routes) responses(ns []db.Notification) {
	if !r.suppress {
		return
	}
	for _, n := range ns {
		if !isSuccess(n.Fields) {
			continue
		}
		k, err := tables.ApplRoute.DecodeKey(n.Data)
		if err != nil {
			r.log.Warn("answer to a route", "error", err)
			continue
		}
		r.accepted(k)
	}
}

// accepted marks a route as being in the ASIC, and tells zebra.
func (r *Routes) accepted(k tables.RouteKey) {
	vrf, known := r.names.byName[k.Vrf]
	switch {
	case !known:
	case k.Prefix.Addr().Is4():
		acknowledge(r, r.v4, []key4{newKey4(vrf, k.Prefix)})
	default:
		acknowledge(r, r.v6, []key6{newKey6(vrf, k.Prefix)})
	}
}

// isSuccess is true for answers to a SET that succeeded; the answer to a DEL has no protocol.
func isSuccess(fields []db.Field) bool {
	ok, set := false, false
	for _, f := range fields {
		switch f.Name {
		case responseError:
			ok = f.Value == responseSuccess
		case protocolField:
			set = true
		}
	}
	return ok && set
}

// acknowledgeAll answers for all routes that wait, because suppression has been switched off.
func (r *Routes) acknowledgeAll() {
	all(r, r.v4)
	all(r, r.v6)
}

func all[K routeKey](r *Routes, t *routeTable[K]) {
	var keys []K
	t.each(func(k K, e entry) {
		if e.flags&(offloaded|dirty) == 0 {
			keys = append(keys, k)
		}
	})
	acknowledge(r, t, keys)
}

// tell sends acknowledgements. A zebra that does not read holds up this goroutine only. Errors mean that the connection is over, which the
// server knows too.
func (r *Routes) tell(ctx context.Context, acks <-chan ackBatch) error {
	for {
		select {
		case a := <-acks:
			if err := a.conn.Ack(a.routes); err != nil {
				r.log.Debug("acknowledgements", "error", err)
				continue
			}
			r.stats.acknowledged.Add(uint64(len(a.routes)))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
