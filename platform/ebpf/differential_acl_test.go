package ebpf

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// later is a value that names objects.
type later struct {
	text  string
	value func(w *world) any
}

func (l later) String() string { return l.text }

func (g *plan) actOn(object string) later {
	return later{"act on " + object, func(w *world) any { return sai.Act(w.oids[object]) }}
}

func objects(names ...string) later {
	return later{"of " + strings.Join(names, " "), func(w *world) any {
		v := sai.AclFieldObjects{Enabled: true}
		for _, n := range names {
			v.Value = append(v.Value, w.oids[n])
		}
		return v
	}}
}

// access makes access lists and binds them.
func (g *plan) access() {
	if g.percent(30) {
		return
	}
	rt := sai.ObjectTypeAclRange
	for i := range g.IntN(3) {
		low := uint32(oneOf(g.dice, 0, 68, 1000, 1001))
		r := fmt.Sprint("range", i)
		g.create(r, rt, at(rt, sai.AclRangeAttrType, oneOf(g.dice, sai.AclRangeTypeL4SrcPortRange, sai.AclRangeTypeL4DstPortRange)),
			at(rt, sai.AclRangeAttrLimit, sai.U32Range{Min: low, Max: low + uint32(g.IntN(500))}))
		g.ranges = append(g.ranges, r)
	}
	for i := range 1 + g.IntN(4) {
		stage := oneOf(g.dice, sai.AclStageIngress, sai.AclStageIngress, sai.AclStageEgress)
		table := fmt.Sprint("acl", i)
		g.create(table, sai.ObjectTypeAclTable, aclTableAttrs(stage)...)
		g.tables[stage] = append(g.tables[stage], table)
		for range g.IntN(6) {
			g.rule(table, stage)
		}
	}
	for stage, tables := range g.tables {
		if len(tables) > 0 {
			g.bound[stage] = append(g.bound[stage], oneOf(g.dice, tables...), g.tableGroup(sai.AclStage(stage), tables))
		}
	}
	for _, o := range g.logical {
		for stage := range g.bound {
			if len(g.bound[stage]) > 0 && g.percent(60) {
				g.bind(o, sai.AclStage(stage))
			}
		}
	}
}

func (g *plan) tableGroup(stage sai.AclStage, tables []string) string {
	gt, mt, group := sai.ObjectTypeAclTableGroup, sai.ObjectTypeAclTableGroupMember, fmt.Sprint("acls", stage)
	g.create(group, gt, at(gt, sai.AclTableGroupAttrAclStage, stage), at(gt, sai.AclTableGroupAttrType, sai.AclTableGroupTypeParallel))
	for _, t := range tables {
		g.create(group+" "+t, mt, at(mt, sai.AclTableGroupMemberAttrAclTableGroupID, name(group)), at(mt, sai.AclTableGroupMemberAttrAclTableID, name(t)),
			at(mt, sai.AclTableGroupMemberAttrPriority, uint32(100)))
	}
	return group
}

// bind gives the frames of a port or LAG to access lists, or to none.
func (g *plan) bind(to string, stage sai.AclStage) {
	list := oneOf(g.dice, append(g.bound[stage], "nothing")...)
	attrs := map[bool][2]uint16{
		false: {sai.PortAttrIngressAcl, sai.PortAttrEgressAcl}, true: {sai.LagAttrIngressAcl, sai.LagAttrEgressAcl},
	}[to == "lag"]
	g.add(fmt.Sprintf("%s: access list %s at stage %d", to, list, stage), func(w *world) { w.put(w.oids[to], attrs[stage], w.oids[list]) })
}

// priority is one that no other rule has: which of equals counts is open.
func (g *plan) priority() uint32 {
	for {
		if n := uint32(1 + g.IntN(1000)); !g.priorities[n] {
			g.priorities[n] = true
			return n
		}
	}
}

