package ebpf

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// The numbers of bpf/layout.h that are no enums.
const (
	queues     = 10
	noClass    = 0xff
	shapedPort = 0xffff
)

// sorting is how frames are sorted into traffic classes and queues.
type sorting struct {
	maps       map[sai.OID]sai.QosMapList
	schedulers map[sai.OID]*scheduler
	groups     map[sai.OID]*schedulerGroup
	queues     map[sai.OID]queue
	dscp       sai.OID                  // the switch's map
	shapers    map[swShaperKey]swShaper // as the kernel has them
}

// queue is a queue of a port.
type queue struct {
	port  sai.OID
	index uint8
}

type scheduler struct {
	meter       sai.MeterType
	rate, burst uint64 // at most: bytes or packets (a second); 0: no limit
}

type schedulerGroup struct {
	port, scheduler sai.OID
	children        sai.ObjectList // queues or groups
}

// portSorting is what a port says of sorting.
type portSorting struct {
	dscp, dot1p, queue, scheduler sai.OID
	class                         uint8 // of what no map tells
}

func (s *sorting) forget() {
	*s = sorting{maps: map[sai.OID]sai.QosMapList{}, schedulers: map[sai.OID]*scheduler{}, groups: map[sai.OID]*schedulerGroup{}, queues: map[sai.OID]queue{},
		shapers: map[swShaperKey]swShaper{}}
}

func (s *portSorting) update(c *virtual.Change) {
	update(c, sai.PortAttrQosDscpToTcMap, &s.dscp)
	update(c, sai.PortAttrQosDot1pToTcMap, &s.dot1p)
	update(c, sai.PortAttrQosTcToQueueMap, &s.queue)
	update(c, sai.PortAttrQosSchedulerProfileID, &s.scheduler)
	update(c, sai.PortAttrQosDefaultTc, &s.class)
}

// sort follows the objects of QoS; false if the change is of none.
func (p *plane) sort(c *virtual.Change) bool {
	oid := c.Object.OID
	switch c.Object.Type {
	case sai.ObjectTypeQosMap:
		if delete(p.sorting.maps, oid); c.Verb != virtual.Removed {
			p.sorting.maps[oid] = attr[sai.QosMapList](c, sai.QosMapAttrMapToValueList)
		}
		p.touchSorted(func(s portSorting) bool {
			return s.dscp == oid || s.dot1p == oid || s.queue == oid || p.sorting.dscp == oid
		})
	case sai.ObjectTypeScheduler:
		p.scheduler(c)
	case sai.ObjectTypeSchedulerGroup:
		p.schedulerGroup(c)
	case sai.ObjectTypeQueue:
		switch c.Verb {
		case virtual.Created:
			p.sorting.queues[oid] = queue{attr[sai.OID](c, sai.QueueAttrPort), attr[uint8](c, sai.QueueAttrIndex)}
		case virtual.Removed:
			delete(p.sorting.queues, oid)
		}
	default:
		return false
	}
	return true
}

func (p *plane) touchSorted(by func(portSorting) bool) {
	for _, o := range p.ports {
		if by(o.sorting) {
			p.touch(o)
		}
	}
}

func (p *plane) scheduler(c *virtual.Change) {
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		p.sorting.schedulers[oid] = &scheduler{}
	case virtual.Removed:
		delete(p.sorting.schedulers, oid)
		return
	}
	s := p.sorting.schedulers[oid]
	update(c, sai.SchedulerAttrMeterType, &s.meter)
	update(c, sai.SchedulerAttrMaxBandwidthRate, &s.rate)
	update(c, sai.SchedulerAttrMaxBandwidthBurstRate, &s.burst)
	p.touchSorted(func(s portSorting) bool { return s.scheduler == oid })
	for _, g := range p.sorting.groups {
		if o := p.ports[g.port]; g.scheduler == oid && o != nil {
			p.touch(o)
		}
	}
}

