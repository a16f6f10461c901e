package ebpf

import (
	"os/exec"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

func (b *bench) taps() (all []*tap) {
	for _, h := range b.hosts {
		all = append(all, newTap(b.TB, h, "eth0"))
	}
	return all
}

// TestVlanTags sends frames through access, trunk and priority-tagged ports: what comes out has the tag of the member, and what is no member's does
// not come out.
func TestVlanTags(t *testing.T) {
	b := newBench(t, 4)
	b.quiet()
	p := b.taps()
	v10, bps := b.access(10, 0, 1)
	v20 := b.vlan(20)
	trunk := b.bridgePort(b.ports[2])
	b.member(v10, trunk, sai.VlanTaggingModeTagged)
	b.member(v20, trunk, sai.VlanTaggingModeTagged)
	b.member(v10, b.bridgePort(b.ports[3]), sai.VlanTaggingModePriorityTagged)
	all := sai.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

	p[0].Send(ether(all, mac(1), untagged, "broadcast"))
	for i, want := range []uint16{1: untagged, 2: 10, 3: 0} {
		if i == 0 {
			continue
		}
		if got := tagOf(p[i].expect("broadcast")); got != want {
			t.Errorf("port %d: tag %#x, want %#x", i, got, want)
		}
	}
	p[2].Send(ether(mac(1), mac(3), 10|5<<13, "unicast"))
	if got := tagOf(p[0].expect("unicast")); got != untagged {
		t.Errorf("tag %#x on an access port", got)
	}
	if n := p[1].pending("unicast"); n != 0 {
		t.Error("a known unicast frame was flooded")
	}
	p[0].Send(ether(mac(3), mac(1), untagged, "back"))
	if got := tagOf(p[2].expect("back")); got != 10 {
		t.Errorf("tag %#x on the trunk", got)
	}
	// Priority-tagged frames are untagged ones; their priority stays.
	p[0].Send(ether(mac(3), mac(1), 3<<13, "priority"))
	if got := tagOf(p[2].expect("priority")); got != 10|3<<13 {
		t.Errorf("tag %#x of a priority-tagged frame", got)
	}

	before := b.dropped(swDropDROP_VLAN)
	p[2].Send(ether(all, mac(3), 20, "alone"))     // no other member
	p[0].Send(ether(all, mac(1), 20, "no member")) // the port is none of VLAN 20
	p[0].Send(ether(all, mac(1), 30, "no vlan"))
	p[2].Send(ether(all, mac(3), untagged, "no pvid")) // the port's VLAN for untagged frames is 1, and it is not in it
	p[0].Send(ether(all, mac(1), untagged, "last"))
	for _, mark := range []string{"alone", "no member", "no vlan", "no pvid"} {
		p[1].silent(mark, "last")
		p[0].Send(ether(all, mac(1), untagged, "last"))
	}
	if n := b.dropped(swDropDROP_VLAN) - before; n != 3 {
		t.Errorf("%d frames dropped for their VLAN, want 3", n)
	}
	b.set(b.ports[0], sai.PortAttrDropUntagged, true)
	p[0].Send(ether(all, mac(1), untagged, "dropped"))
	b.set(b.ports[0], sai.PortAttrDropUntagged, false)
	p[0].Send(ether(all, mac(1), untagged, "passed"))
	p[1].silent("dropped", "passed")
	b.set(b.ports[2], sai.PortAttrDropTagged, true)
	tagged := b.dropped(swDropDROP_TAG)
	p[2].Send(ether(all, mac(3), 10, "dropped"), ether(all, mac(3), 20, "dropped"))
	b.until("drop of tagged frames", func() bool { return b.dropped(swDropDROP_TAG) == tagged+2 })
	b.set(b.ports[2], sai.PortAttrPortVlanID, uint16(10)) // of an untagged frame, and of one with a priority alone, which is untagged too
	p[2].Send(ether(all, mac(3), untagged, "untagged"), ether(all, mac(3), 3<<13, "priority alone"))
	p[0].expect("untagged")
	p[0].expect("priority alone")
	b.set(b.ports[2], sai.PortAttrDropTagged, false)
	p[2].Send(ether(all, mac(3), 10, "passed"))
	p[1].silent("dropped", "passed")
	_ = bps
}

// TestHosts pings and transfers between hosts in one VLAN, with the offloads of a default veth.
func TestHosts(t *testing.T) {
	b := newBench(t, 2)
	b.access(10, 0, 1)
	for i, h := range b.hosts {
		h.Addr(t, "eth0", []string{"10.0.0.1/24", "10.0.0.2/24"}[i])
		h.Addr(t, "eth0", []string{"fd00::1/64", "fd00::2/64"}[i])
	}
	for _, ip := range []string{"10.0.0.2", "fd00::2"} {
		ping(b, 0, ip)
		transfer(b, 0, 1, ip)
	}
	if n := b.stat(b.ports[1], int32(sai.PortStatIfInOctets)); n < 1<<20 {
		t.Errorf("%d octets in", n)
	}
	if n := b.stat(b.ports[0], int32(sai.PortStatIfOutUcastPkts)); n < 100 {
		t.Errorf("%d packets out", n)
	}
}

func ping(b *bench, from int, ip string) {
	b.Helper()
	b.hosts[from].Run(b.TB, exec.Command("ping", "-c", "3", "-i", "0.2", "-W", "10", ip))
}

// TestLearning checks learning, moves, flush and ageing, and what is told of them.
func TestLearning(t *testing.T) {
	b := newBench(t, 3)
	p := b.taps()
	vlan, bps := b.access(10, 0, 1, 2)
	b.set(b.sw, sai.SwitchAttrFdbAgingTime, uint32(600))
	e := sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: mac(1)}
	p[0].Send(ether(mac(9), mac(1), untagged, "hello"))
	b.event(sai.FdbEventLearned, e, bps[0])
	p[1].Send(ether(mac(9), mac(1), untagged, "moved"))
	b.event(sai.FdbEventMove, e, bps[1])
	if got := b.get(e, sai.FdbEntryAttrBridgePortID); got != bps[1] {
		t.Errorf("the address is on %v", got)
	}
	p[2].Send(ether(mac(1), mac(3), untagged, "to the new place"))
	p[1].expect("to the new place")
	b.event(sai.FdbEventLearned, sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: mac(3)}, bps[2])

	flush := sai.ObjectTypeFdbFlush
	if st := b.FlushFdb(t.Context(), b.sw, []sai.Attribute{at(flush, sai.FdbFlushAttrBridgePortID, bps[1])}); st != sai.StatusSuccess {
		t.Fatal(st)
	}
	p[2].Send(ether(mac(1), mac(3), untagged, "flooded"))
	p[0].expect("flooded")
	p[1].expect("flooded")

	b.age(601)
	b.event(sai.FdbEventAged, sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: mac(3)}, bps[2])

	// A static address does not move, and a frame to one that drops goes nowhere.
	static := sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: mac(5)}
	ft := sai.ObjectTypeFdbEntry
	b.createEntry(static, at(ft, sai.FdbEntryAttrType, sai.FdbEntryTypeStatic), at(ft, sai.FdbEntryAttrBridgePortID, bps[0]))
	p[1].Send(ether(mac(9), mac(5), untagged, "pretender"))
	p[0].expect("pretender")
	p[2].Send(ether(mac(5), mac(3), untagged, "static"))
	p[0].expect("static")
	b.set(static, sai.FdbEntryAttrPacketAction, sai.PacketActionDrop)
	p[2].Send(ether(mac(5), mac(3), untagged, "into the hole"), ether(mac(9), mac(3), untagged, "behind it"))
	p[0].silent("into the hole", "behind it")
	b.remove(static)

	// Without learning, an address stays unknown.
	b.set(vlan, sai.VlanAttrLearnDisable, true)
	p[0].Send(ether(mac(9), mac(7), untagged, "anonymous"))
	p[1].expect("anonymous")
	b.set(vlan, sai.VlanAttrUnknownUnicastFloodControlType, sai.VlanFloodControlTypeNone)
	p[1].Send(ether(mac(7), mac(6), untagged, "unknown"))
	b.set(vlan, sai.VlanAttrUnknownUnicastFloodControlType, sai.VlanFloodControlTypeAll)
	p[1].Send(ether(mac(7), mac(6), untagged, "known to all"))
	p[0].silent("unknown", "known to all")
	b.set(b.sw, sai.SwitchAttrFdbUnicastMissPacketAction, sai.PacketActionDrop)
	p[1].Send(ether(mac(7), mac(6), untagged, "dropped"))
	b.set(b.sw, sai.SwitchAttrFdbUnicastMissPacketAction, sai.PacketActionForward)
	p[1].Send(ether(mac(7), mac(6), untagged, "flooded again"))
	p[0].silent("dropped", "flooded again")
}

