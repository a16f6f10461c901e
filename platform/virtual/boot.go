package virtual

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Facts of a new switch (sonic-contract 3.7).
const (
	defaultVlan      uint16 = 1
	bootSpeed        uint32 = 40000 // Mbit/s
	bootMTU          uint32 = 1514
	ecmpGroups       uint32 = 512
	minACLPriority   uint32 = 1
	maxACLPriority   uint32 = 16000
	trafficClasses   uint8  = 16
	childsPerSchedul uint32 = 16
)

// pair is an attribute of an object that is being made; the object's type tells whose.
type pair struct {
	id    uint16
	value any
}

func with(id uint16, value any) pair { return pair{id, value} }

// make adds an object of the switch's own making; nothing is checked, also not who may write an attribute.
func (a *ASIC) make(t sai.ObjectType, attrs ...pair) *object {
	o := &object{id: sai.Object{Type: t, OID: a.newOID(t)}}
	for _, p := range attrs {
		o.attrs = append(o.attrs, sai.Attribute{Meta: t.Meta().Attr(p.id), Value: p.value})
	}
	a.insert(o)
	return o
}

// give makes a port the owner of an object. References among them are no longer counted.
func (a *ASIC) give(port, o *object) {
	a.holdAll(o, -1)
	o.owner = port
	a.holdAll(o, +1)
	port.owned = append(port.owned, o)
}

// tell stores an attribute of the switch.
func (a *ASIC) tell(id uint16, v any) { a.assign(a.sw, sai.ObjectTypeSwitch.Meta().Attr(id), v) }

// createSwitch brings up the switch with SONiC's default objects, in SONiC's order, which decides the object ids.
func (a *ASIC) createSwitch(r *sai.CreateRequest) (sai.OID, sai.Status) {
	if a.sw != nil {
		return 0, sai.StatusItemAlreadyExists
	}
	if st := a.checker().Create(sai.ObjectTypeSwitch, r.Attrs); st != sai.StatusSuccess {
		return 0, st
	}
	// The switch's index is the switch index, and it is the only one.
	a.next[sai.ObjectTypeSwitch] = uint64(a.cfg.Switch)
	a.sw = a.make(sai.ObjectTypeSwitch)
	a.tell(sai.SwitchAttrSrcMACAddress, a.cfg.MAC)
	a.tell(sai.SwitchAttrVxlanDefaultRouterMAC, sai.MAC{0x12, 0x23, 0x34, 0x45, 0x56, 0x67})
	a.cpu = a.make(sai.ObjectTypePort, with(sai.PortAttrType, sai.PortTypeCpu))
	a.tell(sai.SwitchAttrCpuPort, a.cpu.id.OID)
	a.makeDefaults()
	a.makePorts()
	a.makeCPUQueues()
	a.describe()
	for _, given := range r.Attrs {
		a.assign(a.sw, given.Meta, own(given.Value))
	}
	return a.sw.id.OID, sai.StatusSuccess
}

// makeDefaults makes the objects that the switch refers to.
func (a *ASIC) makeDefaults() {
	fields := sai.S32List{
		int32(sai.NativeHashFieldDstMAC), int32(sai.NativeHashFieldSrcMAC),
		int32(sai.NativeHashFieldEthertype), int32(sai.NativeHashFieldInPort),
	}
	if a.particular() != nil {
		fields = numbers(FlowFields()...)
	}
	defaults := []struct {
		attr uint16
		t    sai.ObjectType
		with []pair
	}{
		{sai.SwitchAttrEcmpHash, sai.ObjectTypeHash, []pair{{sai.HashAttrNativeHashFieldList, fields}}},
		{sai.SwitchAttrLagHash, sai.ObjectTypeHash, []pair{{sai.HashAttrNativeHashFieldList, fields}}},
		{sai.SwitchAttrDefaultVlanID, sai.ObjectTypeVlan, []pair{{sai.VlanAttrVlanID, defaultVlan}}},
		{sai.SwitchAttrDefaultVirtualRouterID, sai.ObjectTypeVirtualRouter, nil},
		{sai.SwitchAttrDefaultStpInstID, sai.ObjectTypeStp, nil},
		{sai.SwitchAttrDefault1qBridgeID, sai.ObjectTypeBridge, []pair{{sai.BridgeAttrType, sai.BridgeType1q}}},
		{sai.SwitchAttrDefaultTrapGroup, sai.ObjectTypeHostifTrapGroup, nil},
	}
	for _, d := range defaults {
		a.tell(d.attr, a.make(d.t, d.with...).id.OID)
	}
}