func (p *plane) schedulerGroup(c *virtual.Change) {
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		p.sorting.groups[oid] = &schedulerGroup{}
	case virtual.Removed:
		delete(p.sorting.groups, oid)
		return
	}
	g := p.sorting.groups[oid]
	was := g.scheduler
	update(c, sai.SchedulerGroupAttrPortID, &g.port)
	update(c, sai.SchedulerGroupAttrSchedulerProfileID, &g.scheduler)
	update(c, sai.SchedulerGroupAttrChildList, &g.children)
	if o := p.ports[g.port]; o != nil && g.scheduler != was {
		o.limits = p.limits(o.oid)
		p.touch(o)
	}
}

// limits are the schedulers of a port's queues.
func (p *plane) limits(port sai.OID) map[uint8]sai.OID {
	limits := map[uint8]sai.OID{}
	for _, g := range p.sorting.groups {
		if g.port != port || g.scheduler == 0 {
			continue
		}
		for _, child := range g.children {
			if q, ok := p.sorting.queues[child]; ok && q.index < queues {
				limits[q.index] = g.scheduler
			}
		}
	}
	return limits
}

// renderSorting writes how a port sorts, and tells which flags it has for that.
func (p *plane) renderSorting(o *port) (flags swPortFlags, err error) {
	v := swQos{Otherwise: o.sorting.class}
	dscp := o.sorting.dscp
	if dscp == 0 {
		dscp = p.sorting.dscp
	}
	fill(v.Dscp[:], p.sorting.maps[dscp], dscp != 0, o.sorting.class, func(q sai.QosMapPair) (uint8, uint8) { return q.Key.Dscp, q.Value.TC })
	fill(v.Dot1p[:], p.sorting.maps[o.sorting.dot1p], o.sorting.dot1p != 0, o.sorting.class, func(q sai.QosMapPair) (uint8, uint8) { return q.Key.Dot1p, q.Value.TC })
	for _, q := range p.sorting.maps[o.sorting.queue] {
		if int(q.Key.TC) < len(v.Queue) {
			v.Queue[q.Key.TC] = q.Value.QueueIndex
		}
	}
	if dscp != 0 || o.sorting.dot1p != 0 || o.sorting.class != 0 {
		flags |= swPortFlagsPORT_CLASSIFY
	}
	shapers := p.wantedShapers(o)
	if len(shapers) > 0 {
		v.Shaped = 1
	}
	if o.sorting.queue != 0 || len(shapers) > 0 {
		flags |= swPortFlagsPORT_QUEUES
	}
	p.k.qos.store(uint32(o.number), v)
	return flags, p.shape(o.number, shapers)
}

// fill makes a map an array. What a map does not tell has the class of the rest; where there is no map, the array says so.
func fill(to []uint8, list sai.QosMapList, there bool, otherwise uint8, pair func(sai.QosMapPair) (from, class uint8)) {
	if !there {
		otherwise = noClass
	}
	for i := range to {
		to[i] = otherwise
	}
	for _, q := range list {
		if from, class := pair(q); int(from) < len(to) {
			to[from] = class
		}
	}
}

func (p *plane) wantedShapers(o *port) map[swShaperKey]swShaper {
	wanted := map[swShaperKey]swShaper{}
	add := func(queue uint16, by sai.OID) {
		if s := p.sorting.schedulers[by]; s != nil && s.rate > 0 {
			wanted[swShaperKey{Port: o.number, Queue: queue}] = s.shaper()
		}
	}
	add(shapedPort, o.sorting.scheduler)
	for index, by := range o.limits {
		add(uint16(index), by)
	}
	return wanted
}

// leastBurst is what a shaper lets through at once whatever is configured, in bytes: two super-frames. leastSlack is the same in time: what is in
// excess is dropped, and TCP needs a burst to find its rate.
const (
	leastBurst = 2 << 16
	leastSlack = 10_000_000 // ns
)

func (s *scheduler) shaper() swShaper {
	v := swShaper{Rate: s.rate}
	burst := s.burst
	if s.meter == sai.MeterTypePackets {
		v.Packets = 1
	} else {
		burst = max(burst, leastBurst)
	}
	v.Slack = max(uint64(float64(burst)/float64(s.rate)*1e9), leastSlack)
	return v
}

