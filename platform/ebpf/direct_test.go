package ebpf

import (
	"errors"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// TestDirect has frames leave straight to the host while nobody would miss them on the switch's netdev, and by the netdev as soon as somebody would.
func TestDirect(t *testing.T) {
	b := newBench(t, 2)
	b.quiet()
	b.access(10, 0, 1)
	p := b.taps()
	p[1].Send(ether(mac(1), mac(9), untagged, "learned"))
	p[0].expect("learned")
	sent := func() uint64 { return b.ns.Link(t, "eth2").Attrs().Statistics.TxPackets }
	// flies tells whether a frame passes by the netdev that it leaves at.
	flies := func(mark string) bool {
		t.Helper()
		before := sent()
		p[0].Send(ether(mac(9), mac(1), untagged, mark))
		p[1].expect(mark)
		return sent() == before
	}
	direct := func(want bool) {
		t.Helper()
		b.until("change of the way out", func() bool {
			return swPortFlags(b.plane.k.ports.at(uint32(b.plane.ports[b.ports[1]].number)).Flags)&swPortFlagsPORT_DIRECT != 0 == want
		})
	}
	direct(true)
	if !flies("direct") {
		t.Error("a frame left by the netdev")
	}
	tc := func(args ...string) { t.Helper(); b.ns.Run(t, exec.Command("tc", args...)) }
	for _, x := range []struct {
		what      string
		here, not func()
	}{
		{
			"qdisc", func() { tc("qdisc", "add", "dev", "eth2", "root", "pfifo") },
			func() { tc("qdisc", "del", "dev", "eth2", "root") },
		},
		{
			"filter", func() { tc("filter", "add", "dev", "eth2", "egress", "bpf", "bytecode", "1,6 0 0 0") },
			func() { tc("filter", "del", "dev", "eth2", "egress") },
		},
		{"promiscuous", func() { b.ns.Run(t, exec.Command("ip", "link", "set", "eth2", "promisc", "on")) }, func() {
			b.ns.Run(t, exec.Command("ip", "link", "set", "eth2", "promisc", "off"))
		}},
	} {
		x.here()
		direct(false)
		if flies("with a " + x.what) {
			t.Errorf("a frame passed by a netdev with a %s", x.what)
		}
		x.not()
		direct(true)
	}
	// tcpdump, as it listens when nothing else is asked of it.
	capture := newTap(t, b.ns, "eth2")
	if err := errors.Join(unix.SetsockoptInt(capture.FD, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 0),
		unix.SetsockoptPacketMreq(capture.FD, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP,
			&unix.PacketMreq{Ifindex: int32(b.ns.Link(t, "eth2").Attrs().Index), Type: unix.PACKET_MR_PROMISC})); err != nil {
		t.Fatal(err)
	}
	direct(false)
	flies("captured")
	capture.expect("captured")
}

// TestDirectLoop has two switches pass one frame round for ever. The machine stands it, because the frame passes a queue now and then.
func TestDirectLoop(t *testing.T) {
	a := &bench{TB: t}
	a.ns, a.hosts = netns.New(t), []*netns.NS{netns.New(t), netns.New(t), netns.New(t)}
	z := &bench{TB: t, ns: a.hosts[1], hosts: make([]*netns.NS, 2)}
	netns.Veth(t, a.hosts[0], "eth0", a.ns, "eth1")
	netns.Veth(t, z.ns, "eth1", a.ns, "eth2")
	netns.Veth(t, z.ns, "eth2", a.ns, "eth3")
	for _, b := range []*bench{a, z} {
		b.start(Config{})
		b.boot()
	}
	fdb := func(b *bench, vlan, to sai.OID) {
		b.createEntry(sai.FdbEntry{Switch: b.sw, BV: vlan, MAC: mac(7)}, at(sai.ObjectTypeFdbEntry, sai.FdbEntryAttrType, sai.FdbEntryTypeStatic),
			at(sai.ObjectTypeFdbEntry, sai.FdbEntryAttrBridgePortID, to))
	}
	vlan, bridgePorts := a.access(10, 0, 1, 2)
	fdb(a, vlan, bridgePorts[2])
	vlan, bridgePorts = z.access(10, 0, 1)
	fdb(z, vlan, bridgePorts[0])
	host := newTap(t, a.hosts[0], "eth0")
	rounds := func() uint64 { return a.stat(a.ports[1], int32(sai.PortStatIfInUcastPkts)) }
	last := uint64(0)
	a.until("many rounds", func() bool {
		n := rounds()
		if n == last { // none goes round: a link may have been coming up, or a queue full
			host.Send(ether(mac(7), mac(9), untagged, "round"))
		}
		last = n
		return n > 10_000
	})
	a.set(a.ports[1], sai.PortAttrAdminState, false)
	end := rounds()
	a.until("end of the loop", func() bool { was := end; end = rounds(); return end == was })
}

// TestQueued has no frame leave directly, because that was asked for.
func TestQueued(t *testing.T) {
	b := &bench{TB: t}
	b.ns, b.hosts = wired(t, 1)
	b.start(Config{Queued: true})
	b.boot()
	if swPortFlags(b.plane.k.ports.at(uint32(b.plane.ports[b.ports[0]].number)).Flags)&swPortFlagsPORT_DIRECT != 0 {
		t.Error("frames leave directly")
	}
}
