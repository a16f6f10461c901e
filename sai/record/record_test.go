package record

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/internal/fake"
)

const sw sai.OID = 0x21000000000000

func clock() time.Time { return time.Date(2026, 1, 15, 10, 30, 45, 123456000, time.Local) }

func attr(id uint16, t sai.ObjectType, v any) sai.Attribute {
	return sai.Attribute{Meta: t.Meta().Attr(id), Value: v}
}

func route(dest string) sai.Object {
	return sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: sai.RouteEntry{Switch: sw, VirtualRouter: 3, Destination: netip.MustParsePrefix(dest)}}
}

func TestRecording(t *testing.T) {
	var out bytes.Buffer
	next := &fake.API{Refuse: map[sai.Object]sai.Status{route("10.0.2.0/24"): sai.StatusTableFull}}
	a := New(next, &out, clock)
	ctx := t.Context()
	vlan, rt := sai.ObjectTypeVlan, sai.ObjectTypeRouteEntry
	nextHop := attr(sai.RouteEntryAttrNextHopID, rt, sai.OID(0x4000000000001))

	a.Create(ctx, vlan, []sai.CreateRequest{{Object: sai.Object{Type: vlan}, Attrs: []sai.Attribute{attr(sai.VlanAttrVlanID, vlan, uint16(100))}}})
	a.Create(ctx, sai.ObjectTypeLag, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeLag, OID: 0x2000000000009}}})
	a.Create(ctx, rt, []sai.CreateRequest{{Object: route("10.0.1.0/24"), Attrs: []sai.Attribute{nextHop}}, {Object: route("10.0.2.0/24"), Attrs: []sai.Attribute{nextHop}}})
	a.Set(ctx, rt, []sai.SetRequest{{Object: route("10.0.2.0/24"), Attr: attr(sai.RouteEntryAttrPacketAction, rt, sai.PacketActionDrop)}})
	a.Remove(ctx, rt, []sai.Object{route("10.0.1.0/24"), route("fc00::/7")})
	a.Get(ctx, sai.ObjectTypePort, []sai.GetRequest{{Object: sai.Object{Type: sai.ObjectTypePort, OID: 0x1000000000001}, Attrs: []sai.Attribute{
		attr(sai.PortAttrMtu, sai.ObjectTypePort, nil), attr(sai.PortAttrSupportedSpeed, sai.ObjectTypePort, sai.U32List{0, 0})}}})
	a.FlushFdb(ctx, sw, nil)
	a.Availability(ctx, sw, rt, []sai.Attribute{attr(sai.RouteEntryAttrIPAddrFamily, rt, sai.IPAddrFamilyIPv4)})
	a.AttributeCapability(ctx, sw, sai.ObjectTypePort.Meta().Attr(sai.PortAttrMtu))
	a.EnumCapability(ctx, sw, rt.Meta().Attr(sai.RouteEntryAttrPacketAction))
	a.ClearStats(ctx, sai.ObjectTypePort, []sai.StatsRequest{{Object: sai.Object{Type: sai.ObjectTypePort, OID: 1}, Stats: []int32{int32(sai.PortStatIfInOctets)}}})
	a.GetStats(ctx, sai.ObjectTypePort, []sai.StatsRequest{{}})
	a.Create(ctx, vlan, nil)
	a.Notification(sai.SwitchShutdownRequest{Switch: sw})
	a.Notify("INIT_VIEW", func() sai.Status { return sai.StatusSuccess })
	a.Comment("a remark")

	const want = `c|SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001|SAI_VLAN_ATTR_VLAN_ID=100
c|SAI_OBJECT_TYPE_LAG:oid:0x2000000000009|NULL=NULL
C|SAI_OBJECT_TYPE_ROUTE_ENTRY||{"dest":"10.0.1.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3"}|SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x4000000000001||{"dest":"10.0.2.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3"}|SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x4000000000001
E|SAI_STATUS_TABLE_FULL
#|failed: SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.2.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3"} SAI_STATUS_TABLE_FULL
s|SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.2.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3"}|SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP
E|SAI_STATUS_TABLE_FULL
R|SAI_OBJECT_TYPE_ROUTE_ENTRY||{"dest":"10.0.1.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3"}||{"dest":"fc00::/7","switch_id":"oid:0x21000000000000","vr":"oid:0x3"}
g|SAI_OBJECT_TYPE_PORT:oid:0x1000000000001|SAI_PORT_ATTR_MTU=|SAI_PORT_ATTR_SUPPORTED_SPEED=2:0,0
G|SAI_STATUS_SUCCESS|SAI_PORT_ATTR_MTU=1514|SAI_PORT_ATTR_SUPPORTED_SPEED=0:null
f|SAI_OBJECT_TYPE_FDB_FLUSH:oid:0x21000000000000|NULL=NULL
F|SAI_STATUS_SUCCESS
q|object_type_get_availability|SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000|SAI_ROUTE_ENTRY_ATTR_IP_ADDR_FAMILY=SAI_IP_ADDR_FAMILY_IPV4|OBJECT_TYPE=SAI_OBJECT_TYPE_ROUTE_ENTRY
Q|object_type_get_availability|SAI_STATUS_SUCCESS|COUNT=1000
q|attribute_capability|SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000|OBJECT_TYPE=SAI_OBJECT_TYPE_PORT|ATTR_ID=SAI_PORT_ATTR_MTU
Q|attribute_capability|SAI_STATUS_SUCCESS|CREATE_IMPLEMENTED=true|SET_IMPLEMENTED=true|GET_IMPLEMENTED=true
q|attr_enum_values_capability|SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000|OBJECT_TYPE=SAI_OBJECT_TYPE_ROUTE_ENTRY|ATTR_ID=SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION
Q|attr_enum_values_capability|SAI_STATUS_SUCCESS|ENUM_CAPABILITIES=0,1,|ENUM_COUNT=2
q|clear_stats|SAI_OBJECT_TYPE_PORT:oid:0x1|SAI_PORT_STAT_IF_IN_OCTETS
Q|clear_stats|SAI_STATUS_SUCCESS
n|switch_shutdown_request|{"switch_id":"oid:0x21000000000000"}|
a|INIT_VIEW
A|SAI_STATUS_SUCCESS
#|a remark
`
	got := strings.ReplaceAll(out.String(), "2026-01-15.10:30:45.123456|", "")
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("recording (-want +got):\n%s", d)
	}
}

