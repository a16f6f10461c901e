package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
)

// hops says over how many next hops a route goes.
type hops int

const (
	single hops = 1
	ecmp   hops = 4
)

func (h hops) String() string {
	if h == single {
		return "single next hop"
	}
	return fmt.Sprintf("ECMP over %d", int(h))
}

// groups is over how many different sets of next hops the routes are spread.
const groups = 64

// zebra's route: bgp, the main table, zebra's metric.
const (
	bgp       = 186
	mainTable = 254
	metric    = 20
)

// gateway is the neighbour behind port i.
func gateway(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, byte(i), 2}) }

// prefix is the i-th route's: a /24 from 11.0.0.0 on.
func prefix(i int) netip.Prefix {
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], 11<<24+uint32(i)<<8)
	return netip.PrefixFrom(netip.AddrFrom4(a), 24)
}

// set are the ports that the n-th set of next hops goes over: all sets are different, and each port is in the same number of them.
func set(n int, h hops, ports int) []int {
	step := 1 + 4*(n/ports%(groups/ports))
	list := make([]int, h)
	for j := range list {
		list[j] = (n + j*step) % ports
	}
	return list
}

// route is the i-th route, over the n-th set.
func (n *nos) route(i, over int, h hops) fpm.Route {
	r := fpm.Route{Type: fpm.Unicast, Protocol: bgp, Table: mainTable, Priority: metric, Dst: prefix(i), Replace: true}
	for _, p := range set(over, h, len(n.ports)) {
		r.Nexthops = append(r.Nexthops, fpm.Nexthop{Gateway: gateway(p), Ifindex: n.ports[p].index, Weight: 1})
	}
	return r
}

// scattered is the set of the i-th route: neighbours in the table rarely have the same one.
func scattered(i int) int { return int(uint32(i) * 2654435761 >> 26) }

// announcement is what zebra sends for routes.
func (n *nos) announcement(count int, h hops) ([]byte, error) {
	var b []byte
	var err error
	for i := range count {
		r := n.route(i, scattered(i), h)
		if b, err = fpm.AppendRoute(b, &r); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (n *nos) withdrawal(count int) ([]byte, error) {
	var b []byte
	var err error
	for i := range count {
		r := fpm.Route{Del: true, Table: mainTable, Dst: prefix(i), Protocol: bgp, Priority: metric}
		if b, err = fpm.AppendRoute(b, &r); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// zebra connects to the FPM socket.
func (n *nos) zebra() (net.Conn, error) {
	c, err := n.near.Dial(n.ctx, "tcp", "127.0.0.1:2620")
	if err != nil {
		return nil, fmt.Errorf("FPM: %w", err)
	}
	n.trial.Cleanup(func() { _ = c.Close() })
	return c, nil
}
