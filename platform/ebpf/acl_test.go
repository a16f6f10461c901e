package ebpf

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

const et = sai.ObjectTypeAclEntry

// aclTable makes a table that looks at nearly everything.
func (b *bench) aclTable(stage sai.AclStage) sai.OID {
	b.Helper()
	return b.create(sai.ObjectTypeAclTable, aclTableAttrs(stage)...)
}

func aclTableAttrs(stage sai.AclStage) []sai.Attribute {
	t := sai.ObjectTypeAclTable
	attrs := []sai.Attribute{at(t, sai.AclTableAttrAclStage, stage), at(t, sai.AclTableAttrFieldAclRangeType, sai.S32List{0, 1})}
	for _, f := range []uint16{
		sai.AclTableAttrFieldSrcMAC, sai.AclTableAttrFieldDstMAC, sai.AclTableAttrFieldEtherType, sai.AclTableAttrFieldOuterVlanID, sai.AclTableAttrFieldAclIPType,
		sai.AclTableAttrFieldSrcIP, sai.AclTableAttrFieldDstIP, sai.AclTableAttrFieldSrcIPv6, sai.AclTableAttrFieldDstIPv6, sai.AclTableAttrFieldIPProtocol,
		sai.AclTableAttrFieldDscp, sai.AclTableAttrFieldTcpFlags, sai.AclTableAttrFieldL4SrcPort, sai.AclTableAttrFieldL4DstPort, sai.AclTableAttrFieldInPorts,
		sai.AclTableAttrFieldOutPorts, sai.AclTableAttrFieldIcmpType, sai.AclTableAttrFieldIcmpv6Type, sai.AclTableAttrFieldOuterVlanPri,
		sai.AclTableAttrFieldIPv6NextHeader,
	} {
		attrs = append(attrs, at(t, f, true))
	}
	return attrs
}

// bindAcl binds tables to a port or LAG by a group.
func (b *bench) bindAcl(to sai.OID, attr uint16, stage sai.AclStage, tables ...sai.OID) sai.OID {
	b.Helper()
	gt, mt := sai.ObjectTypeAclTableGroup, sai.ObjectTypeAclTableGroupMember
	group := b.create(gt, at(gt, sai.AclTableGroupAttrAclStage, stage), at(gt, sai.AclTableGroupAttrType, sai.AclTableGroupTypeParallel))
	for _, t := range tables {
		b.create(mt, at(mt, sai.AclTableGroupMemberAttrAclTableGroupID, group), at(mt, sai.AclTableGroupMemberAttrAclTableID, t), at(mt, sai.AclTableGroupMemberAttrPriority, uint32(100)))
	}
	b.set(to, attr, group)
	return group
}

// rule makes a rule with a counter.
func (b *bench) rule(table sai.OID, priority uint32, attrs ...sai.Attribute) (rule, counter sai.OID) {
	b.Helper()
	ct := sai.ObjectTypeAclCounter
	counter = b.create(ct, at(ct, sai.AclCounterAttrTableID, table), at(ct, sai.AclCounterAttrEnablePacketCount, true), at(ct, sai.AclCounterAttrEnableByteCount, true))
	attrs = append([]sai.Attribute{
		at(et, sai.AclEntryAttrTableID, table), at(et, sai.AclEntryAttrPriority, priority), at(et, sai.AclEntryAttrAdminState, true),
		at(et, sai.AclEntryAttrActionCounter, sai.Act(counter)),
	}, attrs...)
	return b.create(et, attrs...), counter
}

func act(a sai.PacketAction) sai.Attribute {
	return at(et, sai.AclEntryAttrActionPacketAction, sai.Act(int32(a)))
}

func srcIP(prefix string) sai.Attribute {
	p := netip.MustParsePrefix(prefix)
	mask := make([]byte, p.Addr().BitLen()/8)
	for i := range p.Bits() {
		mask[i/8] |= 0x80 >> (i % 8)
	}
	m, _ := netip.AddrFromSlice(mask)
	id := sai.AclEntryAttrFieldSrcIP
	if p.Addr().Is6() {
		id = sai.AclEntryAttrFieldSrcIPv6
	}
	return at(et, id, sai.Match(p.Addr(), m))
}

func (b *bench) packets(counter sai.OID) uint64 {
	b.Helper()
	return b.get(counter, sai.AclCounterAttrPackets).(uint64)
}

