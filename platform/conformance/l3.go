package conformance

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

func testRouterInterface(b *bench) {
	t := sai.ObjectTypeRouterInterface
	b.clearBridging()
	rif := b.rif(b.ports[0])
	_, st := b.tryCreate(t, b.at(t, sai.RouterInterfaceAttrVirtualRouterID, b.defaultVR()),
		b.at(t, sai.RouterInterfaceAttrType, sai.RouterInterfaceTypePort), b.at(t, sai.RouterInterfaceAttrPortID, b.ports[0]))
	b.want(st, sai.StatusItemAlreadyExists)
	sub := func(vlan uint16) sai.OID {
		return b.create(t, b.at(t, sai.RouterInterfaceAttrVirtualRouterID, b.defaultVR()),
			b.at(t, sai.RouterInterfaceAttrType, sai.RouterInterfaceTypeSubPort), b.at(t, sai.RouterInterfaceAttrPortID, b.ports[0]),
			b.at(t, sai.RouterInterfaceAttrOuterVlanID, vlan))
	}
	subs := []sai.OID{sub(10), sub(20)}
	mac := b.get(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrSrcMACAddress)
	b.wantValue(rif, t, sai.RouterInterfaceAttrSrcMACAddress, mac)
	b.want(b.set(rif, t, sai.RouterInterfaceAttrMtu, uint32(9100)), sai.StatusSuccess)
	b.want(b.set(rif, t, sai.RouterInterfaceAttrPortID, b.ports[1]), sai.StatusInvalidAttribute0)
	b.want(b.remove(sai.ObjectTypePort, b.ports[0]), sai.StatusObjectInUse)
	b.want(b.remove(t, rif), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypePort, b.ports[0]), sai.StatusObjectInUse)
	for _, s := range subs {
		b.want(b.remove(t, s), sai.StatusSuccess)
	}

	vlan := b.vlan(100)
	svi := b.create(t, b.at(t, sai.RouterInterfaceAttrVirtualRouterID, b.defaultVR()),
		b.at(t, sai.RouterInterfaceAttrType, sai.RouterInterfaceTypeVlan), b.at(t, sai.RouterInterfaceAttrVlanID, vlan))
	b.want(b.remove(sai.ObjectTypeVlan, vlan), sai.StatusObjectInUse)
	b.want(b.remove(t, svi), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypeVlan, vlan), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypePort, b.ports[0]), sai.StatusSuccess)
}

func testVirtualRouter(b *bench) {
	t := sai.ObjectTypeVirtualRouter
	vr := b.create(t)
	b.wantValue(vr, t, sai.VirtualRouterAttrSrcMACAddress, b.get(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrSrcMACAddress))
	route := sai.RouteEntry{Switch: b.sw, VirtualRouter: vr, Destination: netip.MustParsePrefix("10.0.0.0/8")}
	b.want(b.createEntry(route, b.at(sai.ObjectTypeRouteEntry, sai.RouteEntryAttrPacketAction, sai.PacketActionDrop)), sai.StatusSuccess)
	b.want(b.remove(t, vr), sai.StatusObjectInUse)
	b.want(b.remove(sai.ObjectTypeRouteEntry, route), sai.StatusSuccess)
	b.want(b.remove(t, vr), sai.StatusSuccess)
	b.want(b.createEntry(route), sai.StatusInvalidObjectID)
}

func testNeighbor(b *bench) {
	t := sai.ObjectTypeNeighborEntry
	b.clearBridging()
	rif := b.rif(b.ports[0])
	mac := b.at(t, sai.NeighborEntryAttrDstMACAddress, someMAC())
	for _, ip := range []string{"10.0.0.1", "fe80::1"} {
		e := sai.NeighborEntry{Switch: b.sw, RouterInterface: rif, IP: netip.MustParseAddr(ip)}
		b.want(b.createEntry(e), sai.StatusMandatoryAttributeMissing)
		b.want(b.createEntry(e, mac, b.at(t, sai.NeighborEntryAttrNoHostRoute, true)), sai.StatusSuccess)
		b.want(b.createEntry(e, mac), sai.StatusItemAlreadyExists)
		b.wantValue(e, t, sai.NeighborEntryAttrDstMACAddress, someMAC())
		b.wantValue(e, t, sai.NeighborEntryAttrNoHostRoute, true)
		b.wantValue(e, t, sai.NeighborEntryAttrPacketAction, sai.PacketActionForward)
		b.want(b.set(e, t, sai.NeighborEntryAttrDstMACAddress, sai.MAC{2, 2}), sai.StatusSuccess)
		b.wantValue(e, t, sai.NeighborEntryAttrDstMACAddress, sai.MAC{2, 2})
		b.want(b.remove(sai.ObjectTypeRouterInterface, rif), sai.StatusObjectInUse)
		b.want(b.remove(t, e), sai.StatusSuccess)
		b.want(b.remove(t, e), sai.StatusItemNotFound)
	}
	b.want(b.createEntry(sai.NeighborEntry{Switch: b.sw, RouterInterface: b.ports[0], IP: netip.MustParseAddr("10.0.0.1")}, mac), sai.StatusInvalidObjectID)
	b.want(b.createEntry(sai.NeighborEntry{Switch: b.ports[0], RouterInterface: rif, IP: netip.MustParseAddr("10.0.0.1")}, mac), sai.StatusInvalidObjectID)
	b.want(b.remove(sai.ObjectTypeRouterInterface, rif), sai.StatusSuccess)
}

