package virtual

import (
	"context"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// learned tells where an address was learned, 0 if it was not.
func learned(t *testing.T, a *ASIC, sw, vlan sai.OID, mac sai.MAC) sai.OID {
	t.Helper()
	e := sai.Object{Type: sai.ObjectTypeFdbEntry, Entry: sai.FdbEntry{Switch: sw, BV: vlan, MAC: mac}}
	r := a.Get(t.Context(), sai.ObjectTypeFdbEntry, []sai.GetRequest{{
		Object: e, Attrs: []sai.Attribute{{Meta: sai.ObjectTypeFdbEntry.Meta().Attr(sai.FdbEntryAttrBridgePortID)}},
	}})
	if r[0].Status != sai.StatusSuccess {
		return 0
	}
	oid, _ := r[0].Attrs[0].Value.(sai.OID)
	return oid
}

// TestLearning covers what decides whether and where an address is learned (sonic-contract 3.7).
func TestLearning(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(4)})
	ports, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList).(sai.ObjectList)
	vlan1, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrDefaultVlanID).(sai.OID)
	bp := func(port sai.OID) sai.OID {
		return a.unique[uniqueKey{t: sai.ObjectTypeBridgePort, a: uint64(port)}].id.OID
	}
	mac := func(i byte) sai.MAC { return sai.MAC{2, 0, 0, 0, 0, i} }

	// Untagged frames are in the port's VLAN, 1 at first.
	if !a.Learn("eth1", 0, mac(1)) || learned(t, a, sw, vlan1, mac(1)) != bp(ports[0]) {
		t.Error("not learned in the default VLAN")
	}
	vlan := createObject(t, a, sai.ObjectTypeVlan, with(sai.VlanAttrVlanID, uint16(100)))
	setAttr(t, a, sai.ObjectTypePort, ports[0], sai.PortAttrPortVlanID, uint16(100))
	if !a.Learn("eth1", 0, mac(2)) || learned(t, a, sw, vlan, mac(2)) != bp(ports[0]) {
		t.Error("not learned in the port's VLAN")
	}
	// An address seen elsewhere stays where it is.
	if a.Learn("eth2", 100, mac(2)) || learned(t, a, sw, vlan, mac(2)) != bp(ports[0]) {
		t.Error("moved")
	}
	// Groups have no place.
	if a.Learn("eth1", 100, sai.MAC{1, 0, 0x5e, 0, 0, 1}) {
		t.Error("a multicast address was learned")
	}
	if a.Learn("eth9", 100, mac(3)) || a.Learn("eth1", 99, mac(3)) {
		t.Error("learned without a port or VLAN")
	}
	// Members of a LAG learn for it.
	lag := createObject(t, a, sai.ObjectTypeLag)
	lagPort := createObject(t, a, sai.ObjectTypeBridgePort, with(sai.BridgePortAttrType, sai.BridgePortTypePort), with(sai.BridgePortAttrPortID, lag))
	setAttr(t, a, sai.ObjectTypeLag, lag, sai.LagAttrPortVlanID, uint16(100))
	createObject(t, a, sai.ObjectTypeLagMember, with(sai.LagMemberAttrLagID, lag), with(sai.LagMemberAttrPortID, ports[2]))
	if !a.Learn("eth3", 0, mac(4)) || learned(t, a, sw, vlan, mac(4)) != lagPort {
		t.Error("not learned for the LAG")
	}
	// A router port does not learn.
	createObject(t, a, sai.ObjectTypeRouterInterface, with(sai.RouterInterfaceAttrVirtualRouterID, getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrDefaultVirtualRouterID)),
		with(sai.RouterInterfaceAttrType, sai.RouterInterfaceTypePort), with(sai.RouterInterfaceAttrPortID, ports[3]))
	if a.Learn("eth4", 100, mac(5)) {
		t.Error("a router port learned")
	}
}

// TestConcurrentParties lets the four parties of an ASIC work at once, for the race detector.
func TestConcurrentParties(t *testing.T) {
	notes := make(chan sai.Notification)
	a := start(t, Config{Ports: testPorts(4), Notify: notes})
	m := sai.ObjectTypeSwitch.Meta()
	r := a.Create(t.Context(), sai.ObjectTypeSwitch, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeSwitch}, Attrs: []sai.Attribute{
		{Meta: m.Attr(sai.SwitchAttrInitSwitch), Value: true},
		{Meta: m.Attr(sai.SwitchAttrPortStateChangeNotify), Value: sai.Pointer(1)},
		{Meta: m.Attr(sai.SwitchAttrFdbEventNotify), Value: sai.Pointer(1)},
	}}})
	ports, _ := getAttr(t, a, sai.ObjectTypeSwitch, r[0].OID, sai.SwitchAttrPortList).(sai.ObjectList)
	setAttr(t, a, sai.ObjectTypePort, ports[0], sai.PortAttrAdminState, true)
	const rounds = 200
	var g errgroup.Group
	g.Go(func() error {
		for i := range rounds {
			a.FrontPanel(context.Background(), "eth1", i%2 == 0)
		}
		return nil
	})
	g.Go(func() error {
		for i := range rounds {
			a.Learn("eth2", 1, sai.MAC{2, 4: byte(i >> 8), 5: byte(i)})
		}
		return nil
	})
	g.Go(func() error {
		for range rounds {
			addRoutes(a, r[0].OID, "10.0.0.0/8")
			a.FlushFdb(context.Background(), r[0].OID, nil)
			a.age()
		}
		return nil
	})
	g.Go(func() error {
		for states := 0; states < rounds; {
			if n, ok := (<-notes).(sai.PortStateChange); ok {
				states += len(n)
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}