// TestAclFields drops by one field at a time: a frame that has it goes nowhere, one that has it not passes.
func TestAclFields(t *testing.T) {
	b := newBench(t, 2)
	b.access(10, 0, 1)
	table := b.aclTable(sai.AclStageIngress)
	b.bindAcl(b.ports[0], sai.PortAttrIngressAcl, sai.AclStageIngress, table)
	rt := sai.ObjectTypeAclRange
	low := b.create(rt, at(rt, sai.AclRangeAttrType, sai.AclRangeTypeL4SrcPortRange), at(rt, sai.AclRangeAttrLimit, sai.U32Range{Min: 100, Max: 200}))
	p := b.taps()
	udp := func(src string, sport uint16, change ...func([]byte)) func(string) []byte {
		return func(mark string) []byte {
			f := b.packet(b.hostMAC(1), b.hostMAC(0), src, "10.0.0.2", sport, mark)
			for _, c := range change {
				c(f)
			}
			return f
		}
	}
	byteAt := func(i int, v byte) func([]byte) { return func(f []byte) { f[i] = v } }
	tcp := func(flags byte) func(string) []byte {
		segment := udp("10.0.0.1", 1, byteAt(23, 6), byteAt(14+20+13, flags))
		return func(mark string) []byte { return segment("the header ends. " + mark) }
	}
	other := func(mark string) []byte { return ether(b.hostMAC(1), b.hostMAC(0), untagged, mark) }
	fragment := udp("10.0.0.1", 150, byteAt(20, 0), byteAt(21, 9))
	for i, c := range []struct {
		name      string
		attrs     []sai.Attribute
		hit, miss func(mark string) []byte
	}{
		{"source address", []sai.Attribute{srcIP("10.0.0.0/30")}, udp("10.0.0.3", 1), udp("10.0.0.4", 1)},
		{"mask that is no prefix", []sai.Attribute{at(et, sai.AclEntryAttrFieldSrcIP, sai.Match(addr("10.0.0.7"), addr("255.0.0.255")))}, udp("10.9.9.7", 1), udp("10.9.9.8", 1)},
		{"IPv6", []sai.Attribute{srcIP("2001:db8::/33")}, b.udp6("2001:db8:7000::1", 17), b.udp6("2001:db8:8000::1", 17)},
		{"ICMPv6 type", []sai.Attribute{at(et, sai.AclEntryAttrFieldIcmpv6Type, sai.Match(uint8(128), uint8(255)))}, b.udp6("2001:db8::1", 58), b.udp6("2001:db8::1", 17)},
		{"ICMP type", []sai.Attribute{at(et, sai.AclEntryAttrFieldIcmpType, sai.Match(uint8(8), uint8(255)))}, udp("10.0.0.1", 0x800, byteAt(23, 1)), udp("10.0.0.1", 0x300, byteAt(23, 1))},
		{"protocol", []sai.Attribute{at(et, sai.AclEntryAttrFieldIPProtocol, sai.Match(uint8(17), uint8(255)))}, udp("10.0.0.1", 1), tcp(0)},
		{"source port", []sai.Attribute{at(et, sai.AclEntryAttrFieldL4SrcPort, sai.Match(uint16(50), uint16(0xffff)))}, udp("10.0.0.1", 50), udp("10.0.0.1", 51)},
		{"range of ports", []sai.Attribute{at(et, sai.AclEntryAttrFieldAclRangeType, sai.AclFieldObjects{Enabled: true, Value: sai.ObjectList{low}})}, udp("10.0.0.1", 200), udp("10.0.0.1", 201)},
		{"no ports in a fragment", []sai.Attribute{at(et, sai.AclEntryAttrFieldAclRangeType, sai.AclFieldObjects{Enabled: true, Value: sai.ObjectList{low}})}, udp("10.0.0.1", 150), fragment},
		{"TCP flags", []sai.Attribute{at(et, sai.AclEntryAttrFieldTcpFlags, sai.Match(uint8(0x02), uint8(0x12)))}, tcp(0x42), tcp(0x12)},
		{"DSCP", []sai.Attribute{at(et, sai.AclEntryAttrFieldDscp, sai.Match(uint8(8), uint8(0x38)))}, udp("10.0.0.1", 1, byteAt(15, 12<<2)), udp("10.0.0.1", 1, byteAt(15, 16<<2))},
		{"EtherType", []sai.Attribute{at(et, sai.AclEntryAttrFieldEtherType, sai.Match(uint16(0x88b5), uint16(0xffff)))}, other, udp("10.0.0.1", 1)},
		{"not IP", []sai.Attribute{at(et, sai.AclEntryAttrFieldAclIPType, sai.Match(int32(sai.AclIPTypeNonIP), int32(-1)))}, other, udp("10.0.0.1", 1)},
		{"IPv4", []sai.Attribute{at(et, sai.AclEntryAttrFieldAclIPType, sai.Match(int32(sai.AclIPTypeIpv4any), int32(-1)))}, udp("10.0.0.1", 1), b.udp6("2001:db8::1", 17)},
		{"MAC address", []sai.Attribute{at(et, sai.AclEntryAttrFieldDstMAC, sai.Match(sai.MAC{0xff, 0xff}, sai.MAC{0xff, 0xff}))},
			func(mark string) []byte {
				return ether(sai.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, b.hostMAC(0), untagged, mark)
			}, other},
		{"VLAN", []sai.Attribute{at(et, sai.AclEntryAttrFieldOuterVlanID, sai.Match(uint16(10), uint16(0xfff))), srcIP("10.0.0.1/32")}, udp("10.0.0.1", 1), udp("10.0.0.2", 1)},
		{"port", []sai.Attribute{at(et, sai.AclEntryAttrFieldInPorts, sai.AclFieldObjects{Enabled: true, Value: sai.ObjectList{b.ports[0]}}), srcIP("10.0.0.1/32")}, udp("10.0.0.1", 1), udp("10.0.0.2", 1)},
		{"egress port", []sai.Attribute{at(et, sai.AclEntryAttrFieldOutPorts, sai.AclFieldObjects{Enabled: true, Value: sai.ObjectList{b.ports[1]}}), srcIP("10.0.0.1/32")}, udp("10.0.0.1", 1), udp("10.0.0.2", 1)},
	} {
		rule, counter := b.rule(table, 10, append(c.attrs, act(sai.PacketActionDrop))...)
		hit, miss := fmt.Sprintf("hit%d.", i), fmt.Sprintf("miss%d.", i)
		p[0].Send(c.hit(hit), c.miss(miss))
		p[1].silent(hit, miss)
		if n := b.packets(counter); n != 1 {
			t.Errorf("%s: counted %d frames", c.name, n)
		}
		b.remove(rule)
		b.remove(counter)
		p[0].Send(c.hit("again " + hit))
		p[1].expect("again " + hit)
	}
	if n := b.dropped(swDropDROP_ACL); n == 0 {
		t.Error("no drops counted by reason")
	}
}

