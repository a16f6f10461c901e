package ebpf

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// collector is the address of the host that a session sends copies to.
var collector = sai.MAC{2, 0, 0, 0, 9, 9}

// span makes a session that sends copies out of a port as they are.
func (b *bench) span(port int) sai.OID {
	b.Helper()
	t := sai.ObjectTypeMirrorSession
	return b.create(t, at(t, sai.MirrorSessionAttrType, sai.MirrorSessionTypeLocal), at(t, sai.MirrorSessionAttrMonitorPort, b.ports[port]))
}

// erspan makes a session as orchagent does.
func (b *bench) erspan(port int, src, dst string, more ...sai.Attribute) sai.OID {
	b.Helper()
	t, version := sai.ObjectTypeMirrorSession, uint8(4)
	if addr(dst).Is6() {
		version = 6
	}
	return b.create(t, append([]sai.Attribute{
		at(t, sai.MirrorSessionAttrType, sai.MirrorSessionTypeEnhancedRemote), at(t, sai.MirrorSessionAttrMonitorPort, b.ports[port]),
		at(t, sai.MirrorSessionAttrErspanEncapsulationType, sai.ErspanEncapsulationTypeMirrorL3GreTunnel), at(t, sai.MirrorSessionAttrIphdrVersion, version),
		at(t, sai.MirrorSessionAttrTos, uint8(8<<2)), at(t, sai.MirrorSessionAttrTtl, uint8(64)),
		at(t, sai.MirrorSessionAttrSrcIPAddress, addr(src)), at(t, sai.MirrorSessionAttrDstIPAddress, addr(dst)),
		at(t, sai.MirrorSessionAttrSrcMACAddress, switchMAC), at(t, sai.MirrorSessionAttrDstMACAddress, collector),
		at(t, sai.MirrorSessionAttrGreProtocolType, uint16(0x88be)),
	}, more...)...)
}

func (p *tap) expectFrame(mark string, want []byte) {
	p.t.Helper()
	if got := p.expect(mark); !bytes.Equal(got, want) {
		p.t.Errorf("got\n%swant\n%s", hex.Dump(got), hex.Dump(want))
	}
}

// TestSpan copies what comes in at a port, as it comes, and what leaves by one, as it leaves; also what is dropped, and what is routed on.
func TestSpan(t *testing.T) {
	b := newBench(t, 3)
	b.quiet()
	vlan := b.vlan(10)
	for i, mode := range []sai.VlanTaggingMode{sai.VlanTaggingModeTagged, sai.VlanTaggingModeUntagged} {
		b.member(vlan, b.bridgePort(b.ports[i]), mode)
	}
	b.set(b.ports[1], sai.PortAttrPortVlanID, uint16(10))
	session, p := b.span(2), b.taps()
	list := sai.ObjectList{session}

	b.set(b.ports[0], sai.PortAttrIngressMirrorSession, list)
	tagged := ether(b.hostMAC(1), b.hostMAC(0), 3<<13|1<<12|10, "comes in.")
	p[0].Send(tagged)
	p[1].expect("comes in.")
	p[2].expectFrame("comes in.", tagged)
	stray := ether(b.hostMAC(1), b.hostMAC(0), 99, "of no VLAN.")
	p[0].Send(stray)
	p[2].expectFrame("of no VLAN.", stray)
	p[1].Send(ether(b.hostMAC(0), b.hostMAC(1), untagged, "the other way."))
	p[0].expect("the other way.")

	b.set(b.ports[0], sai.PortAttrEgressMirrorSession, list)
	p[1].Send(ether(b.hostMAC(0), b.hostMAC(1), untagged, "leaves."))
	p[2].expectFrame("leaves.", p[0].expect("leaves."))
	if n := p[2].pending("the other way."); n != 0 {
		t.Errorf("%d copies of what leaves while only what comes in was asked for", n)
	}
	p[1].Send(ether(broadcast, b.hostMAC(1), untagged, "to all."))
	p[2].expectFrame("to all.", p[0].expect("to all."))

	b.set(b.ports[0], sai.PortAttrIngressMirrorSession, sai.ObjectList{})
	b.set(b.ports[0], sai.PortAttrEgressMirrorSession, sai.ObjectList{})
	sent := b.stat(b.ports[2], int32(sai.PortStatIfOutUcastPkts))
	b.remove(session)
	p[0].Send(ether(b.hostMAC(1), b.hostMAC(0), 10, "no more."))
	p[1].expect("no more.")
	if n := p[2].pending("no more."); n != 0 || sent != 3 {
		t.Errorf("%d copies of a session that is gone; %d unicast copies were counted", n, sent)
	}
}

