package virtual

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// stats holds, by object and counter, what was cleared of a netdev's counter or, while unit tests are enabled, the value itself.
type stats map[sai.OID]map[int32]uint64

func (s stats) put(oid sai.OID, stat int32, v uint64) {
	if s[oid] == nil {
		s[oid] = map[int32]uint64{}
	}
	s[oid][stat] = v
}

// GetStats implements sai.API. Some counters of ports are those of their host interface; all others are 0 unless a unit test has put
// something there. Unlike SONiC's virtual switch, which answers with what it read the time before, it reads at once.
func (a *ASIC) GetStats(_ context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.StatsResult {
	a.mu.Lock()
	defer a.mu.Unlock()
	results := make([]sai.StatsResult, len(r))
	for i := range r {
		o, st := a.counted(t, &r[i])
		if results[i].Status = st; st != sai.StatusSuccess {
			continue
		}
		read := a.counters(o)
		results[i].Values = make([]uint64, len(r[i].Stats))
		for j, stat := range r[i].Stats {
			if a.test.enabled {
				results[i].Values[j] = a.stats[o.id.OID][stat]
			} else {
				results[i].Values[j] = read(stat) - a.stats[o.id.OID][stat]
			}
		}
	}
	return results
}

// ClearStats implements sai.API.
func (a *ASIC) ClearStats(_ context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	results := make([]sai.Status, len(r))
	for i := range r {
		o, st := a.counted(t, &r[i])
		if results[i] = st; st != sai.StatusSuccess {
			continue
		}
		read := a.counters(o)
		for _, stat := range r[i].Stats {
			if a.test.enabled {
				a.stats.put(o.id.OID, stat, 0)
			} else if v := read(stat); v != 0 {
				a.stats.put(o.id.OID, stat, v)
			}
		}
	}
	return results
}

// counted finds an object whose counters are asked for.
func (a *ASIC) counted(t sai.ObjectType, r *sai.StatsRequest) (*object, sai.Status) {
	m := t.Meta()
	if m == nil || r.Object.Type != t {
		return nil, sai.StatusInvalidObjectType
	}
	if m.Stats == nil {
		return nil, sai.StatusNotSupported
	}
	o, ok := a.find(r.Object)
	if !ok {
		return nil, sai.StatusItemNotFound
	}
	for _, stat := range r.Stats {
		if !m.Stats.Has(stat) {
			return nil, sai.StatusInvalidParameter
		}
	}
	return o, sai.StatusSuccess
}

// counters reads the netdev of a port once, and gives what tells its counters. Without a data plane all that a port sends goes through its first queue.
func (a *ASIC) counters(o *object) func(stat int32) uint64 {
	if o.id.Type == sai.ObjectTypeQueue && a.cfg.Plane == nil && !a.test.enabled {
		index, _ := o.attr(sai.QueueAttrIndex)
		if port := a.oids[o.oid(sai.QueueAttrPort)]; port != nil && index == any(uint8(0)) {
			return firstQueue(a.counters(port))
		}
		return func(int32) uint64 { return 0 }
	}
	if a.cfg.Plane != nil && !a.test.enabled {
		return a.cfg.Plane.Stats(o.id)
	}
	var c NetdevCounters
	if o.id.Type == sai.ObjectTypePort && a.cfg.Counters != nil && !a.test.enabled {
		for _, hostif := range a.hostifsOf(o) {
			c, _ = a.cfg.Counters.Read(hostifName(hostif))
		}
	}
	return func(stat int32) uint64 {
		if o.id.Type != sai.ObjectTypePort {
			return 0
		}
		return c.stat(sai.PortStat(stat))
	}
}

// firstQueue tells a queue's counters by its port's.
func firstQueue(port func(stat int32) uint64) func(stat int32) uint64 {
	return func(stat int32) uint64 {
		switch sai.QueueStat(stat) {
		case sai.QueueStatPackets:
			return port(int32(sai.PortStatIfOutUcastPkts)) + port(int32(sai.PortStatIfOutNonUcastPkts))
		case sai.QueueStatBytes:
			return port(int32(sai.PortStatIfOutOctets))
		case sai.QueueStatDroppedPackets:
			return port(int32(sai.PortStatIfOutDiscards))
		}
		return 0
	}
}

// stat maps port counters as SONiC's virtual switch does.
func (c *NetdevCounters) stat(s sai.PortStat) uint64 {
	switch s {
	case sai.PortStatIfInOctets:
		return c.RxBytes
	case sai.PortStatIfInUcastPkts:
		return c.RxPackets
	case sai.PortStatIfInErrors:
		return c.RxErrors
	case sai.PortStatIfInDiscards:
		return c.RxDropped
	case sai.PortStatIfOutOctets:
		return c.TxBytes
	case sai.PortStatIfOutUcastPkts:
		return c.TxPackets
	case sai.PortStatIfOutErrors:
		return c.TxErrors
	case sai.PortStatIfOutDiscards:
		return c.TxDropped
	}
	return 0
}
