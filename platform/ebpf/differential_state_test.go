package ebpf

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// randomCase is a random switch, frames, changes of the switch, and more frames.
func randomCase(rnd *rand.Rand, ports int) (steps []step) {
	d := dice{rnd, ports}
	g := &plan{dice: d, priorities: map[uint32]bool{}}
	g.police()
	g.bridging()
	g.routing()
	g.mirroring()
	g.overlay()
	g.access()
	g.sortFrames()
	steps = append(steps, g.steps...)
	for range 4 {
		for range 60 {
			steps = append(steps, d.someFrame())
		}
		g.steps = nil
		for range 1 + d.IntN(4) {
			g.change()
			g.changeAccess()
			g.changeSorting()
			g.changeMirrors()
			g.changePolicing()
		}
		steps = append(steps, g.steps...)
	}
	for range 60 {
		steps = append(steps, d.someFrame())
	}
	return steps
}

// plan writes the steps that make a switch. Objects have names; steps whose objects are not there fail on both sides alike.
type plan struct {
	dice
	steps    []step
	logical  []string // ports and LAGs
	bridges  []string
	vlans    []uint16
	rifs     []string
	routers  []string
	hops     []string
	groups   []string
	members  []string // of VLANs
	entries  []func(w *world) sai.Entry
	lagParts []string

	sessions []string // of mirrors

	tables, bound [2][]string // access lists, and what may be bound, by stage
	rules, ranges []string
	qosMaps       []qosMap

	policers, trapGroups []string
	priorities           map[uint32]bool // that are given
}

func (g *plan) add(text string, call func(w *world)) {
	g.steps = append(g.steps, step{text: text, call: call})
}

// create adds a step that makes an object. Attributes that are names refer to objects.
func (g *plan) create(name string, t sai.ObjectType, attrs ...sai.Attribute) {
	g.add(fmt.Sprintf("%s: %v %v", name, t, texts(attrs)), func(w *world) { w.make(name, t, w.resolved(attrs)...) })
}

func (g *plan) entry(text string, e func(w *world) sai.Entry, attrs ...sai.Attribute) {
	g.entries = append(g.entries, e)
	g.add(fmt.Sprintf("%s %v", text, texts(attrs)), func(w *world) { w.makeEntry(e(w), w.resolved(attrs)...) })
}

// name is an object by the name of the step that made it.
type name string

func (w *world) resolved(attrs []sai.Attribute) (out []sai.Attribute) {
	for _, a := range attrs {
		switch v := a.Value.(type) {
		case name:
			a.Value = w.oids[string(v)]
		case later:
			a.Value = v.value(w)
		}
		out = append(out, a)
	}
	return out
}

func texts(attrs []sai.Attribute) (all []string) {
	for _, a := range attrs {
		all = append(all, fmt.Sprintf("%v=%v", a.Meta, a.Value))
	}
	return all
}

// bridging makes LAGs, VLANs and their members.
func (g *plan) bridging() {
	first := 0
	if g.percent(50) {
		g.create("lag", sai.ObjectTypeLag, at(sai.ObjectTypeLag, sai.LagAttrPortVlanID, oneOf[uint16](g.dice, 1, 10, 20)))
		g.add("name lag Po1", func(w *world) { w.nameBoth("lag", "Po1") })
		g.logical = append(g.logical, "lag")
		first = 1 + g.IntN(3)
		for i := range first {
			t := sai.ObjectTypeLagMember
			g.create(fmt.Sprintf("lag%d", i), t, at(t, sai.LagMemberAttrLagID, name("lag")), at(t, sai.LagMemberAttrPortID, name(fmt.Sprintf("port%d", i))),
				at(t, sai.LagMemberAttrEgressDisable, g.percent(20)), at(t, sai.LagMemberAttrIngressDisable, g.percent(10)))
			g.lagParts = append(g.lagParts, fmt.Sprintf("lag%d", i))
		}
	}
	for i := first; i < g.ports; i++ {
		g.logical = append(g.logical, fmt.Sprintf("port%d", i))
	}
	v := sai.ObjectTypeVlan
	for _, id := range []uint16{10, 20, 30} {
		if g.percent(30) {
			continue
		}
		g.vlans = append(g.vlans, id)
		none := func() sai.VlanFloodControlType {
			if g.percent(15) {
				return sai.VlanFloodControlTypeNone
			}
			return sai.VlanFloodControlTypeAll
		}
		g.create(fmt.Sprint("vlan", id), v, at(v, sai.VlanAttrVlanID, id), at(v, sai.VlanAttrLearnDisable, g.percent(15)),
			at(v, sai.VlanAttrUnknownUnicastFloodControlType, none()), at(v, sai.VlanAttrUnknownMulticastFloodControlType, none()),
			at(v, sai.VlanAttrBroadcastFloodControlType, none()))
	}
	for _, o := range g.logical {
		if g.percent(65) {
			g.join(o)
		}
	}
	for range g.IntN(4) {
		g.station()
	}
}

