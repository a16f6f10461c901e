package ebpf

import (
	"fmt"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// qosMap makes a map.
func (b *bench) qosMap(kind sai.QosMapType, pairs ...sai.QosMapPair) sai.OID {
	b.Helper()
	t := sai.ObjectTypeQosMap
	return b.create(t, at(t, sai.QosMapAttrType, kind), at(t, sai.QosMapAttrMapToValueList, sai.QosMapList(pairs)))
}

// queue is a queue of a port.
func (b *bench) queue(port, index int) sai.OID {
	b.Helper()
	return b.get(b.ports[port], sai.PortAttrQosQueueList).(sai.ObjectList)[index]
}

// queued are the packets that the unicast queues of a port have sent.
func (b *bench) queued(port int) (counts [queues]uint64) {
	b.Helper()
	for i := range counts {
		counts[i] = b.stat(b.queue(port, i), int32(sai.QueueStatPackets))
	}
	return counts
}

func dscpTo(dscp, class uint8) sai.QosMapPair {
	return sai.QosMapPair{Key: sai.QosMapParams{Dscp: dscp}, Value: sai.QosMapParams{TC: class}}
}

func classTo(class, queue uint8) sai.QosMapPair {
	return sai.QosMapPair{Key: sai.QosMapParams{TC: class}, Value: sai.QosMapParams{QueueIndex: queue}}
}

// TestQueues sorts frames by the maps of the port that they come in at, and counts them by that of the port that they leave by.
func TestQueues(t *testing.T) {
	b := newBench(t, 2)
	b.quiet()
	b.access(10, 0, 1)
	p := b.taps()
	sent := 0
	udp := func(dscp byte) {
		mark := fmt.Sprintf("frame %d.", sent)
		f := b.packet(b.hostMAC(1), b.hostMAC(0), "10.0.0.1", "10.0.0.2", 1, mark)
		f[15] = dscp << 2
		p[0].Send(f)
		p[1].expect(mark)
		sent++
	}
	other := func(tci uint16) {
		mark := fmt.Sprintf("frame %d.", sent)
		p[0].Send(ether(b.hostMAC(1), b.hostMAC(0), tci, mark))
		p[1].expect(mark)
		sent++
	}
	expect := func(what string, counts ...uint64) {
		t.Helper()
		var want [queues]uint64
		copy(want[:], counts)
		if got := b.queued(1); got != want {
			t.Errorf("%s: the queues sent %v, not %v", what, got, want)
		}
	}
	udp(46)
	expect("without QoS", 1)

	b.set(b.ports[1], sai.PortAttrQosTcToQueueMap, b.qosMap(sai.QosMapTypeTcToQueue, classTo(0, 1), classTo(3, 3), classTo(5, 5), classTo(7, 12)))
	udp(46)
	expect("no class but 0", 1, 1)

	global := b.qosMap(sai.QosMapTypeDscpToTc, dscpTo(46, 5))
	b.set(b.sw, sai.SwitchAttrQosDscpToTcMap, global)
	udp(46)
	udp(8)
	expect("the switch's map", 1, 2, 0, 0, 0, 1)

	own := b.qosMap(sai.QosMapTypeDscpToTc, dscpTo(46, 3), dscpTo(1, 7))
	b.set(b.ports[0], sai.PortAttrQosDscpToTcMap, own)
	b.set(b.ports[0], sai.PortAttrQosDot1pToTcMap, b.qosMap(sai.QosMapTypeDot1pToTc, sai.QosMapPair{
		Key: sai.QosMapParams{Dot1p: 6}, Value: sai.QosMapParams{TC: 5}}))
	udp(46)
	udp(1) // to a queue that does not count by itself
	other(6 << 13)
	other(5 << 13)
	other(untagged)
	expect("the port's own maps", 2, 4, 0, 1, 0, 2)

	b.set(own, sai.QosMapAttrMapToValueList, sai.QosMapList{dscpTo(46, 5)})
	udp(46)
	expect("a map that was changed", 2, 4, 0, 1, 0, 3)
	if got, want := b.stat(b.queue(1, 5), int32(sai.QueueStatBytes)), b.stat(b.ports[1], int32(sai.PortStatIfOutOctets)); got == 0 || got >= want {
		t.Errorf("queue 5 sent %d bytes, the port %d", got, want)
	}
	b.set(b.ports[1], sai.PortAttrQosTcToQueueMap, sai.OID(0))
	udp(46)
	expect("no map of queues any more", 3, 4, 0, 1, 0, 3)
}

// TestShaping has a queue and then a port send no more than its scheduler allows.
func TestShaping(t *testing.T) {
	b := newBench(t, 2)
	b.quiet()
	b.access(10, 0, 1)
	st := sai.ObjectTypeScheduler
	b.set(b.ports[0], sai.PortAttrQosDscpToTcMap, b.qosMap(sai.QosMapTypeDscpToTc, dscpTo(46, 5)))
	b.set(b.ports[1], sai.PortAttrQosTcToQueueMap, b.qosMap(sai.QosMapTypeTcToQueue, classTo(5, 5)))
	limit := b.create(st, at(st, sai.SchedulerAttrMeterType, sai.MeterTypePackets), at(st, sai.SchedulerAttrMaxBandwidthRate, uint64(1)),
		at(st, sai.SchedulerAttrMaxBandwidthBurstRate, uint64(9)))
	groups := b.get(b.ports[1], sai.PortAttrQosSchedulerGroupList).(sai.ObjectList)
	of := groups[3+5] // holds queue 5
	p := b.taps()
	burst := func(dscp byte, mark string) {
		f := b.packet(b.hostMAC(1), b.hostMAC(0), "10.0.0.1", "10.0.0.2", 1, mark)
		f[15] = dscp << 2
		for range 50 {
			p[0].Send(f)
		}
		p[0].Send(ether(broadcast, b.hostMAC(0), untagged, "behind "+mark)) // of class 0, and let through when only queue 5 is limited
	}
	b.set(of, sai.SchedulerGroupAttrSchedulerProfileID, limit)
	burst(46, "limited")
	p[1].expect("behind limited")
	passed, dropped := b.stat(b.queue(1, 5), int32(sai.QueueStatPackets)), b.stat(b.queue(1, 5), int32(sai.QueueStatDroppedPackets))
	if passed < 9 || passed > 20 || passed+dropped != 50 {
		t.Errorf("of 50 packets %d passed a limit of 9 and 1 a second, and %d were dropped", passed, dropped)
	}
	if n := b.dropped(swDropDROP_SHAPED); n != dropped {
		t.Errorf("%d drops by reason, %d by queue", n, dropped)
	}
	burst(8, "free")
	p[1].expect("behind free")
	if n := b.stat(b.queue(1, 0), int32(sai.QueueStatDroppedPackets)); n != 0 {
		t.Errorf("queue 0, which has no limit, dropped %d", n)
	}

	b.set(of, sai.SchedulerGroupAttrSchedulerProfileID, sai.OID(0))
	b.set(b.ports[1], sai.PortAttrQosSchedulerProfileID, limit)
	before := b.stat(b.ports[1], int32(sai.PortStatIfOutUcastPkts))
	burst(8, "all limited")
	b.until("drops at the port", func() bool { return b.stat(b.queue(1, 0), int32(sai.QueueStatDroppedPackets)) > 30 })
	if n := b.stat(b.ports[1], int32(sai.PortStatIfOutUcastPkts)) - before; n < 9 || n > 20 {
		t.Errorf("%d packets passed the port's limit of 9 and 1 a second", n)
	}
	b.set(b.ports[1], sai.PortAttrQosSchedulerProfileID, sai.OID(0))
	b.remove(limit)
	burst(46, "free again")
	p[1].expect("behind free again")
}