func testNextHop(b *bench) {
	t := sai.ObjectTypeNextHop
	b.clearBridging()
	rif := b.rif(b.ports[0])
	nh := b.nextHop(rif, "10.0.0.1")
	b.wantValue(nh, t, sai.NextHopAttrIP, netip.MustParseAddr("10.0.0.1"))
	b.want(b.remove(sai.ObjectTypeRouterInterface, rif), sai.StatusObjectInUse)
	b.want(b.set(nh, t, sai.NextHopAttrIP, netip.MustParseAddr("10.0.0.2")), sai.StatusInvalidAttribute0)
	_, st := b.tryCreate(t, b.at(t, sai.NextHopAttrType, sai.NextHopTypeIP), b.at(t, sai.NextHopAttrIP, netip.MustParseAddr("10.0.0.1")))
	b.want(st, sai.StatusMandatoryAttributeMissing)
	b.want(b.remove(t, nh), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypeRouterInterface, rif), sai.StatusSuccess)
}

func testNextHopGroup(b *bench) {
	group, member := sai.ObjectTypeNextHopGroup, sai.ObjectTypeNextHopGroupMember
	b.clearBridging()
	rif := b.rif(b.ports[0])
	hops := []sai.OID{b.nextHop(rif, "10.0.0.1"), b.nextHop(rif, "10.0.0.2"), b.nextHop(rif, "10.0.0.3")}
	g := b.create(group, b.at(group, sai.NextHopGroupAttrType, sai.NextHopGroupTypeDynamicUnorderedEcmp))
	var members sai.ObjectList
	for _, nh := range hops[:2] {
		members = append(members, b.create(member, b.at(member, sai.NextHopGroupMemberAttrNextHopGroupID, g),
			b.at(member, sai.NextHopGroupMemberAttrNextHopID, nh), b.at(member, sai.NextHopGroupMemberAttrWeight, uint32(2))))
	}
	b.wantValue(g, group, sai.NextHopGroupAttrNextHopCount, uint32(2))
	l := b.list(g, group, sai.NextHopGroupAttrNextHopMemberList)
	slices.Sort(l)
	slices.Sort(members)
	if !slices.Equal(l, members) {
		b.Errorf("NEXT_HOP_MEMBER_LIST is %v, want %v", l, members)
	}
	route := b.route("20.0.0.0/8")
	b.want(b.createEntry(route, b.via(g)), sai.StatusSuccess)
	b.want(b.remove(group, g), sai.StatusObjectInUse)
	b.want(b.remove(sai.ObjectTypeNextHop, hops[0]), sai.StatusObjectInUse)
	b.want(b.set(members[0], member, sai.NextHopGroupMemberAttrNextHopID, hops[2]), sai.StatusSuccess)
	was := hops[0]
	if b.oid(members[1], member, sai.NextHopGroupMemberAttrNextHopID) == hops[0] {
		was = hops[1]
	}
	b.want(b.remove(sai.ObjectTypeNextHop, was), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypeNextHop, hops[2]), sai.StatusObjectInUse)
	for _, m := range members {
		b.want(b.remove(member, m), sai.StatusSuccess) // also while routes use the group
	}
	b.wantValue(g, group, sai.NextHopGroupAttrNextHopCount, uint32(0))
	b.want(b.remove(sai.ObjectTypeRouteEntry, route), sai.StatusSuccess)
	b.want(b.remove(group, g), sai.StatusSuccess)
}