// join gives a port a bridge port, and makes it a member of VLANs.
func (g *plan) join(o string) {
	t, m := sai.ObjectTypeBridgePort, sai.ObjectTypeVlanMember
	mode := sai.BridgePortFdbLearningModeHw
	if g.percent(15) {
		mode = sai.BridgePortFdbLearningModeDisable
	}
	g.bridges = append(g.bridges, "bridge "+o)
	g.create("bridge "+o, t, at(t, sai.BridgePortAttrType, sai.BridgePortTypePort), at(t, sai.BridgePortAttrPortID, name(o)),
		at(t, sai.BridgePortAttrAdminState, !g.percent(10)), at(t, sai.BridgePortAttrFdbLearningMode, mode))
	for _, id := range g.vlans {
		if g.percent(35) {
			continue
		}
		member := fmt.Sprint("member ", o, " ", id)
		g.members = append(g.members, member)
		g.create(member, m, at(m, sai.VlanMemberAttrVlanID, name(fmt.Sprint("vlan", id))), at(m, sai.VlanMemberAttrBridgePortID, name("bridge "+o)),
			at(m, sai.VlanMemberAttrVlanTaggingMode, oneOf(g.dice, sai.VlanTaggingModeUntagged, sai.VlanTaggingModeTagged, sai.VlanTaggingModePriorityTagged)))
		if o != "lag" && g.percent(70) {
			g.add(fmt.Sprintf("%s pvid=%d", o, id), func(w *world) { w.put(w.oids[o], sai.PortAttrPortVlanID, id) })
		}
	}
}

// station adds an FDB entry.
func (g *plan) station() {
	if len(g.vlans) == 0 || len(g.bridges) == 0 {
		return
	}
	vlan, mac, t := fmt.Sprint("vlan", oneOf(g.dice, g.vlans...)), g.dice.station(), sai.ObjectTypeFdbEntry
	g.entry(fmt.Sprintf("fdb %s %v", vlan, mac), func(w *world) sai.Entry { return sai.FdbEntry{Switch: w.sw, BV: w.oids[vlan], MAC: mac} },
		at(t, sai.FdbEntryAttrType, oneOf(g.dice, sai.FdbEntryTypeStatic, sai.FdbEntryTypeDynamic)),
		at(t, sai.FdbEntryAttrBridgePortID, name(oneOf(g.dice, g.bridges...))),
		at(t, sai.FdbEntryAttrPacketAction, oneOf(g.dice, sai.PacketActionForward, sai.PacketActionForward, sai.PacketActionDrop, sai.PacketActionTrap)))
}

