package orchagent

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// flexGroups wants polled as it is configured, or not at all.
func flexGroups(tx *engine.Tx, _ string, _ tables.SwitchFact) error {
	for _, g := range tables.FlexGroups() {
		c, _ := engine.Get(tx, tables.ConfigFlexCounter, g.Config)
		row := tables.FlexGroupRow{
			PollInterval: g.Interval, StatsMode: tables.StatsModeRead, Status: tables.Enable(c.Enabled()), BulkChunkSizePerPrefix: c.BulkChunkSizePerPrefix,
		}
		if g.Clear {
			row.StatsMode = tables.StatsModeReadAndClear
		}
		if c.PollInterval != nil && *c.PollInterval > 0 {
			row.PollInterval = *c.PollInterval
		}
		if c.BulkChunkSize != nil {
			row.BulkChunkSize = *c.BulkChunkSize
		}
		engine.Want(tx, PollGroupKey{Name: g.Name}, engine.Attr[PollGroupKey]{Value: row})
	}
	return nil
}

// poll has counters of an object polled.
func poll(tx *engine.Tx, group string, of engine.Key, row tables.FlexObjectRow) {
	engine.Want(tx, PollKey{Group: group, Of: of}, engine.Attr[PollKey]{Value: row})
}

// pollAcl has the counter of a rule polled, packets and bytes, if those of ACLs are.
func pollAcl(tx *engine.Tx, counter sai.AclCounterKey) {
	if polled(tx, tables.FlexAcl) {
		m := sai.ObjectTypeAclCounter.Meta()
		poll(tx, tables.FlexAclGroup, counter, tables.FlexObjectRow{Acl: m.Attr(sai.AclCounterAttrPackets).Name + "," + m.Attr(sai.AclCounterAttrBytes).Name})
	}
}

func polled(tx *engine.Tx, group string) bool {
	c, _ := engine.Get(tx, tables.ConfigFlexCounter, group)
	return c.Enabled()
}

// counters are what is polled of each type of object, and in which field of FLEX_COUNTER_DB it is told.
type counters struct {
	port, portDrop, queue, queueWatermark, pgDrop, pgWatermark, rif tables.FlexObjectRow
}

func newCounters() *counters {
	return &counters{
		port:           tables.FlexObjectRow{Port: names(portCounters()...)},
		portDrop:       tables.FlexObjectRow{Port: names(sai.PortStatInDroppedPkts, sai.PortStatOutDroppedPkts)},
		queue:          tables.FlexObjectRow{Queue: names(sai.QueueStatPackets, sai.QueueStatBytes, sai.QueueStatDroppedPackets, sai.QueueStatDroppedBytes, sai.QueueStatTrimPackets)},
		queueWatermark: tables.FlexObjectRow{Queue: names(sai.QueueStatSharedWatermarkBytes)},
		pgDrop:         tables.FlexObjectRow{PG: names(sai.IngressPriorityGroupStatDroppedPackets)},
		pgWatermark:    tables.FlexObjectRow{PG: names(sai.IngressPriorityGroupStatXoffRoomWatermarkBytes, sai.IngressPriorityGroupStatSharedWatermarkBytes)},
		rif: tables.FlexObjectRow{Rif: names(sai.RouterInterfaceStatInPackets, sai.RouterInterfaceStatInOctets, sai.RouterInterfaceStatInErrorPackets,
			sai.RouterInterfaceStatInErrorOctets, sai.RouterInterfaceStatOutPackets, sai.RouterInterfaceStatOutOctets,
			sai.RouterInterfaceStatOutErrorPackets, sai.RouterInterfaceStatOutErrorOctets)},
	}
}

func names[S interface{ String() string }](stats ...S) string {
	texts := make([]string, len(stats))
	for i, s := range stats {
		texts[i] = s.String()
	}
	return strings.Join(texts, ",")
}

// ofPort has the counters of a port, and of its queues and priority groups, polled.
func (c *counters) ofPort(tx *engine.Tx, name string, r tables.PortRow) error {
	if name == tables.PortConfigDone || name == tables.PortInitDone || len(r.Lanes) == 0 {
		return nil
	}
	p := sai.PortKey{Name: name}
	if polled(tx, tables.FlexPort) {
		poll(tx, tables.FlexPortGroup, p, c.port)
	}
	if polled(tx, tables.FlexPortDrop) {
		poll(tx, tables.FlexPortDropGroup, p, c.portDrop)
	}
	queues, queueMarks := polled(tx, tables.FlexQueue), polled(tx, tables.FlexQueueWatermark)
	drops, groupMarks := polled(tx, tables.FlexPGDrop), polled(tx, tables.FlexPGWatermark)
	parts := partsOf(tx, name)
	if queues || queueMarks {
		c.ofQueues(tx, p, parts.Queues, queues, queueMarks)
	}
	if drops || groupMarks {
		c.ofGroups(tx, p, parts.PriorityGroups, drops, groupMarks)
	}
	return nil
}

func (c *counters) ofQueues(tx *engine.Tx, p sai.PortKey, types []string, stats, marks bool) {
	for i, kind := range types {
		q, index := sai.QueueKey{Port: p, Index: uint8(i)}, decimal(i)
		engine.PublishIdentity(tx, tables.CountersQueueName, p.Name+":"+index, q)
		engine.PublishIdentityByIdentity(tx, tables.CountersQueuePort, q, p)
		engine.PublishByIdentity(tx, tables.CountersQueueIndex, q, index)
		engine.PublishByIdentity(tx, tables.CountersQueueType, q, kind)
		if stats {
			poll(tx, tables.FlexQueueGroup, q, c.queue)
		}
		if marks {
			poll(tx, tables.FlexQueueWatermarkGroup, q, c.queueWatermark)
		}
	}
}

