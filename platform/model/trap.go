package model

import (
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Trap is why the kernel gets a frame.
type Trap string

// The reasons.
const (
	TrapARP       Trap = "ARP"
	TrapND        Trap = "neighbour discovery"
	TrapLLDP      Trap = "LLDP"
	TrapLACP      Trap = "LACP"
	TrapL2Control Trap = "link control"
	TrapIP2ME     Trap = "own address"
	TrapBGP       Trap = "BGP"
	TrapDHCP      Trap = "DHCP"
	TrapMulticast Trap = "multicast"
	TrapBroadcast Trap = "broadcast"
	TrapTTL       Trap = "TTL"
	TrapMTU       Trap = "MTU"
	TrapGlean     Trap = "to be resolved"
	TrapOptions   Trap = "IP options"
	TrapRoute     Trap = "route"
	TrapUnicast   Trap = "own MAC address"
	TrapACL       Trap = "access list"
)

// linkControl is why a frame is not for a bridge: LLDP, and what is sent to 01:80:c2:00:00:0x. It reaches the host interface of the port, also of a
// LAG's member. "": it may be bridged.
func linkControl(f Frame) Trap {
	if f.proto() == typeLLDP {
		return TrapLLDP
	}
	dst := f.dst()
	dst[5] &= 0xf0
	switch {
	case dst != sai.MAC{0x01, 0x80, 0xc2}:
		return ""
	case f.proto() == typeSlow:
		return TrapLACP
	}
	return TrapL2Control
}

// control is why the kernel gets what is sent to many; "": it is data.
func control(f Frame) Trap {
	ip, ok := parseIP(f)
	to := castOf(f.dst())
	switch {
	case f.proto() == typeARP:
		return TrapARP
	case !ok && (f.proto() == typeIPv4 || f.proto() == typeIPv6):
		return ""
	case ok && ip.isDHCP():
		return TrapDHCP
	case ok && ip.isND():
		return TrapND
	case ok && ip.dst.Is6():
		// Scopes up to the link.
		if b := ip.dst.As16(); b[0] == 0xff && b[1]&0xf <= 2 {
			return TrapMulticast
		}
		return ""
	case to == broadcast:
		return TrapBroadcast
	case ok && netip.PrefixFrom(netip.AddrFrom4([4]byte{224}), 24).Contains(ip.dst):
		return TrapMulticast
	}
	return ""
}

// kinds are SAI's types of a trap.
func (t Trap) kinds() []sai.HostifTrapType {
	switch t {
	case TrapARP:
		return []sai.HostifTrapType{sai.HostifTrapTypeArpRequest, sai.HostifTrapTypeArpResponse}
	case TrapND:
		return []sai.HostifTrapType{sai.HostifTrapTypeIPv6NeighborDiscovery, sai.HostifTrapTypeIPv6NeighborSolicitation,
			sai.HostifTrapTypeIPv6NeighborAdvertisement}
	case TrapLLDP:
		return []sai.HostifTrapType{sai.HostifTrapTypeLldp}
	case TrapLACP:
		return []sai.HostifTrapType{sai.HostifTrapTypeLacp}
	case TrapL2Control:
		return []sai.HostifTrapType{sai.HostifTrapTypeStp}
	case TrapIP2ME:
		return []sai.HostifTrapType{sai.HostifTrapTypeIp2me}
	case TrapBGP:
		return []sai.HostifTrapType{sai.HostifTrapTypeBgp, sai.HostifTrapTypeBgpv6}
	case TrapDHCP:
		return []sai.HostifTrapType{sai.HostifTrapTypeDhcp, sai.HostifTrapTypeDhcpv6, sai.HostifTrapTypeDhcpL2, sai.HostifTrapTypeDhcpv6L2}
	case TrapTTL:
		return []sai.HostifTrapType{sai.HostifTrapTypeTtlError}
	case TrapMTU:
		return []sai.HostifTrapType{sai.HostifTrapTypeL3MtuError}
	case TrapGlean:
		return []sai.HostifTrapType{sai.HostifTrapTypeNeighborMiss}
	}
	return nil
}

// refused is why a trap does not let a frame through to the kernel; "": it does, and counts it. Everything that is trapped is trapped without an object
// that says so; one that says drop, drops. Of several with a policer the first by SAI's number counts.
func (p *pass) refused(why Trap) Drop {
	var counters []*object
	var policer *object
	for _, kind := range why.kinds() {
		o := p.s.traps[kind]
		if o == nil {
			continue
		}
		switch attr[sai.PacketAction](o, sai.HostifTrapAttrPacketAction) {
		case sai.PacketActionDrop, sai.PacketActionDeny:
			return DropTrap
		}
		if policer == nil {
			policer = p.s.ref(p.s.ref(o, sai.HostifTrapAttrTrapGroup), sai.HostifTrapGroupAttrPolicer)
		}
		if c := p.s.ref(o, sai.HostifTrapAttrCounterID); !slices.Contains(counters, c) {
			counters = append(counters, c)
		}
	}
	if !p.police(policer) {
		return DropPoliced
	}
	for _, c := range counters {
		p.count(c, int32(sai.CounterStatPackets), p.f.frames())
		p.count(c, int32(sai.CounterStatBytes), uint64(len(p.f.Data)))
	}
	return ""
}

// punt hands the frame to the kernel, at the host interface of its router interface, or else of its port.
func (p *pass) punt(why Trap) {
	netdev := p.host()
	if !p.s.exists(netdev) {
		p.drop(DropNoHostif)
		return
	}
	if refused := p.refused(why); refused != "" {
		p.drop(refused)
		return
	}
	p.out.Punted = append(p.out.Punted, Punted{netdev, why, p.f})
}

// host is the host interface of the frame's router interface, or else of its port.
func (p *pass) host() string {
	if p.rif != nil {
		if netdev := p.s.rifNetdev(p.rif); p.s.exists(netdev) {
			return netdev
		}
	}
	return p.s.portNetdev(p.in)
}

// puntCopy hands a copy to a host interface, if there is one.
func (p *pass) puntCopy(why Trap, netdev string) {
	if p.s.exists(netdev) && p.refused(why) == "" {
		p.out.Punted = append(p.out.Punted, Punted{netdev, why, p.f})
	}
}
