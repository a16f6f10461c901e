package orchagent

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// CPU names the CPU port among the ports.
const CPU = "CPU"

// Config is what translations need to know and no table says.
type Config struct {
	// SuppressFIBPending publishes an answer for every route that the ASIC took or refused (DEVICE_METADATA suppress-fib-pending). Like
	// SONiC's orchagent -F it is decided at the start.
	SuppressFIBPending bool
}

// Register gives the engine every translation of orchagent. SONiC's databases are read from and published to redis; facts is the
// memory that Events writes to. Link state is the urgent lane, routes and addresses are the bulk lane.
func Register(e *engine.Engine, redis, facts db.Store, c Config) {
	e.Source(facts, engine.Urgent, tables.FactPortOper.Schema)
	e.Source(facts, engine.Normal, tables.FactSwitch.Schema, tables.FactFdbFlush.Schema, tables.FactPortCapability.Schema, tables.FactPortLink.Schema,
		tables.FactPortParts.Schema)
	e.Source(facts, engine.Bulk, tables.FactFdb.Schema)
	e.Source(redis, engine.Urgent, tables.ApplLag.Schema, tables.ApplLagMember.Schema)
	e.Source(redis, engine.Normal, tables.ApplPort.Schema, tables.ApplVlan.Schema, tables.ApplVlanMember.Schema,
		tables.ApplInterface.Schema, tables.ApplVrf.Schema, tables.ApplSwitch.Schema, tables.ApplNeigh.Schema, tables.ApplNexthopGroup.Schema)
	e.Source(redis, engine.Bulk, tables.ApplFdb.Schema)
	e.Source(redis, engine.Bulk, tables.ApplRoute.Schema)
	e.Source(redis, engine.Normal, tables.ConfigFlexCounter.Schema, tables.ApplSag.Schema)
	e.Sink(redis, Published()...)

	engine.On(e, tables.ApplPort, port)
	engine.On(e, tables.ApplVlan, vlan)
	engine.On(e, tables.ApplVlanMember, vlanMember)
	engine.On(e, tables.ApplLag, lag)
	engine.On(e, tables.ApplLagMember, lagMember)
	engine.On(e, tables.ApplInterface, routerInterface)
	engine.On(e, tables.ApplVrf, vrf)
	engine.On(e, tables.ApplNeigh, neighbor)
	engine.On(e, tables.ApplFdb, staticFdb)
	engine.On(e, tables.FactFdb, learnedFdb)
	engine.On(e, tables.FactPortOper, flushOnDown)
	engine.On(e, tables.ApplLagOper, flushOnLagDown)
	engine.On(e, tables.FactFdbFlush, flushOnRequest)
	engine.On(e, tables.ApplSwitch, switchAttributes)
	engine.On(e, tables.FactSwitch, switchFacts)
	engine.On(e, tables.ApplNexthopGroup, nexthopGroup)
	polls := newCounters()
	engine.On(e, tables.FactSwitch, flexGroups)
	engine.On(e, tables.ApplPort, polls.ofPort)
	engine.On(e, tables.ApplInterface, polls.ofInterface)
	registerAcl(e, redis, facts)
	registerQos(e, redis)
	registerBuffers(e, redis)
	registerHash(e, redis, facts)
	registerCrm(e, redis, facts)
	registerVxlan(e, redis)
	registerCopp(e, redis)
	registerPolicer(e, redis)
	registerMirror(e, redis, registerRoutes(e, c))
	registerSflow(e, redis)
}

// Published are the tables that the translations write. They are named so that rows that nobody wants any more are found at the start, even if none is
// written.
func Published() []*db.Schema {
	return []*db.Schema{
		tables.ApplPortOper.Schema, tables.ApplNeighResolve.Schema, tables.StatePortAsic.Schema, tables.StateFdb.Schema,
		tables.StateVrfObject.Schema, tables.StateSwitchCapability.Schema,
		tables.CountersPortName.Schema, tables.CountersLagName.Schema, tables.CountersRifName.Schema,
		tables.CountersRifType.Schema, tables.CountersQueueName.Schema, tables.CountersQueuePort.Schema, tables.CountersQueueIndex.Schema,
		tables.CountersQueueType.Schema, tables.CountersPGName.Schema, tables.CountersPGPort.Schema, tables.CountersPGIndex.Schema,
	}
}

// Kinds are the kinds of SAI objects that translations want or set.
func Kinds() []*engine.Kind {
	return []*engine.Kind{
		sai.KindAclTable, sai.KindAclTableGroup, sai.KindAclTableGroupMember, sai.KindAclEntry, sai.KindAclCounter, sai.KindAclRange,
		sai.KindQosMap, sai.KindScheduler, sai.KindWred, sai.KindBufferPool, sai.KindBufferProfile,
		sai.KindPolicer, sai.KindHostifTrapGroup, sai.KindHostifTrap, sai.KindHostifTableEntry, sai.KindCounter,
		sai.KindSwitch, sai.KindHash, sai.KindPort, sai.KindHostif, sai.KindVlan, sai.KindVlanMember, sai.KindBridgePort, sai.KindLag, sai.KindLagMember,
		sai.KindVirtualRouter, sai.KindRouterInterface, sai.KindNeighborEntry, sai.KindNextHop, sai.KindNextHopGroup,
		sai.KindBridge, sai.KindTunnelMap, sai.KindTunnelMapEntry, sai.KindTunnel, sai.KindTunnelTermTableEntry,
		sai.KindMirrorSession, sai.KindSamplepacket,
		sai.KindNextHopGroupMember, sai.KindRouteEntry, sai.KindFdbEntry, sai.KindFdbFlush,
	}
}
