package conformance

import (
	"slices"
	"time"

	"github.com/hypersonic-nos/hypersonic/sai"
)

func testVlan(b *bench) {
	t := sai.ObjectTypeVlan
	vlan := b.vlan(100)
	_, st := b.tryCreate(t, b.at(t, sai.VlanAttrVlanID, uint16(100)))
	b.want(st, sai.StatusItemAlreadyExists)
	_, st = b.tryCreate(t, b.at(t, sai.VlanAttrVlanID, uint16(1)))
	b.want(st, sai.StatusItemAlreadyExists)
	b.want(b.set(vlan, t, sai.VlanAttrLearnDisable, true), sai.StatusSuccess)
	b.wantValue(vlan, t, sai.VlanAttrLearnDisable, true)
	b.want(b.remove(t, vlan), sai.StatusSuccess)
	b.vlan(100)
	b.vlan(4094)
}

func testVlanMember(b *bench) {
	t := sai.ObjectTypeVlanMember
	b.clearBridging()
	vlan, other := b.vlan(100), b.vlan(200)
	bp := b.bridgePort(b.ports[0])
	bpType := sai.ObjectTypeBridgePort
	_, st := b.tryCreate(bpType, b.at(bpType, sai.BridgePortAttrType, sai.BridgePortTypePort), b.at(bpType, sai.BridgePortAttrPortID, b.ports[0]))
	b.want(st, sai.StatusItemAlreadyExists)
	member := b.vlanMember(vlan, bp)
	second := b.vlanMember(other, bp)
	_, st = b.tryCreate(t, b.at(t, sai.VlanMemberAttrVlanID, vlan), b.at(t, sai.VlanMemberAttrBridgePortID, bp))
	b.want(st, sai.StatusItemAlreadyExists)
	if l := b.list(vlan, sai.ObjectTypeVlan, sai.VlanAttrMemberList); !slices.Equal(l, sai.ObjectList{member}) {
		b.Errorf("MEMBER_LIST is %v, want %v", l, member)
	}
	b.want(b.remove(sai.ObjectTypeVlan, vlan), sai.StatusObjectInUse)
	b.want(b.remove(bpType, bp), sai.StatusObjectInUse)
	b.want(b.remove(sai.ObjectTypePort, b.ports[0]), sai.StatusObjectInUse)
	b.want(b.remove(t, member), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypeVlan, vlan), sai.StatusSuccess)
	b.want(b.remove(bpType, bp), sai.StatusObjectInUse)
	b.want(b.remove(t, second), sai.StatusSuccess)
	b.want(b.remove(bpType, bp), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypePort, b.ports[0]), sai.StatusSuccess)
}

func testLag(b *bench) {
	t := sai.ObjectTypeLagMember
	b.clearBridging()
	lag, other := b.create(sai.ObjectTypeLag), b.create(sai.ObjectTypeLag)
	join := func(lag, port sai.OID) (sai.OID, sai.Status) {
		return b.tryCreate(t, b.at(t, sai.LagMemberAttrLagID, lag), b.at(t, sai.LagMemberAttrPortID, port),
			b.at(t, sai.LagMemberAttrIngressDisable, true), b.at(t, sai.LagMemberAttrEgressDisable, true))
	}
	member, st := join(lag, b.ports[0])
	b.want(st, sai.StatusSuccess)
	_, st = join(other, b.ports[0])
	b.want(st, sai.StatusItemAlreadyExists)
	_, st = join(lag, lag)
	b.want(st, sai.StatusInvalidAttrValue0.At(1))
	b.want(b.set(member, t, sai.LagMemberAttrIngressDisable, false), sai.StatusSuccess)
	b.want(b.set(member, t, sai.LagMemberAttrEgressDisable, false), sai.StatusSuccess)
	if l := b.list(lag, sai.ObjectTypeLag, sai.LagAttrPortList); !slices.Equal(l, sai.ObjectList{member}) {
		b.Errorf("PORT_LIST is %v, want %v", l, member)
	}
	bp := b.bridgePort(lag)
	b.want(b.remove(sai.ObjectTypeLag, lag), sai.StatusObjectInUse)
	b.want(b.remove(sai.ObjectTypePort, b.ports[0]), sai.StatusObjectInUse)
	b.want(b.remove(sai.ObjectTypeBridgePort, bp), sai.StatusSuccess)
	b.want(b.remove(t, member), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypeLag, lag), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypeLag, other), sai.StatusSuccess)
}

func someMAC() sai.MAC { return sai.MAC{0, 0x11, 0x22, 0x33, 0x44, 0x55} }

