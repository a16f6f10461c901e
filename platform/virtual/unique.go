package virtual

import "github.com/hypersonic-nos/hypersonic/sai"

// uniqueKey says what makes an object of its type the only one: a second one answers SAI_STATUS_ITEM_ALREADY_EXISTS.
type uniqueKey struct {
	t    sai.ObjectType
	a, b uint64
	name string
}

// uniqueKeyOf looks at attributes that are create-only, so that the key of an object never changes. A port's key, its lanes, is kept by ports.
func uniqueKeyOf(o *object) (uniqueKey, bool) {
	k := uniqueKey{t: o.id.Type}
	switch o.id.Type {
	case sai.ObjectTypeVlan:
		k.a = uint64(value[uint16](o, sai.VlanAttrVlanID))
	case sai.ObjectTypeVlanMember:
		k.a, k.b = uint64(o.oid(sai.VlanMemberAttrVlanID)), uint64(o.oid(sai.VlanMemberAttrBridgePortID))
	case sai.ObjectTypeLagMember:
		k.a = uint64(o.oid(sai.LagMemberAttrPortID))
	case sai.ObjectTypeStpPort:
		k.a, k.b = uint64(o.oid(sai.StpPortAttrStp)), uint64(o.oid(sai.StpPortAttrBridgePort))
	case sai.ObjectTypeHostif:
		k.name = value[string](o, sai.HostifAttrName)
		return k, k.name != ""
	case sai.ObjectTypeHostifTrap:
		k.a = uint64(value[sai.HostifTrapType](o, sai.HostifTrapAttrTrapType))
	case sai.ObjectTypeQueue:
		k.a = uint64(o.oid(sai.QueueAttrPort))
		k.b = uint64(value[sai.QueueType](o, sai.QueueAttrType))<<8 | uint64(value[uint8](o, sai.QueueAttrIndex))
	case sai.ObjectTypeIngressPriorityGroup:
		k.a, k.b = uint64(o.oid(sai.IngressPriorityGroupAttrPort)), uint64(value[uint8](o, sai.IngressPriorityGroupAttrIndex))
	case sai.ObjectTypeBridgePort:
		return bridgePortKey(o, k)
	case sai.ObjectTypeRouterInterface:
		return routerInterfaceKey(o, k)
	default:
		return k, false
	}
	return k, true
}

func bridgePortKey(o *object, k uniqueKey) (uniqueKey, bool) {
	switch value[sai.BridgePortType](o, sai.BridgePortAttrType) {
	case sai.BridgePortTypePort:
		k.a = uint64(o.oid(sai.BridgePortAttrPortID))
	case sai.BridgePortTypeSubPort:
		k.a, k.b = uint64(o.oid(sai.BridgePortAttrPortID)), uint64(value[uint16](o, sai.BridgePortAttrVlanID))
	default:
		return k, false
	}
	return k, true
}

func routerInterfaceKey(o *object, k uniqueKey) (uniqueKey, bool) {
	switch value[sai.RouterInterfaceType](o, sai.RouterInterfaceAttrType) {
	case sai.RouterInterfaceTypePort:
		k.a = uint64(o.oid(sai.RouterInterfaceAttrPortID))
	case sai.RouterInterfaceTypeSubPort:
		k.a, k.b = uint64(o.oid(sai.RouterInterfaceAttrPortID)), uint64(value[uint16](o, sai.RouterInterfaceAttrOuterVlanID))
	case sai.RouterInterfaceTypeVlan:
		k.a = uint64(o.oid(sai.RouterInterfaceAttrVlanID))
	default:
		return k, false
	}
	return k, true
}
