package virtual

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// compute gives attributes that follow from other objects.
func (a *ASIC) compute(o *object, id uint16) (any, bool) {
	switch o.id.Type {
	case sai.ObjectTypeSwitch:
		return a.computeSwitch(id)
	case sai.ObjectTypePort:
		return a.computePort(o, id)
	case sai.ObjectTypeVlan:
		if id == sai.VlanAttrMemberList {
			return a.referring(sai.ObjectTypeVlanMember, sai.VlanMemberAttrVlanID, o.id.OID), true
		}
	case sai.ObjectTypeBridge:
		if id == sai.BridgeAttrPortList {
			return a.bridgePorts(o), true
		}
	case sai.ObjectTypeLag:
		if id == sai.LagAttrPortList {
			return a.referring(sai.ObjectTypeLagMember, sai.LagMemberAttrLagID, o.id.OID), true
		}
	case sai.ObjectTypeStp:
		return a.computeStp(o, id)
	case sai.ObjectTypeNextHopGroup:
		return a.computeGroup(o, id)
	case sai.ObjectTypeAclTable:
		return a.computeAclTable(o, id)
	case sai.ObjectTypeAclCounter:
		if p, ok := a.cfg.Plane.(Counted); ok {
			return p.Attr(o.id, id)
		}
	case sai.ObjectTypeQueue:
		return false, id == sai.QueueAttrPauseStatus
	}
	return nil, false
}

func (a *ASIC) computeSwitch(id uint16) (any, bool) {
	switch id {
	case sai.SwitchAttrPortList:
		return a.portList(), true
	case sai.SwitchAttrNumberOfActivePorts: // SAI_SWITCH_ATTR_PORT_NUMBER is the same attribute
		return uint32(len(a.portList())), true
	case sai.SwitchAttrAvailableAclTable:
		return a.aclResources(aclTablesPerBindPoint, sai.ObjectTypeAclTable, sai.AclTableAttrAclStage,
			sai.AclTableAttrAclBindPointTypeList), true
	case sai.SwitchAttrAvailableAclTableGroup:
		return a.aclResources(aclTableGroupsPerBindPoint, sai.ObjectTypeAclTableGroup, sai.AclTableGroupAttrAclStage,
			sai.AclTableGroupAttrAclBindPointTypeList), true
	}
	if n, ok := a.free(id); ok {
		return n, true
	}
	return nil, false
}

// portList is all ports but the CPU's, by id.
func (a *ASIC) portList() sai.ObjectList {
	var list sai.ObjectList
	for port := range a.byType[sai.ObjectTypePort] {
		if port != a.cpu {
			list = append(list, port.id.OID)
		}
	}
	slices.Sort(list)
	return list
}

// bridgePorts lists the bridge ports of a bridge, by port. Those that name no bridge are the default bridge's.
func (a *ASIC) bridgePorts(bridge *object) sai.ObjectList {
	list := a.referring(sai.ObjectTypeBridgePort, sai.BridgePortAttrBridgeID, bridge.id.OID)
	if bridge.id.OID == a.sw.oid(sai.SwitchAttrDefault1qBridgeID) {
		for _, bp := range a.of(sai.ObjectTypeBridgePort) {
			if bp.oid(sai.BridgePortAttrBridgeID) == 0 &&
				value[sai.BridgePortType](bp, sai.BridgePortAttrType) == sai.BridgePortTypePort {
				list = append(list, bp.id.OID)
			}
		}
		slices.Sort(list)
	}
	return list
}

func (a *ASIC) computePort(port *object, id uint16) (any, bool) {
	switch id {
	case sai.PortAttrQosNumberOfQueues:
		return uint32(len(owned(port, sai.ObjectTypeQueue))), true
	case sai.PortAttrQosQueueList:
		return owned(port, sai.ObjectTypeQueue), true
	case sai.PortAttrNumberOfIngressPriorityGroups:
		return uint32(len(owned(port, sai.ObjectTypeIngressPriorityGroup))), true
	case sai.PortAttrIngressPriorityGroupList:
		return owned(port, sai.ObjectTypeIngressPriorityGroup), true
	case sai.PortAttrQosNumberOfSchedulerGroups:
		return uint32(len(owned(port, sai.ObjectTypeSchedulerGroup))), true
	case sai.PortAttrQosSchedulerGroupList:
		return owned(port, sai.ObjectTypeSchedulerGroup), true
	case sai.PortAttrPortSerdesID:
		serdes := a.referring(sai.ObjectTypePortSerdes, sai.PortSerdesAttrPortID, port.id.OID)
		return append(serdes, 0)[0], true
	case sai.PortAttrOperSpeed:
		return a.operSpeed(port)
	case sai.PortAttrOperPortFecMode:
		return value[sai.PortFecMode](port, sai.PortAttrFecMode), true
	case sai.PortAttrRemoteAdvertisedSpeed:
		return a.remoteSpeeds(port), true
	}
	return nil, false
}

// operSpeed is 0 while a port is down; otherwise what the netdev says, or the configured speed.
func (a *ASIC) operSpeed(port *object) (any, bool) {
	if value[sai.PortOperStatus](port, sai.PortAttrOperStatus) != sai.PortOperStatusUp {
		return uint32(0), true
	}
	if !a.cfg.ConfiguredOperSpeed && a.cfg.Counters != nil {
		if c, ok := a.cfg.Counters.Read(a.frontPanel(port)); ok && c.Speed > 0 {
			return c.Speed, true
		}
	}
	return value[uint32](port, sai.PortAttrSpeed), true
}

