package model

import "github.com/hypersonic-nos/hypersonic/sai"

// unicastQueues are those that frames are counted in; what a map sends to others counts in the first.
const unicastQueues = 10

// trafficClass is that of the DSCP, by the map of the port that the frame came in at or else the switch's; of what is not IP, or without such a map,
// that of the tag.
func (p *pass) trafficClass() uint8 {
	otherwise := attr[uint8](p.in, sai.PortAttrQosDefaultTc)
	dscps := p.s.ref(p.in, sai.PortAttrQosDscpToTcMap)
	if dscps == nil {
		dscps = p.s.ref(p.s.sw, sai.SwitchAttrQosDscpToTcMap)
	}
	if dscp, ok := dscpOf(p.f); ok && dscps != nil {
		return mapped(dscps, otherwise, func(k sai.QosMapParams) bool { return k.Dscp == dscp }).TC
	}
	if dot1p := p.s.ref(p.in, sai.PortAttrQosDot1pToTcMap); p.tagged && dot1p != nil {
		return mapped(dot1p, otherwise, func(k sai.QosMapParams) bool { return k.Dot1p == uint8(p.pcp>>13) }).TC
	}
	return otherwise
}

// dscpOf reads the DSCP of an IP packet whose header is there, be it sound or not.
func dscpOf(f Frame) (uint8, bool) {
	b := f.payload()
	switch {
	case f.proto() == typeIPv4 && len(b) >= 20:
		return b[1] >> 2, true
	case f.proto() == typeIPv6 && len(b) >= 40:
		return (b[0]<<4 | b[1]>>4) >> 2, true
	}
	return 0, false
}

// mapped is what a map makes of a key; the traffic class otherwise of one that it does not tell.
func mapped(m *object, otherwise uint8, is func(sai.QosMapParams) bool) sai.QosMapParams {
	found := sai.QosMapParams{TC: otherwise}
	for _, pair := range attr[sai.QosMapList](m, sai.QosMapAttrMapToValueList) {
		if is(pair.Key) {
			found = pair.Value // of several the last counts
		}
	}
	return found
}

// queueOf is the queue that a frame leaves a port by.
func (p *pass) queueOf(port *object) (index uint8) {
	if m := p.s.ref(port, sai.PortAttrQosTcToQueueMap); m != nil {
		index = mapped(m, 0, func(k sai.QosMapParams) bool { return k.TC == p.class }).QueueIndex
	}
	if index >= unicastQueues {
		return 0
	}
	return index
}

// countQueue counts a frame in a queue.
func (p *pass) countQueue(q *object, f Frame) {
	p.count(q, int32(sai.QueueStatPackets), f.frames())
	p.count(q, int32(sai.QueueStatBytes), f.size())
}

// queue finds a queue of a port.
func (s *State) queue(port *object, index uint8) *object {
	for _, q := range s.referring(port, sai.ObjectTypeQueue, sai.QueueAttrPort) {
		if attr[uint8](q, sai.QueueAttrIndex) == index {
			return q
		}
	}
	return nil
}