func (g *plan) rule(table string, stage sai.AclStage) {
	ct, rule := sai.ObjectTypeAclCounter, fmt.Sprint("rule ", table, " ", len(g.rules))
	g.create("counter "+rule, ct, at(ct, sai.AclCounterAttrTableID, name(table)), at(ct, sai.AclCounterAttrEnablePacketCount, true),
		at(ct, sai.AclCounterAttrEnableByteCount, true))
	attrs := []sai.Attribute{
		at(et, sai.AclEntryAttrTableID, name(table)), at(et, sai.AclEntryAttrPriority, g.priority()),
		at(et, sai.AclEntryAttrActionCounter, g.actOn("counter "+rule)), g.packetAction(),
	}
	if g.percent(10) {
		attrs = append(attrs, at(et, sai.AclEntryAttrAdminState, false))
	}
	if to := append(append(append([]string{}, g.logical...), g.hops...), g.groups...); stage == sai.AclStageIngress && g.percent(40) {
		attrs = append(attrs[:3], at(et, sai.AclEntryAttrActionRedirect, g.actOn(oneOf(g.dice, to...))))
	}
	if len(g.sessions) > 0 && g.percent(40) {
		attrs = append(attrs, g.mirrorAction())
	}
	if len(g.policers) > 0 && g.percent(30) {
		attrs = append(attrs, at(et, sai.AclEntryAttrActionSetPolicer, g.actOn(oneOf(g.dice, g.policers...))))
	}
	used := map[uint16]bool{}
	for range g.IntN(4) {
		if f := g.field(); !used[f.Meta.ID] {
			used[f.Meta.ID] = true
			attrs = append(attrs, f)
		}
	}
	g.rules = append(g.rules, rule)
	g.create(rule, et, attrs...)
}

func (g *plan) packetAction() sai.Attribute {
	return act(oneOf(g.dice, sai.PacketActionDrop, sai.PacketActionDrop, sai.PacketActionForward, sai.PacketActionForward, sai.PacketActionCopy, sai.PacketActionTrap))
}

// field is something that a rule asks for.
func (g *plan) field() sai.Attribute {
	byteField := func(id uint16, mask uint8, values ...uint8) sai.Attribute {
		return at(et, id, sai.Match(oneOf(g.dice, values...), mask))
	}
	short := func(id uint16, mask uint16, values ...uint16) sai.Attribute {
		return at(et, id, sai.Match(oneOf(g.dice, values...), mask))
	}
	macMask := oneOf(g.dice, sai.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, sai.MAC{1}, sai.MAC{0, 0, 0, 0, 0, 3})
	port := oneOf[uint16](g.dice, 7, 67, 179, 1000, 1001)
	switch g.IntN(20) {
	case 0:
		return at(et, sai.AclEntryAttrFieldSrcMAC, sai.Match(g.dice.station(), macMask))
	case 1:
		return at(et, sai.AclEntryAttrFieldDstMAC, sai.Match(g.mac(), macMask))
	case 2:
		return short(sai.AclEntryAttrFieldEtherType, 0xffff, 0x800, 0x86dd, 0x806, 0x88b5, 0x8100)
	case 3:
		return short(sai.AclEntryAttrFieldOuterVlanID, oneOf[uint16](g.dice, 0xfff, 0xff0), 0, 7, 10, 20, 30)
	case 4:
		return byteField(sai.AclEntryAttrFieldOuterVlanPri, oneOf[uint8](g.dice, 7, 4), 0, 1, 4, 7)
	case 5:
		return at(et, sai.AclEntryAttrFieldAclIPType, sai.Match(int32(oneOf(g.dice, sai.AclIPTypeAny, sai.AclIPTypeIP, sai.AclIPTypeNonIP, sai.AclIPTypeIpv4any,
			sai.AclIPTypeNonIPv4, sai.AclIPTypeIpv6any, sai.AclIPTypeNonIPv6, sai.AclIPTypeArp, sai.AclIPTypeArpRequest, sai.AclIPTypeArpReply)), -1))
	case 6, 7:
		return at(et, oneOf(g.dice, sai.AclEntryAttrFieldSrcIP, sai.AclEntryAttrFieldDstIP), sai.Match(addr(g.ip4()), g.mask(4)))
	case 8, 9:
		return at(et, oneOf(g.dice, sai.AclEntryAttrFieldSrcIPv6, sai.AclEntryAttrFieldDstIPv6), sai.Match(addr(g.ip6()), g.mask(16)))
	case 10:
		return byteField(sai.AclEntryAttrFieldIPProtocol, 0xff, 6, 17, 1, 58)
	case 11:
		return byteField(sai.AclEntryAttrFieldDscp, oneOf[uint8](g.dice, 0x3f, 0x38), 0, 8, 46)
	case 12:
		return byteField(sai.AclEntryAttrFieldTcpFlags, oneOf[uint8](g.dice, 2, 0x12), 0, 2, 0x10)
	case 13:
		return short(sai.AclEntryAttrFieldL4SrcPort, oneOf[uint16](g.dice, 0xffff, 0xfffe), port)
	case 14:
		return short(sai.AclEntryAttrFieldL4DstPort, oneOf[uint16](g.dice, 0xffff, 0xfffe), port)
	case 15:
		return byteField(sai.AclEntryAttrFieldIcmpType, 0xff, 0, 8)
	case 16:
		return byteField(sai.AclEntryAttrFieldIcmpv6Type, 0xff, 128, 135)
	case 17:
		return at(et, sai.AclEntryAttrFieldInPorts, objects(g.some()...))
	case 18:
		return at(et, sai.AclEntryAttrFieldOutPorts, objects(g.some()...))
	}
	if len(g.ranges) == 0 {
		return byteField(sai.AclEntryAttrFieldIPv6NextHeader, 0xff, 6, 17, 58)
	}
	return at(et, sai.AclEntryAttrFieldAclRangeType, objects(g.ranges[:1+g.IntN(len(g.ranges))]...))
}

