package packet

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// TestHosts pings and transfers between hosts in one VLAN, with the offloads of a default veth, also behind a netdev that was plugged in anew.
func TestHosts(t *testing.T) {
	b := newBench(t, 2, 0)
	b.access(10, sai.VlanTaggingModeUntagged, 0, 0, 1)
	for i, h := range b.hosts {
		h.Addr(t, "eth0", fmt.Sprintf("10.0.0.%d/24", i+1))
		h.Addr(t, "eth0", fmt.Sprintf("fd00::%d/64", i+1))
	}
	reaches(b, 0, "10.0.0.2")
	for _, ip := range []string{"10.0.0.2", "fd00::2"} {
		ping(b, 0, ip)
		transfer(b, 0, 1, ip)
	}
	if n := b.stat(b.ports[1], int32(sai.PortStatIfInOctets)); n < 8<<20 {
		t.Errorf("%d octets in", n)
	}
	if err := b.hosts[1].Handle.LinkDel(b.hosts[1].Link(t, "eth0")); err != nil {
		t.Fatal(err)
	}
	b.until("port down", func() bool { return b.get(b.ports[1], sai.PortAttrOperStatus) == sai.PortOperStatusDown })
	netns.Veth(t, b.hosts[1], "eth0", b.ns, "eth2")
	b.hosts[1].Addr(t, "eth0", "10.0.0.2/24")
	b.hosts[0].Run(t, exec.Command("ip", "neigh", "flush", "dev", "eth0")) // it has another address now
	reaches(b, 0, "10.0.0.2")
}

// TestTaggedWire has two VLANs joined by a wire whose frames have a tag: checksums and super-frames that are left to be done survive that.
func TestTaggedWire(t *testing.T) {
	b := newBench(t, 2, 2)
	ten := b.access(10, sai.VlanTaggingModeUntagged, 0, 0)
	b.access(10, sai.VlanTaggingModePriorityTagged, ten, 2)
	twenty := b.access(20, sai.VlanTaggingModeUntagged, 0, 1)
	b.access(20, sai.VlanTaggingModePriorityTagged, twenty, 3)
	for i, h := range b.hosts {
		h.Addr(t, "eth0", fmt.Sprintf("10.0.0.%d/24", i+1))
		h.Addr(t, "eth0", fmt.Sprintf("fd00::%d/64", i+1))
	}
	reaches(b, 0, "10.0.0.2")
	transfer(b, 0, 1, "10.0.0.2")
	transfer(b, 1, 0, "fd00::1")
}

// subnet gives a router interface its two subnets, as orchagent does, and host and switch their ends.
func (b *bench) subnet(rif sai.OID, n int, netdev string, hosts ...int) {
	b.Helper()
	b.ns.Addr(b.TB, netdev, fmt.Sprintf("10.0.%d.1/24", n))
	b.ns.Addr(b.TB, netdev, fmt.Sprintf("fd00:%d::1/64", n))
	rt, nt := sai.ObjectTypeRouteEntry, sai.ObjectTypeNeighborEntry
	for ip, to := range map[string]sai.OID{"10.0.%d.1/32": b.cpu, "10.0.%d.0/24": rif, "fd00:%d::1/128": b.cpu, "fd00:%d::/64": rif} {
		b.createEntry(sai.RouteEntry{Switch: b.sw, VirtualRouter: b.vr, Destination: prefix(fmt.Sprintf(ip, n))}, at(rt, sai.RouteEntryAttrNextHopID, to))
	}
	for _, i := range hosts {
		h := b.hosts[i]
		var mac sai.MAC
		copy(mac[:], h.Link(b.TB, "eth0").Attrs().HardwareAddr)
		for four, ip := range []string{fmt.Sprintf("fd00:%d::%d", n, i+2), fmt.Sprintf("10.0.%d.%d", n, i+2)} {
			h.Addr(b.TB, "eth0", ip+[]string{"/64", "/24"}[four])
			b.createEntry(sai.NeighborEntry{Switch: b.sw, RouterInterface: rif, IP: addr(ip)}, at(nt, sai.NeighborEntryAttrDstMACAddress, mac))
		}
		h.Run(b.TB, exec.Command("ip", "route", "add", "default", "via", fmt.Sprintf("10.0.%d.1", n)))
		h.Run(b.TB, exec.Command("ip", "-6", "route", "add", "default", "via", fmt.Sprintf("fd00:%d::1", n)))
	}
}

