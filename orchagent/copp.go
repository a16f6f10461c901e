package orchagent

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func registerCopp(e *engine.Engine, redis db.Store) {
	e.Source(redis, engine.Normal, tables.ApplCopp.Schema)
	e.Sink(redis, tables.StateCoppTrapHw.Schema, tables.CountersTrapName.Schema)
	engine.On(e, tables.ApplCopp, copp)
	engine.On(e, tables.FactSwitch, defaultTraps)
}

// anyTrap names the entry of the host interface table for all traps that have none of their own.
const anyTrap = "default"

// defaultTraps wants what CoppOrch begins with: trapped frames reach the host interface of their port, and expired TTLs are trapped by the ASIC's own group.
func defaultTraps(tx *engine.Tx, _ string, _ tables.SwitchFact) error {
	engine.Want(tx, sai.HostifTableEntryKey{Name: anyTrap}, sai.HostifTableEntryTypeAttr(sai.HostifTableEntryTypeWildcard),
		sai.HostifTableEntryChannelTypeAttr(sai.HostifTableEntryChannelTypeNetdevPhysicalPort))
	wantTrap(tx, "ttl_error", sai.HostifTrapTypeTtlError, sai.HostifTrapPacketAction(sai.PacketActionTrap), sai.HostifTrapTrapPriority(1),
		sai.HostifTrapTrapGroup(sai.HostifTrapGroupKey{Name: tables.CoppDefaultGroup}))
	return nil
}

// copp wants a group, its policer and its traps.
func copp(tx *engine.Tx, name string, r tables.CoppRow) error {
	group := sai.HostifTrapGroupKey{Name: name}
	var attrs []engine.Attr[sai.HostifTrapGroupKey]
	attrs = given(attrs, r.Queue, sai.HostifTrapGroupQueue)
	if r.MeterType != nil || r.Mode != nil || r.CIR != nil {
		policer := sai.PolicerKey{Name: "COPP_TABLE:" + name}
		engine.Want(tx, policer, policerAttrs(tables.PolicerRow{
			MeterType: r.MeterType, Mode: r.Mode, Color: r.Color, CIR: r.CIR, CBS: r.CBS, PIR: r.PIR, PBS: r.PBS, Green: r.Green, Yellow: r.Yellow, Red: r.Red,
		})...)
		attrs = append(attrs, sai.HostifTrapGroupPolicer(policer))
	}
	if name == tables.CoppDefaultGroup {
		engine.Set(tx, group, attrs...)
	} else {
		engine.Want(tx, group, attrs...)
	}
	action := sai.PacketActionTrap
	if r.TrapAction != nil {
		action = sai.PacketAction(*r.TrapAction)
	}
	trap := []engine.Attr[sai.HostifTrapKey]{sai.HostifTrapPacketAction(action)}
	if action == sai.PacketActionTrap || action == sai.PacketActionCopy {
		trap = append(given(trap, r.TrapPriority, sai.HostifTrapTrapPriority), sai.HostifTrapTrapGroup(group))
	}
	known := trapTypes()
	for _, id := range r.TrapIDs {
		t, ok := known[id]
		if !ok {
			complain(tx, "trap_ids", id, "is no trap")
			continue
		}
		wantTrap(tx, id, t, trap...)
	}
	return nil
}

// wantTrap wants a trap, counted if traps are.
func wantTrap(tx *engine.Tx, id string, t sai.HostifTrapType, attrs ...engine.Attr[sai.HostifTrapKey]) {
	k := sai.HostifTrapKey{Type: t}
	if polled(tx, tables.FlexTrap) {
		counter := sai.CounterKey{Name: "TRAP:" + id}
		engine.Want(tx, counter, sai.CounterTypeAttr(sai.CounterTypeRegular))
		attrs = append(attrs, sai.HostifTrapCounterID(counter))
		engine.PublishIdentity(tx, tables.CountersTrapName, id, counter)
		poll(tx, tables.FlexTrapGroup, counter, tables.FlexObjectRow{Flow: names(sai.CounterStatPackets, sai.CounterStatBytes)})
	}
	engine.Want(tx, k, attrs...)
	engine.Publish(tx, tables.StateCoppTrapHw, id, tables.CoppHardwareRow{Status: tables.CoppInstalled}, k)
}

// trapTypes are the names that SONiC has for traps.
func trapTypes() map[string]sai.HostifTrapType {
	return map[string]sai.HostifTrapType{
		"stp": sai.HostifTrapTypeStp, "lacp": sai.HostifTrapTypeLacp, "eapol": sai.HostifTrapTypeEapol, "lldp": sai.HostifTrapTypeLldp,
		"pvrst": sai.HostifTrapTypePvrst, "igmp_query": sai.HostifTrapTypeIgmpTypeQuery, "igmp_leave": sai.HostifTrapTypeIgmpTypeLeave,
		"igmp_v1_report": sai.HostifTrapTypeIgmpTypeV1Report, "igmp_v2_report": sai.HostifTrapTypeIgmpTypeV2Report,
		"igmp_v3_report": sai.HostifTrapTypeIgmpTypeV3Report, "sample_packet": sai.HostifTrapTypeSamplepacket, "udld": sai.HostifTrapTypeUdld,
		"switch_cust_range": sai.HostifTrapTypeSwitchCustomRangeBase, "arp_req": sai.HostifTrapTypeArpRequest, "arp_resp": sai.HostifTrapTypeArpResponse,
		"dhcp": sai.HostifTrapTypeDhcp, "ospf": sai.HostifTrapTypeOspf, "pim": sai.HostifTrapTypePim, "vrrp": sai.HostifTrapTypeVrrp,
		"bgp": sai.HostifTrapTypeBgp, "dhcpv6": sai.HostifTrapTypeDhcpv6, "ospfv6": sai.HostifTrapTypeOspfv6, "isis": sai.HostifTrapTypeIsis,
		"vrrpv6": sai.HostifTrapTypeVrrpv6, "bgpv6": sai.HostifTrapTypeBgpv6, "neigh_discovery": sai.HostifTrapTypeIPv6NeighborDiscovery,
		"mld_v1_v2": sai.HostifTrapTypeIPv6MldV1V2, "mld_v1_report": sai.HostifTrapTypeIPv6MldV1Report, "mld_v1_done": sai.HostifTrapTypeIPv6MldV1Done,
		"mld_v2_report": sai.HostifTrapTypeMldV2Report, "ip2me": sai.HostifTrapTypeIp2me, "ssh": sai.HostifTrapTypeSsh, "snmp": sai.HostifTrapTypeSnmp,
		"router_custom_range": sai.HostifTrapTypeRouterCustomRangeBase, "l3_mtu_error": sai.HostifTrapTypeL3MtuError,
		"ttl_error": sai.HostifTrapTypeTtlError, "bfd": sai.HostifTrapTypeBfd, "bfdv6": sai.HostifTrapTypeBfdv6, "ldp": sai.HostifTrapTypeLdp,
		"bfd_micro": sai.HostifTrapTypeBfdMicro, "bfdv6_micro": sai.HostifTrapTypeBfdv6Micro, "src_nat_miss": sai.HostifTrapTypeSnatMiss,
		"dest_nat_miss": sai.HostifTrapTypeDnatMiss, "neighbor_miss": sai.HostifTrapTypeNeighborMiss,
	}
}
