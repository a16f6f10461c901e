package virtual

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// boot makes an ASIC with a switch.
func boot(t testing.TB, cfg Config, attrs ...sai.Attribute) (*ASIC, sai.OID) {
	t.Helper()
	a := New(cfg)
	m := sai.ObjectTypeSwitch.Meta()
	attrs = append([]sai.Attribute{
		{Meta: m.Attr(sai.SwitchAttrInitSwitch), Value: true},
		{Meta: m.Attr(sai.SwitchAttrPortStateChangeNotify), Value: sai.Pointer(1)},
		{Meta: m.Attr(sai.SwitchAttrFdbEventNotify), Value: sai.Pointer(1)},
	}, attrs...)
	r := a.Create(context.Background(), sai.ObjectTypeSwitch, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeSwitch}, Attrs: attrs}})
	if r[0].Status != sai.StatusSuccess {
		t.Fatal(r[0].Status)
	}
	return a, r[0].OID
}

func getAttr(t testing.TB, a *ASIC, ot sai.ObjectType, oid sai.OID, id uint16) any {
	t.Helper()
	r := a.Get(context.Background(), ot, []sai.GetRequest{{
		Object: sai.Object{Type: ot, OID: oid}, Attrs: []sai.Attribute{{Meta: ot.Meta().Attr(id)}},
	}})
	if r[0].Status != sai.StatusSuccess {
		t.Fatalf("%v: %v", ot.Meta().Attr(id), r[0].Status)
	}
	return r[0].Attrs[0].Value
}

func setAttr(t testing.TB, a *ASIC, ot sai.ObjectType, oid sai.OID, id uint16, v any) {
	t.Helper()
	st := a.Set(context.Background(), ot, []sai.SetRequest{{
		Object: sai.Object{Type: ot, OID: oid}, Attr: sai.Attribute{Meta: ot.Meta().Attr(id), Value: v},
	}})
	if st[0] != sai.StatusSuccess {
		t.Fatalf("%v: %v", ot.Meta().Attr(id), st[0])
	}
}

func createObject(t testing.TB, a *ASIC, ot sai.ObjectType, attrs ...pair) sai.OID {
	t.Helper()
	var list []sai.Attribute
	for _, p := range attrs {
		list = append(list, sai.Attribute{Meta: ot.Meta().Attr(p.id), Value: p.value})
	}
	r := a.Create(context.Background(), ot, []sai.CreateRequest{{Object: sai.Object{Type: ot}, Attrs: list}})
	if r[0].Status != sai.StatusSuccess {
		t.Fatalf("%v: %v", ot, r[0].Status)
	}
	return r[0].OID
}

func listAll(t testing.TB, a *ASIC, ot sai.ObjectType) (all []listed) {
	t.Helper()
	err := a.List(context.Background(), ot, func(o sai.Object, attrs []sai.Attribute) error {
		all = append(all, listed{o, attrs})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestDefaultObjects counts what create_switch makes with SONiC's default SKU of 32 ports.
func TestDefaultObjects(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(32)})
	got := map[string]int{}
	for ot := sai.ObjectType(0); ot < 256; ot++ {
		if n := len(listAll(t, a, ot)); n > 0 {
			got[ot.String()] = n
		}
	}
	want := map[string]int{
		"SAI_OBJECT_TYPE_SWITCH":                 1,
		"SAI_OBJECT_TYPE_PORT":                   32 + 1,
		"SAI_OBJECT_TYPE_PORT_SERDES":            32,
		"SAI_OBJECT_TYPE_HASH":                   2,
		"SAI_OBJECT_TYPE_VLAN":                   1,
		"SAI_OBJECT_TYPE_VIRTUAL_ROUTER":         1,
		"SAI_OBJECT_TYPE_STP":                    1,
		"SAI_OBJECT_TYPE_BRIDGE":                 1,
		"SAI_OBJECT_TYPE_HOSTIF_TRAP_GROUP":      1,
		"SAI_OBJECT_TYPE_BRIDGE_PORT":            32 + 1,
		"SAI_OBJECT_TYPE_VLAN_MEMBER":            32,
		"SAI_OBJECT_TYPE_INGRESS_PRIORITY_GROUP": 32 * 8,
		"SAI_OBJECT_TYPE_QUEUE":                  32*20 + 32,
		"SAI_OBJECT_TYPE_SCHEDULER_GROUP":        32 * 13,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if sw != 0x2100000000 {
		t.Errorf("the switch is %v", sw)
	}
}

// TestRealObjectIDs checks the layout of RIDs: the CPU port is the first port, front-panel ports follow in the SKU's order.
func TestRealObjectIDs(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(4), Context: 1, Switch: 2})
	if sw != 0x1022100000002 {
		t.Errorf("the switch is %v", sw)
	}
	if cpu := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrCpuPort); cpu != sai.OID(0x1020100000000) {
		t.Errorf("the CPU port is %v", cpu)
	}
	want := sai.ObjectList{0x1020100000001, 0x1020100000002, 0x1020100000003, 0x1020100000004}
	ports := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList)
	if d := cmp.Diff(want, ports); d != "" {
		t.Error(d)
	}
	for i, port := range want {
		if d := cmp.Diff(sai.U32List(testPorts(4)[i].Lanes), getAttr(t, a, sai.ObjectTypePort, port, sai.PortAttrHwLaneList)); d != "" {
			t.Errorf("port %d: %s", i, d)
		}
	}
}