func (b *bench) rif(kind sai.RouterInterfaceType, on uint16, of sai.OID) sai.OID {
	b.Helper()
	t := sai.ObjectTypeRouterInterface
	return b.create(t, at(t, sai.RouterInterfaceAttrType, kind), at(t, on, of), at(t, sai.RouterInterfaceAttrVirtualRouterID, b.vr),
		at(t, sai.RouterInterfaceAttrMtu, uint32(9100)))
}

// TestRouted pings and transfers between a routed port and a VLAN with an interface, and to the switch itself, which answers once.
func TestRouted(t *testing.T) {
	b := newBench(t, 3, 0)
	vlan := b.access(10, sai.VlanTaggingModeUntagged, 0, 1, 2)
	b.ns.Run(t, exec.Command("ip", "link", "add", "Vlan10", "address", switchMAC.String(), "type", "veth", "peer", "name", linux.InnerName("Vlan10")))
	b.ns.Run(t, exec.Command("ip", "link", "set", linux.InnerName("Vlan10"), "up"))
	b.ns.Up(t, "Vlan10")
	b.subnet(b.rif(sai.RouterInterfaceTypePort, sai.RouterInterfaceAttrPortID, b.ports[0]), 0, hostName(0), 0)
	b.subnet(b.rif(sai.RouterInterfaceTypeVlan, sai.RouterInterfaceAttrVlanID, vlan), 10, "Vlan10", 1, 2)
	reaches(b, 0, "10.0.0.1")
	reaches(b, 1, "10.0.10.1")
	for _, c := range []struct {
		from int
		ip   string
	}{{0, "10.0.0.1"}, {0, "fd00:0::1"}, {1, "10.0.10.1"}, {1, "fd00:10::1"}, {1, "10.0.0.1"}, {0, "10.0.10.3"}, {2, "fd00:0::2"}, {1, "10.0.10.4"}} {
		ping(b, c.from, c.ip)
	}
	transfer(b, 0, 1, "10.0.10.3")
	transfer(b, 2, 0, "fd00:0::2")
	p := b.hosts[0].Start(t, exec.Command("ping", "-c", "1", "-W", "10", "-t", "1", "10.0.10.3"))
	if _ = p.Wait(); !strings.Contains(p.Output(), "Time to live exceeded") {
		t.Errorf("a TTL of 1:\n%s", p.Output())
	}
}

// TestClosed ends the forwarder: the kernel does not answer in its place on front-panel netdevs, not even for its own addresses.
func TestClosed(t *testing.T) {
	sw, hosts := wired(t, 1)
	sw.Addr(t, "eth1", "10.0.0.1/24")
	hosts[0].Addr(t, "eth0", "10.0.0.2/24")
	b := &bench{TB: t, ns: sw, hosts: hosts}
	ping(b, 0, "10.0.0.1")
	for range 2 {
		if err := sw.Do(func() error { return shut(sw.Link(t, "eth1").Attrs().Index) }); err != nil {
			t.Fatal(err)
		}
	}
	hosts[0].Run(t, exec.Command("ip", "neigh", "flush", "dev", "eth0"))
	if hosts[0].Start(t, exec.Command("ping", "-c", "1", "-W", "1", "10.0.0.1")).Wait() == nil {
		t.Error("the kernel answers on a netdev that is the switch's")
	}
}