// event waits for a report about an address, past others.
func (b *bench) event(kind sai.FdbEvent, e sai.FdbEntry, bridgePort sai.OID) {
	b.Helper()
	b.until("event", func() bool {
		for {
			select {
			case n := <-b.notes:
				events, _ := n.(sai.FdbEvents)
				for _, v := range events {
					if v.Event == kind && v.Entry == e && v.Attrs[1].Value == any(bridgePort) {
						return true
					}
				}
			default:
				return false
			}
		}
	})
}

// age makes all learned addresses older, and has them looked through.
func (b *bench) age(seconds uint32) {
	b.Helper()
	err := b.plane.eachFdb(func(k swFdbKey, e swFdbEntry) error {
		e.Seen -= seconds
		return b.plane.k.maps.Fdb.Put(k, e)
	})
	if err != nil {
		b.Fatal(err)
	}
	b.resweep <- struct{}{}
	b.resweep <- struct{}{}
}

// TestPortState checks that a disabled port passes nothing in either direction, that a large frame does not leave, and that a netdev that is unplugged and
// plugged in again goes on.
func TestPortState(t *testing.T) {
	b := newBench(t, 2)
	b.quiet()
	b.access(10, 0, 1)
	p := b.taps()
	all := sai.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	b.set(b.ports[1], sai.PortAttrMtu, uint32(1500+frameOverhead))
	p[0].Send(ether(all, mac(1), untagged, "fits"))
	p[1].expect("fits")
	large := append(ether(all, mac(1), untagged, "large"), make([]byte, 1455)...)
	before := b.dropped(swDropDROP_EGRESS_MTU)
	b.hosts[0].Run(t, exec.Command("ip", "link", "set", "eth0", "mtu", "9000"))
	p[0].Send(large)
	b.until("drop of a large frame", func() bool { return b.dropped(swDropDROP_EGRESS_MTU) == before+1 })

	b.set(b.ports[1], sai.PortAttrAdminState, false)
	b.until("port down", func() bool { return b.get(b.ports[1], sai.PortAttrOperStatus) == sai.PortOperStatusDown })
	down := b.dropped(swDropDROP_EGRESS_DOWN)
	p[0].Send(ether(all, mac(1), untagged, "to a disabled port"))
	b.until("drop at a disabled port", func() bool { return b.dropped(swDropDROP_EGRESS_DOWN) == down+1 })
	b.set(b.ports[1], sai.PortAttrAdminState, true)
	b.until("port up", func() bool { return b.get(b.ports[1], sai.PortAttrOperStatus) == sai.PortOperStatusUp })
	p[0].Send(ether(all, mac(1), untagged, "enabled again"))
	p[1].expect("enabled again")

	if err := b.hosts[1].Handle.LinkDel(b.hosts[1].Link(t, "eth0")); err != nil {
		t.Fatal(err)
	}
	b.until("port down", func() bool { return b.get(b.ports[1], sai.PortAttrOperStatus) == sai.PortOperStatusDown })
	b.plug(1)
	b.until("port up", func() bool { return b.get(b.ports[1], sai.PortAttrOperStatus) == sai.PortOperStatusUp })
	again := newTap(t, b.hosts[1], "eth0")
	b.until("frame on a new netdev", func() bool {
		p[0].Send(ether(all, mac(1), untagged, "new netdev"))
		return again.pending("new netdev") > 0
	})
}
