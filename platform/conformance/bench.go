package conformance

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// patience is how long a notification may take.
const patience = 5 * time.Second

// bench is a switch that tests work on.
type bench struct {
	*testing.T
	Fixture
	sw    sai.OID
	ports []sai.OID
}

func newBench(t *testing.T, f Fixture) *bench {
	b := &bench{T: t, Fixture: f}
	b.sw = b.create(sai.ObjectTypeSwitch,
		b.at(sai.ObjectTypeSwitch, sai.SwitchAttrInitSwitch, true),
		b.at(sai.ObjectTypeSwitch, sai.SwitchAttrPortStateChangeNotify, sai.Pointer(1)),
		b.at(sai.ObjectTypeSwitch, sai.SwitchAttrFdbEventNotify, sai.Pointer(1)),
	)
	ports, _ := b.get(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrPortList).(sai.ObjectList)
	b.ports = ports
	if len(ports) != len(f.Lanes) || len(ports) < 4 || len(f.Lanes[0]) != 4 {
		t.Fatalf("%d ports, with lanes %v: the suite needs four, the first with four lanes", len(ports), f.Lanes)
	}
	return b
}

func (b *bench) at(t sai.ObjectType, id uint16, v any) sai.Attribute {
	return sai.Attribute{Meta: t.Meta().Attr(id), Value: v}
}

// object names an OID's object, or an entry's.
func object(t sai.ObjectType, id any) sai.Object {
	switch id := id.(type) {
	case sai.OID:
		return sai.Object{Type: t, OID: id}
	case sai.Entry:
		return sai.Object{Type: t, Entry: id}
	}
	return sai.Object{Type: t}
}

func (b *bench) tryCreate(t sai.ObjectType, attrs ...sai.Attribute) (sai.OID, sai.Status) {
	b.Helper()
	r := b.API.Create(b.Context(), t, []sai.CreateRequest{{Object: sai.Object{Type: t}, Attrs: attrs}})
	if len(r) != 1 {
		b.Fatalf("%d results for one creation", len(r))
	}
	return r[0].OID, r[0].Status
}

// create makes an object that must come into being.
func (b *bench) create(t sai.ObjectType, attrs ...sai.Attribute) sai.OID {
	b.Helper()
	oid, st := b.tryCreate(t, attrs...)
	b.want(st, sai.StatusSuccess)
	if oid == 0 {
		b.Fatalf("%v got the null object id", t)
	}
	return oid
}

func (b *bench) createEntry(e sai.Entry, attrs ...sai.Attribute) sai.Status {
	b.Helper()
	t := e.ObjectType()
	r := b.API.Create(b.Context(), t, []sai.CreateRequest{{Object: sai.Object{Type: t, Entry: e}, Attrs: attrs}})
	return r[0].Status
}

// remove takes an object by OID or entry.
func (b *bench) remove(t sai.ObjectType, id any) sai.Status {
	b.Helper()
	return b.API.Remove(b.Context(), t, []sai.Object{object(t, id)})[0]
}

func (b *bench) set(id any, t sai.ObjectType, attr uint16, v any) sai.Status {
	b.Helper()
	return b.API.Set(b.Context(), t, []sai.SetRequest{{Object: object(t, id), Attr: b.at(t, attr, v)}})[0]
}

func (b *bench) tryGet(id any, t sai.ObjectType, attr uint16) (any, sai.Status) {
	b.Helper()
	r := b.API.Get(b.Context(), t, []sai.GetRequest{{Object: object(t, id), Attrs: []sai.Attribute{b.at(t, attr, nil)}}})[0]
	if r.Status != sai.StatusSuccess {
		return nil, r.Status
	}
	return r.Attrs[0].Value, r.Status
}

// get reads an attribute that must be there.
func (b *bench) get(id any, t sai.ObjectType, attr uint16) any {
	b.Helper()
	v, st := b.tryGet(id, t, attr)
	if st != sai.StatusSuccess {
		b.Fatalf("get %v: %v", t.Meta().Attr(attr), st)
	}
	return v
}

func (b *bench) oid(id any, t sai.ObjectType, attr uint16) sai.OID {
	b.Helper()
	o, ok := b.get(id, t, attr).(sai.OID)
	if !ok {
		b.Fatalf("%v is no object id", t.Meta().Attr(attr))
	}
	return o
}

func (b *bench) list(id any, t sai.ObjectType, attr uint16) sai.ObjectList {
	b.Helper()
	l, ok := b.get(id, t, attr).(sai.ObjectList)
	if !ok {
		b.Fatalf("%v is no object list", t.Meta().Attr(attr))
	}
	return l
}

