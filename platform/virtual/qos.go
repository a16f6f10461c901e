package virtual

import "github.com/hypersonic-nos/hypersonic/sai"

// Queues and priority groups of a BCM56850, as SONiC's virtual switch has them (sonic-contract 3.7).
const (
	priorityGroups  = 8
	unicastQueues   = 10
	multicastQueues = 10
	cpuQueues       = 32
)

func (a *ASIC) makePriorityGroups(port *object) {
	for i := range uint8(priorityGroups) {
		a.give(port, a.make(sai.ObjectTypeIngressPriorityGroup,
			with(sai.IngressPriorityGroupAttrBufferProfile, sai.OID(0)),
			with(sai.IngressPriorityGroupAttrPort, port.id.OID),
			with(sai.IngressPriorityGroupAttrIndex, i),
		))
	}
}

// makeQueues makes the unicast queues and then the multicast queues, with indexes that go on.
func (a *ASIC) makeQueues(port *object) {
	for i := range uint8(unicastQueues + multicastQueues) {
		kind := sai.QueueTypeUnicast
		if i >= unicastQueues {
			kind = sai.QueueTypeMulticast
		}
		a.makeQueue(port, kind, i)
	}
}

// makeCPUQueues makes the queues of the CPU port, which are all multicast.
func (a *ASIC) makeCPUQueues() {
	for i := range uint8(cpuQueues) {
		a.makeQueue(a.cpu, sai.QueueTypeMulticast, i)
	}
}

func (a *ASIC) makeQueue(port *object, kind sai.QueueType, index uint8) {
	a.give(port, a.make(sai.ObjectTypeQueue,
		with(sai.QueueAttrType, kind),
		with(sai.QueueAttrIndex, index),
		with(sai.QueueAttrPort, port.id.OID),
	))
}

// makeSchedulerGroups makes the 13 groups of a port: group 0 holds 1 and 2, group 1 holds 3 to 10, group 2 holds 11 and 12, and of the
// last ten each holds one unicast and one multicast queue.
func (a *ASIC) makeSchedulerGroups(port *object) {
	groups := make([]*object, 3+unicastQueues)
	for i := range groups {
		groups[i] = a.make(sai.ObjectTypeSchedulerGroup, with(sai.SchedulerGroupAttrPortID, port.id.OID))
		a.give(port, groups[i])
	}
	queues := owned(port, sai.ObjectTypeQueue)
	a.makeChildren(groups[0], groups[1].id.OID, groups[2].id.OID)
	a.makeChildren(groups[1], ids(groups[3:11])...)
	a.makeChildren(groups[2], ids(groups[11:])...)
	for i, group := range groups[3:] {
		a.makeChildren(group, queues[i], queues[unicastQueues+i])
	}
}

func (a *ASIC) makeChildren(group *object, children ...sai.OID) {
	m := sai.ObjectTypeSchedulerGroup.Meta()
	a.assign(group, m.Attr(sai.SchedulerGroupAttrChildCount), uint32(len(children)))
	a.assign(group, m.Attr(sai.SchedulerGroupAttrChildList), sai.ObjectList(children))
}

// owned lists the ids of what a port owns of a type, in the order of their making.
func owned(port *object, t sai.ObjectType) sai.ObjectList {
	var list sai.ObjectList
	for _, o := range port.owned {
		if o.id.Type == t {
			list = append(list, o.id.OID)
		}
	}
	return list
}

func ids(objects []*object) []sai.OID {
	list := make([]sai.OID, len(objects))
	for i, o := range objects {
		list[i] = o.id.OID
	}
	return list
}
