package virtual

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestList checks that entries come back as they were given.
func TestList(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(1)})
	addRoutes(a, sw, "10.0.0.0/8", "::ffff:0:0/96", "fd00::/8", "0.0.0.0/0")
	got := map[netip.Prefix]int{}
	for _, l := range listAll(t, a, sai.ObjectTypeRouteEntry) {
		e, ok := l.object.Entry.(sai.RouteEntry)
		if !ok || e.Switch != sw || e.VirtualRouter != a.sw.oid(sai.SwitchAttrDefaultVirtualRouterID) {
			t.Errorf("%v", l.object)
		}
		got[e.Destination] = len(l.attrs)
	}
	want := map[netip.Prefix]int{}
	for _, p := range []string{"10.0.0.0/8", "::ffff:0:0/96", "fd00::/8", "0.0.0.0/0"} {
		want[netip.MustParsePrefix(p)] = 2 // NEXT_HOP_ID and PACKET_ACTION
	}
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); d != "" {
		t.Error(d)
	}
	vlans := listAll(t, a, sai.ObjectTypeVlan)
	if len(vlans) != 1 || len(vlans[0].attrs) != 1 || vlans[0].attrs[0].Value != uint16(1) {
		t.Errorf("VLANs: %v", vlans)
	}
}
