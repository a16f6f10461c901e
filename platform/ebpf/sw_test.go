package ebpf

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/inner"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/hostif"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long the kernel may take for something; poll is how often a condition is looked at.
const (
	patience = 20 * time.Second
	poll     = 5 * time.Millisecond
)

// bench is a switch in a namespace of its own, with a host on each port.
type bench struct {
	testing.TB
	*ASIC
	ns    *netns.NS
	hosts []*netns.NS // eth0 leads to the port of the same index
	sw    sai.OID
	vr    sai.OID
	cpu   sai.OID
	ports []sai.OID
	notes chan sai.Notification
	stop  func()
}

var switchMAC = sai.MAC{2, 0, 0, 0, 0, 1}

// testPorts are n front-panel ports of four lanes.
func testPorts(n int) []virtual.Port {
	ports := make([]virtual.Port, n)
	for i := range ports {
		lane := uint32(4*i + 1)
		ports[i] = virtual.Port{FrontPanel: fmt.Sprintf("eth%d", i+1), Lanes: []uint32{lane, lane + 1, lane + 2, lane + 3}}
	}
	return ports
}

// wired is a switch's namespace with hosts on its front panel.
func wired(t testing.TB, n int) (sw *netns.NS, hosts []*netns.NS) {
	t.Helper()
	sw = netns.New(t)
	for i := range n {
		h := netns.New(t)
		netns.Veth(t, h, "eth0", sw, fmt.Sprintf("eth%d", i+1))
		hosts = append(hosts, h)
	}
	return sw, hosts
}

// open makes an ASIC in a namespace, and runs it until stop or the end of the test.
func open(t testing.TB, ns *netns.NS, config Config) (a *ASIC, stop func()) {
	t.Helper()
	var kernel *hostif.Hostifs
	config.Log = slog.New(slog.DiscardHandler)
	err := ns.Do(func() (err error) {
		if kernel, err = hostif.Open(config.Log); err != nil {
			return err
		}
		config.Hostifs = inner.Hostifs{Kernel: kernel}
		a, err = New(config)
		return err
	})
	if errors.Is(err, ErrNotAllowed) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- a.Run(ctx) }()
	go func() {
		done <- kernel.Run(ctx, func(states []hostif.FrontState) {
			for _, s := range states {
				a.FrontPanel(ctx, s.Name, s.Present && s.Up)
			}
		})
	}()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		for range 2 {
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("run: %v", err)
			}
		}
		if err := errors.Join(a.Close(), kernel.Close()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return a, stop
}

func newBench(t testing.TB, n int) *bench {
	t.Helper()
	b := &bench{TB: t, notes: make(chan sai.Notification, 10000)}
	b.ns, b.hosts = wired(t, n)
	b.start(Config{})
	b.boot()
	return b
}

// quiet has hosts say nothing of their own, where drops are counted.
func (b *bench) quiet() {
	b.Helper()
	for _, h := range b.hosts {
		for _, which := range []string{"all", "default"} {
			h.Sysctl(b.TB, "net/ipv6/conf/"+which+"/disable_ipv6", "1")
		}
	}
}

func (b *bench) start(config Config) {
	b.Helper()
	config.Ports, config.MAC, config.Notify = testPorts(len(b.hosts)), switchMAC, b.notes
	b.ASIC, b.stop = open(b.TB, b.ns, config)
}

// boot creates the switch, without what the default VLAN brings, and with all ports enabled and host interfaces.
func (b *bench) boot() {
	b.Helper()
	t := sai.ObjectTypeSwitch
	b.sw = b.create(t, at(t, sai.SwitchAttrInitSwitch, true), at(t, sai.SwitchAttrSrcMACAddress, switchMAC),
		at(t, sai.SwitchAttrFdbEventNotify, sai.Pointer(1)), at(t, sai.SwitchAttrPortStateChangeNotify, sai.Pointer(1)))
	b.vr, _ = b.get(b.sw, sai.SwitchAttrDefaultVirtualRouterID).(sai.OID)
	b.cpu, _ = b.get(b.sw, sai.SwitchAttrCpuPort).(sai.OID)
	list, _ := b.get(b.sw, sai.SwitchAttrPortList).(sai.ObjectList)
	b.ports = list
	b.removeAll(sai.ObjectTypeVlanMember)
	b.removeAll(sai.ObjectTypeBridgePort)
	for i, port := range b.ports {
		b.create(sai.ObjectTypeHostif, at(sai.ObjectTypeHostif, sai.HostifAttrType, sai.HostifTypeNetdev),
			at(sai.ObjectTypeHostif, sai.HostifAttrObjID, port), at(sai.ObjectTypeHostif, sai.HostifAttrName, hostName(i)))
		b.set(port, sai.PortAttrMtu, uint32(9100+frameOverhead))
		b.set(port, sai.PortAttrAdminState, true)
	}
	for i := range b.ports {
		b.until("port up", func() bool { return b.get(b.ports[i], sai.PortAttrOperStatus) == sai.PortOperStatusUp })
		b.runs(testPorts(i + 1)[i].FrontPanel)
		b.runs(linux.InnerName(hostName(i)))
	}
}