// remoteSpeeds is what the peer of a port advertises: it does not speak, so it is taken for a port of the same speed. Without a link there is no peer.
func (a *ASIC) remoteSpeeds(port *object) sai.U32List {
	if speed, _ := a.operSpeed(port); speed != uint32(0) && value[bool](port, sai.PortAttrAutoNegMode) {
		return sai.U32List{speed.(uint32)}
	}
	return nil
}

func (a *ASIC) computeStp(stp *object, id uint16) (any, bool) {
	switch id {
	case sai.StpAttrVlanList:
		var vlans sai.U16List
		for vlan := range a.byType[sai.ObjectTypeVlan] {
			of := vlan.oid(sai.VlanAttrStpInstance)
			if of == stp.id.OID || of == 0 && stp.id.OID == a.sw.oid(sai.SwitchAttrDefaultStpInstID) {
				vlans = append(vlans, value[uint16](vlan, sai.VlanAttrVlanID))
			}
		}
		slices.Sort(vlans)
		return vlans, true
	case sai.StpAttrPortList:
		return a.referring(sai.ObjectTypeStpPort, sai.StpPortAttrStp, stp.id.OID), true
	case sai.StpAttrBridgeID:
		return a.sw.oid(sai.SwitchAttrDefault1qBridgeID), true
	}
	return nil, false
}

func (a *ASIC) computeGroup(group *object, id uint16) (any, bool) {
	switch id {
	case sai.NextHopGroupAttrNextHopMemberList:
		return a.referring(sai.ObjectTypeNextHopGroupMember, sai.NextHopGroupMemberAttrNextHopGroupID, group.id.OID), true
	case sai.NextHopGroupAttrNextHopCount:
		members := a.referring(sai.ObjectTypeNextHopGroupMember, sai.NextHopGroupMemberAttrNextHopGroupID, group.id.OID)
		return uint32(len(members)), true
	case sai.NextHopGroupAttrRealSize:
		return value[uint32](group, sai.NextHopGroupAttrConfiguredSize), true
	}
	return nil, false
}

func (a *ASIC) computeAclTable(table *object, id uint16) (any, bool) {
	switch id {
	case sai.AclTableAttrAvailableAclEntry:
		used := len(a.referring(sai.ObjectTypeAclEntry, sai.AclEntryAttrTableID, table.id.OID))
		return uint32(max(0, aclEntriesPerTable-used)), true
	case sai.AclTableAttrAvailableAclCounter:
		used := len(a.referring(sai.ObjectTypeAclCounter, sai.AclCounterAttrTableID, table.id.OID))
		return uint32(max(0, aclCountersPerTable-used)), true
	}
	return nil, false
}

// aclResources tells what is left at each stage and bind point.
func (a *ASIC) aclResources(size int, t sai.ObjectType, stageAttr, bindAttr uint16) sai.AclResourceList {
	var list sai.AclResourceList
	for _, stage := range []sai.AclStage{sai.AclStageIngress, sai.AclStageEgress} {
		for _, bind := range []sai.AclBindPointType{
			sai.AclBindPointTypePort, sai.AclBindPointTypeLag, sai.AclBindPointTypeVlan,
			sai.AclBindPointTypeRouterInterface, sai.AclBindPointTypeSwitch,
		} {
			left := size
			for o := range a.byType[t] {
				if value[sai.AclStage](o, stageAttr) == stage && slices.Contains(value[sai.S32List](o, bindAttr), int32(bind)) {
					left--
				}
			}
			list = append(list, sai.AclResource{Stage: stage, BindPoint: bind, Available: uint32(max(0, left))})
		}
	}
	return list
}

// inherit gives defaults that SAI defines as the value of another attribute.
func (a *ASIC) inherit(o *object, id uint16) (any, bool) {
	type of struct {
		t  sai.ObjectType
		id uint16
	}
	switch (of{o.id.Type, id}) {
	case of{sai.ObjectTypeVirtualRouter, sai.VirtualRouterAttrSrcMACAddress}:
		return a.sw.attr(sai.SwitchAttrSrcMACAddress)
	case of{sai.ObjectTypeRouterInterface, sai.RouterInterfaceAttrSrcMACAddress}:
		vr := a.oids[o.oid(sai.RouterInterfaceAttrVirtualRouterID)]
		if mac, ok := vr.attr(sai.VirtualRouterAttrSrcMACAddress); ok {
			return mac, true
		}
		return a.sw.attr(sai.SwitchAttrSrcMACAddress)
	case of{sai.ObjectTypeNextHop, sai.NextHopAttrTunnelMAC}:
		return a.sw.attr(sai.SwitchAttrVxlanDefaultRouterMAC)
	case of{sai.ObjectTypeBridgePort, sai.BridgePortAttrBridgeID}:
		bridge := a.sw.oid(sai.SwitchAttrDefault1qBridgeID)
		return bridge, value[sai.BridgePortType](o, sai.BridgePortAttrType) == sai.BridgePortTypePort
	case of{sai.ObjectTypeVlan, sai.VlanAttrStpInstance}:
		return a.sw.attr(sai.SwitchAttrDefaultStpInstID)
	case of{sai.ObjectTypeHostifTrap, sai.HostifTrapAttrTrapGroup}:
		return a.sw.attr(sai.SwitchAttrDefaultTrapGroup)
	case of{sai.ObjectTypeHostifTrap, sai.HostifTrapAttrTrapPriority}:
		return minACLPriority, true
	case of{sai.ObjectTypePort, sai.PortAttrOperStatus}:
		return sai.PortOperStatusUp, o == a.cpu
	}
	return nil, false
}