func testRoute(b *bench) {
	t := sai.ObjectTypeRouteEntry
	b.clearBridging()
	rif := b.rif(b.ports[0])
	nh, other := b.nextHop(rif, "10.0.0.1"), b.nextHop(rif, "10.0.0.2")
	cpu := b.oid(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrCpuPort)
	for _, prefix := range []string{"0.0.0.0/0", "10.1.0.0/16", "10.0.0.1/32", "::/0", "2001:db8::/32", "2001:db8::1/128", "::ffff:a01:0/112"} {
		e := b.route(prefix)
		b.want(b.createEntry(e, b.via(nh)), sai.StatusSuccess)
		b.want(b.createEntry(e, b.via(nh)), sai.StatusItemAlreadyExists)
		b.wantValue(e, t, sai.RouteEntryAttrNextHopID, nh)
		b.wantValue(e, t, sai.RouteEntryAttrPacketAction, sai.PacketActionForward)
		b.wantValue(e, t, sai.RouteEntryAttrMetaData, uint32(0))
		b.want(b.set(e, t, sai.RouteEntryAttrNextHopID, other), sai.StatusSuccess)
		b.wantValue(e, t, sai.RouteEntryAttrNextHopID, other)
		b.want(b.remove(sai.ObjectTypeNextHop, other), sai.StatusObjectInUse)
		b.want(b.set(e, t, sai.RouteEntryAttrPacketAction, sai.PacketActionDrop), sai.StatusSuccess)
		b.want(b.set(e, t, sai.RouteEntryAttrNextHopID, sai.OID(0)), sai.StatusSuccess)
		b.wantValue(e, t, sai.RouteEntryAttrPacketAction, sai.PacketActionDrop)
		b.want(b.set(e, t, sai.RouteEntryAttrMetaData, uint32(9)), sai.StatusSuccess)
		b.wantValue(e, t, sai.RouteEntryAttrMetaData, uint32(9))
		b.want(b.set(e, t, sai.RouteEntryAttrNextHopID, cpu), sai.StatusSuccess)
		b.want(b.set(e, t, sai.RouteEntryAttrNextHopID, rif), sai.StatusSuccess)
		b.want(b.set(e, t, sai.RouteEntryAttrNextHopID, b.sw), sai.StatusInvalidAttrValue0)
		b.wantValue(e, t, sai.RouteEntryAttrNextHopID, rif)
		b.want(b.remove(t, e), sai.StatusSuccess)
		b.want(b.remove(t, e), sai.StatusItemNotFound)
		b.want(b.set(e, t, sai.RouteEntryAttrNextHopID, nh), sai.StatusItemNotFound)
	}
	b.want(b.createEntry(b.route("10.0.0.1/8"), b.via(nh)), sai.StatusInvalidParameter)
	b.want(b.createEntry(b.route("10.0.0.0/8"), b.via(0xdead)), sai.StatusInvalidAttrValue0)
	for _, o := range []sai.OID{nh, other} {
		b.want(b.remove(sai.ObjectTypeNextHop, o), sai.StatusSuccess)
	}
	b.want(b.remove(sai.ObjectTypeRouterInterface, rif), sai.StatusSuccess)
}

// testRouteBulk checks that each element of a bulk call stands for itself.
func testRouteBulk(b *bench) {
	t := sai.ObjectTypeRouteEntry
	b.clearBridging()
	nh := b.nextHop(b.rif(b.ports[0]), "10.0.0.1")
	const n = 3000
	creates, objects := make([]sai.CreateRequest, n), make([]sai.Object, n)
	for i := range creates {
		objects[i] = object(t, b.route(fmt.Sprintf("20.%d.%d.0/24", i>>8, i&255)))
		creates[i] = sai.CreateRequest{Object: objects[i], Attrs: []sai.Attribute{b.via(nh)}}
		if i%100 == 50 {
			creates[i].Attrs = []sai.Attribute{b.via(0xdead)}
		}
	}
	wrong := func(i int) bool { return i%100 == 50 }
	for i, r := range b.API.Create(b.Context(), t, creates) {
		if want := sai.StatusInvalidAttrValue0; wrong(i) && r.Status != want || !wrong(i) && r.Status != sai.StatusSuccess {
			b.Fatalf("creation %d: %v", i, r.Status)
		}
	}
	sets := make([]sai.SetRequest, n)
	for i := range sets {
		sets[i] = sai.SetRequest{Object: objects[i], Attr: b.at(t, sai.RouteEntryAttrPacketAction, sai.PacketActionDrop)}
	}
	for i, st := range b.API.Set(b.Context(), t, sets) {
		if wrong(i) && st != sai.StatusItemNotFound || !wrong(i) && st != sai.StatusSuccess {
			b.Fatalf("set %d: %v", i, st)
		}
	}
	b.want(b.remove(sai.ObjectTypeNextHop, nh), sai.StatusObjectInUse)
	for i, st := range b.API.Remove(b.Context(), t, objects) {
		if wrong(i) && st != sai.StatusItemNotFound || !wrong(i) && st != sai.StatusSuccess {
			b.Fatalf("removal %d: %v", i, st)
		}
	}
	b.want(b.remove(sai.ObjectTypeNextHop, nh), sai.StatusSuccess)
}