// udp6 makes packets of IPv6 whose first bytes behind the header are those of an echo request.
func (b *bench) udp6(src string, proto byte) func(string) []byte {
	return func(mark string) []byte {
		d, s := b.hostMAC(1), b.hostMAC(0)
		f := slices.Concat(d[:], s[:], []byte{0x86, 0xdd, 0x60, 0, 0, 0})
		f = binary.BigEndian.AppendUint16(f, uint16(8+len(mark)))
		f = append(f, proto, 64)
		from, to := addr(src).As16(), addr("2001:db8::2").As16()
		f = slices.Concat(f, from[:], to[:], []byte{128, 0, 0, 0, 0, 0, 0, 0}, []byte(mark))
		return f
	}
}

// TestAclOrder: the best rule of a table counts, tables of a group work side by side, and counters count and are cleared.
func TestAclOrder(t *testing.T) {
	b := newBench(t, 2)
	b.access(10, 0, 1)
	one, two := b.aclTable(sai.AclStageIngress), b.aclTable(sai.AclStageIngress)
	b.bindAcl(b.ports[0], sai.PortAttrIngressAcl, sai.AclStageIngress, one, two)
	p := b.taps()
	send := func(mark string) { p[0].Send(b.packet(b.hostMAC(1), b.hostMAC(0), "10.0.0.1", "10.0.0.2", 1, mark)) }
	all, dropped := b.rule(one, 1, srcIP("10.0.0.0/8"), act(sai.PacketActionDrop))
	good, passed := b.rule(one, 2, srcIP("10.0.0.0/24"), act(sai.PacketActionForward))
	send("passes")
	p[1].expect("passes")
	b.set(all, sai.AclEntryAttrPriority, uint32(3))
	send("stays")
	b.set(all, sai.AclEntryAttrAdminState, false)
	send("passes too")
	p[1].silent("stays", "passes too")
	other, second := b.rule(two, 1, srcIP("10.0.0.1/32"), act(sai.PacketActionDrop))
	send("stopped by the second table")
	b.set(other, sai.AclEntryAttrActionPacketAction, sai.Act(int32(sai.PacketActionForward)))
	send("passes both")
	p[1].silent("stopped by the second table", "passes both")
	for _, c := range []struct {
		counter sai.OID
		want    uint64
	}{{dropped, 1}, {passed, 4}, {second, 2}} {
		if n := b.packets(c.counter); n != c.want {
			t.Errorf("counted %d frames, want %d", n, c.want)
		}
	}
	if n := b.get(passed, sai.AclCounterAttrBytes).(uint64); n < 4*60 || n > 4*80 {
		t.Errorf("counted %d bytes", n)
	}
	b.set(passed, sai.AclCounterAttrPackets, uint64(0))
	b.set(good, sai.AclEntryAttrFieldSrcIP, sai.Match(addr("10.0.0.0"), addr("255.0.0.0")))
	send("counted")
	p[1].expect("counted")
	if n := b.packets(passed); n != 1 {
		t.Errorf("counted %d frames since it was cleared", n)
	}
}

