package tables

import "github.com/hypersonic-nos/hypersonic/db"

// Config lists the tables of CONFIG_DB that have types here, for whoever checks a whole configuration.
func Config() []*db.Schema {
	return []*db.Schema{
		ConfigDeviceMetadata.Schema, ConfigPort.Schema, ConfigVlan.Schema, ConfigVlanMember.Schema, ConfigFdb.Schema, ConfigLag.Schema,
		ConfigLagMember.Schema, ConfigInterface.Schema, ConfigLagInterface.Schema, ConfigVlanInterface.Schema, ConfigLoopbackInterface.Schema,
		ConfigSubInterface.Schema, ConfigVrf.Schema, ConfigNeigh.Schema, ConfigStaticRoute.Schema, ConfigWarmRestart.Schema,
		ConfigBgpNeighbor.Schema, ConfigBgpPeerGroup.Schema, ConfigBgpPeerRange.Schema, ConfigBgpGlobals.Schema, ConfigBgpGlobalsAf.Schema,
		ConfigBgpNetwork.Schema, ConfigBgpAggregate.Schema, ConfigBgpListen.Schema, ConfigBgpDeviceGlobal.Schema, ConfigBgpNeighborAf.Schema,
		ConfigBgpPeerGroupAf.Schema, ConfigRouteMap.Schema, ConfigPrefixSet.Schema, ConfigPrefix.Schema, ConfigCommunitySet.Schema,
		ConfigExtCommunitySet.Schema, ConfigASPathSet.Schema, ConfigRedistribute.Schema, ConfigBfdSingleHop.Schema, ConfigBfdMultiHop.Schema,
		ConfigBgpMonitor.Schema, ConfigBgpSentinel.Schema, ConfigBgpBBR.Schema, ConfigBgpAggregateAddress.Schema, ConfigBgpPrefixList.Schema,
		ConfigBgpAllowed.Schema, ConfigDeviceNeighbor.Schema, ConfigDeviceNeighborMetadata.Schema, ConfigFeature.Schema,
		ConfigFlexCounter.Schema, ConfigCrm.Schema, ConfigSwitchHash.Schema, ConfigBreakout.Schema,
		ConfigCoppGroup.Schema, ConfigCoppTrap.Schema, ConfigPolicer.Schema, ConfigStorm.Schema,
		ConfigAclTable.Schema, ConfigAclTableType.Schema, ConfigAclRule.Schema,
		ConfigVxlanTunnel.Schema, ConfigVxlanMap.Schema, ConfigVxlanNvo.Schema, ConfigSuppressNeigh.Schema, ConfigSag.Schema,
		ConfigMirrorSession.Schema,
		ConfigNtp.Schema, ConfigNtpServer.Schema, ConfigSyslogServer.Schema, ConfigDnsServer.Schema, ConfigBanner.Schema, ConfigLldp.Schema,
		ConfigLldpPort.Schema, ConfigSflow.Schema, ConfigSflowCollector.Schema, ConfigSflowSession.Schema,
		ConfigDscpToTC.Schema, ConfigDot1pToTC.Schema, ConfigMplsToTC.Schema, ConfigTCToQueue.Schema, ConfigTCToPG.Schema, ConfigTCToDscp.Schema,
		ConfigTCToDot1p.Schema, ConfigPfcToPG.Schema, ConfigPfcToQueue.Schema, ConfigDscpToFC.Schema, ConfigExpToFC.Schema, ConfigScheduler.Schema,
		ConfigBufferPool.Schema, ConfigBufferProfile.Schema, ConfigBufferPG.Schema, ConfigBufferQueue.Schema, ConfigBufferIngress.Schema,
		ConfigBufferEgress.Schema, ConfigCable.Schema, ConfigWatermark.Schema, ConfigPfcWd.Schema, ConfigWred.Schema, ConfigQueue.Schema, ConfigPortQos.Schema,
		ConfigRouteMapSet.Schema, ConfigDhcpRelay.Schema, ConfigDhcpv4Relay.Schema, ConfigGnmi.Schema, ConfigGnmiClient.Schema,
	}
}
