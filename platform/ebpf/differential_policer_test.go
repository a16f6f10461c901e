package ebpf

import (
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// police makes policers, groups of traps, and storm control. No policer fills again: what it lets through must not depend on the time.
func (g *plan) police() {
	if g.percent(40) {
		return
	}
	t, gt := sai.ObjectTypePolicer, sai.ObjectTypeHostifTrapGroup
	for i := range 3 {
		policer, group := fmt.Sprint("policer", i), fmt.Sprint("traps", i)
		meter, burst := oneOf(g.dice, sai.MeterTypePackets, sai.MeterTypeBytes), uint64(6)
		if meter == sai.MeterTypeBytes {
			burst = 800
		}
		g.create(policer, t, at(t, sai.PolicerAttrMeterType, meter), at(t, sai.PolicerAttrMode, oneOf(g.dice, sai.PolicerModeSrTcm, sai.PolicerModeTrTcm, sai.PolicerModeStormControl)),
			at(t, sai.PolicerAttrCbs, g.Uint64N(burst)), at(t, sai.PolicerAttrPbs, g.Uint64N(burst)),
			at(t, sai.PolicerAttrGreenPacketAction, g.colored(10)), at(t, sai.PolicerAttrYellowPacketAction, g.colored(30)), at(t, sai.PolicerAttrRedPacketAction, g.colored(80)))
		g.create(group, gt, at(gt, sai.HostifTrapGroupAttrPolicer, name(policer)))
		g.policers, g.trapGroups = append(g.policers, policer), append(g.trapGroups, group)
	}
	for i := range g.ports {
		if g.percent(40) {
			g.control(fmt.Sprint("port", i))
		}
	}
}

func (g *plan) colored(drops int) sai.PacketAction {
	if g.percent(drops) {
		return oneOf(g.dice, sai.PacketActionDrop, sai.PacketActionDeny)
	}
	return sai.PacketActionForward
}

// control has a policer look at what a port floods, or none.
func (g *plan) control(port string) {
	policer := oneOf(g.dice, append([]string{"none"}, g.policers...)...)
	attr := oneOf(g.dice, sai.PortAttrFloodStormControlPolicerID, sai.PortAttrBroadcastStormControlPolicerID, sai.PortAttrMulticastStormControlPolicerID)
	g.add(fmt.Sprintf("%s: %v %s", port, sai.ObjectTypePort.Meta().Attr(attr), policer), func(w *world) { w.put(w.oids[port], attr, w.oids[policer]) })
}

// changePolicing changes a policer, which is full then, or who has it.
func (g *plan) changePolicing() {
	if len(g.policers) == 0 {
		return
	}
	policer, group := oneOf(g.dice, g.policers...), oneOf(g.dice, g.trapGroups...)
	switch g.IntN(4) {
	case 0:
		burst := g.Uint64N(8)
		g.add(fmt.Sprintf("%s: burst %d", policer, burst), func(w *world) { w.put(w.oids[policer], sai.PolicerAttrCbs, burst) })
	case 1:
		action := g.colored(50)
		g.add(fmt.Sprintf("%s: red is %v", policer, action), func(w *world) { w.put(w.oids[policer], sai.PolicerAttrRedPacketAction, action) })
	case 2:
		g.add(fmt.Sprintf("%s: %s", group, policer), func(w *world) { w.put(w.oids[group], sai.HostifTrapGroupAttrPolicer, w.oids[policer]) })
	default:
		g.control(fmt.Sprint("port", g.IntN(g.ports)))
	}
}

func (g *plan) trap() {
	t := sai.ObjectTypeHostifTrap
	kind := oneOf(g.dice, sai.HostifTrapTypeLldp, sai.HostifTrapTypeLacp, sai.HostifTrapTypeIp2me, sai.HostifTrapTypeBgp, sai.HostifTrapTypeArpRequest,
		sai.HostifTrapTypeTtlError, sai.HostifTrapTypeDhcp, sai.HostifTrapTypeIPv6NeighborDiscovery, sai.HostifTrapTypeArpResponse, sai.HostifTrapTypeNeighborMiss)
	attrs := []sai.Attribute{at(t, sai.HostifTrapAttrTrapType, kind), at(t, sai.HostifTrapAttrPacketAction, oneOf(g.dice, sai.PacketActionDrop, sai.PacketActionTrap))}
	if len(g.trapGroups) > 0 {
		attrs[1].Value = sai.PacketActionTrap
		attrs = append(attrs, at(t, sai.HostifTrapAttrTrapGroup, name(oneOf(g.dice, g.trapGroups...))))
	}
	g.create(fmt.Sprint("trap ", kind), t, attrs...)
}

// comparePolicers compares what policers have counted.
func (w *world) comparePolicers() string {
	w.Helper()
	var b strings.Builder
	stats := []int32{0, 1, 2, 3, 4, 5, 6, 7}
	for name, oid := range w.oids {
		if !strings.HasPrefix(name, "policer") || oid == 0 {
			continue
		}
		read := func(a *virtual.ASIC) []uint64 {
			return a.GetStats(w.Context(), sai.ObjectTypePolicer, []sai.StatsRequest{{Object: object(oid), Stats: stats}})[0].Values
		}
		if kernel, model := read(w.ASIC.ASIC), read(w.twin); fmt.Sprint(kernel) != fmt.Sprint(model) {
			fmt.Fprintf(&b, "%s: the kernel has counted %v, the model %v\n", name, kernel, model)
		}
	}
	return b.String()
}
