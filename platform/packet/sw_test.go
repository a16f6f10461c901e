package packet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/platform/inner"
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

var switchMAC = sai.MAC{2, 0, 0, 0, 0, 1}

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
}

// later is a clock that a test can put forward.
type later struct{ by atomic.Int64 }

func (c *later) Now() time.Time                         { return time.Now().Add(time.Duration(c.by.Load())) }
func (c *later) After(d time.Duration) <-chan time.Time { return time.After(d) }

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

// start runs an ASIC in the bench's namespace until the end of the test.
func (b *bench) start(config Config) {
	b.Helper()
	var kernel *hostif.Hostifs
	config.MAC, config.Notify, config.Log = switchMAC, b.notes, slog.New(slog.DiscardHandler)
	err := b.ns.Do(func() (err error) {
		if kernel, err = hostif.Open(config.Log); err != nil {
			return err
		}
		config.Hostifs = inner.Hostifs{Kernel: kernel}
		b.ASIC, err = New(config)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return b.Run(ctx) })
	g.Go(func() error {
		return kernel.Run(ctx, func(states []hostif.FrontState) {
			for _, s := range states {
				b.FrontPanel(ctx, s.Name, s.Present && s.Up)
			}
		})
	})
	b.Cleanup(func() {
		cancel()
		if err := g.Wait(); !errors.Is(err, context.Canceled) {
			b.Errorf("run: %v", err)
		}
		if err := errors.Join(b.Close(), kernel.Close()); err != nil {
			b.Error(err)
		}
	})
}

// newBench boots a switch with n hosts, and more ports, without what the default VLAN brings, and with all ports enabled and host interfaces.
func newBench(t testing.TB, n, more int) *bench {
	t.Helper()
	b := &bench{TB: t, notes: make(chan sai.Notification, 10000)}
	b.ns, b.hosts = wired(t, n)
	if more == 2 {
		netns.Veth(t, b.ns, fmt.Sprintf("eth%d", n+1), b.ns, fmt.Sprintf("eth%d", n+2))
	}
	b.start(Config{Config: virtual.Config{Ports: testPorts(n + more)}})
	s := sai.ObjectTypeSwitch
	b.sw = b.create(s, at(s, sai.SwitchAttrInitSwitch, true), at(s, sai.SwitchAttrSrcMACAddress, switchMAC))
	b.vr, _ = b.get(b.sw, sai.SwitchAttrDefaultVirtualRouterID).(sai.OID)
	b.cpu, _ = b.get(b.sw, sai.SwitchAttrCpuPort).(sai.OID)
	b.ports, _ = b.get(b.sw, sai.SwitchAttrPortList).(sai.ObjectList)
	b.removeAll(sai.ObjectTypeVlanMember)
	b.removeAll(sai.ObjectTypeBridgePort)
	h := sai.ObjectTypeHostif
	for i, port := range b.ports {
		b.create(h, at(h, sai.HostifAttrType, sai.HostifTypeNetdev), at(h, sai.HostifAttrObjID, port), at(h, sai.HostifAttrName, hostName(i)))
		b.set(port, sai.PortAttrMtu, uint32(9122))
		b.set(port, sai.PortAttrAdminState, true)
	}
	for i := range b.ports {
		b.until("port up", func() bool { return b.get(b.ports[i], sai.PortAttrOperStatus) == sai.PortOperStatusUp })
		b.ns.Up(t, hostName(i))
	}
	return b
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
	return b.made(sai.Object{Type: t}, attrs)
}

func (b *bench) createEntry(e sai.Entry, attrs ...sai.Attribute) {
	b.Helper()
	b.made(sai.Object{Type: e.ObjectType(), Entry: e}, attrs)
}

func (b *bench) made(o sai.Object, attrs []sai.Attribute) sai.OID {
	b.Helper()
	r := b.Create(context.Background(), o.Type, []sai.CreateRequest{{Object: o, Attrs: attrs}})
	if r[0].Status != sai.StatusSuccess {
		b.Fatalf("creating %v: %v", o, r[0].Status)
	}
	return r[0].OID
}