// TestErspan compares whole packets of GRE, with and without tags inside and outside, over IPv4 and IPv6.
func TestErspan(t *testing.T) {
	b := newBench(t, 3)
	b.quiet()
	b.access(10, 0, 1)
	mt, p := sai.ObjectTypeMirrorSession, b.taps()
	outer4 := func(inner []byte) []byte {
		h := slices.Concat(collector[:], switchMAC[:], []byte{8, 0, 0x45, 8 << 2, 0, 0, 0, 0, 0, 0, 64, 47, 0, 0, 10, 1, 0, 1, 10, 9, 0, 7, 0, 0, 0x88, 0xbe})
		binary.BigEndian.PutUint16(h[16:], uint16(24+len(inner)))
		binary.BigEndian.PutUint16(h[24:], checksum(h[14:34]))
		return append(h, inner...)
	}
	outer6 := func(inner []byte) []byte {
		src, dst := addr("fd01::1").As16(), addr("fd09::7").As16()
		h := slices.Concat(collector[:], switchMAC[:], []byte{0x86, 0xdd, 0x62, 0, 0, 0, 0, 0, 47, 64}, src[:], dst[:], []byte{0, 0, 0x88, 0xbe})
		binary.BigEndian.PutUint16(h[18:], uint16(4+len(inner)))
		return append(h, inner...)
	}
	behindTag := func(f []byte) []byte { return slices.Concat(f[:12], []byte{0x81, 0, 0, 30}, f[12:]) }
	tag := []sai.Attribute{at(mt, sai.MirrorSessionAttrVlanHeaderValid, true), at(mt, sai.MirrorSessionAttrVlanTpid, uint16(0x8100)), at(mt, sai.MirrorSessionAttrVlanID, uint16(30)),
		at(mt, sai.MirrorSessionAttrVlanPri, uint8(0)), at(mt, sai.MirrorSessionAttrVlanCfi, uint8(0))}
	for _, c := range []struct {
		name    string
		session func() sai.OID
		whole   func(inner []byte) []byte
	}{
		{"IPv4", func() sai.OID { return b.erspan(2, "10.1.0.1", "10.9.0.7") }, outer4},
		{"IPv6", func() sai.OID { return b.erspan(2, "fd01::1", "fd09::7") }, outer6},
		{"out of a VLAN", func() sai.OID { return b.erspan(2, "10.1.0.1", "10.9.0.7", tag...) }, func(inner []byte) []byte { return behindTag(outer4(inner)) }},
	} {
		session := c.session()
		b.set(b.ports[0], sai.PortAttrIngressMirrorSession, sai.ObjectList{session})
		twice := ether(b.hostMAC(1), b.hostMAC(0), 5<<13|10, "x")
		twice = slices.Concat(twice[:16], []byte{0x81, 0, 0, 20, 0x88, 0xb5}, []byte("two tags of "+c.name+"."), make([]byte, 20))
		for mark, f := range map[string][]byte{
			"none of " + c.name + ".":     ether(b.hostMAC(1), b.hostMAC(0), untagged, "none of "+c.name+"."),
			"one of " + c.name + ".":      ether(b.hostMAC(1), b.hostMAC(0), 5<<13|10, "one of "+c.name+"."),
			"two tags of " + c.name + ".": twice,
			"UDP by " + c.name + ".":      b.packet(b.hostMAC(1), b.hostMAC(0), "10.0.0.1", "10.0.0.2", 1, "UDP by "+c.name+"."),
		} {
			p[0].Send(f)
			p[2].expectFrame(mark, c.whole(f))
		}
		b.set(b.ports[0], sai.PortAttrIngressMirrorSession, sai.ObjectList{})
		b.remove(session)
	}
}

