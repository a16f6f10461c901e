package objects_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
)

const theSwitch sai.OID = 0x21

// world is a target over a fake ASIC.
type world struct {
	t        *testing.T
	asic     *asic
	names    *names
	vids     *vids
	registry *objects.Registry
	*objects.Target
}

func newWorld(t *testing.T, allocates bool) *world {
	a := &asic{next: 0x100}
	w := &world{t: t, asic: a, names: &names{asic: a, known: map[sai.OID]string{}}, vids: &vids{next: 0x200}, registry: objects.NewRegistry()}
	var alloc objects.Allocator
	if allocates {
		alloc = w.vids
	}
	w.Target = objects.New(a, w.names, alloc, w.registry, theSwitch)
	return w
}

// apply carries out operations of one verb, and compares what the ASIC was asked and what came out.
func (w *world) apply(v engine.Verb, ops []engine.Op, wantErrs, want string) {
	w.t.Helper()
	for i := range ops {
		ops[i].Verb = v
	}
	var texts []string
	for _, err := range w.Apply(context.Background(), ops[0].Key.Kind(), ops) {
		texts = append(texts, errText(err))
	}
	if diff := cmp.Diff(wantErrs, strings.Join(texts, "; ")); diff != "" {
		w.t.Errorf("results (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(strings.TrimSpace(want), w.asic.said()); diff != "" {
		w.t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func errText(err error) string {
	var e *engine.Error
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &e):
		return [...]string{engine.Invalid: "invalid", engine.Transient: "transient", engine.Full: "full", engine.Fatal: "fatal"}[e.Class]
	}
	return err.Error()
}

func op[K engine.Key](k K, attrs ...engine.Attr[K]) engine.Op {
	o := engine.Op{Key: k}
	for _, a := range attrs {
		o.Attrs = append(o.Attrs, engine.AttrValue(a))
	}
	return o
}

func vlan(id uint16) sai.VlanKey { return sai.VlanKey{ID: id} }

func TestCreate(t *testing.T) {
	w := newWorld(t, true)
	w.apply(engine.Create, []engine.Op{op(vlan(10)), op(vlan(20))}, "ok; ok", `
name oid:0x201 VLAN(10)
name oid:0x202 VLAN(20)
create VLAN:oid:0x201 VLAN_ID=10
create VLAN:oid:0x202 VLAN_ID=20`)
	port := sai.PortKey{Name: "Ethernet0"}
	w.registry.Put(port, 0x1)
	bp := sai.BridgePortKey{Port: port}
	w.apply(engine.Create, []engine.Op{op(bp, sai.BridgePortAdminState(true))}, "ok", `
name oid:0x203 BRIDGE_PORT(PORT(Ethernet0))
create BRIDGE_PORT:oid:0x203 PORT_ID=oid:0x1 TYPE=SAI_BRIDGE_PORT_TYPE_PORT ADMIN_STATE=true`)
	w.apply(engine.Create, []engine.Op{op(sai.VlanMemberKey{Vlan: vlan(10), BridgePort: bp})}, "ok", `
name oid:0x204 VLAN_MEMBER(VLAN(10),BRIDGE_PORT(PORT(Ethernet0)))
create VLAN_MEMBER:oid:0x204 VLAN_ID=oid:0x201 BRIDGE_PORT_ID=oid:0x203`)
	if id, ok := w.Identity(bp); id != "oid:0x203" || !ok {
		t.Errorf("identity %s %v", id, ok)
	}
	if k, ok := w.registry.Key(0x203); k != engine.Key(bp) || !ok {
		t.Errorf("key %v %v", k, ok)
	}
}

func TestCreateWithoutAllocator(t *testing.T) {
	w := newWorld(t, false)
	w.apply(engine.Create, []engine.Op{op(vlan(10))}, "ok", `
create VLAN:oid:0x101 VLAN_ID=10
name oid:0x101 VLAN(10)`)
	if _, ok := w.Identity(vlan(10)); !ok {
		t.Error("no identity")
	}
}

func TestRefused(t *testing.T) {
	w := newWorld(t, true)
	w.asic.refuse = func(_ string, o sai.Object) sai.Status {
		switch o.OID {
		case 0x201:
			return sai.StatusTableFull
		case 0x202:
			return sai.StatusInvalidParameter
		case 0x203:
			return sai.StatusObjectInUse
		case 0x204:
			return sai.StatusUninitialized
		}
		return sai.StatusSuccess
	}
	w.apply(engine.Create, []engine.Op{op(vlan(1)), op(vlan(2)), op(vlan(3)), op(vlan(4)), op(vlan(5))}, "full; invalid; transient; fatal; ok", `
name oid:0x201 VLAN(1)
name oid:0x202 VLAN(2)
name oid:0x203 VLAN(3)
name oid:0x204 VLAN(4)
name oid:0x205 VLAN(5)
create VLAN:oid:0x201 VLAN_ID=1 SAI_STATUS_TABLE_FULL
create VLAN:oid:0x202 VLAN_ID=2 SAI_STATUS_INVALID_PARAMETER
create VLAN:oid:0x203 VLAN_ID=3 SAI_STATUS_OBJECT_IN_USE
create VLAN:oid:0x204 VLAN_ID=4 SAI_STATUS_UNINITIALIZED
create VLAN:oid:0x205 VLAN_ID=5
unname oid:0x201
unname oid:0x202
unname oid:0x203
unname oid:0x204`)
	if len(w.names.known) != 1 || len(w.registry.Keys()) != 1 {
		t.Errorf("names %v, registry %v", w.names.known, w.registry.Keys())
	}
}

func TestNoNamesNoObjects(t *testing.T) {
	w := newWorld(t, true)
	w.names.fail = errors.New("away")
	w.apply(engine.Create, []engine.Op{op(vlan(1))}, "transient", `name oid:0x201 VLAN(1)`)
	w.vids.fail = errors.New("away")
	w.apply(engine.Create, []engine.Op{op(vlan(1))}, "transient", ``)
}

func TestMissingReference(t *testing.T) {
	w := newWorld(t, true)
	w.registry.Put(vlan(10), 0x26)
	port := sai.PortKey{Name: "Ethernet0"}
	bp := sai.BridgePortKey{Port: port}
	w.apply(engine.Create, []engine.Op{op(bp)}, "SAI_BRIDGE_PORT_ATTR_PORT_ID: PORT(Ethernet0) has no object id", ``)
}

func TestUpdate(t *testing.T) {
	w := newWorld(t, true)
	port := sai.PortKey{Name: "Ethernet0"}
	w.registry.Put(port, 0x1)
	w.apply(engine.Update, []engine.Op{op(port, sai.PortAdminState(true), sai.PortMtu(1522), sai.PortSpeed(40000))}, "ok", `
set PORT:oid:0x1 SPEED=40000
set PORT:oid:0x1 MTU=1522
set PORT:oid:0x1 ADMIN_STATE=true`)
	w.apply(engine.Update, []engine.Op{op(port, sai.PortMtu(9122), sai.PortAdminState(false))}, "ok", `
set PORT:oid:0x1 ADMIN_STATE=false
set PORT:oid:0x1 MTU=9122`)
	// What disturbs the link is changed while the port is down.
	w.asic.up = map[sai.OID]bool{0x1: true}
	w.apply(engine.Update, []engine.Op{op(port, sai.PortMtu(9000), sai.PortSpeed(100000), sai.PortFecModeAttr(sai.PortFecModeRs))}, "ok", `
set PORT:oid:0x1 ADMIN_STATE=false
set PORT:oid:0x1 SPEED=100000
set PORT:oid:0x1 MTU=9000
set PORT:oid:0x1 FEC_MODE=SAI_PORT_FEC_MODE_RS
set PORT:oid:0x1 ADMIN_STATE=true`)
	w.apply(engine.Update, []engine.Op{op(port, sai.PortSpeed(40000), sai.PortAdminState(false))}, "ok", `
set PORT:oid:0x1 ADMIN_STATE=false
set PORT:oid:0x1 SPEED=40000`)
	w.asic.refuse = func(string, sai.Object) sai.Status { return sai.StatusInvalidAttrValue0 }
	w.apply(engine.Update, []engine.Op{op(port, sai.PortMtu(1)), op(sai.PortKey{Name: "Ethernet4"}, sai.PortMtu(1))},
		"invalid; PORT(Ethernet4) has no object id", `set PORT:oid:0x1 MTU=1 SAI_STATUS_INVALID_ATTR_VALUE_0`)
}

// A member is opened for ingress first, and closed for egress first.
func TestLagMemberOrder(t *testing.T) {
	w := newWorld(t, true)
	m := sai.LagMemberKey{Lag: sai.LagKey{Name: "PortChannel1"}, Port: sai.PortKey{Name: "Ethernet0"}}
	w.registry.Put(m, 0x1b)
	w.apply(engine.Update, []engine.Op{op(m, sai.LagMemberEgressDisable(false), sai.LagMemberIngressDisable(false))}, "ok", `
set LAG_MEMBER:oid:0x1b INGRESS_DISABLE=false
set LAG_MEMBER:oid:0x1b EGRESS_DISABLE=false`)
	w.apply(engine.Update, []engine.Op{op(m, sai.LagMemberEgressDisable(true), sai.LagMemberIngressDisable(true))}, "ok", `
set LAG_MEMBER:oid:0x1b EGRESS_DISABLE=true
set LAG_MEMBER:oid:0x1b INGRESS_DISABLE=true`)
}

func TestRemove(t *testing.T) {
	w := newWorld(t, true)
	for i := range sai.OID(4) {
		w.registry.Put(vlan(uint16(i+1)), 0x30+i)
	}
	w.asic.refuse = func(_ string, o sai.Object) sai.Status {
		switch o.OID {
		case 0x31:
			return sai.StatusObjectInUse
		case 0x32:
			return sai.StatusItemNotFound
		}
		return sai.StatusSuccess
	}
	w.apply(engine.Remove, []engine.Op{op(vlan(1)), op(vlan(2)), op(vlan(3)), op(vlan(9))}, "ok; transient; ok; ok", `
remove VLAN:oid:0x30
remove VLAN:oid:0x31 SAI_STATUS_OBJECT_IN_USE
remove VLAN:oid:0x32 SAI_STATUS_ITEM_NOT_FOUND
unname oid:0x30
unname oid:0x32`)
	if len(w.registry.Keys()) != 2 {
		t.Errorf("registry %v", w.registry.Keys())
	}
}

func TestBeforeRemove(t *testing.T) {
	w := newWorld(t, true)
	w.registry.Put(vlan(10), 0x26)
	w.BeforeRemove(sai.KindVlan, func(ctx context.Context, keys []engine.Key) {
		w.Apply(ctx, sai.KindFdbFlush, []engine.Op{{Key: sai.FdbFlushKey{Name: "x"}, Attrs: []engine.AttrValue{{ID: sai.FdbFlushAttrBvID, Value: keys[0]}}}})
	})
	w.apply(engine.Remove, []engine.Op{op(vlan(10))}, "ok", `
flush SWITCH:oid:0x21 BV_ID=oid:0x26
remove VLAN:oid:0x26
unname oid:0x26`)
}

func TestFlush(t *testing.T) {
	w := newWorld(t, true)
	w.registry.Put(vlan(10), 0x26)
	f := sai.FdbFlushKey{Name: "x"}
	of := func(k engine.Key) engine.Op {
		return engine.Op{Key: f, Attrs: []engine.AttrValue{{ID: sai.FdbFlushAttrBvID, Value: objects.IfExists{Key: k}}}}
	}
	w.apply(engine.Create, []engine.Op{of(vlan(10)), of(vlan(20))}, "ok; ok", `flush SWITCH:oid:0x21 BV_ID=oid:0x26`)
	w.apply(engine.Remove, []engine.Op{op(f)}, "ok", ``)
}

func TestEntries(t *testing.T) {
	w := newWorld(t, true)
	vr, rif := sai.VirtualRouterKey{}, sai.RouterInterfaceKey{Name: "Ethernet0"}
	w.registry.Put(vr, 0x3)
	w.registry.Put(rif, 0x6)
	route := sai.RouteEntryKey{VirtualRouter: vr, Destination: netip.MustParsePrefix("10.0.0.0/24")}
	drop := engine.Attr[sai.RouteEntryKey](sai.RouteEntryPacketAction(sai.PacketActionDrop))
	w.apply(engine.Create, []engine.Op{op(route, drop)}, "ok",
		`create ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"oid:0x21","vr":"oid:0x3"} PACKET_ACTION=SAI_PACKET_ACTION_DROP`)
	w.apply(engine.Update, []engine.Op{op(route, sai.RouteEntryNextHopID(rif))}, "ok",
		`set ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"oid:0x21","vr":"oid:0x3"} NEXT_HOP_ID=oid:0x6`)
	w.apply(engine.Update, []engine.Op{{Key: route, Attrs: []engine.AttrValue{{ID: sai.RouteEntryAttrNextHopID}}}}, "ok",
		`set ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"oid:0x21","vr":"oid:0x3"} NEXT_HOP_ID=oid:0x0`)
	w.apply(engine.Remove, []engine.Op{op(route)}, "ok", `remove ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"oid:0x21","vr":"oid:0x3"}`)

	// An entry that is there already gets the wanted attributes.
	w.asic.refuse = func(op string, _ sai.Object) sai.Status {
		if op == "create" {
			return sai.StatusItemAlreadyExists
		}
		return sai.StatusSuccess
	}
	n := sai.NeighborEntryKey{RouterInterface: rif, IP: netip.MustParseAddr("10.0.0.2")}
	w.apply(engine.Create, []engine.Op{op(n, sai.NeighborEntryDstMACAddress(sai.MAC{2, 0, 0, 0, 0, 1}))}, "ok", `
create NEIGHBOR_ENTRY:{"ip":"10.0.0.2","rif":"oid:0x6","switch_id":"oid:0x21"} DST_MAC_ADDRESS=02:00:00:00:00:01 SAI_STATUS_ITEM_ALREADY_EXISTS
set NEIGHBOR_ENTRY:{"ip":"10.0.0.2","rif":"oid:0x6","switch_id":"oid:0x21"} DST_MAC_ADDRESS=02:00:00:00:00:01`)
}

// lister lists what ASIC_STATE would.
type lister map[sai.ObjectType][]listed

type listed struct {
	object sai.Object
	attrs  []sai.Attribute
}

func (l lister) List(_ context.Context, t sai.ObjectType, yield func(sai.Object, []sai.Attribute) error) error {
	for _, x := range l[t] {
		if err := yield(x.object, x.attrs); err != nil {
			return err
		}
	}
	return nil
}

func TestAdopt(t *testing.T) {
	w := newWorld(t, true)
	vr, rif, port := sai.VirtualRouterKey{}, sai.RouterInterfaceKey{Name: "Ethernet0"}, sai.PortKey{Name: "Ethernet0"}
	w.registry.Put(vr, 0x3)
	w.registry.Put(rif, 0x6)
	w.registry.Put(port, 0x1)
	w.registry.Put(vlan(10), 0x26)
	w.asic.lanes = map[sai.OID]sai.U32List{0x1: {25, 26}}
	attr := func(t sai.ObjectType, id uint16, v any) sai.Attribute {
		return sai.Attribute{Meta: t.Meta().Attr(id), Value: v}
	}
	oid := func(t sai.ObjectType, oid sai.OID) sai.Object { return sai.Object{Type: t, OID: oid} }
	fdb := func(mac byte) sai.Object {
		return sai.Object{Type: sai.ObjectTypeFdbEntry, Entry: sai.FdbEntry{Switch: theSwitch, BV: 0x26, MAC: sai.MAC{2, 0, 0, 0, 0, mac}}}
	}
	l := lister{
		sai.ObjectTypeSwitch: {{oid(sai.ObjectTypeSwitch, theSwitch), nil}},
		sai.ObjectTypePort: {
			{oid(sai.ObjectTypePort, 0x1), []sai.Attribute{attr(sai.ObjectTypePort, sai.PortAttrMtu, uint32(1522))}},
			{oid(sai.ObjectTypePort, 0x2), nil}, // without a name: not orchagent's
		},
		sai.ObjectTypeVlan: {{oid(sai.ObjectTypeVlan, 0x26), []sai.Attribute{attr(sai.ObjectTypeVlan, sai.VlanAttrVlanID, uint16(10))}}},
		sai.ObjectTypeRouteEntry: {
			{sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: sai.RouteEntry{Switch: theSwitch, VirtualRouter: 0x3, Destination: netip.MustParsePrefix("10.0.0.0/24")}},
				[]sai.Attribute{attr(sai.ObjectTypeRouteEntry, sai.RouteEntryAttrNextHopID, sai.OID(0x6))}},
			{sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: sai.RouteEntry{Switch: theSwitch, VirtualRouter: 0x99, Destination: netip.MustParsePrefix("10.0.0.0/24")}}, nil},
		},
		sai.ObjectTypeFdbEntry: {
			{fdb(1), []sai.Attribute{attr(sai.ObjectTypeFdbEntry, sai.FdbEntryAttrType, sai.FdbEntryTypeStatic)}},
			{fdb(2), []sai.Attribute{attr(sai.ObjectTypeFdbEntry, sai.FdbEntryAttrType, sai.FdbEntryTypeDynamic)}},
		},
	}
	a := &objects.Adoption{Target: w.Target, Lister: l, Permanent: map[engine.Key]bool{sai.SwitchKey{}: true}}
	found, err := a.Adopt(context.Background(), []*engine.Kind{sai.KindSwitch, sai.KindPort, sai.KindVlan, sai.KindRouteEntry, sai.KindFdbEntry})
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, f := range found {
		line := f.Key.String()
		for _, at := range f.Attrs {
			line += fmt.Sprintf(" %s=%v", f.Key.Kind().Attr(at.ID).Name, at.Value)
		}
		if f.Permanent {
			line += " permanent"
		}
		text = append(text, line)
	}
	want := `SWITCH() permanent
PORT(Ethernet0) SAI_PORT_ATTR_MTU=1522 SAI_PORT_ATTR_HW_LANE_LIST=[25 26]
VLAN(10)
ROUTE_ENTRY(VIRTUAL_ROUTER(),10.0.0.0/24) SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=ROUTER_INTERFACE(Ethernet0)
FDB_ENTRY(VLAN(10),02:00:00:00:00:01) SAI_FDB_ENTRY_ATTR_TYPE=SAI_FDB_ENTRY_TYPE_STATIC`
	if diff := cmp.Diff(want, strings.Join(text, "\n")); diff != "" {
		t.Errorf("adopted (-want +got):\n%s", diff)
	}
}
