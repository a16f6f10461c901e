package model

import (
	"github.com/hypersonic-nos/hypersonic/sai"
)

func rifType(rif *object) sai.RouterInterfaceType {
	return attr[sai.RouterInterfaceType](rif, sai.RouterInterfaceAttrType)
}

// rifOf is the router interface that frames of a port or LAG belong to: without a tag, or with that of a sub-interface. nil: they are bridged.
func (s *State) rifOf(o *object, vid uint16) *object {
	for _, rif := range s.referring(o, sai.ObjectTypeRouterInterface, sai.RouterInterfaceAttrPortID) {
		switch rifType(rif) {
		case sai.RouterInterfaceTypePort:
			if vid == 0 {
				return rif
			}
		case sai.RouterInterfaceTypeSubPort:
			if vid != 0 && vid == attr[uint16](rif, sai.RouterInterfaceAttrOuterVlanID) {
				return rif
			}
		}
	}
	return nil
}

// vlanRif is a VLAN's router interface; nil if there is none.
func (s *State) vlanRif(vlan *object) *object {
	for _, rif := range s.referring(vlan, sai.ObjectTypeRouterInterface, sai.RouterInterfaceAttrVlanID) {
		if rifType(rif) == sai.RouterInterfaceTypeVlan {
			return rif
		}
	}
	return nil
}

// rifMAC is a router interface's own address, or its virtual router's, or the switch's.
func (s *State) rifMAC(rif *object) sai.MAC {
	if mac := attr[sai.MAC](rif, sai.RouterInterfaceAttrSrcMACAddress); mac != (sai.MAC{}) {
		return mac
	}
	if mac := attr[sai.MAC](s.ref(rif, sai.RouterInterfaceAttrVirtualRouterID), sai.VirtualRouterAttrSrcMACAddress); mac != (sai.MAC{}) {
		return mac
	}
	return attr[sai.MAC](s.sw, sai.SwitchAttrSrcMACAddress)
}

// countRif counts a frame at a router interface, if there is one.
func (p *pass) countRif(rif *object, in bool) {
	packets, octets := sai.RouterInterfaceStatOutPackets, sai.RouterInterfaceStatOutOctets
	if in {
		packets, octets = sai.RouterInterfaceStatInPackets, sai.RouterInterfaceStatInOctets
	}
	p.count(rif, int32(packets), p.f.frames())
	p.count(rif, int32(octets), uint64(len(p.f.Data)))
}

// route takes a frame of a router interface: one sent to its address, or to many.
func (p *pass) route() {
	p.countRif(p.rif, true)
	if castOf(p.f.dst()) != unicast {
		if why := control(p.f); why != "" {
			p.punt(why)
		} else {
			p.drop(DropProtocol)
		}
		return
	}
	enabled := sai.RouterInterfaceAttrAdminV4State
	switch p.f.proto() {
	case typeIPv4:
	case typeIPv6:
		enabled = sai.RouterInterfaceAttrAdminV6State
	case typeARP:
		p.punt(TrapARP)
		return
	default:
		p.punt(TrapUnicast)
		return
	}
	if !attr[bool](p.rif, enabled) {
		p.drop(DropRifDown)
		return
	}
	p.routeIP()
}