// mask is often a prefix's.
func (g *plan) mask(size int) netip.Addr {
	b := make([]byte, size)
	for i := range oneOf(g.dice, 8, 16, 24, 31, 32, 64, 128) {
		if i/8 < size {
			b[i/8] |= 0x80 >> (i % 8)
		}
	}
	if g.percent(10) {
		b[1] = 0
	}
	m, _ := netip.AddrFromSlice(b)
	return m
}

// some are ports.
func (g *plan) some() (ports []string) {
	for i := range g.ports {
		if g.percent(40) {
			ports = append(ports, fmt.Sprintf("port%d", i))
		}
	}
	return append(ports, fmt.Sprintf("port%d", g.IntN(g.ports)))
}

// changeAccess adds a step that changes access lists.
func (g *plan) changeAccess() {
	if len(g.rules) == 0 {
		return
	}
	rule := oneOf(g.dice, g.rules...)
	set := func(attr uint16, v any) {
		g.add(fmt.Sprintf("%s %d=%v", rule, attr, v), func(w *world) { w.put(w.oids[rule], attr, v) })
	}
	stage := oneOf(g.dice, sai.AclStageIngress, sai.AclStageEgress)
	switch g.IntN(8) {
	case 0:
		set(sai.AclEntryAttrPriority, g.priority())
	case 1:
		set(sai.AclEntryAttrAdminState, g.percent(60))
	case 2:
		a := g.packetAction()
		set(a.Meta.ID, a.Value)
	case 3:
		g.add("remove "+rule, func(w *world) { w.unmake(w.oids[rule]) })
	case 4:
		g.add("clear counter of "+rule, func(w *world) { w.put(w.oids["counter "+rule], sai.AclCounterAttrPackets, uint64(0)) })
	case 5:
		if len(g.tables[stage]) > 0 {
			g.rule(oneOf(g.dice, g.tables[stage]...), stage)
		}
	default:
		if len(g.bound[stage]) > 0 {
			g.bind(oneOf(g.dice, g.logical...), stage)
		}
	}
}

// compareRules compares what rules have counted.
func (w *world) compareRules() string {
	w.Helper()
	t := sai.ObjectTypeAclCounter
	var b strings.Builder
	for name, oid := range w.oids {
		o := object(oid)
		if oid == 0 || o.Type != t {
			continue
		}
		read := func(a *virtual.ASIC) string {
			return fmt.Sprint(a.Get(context.Background(), t, []sai.GetRequest{{Object: o, Attrs: []sai.Attribute{
				at(t, sai.AclCounterAttrPackets, nil), at(t, sai.AclCounterAttrBytes, nil)}}})[0])
		}
		if kernel, model := read(w.ASIC.ASIC), read(w.twin); kernel != model {
			fmt.Fprintf(&b, "%s: the kernel has %s, the model %s\n", name, kernel, model)
		}
	}
	return b.String()
}