// bridged makes a VLAN with two ports.
func (b *bench) bridged() (vlan sai.OID, bridgePorts [2]sai.OID) {
	b.Helper()
	b.clearBridging()
	vlan = b.vlan(100)
	for i := range bridgePorts {
		bridgePorts[i] = b.bridgePort(b.ports[i])
		b.vlanMember(vlan, bridgePorts[i])
	}
	return vlan, bridgePorts
}

func (b *bench) fdb(kind sai.FdbEntryType, bridgePort sai.OID) []sai.Attribute {
	t := sai.ObjectTypeFdbEntry
	return []sai.Attribute{
		b.at(t, sai.FdbEntryAttrType, kind),
		b.at(t, sai.FdbEntryAttrBridgePortID, bridgePort),
		b.at(t, sai.FdbEntryAttrPacketAction, sai.PacketActionForward),
	}
}

func testFdb(b *bench) {
	t := sai.ObjectTypeFdbEntry
	vlan, bps := b.bridged()
	e := sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: someMAC()}
	b.want(b.createEntry(e), sai.StatusMandatoryAttributeMissing)
	b.want(b.createEntry(e, b.fdb(sai.FdbEntryTypeStatic, bps[0])...), sai.StatusSuccess)
	b.want(b.createEntry(e, b.fdb(sai.FdbEntryTypeStatic, bps[0])...), sai.StatusItemAlreadyExists)
	b.want(b.createEntry(sai.FdbEntry{Switch: b.sw, BV: 0xdead, MAC: someMAC()}, b.fdb(sai.FdbEntryTypeStatic, bps[0])...), sai.StatusInvalidObjectID)
	b.want(b.createEntry(sai.FdbEntry{Switch: b.sw, BV: b.ports[0], MAC: someMAC()}, b.fdb(sai.FdbEntryTypeStatic, bps[0])...), sai.StatusInvalidObjectID)
	b.wantValue(e, t, sai.FdbEntryAttrType, sai.FdbEntryTypeStatic)
	b.wantValue(e, t, sai.FdbEntryAttrBridgePortID, bps[0])
	b.want(b.set(e, t, sai.FdbEntryAttrMetaData, uint32(7)), sai.StatusSuccess)
	b.wantValue(e, t, sai.FdbEntryAttrMetaData, uint32(7))
	b.want(b.set(e, t, sai.FdbEntryAttrBridgePortID, bps[1]), sai.StatusSuccess)
	b.wantValue(e, t, sai.FdbEntryAttrBridgePortID, bps[1])

	b.clearBridge(vlan, bps[0])
	b.want(b.remove(sai.ObjectTypeBridgePort, bps[0]), sai.StatusSuccess)
	b.clearBridge(vlan, bps[1])
	b.want(b.remove(sai.ObjectTypeBridgePort, bps[1]), sai.StatusObjectInUse)
	b.want(b.remove(sai.ObjectTypeVlan, vlan), sai.StatusObjectInUse)
	b.want(b.remove(t, e), sai.StatusSuccess)
	b.want(b.remove(t, e), sai.StatusItemNotFound)
	b.want(b.remove(sai.ObjectTypeBridgePort, bps[1]), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypeVlan, vlan), sai.StatusSuccess)
}

// clearBridge removes the membership of a bridge port.
func (b *bench) clearBridge(vlan, bridgePort sai.OID) {
	b.Helper()
	for _, m := range b.list(vlan, sai.ObjectTypeVlan, sai.VlanAttrMemberList) {
		if b.oid(m, sai.ObjectTypeVlanMember, sai.VlanMemberAttrBridgePortID) == bridgePort {
			b.want(b.remove(sai.ObjectTypeVlanMember, m), sai.StatusSuccess)
		}
	}
}

func (b *bench) flush(attrs ...sai.Attribute) {
	b.Helper()
	b.want(b.API.FlushFdb(b.Context(), b.sw, attrs), sai.StatusSuccess)
}