// runs waits until a netdev runs the program, unless the plane is held.
func (b *bench) runs(name string) {
	b.Helper()
	index := uint32(b.ns.Link(b.TB, name).Attrs().Index)
	b.until("program on "+name, func() bool { return b.plane.k.runsOn(name, index) || b.plane.held })
}

func hostName(port int) string { return fmt.Sprintf("Ethernet%d", 4*port) }

// removeAll removes the objects of a type but a bridge's own router port.
func (b *bench) removeAll(t sai.ObjectType) {
	b.Helper()
	var all []sai.Object
	_ = b.List(context.Background(), t, func(o sai.Object, attrs []sai.Attribute) error {
		for _, a := range attrs {
			if a.Value == any(sai.BridgePortType1qRouter) {
				return nil
			}
		}
		all = append(all, o)
		return nil
	})
	for i, st := range b.Remove(context.Background(), t, all) {
		if st != sai.StatusSuccess {
			b.Fatalf("removing %v: %v", all[i], st)
		}
	}
}

func at(t sai.ObjectType, id uint16, v any) sai.Attribute {
	return sai.Attribute{Meta: t.Meta().Attr(id), Value: v}
}

func (b *bench) create(t sai.ObjectType, attrs ...sai.Attribute) sai.OID {
	b.Helper()
	r := b.Create(context.Background(), t, []sai.CreateRequest{{Object: sai.Object{Type: t}, Attrs: attrs}})
	if r[0].Status != sai.StatusSuccess {
		b.Fatalf("creating %v: %v", t, r[0].Status)
	}
	return r[0].OID
}

func (b *bench) createEntry(e sai.Entry, attrs ...sai.Attribute) {
	b.Helper()
	t := e.ObjectType()
	r := b.Create(context.Background(), t, []sai.CreateRequest{{Object: sai.Object{Type: t, Entry: e}, Attrs: attrs}})
	if r[0].Status != sai.StatusSuccess {
		b.Fatalf("creating %v: %v", e, r[0].Status)
	}
}

func (b *bench) remove(id any) {
	b.Helper()
	o := object(id)
	if st := b.Remove(context.Background(), o.Type, []sai.Object{o})[0]; st != sai.StatusSuccess {
		b.Fatalf("removing %v: %v", o, st)
	}
}

// object names an object by its id, which has its type in it, or its entry.
func object(id any) sai.Object {
	if e, ok := id.(sai.Entry); ok {
		return sai.Object{Type: e.ObjectType(), Entry: e}
	}
	oid, _ := id.(sai.OID)
	return sai.Object{Type: sai.ObjectType(oid >> 32 & 0xff), OID: oid}
}

func (b *bench) set(id any, attr uint16, v any) {
	b.Helper()
	o := object(id)
	if st := b.Set(context.Background(), o.Type, []sai.SetRequest{{Object: o, Attr: at(o.Type, attr, v)}})[0]; st != sai.StatusSuccess {
		b.Fatalf("setting %v of %v: %v", o.Type.Meta().Attr(attr), o, st)
	}
}

func (b *bench) get(id any, attr uint16) any {
	b.Helper()
	o := object(id)
	r := b.Get(context.Background(), o.Type, []sai.GetRequest{{Object: o, Attrs: []sai.Attribute{at(o.Type, attr, nil)}}})[0]
	if r.Status != sai.StatusSuccess {
		return nil
	}
	return r.Attrs[0].Value
}

// until waits for a condition.
func (b *bench) until(what string, ok func() bool) {
	b.Helper()
	for deadline := time.Now().Add(patience); !ok(); {
		if time.Now().After(deadline) {
			b.Fatalf("no %s in %v; %s", what, patience, b.drops())
		}
		<-time.After(poll)
	}
}

func (b *bench) drops() string {
	text := "drops:"
	for i := range swDropDROP_MAX {
		if n := b.dropped(i); n > 0 {
			text += fmt.Sprintf(" %d=%d", i, n)
		}
	}
	return text
}

func (b *bench) dropped(why swDrop) uint64 {
	return sum(b.plane.k.maps.DropCounts, uint32(why), addNumber)
}

func (b *bench) trapped(t swTrap) uint64 {
	return sum(b.plane.k.maps.TrapCounts, uint32(t), addTrap).Packets
}