// pipeline is an API whose calls are done when they are waited for.
type pipeline struct{ *fake.API }

func (p pipeline) StartCreate(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) func() []sai.CreateResult {
	r = append([]sai.CreateRequest(nil), r...)
	return func() []sai.CreateResult { return p.Create(ctx, t, r) }
}

func (p pipeline) StartRemove(ctx context.Context, t sai.ObjectType, o []sai.Object) func() []sai.Status {
	o = append([]sai.Object(nil), o...)
	return func() []sai.Status { return p.Remove(ctx, t, o) }
}

func (p pipeline) StartSet(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) func() []sai.Status {
	r = append([]sai.SetRequest(nil), r...)
	return func() []sai.Status { return p.Set(ctx, t, r) }
}

// TestPipeline starts several calls before it waits: a failure names its object, since its call is lines above.
func TestPipeline(t *testing.T) {
	var out bytes.Buffer
	next := pipeline{&fake.API{Refuse: map[sai.Object]sai.Status{route("10.0.1.0/24"): sai.StatusTableFull}}}
	p, ctx, rt := NewPipeline(next, &out, clock), t.Context(), sai.ObjectTypeRouteEntry
	drop := attr(sai.RouteEntryAttrPacketAction, rt, sai.PacketActionDrop)
	creates := []sai.CreateRequest{{Object: route("10.0.1.0/24"), Attrs: []sai.Attribute{drop}}}
	created := p.StartCreate(ctx, rt, creates)
	creates[0] = sai.CreateRequest{} // free
	set := p.StartSet(ctx, rt, []sai.SetRequest{{Object: route("10.0.2.0/24"), Attr: drop}})
	removed := p.StartRemove(ctx, rt, []sai.Object{route("10.0.2.0/24")})
	named := p.StartCreate(ctx, sai.ObjectTypeVlan, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeVlan}, Attrs: []sai.Attribute{attr(sai.VlanAttrVlanID, sai.ObjectTypeVlan, uint16(100))}}})
	if c, s, r, n := created(), set(), removed(), named(); c[0].Status != sai.StatusTableFull || s[0] != sai.StatusSuccess || r[0] != sai.StatusSuccess || n[0].OID == 0 {
		t.Errorf("results %v %v %v %v", c, s, r, n)
	}
	const want = `c|SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.1.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3"}|SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP
s|SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.2.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3"}|SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP
r|SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.2.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3"}
c|SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001|SAI_VLAN_ATTR_VLAN_ID=100
E|SAI_STATUS_TABLE_FULL
#|failed: SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.1.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3"} SAI_STATUS_TABLE_FULL
`
	if d := cmp.Diff(want, strings.ReplaceAll(out.String(), "2026-01-15.10:30:45.123456|", "")); d != "" {
		t.Errorf("recording (-want +got):\n%s", d)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestBrokenRecordingHoldsNothingUp(t *testing.T) {
	next := &fake.API{}
	a := New(next, brokenWriter{}, nil)
	for range 3 {
		if s := a.Remove(t.Context(), sai.ObjectTypeVlan, []sai.Object{{Type: sai.ObjectTypeVlan, OID: 1}}); s[0] != sai.StatusSuccess {
			t.Errorf("got %v", s)
		}
	}
	if len(next.Calls) != 3 {
		t.Errorf("calls %v", next.Calls)
	}
}

func TestFileIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sairedis.rec")
	f, err := Open(path, 100)
	if err != nil {
		t.Fatal(err)
	}
	line := []byte(strings.Repeat("x", 29) + "\n")
	for range 10 {
		if n, err := f.Write(line); n != len(line) || err != nil {
			t.Fatal(n, err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	sizes := func() (n [2]int) {
		for i, p := range []string{path, path + ".1"} {
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			n[i] = len(b)
		}
		return n
	}
	if got := sizes(); got != [2]int{30, 90} {
		t.Errorf("sizes %v", got)
	}
	if f, err = Open(path, 100); err != nil { // goes on where it was
		t.Fatal(err)
	}
	if _, err := f.Write(line); err != nil || f.size != 60 {
		t.Errorf("size %d, %v", f.size, err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
