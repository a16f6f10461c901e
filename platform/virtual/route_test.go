package virtual

import (
	"context"
	"encoding/binary"
	"net/netip"
	"runtime"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// routeRequests makes n different /24 to /32 routes.
func routeRequests(sw, vr, nextHop sai.OID, n int) []sai.CreateRequest {
	r := make([]sai.CreateRequest, n)
	via := []sai.Attribute{{Meta: sai.ObjectTypeRouteEntry.Meta().Attr(sai.RouteEntryAttrNextHopID), Value: nextHop}}
	for i := range r {
		var ip [4]byte
		binary.BigEndian.PutUint32(ip[:], uint32(0x14000000+i*4))
		e := sai.RouteEntry{Switch: sw, VirtualRouter: vr, Destination: netip.PrefixFrom(netip.AddrFrom4(ip), 30)}
		r[i] = sai.CreateRequest{Object: sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: e}, Attrs: via}
	}
	return r
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkRoutes loads a million routes in bulks of a thousand, and tells the rate and the heap that a route takes.
func BenchmarkRoutes(b *testing.B) {
	const n, bulk = 1_000_000, 1000
	for b.Loop() {
		b.StopTimer()
		a, sw := boot(b, Config{Ports: testPorts(1)})
		r := routeRequests(sw, a.sw.oid(sai.SwitchAttrDefaultVirtualRouterID), a.cpu.id.OID, n)
		before := heap()
		b.StartTimer()
		for i := 0; i < n; i += bulk {
			a.Create(context.Background(), sai.ObjectTypeRouteEntry, r[i:i+bulk])
		}
		b.StopTimer()
		b.ReportMetric(float64(heap()-before)/n, "B/route")
		if a.routes.rows.Len() != n {
			b.Fatalf("%d routes", a.routes.rows.Len())
		}
		runtime.KeepAlive(r)
		b.StartTimer()
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "routes/s")
}
