package virtual

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/sai"
)

const limiterFile = `
# comment
SAI_OBJECT_TYPE_ACL_TABLE=3 ; another
 0:SAI_OBJECT_TYPE_VLAN = 10
1:SAI_OBJECT_TYPE_VLAN=20
`

func TestParseLimits(t *testing.T) {
	for index, want := range []Limits{{sai.ObjectTypeAclTable: 3, sai.ObjectTypeVlan: 10}, {sai.ObjectTypeVlan: 20}, {}} {
		got, err := ParseLimits(strings.NewReader(limiterFile), uint8(index))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("switch %d: %s", index, d)
		}
	}
	for _, bad := range []string{"SAI_OBJECT_TYPE_VLAN", "SAI_OBJECT_TYPE_NONE=1", "x:SAI_OBJECT_TYPE_VLAN=1", "300:SAI_OBJECT_TYPE_VLAN=1", "SAI_OBJECT_TYPE_VLAN=-1", "SAI_OBJECT_TYPE_VLAN=1e3"} {
		if l, err := ParseLimits(strings.NewReader(bad), 0); err == nil {
			t.Errorf("%q gives %v", bad, l)
		} else if !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: %v names no line", bad, err)
		}
	}
}

func FuzzParseLimits(f *testing.F) {
	f.Add(limiterFile)
	f.Add("300:SAI_OBJECT_TYPE_VLAN=1")
	f.Fuzz(func(t *testing.T, text string) {
		limits, err := ParseLimits(strings.NewReader(text), 0)
		for ot, n := range limits {
			if n < 0 || ot.Meta() == nil && err == nil {
				t.Errorf("%v=%d", ot, n)
			}
		}
	})
}

func addRoutes(a *ASIC, sw sai.OID, prefixes ...string) []sai.Status {
	vr := a.sw.oid(sai.SwitchAttrDefaultVirtualRouterID)
	r := make([]sai.CreateRequest, len(prefixes))
	for i, p := range prefixes {
		r[i].Object = sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: sai.RouteEntry{Switch: sw, VirtualRouter: vr, Destination: netip.MustParsePrefix(p)}}
	}
	var st []sai.Status
	for _, result := range a.Create(context.Background(), sai.ObjectTypeRouteEntry, r) {
		st = append(st, result.Status)
	}
	return st
}

// TestSizes checks that a table that is given a size is limited to it, by address family, and tells what is left.
func TestSizes(t *testing.T) {
	a, sw := boot(t, Config{Sizes: map[uint16]uint32{sai.SwitchAttrAvailableIPv4RouteEntry: 2}})
	const ok, full = sai.StatusSuccess, sai.StatusInsufficientResources
	got := addRoutes(a, sw, "10.0.0.0/8", "fd00::/8", "11.0.0.0/8", "12.0.0.0/8", "fe00::/8")
	if d := cmp.Diff([]sai.Status{ok, ok, ok, full, ok}, got); d != "" {
		t.Error(d)
	}
	for attr, want := range map[uint16]uint32{sai.SwitchAttrAvailableIPv4RouteEntry: 0, sai.SwitchAttrAvailableIPv6RouteEntry: 9998} {
		if left := getAttr(t, a, sai.ObjectTypeSwitch, sw, attr); left != want {
			t.Errorf("%v is %v, want %d", sai.ObjectTypeSwitch.Meta().Attr(attr), left, want)
		}
	}
	family := sai.ObjectTypeRouteEntry.Meta().Attr(sai.RouteEntryAttrIPAddrFamily)
	for f, want := range map[sai.IPAddrFamily]uint64{sai.IPAddrFamilyIPv4: 0, sai.IPAddrFamilyIPv6: 9998} {
		n, st := a.Availability(t.Context(), sw, sai.ObjectTypeRouteEntry, []sai.Attribute{{Meta: family, Value: f}})
		if n != want || st != ok {
			t.Errorf("%v: %d, %v", f, n, st)
		}
	}
	if _, st := a.Availability(t.Context(), sw, sai.ObjectTypeMirrorSession, nil); st != sai.StatusNotSupported {
		t.Errorf("mirror sessions: %v", st)
	}
}

// TestPublishedSizesDoNotLimit loads more than SONiC's virtual switch tells of.
func TestPublishedSizesDoNotLimit(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(1)})
	rif := a.sw.oid(sai.SwitchAttrCpuPort)
	r := routeRequests(sw, a.sw.oid(sai.SwitchAttrDefaultVirtualRouterID), rif, 100_001)
	for _, result := range a.Create(t.Context(), sai.ObjectTypeRouteEntry, r) {
		if result.Status != sai.StatusSuccess {
			t.Fatal(result.Status)
		}
	}
	if left := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableIPv4RouteEntry); left != uint32(0) {
		t.Errorf("%v are left, want 0", left)
	}
}
