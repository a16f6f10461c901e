package cfgmgr

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// registerRouting adds the translations to lines of FRR's configuration, of both dialects.
func registerRouting(e *engine.Engine) {
	engine.On(e, tables.ConfigDeviceMetadata, bgpDevice)
	engine.On(e, tables.ConfigStaticRoute, staticRedistribution)
	engine.On(e, tables.ConfigBgpNeighbor, bgpNeighbor)
	engine.On(e, tables.ConfigBgpPeerRange, bgpPeerRange)
	engine.On(e, tables.ConfigBgpDeviceGlobal, bgpDeviceGlobal)
	engine.On(e, tables.ConfigBgpMonitor, bgpMonitor)
	engine.On(e, tables.ConfigBgpSentinel, bgpSentinel)
	engine.On(e, tables.ConfigBgpBBR, bgpBBR)
	engine.On(e, tables.ConfigBgpAggregateAddress, bgpAggregateAddress)
	engine.On(e, tables.ConfigBgpPrefixList, bgpPrefixList)
	engine.On(e, tables.ConfigBgpAllowed, bgpAllowed)
	engine.On(e, tables.ConfigVrf, vrfVNI)

	engine.On(e, tables.ConfigBgpGlobals, bgpGlobals)
	engine.On(e, tables.ConfigBgpGlobalsAf, bgpGlobalsAf)
	engine.On(e, tables.ConfigBgpNetwork, bgpNetwork)
	engine.On(e, tables.ConfigBgpAggregate, bgpAggregate)
	engine.On(e, tables.ConfigBgpListen, bgpListen)
	engine.On(e, tables.ConfigBgpPeerGroup, bgpPeerGroup)
	engine.On(e, tables.ConfigBgpPeerGroupAf, bgpPeerGroupAf)
	engine.On(e, tables.ConfigBgpNeighborAf, bgpNeighborAf)
	engine.On(e, tables.ConfigRedistribute, redistribute)
	engine.On(e, tables.ConfigRouteMap, routeMapStatement)
	engine.On(e, tables.ConfigPrefixSet, prefixSet)
	engine.On(e, tables.ConfigPrefix, prefix)
	engine.On(e, tables.ConfigCommunitySet, communitySet)
	engine.On(e, tables.ConfigExtCommunitySet, extCommunitySet)
	engine.On(e, tables.ConfigASPathSet, asPathSet)
	engine.On(e, tables.ConfigBfdSingleHop, bfdSingleHop)
	engine.On(e, tables.ConfigBfdMultiHop, bfdMultiHop)
}

// routingSources are the tables that only registerRouting's translations read.
func routingSources() []*db.Schema {
	return []*db.Schema{
		tables.ConfigBgpNeighbor.Schema, tables.ConfigBgpPeerGroup.Schema, tables.ConfigBgpPeerRange.Schema, tables.ConfigBgpGlobals.Schema,
		tables.ConfigBgpGlobalsAf.Schema, tables.ConfigBgpNetwork.Schema, tables.ConfigBgpAggregate.Schema, tables.ConfigBgpListen.Schema,
		tables.ConfigBgpDeviceGlobal.Schema, tables.ConfigBgpNeighborAf.Schema, tables.ConfigBgpPeerGroupAf.Schema, tables.ConfigRouteMap.Schema,
		tables.ConfigPrefixSet.Schema, tables.ConfigPrefix.Schema, tables.ConfigCommunitySet.Schema, tables.ConfigExtCommunitySet.Schema,
		tables.ConfigBgpMonitor.Schema, tables.ConfigBgpSentinel.Schema, tables.ConfigBgpBBR.Schema, tables.ConfigBgpAggregateAddress.Schema,
		tables.ConfigBgpPrefixList.Schema, tables.ConfigBgpAllowed.Schema,
		tables.ConfigASPathSet.Schema, tables.ConfigRedistribute.Schema, tables.ConfigBfdSingleHop.Schema, tables.ConfigBfdMultiHop.Schema,
	}
}

// vrfVNI tells zebra which VXLAN carries the routes of a VRF.
func vrfVNI(tx *engine.Tx, name string, r tables.VrfRow) error {
	if checkVrf(name) != nil || r.VNI == nil || *r.VNI == 0 { // what is wrong with the row is told by the translation of the VRF itself
		return nil
	}
	f := &frrLines{tx: tx}
	f.want(frr.Block{Daemon: frr.Zebra}.In("vrf", name).Line("vni").Number(uint64(*r.VNI)).Anew())
	return f.err
}
