package ebpf

import (
	"fmt"

	"github.com/cilium/ebpf"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Stats implements virtual.Plane: the counters of ports, LAGs, queues, router interfaces, and of traps that have one. Frames are counted as they are on the wire,
// bytes without the checksum; a super-frame (GSO) counts as its segments, and its bytes once.
func (p *plane) Stats(o sai.Object) func(int32) uint64 {
	switch o.Type {
	case sai.ObjectTypePort:
		if port := p.ports[o.OID]; port != nil {
			c := sum(p.k.maps.PortCounts, uint32(port.number), addPort)
			return func(stat int32) uint64 { return c.stat(sai.PortStat(stat)) }
		}
	case sai.ObjectTypeRouterInterface:
		if r := p.rifs[o.OID]; r != nil {
			c := sum(p.k.maps.RifCounts, r.number, addRif)
			return func(stat int32) uint64 { return c.stat(sai.RouterInterfaceStat(stat)) }
		}
	case sai.ObjectTypeQueue:
		return p.queueStats(o.OID)
	case sai.ObjectTypePolicer:
		return p.policerStats(o.OID)
	case sai.ObjectTypeTunnel:
		return p.tunnelStats(o.OID)
	case sai.ObjectTypeCounter:
		return p.trapped(o.OID).stat
	}
	return func(int32) uint64 { return 0 }
}

// sum adds up what the CPUs have counted.
func sum[T any](m *ebpf.Map, i uint32, add func(*T, T)) (total T) {
	var each []T
	if m.Lookup(i, &each) != nil {
		return total
	}
	for _, c := range each {
		add(&total, c)
	}
	return total
}

// zero makes counters those of a new object.
func zero[T any](m *ebpf.Map, i uint32) error {
	n, err := ebpf.PossibleCPU()
	if err == nil {
		err = m.Put(i, make([]T, n))
	}
	if err != nil {
		return fmt.Errorf("counters: %w", err)
	}
	return nil
}

func addNumber(to *uint64, n uint64) { *to += n }

func addPort(to *swPortCounters, c swPortCounters) {
	to.RxBytes += c.RxBytes
	to.RxUnicast += c.RxUnicast
	to.RxMulticast += c.RxMulticast
	to.RxBroadcast += c.RxBroadcast
	to.RxDropped += c.RxDropped
	to.TxBytes += c.TxBytes
	to.TxUnicast += c.TxUnicast
	to.TxMulticast += c.TxMulticast
	to.TxBroadcast += c.TxBroadcast
	to.TxDropped += c.TxDropped
}

func (c *swPortCounters) stat(s sai.PortStat) uint64 {
	switch s {
	case sai.PortStatIfInOctets:
		return c.RxBytes
	case sai.PortStatIfInUcastPkts:
		return c.RxUnicast
	case sai.PortStatIfInNonUcastPkts:
		return c.RxMulticast + c.RxBroadcast
	case sai.PortStatIfInMulticastPkts:
		return c.RxMulticast
	case sai.PortStatIfInBroadcastPkts:
		return c.RxBroadcast
	case sai.PortStatIfInDiscards:
		return c.RxDropped
	case sai.PortStatIfOutOctets:
		return c.TxBytes
	case sai.PortStatIfOutUcastPkts:
		return c.TxUnicast
	case sai.PortStatIfOutNonUcastPkts:
		return c.TxMulticast + c.TxBroadcast
	case sai.PortStatIfOutMulticastPkts:
		return c.TxMulticast
	case sai.PortStatIfOutBroadcastPkts:
		return c.TxBroadcast
	case sai.PortStatIfOutDiscards:
		return c.TxDropped
	}
	return 0
}

func addRif(to *swRifCounters, c swRifCounters) {
	to.RxPackets += c.RxPackets
	to.RxBytes += c.RxBytes
	to.TxPackets += c.TxPackets
	to.TxBytes += c.TxBytes
}

func (c *swRifCounters) stat(s sai.RouterInterfaceStat) uint64 {
	switch s {
	case sai.RouterInterfaceStatInPackets:
		return c.RxPackets
	case sai.RouterInterfaceStatInOctets:
		return c.RxBytes
	case sai.RouterInterfaceStatOutPackets:
		return c.TxPackets
	case sai.RouterInterfaceStatOutOctets:
		return c.TxBytes
	}
	return 0
}