// makePorts makes the ports of the SKU, their bridge ports and their membership in the default VLAN.
func (a *ASIC) makePorts() {
	made := make([]*object, 0, len(a.cfg.Ports))
	for _, p := range a.cfg.Ports {
		made = append(made, a.make(sai.ObjectTypePort,
			with(sai.PortAttrAdminState, false),
			with(sai.PortAttrMtu, bootMTU),
			with(sai.PortAttrSpeed, bootSpeed),
			with(sai.PortAttrHwLaneList, sai.U32List(p.Lanes)),
			with(sai.PortAttrPortVlanID, defaultVlan),
			with(sai.PortAttrAutoNegMode, true),
		))
	}
	for _, port := range made {
		a.equip(port)
	}
	a.make(sai.ObjectTypeBridgePort, with(sai.BridgePortAttrType, sai.BridgePortType1qRouter), with(sai.BridgePortAttrPortID, sai.OID(0)))
	bridgePorts := make([]*object, 0, len(made))
	for _, port := range made {
		bridgePorts = append(bridgePorts, a.make(sai.ObjectTypeBridgePort,
			with(sai.BridgePortAttrFdbLearningMode, sai.BridgePortFdbLearningModeHw),
			with(sai.BridgePortAttrPortID, port.id.OID),
			with(sai.BridgePortAttrType, sai.BridgePortTypePort),
		))
	}
	for _, bridgePort := range bridgePorts {
		a.make(sai.ObjectTypeVlanMember,
			with(sai.VlanMemberAttrBridgePortID, bridgePort.id.OID),
			with(sai.VlanMemberAttrVlanID, a.sw.oid(sai.SwitchAttrDefaultVlanID)),
			with(sai.VlanMemberAttrVlanTaggingMode, sai.VlanTaggingModeUntagged),
		)
	}
}

// describe stores what the switch tells of itself and what does not change.
func (a *ASIC) describe() {
	actions := sai.S32List(values(sai.AclActionType(0).EnumMeta()))
	supported := sai.S32List{
		int32(sai.ObjectTypePort), int32(sai.ObjectTypeLag), int32(sai.ObjectTypeTam), int32(sai.ObjectTypeTamCollector),
		int32(sai.ObjectTypeTamReport), int32(sai.ObjectTypeTamTransport), int32(sai.ObjectTypeTamTelemetry),
		int32(sai.ObjectTypeTamEventThreshold),
	}
	for _, p := range []pair{
		{sai.SwitchAttrAclEntryMinimumPriority, minACLPriority},
		{sai.SwitchAttrAclEntryMaximumPriority, maxACLPriority},
		{sai.SwitchAttrMaxAclActionCount, uint32(len(actions))},
		{sai.SwitchAttrAclStageIngress, sai.AclCapability{Actions: actions}},
		{sai.SwitchAttrAclStageEgress, sai.AclCapability{Actions: actions}},
		{sai.SwitchAttrNumberOfUnicastQueues, uint32(unicastQueues)},
		{sai.SwitchAttrNumberOfMulticastQueues, uint32(multicastQueues)},
		{sai.SwitchAttrNumberOfQueues, uint32(unicastQueues + multicastQueues)},
		{sai.SwitchAttrNumberOfCpuQueues, uint32(cpuQueues)},
		{sai.SwitchAttrQosMaxNumberOfTrafficClasses, trafficClasses},
		{sai.SwitchAttrQosMaxNumberOfChildsPerSchedulerGroup, childsPerSchedul},
		{sai.SwitchAttrNumberOfEcmpGroups, ecmpGroups},
		{sai.SwitchAttrPortStateChangeNotify, sai.Pointer(0)},
		{sai.SwitchAttrFdbEventNotify, sai.Pointer(0)},
		{sai.SwitchAttrBfdSessionStateChangeNotify, sai.Pointer(0)},
		{sai.SwitchAttrFdbAgingTime, uint32(0)},
		{sai.SwitchAttrRestartWarm, false},
		{sai.SwitchAttrWarmRecover, false},
		{sai.SwitchAttrType, sai.SwitchTypeNpu},
		{sai.SwitchAttrOperStatus, sai.SwitchOperStatusUp},
		{sai.SwitchAttrSupportedObjectTypeList, supported},
	} {
		a.tell(p.id, p.value)
	}
}

// removeSwitch takes down everything, netdevs included.
func (a *ASIC) removeSwitch(ctx context.Context) sai.Status {
	for _, hostif := range a.of(sai.ObjectTypeHostif) {
		a.hostifRemoved(ctx, hostif)
	}
	sw := a.sw
	a.reset()
	a.note(Removed, sw, sw.attrs)
	return sai.StatusSuccess
}
