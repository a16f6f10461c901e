package conformance

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// testBoot checks what create_switch leaves behind (sonic-contract 3.7).
func testBoot(b *bench) {
	b.wantValue(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrNumberOfActivePorts, uint32(len(b.ports)))
	for _, d := range []struct {
		attr uint16
		t    sai.ObjectType
	}{
		{sai.SwitchAttrCpuPort, sai.ObjectTypePort},
		{sai.SwitchAttrDefaultVlanID, sai.ObjectTypeVlan},
		{sai.SwitchAttrDefaultVirtualRouterID, sai.ObjectTypeVirtualRouter},
		{sai.SwitchAttrDefault1qBridgeID, sai.ObjectTypeBridge},
		{sai.SwitchAttrDefaultStpInstID, sai.ObjectTypeStp},
		{sai.SwitchAttrDefaultTrapGroup, sai.ObjectTypeHostifTrapGroup},
		{sai.SwitchAttrEcmpHash, sai.ObjectTypeHash},
		{sai.SwitchAttrLagHash, sai.ObjectTypeHash},
	} {
		oid := b.oid(b.sw, sai.ObjectTypeSwitch, d.attr)
		if oid == 0 {
			b.Errorf("%v is null", sai.ObjectTypeSwitch.Meta().Attr(d.attr))
			continue
		}
		if st := b.remove(d.t, oid); st != sai.StatusObjectInUse {
			b.Errorf("removing %v: %v, want %v", sai.ObjectTypeSwitch.Meta().Attr(d.attr), st, sai.StatusObjectInUse)
		}
	}
	vlan := b.oid(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrDefaultVlanID)
	b.wantValue(vlan, sai.ObjectTypeVlan, sai.VlanAttrVlanID, uint16(1))
	bridge := b.oid(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrDefault1qBridgeID)
	bridgePorts := b.list(bridge, sai.ObjectTypeBridge, sai.BridgeAttrPortList)
	members := b.list(vlan, sai.ObjectTypeVlan, sai.VlanAttrMemberList)
	if len(members) != len(b.ports) || len(bridgePorts) != len(b.ports) {
		b.Errorf("%d bridge ports and %d members of the default VLAN, want %d", len(bridgePorts), len(members), len(b.ports))
	}
	b.wantValue(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrAclEntryMinimumPriority, uint32(1))
	b.wantValue(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrAclEntryMaximumPriority, uint32(16000))
	if n, ok := b.get(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrNumberOfEcmpGroups).(uint32); !ok || n == 0 {
		b.Errorf("no ECMP groups")
	}
	if slices.Contains(b.ports, b.oid(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrCpuPort)) {
		b.Errorf("the CPU port is in PORT_LIST")
	}
	for i, port := range b.ports {
		b.checkNewPort(port, b.Lanes[i])
		b.wantValue(port, sai.ObjectTypePort, sai.PortAttrPortVlanID, uint16(1))
	}
}

// checkNewPort checks a port that nobody has set anything of.
func (b *bench) checkNewPort(port sai.OID, lanes []uint32) {
	b.Helper()
	t := sai.ObjectTypePort
	b.wantValue(port, t, sai.PortAttrHwLaneList, sai.U32List(lanes))
	b.wantValue(port, t, sai.PortAttrAdminState, false)
	b.wantValue(port, t, sai.PortAttrOperStatus, sai.PortOperStatusDown)
	b.wantValue(port, t, sai.PortAttrType, sai.PortTypeLogical)
	for _, l := range []struct {
		number, list uint16
		t            sai.ObjectType
	}{
		{sai.PortAttrQosNumberOfQueues, sai.PortAttrQosQueueList, sai.ObjectTypeQueue},
		{sai.PortAttrNumberOfIngressPriorityGroups, sai.PortAttrIngressPriorityGroupList, sai.ObjectTypeIngressPriorityGroup},
		{sai.PortAttrQosNumberOfSchedulerGroups, sai.PortAttrQosSchedulerGroupList, sai.ObjectTypeSchedulerGroup},
	} {
		list := b.list(port, t, l.list)
		b.wantValue(port, t, l.number, uint32(len(list)))
		if len(list) == 0 {
			b.Errorf("%v is empty", t.Meta().Attr(l.list))
		}
	}
	for i, queue := range b.list(port, t, sai.PortAttrQosQueueList) {
		b.wantValue(queue, sai.ObjectTypeQueue, sai.QueueAttrIndex, uint8(i))
		b.wantValue(queue, sai.ObjectTypeQueue, sai.QueueAttrPort, port)
	}
}

