package ebpf

import (
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// trap is a SAI trap: what it is in the data plane, and whether it drops. Everything that is trapped is trapped without one.
type trap struct {
	number  uint32
	kind    sai.HostifTrapType
	drop    bool
	counter sai.OID
	group   sai.OID
}

// traps are the data plane's by SAI's types; 0 for those that it does not tell apart.
func trapNumber(t sai.HostifTrapType) swTrap {
	switch t {
	case sai.HostifTrapTypeArpRequest, sai.HostifTrapTypeArpResponse:
		return swTrapTRAP_ARP
	case sai.HostifTrapTypeIPv6NeighborDiscovery, sai.HostifTrapTypeIPv6NeighborSolicitation, sai.HostifTrapTypeIPv6NeighborAdvertisement:
		return swTrapTRAP_ND
	case sai.HostifTrapTypeLldp:
		return swTrapTRAP_LLDP
	case sai.HostifTrapTypeLacp:
		return swTrapTRAP_LACP
	case sai.HostifTrapTypeStp:
		return swTrapTRAP_L2CONTROL
	case sai.HostifTrapTypeIp2me:
		return swTrapTRAP_IP2ME
	case sai.HostifTrapTypeBgp, sai.HostifTrapTypeBgpv6:
		return swTrapTRAP_BGP
	case sai.HostifTrapTypeDhcp, sai.HostifTrapTypeDhcpv6, sai.HostifTrapTypeDhcpL2, sai.HostifTrapTypeDhcpv6L2:
		return swTrapTRAP_DHCP
	case sai.HostifTrapTypeTtlError:
		return swTrapTRAP_TTL
	case sai.HostifTrapTypeL3MtuError:
		return swTrapTRAP_MTU
	case sai.HostifTrapTypeNeighborMiss:
		return swTrapTRAP_GLEAN
	}
	return swTrapTRAP_NONE
}

// trapped is what the traps of a counter have counted. Traps that the data plane does not tell apart have one count.
func (p *plane) trapped(counter sai.OID) (n swTrapCounters) {
	seen := map[uint32]bool{}
	for _, t := range p.traps {
		if t.counter == counter && t.number != 0 && !seen[t.number] {
			seen[t.number] = true
			addTrap(&n, sum(p.k.maps.TrapCounts, t.number, addTrap))
		}
	}
	return n
}

// startCount has a trap count from 0 for its first counter. Another process's, while the plane is held, goes on.
func (p *plane) startCount(trap sai.OID, number uint32) error {
	if p.held || number == 0 {
		return nil
	}
	for oid, t := range p.traps {
		if oid != trap && t.number == number && t.counter != 0 {
			return nil
		}
	}
	return zero[swTrapCounters](p.k.maps.TrapCounts, number)
}

func addTrap(to *swTrapCounters, c swTrapCounters) {
	to.Packets += c.Packets
	to.Bytes += c.Bytes
}

func (c swTrapCounters) stat(s int32) uint64 {
	switch sai.CounterStat(s) {
	case sai.CounterStatPackets:
		return c.Packets
	case sai.CounterStatBytes:
		return c.Bytes
	}
	return 0
}

func (p *plane) trap(c *virtual.Change) error {
	oid := c.Object.OID
	t := p.traps[oid]
	if c.Verb == virtual.Created {
		t.kind = attr[sai.HostifTrapType](c, sai.HostifTrapAttrTrapType)
		t.number = uint32(trapNumber(t.kind))
	}
	var action sai.PacketAction
	if v, ok := given[sai.PacketAction](c, sai.HostifTrapAttrPacketAction); ok {
		action = v
		t.drop = t.number != 0 && (action == sai.PacketActionDrop || action == sai.PacketActionDeny)
	}
	update(c, sai.HostifTrapAttrTrapGroup, &t.group)
	var err error
	had := t.counter
	if update(c, sai.HostifTrapAttrCounterID, &t.counter); t.counter != 0 && had == 0 {
		err = p.startCount(oid, t.number)
	}
	p.traps[oid] = t
	if c.Verb == virtual.Removed {
		delete(p.traps, oid)
	}
	p.touch(settings{})
	return err
}
