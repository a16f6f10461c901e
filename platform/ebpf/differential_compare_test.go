package ebpf

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/model"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// flush returns when all frames that were sent have arrived. Frames queue at the CPU behind one another: when one that is sent behind them has
// arrived, they were at the switch, and when another has, they were where it sent them.
func (w *world) flush() {
	w.Helper()
	for range 2 {
		w.mark.Send(ether(mac(200), mac(201), untagged, "mark"))
		if w.marked.Next(patience) == nil {
			w.Fatal("the mark was lost")
		}
	}
}

// captured are the frames that have arrived, by netdev.
func (w *world) captured() map[string][]string {
	w.Helper()
	all := map[string][]string{}
	for name, p := range w.taps {
		for f := p.Arrived(); f != nil; f = p.Arrived() {
			all[name] = append(all[name], anyFlow(string(f)))
		}
		slices.Sort(all[name])
	}
	for name := range all {
		slices.Sort(all[name]) // a copy may overtake the frame
	}
	return all
}

// compare sends a frame, and tells what the kernel does otherwise than the model; "" if nothing. Where the model leaves a choice (a member of a group or
// LAG), each is right.
func (w *world) compare(s step) string {
	w.Helper()
	w.settle()
	f, ok := model.Parse(s.frame)
	if !ok || !w.up[s.netdev] || !w.model.Uses(s.netdev) || len(s.frame) > w.longest(s.netdev) {
		return "" // netdevs do not let it pass
	}
	drops, traps := w.reasons()
	p := w.taps[s.netdev]
	if _, err := unix.Write(p.FD, s.frame); err != nil {
		w.Fatalf("%s: sending %d bytes: %v", s.netdev, len(s.frame), err)
	}
	w.sent++
	w.flush()
	got := result{frames: w.captured()}
	nowDrops, nowTraps := w.reasons()
	got.drops, got.traps = increase(drops, nowDrops), increase(traps, nowTraps)
	var last result
	for choices := []int(nil); ; {
		o, made, of := w.ask(s.netdev, f, choices)
		last = w.expected(o)
		if last.equal(got) {
			w.model.Take(o, 0)
			w.teach(o)
			return ""
		}
		for len(made) > 0 && made[len(made)-1]+1 == of[len(made)-1] {
			made = made[:len(made)-1]
		}
		if len(made) == 0 {
			return fmt.Sprintf("the kernel:\n%sthe model:\n%s", got, last)
		}
		made[len(made)-1]++
		choices = made
	}
}

// ask has the model choose what it is told to at each choice, the first beyond. It tells what was chosen, of how many.
func (w *world) ask(netdev string, f model.Frame, choices []int) (o model.Outcome, made, of []int) {
	w.model.Pick = func(_ uint32, shares []model.Share) int {
		c := 0
		if len(made) < len(choices) {
			c = choices[len(made)]
		}
		made, of = append(made, c), append(of, len(shares))
		return c
	}
	f.Data = slices.Clone(f.Data)
	o = w.model.Process(netdev, f)
	return o, made, of
}

// teach tells the model's ASIC what was learned, as the data plane's does.
func (w *world) teach(o model.Outcome) {
	w.Helper()
	for _, l := range o.Learned {
		w.twin.Do(func(v virtual.View) {
			if !v.Learn(l.VLAN, l.BridgePort, l.MAC) {
				w.Errorf("the model learned %v, which its ASIC refuses", l)
			}
		})
	}
}

// longest is how long a frame may be to pass into a netdev of the switch.
func (w *world) longest(netdev string) int {
	if strings.HasPrefix(netdev, "eth") {
		return w.ns.Link(w.TB, netdev).Attrs().MTU + 14
	}
	return 9000
}

// result is what can be observed of a frame.
type result struct {
	frames       map[string][]string
	drops, traps map[string]int
}

func (r result) equal(o result) bool {
	return maps.EqualFunc(r.frames, o.frames, slices.Equal) && maps.Equal(r.drops, o.drops) && maps.Equal(r.traps, o.traps)
}

func (r result) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.frames)) {
		for _, f := range r.frames[name] {
			fmt.Fprintf(&b, "  to %s: %x\n", name, f)
		}
	}
	fmt.Fprintf(&b, "  drops %v, traps %v\n", r.drops, r.traps)
	return b.String()
}