func testSwitchTwice(b *bench) {
	_, st := b.tryCreate(sai.ObjectTypeSwitch, b.at(sai.ObjectTypeSwitch, sai.SwitchAttrInitSwitch, true))
	b.want(st, sai.StatusItemAlreadyExists)
}

// testSwitchRemoval checks that a switch that was removed can be made again, as new.
func testSwitchRemoval(b *bench) {
	b.vlan(100)
	b.want(b.remove(sai.ObjectTypeSwitch, b.sw), sai.StatusSuccess)
	_, st := b.tryCreate(sai.ObjectTypeVlan, b.at(sai.ObjectTypeVlan, sai.VlanAttrVlanID, uint16(100)))
	b.want(st, sai.StatusUninitialized)
	again := newBench(b.T, b.Fixture)
	again.vlan(100)
	testBoot(again)
}

func testGets(b *bench) {
	t := sai.ObjectTypeSwitch
	// A list that does not fit is told by its length, and the others come all the same.
	r := b.API.Get(b.Context(), t, []sai.GetRequest{{Object: object(t, b.sw), Attrs: []sai.Attribute{
		b.at(t, sai.SwitchAttrPortList, make(sai.ObjectList, 1)),
		b.at(t, sai.SwitchAttrNumberOfActivePorts, nil),
	}}})[0]
	b.want(r.Status, sai.StatusBufferOverflow)
	if r.Attrs[0].Value != sai.Count(len(b.ports)) || r.Attrs[1].Value != uint32(len(b.ports)) {
		b.Errorf("got %v", r.Attrs)
	}
	r = b.API.Get(b.Context(), t, []sai.GetRequest{{Object: object(t, b.sw), Attrs: []sai.Attribute{
		b.at(t, sai.SwitchAttrPortList, make(sai.ObjectList, len(b.ports))),
	}}})[0]
	b.want(r.Status, sai.StatusSuccess)

	// A result belongs to the caller.
	if l, ok := r.Attrs[0].Value.(sai.ObjectList); ok {
		clear(l)
	}
	if l := b.list(b.sw, t, sai.SwitchAttrPortList); !slices.Equal(l, b.ports) {
		b.Errorf("PORT_LIST is %v after a caller wrote to its own", l)
	}
	// So does a request.
	fields := sai.S32List{ // those that every data plane can hash by
		int32(sai.NativeHashFieldSrcIP), int32(sai.NativeHashFieldDstIP), int32(sai.NativeHashFieldIPProtocol),
		int32(sai.NativeHashFieldL4SrcPort), int32(sai.NativeHashFieldL4DstPort),
	}
	given := slices.Clone(fields)
	hash := b.oid(b.sw, t, sai.SwitchAttrEcmpHash)
	b.want(b.set(hash, sai.ObjectTypeHash, sai.HashAttrNativeHashFieldList, given), sai.StatusSuccess)
	given[0] = int32(sai.NativeHashFieldDstIP)
	b.wantValue(hash, sai.ObjectTypeHash, sai.HashAttrNativeHashFieldList, fields)

	_, st := b.tryGet(sai.OID(0xdead), sai.ObjectTypeVlan, sai.VlanAttrVlanID)
	b.want(st, sai.StatusItemNotFound)
	// Another type's id is not found either.
	_, st = b.tryGet(b.ports[0], sai.ObjectTypeVlan, sai.VlanAttrVlanID)
	b.want(st, sai.StatusItemNotFound)
	_, st = b.tryGet(b.ports[0], sai.ObjectTypePort, sai.PortAttrEyeValues)
	b.want(st, sai.StatusNotImplemented)
	// A default.
	b.wantValue(b.vlan(7), sai.ObjectTypeVlan, sai.VlanAttrLearnDisable, false)
}