// shape brings the shapers of a port in the kernel in step.
func (p *plane) shape(port uint16, wanted map[swShaperKey]swShaper) error {
	var errs []error
	for k := range p.sorting.shapers {
		if _, ok := wanted[k]; k.Port == port && !ok {
			errs = append(errs, p.unshape(k))
		}
	}
	for k, v := range wanted {
		if p.sorting.shapers[k] == v {
			continue
		}
		if err := p.k.maps.Shapers.Put(k, v); err != nil {
			errs = append(errs, fmt.Errorf("shaper of queue %d: %w", k.Queue, err))
			continue
		}
		p.sorting.shapers[k] = v
	}
	return errors.Join(errs...)
}

func (p *plane) unshape(k swShaperKey) error {
	delete(p.sorting.shapers, k)
	if err := p.k.maps.Shapers.Delete(k); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
		return fmt.Errorf("shaper of queue %d: %w", k.Queue, err)
	}
	return nil
}

// wipeShapers removes those of an earlier process that nobody wants any more.
func (p *plane) wipeShapers() error {
	var k swShaperKey
	var v swShaper
	var old []swShaperKey
	for it := p.k.maps.Shapers.Iterate(); it.Next(&k, &v); {
		if _, ok := p.sorting.shapers[k]; !ok {
			old = append(old, k)
		}
	}
	var errs []error
	for _, k := range old {
		errs = append(errs, p.unshape(k))
	}
	return errors.Join(errs...)
}

// dropSorting takes what the kernel has of a port that goes.
func (p *plane) dropSorting(number uint16) error {
	p.k.qos.store(uint32(number), swQos{})
	errs := []error{p.shape(number, nil)}
	for i := range uint32(queues) {
		errs = append(errs, zero[swQueueCounters](p.k.maps.QueueCounts, uint32(number)*queues+i))
	}
	return errors.Join(errs...)
}

// clearSorting takes all of it.
func (p *plane) clearSorting() error {
	var errs []error
	for _, o := range p.ports {
		errs = append(errs, p.dropSorting(o.number))
	}
	clear(p.sorting.shapers)
	return errors.Join(append(errs, p.wipeShapers())...)
}

// queueStats are the counters of a queue. The first one has what its port counts and no other queue does, so that a port without QoS counts once.
func (p *plane) queueStats(oid sai.OID) func(int32) uint64 {
	q, known := p.sorting.queues[oid]
	o := p.ports[q.port]
	if !known || o == nil || q.index >= queues {
		return func(int32) uint64 { return 0 }
	}
	at := uint32(o.number) * queues
	c := sum(p.k.maps.QueueCounts, at+uint32(q.index), addQueue)
	if q.index == 0 {
		var others swQueueCounters
		for i := uint32(1); i < queues; i++ {
			addQueue(&others, sum(p.k.maps.QueueCounts, at+i, addQueue))
		}
		all := sum(p.k.maps.PortCounts, uint32(o.number), addPort) // after the others, so that nothing is less than none
		c.Packets = all.TxUnicast + all.TxMulticast + all.TxBroadcast - others.Packets
		c.Bytes = all.TxBytes - others.Bytes
		c.DroppedPackets = all.TxDropped - others.DroppedPackets
	}
	return func(stat int32) uint64 {
		switch sai.QueueStat(stat) {
		case sai.QueueStatPackets:
			return c.Packets
		case sai.QueueStatBytes:
			return c.Bytes
		case sai.QueueStatDroppedPackets:
			return c.DroppedPackets
		case sai.QueueStatDroppedBytes:
			return c.DroppedBytes
		}
		return 0
	}
}

func addQueue(to *swQueueCounters, c swQueueCounters) {
	to.Packets += c.Packets
	to.Bytes += c.Bytes
	to.DroppedPackets += c.DroppedPackets
	to.DroppedBytes += c.DroppedBytes
}