// expected is what of an outcome can be observed: what goes to a netdev without a link is not seen.
func (w *world) expected(o model.Outcome) result {
	r := result{frames: map[string][]string{}, drops: map[string]int{}, traps: map[string]int{}}
	see := func(netdev string, f model.Frame) {
		if w.up[netdev] {
			r.frames[netdev] = append(r.frames[netdev], anyFlow(string(f.Wire())))
		}
	}
	for _, s := range o.Out {
		see(s.Netdev, s.Frame)
	}
	for _, s := range o.Punted {
		see(s.Netdev, s.Frame)
		r.traps[string(s.Why)]++
	}
	for _, d := range o.Dropped {
		r.drops[string(d.Why)]++
		switch d.Why {
		case model.DropEgressDown, model.DropEgressMTU, model.DropEgressACL: // which member of a LAG it was shows there only
			r.drops[discards(d.Port)]++
		}
	}
	for name := range r.frames {
		slices.Sort(r.frames[name])
	}
	return r
}

// reasons are the kernel's counters of drops and traps, in the model's words.
func (w *world) reasons() (drops, traps map[string]uint64) {
	drops, traps = map[string]uint64{}, map[string]uint64{}
	for i, why := range dropNames() {
		drops[string(why)] = w.dropped(i)
	}
	requests := make([]sai.StatsRequest, len(w.ports))
	for i, port := range w.ports {
		requests[i] = sai.StatsRequest{Object: object(port), Stats: []int32{int32(sai.PortStatIfOutDiscards)}}
	}
	for i, r := range w.GetStats(w.Context(), sai.ObjectTypePort, requests) {
		drops[discards(w.ports[i])] = r.Values[0]
	}
	for i, why := range trapNames() {
		traps[string(why)] = w.trapped(i)
	}
	return drops, traps
}

func discards(port sai.OID) string { return fmt.Sprint("of the way out by ", port) }

func increase(was, is map[string]uint64) map[string]int {
	d := map[string]int{}
	for why, n := range is {
		if n != was[why] {
			d[why] = int(n - was[why])
		}
	}
	return d
}

func dropNames() map[swDrop]model.Drop {
	return map[swDrop]model.Drop{
		swDropDROP_UNKNOWN_NETDEV: model.DropUnknownNetdev, swDropDROP_ADMIN_DOWN: model.DropAdminDown, swDropDROP_LAG_CLOSED: model.DropLagClosed,
		swDropDROP_TAG: model.DropTag, swDropDROP_UNTAGGED: model.DropUntagged, swDropDROP_NOT_BRIDGED: model.DropNotBridged,
		swDropDROP_VLAN: model.DropVLAN, swDropDROP_SOURCE_MAC: model.DropSourceMAC, swDropDROP_FDB: model.DropFdb,
		swDropDROP_SAME_PORT: model.DropSamePort, swDropDROP_FLOOD: model.DropFlood, swDropDROP_NOT_ROUTER_MAC: model.DropNotRouterMAC,
		swDropDROP_PROTOCOL: model.DropProtocol, swDropDROP_IP_HEADER: model.DropIPHeader, swDropDROP_MARTIAN: model.DropMartian,
		swDropDROP_NO_ROUTE: model.DropNoRoute, swDropDROP_BLACKHOLE: model.DropBlackhole,
		swDropDROP_DIRECTED_BROADCAST: model.DropDirectedBroadcast, swDropDROP_NO_MEMBER: model.DropNoMember, swDropDROP_TRAP: model.DropTrap,
		swDropDROP_NO_HOSTIF: model.DropNoHostif, swDropDROP_RIF_DOWN: model.DropRifDown, swDropDROP_NEIGHBOR: model.DropNeighbor,
		swDropDROP_FAULT: model.DropMalformed, swDropDROP_EGRESS_DOWN: model.DropEgressDown, swDropDROP_EGRESS_MTU: model.DropEgressMTU,
		swDropDROP_ACL: model.DropACL, swDropDROP_POLICED: model.DropPoliced, swDropDROP_EGRESS_ACL: model.DropEgressACL,
		swDropDROP_TUNNEL: model.DropTunnel, swDropDROP_UNDERLAY: model.DropUnderlay,
	}
}