// TestMirrorRules copies what rules of ACLs match, with the tag that it came with, and follows a session that changes.
func TestMirrorRules(t *testing.T) {
	b := newBench(t, 4)
	b.quiet()
	vlan := b.vlan(10)
	for i := range 2 {
		b.member(vlan, b.bridgePort(b.ports[i]), sai.VlanTaggingModeTagged)
	}
	session, p := b.span(2), b.taps()
	mirrorTo := func(id uint16) sai.Attribute {
		return at(et, id, sai.AclActionObjects{Enabled: true, Value: sai.ObjectList{session}})
	}
	table := b.aclTable(sai.AclStageIngress)
	b.bindAcl(b.ports[0], sai.PortAttrIngressAcl, sai.AclStageIngress, table)
	rule, counter := b.rule(table, 1, at(et, sai.AclEntryAttrFieldEtherType, sai.Match(uint16(0x88b5), uint16(0xffff))), mirrorTo(sai.AclEntryAttrActionMirrorIngress))
	send := func(mark string) []byte {
		f := ether(b.hostMAC(1), b.hostMAC(0), 2<<13|10, mark)
		p[0].Send(f)
		p[1].expect(mark)
		return f
	}
	p[2].expectFrame("matches.", send("matches."))
	b.set(session, sai.MirrorSessionAttrMonitorPort, b.ports[3])
	p[3].expectFrame("moved.", send("moved."))
	if n := b.packets(counter); n != 2 {
		t.Errorf("%d frames counted", n)
	}
	b.remove(rule)
	send("unmatched.")
	egress := b.aclTable(sai.AclStageEgress)
	b.bindAcl(b.ports[1], sai.PortAttrEgressAcl, sai.AclStageEgress, egress)
	b.rule(egress, 1, at(et, sai.AclEntryAttrFieldEtherType, sai.Match(uint16(0x88b5), uint16(0xffff))), mirrorTo(sai.AclEntryAttrActionMirrorEgress))
	p[3].expectFrame("on the way out.", send("on the way out."))
	if p[2].pending("moved.") != 0 {
		t.Error("a copy at the port that the session had before")
	}
}

// TestMirrorAdoption restarts the ASIC: copies go on without a process, and are the same after it.
func TestMirrorAdoption(t *testing.T) {
	b := &bench{TB: t, notes: make(chan sai.Notification, 10000)}
	b.ns, b.hosts = wired(t, 3)
	pins := bpffs(t)
	build := func() {
		b.access(10, 0, 1)
		b.span(1)
		session := b.erspan(2, "10.1.0.1", "10.9.0.7")
		b.set(b.ports[0], sai.PortAttrIngressMirrorSession, sai.ObjectList{session})
	}
	b.start(Config{Pins: pins})
	b.boot()
	build()
	p := b.taps()
	send := func(mark string) { p[0].Send(ether(b.hostMAC(1), b.hostMAC(0), untagged, mark)) }
	send("before.")
	first := p[2].expect("before.")
	b.stop()
	send("alone.")
	p[2].expect("alone.")
	b.start(Config{Pins: pins, Wait: true})
	b.boot()
	build()
	was := *b.plane.k.mirrors.at(2)
	if err := b.Restored(t.Context()); err != nil {
		t.Fatal(err)
	}
	send("before.")
	if again := p[2].expect("before."); !bytes.Equal(first, again) {
		t.Errorf("before\n%safter\n%s", hex.Dump(first), hex.Dump(again))
	}
	if now := *b.plane.k.mirrors.at(2); was.Port == 0 || now != was {
		t.Errorf("the session had another number before: %v, now %v", was, now)
	}
}