// routing makes router interfaces, neighbours, next hops, groups and routes.
func (g *plan) routing() {
	g.routers = []string{"default"}
	if g.percent(40) {
		g.create("red", sai.ObjectTypeVirtualRouter)
		g.routers = append(g.routers, "red")
	}
	for _, o := range g.logical {
		if g.percent(45) {
			g.rif("rif "+o, sai.RouterInterfaceTypePort, at(sai.ObjectTypeRouterInterface, sai.RouterInterfaceAttrPortID, name(o)))
		}
		if g.percent(25) {
			t := sai.ObjectTypeRouterInterface
			g.rif("sub "+o, sai.RouterInterfaceTypeSubPort, at(t, sai.RouterInterfaceAttrPortID, name(o)), at(t, sai.RouterInterfaceAttrOuterVlanID, uint16(7)))
			if o == "lag" {
				g.add("name sub lag Po1.7", func(w *world) { w.nameBoth("sub lag", "Po1.7") })
			}
		}
	}
	for _, id := range g.vlans {
		if g.percent(60) {
			g.rif(fmt.Sprint("rif ", id), sai.RouterInterfaceTypeVlan, at(sai.ObjectTypeRouterInterface, sai.RouterInterfaceAttrVlanID, name(fmt.Sprint("vlan", id))))
		}
	}
	for i, rif := range g.rifs {
		for range g.IntN(4) {
			g.neighbor(rif, i)
		}
		for range g.IntN(3) {
			t, ip := sai.ObjectTypeNextHop, g.host(i)
			hop := fmt.Sprint("hop ", rif, " ", ip)
			g.hops = append(g.hops, hop)
			g.create(hop, t, at(t, sai.NextHopAttrType, sai.NextHopTypeIP), at(t, sai.NextHopAttrIP, ip), at(t, sai.NextHopAttrRouterInterfaceID, name(rif)))
		}
	}
	for i := range g.IntN(3) {
		t := sai.ObjectTypeNextHopGroup
		group := fmt.Sprint("group", i)
		g.groups = append(g.groups, group)
		g.create(group, t, at(t, sai.NextHopGroupAttrType, sai.NextHopGroupTypeDynamicUnorderedEcmp))
		for range g.IntN(4) {
			g.groupMember(group)
		}
	}
	for range 5 + g.IntN(20) {
		g.route()
	}
	for range g.IntN(2) {
		g.trap()
	}
}

func (g *plan) rif(rif string, kind sai.RouterInterfaceType, attrs ...sai.Attribute) {
	t := sai.ObjectTypeRouterInterface
	attrs = append(attrs, at(t, sai.RouterInterfaceAttrType, kind), at(t, sai.RouterInterfaceAttrVirtualRouterID, name(oneOf(g.dice, g.routers...))),
		at(t, sai.RouterInterfaceAttrMtu, oneOf[uint32](g.dice, 9100, 9100, 1400)))
	if g.percent(25) {
		attrs = append(attrs, at(t, sai.RouterInterfaceAttrSrcMACAddress, ownMAC))
	}
	if g.percent(10) {
		attrs = append(attrs, at(t, sai.RouterInterfaceAttrAdminV4State, false))
	}
	if g.percent(10) {
		attrs = append(attrs, at(t, sai.RouterInterfaceAttrAdminV6State, false))
	}
	g.rifs = append(g.rifs, rif)
	g.create(rif, t, attrs...)
}

// host is an address of a subnet.
func (g *plan) host(subnet int) netip.Addr {
	if g.percent(50) {
		return addr(fmt.Sprintf("fd00:%d::%d", subnet%6, 2+g.IntN(3)))
	}
	return addr(fmt.Sprintf("10.%d.0.%d", subnet%6, 2+g.IntN(3)))
}

func (g *plan) neighbor(rif string, subnet int) {
	t, ip, mac := sai.ObjectTypeNeighborEntry, g.host(subnet), g.dice.station()
	if g.percent(5) {
		mac = broadcast
	}
	g.entry(fmt.Sprintf("neighbor %s %v", rif, ip), func(w *world) sai.Entry {
		return sai.NeighborEntry{Switch: w.sw, RouterInterface: w.oids[rif], IP: ip}
	}, at(t, sai.NeighborEntryAttrDstMACAddress, mac), at(t, sai.NeighborEntryAttrNoHostRoute, g.percent(10)),
		at(t, sai.NeighborEntryAttrPacketAction, oneOf(g.dice, sai.PacketActionForward, sai.PacketActionForward, sai.PacketActionForward,
			sai.PacketActionDrop, sai.PacketActionTrap)))
}

func (g *plan) groupMember(group string) {
	if len(g.hops) == 0 {
		return
	}
	t, hop := sai.ObjectTypeNextHopGroupMember, oneOf(g.dice, g.hops...)
	g.create(group+" "+hop, t, at(t, sai.NextHopGroupMemberAttrNextHopGroupID, name(group)), at(t, sai.NextHopGroupMemberAttrNextHopID, name(hop)),
		at(t, sai.NextHopGroupMemberAttrWeight, uint32(1+g.IntN(3))))
}

func (g *plan) prefix() netip.Prefix {
	ip := g.ip4()
	bits := oneOf(g.dice, 32, 32, 31, 30, 24, 24, 16, 8, 9, 17, 0)
	if g.percent(40) {
		ip, bits = g.ip6(), oneOf(g.dice, 128, 128, 127, 64, 64, 32, 16, 0)
	}
	p, _ := addr(ip).Prefix(bits) // bits are within bounds
	return p
}