func testFdbFlush(b *bench) {
	t := sai.ObjectTypeFdbFlush
	vlan, bps := b.bridged()
	entry := func(i int) sai.FdbEntry { return sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: sai.MAC{2, byte(i)}} }
	fill := func() {
		b.Helper()
		for i, kind := range []sai.FdbEntryType{sai.FdbEntryTypeStatic, sai.FdbEntryTypeDynamic, sai.FdbEntryTypeDynamic} {
			st := b.createEntry(entry(i), b.fdb(kind, bps[i%2])...)
			if st != sai.StatusSuccess && st != sai.StatusItemAlreadyExists {
				b.Fatal(st)
			}
		}
	}
	there := func(want ...bool) {
		b.Helper()
		for i, w := range want {
			if _, st := b.tryGet(entry(i), sai.ObjectTypeFdbEntry, sai.FdbEntryAttrType); (st == sai.StatusSuccess) != w {
				b.Errorf("entry %d: %v, want it to exist: %v", i, st, w)
			}
		}
	}
	flushed := func(kind sai.FdbEntryType, bv, bridgePort sai.OID) {
		b.Helper()
		n := next[sai.FdbEvents](b)
		want := sai.FdbEntry{Switch: b.sw, BV: bv}
		if len(n) != 1 || n[0].Event != sai.FdbEventFlushed || n[0].Entry != want {
			b.Fatalf("got %v, want one flush of %v", n, want)
		}
		for _, a := range n[0].Attrs {
			if a.Meta.ID == sai.FdbEntryAttrType && a.Value != kind || a.Meta.ID == sai.FdbEntryAttrBridgePortID && a.Value != bridgePort {
				b.Errorf("flush tells %v = %v", a.Meta, a.Value)
			}
		}
	}
	dynamic := b.at(t, sai.FdbFlushAttrEntryType, sai.FdbFlushEntryTypeDynamic)
	fill()
	b.flush(dynamic, b.at(t, sai.FdbFlushAttrBridgePortID, bps[1]))
	flushed(sai.FdbEntryTypeDynamic, 0, bps[1])
	there(true, false, true)
	b.flush(dynamic, b.at(t, sai.FdbFlushAttrBvID, b.oid(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrDefaultVlanID)))
	there(true, false, true)
	b.flush(dynamic, b.at(t, sai.FdbFlushAttrBvID, vlan))
	flushed(sai.FdbEntryTypeDynamic, vlan, 0)
	there(true, false, false)
	fill()
	b.flush(b.at(t, sai.FdbFlushAttrEntryType, sai.FdbFlushEntryTypeAll))
	flushed(sai.FdbEntryTypeStatic, 0, 0)
	flushed(sai.FdbEntryTypeDynamic, 0, 0)
	there(false, false, false)
	b.want(b.API.FlushFdb(b.Context(), b.sw, []sai.Attribute{b.at(t, sai.FdbFlushAttrBvID, sai.OID(0xdead))}), sai.StatusInvalidAttrValue0)
}

func testFdbLearning(b *bench) {
	if b.Learn == nil {
		b.Skip("the fixture cannot make the ASIC learn")
	}
	vlan, bps := b.bridged()
	e := sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: someMAC()}
	b.Learn(2, 100, someMAC()) // no bridge port
	b.Learn(0, 200, someMAC()) // no VLAN
	b.Learn(0, 100, someMAC())
	n := next[sai.FdbEvents](b)
	if len(n) != 1 || n[0].Event != sai.FdbEventLearned || n[0].Entry != e {
		b.Fatalf("got %v, want %v learned", n, e)
	}
	b.wantValue(e, sai.ObjectTypeFdbEntry, sai.FdbEntryAttrType, sai.FdbEntryTypeDynamic)
	b.wantValue(e, sai.ObjectTypeFdbEntry, sai.FdbEntryAttrBridgePortID, bps[0])
	b.want(b.set(bps[1], sai.ObjectTypeBridgePort, sai.BridgePortAttrFdbLearningMode, sai.BridgePortFdbLearningModeDisable), sai.StatusSuccess)
	other := sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: sai.MAC{2}}
	b.Learn(1, 100, other.MAC)
	_, st := b.tryGet(other, sai.ObjectTypeFdbEntry, sai.FdbEntryAttrType)
	b.want(st, sai.StatusItemNotFound)
}

func testFdbAging(b *bench) {
	if b.Learn == nil || b.Advance == nil {
		b.Skip("the fixture cannot make the ASIC learn and age")
	}
	vlan, bps := b.bridged()
	b.want(b.set(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrFdbAgingTime, uint32(300)), sai.StatusSuccess)
	static := sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: sai.MAC{2}}
	b.want(b.createEntry(static, b.fdb(sai.FdbEntryTypeStatic, bps[0])...), sai.StatusSuccess)
	b.Learn(0, 100, someMAC())
	next[sai.FdbEvents](b)
	b.Advance(200 * time.Second)
	b.Learn(0, 100, someMAC()) // seen again
	b.Advance(200 * time.Second)
	e := sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: someMAC()}
	b.wantValue(e, sai.ObjectTypeFdbEntry, sai.FdbEntryAttrType, sai.FdbEntryTypeDynamic)
	b.Advance(200 * time.Second)
	n := next[sai.FdbEvents](b)
	if len(n) != 1 || n[0].Event != sai.FdbEventAged || n[0].Entry != e {
		b.Fatalf("got %v, want %v aged", n, e)
	}
	_, st := b.tryGet(e, sai.ObjectTypeFdbEntry, sai.FdbEntryAttrType)
	b.want(st, sai.StatusItemNotFound)
	b.wantValue(static, sai.ObjectTypeFdbEntry, sai.FdbEntryAttrType, sai.FdbEntryTypeStatic)
}
