package model

import (
	"iter"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// SetNetdev tells of a netdev that came, went, or changed its link: a front-panel one (eth1), or a host interface (Ethernet0, Vlan10).
func (s *State) SetNetdev(name string, present, up bool) {
	if delete(s.netdevs, name); present {
		s.netdevs[name] = up
	}
}

// Name tells what the netdev of a LAG or router interface is called, which SAI does not.
func (s *State) Name(oid sai.OID, name string) {
	s.names[oid] = name
	s.sockets = nil
}

func (s *State) exists(netdev string) bool {
	_, ok := s.netdevs[netdev]
	return ok && netdev != ""
}

// portNetdev is the host interface of a port or LAG; "" if it has none.
func (s *State) portNetdev(o *object) string {
	if isLag(o) {
		return s.names[o.OID]
	}
	for _, h := range s.referring(o, sai.ObjectTypeHostif, sai.HostifAttrObjID) {
		if attr[sai.HostifType](h, sai.HostifAttrType) == sai.HostifTypeNetdev {
			return attr[string](h, sai.HostifAttrName)
		}
	}
	return ""
}

// rifNetdev is the host interface of a router interface: as it was named, or by SONiC's rules; "" if it has none.
func (s *State) rifNetdev(rif *object) string {
	if name := s.names[rif.OID]; name != "" {
		return name
	}
	switch rifType(rif) {
	case sai.RouterInterfaceTypeVlan:
		return vlanNetdev(s.ref(rif, sai.RouterInterfaceAttrVlanID))
	case sai.RouterInterfaceTypePort:
		return s.portNetdev(s.ref(rif, sai.RouterInterfaceAttrPortID))
	case sai.RouterInterfaceTypeSubPort:
		if parent := s.portNetdev(s.ref(rif, sai.RouterInterfaceAttrPortID)); parent != "" {
			return parent + "." + strconv.Itoa(int(attr[uint16](rif, sai.RouterInterfaceAttrOuterVlanID)))
		}
	}
	return ""
}

// interfaces are the netdevs that frames come in at, and what they stand for: ports, LAGs, VLANs and sub-interfaces.
func (s *State) interfaces() map[string]*object {
	if s.sockets != nil {
		return s.sockets
	}
	s.sockets = map[string]*object{}
	for _, o := range s.objects {
		switch o.Type {
		case sai.ObjectTypePort:
			s.sockets[s.frontPanel(o)] = o
			s.sockets[s.portNetdev(o)] = o
		case sai.ObjectTypeLag:
			s.sockets[s.portNetdev(o)] = o
		case sai.ObjectTypeVlan:
			s.sockets[vlanNetdev(o)] = o
		case sai.ObjectTypeRouterInterface:
			if rifType(o) == sai.RouterInterfaceTypeSubPort {
				s.sockets[s.rifNetdev(o)] = o
			}
		}
	}
	delete(s.sockets, "")
	return s.sockets
}

// Uses tells whether a netdev means something to the switch: its frames are the data plane's.
func (s *State) Uses(netdev string) bool { return s.interfaces()[netdev] != nil }

// Netdevs are those that the switch uses: front-panel ones, and its host interfaces.
func (s *State) Netdevs() iter.Seq2[string, bool] {
	return func(yield func(name string, front bool) bool) {
		for name, o := range s.interfaces() {
			if !yield(name, o.Type == sai.ObjectTypePort && s.frontPanel(o) == name) {
				return
			}
		}
	}
}