// TestSwitchFacts checks what the contract says of a new switch, its ports and its tables (sonic-contract 3.7).
func TestSwitchFacts(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(2)})
	port, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList).(sai.ObjectList)
	cpu, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrCpuPort).(sai.OID)
	hash, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrEcmpHash).(sai.OID)
	groups, _ := getAttr(t, a, sai.ObjectTypePort, port[0], sai.PortAttrQosSchedulerGroupList).(sai.ObjectList)
	queues, _ := getAttr(t, a, sai.ObjectTypePort, port[0], sai.PortAttrQosQueueList).(sai.ObjectList)
	for _, c := range []struct {
		t    sai.ObjectType
		oid  sai.OID
		attr uint16
		want any
	}{
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrSrcMACAddress, sai.MAC{0x22, 0x33, 0x44, 0x55, 0x66, 0x77}},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrVxlanDefaultRouterMAC, sai.MAC{0x12, 0x23, 0x34, 0x45, 0x56, 0x67}},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrNumberOfActivePorts, uint32(2)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrNumberOfEcmpGroups, uint32(512)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrNumberOfUnicastQueues, uint32(10)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrNumberOfMulticastQueues, uint32(10)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrNumberOfQueues, uint32(20)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrNumberOfCpuQueues, uint32(32)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrQosMaxNumberOfTrafficClasses, uint8(16)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAclEntryMinimumPriority, uint32(1)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAclEntryMaximumPriority, uint32(16000)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrFdbAgingTime, uint32(0)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrType, sai.SwitchTypeNpu},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableIPv4RouteEntry, uint32(100000)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableIPv6RouteEntry, uint32(10000)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableIPv4NexthopEntry, uint32(32000)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableIPv6NexthopEntry, uint32(32000)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableIPv4NeighborEntry, uint32(4000)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableIPv6NeighborEntry, uint32(2000)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableNextHopGroupMemberEntry, uint32(16000)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableNextHopGroupEntry, uint32(400)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableFdbEntry, uint32(800)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableSnatEntry, uint32(100)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableDnatEntry, uint32(100)},
		{sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableIpmcEntry, uint32(100)},
		{sai.ObjectTypePort, port[0], sai.PortAttrAdminState, false},
		{sai.ObjectTypePort, port[0], sai.PortAttrMtu, uint32(1514)},
		{sai.ObjectTypePort, port[0], sai.PortAttrSpeed, uint32(40000)},
		{sai.ObjectTypePort, port[0], sai.PortAttrType, sai.PortTypeLogical},
		{sai.ObjectTypePort, port[0], sai.PortAttrOperStatus, sai.PortOperStatusDown},
		{sai.ObjectTypePort, port[0], sai.PortAttrPortVlanID, uint16(1)},
		{sai.ObjectTypePort, port[0], sai.PortAttrHostTxReadyStatus, sai.PortHostTxReadyStatusReady},
		{sai.ObjectTypePort, port[0], sai.PortAttrAutoNegMode, true},
		{sai.ObjectTypePort, port[0], sai.PortAttrSupportedAutoNegMode, true},
		{sai.ObjectTypePort, port[0], sai.PortAttrOperSpeed, uint32(0)},
		{sai.ObjectTypePort, cpu, sai.PortAttrType, sai.PortTypeCpu},
		{sai.ObjectTypePort, cpu, sai.PortAttrQosNumberOfQueues, uint32(32)},
		{sai.ObjectTypeQueue, queues[9], sai.QueueAttrType, sai.QueueTypeUnicast},
		{sai.ObjectTypeQueue, queues[10], sai.QueueAttrType, sai.QueueTypeMulticast},
		{sai.ObjectTypeSchedulerGroup, groups[0], sai.SchedulerGroupAttrChildList, sai.ObjectList{groups[1], groups[2]}},
		{sai.ObjectTypeSchedulerGroup, groups[1], sai.SchedulerGroupAttrChildCount, uint32(8)},
		{sai.ObjectTypeSchedulerGroup, groups[3], sai.SchedulerGroupAttrChildList, sai.ObjectList{queues[0], queues[10]}},
		{sai.ObjectTypeSchedulerGroup, groups[12], sai.SchedulerGroupAttrChildList, sai.ObjectList{queues[9], queues[19]}},
		{sai.ObjectTypeHash, hash, sai.HashAttrNativeHashFieldList, sai.S32List{
			int32(sai.NativeHashFieldDstMAC), int32(sai.NativeHashFieldSrcMAC),
			int32(sai.NativeHashFieldEthertype), int32(sai.NativeHashFieldInPort),
		}},
	} {
		if d := cmp.Diff(c.want, getAttr(t, a, c.t, c.oid, c.attr)); d != "" {
			t.Errorf("%v: %s", c.t.Meta().Attr(c.attr), d)
		}
	}
	acl, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableAclTable).(sai.AclResourceList)
	if len(acl) != 10 || acl[0].Available != 3 {
		t.Errorf("ACL tables: %v", acl)
	}
	stage, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrAclStageEgress).(sai.AclCapability)
	if len(stage.Actions) == 0 || stage.ActionListMandatory {
		t.Errorf("egress ACLs: %v", stage)
	}
}

// TestGivenSwitchAttributes checks that create_switch's own attributes win over defaults.
func TestGivenSwitchAttributes(t *testing.T) {
	mac := sai.MAC{2, 0, 0, 0, 0, 1}
	a, sw := boot(t, Config{Ports: testPorts(1)}, sai.Attribute{Meta: sai.ObjectTypeSwitch.Meta().Attr(sai.SwitchAttrSrcMACAddress), Value: mac})
	if got := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrSrcMACAddress); got != mac {
		t.Errorf("SRC_MAC_ADDRESS is %v", got)
	}
}
