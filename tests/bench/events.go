package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
)

const asicEvents = "__keyspace@1__:"

// watch opens the events of the objects of ASIC_STATE of one type. The caller closes it.
func (n *nos) watch(objects string) (*redis.PubSub, error) {
	sub := n.redis.PSubscribe(n.ctx, asicEvents+"ASIC_STATE:"+objects+":*")
	if _, err := sub.Receive(n.ctx); err != nil {
		_ = sub.Close()
		return nil, err
	}
	return sub, nil
}

// next waits for an event that counts.
func (n *nos) next(sub *redis.PubSub, counts func(key, event string) bool) error {
	for {
		m, err := sub.ReceiveTimeout(n.ctx, patience)
		if err != nil {
			return fmt.Errorf("waiting for a change of ASIC_STATE: %w", err)
		}
		if m, ok := m.(*redis.Message); ok && counts(strings.TrimPrefix(m.Channel, asicEvents), m.Payload) {
			return nil
		}
	}
}

// changes is how many routes are changed, one after the other.
const changes = 100

// change measures one change with many routes resident, and what they take.
func change(n *nos, resident int) ([]figure, error) {
	c, err := n.zebra()
	if err != nil {
		return nil, err
	}
	d, u, err := n.announce(c, resident, ecmp)
	if err != nil {
		return nil, err
	}
	agents := float64(u.rss("orchagent", "syncd")) / float64(resident)
	out := append(rates("FPM to ASIC", resident, ecmp, d, u), figure{
		what: fmt.Sprintf("%d routes resident, bytes a route in orchagent and syncd", resident), value: agents, unit: "B", budget: 400, atMost: true,
		detail: fmt.Sprintf("orchagent %d, syncd %d; netsync %d, Redis %d", u.rss("orchagent")/int64(resident), u.rss("syncd")/int64(resident),
			u.rss("netsync")/int64(resident), u.rss("redis-server")/int64(resident)),
	})
	sub, err := n.watch("SAI_OBJECT_TYPE_ROUTE_ENTRY")
	if err != nil {
		return out, err
	}
	defer func() { _ = sub.Close() }()
	var list []time.Duration
	for i := range changes {
		at := i * (resident / changes)
		r := n.route(at, scattered(at)+1, ecmp)
		frame, err := fpm.AppendRoute(nil, &r)
		if err != nil {
			return out, err
		}
		began := time.Now()
		if _, err := c.Write(frame); err != nil {
			return out, err
		}
		dest := `"dest":"` + r.Dst.String() + `"`
		if err := n.next(sub, func(key, event string) bool { return event == "hset" && strings.Contains(key, dest) }); err != nil {
			return out, err
		}
		list = append(list, time.Since(began))
	}
	median, p99 := times(list)
	return append(out, figure{what: fmt.Sprintf("one route changed at %d resident, FPM to ASIC", resident), value: median, unit: "ms", digits: 2,
		detail: fmt.Sprintf("p99 %.2f ms of %d", p99, changes)}), nil
}