// TestAclRedirect sends frames elsewhere: to a port, to a LAG, to a next hop, to a group; and to the CPU as well.
func TestAclRedirect(t *testing.T) {
	b, rifs := routed(t, 4)
	table := b.aclTable(sai.AclStageIngress)
	b.bindAcl(b.ports[0], sai.PortAttrIngressAcl, sai.AclStageIngress, table)
	hop := b.nextHop(rifs[2], "10.0.2.2")
	gt, mt := sai.ObjectTypeNextHopGroup, sai.ObjectTypeNextHopGroupMember
	group := b.create(gt, at(gt, sai.NextHopGroupAttrType, sai.NextHopGroupTypeDynamicUnorderedEcmp))
	b.create(mt, at(mt, sai.NextHopGroupMemberAttrNextHopGroupID, group), at(mt, sai.NextHopGroupMemberAttrNextHopID, b.nextHop(rifs[3], "10.0.3.2")))
	p := b.taps()
	rule, counter := b.rule(table, 1, srcIP("10.0.0.0/8"), at(et, sai.AclEntryAttrActionRedirect, sai.Act(b.ports[3])))
	send := func(mark string) { p[0].Send(b.udp4(0, "10.0.0.2", "10.0.1.2", 1, mark)) }
	send("to a port")
	if f := p[3].expect("to a port"); sai.MAC(f[:6]) != switchMAC {
		t.Errorf("a frame to a port is for %v", sai.MAC(f[:6]))
	}
	b.set(rule, sai.AclEntryAttrActionRedirect, sai.Act(hop))
	send("to a next hop")
	if f := p[2].expect("to a next hop"); sai.MAC(f[:6]) != b.hostMAC(2) || f[22] != 63 {
		t.Errorf("a packet to a next hop is for %v, TTL %d", sai.MAC(f[:6]), f[22])
	}
	b.set(rule, sai.AclEntryAttrActionRedirect, sai.Act(group))
	send("to a group")
	p[3].expect("to a group")
	b.set(rule, sai.AclEntryAttrActionRedirect, sai.AclAction[sai.OID]{})
	b.ns.Up(t, hostName(0))
	host := newTap(t, b.ns, hostName(0))
	b.set(rule, sai.AclEntryAttrActionPacketAction, sai.Act(int32(sai.PacketActionCopy)))
	send("copied")
	p[1].expect("copied")
	host.expect("copied")
	if n := b.trapped(swTrapTRAP_ACL); n != 1 {
		t.Errorf("%d copies counted", n)
	}
	if n := b.packets(counter); n != 4 {
		t.Errorf("%d frames counted", n)
	}
}