// want fails unless a call answered as it should.
func (b *bench) want(got, want sai.Status) {
	b.Helper()
	if got != want {
		b.Fatalf("got %v, want %v", got, want)
	}
}

// wantValue fails unless an attribute has a value.
func (b *bench) wantValue(id any, t sai.ObjectType, attr uint16, want any) {
	b.Helper()
	if got := b.get(id, t, attr); !reflect.DeepEqual(got, want) {
		b.Errorf("%v is %v, want %v", t.Meta().Attr(attr), got, want)
	}
}

// next waits for a notification of type N, past others.
func next[N sai.Notification](b *bench) N {
	b.Helper()
	deadline := time.After(patience)
	for {
		select {
		case n := <-b.Notifications:
			if got, ok := n.(N); ok {
				return got
			}
		case <-deadline:
			var n N
			b.Fatalf("no %s within %v", n.Op(), patience)
		}
	}
}

// The switch's own objects.
func (b *bench) defaultVR() sai.OID {
	return b.oid(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrDefaultVirtualRouterID)
}

func (b *bench) vlan(id uint16) sai.OID {
	b.Helper()
	return b.create(sai.ObjectTypeVlan, b.at(sai.ObjectTypeVlan, sai.VlanAttrVlanID, id))
}

// clearBridging removes the default VLAN's members and the ports' bridge ports, as orchagent does at its start.
func (b *bench) clearBridging() {
	b.Helper()
	vlan := b.oid(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrDefaultVlanID)
	for _, member := range b.list(vlan, sai.ObjectTypeVlan, sai.VlanAttrMemberList) {
		b.want(b.remove(sai.ObjectTypeVlanMember, member), sai.StatusSuccess)
	}
	bridge := b.oid(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrDefault1qBridgeID)
	for _, bp := range b.list(bridge, sai.ObjectTypeBridge, sai.BridgeAttrPortList) {
		if b.get(bp, sai.ObjectTypeBridgePort, sai.BridgePortAttrType) == sai.BridgePortTypePort {
			b.want(b.remove(sai.ObjectTypeBridgePort, bp), sai.StatusSuccess)
		}
	}
}

func (b *bench) bridgePort(port sai.OID) sai.OID {
	b.Helper()
	t := sai.ObjectTypeBridgePort
	return b.create(t, b.at(t, sai.BridgePortAttrType, sai.BridgePortTypePort), b.at(t, sai.BridgePortAttrPortID, port),
		b.at(t, sai.BridgePortAttrAdminState, true), b.at(t, sai.BridgePortAttrFdbLearningMode, sai.BridgePortFdbLearningModeHw))
}

func (b *bench) vlanMember(vlan, bridgePort sai.OID) sai.OID {
	b.Helper()
	t := sai.ObjectTypeVlanMember
	return b.create(t, b.at(t, sai.VlanMemberAttrVlanID, vlan), b.at(t, sai.VlanMemberAttrBridgePortID, bridgePort),
		b.at(t, sai.VlanMemberAttrVlanTaggingMode, sai.VlanTaggingModeTagged))
}

// rif makes a router interface of a port, in the default virtual router.
func (b *bench) rif(port sai.OID) sai.OID {
	b.Helper()
	t := sai.ObjectTypeRouterInterface
	return b.create(t, b.at(t, sai.RouterInterfaceAttrVirtualRouterID, b.defaultVR()),
		b.at(t, sai.RouterInterfaceAttrType, sai.RouterInterfaceTypePort), b.at(t, sai.RouterInterfaceAttrPortID, port))
}

func (b *bench) nextHop(rif sai.OID, ip string) sai.OID {
	b.Helper()
	t := sai.ObjectTypeNextHop
	return b.create(t, b.at(t, sai.NextHopAttrType, sai.NextHopTypeIP), b.at(t, sai.NextHopAttrIP, netip.MustParseAddr(ip)),
		b.at(t, sai.NextHopAttrRouterInterfaceID, rif))
}

func (b *bench) route(prefix string) sai.RouteEntry {
	return sai.RouteEntry{Switch: b.sw, VirtualRouter: b.defaultVR(), Destination: netip.MustParsePrefix(prefix)}
}

func (b *bench) via(nextHop sai.OID) sai.Attribute {
	return b.at(sai.ObjectTypeRouteEntry, sai.RouteEntryAttrNextHopID, nextHop)
}