func (g *plan) route() {
	t, router, p := sai.ObjectTypeRouteEntry, oneOf(g.dice, g.routers...), g.prefix()
	to := append(append(append([]string{"cpu"}, g.rifs...), g.hops...), g.groups...)
	attrs := []sai.Attribute{at(t, sai.RouteEntryAttrNextHopID, name(oneOf(g.dice, to...)))}
	switch g.IntN(12) {
	case 0:
		attrs = []sai.Attribute{at(t, sai.RouteEntryAttrPacketAction, sai.PacketActionDrop)}
	case 1:
		attrs = append(attrs, at(t, sai.RouteEntryAttrPacketAction, sai.PacketActionTrap))
	}
	g.entry(fmt.Sprintf("route %s %v", router, p), func(w *world) sai.Entry {
		return sai.RouteEntry{Switch: w.sw, VirtualRouter: w.oids[router], Destination: p}
	}, attrs...)
}

func (w *world) nameBoth(object, netdev string) {
	w.Helper()
	oid := w.oids[object]
	if oid == 0 {
		return
	}
	if err := w.ASIC.Name(map[sai.OID]string{oid: netdev}); err != nil {
		w.Fatal(err)
	}
	w.twin.Do(func(virtual.View) { w.model.Name(oid, netdev) })
}

// miss has frames to unknown addresses flooded or not.
func (g *plan) miss() {
	attr := oneOf(g.dice, sai.SwitchAttrFdbUnicastMissPacketAction, sai.SwitchAttrFdbMulticastMissPacketAction, sai.SwitchAttrFdbBroadcastMissPacketAction)
	action := oneOf(g.dice, sai.PacketActionForward, sai.PacketActionDrop)
	g.add(fmt.Sprintf("switch %d=%v", attr, action), func(w *world) { w.put(w.sw, attr, action) })
}

// change adds a step that changes something of the switch.
func (g *plan) change() {
	port := fmt.Sprintf("port%d", g.IntN(g.ports))
	i := g.IntN(g.ports)
	set := func(object string, attr uint16, v any) {
		g.add(fmt.Sprintf("%s %d=%v", object, attr, v), func(w *world) { w.put(w.oids[object], attr, v) })
	}
	remove := func(all []string) {
		if len(all) > 0 {
			object := oneOf(g.dice, all...)
			g.add("remove "+object, func(w *world) { w.unmake(w.oids[object]) })
		}
	}
	switch g.IntN(17) {
	case 16:
		g.miss()
	case 0:
		set(port, sai.PortAttrAdminState, g.percent(60))
	case 1:
		set(port, sai.PortAttrDropTagged, g.percent(60))
	case 2:
		set(port, sai.PortAttrDropUntagged, g.percent(60))
	case 3:
		set(port, sai.PortAttrMtu, oneOf[uint32](g.dice, 1500+frameOverhead, 9100+frameOverhead))
	case 4:
		set(port, sai.PortAttrPortVlanID, oneOf[uint16](g.dice, 1, 10, 20, 30))
	case 5:
		up := g.percent(50)
		g.add(fmt.Sprintf("link %d up=%v", i, up), func(w *world) {
			if up {
				w.hosts[i].Up(w.TB, "eth0")
			} else {
				w.hosts[i].Down(w.TB, "eth0")
			}
		})
	case 6:
		remove(g.members)
	case 7:
		remove(g.lagParts)
	case 8, 9, 10:
		if len(g.entries) > 0 {
			e := oneOf(g.dice, g.entries...)
			g.add("remove an entry", func(w *world) { w.unmake(e(w)) })
		}
	case 11:
		if len(g.bridges) > 0 {
			set(oneOf(g.dice, g.bridges...), sai.BridgePortAttrAdminState, g.percent(50))
		}
	case 12:
		g.station()
	case 13:
		if len(g.rifs) > 0 {
			n := g.IntN(len(g.rifs))
			g.neighbor(g.rifs[n], n)
		}
	case 14:
		g.add("flush", func(w *world) {
			w.both("flush", func(a *virtual.ASIC) any { return a.FlushFdb(context.Background(), w.sw, nil) })
		})
	default:
		g.route()
	}
}