func trapNames() map[swTrap]model.Trap {
	return map[swTrap]model.Trap{
		swTrapTRAP_ARP: model.TrapARP, swTrapTRAP_ND: model.TrapND, swTrapTRAP_LLDP: model.TrapLLDP, swTrapTRAP_LACP: model.TrapLACP,
		swTrapTRAP_L2CONTROL: model.TrapL2Control, swTrapTRAP_IP2ME: model.TrapIP2ME, swTrapTRAP_BGP: model.TrapBGP, swTrapTRAP_DHCP: model.TrapDHCP,
		swTrapTRAP_MULTICAST: model.TrapMulticast, swTrapTRAP_BROADCAST: model.TrapBroadcast, swTrapTRAP_TTL: model.TrapTTL,
		swTrapTRAP_MTU: model.TrapMTU, swTrapTRAP_GLEAN: model.TrapGlean, swTrapTRAP_OPTIONS: model.TrapOptions, swTrapTRAP_ROUTE: model.TrapRoute,
		swTrapTRAP_UNICAST: model.TrapUnicast, swTrapTRAP_ACL: model.TrapACL,
	}
}

// compareState compares what frames left behind: addresses that were learned, and counters.
func (w *world) compareState() string {
	w.Helper()
	var b strings.Builder
	learned := map[string]string{}
	for s := range w.model.Dynamic() {
		learned[fmt.Sprint(s.VLAN, s.MAC)] = fmt.Sprint(s.BridgePort)
	}
	w.ASIC.Do(func(virtual.View) {
		_ = w.plane.eachFdb(func(k swFdbKey, e swFdbEntry) error {
			vlan := w.plane.vlanByID[k.Vid]
			if e.Flags&uint16(swFdbFlagsFDB_STATIC) != 0 || vlan == nil {
				return nil
			}
			key, place := fmt.Sprint(vlan.oid, sai.MAC(k.Mac)), "nowhere"
			if bridge := w.plane.bridgePortOf(e.Port); bridge != 0 {
				place = fmt.Sprint(bridge)
			}
			if learned[key] != place {
				fmt.Fprintf(&b, "%s: the kernel has it at %s, the model at %q\n", key, place, learned[key])
			}
			delete(learned, key)
			return nil
		})
	})
	for key, place := range learned {
		fmt.Fprintf(&b, "%s: the kernel has it not, the model at %s\n", key, place)
	}
	for name, oid := range w.oids {
		o := object(oid)
		var stats []int32
		switch o.Type {
		case sai.ObjectTypePort:
			stats = portStats()
		case sai.ObjectTypeRouterInterface:
			stats = []int32{int32(sai.RouterInterfaceStatInPackets), int32(sai.RouterInterfaceStatInOctets), int32(sai.RouterInterfaceStatOutPackets),
				int32(sai.RouterInterfaceStatOutOctets)}
		}
		if oid == 0 || name == "cpu" || len(stats) == 0 {
			continue
		}
		read := func(a *virtual.ASIC) []uint64 {
			return a.GetStats(w.Context(), o.Type, []sai.StatsRequest{{Object: o, Stats: stats}})[0].Values
		}
		kernel, model := read(w.ASIC.ASIC), read(w.twin)
		for i := range kernel {
			if kernel[i] != model[i] {
				fmt.Fprintf(&b, "%s: counter %d of %v: the kernel has %d, the model %d\n", name, stats[i], o.Type, kernel[i], model[i])
			}
		}
	}
	return b.String() + w.compareRules() + w.compareQueues() + w.comparePolicers() + w.compareTunnels()
}

func portStats() []int32 {
	return []int32{
		int32(sai.PortStatIfInOctets), int32(sai.PortStatIfInUcastPkts), int32(sai.PortStatIfInMulticastPkts), int32(sai.PortStatIfInBroadcastPkts),
		int32(sai.PortStatIfInNonUcastPkts), int32(sai.PortStatIfInDiscards), int32(sai.PortStatIfOutOctets), int32(sai.PortStatIfOutUcastPkts),
		int32(sai.PortStatIfOutMulticastPkts), int32(sai.PortStatIfOutBroadcastPkts), int32(sai.PortStatIfOutNonUcastPkts),
		int32(sai.PortStatIfOutDiscards),
	}
}