// object names an object by its id, which has its type in it.
func object(oid sai.OID) sai.Object {
	return sai.Object{Type: sai.ObjectType(oid >> 32 & 0xff), OID: oid}
}

func (b *bench) set(oid sai.OID, attr uint16, v any) {
	b.Helper()
	o := object(oid)
	if st := b.Set(context.Background(), o.Type, []sai.SetRequest{{Object: o, Attr: at(o.Type, attr, v)}})[0]; st != sai.StatusSuccess {
		b.Fatalf("setting %v of %v: %v", o.Type.Meta().Attr(attr), o, st)
	}
}

func (b *bench) get(oid sai.OID, attr uint16) any {
	b.Helper()
	o := object(oid)
	r := b.Get(context.Background(), o.Type, []sai.GetRequest{{Object: o, Attrs: []sai.Attribute{at(o.Type, attr, nil)}}})[0]
	if r.Status != sai.StatusSuccess {
		return nil
	}
	return r.Attrs[0].Value
}

// stat reads a counter.
func (b *bench) stat(oid sai.OID, stat int32) uint64 {
	b.Helper()
	o := object(oid)
	r := b.GetStats(context.Background(), o.Type, []sai.StatsRequest{{Object: o, Stats: []int32{stat}}})[0]
	if r.Status != sai.StatusSuccess {
		b.Fatal(r.Status)
	}
	return r.Values[0]
}

// until waits for a condition.
func (b *bench) until(what string, ok func() bool) {
	b.Helper()
	for deadline := time.Now().Add(patience); !ok(); {
		if time.Now().After(deadline) {
			b.Fatalf("no %s in %v", what, patience)
		}
		<-time.After(poll)
	}
}

// access makes ports members of a VLAN in a mode, with the VLAN for their untagged frames.
func (b *bench) access(id uint16, mode sai.VlanTaggingMode, vlan sai.OID, ports ...int) sai.OID {
	b.Helper()
	bp, m, v := sai.ObjectTypeBridgePort, sai.ObjectTypeVlanMember, sai.ObjectTypeVlan
	if vlan == 0 {
		vlan = b.create(v, at(v, sai.VlanAttrVlanID, id))
	}
	for _, i := range ports {
		bridge := b.create(bp, at(bp, sai.BridgePortAttrType, sai.BridgePortTypePort), at(bp, sai.BridgePortAttrPortID, b.ports[i]),
			at(bp, sai.BridgePortAttrAdminState, true), at(bp, sai.BridgePortAttrFdbLearningMode, sai.BridgePortFdbLearningModeHw))
		b.create(m, at(m, sai.VlanMemberAttrVlanID, vlan), at(m, sai.VlanMemberAttrBridgePortID, bridge), at(m, sai.VlanMemberAttrVlanTaggingMode, mode))
		b.set(b.ports[i], sai.PortAttrPortVlanID, id)
	}
	return vlan
}

// ping wants an answer to every request, and only one.
func ping(b *bench, from int, ip string) {
	b.Helper()
	out := b.hosts[from].Run(b.TB, exec.Command("ping", "-c", "3", "-i", "0.2", "-W", "10", ip))
	if strings.Contains(out, "DUP") {
		b.Errorf("answered twice:\n%s", out)
	}
}

// reaches pings until an answer comes: netdevs are taken a moment after they appear.
func reaches(b *bench, from int, ip string) {
	b.Helper()
	b.until(ip, func() bool {
		return b.hosts[from].Start(b.TB, exec.Command("ping", "-c", "1", "-W", "1", ip)).Wait() == nil
	})
}

// transfer has a host send to another over TCP.
func transfer(b *bench, to, from int, ip string) {
	b.Helper()
	netns.Transfer(b.TB, b.hosts[to], b.hosts[from], ip)
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }
