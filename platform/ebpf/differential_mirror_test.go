package ebpf

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// mirroring makes mirror sessions of all kinds, and has frames of ports copied to them.
func (g *plan) mirroring() {
	if g.percent(50) {
		return
	}
	for i := range 1 + g.IntN(3) {
		m := fmt.Sprint("mirror", i)
		g.sessions = append(g.sessions, m)
		g.create(m, sai.ObjectTypeMirrorSession, g.session()...)
	}
	for range 1 + g.IntN(4) {
		g.mirrorPort()
	}
}

// monitor is where copies leave.
func (g *plan) monitor() sai.Attribute {
	return at(sai.ObjectTypeMirrorSession, sai.MirrorSessionAttrMonitorPort, name(oneOf(g.dice, append(g.logical, fmt.Sprintf("port%d", g.IntN(g.ports)))...)))
}

func (g *plan) session() []sai.Attribute {
	t := sai.ObjectTypeMirrorSession
	if g.percent(40) {
		return []sai.Attribute{at(t, sai.MirrorSessionAttrType, sai.MirrorSessionTypeLocal), g.monitor()}
	}
	src, dst, version := addr("10.200.0.1"), addr("10.200.0.2"), uint8(4)
	if g.percent(40) {
		src, dst, version = addr("fd02::1"), addr("fd02::2"), 6
	}
	attrs := []sai.Attribute{
		at(t, sai.MirrorSessionAttrType, sai.MirrorSessionTypeEnhancedRemote), g.monitor(),
		at(t, sai.MirrorSessionAttrErspanEncapsulationType, sai.ErspanEncapsulationTypeMirrorL3GreTunnel), at(t, sai.MirrorSessionAttrIphdrVersion, version),
		at(t, sai.MirrorSessionAttrTos, oneOf[uint8](g.dice, 0, 8<<2, 0xff)), at(t, sai.MirrorSessionAttrTtl, oneOf[uint8](g.dice, 1, 64, 255)),
		at(t, sai.MirrorSessionAttrSrcIPAddress, src), at(t, sai.MirrorSessionAttrDstIPAddress, dst),
		at(t, sai.MirrorSessionAttrSrcMACAddress, switchMAC), at(t, sai.MirrorSessionAttrDstMACAddress, mac(byte(50+g.IntN(3)))),
		at(t, sai.MirrorSessionAttrGreProtocolType, oneOf[uint16](g.dice, 0x88be, 0x8949)),
	}
	if g.percent(40) {
		attrs = append(attrs, at(t, sai.MirrorSessionAttrVlanHeaderValid, true), at(t, sai.MirrorSessionAttrVlanTpid, uint16(0x8100)),
			at(t, sai.MirrorSessionAttrVlanID, uint16(10+g.IntN(20))), at(t, sai.MirrorSessionAttrVlanPri, uint8(g.IntN(8))), at(t, sai.MirrorSessionAttrVlanCfi, uint8(g.IntN(2))))
	}
	return attrs
}

// someSessions are sessions, or none.
func (g *plan) someSessions() (list []string) {
	for _, m := range g.sessions {
		if g.percent(50) {
			list = append(list, m)
		}
	}
	return list
}

func (g *plan) mirrorPort() {
	port, list := fmt.Sprintf("port%d", g.IntN(g.ports)), g.someSessions()
	attr := oneOf(g.dice, sai.PortAttrIngressMirrorSession, sai.PortAttrEgressMirrorSession)
	g.add(fmt.Sprintf("%s: %v=%v", port, sai.ObjectTypePort.Meta().Attr(attr), list), func(w *world) { w.put(w.oids[port], attr, w.list(list)) })
}

func (w *world) list(names []string) sai.ObjectList {
	list := sai.ObjectList{}
	for _, n := range names {
		if oid := w.oids[n]; oid != 0 {
			list = append(list, oid)
		}
	}
	return list
}

// mirrorAction is that of a rule.
func (g *plan) mirrorAction() sai.Attribute {
	list := g.someSessions()
	return at(et, oneOf(g.dice, sai.AclEntryAttrActionMirrorIngress, sai.AclEntryAttrActionMirrorEgress), later{"to " + strings.Join(list, " "), func(w *world) any {
		return sai.AclActionObjects{Enabled: len(list) > 0, Value: w.list(list)}
	}})
}

// changeMirrors adds a step that changes a session, or what is copied to it.
func (g *plan) changeMirrors() {
	if len(g.sessions) == 0 {
		return
	}
	m, t := oneOf(g.dice, g.sessions...), sai.ObjectTypeMirrorSession
	set := func(a sai.Attribute) {
		g.add(fmt.Sprintf("%s %v=%v", m, a.Meta, a.Value), func(w *world) { w.put(w.oids[m], a.Meta.ID, w.resolved([]sai.Attribute{a})[0].Value) })
	}
	switch g.IntN(5) {
	case 0:
		set(g.monitor())
	case 1:
		set(at(t, sai.MirrorSessionAttrDstMACAddress, mac(byte(50+g.IntN(3)))))
	case 2:
		set(at(t, sai.MirrorSessionAttrDstIPAddress, oneOf(g.dice, addr("10.200.0.3"), netip.MustParseAddr("fd02::3"))))
	default:
		g.mirrorPort()
	}
}