func (c *counters) ofGroups(tx *engine.Tx, p sai.PortKey, n uint8, drops, marks bool) {
	for i := range int(n) {
		g, index := sai.IngressPriorityGroupKey{Port: p, Index: uint8(i)}, decimal(i)
		engine.PublishIdentity(tx, tables.CountersPGName, p.Name+":"+index, g)
		engine.PublishIdentityByIdentity(tx, tables.CountersPGPort, g, p)
		engine.PublishByIdentity(tx, tables.CountersPGIndex, g, index)
		if drops {
			poll(tx, tables.FlexPGDropGroup, g, c.pgDrop)
		}
		if marks {
			poll(tx, tables.FlexPGWatermarkGroup, g, c.pgWatermark)
		}
	}
}

// ofInterface has the counters of a router interface polled.
func (c *counters) ofInterface(tx *engine.Tx, k tables.InterfaceKey, _ tables.InterfaceRow) error {
	if !k.Prefix.IsValid() && !isLoopback(k.Name) && polled(tx, tables.FlexRif) {
		poll(tx, tables.FlexRifGroup, sai.RouterInterfaceKey{Name: k.Name}, c.rif)
	}
	return nil
}

// portCounters are those of SONiC's port group, in its order.
func portCounters() []sai.PortStat {
	return []sai.PortStat{
		sai.PortStatIfInOctets, sai.PortStatIfInUcastPkts, sai.PortStatIfInNonUcastPkts, sai.PortStatIfInDiscards, sai.PortStatIfInErrors,
		sai.PortStatIfInUnknownProtos, sai.PortStatIfOutOctets, sai.PortStatIfOutUcastPkts, sai.PortStatIfOutNonUcastPkts, sai.PortStatIfOutDiscards,
		sai.PortStatIfOutErrors, sai.PortStatIfOutQlen, sai.PortStatIfInMulticastPkts, sai.PortStatIfInBroadcastPkts, sai.PortStatIfOutMulticastPkts,
		sai.PortStatIfOutBroadcastPkts, sai.PortStatEtherRxOversizePkts, sai.PortStatEtherTxOversizePkts,
		sai.PortStatEtherInPkts64Octets, sai.PortStatEtherInPkts65To127Octets, sai.PortStatEtherInPkts128To255Octets,
		sai.PortStatEtherInPkts256To511Octets, sai.PortStatEtherInPkts512To1023Octets, sai.PortStatEtherInPkts1024To1518Octets,
		sai.PortStatEtherInPkts1519To2047Octets, sai.PortStatEtherInPkts2048To4095Octets, sai.PortStatEtherInPkts4096To9216Octets,
		sai.PortStatEtherInPkts9217To16383Octets,
		sai.PortStatEtherOutPkts64Octets, sai.PortStatEtherOutPkts65To127Octets, sai.PortStatEtherOutPkts128To255Octets,
		sai.PortStatEtherOutPkts256To511Octets, sai.PortStatEtherOutPkts512To1023Octets, sai.PortStatEtherOutPkts1024To1518Octets,
		sai.PortStatEtherOutPkts1519To2047Octets, sai.PortStatEtherOutPkts2048To4095Octets, sai.PortStatEtherOutPkts4096To9216Octets,
		sai.PortStatEtherOutPkts9217To16383Octets,
		sai.PortStatPfc0TxPkts, sai.PortStatPfc1TxPkts, sai.PortStatPfc2TxPkts, sai.PortStatPfc3TxPkts,
		sai.PortStatPfc4TxPkts, sai.PortStatPfc5TxPkts, sai.PortStatPfc6TxPkts, sai.PortStatPfc7TxPkts,
		sai.PortStatPfc0RxPkts, sai.PortStatPfc1RxPkts, sai.PortStatPfc2RxPkts, sai.PortStatPfc3RxPkts,
		sai.PortStatPfc4RxPkts, sai.PortStatPfc5RxPkts, sai.PortStatPfc6RxPkts, sai.PortStatPfc7RxPkts,
		sai.PortStatPauseRxPkts, sai.PortStatPauseTxPkts, sai.PortStatEtherStatsTxNoErrors, sai.PortStatIPInUcastPkts,
		sai.PortStatEtherStatsJabbers, sai.PortStatEtherStatsFragments, sai.PortStatEtherStatsUndersizePkts, sai.PortStatIPInReceives,
		sai.PortStatIfInFecCorrectableFrames, sai.PortStatIfInFecNotCorrectableFrames, sai.PortStatIfInFecSymbolErrors,
		sai.PortStatIfInFecCodewordErrorsS0, sai.PortStatIfInFecCodewordErrorsS1, sai.PortStatIfInFecCodewordErrorsS2, sai.PortStatIfInFecCodewordErrorsS3,
		sai.PortStatIfInFecCodewordErrorsS4, sai.PortStatIfInFecCodewordErrorsS5, sai.PortStatIfInFecCodewordErrorsS6, sai.PortStatIfInFecCodewordErrorsS7,
		sai.PortStatIfInFecCodewordErrorsS8, sai.PortStatIfInFecCodewordErrorsS9, sai.PortStatIfInFecCodewordErrorsS10, sai.PortStatIfInFecCodewordErrorsS11,
		sai.PortStatIfInFecCodewordErrorsS12, sai.PortStatIfInFecCodewordErrorsS13, sai.PortStatIfInFecCodewordErrorsS14, sai.PortStatIfInFecCodewordErrorsS15,
		sai.PortStatIfInFecCorrectedBits, sai.PortStatTrimPackets,
	}
}
