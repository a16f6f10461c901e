package ebpf

import (
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// policed makes a policer that drops what is red.
func (b *bench) policed(mode sai.PolicerMode, meter sai.MeterType, cir, cbs, pir, pbs uint64) sai.OID {
	b.Helper()
	t := sai.ObjectTypePolicer
	attrs := []sai.Attribute{at(t, sai.PolicerAttrMeterType, meter), at(t, sai.PolicerAttrMode, mode), at(t, sai.PolicerAttrCir, cir), at(t, sai.PolicerAttrCbs, cbs),
		at(t, sai.PolicerAttrPbs, pbs), at(t, sai.PolicerAttrRedPacketAction, sai.PacketActionDrop)}
	if mode == sai.PolicerModeTrTcm {
		attrs = append(attrs, at(t, sai.PolicerAttrPir, pir))
	}
	return b.create(t, attrs...)
}

func (b *bench) colors(policer sai.OID) (green, yellow, red uint64) {
	b.Helper()
	return b.stat(policer, int32(sai.PolicerStatGreenPackets)), b.stat(policer, int32(sai.PolicerStatYellowPackets)), b.stat(policer, int32(sai.PolicerStatRedPackets))
}

// TestPolicedTraps lets as many control frames to the kernel as their group's policer does, and those of other groups all.
func TestPolicedTraps(t *testing.T) {
	b := newBench(t, 2)
	b.quiet()
	b.ns.Up(t, hostName(0))
	p, host := newTap(t, b.hosts[0], "eth0"), newTap(t, b.ns, hostName(0))
	policer := b.policed(sai.PolicerModeSrTcm, sai.MeterTypePackets, 20, 5, 0, 0)
	gt, tt := sai.ObjectTypeHostifTrapGroup, sai.ObjectTypeHostifTrap
	group := b.create(gt, at(gt, sai.HostifTrapGroupAttrPolicer, policer))
	b.create(tt, at(tt, sai.HostifTrapAttrTrapType, sai.HostifTrapTypeLldp), at(tt, sai.HostifTrapAttrPacketAction, sai.PacketActionTrap), at(tt, sai.HostifTrapAttrTrapGroup, group))
	lldp := ether(sai.MAC{1, 0x80, 0xc2, 0, 0, 0x0e}, mac(1), untagged, "limited")
	lldp[12], lldp[13] = 0x88, 0xcc
	began := time.Now()
	for range 100 {
		p.Send(lldp)
	}
	stp := ether(sai.MAC{1, 0x80, 0xc2, 0, 0, 0}, mac(1), untagged, "unlimited")
	for range 20 {
		p.Send(stp)
	}
	b.until("all frames", func() bool { g, _, r := b.colors(policer); return g+r == 100 && b.trapped(swTrapTRAP_L2CONTROL) == 20 })
	most := 6 + uint64(time.Since(began).Seconds()*20)
	green, _, red := b.colors(policer)
	if green < 5 || green > most {
		t.Errorf("%d frames of a burst of 5 passed", green)
	}
	if n := b.dropped(swDropDROP_POLICED); n != red {
		t.Errorf("%d dropped, %d were red", n, red)
	}
	if n := b.trapped(swTrapTRAP_LLDP); n != green {
		t.Errorf("%d trapped, %d were green", n, green)
	}
	arrived := map[string]int{}
	for f := host.Arrived(); f != nil; f = host.Arrived() {
		arrived[string(f[14:20])]++
	}
	if arrived["limite"] != int(green) || arrived["unlimi"] != 20 {
		t.Errorf("the kernel got %v, %d were green", arrived, green)
	}
	b.until("more tokens", func() bool { p.Send(lldp); now, _, _ := b.colors(policer); return now > green+1 })
	b.set(group, sai.HostifTrapGroupAttrPolicer, sai.OID(0))
	before := b.trapped(swTrapTRAP_LLDP)
	for range 50 {
		p.Send(lldp)
	}
	b.until("all, without a policer", func() bool { return b.trapped(swTrapTRAP_LLDP) == before+50 })
}

// TestStormControl limits what a port floods of a kind, and nothing else.
func TestStormControl(t *testing.T) {
	b := newBench(t, 2)
	b.quiet()
	b.access(10, 0, 1)
	p := b.taps()
	p[1].Send(ether(mac(1), mac(9), untagged, "learned"))
	p[0].expect("learned")
	all := sai.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	for _, c := range []struct {
		kind string
		attr uint16
		dst  sai.MAC
	}{
		{"broadcast", sai.PortAttrBroadcastStormControlPolicerID, all}, {"multicast", sai.PortAttrMulticastStormControlPolicerID, sai.MAC{1, 0, 0x5e, 1, 2, 3}},
		{"unknown unicast", sai.PortAttrFloodStormControlPolicerID, mac(77)},
	} {
		policer := b.policed(sai.PolicerModeStormControl, sai.MeterTypeBytes, 1, 600, 0, 0) // ten frames
		b.set(b.ports[0], c.attr, policer)
		storm := func(want int) {
			t.Helper()
			for range 30 {
				p[0].Send(ether(c.dst, mac(1), untagged, c.kind))
			}
			n := 0
			b.until(c.kind, func() bool { n += p[1].pending(c.kind); return n >= want })
			if n != want {
				t.Errorf("%d frames of %s came through, not %d", n, c.kind, want)
			}
		}
		storm(10)
		p[0].Send(ether(mac(9), mac(1), untagged, "known"))
		p[1].expect("known")
		if green, _, red := b.colors(policer); green != 10 || red != 20 {
			t.Errorf("%s: %d green, %d red", c.kind, green, red)
		}
		b.set(b.ports[0], c.attr, sai.OID(0))
		storm(30)
	}
}

// TestAclPolicer has a rule limit what it matches, by two rates.
func TestAclPolicer(t *testing.T) {
	b := newBench(t, 2)
	b.quiet()
	b.access(10, 0, 1)
	p := b.taps()
	table := b.aclTable(sai.AclStageIngress)
	b.bindAcl(b.ports[0], sai.PortAttrIngressAcl, sai.AclStageIngress, table)
	policer := b.policed(sai.PolicerModeTrTcm, sai.MeterTypePackets, 0, 2, 0, 5)
	b.rule(table, 1, srcIP("10.0.0.1/32"), at(sai.ObjectTypeAclEntry, sai.AclEntryAttrActionSetPolicer, sai.Act(policer)))
	for range 8 {
		p[0].Send(b.packet(b.hostMAC(1), b.hostMAC(0), "10.0.0.1", "10.0.0.2", 1, "limited"))
	}
	p[0].Send(b.packet(b.hostMAC(1), b.hostMAC(0), "10.0.0.3", "10.0.0.2", 1, "another"))
	p[1].expect("another")
	if green, yellow, red := b.colors(policer); green != 2 || yellow != 3 || red != 3 {
		t.Errorf("%d green, %d yellow, %d red", green, yellow, red)
	}
	if n := b.dropped(swDropDROP_ACL); n != 3 {
		t.Errorf("%d dropped", n)
	}
}
