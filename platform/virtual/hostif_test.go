package virtual

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// machine records what it is asked.
type machine struct {
	calls []string
	fail  bool
}

func (m *machine) call(format string, args ...any) error {
	m.calls = append(m.calls, fmt.Sprintf(format, args...))
	if m.fail {
		return errors.New("no")
	}
	return nil
}

func (m *machine) Create(_ context.Context, name string, mac sai.MAC, front string) error {
	return m.call("create %s %v %s", name, mac, front)
}

func (m *machine) Remove(_ context.Context, name string) error { return m.call("remove %s", name) }

func (m *machine) SetCarrier(_ context.Context, name string, up bool) error {
	return m.call("carrier %s %v", name, up)
}

func (m *machine) SetFront(_ context.Context, front string, up bool, mtu uint32) error {
	return m.call("front %s %v %d", front, up, mtu)
}

// asked gives the calls since the last time.
func (m *machine) asked() []string {
	calls := m.calls
	m.calls = nil
	return calls
}

// TestHostifs follows the netdevs of a port through its life.
func TestHostifs(t *testing.T) {
	m := &machine{}
	a, sw := boot(t, Config{Ports: testPorts(2), Hostifs: m})
	ports, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList).(sai.ObjectList)
	want := func(calls ...string) {
		t.Helper()
		if d := cmp.Diff(calls, m.asked()); d != "" {
			t.Error(d)
		}
	}
	want()
	hostif := createObject(t, a, sai.ObjectTypeHostif, with(sai.HostifAttrType, sai.HostifTypeNetdev),
		with(sai.HostifAttrObjID, ports[1]), with(sai.HostifAttrName, "Ethernet4"))
	want("create Ethernet4 22:33:44:55:66:77 eth2", "front eth2 false 0", "carrier Ethernet4 false")
	setAttr(t, a, sai.ObjectTypePort, ports[1], sai.PortAttrMtu, uint32(9122))
	want("front eth2 false 9100")
	setAttr(t, a, sai.ObjectTypePort, ports[1], sai.PortAttrAdminState, true)
	want("front eth2 true 9100")
	a.FrontPanel(t.Context(), "eth2", true)
	want("carrier Ethernet4 true")
	a.FrontPanel(t.Context(), "eth2", true)
	a.FrontPanel(t.Context(), "eth77", true)
	want()
	setAttr(t, a, sai.ObjectTypeHostif, hostif, sai.HostifAttrOperStatus, false)
	want("carrier Ethernet4 false")
	a.FrontPanel(t.Context(), "eth2", false)
	want("carrier Ethernet4 false")
	a.Remove(t.Context(), sai.ObjectTypeHostif, []sai.Object{{Type: sai.ObjectTypeHostif, OID: hostif}})
	want("remove Ethernet4")

	// A host interface whose netdev cannot be made does not exist.
	m.fail = true
	r := a.Create(t.Context(), sai.ObjectTypeHostif, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeHostif}, Attrs: []sai.Attribute{
		{Meta: sai.ObjectTypeHostif.Meta().Attr(sai.HostifAttrType), Value: sai.HostifTypeNetdev},
		{Meta: sai.ObjectTypeHostif.Meta().Attr(sai.HostifAttrObjID), Value: ports[0]},
		{Meta: sai.ObjectTypeHostif.Meta().Attr(sai.HostifAttrName), Value: "Ethernet0"},
	}}})
	if r[0].Status != sai.StatusFailure || len(listAll(t, a, sai.ObjectTypeHostif)) != 0 {
		t.Errorf("status %v", r[0].Status)
	}
}

