package ebpf

import (
	"fmt"
	"os/exec"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// bundle makes a LAG of ports, whose members carry frames.
func (b *bench) bundle(ports ...int) (lag sai.OID, members []sai.OID) {
	b.Helper()
	lag = b.create(sai.ObjectTypeLag)
	t := sai.ObjectTypeLagMember
	for _, i := range ports {
		members = append(members, b.create(t, at(t, sai.LagMemberAttrLagID, lag), at(t, sai.LagMemberAttrPortID, b.ports[i])))
	}
	return lag, members
}

// TestLag sends flows into a LAG in a VLAN: they are spread over the members that carry frames, return by any member, and never come back.
func TestLag(t *testing.T) {
	b := newBench(t, 4)
	b.quiet()
	vlan, _ := b.access(10, 0)
	lag, members := b.bundle(1, 2, 3)
	b.member(vlan, b.bridgePort(lag), sai.VlanTaggingModeUntagged)
	b.set(lag, sai.LagAttrPortVlanID, uint16(10))
	p := b.taps()

	p[2].Send(ether(mac(1), mac(9), untagged, "from a member"))
	p[0].expect("from a member")
	for _, i := range []int{1, 3} {
		if p[i].pending("from a member") != 0 {
			t.Errorf("a frame came back on member %d", i)
		}
	}
	spreadOver := func(n int) map[int]int {
		counts := map[int]int{}
		for flow := range n {
			mark := fmt.Sprintf("flow %d.", flow)
			p[0].Send(b.udpTo(mac(9), 0, uint16(flow), mark))
			b.until(mark, func() bool {
				for i := 1; i < 4; i++ {
					if p[i].pending(mark) > 0 {
						counts[i]++
						return true
					}
				}
				return false
			})
		}
		return counts
	}
	if c := spreadOver(150); c[1] < 20 || c[2] < 20 || c[3] < 20 {
		t.Errorf("flows by member: %v", c)
	}
	b.set(members[0], sai.LagMemberAttrEgressDisable, true)
	if c := spreadOver(60); c[1] != 0 || c[2] < 10 || c[3] < 10 {
		t.Errorf("flows by member without the first: %v", c)
	}
	b.set(members[0], sai.LagMemberAttrIngressDisable, true)
	closed := b.dropped(swDropDROP_LAG_CLOSED)
	p[1].Send(ether(mac(1), mac(9), untagged, "closed"))
	b.until("drop at a closed member", func() bool { return b.dropped(swDropDROP_LAG_CLOSED) == closed+1 })
	b.hosts[2].Down(t, "eth0") // a link that is gone takes its member out at once
	b.until("one member", func() bool {
		for _, bucket := range b.plane.k.lags.at(uint32(b.plane.ports[lag].number)).Bucket {
			if b.plane.portByNumber[bucket] == nil || b.plane.portByNumber[bucket].front != "eth4" {
				return false
			}
		}
		return true
	})
	// Control protocols reach the member's own host interface.
	b.ns.Up(t, hostName(3))
	host := newTap(t, b.ns, hostName(3))
	lacp := ether(sai.MAC{1, 0x80, 0xc2, 0, 0, 2}, mac(9), untagged, "lacp")
	lacp[12], lacp[13] = 0x88, 0x09
	lldp := ether(sai.MAC{1, 0x80, 0xc2, 0, 0, 0xe}, mac(9), untagged, "lldp")
	lldp[12], lldp[13] = 0x88, 0xcc
	p[3].Send(lacp, lldp)
	host.expect("lacp")
	host.expect("lldp")
	// What the kernel sends there leaves by that member.
	host.Send(lacp)
	p[3].expect("lacp")
}

// udpTo is a UDP packet to a MAC address.
func (b *bench) udpTo(dst sai.MAC, from int, sport uint16, mark string) []byte {
	b.Helper()
	f := b.udp4(from, "10.0.0.2", "10.0.0.3", sport, mark)
	copy(f, dst[:])
	return f
}

// pair makes the netdev of a VLAN, LAG or sub-interface, as cfgmgr does.
func (b *bench) pair(name string) {
	b.Helper()
	b.ns.Run(b.TB, exec.Command("ip", "link", "add", name, "address", switchMAC.String(), "type", "veth", "peer", "name", "in-"+name))
	b.ns.Run(b.TB, exec.Command("ip", "link", "set", "in-"+name, "up"))
	b.ns.Up(b.TB, name)
}

// TestLagInterface routes over a LAG, whose host interface is told by name.
func TestLagInterface(t *testing.T) {
	b := newBench(t, 2)
	lag, _ := b.bundle(1)
	b.pair("Po1")
	rif := b.portRif(lag)
	if err := b.ASIC.Name(map[sai.OID]string{lag: "Po1", rif: "Po1"}); err != nil {
		t.Fatal(err)
	}
	b.runs("in-Po1")
	b.subnet(rif, b.vr, 1, "Po1")
	b.subnet(b.portRif(b.ports[0]), b.vr, 0, hostName(0))
	for _, ip := range []string{"10.0.1.2", "10.0.1.1", "fd00:1::2", "fd00:1::1"} {
		ping(b, 0, ip)
	}
	ping(b, 1, "10.0.1.1")
	ping(b, 1, "fd00:1::1")
	transfer(b, 0, 1, "10.0.1.2")
}

// TestSubInterface routes between a tagged sub-interface and a port. Frames of other tags, and untagged ones, are none of its.
func TestSubInterface(t *testing.T) {
	b := newBench(t, 2)
	b.quiet()
	b.pair("Eth4.7")
	rt := sai.ObjectTypeRouterInterface
	rif := b.rif(sai.RouterInterfaceTypeSubPort, at(rt, sai.RouterInterfaceAttrPortID, b.ports[1]), at(rt, sai.RouterInterfaceAttrOuterVlanID, uint16(7)))
	if err := b.ASIC.Name(map[sai.OID]string{rif: "Eth4.7"}); err != nil {
		t.Fatal(err)
	}
	b.runs("in-Eth4.7")
	b.ns.Addr(t, "Eth4.7", "10.0.1.1/24")
	b.route(b.vr, "10.0.1.1/32", b.cpu)
	b.route(b.vr, "10.0.1.0/24", rif)
	b.subnet(b.portRif(b.ports[0]), b.vr, 0, hostName(0))
	b.neighbor(rif, "10.0.1.2", b.hostMAC(1))
	p := b.taps()
	p[0].Send(b.udp4(0, "10.0.0.2", "10.0.1.2", 1, "tagged on its way"))
	if got := tagOf(p[1].expect("tagged on its way")); got != 7 {
		t.Errorf("tag %#x", got)
	}
	in := b.udp4(1, "10.0.1.2", "10.0.0.2", 1, "tagged, back")
	p[1].Send(tagged(in, 7))
	if got := tagOf(p[0].expect("tagged, back")); got != untagged {
		t.Errorf("tag %#x", got)
	}
	// The switch answers an ARP request with the tag.
	p[1].Send(tagged(arp(b.hostMAC(1), "10.0.1.2", "10.0.1.1"), 7))
	if got := tagOf(p[1].expect("\x08\x06\x00\x01\x08\x00\x06\x04\x00\x02")); got != 7 {
		t.Errorf("tag %#x of an answer", got)
	}
	before := b.dropped(swDropDROP_NOT_BRIDGED)
	p[1].Send(tagged(in, 8), in)
	b.until("drop of other tags", func() bool { return b.dropped(swDropDROP_NOT_BRIDGED) == before+2 })
	b.remove(sai.NeighborEntry{Switch: b.sw, RouterInterface: rif, IP: addr("10.0.1.2")})
	b.remove(sai.RouteEntry{Switch: b.sw, VirtualRouter: b.vr, Destination: prefix("10.0.1.0/24")})
	b.remove(rif)
	before = b.dropped(swDropDROP_NOT_BRIDGED)
	p[1].Send(tagged(in, 7))
	b.until("drop without a sub-interface", func() bool { return b.dropped(swDropDROP_NOT_BRIDGED) == before+1 })
}

func tagged(f []byte, tag uint16) []byte {
	return append(append(append([]byte{}, f[:12]...), 0x81, 0, byte(tag>>8), byte(tag)), f[12:]...)
}
