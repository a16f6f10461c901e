package conformance

import (
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

func testTrap(b *bench) {
	group, trap := sai.ObjectTypeHostifTrapGroup, sai.ObjectTypeHostifTrap
	g := b.create(group, b.at(group, sai.HostifTrapGroupAttrQueue, uint32(4)))
	make := func(kind sai.HostifTrapType) (sai.OID, sai.Status) {
		return b.tryCreate(trap, b.at(trap, sai.HostifTrapAttrTrapType, kind),
			b.at(trap, sai.HostifTrapAttrPacketAction, sai.PacketActionTrap), b.at(trap, sai.HostifTrapAttrTrapGroup, g))
	}
	arp, st := make(sai.HostifTrapTypeArpRequest)
	b.want(st, sai.StatusSuccess)
	_, st = make(sai.HostifTrapTypeArpRequest)
	b.want(st, sai.StatusItemAlreadyExists)
	b.want(b.remove(group, g), sai.StatusObjectInUse)
	b.want(b.set(arp, trap, sai.HostifTrapAttrTrapGroup, b.oid(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrDefaultTrapGroup)), sai.StatusSuccess)
	b.want(b.remove(group, g), sai.StatusSuccess)
	b.want(b.remove(trap, arp), sai.StatusSuccess)
}

// testAcl checks references inside ACL fields and actions.
func testAcl(b *bench) {
	table, entry, counter := sai.ObjectTypeAclTable, sai.ObjectTypeAclEntry, sai.ObjectTypeAclCounter
	bind := sai.S32List{int32(sai.AclBindPointTypePort)}
	t := b.create(table, b.at(table, sai.AclTableAttrAclStage, sai.AclStageIngress),
		b.at(table, sai.AclTableAttrAclBindPointTypeList, bind), b.at(table, sai.AclTableAttrFieldDstIP, true))
	c := b.create(counter, b.at(counter, sai.AclCounterAttrTableID, t), b.at(counter, sai.AclCounterAttrEnablePacketCount, true))
	e := b.create(entry, b.at(entry, sai.AclEntryAttrTableID, t), b.at(entry, sai.AclEntryAttrPriority, uint32(10)),
		b.at(entry, sai.AclEntryAttrAdminState, true),
		b.at(entry, sai.AclEntryAttrFieldDstIP, sai.Match(netip.MustParseAddr("10.0.0.0"), netip.MustParseAddr("255.0.0.0"))),
		b.at(entry, sai.AclEntryAttrFieldInPorts, sai.AclFieldObjects{Enabled: true, Value: sai.ObjectList{b.ports[0]}}),
		b.at(entry, sai.AclEntryAttrActionPacketAction, sai.Act(int32(sai.PacketActionDrop))),
		b.at(entry, sai.AclEntryAttrActionCounter, sai.Act(c)))
	_, st := b.tryCreate(entry, b.at(entry, sai.AclEntryAttrTableID, t),
		b.at(entry, sai.AclEntryAttrFieldInPorts, sai.AclFieldObjects{Enabled: true, Value: sai.ObjectList{0xdead}}))
	b.want(st, sai.StatusInvalidAttrValue0.At(1))
	b.clearBridging()
	b.want(b.remove(table, t), sai.StatusObjectInUse)
	b.want(b.remove(counter, c), sai.StatusObjectInUse)
	b.want(b.remove(sai.ObjectTypePort, b.ports[0]), sai.StatusObjectInUse)
	b.want(b.set(e, entry, sai.AclEntryAttrActionCounter, sai.AclAction[sai.OID]{}), sai.StatusSuccess)
	b.want(b.remove(counter, c), sai.StatusSuccess)
	b.want(b.remove(entry, e), sai.StatusSuccess)
	b.want(b.set(b.ports[0], sai.ObjectTypePort, sai.PortAttrIngressAcl, t), sai.StatusSuccess)
	b.want(b.remove(table, t), sai.StatusObjectInUse)
	b.want(b.set(b.ports[0], sai.ObjectTypePort, sai.PortAttrIngressAcl, sai.OID(0)), sai.StatusSuccess)
	b.want(b.remove(table, t), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypePort, b.ports[0]), sai.StatusSuccess)
}

