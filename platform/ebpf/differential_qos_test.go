package ebpf

import (
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// qosKinds are the maps that the pipeline heeds, and where a port has them.
func qosKinds() map[sai.QosMapType]uint16 {
	return map[sai.QosMapType]uint16{
		sai.QosMapTypeDscpToTc: sai.PortAttrQosDscpToTcMap, sai.QosMapTypeDot1pToTc: sai.PortAttrQosDot1pToTcMap, sai.QosMapTypeTcToQueue: sai.PortAttrQosTcToQueueMap,
	}
}

// sortFrames makes maps, and has ports and the switch use some of them.
func (g *plan) sortFrames() {
	if g.percent(40) {
		return
	}
	t := sai.ObjectTypeQosMap
	for _, kind := range []sai.QosMapType{sai.QosMapTypeDscpToTc, sai.QosMapTypeDot1pToTc, sai.QosMapTypeTcToQueue} {
		for i := range 2 {
			name := fmt.Sprint(kind, i)
			g.create(name, t, at(t, sai.QosMapAttrType, kind), at(t, sai.QosMapAttrMapToValueList, g.pairs(kind)))
			g.qosMaps = append(g.qosMaps, qosMap{name, kind})
		}
	}
	for range 2 * g.ports {
		g.useMap()
	}
}

type qosMap struct {
	name string
	kind sai.QosMapType
}

func (g *plan) pairs(kind sai.QosMapType) (list sai.QosMapList) {
	for range g.IntN(12) {
		var p sai.QosMapPair
		switch kind {
		case sai.QosMapTypeDscpToTc:
			p.Key.Dscp, p.Value.TC = uint8(oneOf(g.dice, 0, 8, 46, g.IntN(64))), uint8(g.IntN(16))
		case sai.QosMapTypeDot1pToTc:
			p.Key.Dot1p, p.Value.TC = uint8(g.IntN(8)), uint8(g.IntN(16))
		default:
			p.Key.TC, p.Value.QueueIndex = uint8(g.IntN(16)), uint8(g.IntN(12))
		}
		list = append(list, p)
	}
	return list
}

// useMap gives a port or the switch a map, or takes one away.
func (g *plan) useMap() {
	m := oneOf(g.dice, g.qosMaps...)
	port, attr := fmt.Sprintf("port%d", g.IntN(g.ports)), qosKinds()[m.kind]
	switch {
	case g.percent(20):
		m.name = "none"
	case g.percent(10) && m.kind == sai.QosMapTypeDscpToTc:
		port, attr = "switch", sai.SwitchAttrQosDscpToTcMap
	case g.percent(10):
		class := uint8(g.IntN(16))
		g.add(fmt.Sprintf("%s: traffic class %d", port, class), func(w *world) { w.put(w.oids[port], sai.PortAttrQosDefaultTc, class) })
		return
	}
	g.add(fmt.Sprintf("%s: %v %s", port, m.kind, m.name), func(w *world) { w.put(w.oids[port], attr, w.oids[m.name]) })
}

func (g *plan) changeSorting() {
	if len(g.qosMaps) == 0 {
		return
	}
	if g.percent(50) {
		g.useMap()
		return
	}
	m := oneOf(g.dice, g.qosMaps...)
	list := g.pairs(m.kind)
	g.add(fmt.Sprintf("%s: %v", m.name, list), func(w *world) { w.put(w.oids[m.name], sai.QosMapAttrMapToValueList, list) })
}

// compareQueues compares the counters of all queues.
func (w *world) compareQueues() string {
	w.Helper()
	var b strings.Builder
	stats := []int32{int32(sai.QueueStatPackets), int32(sai.QueueStatBytes), int32(sai.QueueStatDroppedPackets)}
	for i, port := range w.ports {
		queues, _ := w.get(port, sai.PortAttrQosQueueList).(sai.ObjectList)
		requests := make([]sai.StatsRequest, len(queues))
		for j, q := range queues {
			requests[j] = sai.StatsRequest{Object: object(q), Stats: stats}
		}
		read := func(a *virtual.ASIC) []sai.StatsResult { return a.GetStats(w.Context(), sai.ObjectTypeQueue, requests) }
		kernel, model := read(w.ASIC.ASIC), read(w.twin)
		for j := range kernel {
			if fmt.Sprint(kernel[j]) != fmt.Sprint(model[j]) {
				fmt.Fprintf(&b, "port%d queue %d: %v: the kernel has %v, the model %v\n", i, j, stats, kernel[j], model[j])
			}
		}
	}
	return b.String()
}