func testBadAttributes(b *bench) {
	t := sai.ObjectTypeVlan
	id := b.at(t, sai.VlanAttrVlanID, uint16(9))
	for _, c := range []struct {
		name  string
		attrs []sai.Attribute
		want  sai.Status
	}{
		{"nothing", nil, sai.StatusMandatoryAttributeMissing},
		{"no VLAN 0", []sai.Attribute{b.at(t, sai.VlanAttrVlanID, uint16(0))}, sai.StatusInvalidVlanID},
		{"no VLAN 4095", []sai.Attribute{b.at(t, sai.VlanAttrVlanID, uint16(4095))}, sai.StatusInvalidVlanID},
		{"read-only", []sai.Attribute{id, b.at(t, sai.VlanAttrMemberList, sai.ObjectList{})}, sai.StatusInvalidAttribute0.At(1)},
		{"twice", []sai.Attribute{id, id}, sai.StatusInvalidAttribute0.At(1)},
		{"another object's", []sai.Attribute{id, b.at(sai.ObjectTypePort, sai.PortAttrSpeed, uint32(1))}, sai.StatusUnknownAttribute0.At(1)},
		{"unknown", []sai.Attribute{id, {Value: uint32(1)}}, sai.StatusUnknownAttribute0.At(1)},
		{"wrong type", []sai.Attribute{b.at(t, sai.VlanAttrVlanID, uint32(9))}, sai.StatusInvalidAttrValue0},
		{"no value", []sai.Attribute{b.at(t, sai.VlanAttrVlanID, nil)}, sai.StatusInvalidAttrValue0},
		{"unnamed enum value", []sai.Attribute{id,
			b.at(t, sai.VlanAttrBroadcastFloodControlType, sai.VlanFloodControlType(77))}, sai.StatusInvalidAttrValue0.At(1)},
		{"reference to nothing", []sai.Attribute{id, b.at(t, sai.VlanAttrStpInstance, sai.OID(0xdead))}, sai.StatusInvalidAttrValue0.At(1)},
		{"reference of the wrong type", []sai.Attribute{id, b.at(t, sai.VlanAttrStpInstance, b.ports[0])}, sai.StatusInvalidAttrValue0.At(1)},
	} {
		if _, st := b.tryCreate(t, c.attrs...); st != c.want {
			b.Errorf("%s: %v, want %v", c.name, st, c.want)
		}
	}
	// Nothing was left behind.
	vlan := b.vlan(9)
	b.want(b.set(vlan, t, sai.VlanAttrVlanID, uint16(10)), sai.StatusInvalidAttribute0)
	b.want(b.set(vlan, t, sai.VlanAttrMemberList, sai.ObjectList{}), sai.StatusInvalidAttribute0)
	b.want(b.set(vlan, t, sai.VlanAttrLearnDisable, uint8(1)), sai.StatusInvalidAttrValue0)
	b.want(b.set(sai.OID(0xdead), t, sai.VlanAttrLearnDisable, true), sai.StatusItemNotFound)
	b.want(b.remove(t, sai.OID(0xdead)), sai.StatusItemNotFound)
	b.want(b.remove(sai.ObjectTypePort, vlan), sai.StatusItemNotFound)

	// What an attribute is mandatory for depends on another one.
	rif := sai.ObjectTypeRouterInterface
	_, st := b.tryCreate(rif, b.at(rif, sai.RouterInterfaceAttrVirtualRouterID, b.defaultVR()),
		b.at(rif, sai.RouterInterfaceAttrType, sai.RouterInterfaceTypeVlan))
	b.want(st, sai.StatusMandatoryAttributeMissing)
	_, st = b.tryCreate(rif, b.at(rif, sai.RouterInterfaceAttrVirtualRouterID, b.defaultVR()),
		b.at(rif, sai.RouterInterfaceAttrType, sai.RouterInterfaceTypeLoopback))
	b.want(st, sai.StatusSuccess)
}