// stat reads a counter.
func (b *bench) stat(id sai.OID, stat int32) uint64 {
	b.Helper()
	o := object(id)
	r := b.GetStats(context.Background(), o.Type, []sai.StatsRequest{{Object: o, Stats: []int32{stat}}})[0]
	if r.Status != sai.StatusSuccess {
		b.Fatal(r.Status)
	}
	return r.Values[0]
}

func (b *bench) vlan(id uint16) sai.OID {
	b.Helper()
	return b.create(sai.ObjectTypeVlan, at(sai.ObjectTypeVlan, sai.VlanAttrVlanID, id))
}

func (b *bench) bridgePort(port sai.OID) sai.OID {
	b.Helper()
	t := sai.ObjectTypeBridgePort
	return b.create(t, at(t, sai.BridgePortAttrType, sai.BridgePortTypePort), at(t, sai.BridgePortAttrPortID, port),
		at(t, sai.BridgePortAttrAdminState, true), at(t, sai.BridgePortAttrFdbLearningMode, sai.BridgePortFdbLearningModeHw))
}

func (b *bench) member(vlan, bridgePort sai.OID, mode sai.VlanTaggingMode) sai.OID {
	b.Helper()
	t := sai.ObjectTypeVlanMember
	return b.create(t, at(t, sai.VlanMemberAttrVlanID, vlan), at(t, sai.VlanMemberAttrBridgePortID, bridgePort),
		at(t, sai.VlanMemberAttrVlanTaggingMode, mode))
}

// access makes ports untagged members of a VLAN.
func (b *bench) access(id uint16, ports ...int) (vlan sai.OID, bridgePorts []sai.OID) {
	b.Helper()
	vlan = b.vlan(id)
	for _, i := range ports {
		bp := b.bridgePort(b.ports[i])
		b.member(vlan, bp, sai.VlanTaggingModeUntagged)
		b.set(b.ports[i], sai.PortAttrPortVlanID, id)
		bridgePorts = append(bridgePorts, bp)
	}
	return vlan, bridgePorts
}

func (b *bench) rif(kind sai.RouterInterfaceType, attrs ...sai.Attribute) sai.OID {
	b.Helper()
	t := sai.ObjectTypeRouterInterface
	attrs = append([]sai.Attribute{at(t, sai.RouterInterfaceAttrType, kind), at(t, sai.RouterInterfaceAttrMtu, uint32(9100))}, attrs...)
	for _, a := range attrs {
		if a.Meta.ID == sai.RouterInterfaceAttrVirtualRouterID {
			return b.create(t, attrs...)
		}
	}
	return b.create(t, append(attrs, at(t, sai.RouterInterfaceAttrVirtualRouterID, b.vr))...)
}

func (b *bench) portRif(port sai.OID, attrs ...sai.Attribute) sai.OID {
	b.Helper()
	return b.rif(sai.RouterInterfaceTypePort, append(attrs, at(sai.ObjectTypeRouterInterface, sai.RouterInterfaceAttrPortID, port))...)
}

func (b *bench) route(vr sai.OID, prefix string, to sai.OID) sai.RouteEntry {
	b.Helper()
	e := sai.RouteEntry{Switch: b.sw, VirtualRouter: vr, Destination: netip.MustParsePrefix(prefix)}
	b.createEntry(e, at(sai.ObjectTypeRouteEntry, sai.RouteEntryAttrNextHopID, to))
	return e
}

func (b *bench) neighbor(rif sai.OID, ip string, mac sai.MAC) sai.NeighborEntry {
	b.Helper()
	e := sai.NeighborEntry{Switch: b.sw, RouterInterface: rif, IP: netip.MustParseAddr(ip)}
	b.createEntry(e, at(sai.ObjectTypeNeighborEntry, sai.NeighborEntryAttrDstMACAddress, mac))
	return e
}

func (b *bench) nextHop(rif sai.OID, ip string) sai.OID {
	b.Helper()
	t := sai.ObjectTypeNextHop
	return b.create(t, at(t, sai.NextHopAttrType, sai.NextHopTypeIP), at(t, sai.NextHopAttrIP, netip.MustParseAddr(ip)),
		at(t, sai.NextHopAttrRouterInterfaceID, rif))
}

// hostMAC is the address of a host's eth0.
func (b *bench) hostMAC(i int) (mac sai.MAC) {
	b.Helper()
	copy(mac[:], b.hosts[i].Link(b.TB, "eth0").Attrs().HardwareAddr)
	return mac
}

// bpffs is a directory of a bpffs that goes with the test.
func bpffs(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "bpf")
	if err := Mount(dir); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
		_ = os.Remove(dir)
	})
	return filepath.Join(dir, "switch")
}