// testLimits runs with room for three VLANs and two routes.
func testLimits(b *bench) {
	vlan := b.vlan(10) // VLAN 1 is the first
	b.vlan(20)
	_, st := b.tryCreate(sai.ObjectTypeVlan, b.at(sai.ObjectTypeVlan, sai.VlanAttrVlanID, uint16(30)))
	b.want(st, sai.StatusInsufficientResources)
	_, st = b.tryCreate(sai.ObjectTypeVlan, b.at(sai.ObjectTypeVlan, sai.VlanAttrVlanID, uint16(20)))
	b.want(st, sai.StatusItemAlreadyExists)
	b.want(b.remove(sai.ObjectTypeVlan, vlan), sai.StatusSuccess)
	b.vlan(30)
	drop := b.at(sai.ObjectTypeRouteEntry, sai.RouteEntryAttrPacketAction, sai.PacketActionDrop)
	b.want(b.createEntry(b.route("0.0.0.0/0"), drop), sai.StatusSuccess)
	b.want(b.createEntry(b.route("::/0"), drop), sai.StatusSuccess)
	b.want(b.createEntry(b.route("10.0.0.0/8"), drop), sai.StatusInsufficientResources)
	n, st := b.API.Availability(b.Context(), b.sw, sai.ObjectTypeRouteEntry,
		[]sai.Attribute{b.at(sai.ObjectTypeRouteEntry, sai.RouteEntryAttrIPAddrFamily, sai.IPAddrFamilyIPv4)})
	b.want(st, sai.StatusSuccess)
	if n != 0 {
		b.Errorf("%d routes fit, want 0", n)
	}
}

func testStats(b *bench) {
	t := sai.ObjectTypePort
	stats := []int32{int32(sai.PortStatIfInOctets), int32(sai.PortStatIfOutOctets)}
	r := b.API.GetStats(b.Context(), t, []sai.StatsRequest{{Object: object(t, b.ports[0]), Stats: stats}, {Object: object(t, sai.OID(0xdead)), Stats: stats}})
	b.want(r[0].Status, sai.StatusSuccess)
	if len(r[0].Values) != 2 {
		b.Errorf("%d values, want 2", len(r[0].Values))
	}
	b.want(r[1].Status, sai.StatusItemNotFound)
	b.want(b.API.ClearStats(b.Context(), t, []sai.StatsRequest{{Object: object(t, b.ports[0]), Stats: stats}})[0], sai.StatusSuccess)
}

func testCapabilities(b *bench) {
	attr := func(t sai.ObjectType, id uint16) *sai.AttrMeta { return t.Meta().Attr(id) }
	c, st := b.API.AttributeCapability(b.Context(), b.sw, attr(sai.ObjectTypePort, sai.PortAttrAdminState))
	b.want(st, sai.StatusSuccess)
	if !c.Create || !c.Set || !c.Get {
		b.Errorf("ADMIN_STATE: %+v", c)
	}
	c, st = b.API.AttributeCapability(b.Context(), b.sw, attr(sai.ObjectTypePort, sai.PortAttrOperStatus))
	b.want(st, sai.StatusSuccess)
	if c.Create || c.Set || !c.Get {
		b.Errorf("OPER_STATUS: %+v", c)
	}
	values, st := b.API.EnumCapability(b.Context(), b.sw, attr(sai.ObjectTypeNextHopGroup, sai.NextHopGroupAttrType))
	b.want(st, sai.StatusSuccess)
	if !slices.Contains(values, int32(sai.NextHopGroupTypeDynamicUnorderedEcmp)) {
		b.Errorf("next-hop groups: %v", values)
	}
	stats, st := b.API.StatsCapability(b.Context(), b.sw, sai.ObjectTypePort)
	b.want(st, sai.StatusSuccess)
	if !slices.ContainsFunc(stats, func(c sai.StatCapability) bool { return c.Stat == int32(sai.PortStatIfInOctets) }) {
		b.Errorf("ports do not count octets")
	}
	_, st = b.API.AttributeCapability(b.Context(), 0xdead, attr(sai.ObjectTypePort, sai.PortAttrAdminState))
	b.want(st, sai.StatusInvalidObjectID)
}
