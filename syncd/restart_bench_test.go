package syncd_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

const benchRoutes = 100_000

// BenchmarkRestart starts a syncd beside a server that holds 100000 routes: with an empty ASIC, which is filled; with one that has them all, which is
// compared. And it lists them as a restarted orchagent does. An operation is a start, or a listing.
func BenchmarkRestart(b *testing.B) {
	ks := redisKeyspace(b)
	w := newBench(b, ks, 32)
	w.start(w.asic)
	c := w.client()
	sw := createSwitch(b, c)
	vr := c.Create(b.Context(), sai.ObjectTypeVirtualRouter, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeVirtualRouter}}})[0].OID
	var r []sai.CreateRequest
	for i := range benchRoutes {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
		r = append(r, sai.CreateRequest{
			Object: sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: sai.RouteEntry{Switch: sw, VirtualRouter: vr, Destination: p}},
			Attrs:  []sai.Attribute{attr(b, "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION", "SAI_PACKET_ACTION_DROP")},
		})
	}
	for i, res := range c.Create(b.Context(), sai.ObjectTypeRouteEntry, r) {
		if res.Status != sai.StatusSuccess {
			b.Fatal(i, res.Status)
		}
	}
	restart := func(b *testing.B, powerCycle bool) {
		for b.Loop() {
			w.stop()
			if powerCycle {
				w.freshASIC(32)
			}
			w.start(w.asic)
			if st := c.InvokeDump(b.Context()); st != sai.StatusSuccess {
				b.Fatal(st)
			}
		}
	}
	b.Run(fmt.Sprint("cold/", benchRoutes), func(b *testing.B) { restart(b, true) })
	b.Run(fmt.Sprint("adopt/", benchRoutes), func(b *testing.B) { restart(b, false) })
	b.Run(fmt.Sprint("list/", benchRoutes), func(b *testing.B) {
		for b.Loop() {
			n := 0
			for t := sai.ObjectType(1); t < 128; t++ {
				if t.Meta() == nil {
					continue
				}
				if err := c.List(b.Context(), t, func(sai.Object, []sai.Attribute) error { n++; return nil }); err != nil {
					b.Fatal(err)
				}
			}
			if n < benchRoutes {
				b.Fatal(n)
			}
		}
	})
}