// TestBrokenOutHostif checks which netdev carries a port that starts in the middle of a front-panel port.
func TestBrokenOutHostif(t *testing.T) {
	m := &machine{}
	a, sw := boot(t, Config{Ports: []Port{{FrontPanel: "eth1", Lanes: []uint32{1, 2, 3, 4}}}, Hostifs: m})
	ports, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList).(sai.ObjectList)
	for _, ot := range []sai.ObjectType{sai.ObjectTypeVlanMember, sai.ObjectTypeBridgePort, sai.ObjectTypePort} {
		for _, l := range slices.Backward(listAll(t, a, ot)) {
			a.Remove(t.Context(), ot, []sai.Object{l.object})
		}
	}
	if l := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList); len(l.(sai.ObjectList)) != 0 {
		t.Fatalf("%v are left of %v", l, ports)
	}
	m.asked()
	port := createObject(t, a, sai.ObjectTypePort, with(sai.PortAttrHwLaneList, sai.U32List{3, 4}), with(sai.PortAttrSpeed, uint32(50000)),
		with(sai.PortAttrAdminState, true))
	createObject(t, a, sai.ObjectTypeHostif, with(sai.HostifAttrType, sai.HostifTypeNetdev), with(sai.HostifAttrObjID, port),
		with(sai.HostifAttrName, "Ethernet2"))
	a.FrontPanel(t.Context(), "vEthernet2", true)
	want := []string{
		"create Ethernet2 22:33:44:55:66:77 vEthernet2", "front vEthernet2 true 0", "carrier Ethernet2 false", "carrier Ethernet2 true",
	}
	if d := cmp.Diff(want, m.asked()); d != "" {
		t.Error(d)
	}
}

// TestAlwaysLinked checks ports without netdevs.
func TestAlwaysLinked(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(1), AlwaysLinked: true})
	ports, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList).(sai.ObjectList)
	setAttr(t, a, sai.ObjectTypePort, ports[0], sai.PortAttrAdminState, true)
	if up := getAttr(t, a, sai.ObjectTypePort, ports[0], sai.PortAttrOperStatus); up != sai.PortOperStatusUp {
		t.Errorf("OPER_STATUS is %v", up)
	}
	if speed := getAttr(t, a, sai.ObjectTypePort, ports[0], sai.PortAttrOperSpeed); speed != uint32(40000) {
		t.Errorf("OPER_SPEED is %v", speed)
	}
}

type netdevs map[string]NetdevCounters

func (n netdevs) Read(name string) (NetdevCounters, bool) { c, ok := n[name]; return c, ok }

// TestPortCounters checks which counters of a netdev a port shows, and that clearing one does not touch the others.
func TestPortCounters(t *testing.T) {
	counters := netdevs{"Ethernet0": {1, 2, 3, 4, 5, 6, 7, 8, 0}}
	a, sw := boot(t, Config{Ports: testPorts(1), Counters: counters})
	ports, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList).(sai.ObjectList)
	createObject(t, a, sai.ObjectTypeHostif, with(sai.HostifAttrType, sai.HostifTypeNetdev), with(sai.HostifAttrObjID, ports[0]),
		with(sai.HostifAttrName, "Ethernet0"))
	r := sai.StatsRequest{Object: sai.Object{Type: sai.ObjectTypePort, OID: ports[0]}, Stats: []int32{
		int32(sai.PortStatIfInOctets), int32(sai.PortStatIfInUcastPkts), int32(sai.PortStatIfInErrors), int32(sai.PortStatIfInDiscards),
		int32(sai.PortStatIfOutOctets), int32(sai.PortStatIfOutUcastPkts), int32(sai.PortStatIfOutErrors), int32(sai.PortStatIfOutDiscards),
		int32(sai.PortStatPfc0RxPkts),
	}}
	want := func(values ...uint64) {
		t.Helper()
		if d := cmp.Diff(values, a.GetStats(t.Context(), sai.ObjectTypePort, []sai.StatsRequest{r})[0].Values); d != "" {
			t.Error(d)
		}
	}
	want(1, 2, 3, 4, 5, 6, 7, 8, 0)
	cleared := r
	cleared.Stats = r.Stats[:2]
	a.ClearStats(t.Context(), sai.ObjectTypePort, []sai.StatsRequest{cleared})
	want(0, 0, 3, 4, 5, 6, 7, 8, 0)
	counters["Ethernet0"] = NetdevCounters{11, 22, 3, 4, 5, 6, 7, 8, 0}
	want(10, 20, 3, 4, 5, 6, 7, 8, 0)
}
