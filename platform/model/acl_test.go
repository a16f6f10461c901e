package model_test

import (
	"context"
	"net/netip"
	"testing"

	"github.com/hypersonic-nos/hypersonic/platform/model"
	"github.com/hypersonic-nos/hypersonic/sai"
)

const entryType = sai.ObjectTypeAclEntry

// rule makes a rule with a counter.
func (b *bench) rule(table sai.OID, priority uint32, attrs ...sai.Attribute) (rule, counter sai.OID) {
	b.Helper()
	ct := sai.ObjectTypeAclCounter
	counter = b.create(ct, at(ct, sai.AclCounterAttrTableID, table), at(ct, sai.AclCounterAttrEnablePacketCount, true), at(ct, sai.AclCounterAttrEnableByteCount, true))
	attrs = append([]sai.Attribute{
		at(entryType, sai.AclEntryAttrTableID, table), at(entryType, sai.AclEntryAttrPriority, priority), at(entryType, sai.AclEntryAttrActionCounter, sai.Act(counter)),
	}, attrs...)
	return b.create(entryType, attrs...), counter
}

func (b *bench) counted(counter sai.OID) (packets, bytes uint64) {
	b.Helper()
	t := sai.ObjectTypeAclCounter
	r := b.Get(context.Background(), t, []sai.GetRequest{{Object: sai.Object{Type: t, OID: counter}, Attrs: []sai.Attribute{
		at(t, sai.AclCounterAttrPackets, nil), at(t, sai.AclCounterAttrBytes, nil)}}})[0]
	return r.Attrs[0].Value.(uint64), r.Attrs[1].Value.(uint64)
}

func destination(ip, mask string) sai.Attribute {
	return at(entryType, sai.AclEntryAttrFieldDstIP, sai.Match(netip.MustParseAddr(ip), netip.MustParseAddr(mask)))
}

func does(a sai.PacketAction) sai.Attribute {
	return at(entryType, sai.AclEntryAttrActionPacketAction, sai.Act(int32(a)))
}

// TestAccessLists is access lists by examples: the best rule of a table, tables side by side, redirects, ways out, and counters.
func TestAccessLists(t *testing.T) {
	b := newBench(t)
	table := func(stage sai.AclStage) sai.OID {
		tt := sai.ObjectTypeAclTable
		return b.create(tt, at(tt, sai.AclTableAttrAclStage, stage), at(tt, sai.AclTableAttrFieldDstIP, true), at(tt, sai.AclTableAttrFieldL4DstPort, true),
			at(tt, sai.AclTableAttrFieldOutPorts, true), at(tt, sai.AclTableAttrFieldOuterVlanID, true))
	}
	one, two, out := table(sai.AclStageIngress), table(sai.AclStageIngress), table(sai.AclStageEgress)
	gt, mt := sai.ObjectTypeAclTableGroup, sai.ObjectTypeAclTableGroupMember
	group := b.create(gt, at(gt, sai.AclTableGroupAttrAclStage, sai.AclStageIngress))
	for _, oid := range []sai.OID{one, two} {
		b.create(mt, at(mt, sai.AclTableGroupMemberAttrAclTableGroupID, group), at(mt, sai.AclTableGroupMemberAttrAclTableID, oid), at(mt, sai.AclTableGroupMemberAttrPriority, uint32(1)))
	}
	b.set(b.ports[0], sai.PortAttrIngressAcl, group)
	b.set(b.ports[1], sai.PortAttrEgressAcl, out)
	_, subnet := b.rule(one, 1, destination("10.0.10.0", "255.255.255.0"), does(sai.PacketActionDrop))
	_, host2 := b.rule(one, 2, destination("10.0.10.2", "255.255.255.255"), does(sai.PacketActionForward))
	b.rule(two, 1, destination("11.0.0.3", "255.255.255.255"), at(entryType, sai.AclEntryAttrActionRedirect, sai.Act(b.ports[3])))
	b.rule(two, 2, destination("11.0.0.4", "255.255.255.255"), does(sai.PacketActionTrap))
	late, _ := b.rule(two, 3, at(entryType, sai.AclEntryAttrFieldOutPorts, sai.AclFieldObjects{Enabled: true, Value: sai.ObjectList{b.ports[2]}}), does(sai.PacketActionDrop))
	_, left := b.rule(out, 1, at(entryType, sai.AclEntryAttrFieldL4DstPort, sai.Match(uint16(9), uint16(0xffff))), does(sai.PacketActionDrop))
	_, vlan := b.rule(out, 2, at(entryType, sai.AclEntryAttrFieldOuterVlanID, sai.Match(uint16(11), uint16(0xfff))), does(sai.PacketActionDrop))
	to9 := func(f []byte) []byte { f[37] = 9; return f }
	for _, c := range []struct {
		what, in string
		frame    []byte
		want     string
	}{
		{"forwarded by the better rule, but not flooded everywhere", "eth1", udp(router, other, "10.0.10.2", 64), "drop (access list of the way out), out eth2"},
		{"dropped by the other", "eth1", udp(router, other, "10.0.10.3", 64), "drop (access list)"},
		{"not bound there", "eth2", udp(router, host, "10.0.10.3", 64), "learn 02:00:00:00:01:0A, punt Vlan10 (to be resolved)"},
		{"redirected", "eth1", udp(router, other, "11.0.0.3", 64), "out eth4"},
		{"trapped", "eth1", udp(router, other, "11.0.0.4", 64), "drop (access list), punt Ethernet0 (access list)"},
		{"dropped on its way out", "eth1", to9(udp(router, other, "10.0.10.2", 64)), "drop (access list of the way out)"},
		{"of the switch itself", "Vlan10", to9(udp(host, router, "10.0.10.2", 64)), "out eth2"},
	} {
		f, _ := model.Parse(c.frame)
		o := b.s.Process(c.in, f)
		if got := said(o); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
		b.s.Take(o, 0)
	}
	for _, c := range []struct {
		what    string
		counter sai.OID
		packets uint64
	}{{"subnet", subnet, 1}, {"host", host2, 2}, {"port on the way out", left, 1}, {"VLAN", vlan, 0}} {
		if packets, bytes := b.counted(c.counter); packets != c.packets || bytes != 42*packets {
			t.Errorf("%s: %d frames, %d bytes", c.what, packets, bytes)
		}
	}
	b.set(host2, sai.AclCounterAttrPackets, uint64(0))
	if packets, bytes := b.counted(host2); packets != 0 || bytes != 84 {
		t.Errorf("cleared: %d frames, %d bytes", packets, bytes)
	}
	b.set(b.ports[1], sai.PortAttrAdminState, false)
	b.set(late, sai.AclEntryAttrFieldOutPorts, sai.AclFieldObjects{Enabled: true, Value: sai.ObjectList{b.ports[3]}})
	f, _ := model.Parse(udp(router, other, "11.0.0.3", 64))
	if got := said(b.s.Process("eth1", f)); got != "drop (access list of the way out)" {
		t.Errorf("a rule that asks where the frame leaves: %s", got)
	}
}