// TestAclEgress drops what leaves a port, a LAG's included, and not what the switch itself sends.
func TestAclEgress(t *testing.T) {
	b := newBench(t, 4)
	vlan, _ := b.access(10, 0, 1)
	lag, _ := b.bundle(2, 3)
	b.member(vlan, b.bridgePort(lag), sai.VlanTaggingModeUntagged)
	table := b.aclTable(sai.AclStageEgress)
	b.bindAcl(b.ports[1], sai.PortAttrEgressAcl, sai.AclStageEgress, table)
	b.bindAcl(lag, sai.LagAttrEgressAcl, sai.AclStageEgress, table)
	_, counter := b.rule(table, 1, srcIP("10.0.0.1/32"), act(sai.PacketActionDrop))
	p := b.taps()
	flood := sai.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	p[0].Send(b.packet(flood, b.hostMAC(0), "10.0.0.1", "10.0.0.2", 1, "stays"), b.packet(flood, b.hostMAC(0), "10.0.0.3", "10.0.0.2", 1, "passes"))
	p[1].silent("stays", "passes")
	if n := b.packets(counter); n != 2 {
		t.Errorf("counted %d frames, for a port and a LAG", n)
	}
	if n := b.dropped(swDropDROP_EGRESS_ACL); n != 2 {
		t.Errorf("%d drops by reason", n)
	}
}

// TestAclScale makes a thousand rules with masks of every length: each finds its frames, and what is taken away leaves nothing behind.
func TestAclScale(t *testing.T) {
	b := newBench(t, 2)
	b.access(10, 0, 1)
	table := b.aclTable(sai.AclStageIngress)
	group := b.bindAcl(b.ports[0], sai.PortAttrIngressAcl, sai.AclStageIngress, table)
	rules, counters := b.thousand(table)
	p := b.taps()
	for _, i := range []int{0, 1, 499, 500, 998, 999} {
		hit, miss := fmt.Sprintf("hit%d.", i), fmt.Sprintf("miss%d.", i)
		a := netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1})
		p[0].Send(b.packet(b.hostMAC(1), b.hostMAC(0), a.String(), "10.0.0.2", 1, hit), b.packet(b.hostMAC(1), b.hostMAC(0), "11.0.0.1", "10.0.0.2", 1, miss))
		p[1].silent(hit, miss)
		if n := b.packets(counters[i]); n != 1 {
			t.Errorf("rule %d counted %d frames", i, n)
		}
	}
	for _, r := range rules {
		b.remove(r)
	}
	if n := b.plane.k.maps.AclEntries; entriesOf(n) != 0 {
		t.Errorf("%d entries are left", entriesOf(n))
	}
	if o := b.plane.k.ports.at(uint32(b.plane.ports[b.ports[0]].number)); o.AclIn != uint16(b.plane.acls.groups[group].number) {
		t.Errorf("port has group %d", o.AclIn)
	}
	for _, used := range [][]bool{b.plane.acls.tupleNumbers.used, b.plane.acls.linkNumbers.used, b.plane.acls.chainNumbers.used} {
		if slices.Contains(used[1:], true) {
			t.Error("numbers are left in use")
		}
	}
}

// TestAclAdoption restarts the ASIC under traffic that a rule stops: not one frame passes, and nothing of the earlier process stays.
func TestAclAdoption(t *testing.T) {
	b := &bench{TB: t, notes: make(chan sai.Notification, 10000)}
	b.ns, b.hosts = wired(t, 2)
	pins := bpffs(t)
	build := func() (counter sai.OID) {
		b.access(10, 0, 1)
		table := b.aclTable(sai.AclStageIngress)
		b.bindAcl(b.ports[0], sai.PortAttrIngressAcl, sai.AclStageIngress, table)
		_, counter = b.rule(table, 1, srcIP("10.0.0.1/32"), act(sai.PacketActionDrop))
		return counter
	}
	b.start(Config{Pins: pins})
	b.boot()
	build()
	p := b.taps()
	send := func(src, mark string) { p[0].Send(b.packet(b.hostMAC(1), b.hostMAC(0), src, "10.0.0.2", 1, mark)) }
	send("10.0.0.1", "stopped")
	send("10.0.0.3", "passes")
	p[1].silent("stopped", "passes")
	b.stop()
	send("10.0.0.1", "stopped without a process")
	send("10.0.0.3", "passes without a process")
	p[1].silent("stopped without a process", "passes without a process")
	b.start(Config{Pins: pins, Wait: true})
	b.boot()
	counter := build()
	send("10.0.0.1", "stopped while held")
	if err := b.Restored(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := b.packets(counter)
	send("10.0.0.1", "stopped after")
	send("10.0.0.3", "passes after")
	p[1].silent("stopped", "passes after")
	if n := b.packets(counter) - before; n != 1 {
		t.Errorf("counted %d frames", n)
	}
	if n := entriesOf(b.plane.k.maps.AclEntries); n != 1 {
		t.Errorf("%d entries, of which one is the rule", n)
	}
}
