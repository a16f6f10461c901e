package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/platform/ebpf"
	"github.com/hypersonic-nos/hypersonic/platform/inner"
	"github.com/hypersonic-nos/hypersonic/platform/linux/hostif"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/trial"
)

// asic is our data plane, told by sai.API what orchagent would tell it.
type asic struct {
	*ebpf.ASIC
	t  *trial.T
	sw sai.OID
	vr sai.OID
}

// The switch's address, and room for the largest frames that a case sends.
const (
	routeBatch = 1000
	ipMTU      = 9500
	etherExtra = 22
	upPatience = 20 * time.Second
)

func routerMAC() sai.MAC { return sai.MAC{2, 0, 0, 0, 0, 1} }

// ours is a switch of two ports: in a VLAN, or routed, by one route or the whole table. queued has each frame pass the receive queue of the link's other end.
func ours(t *trial.T, name string, layer int, routes *table, queued bool) *rig {
	g := newRig(t, name, layer, true)
	a := newASIC(t, g, queued)
	ports, _ := a.get(a.sw, sai.SwitchAttrPortList).(sai.ObjectList)
	a.emptyDefaultVLAN()
	for _, p := range ports {
		a.set(p, sai.PortAttrMtu, uint32(ipMTU+etherExtra))
		a.set(p, sai.PortAttrAdminState, true)
	}
	for _, p := range ports {
		a.up(p)
	}
	if layer == 2 {
		a.vlan(g, ports)
		return g
	}
	rif := a.rif(ports[0])
	a.neighbor(rif, aFour, mac(t, g.a, "eth0"))
	a.neighbor(rif, aSix, mac(t, g.a, "eth0"))
	rif = a.rif(ports[1])
	g.routed(t, routerMAC(), routerMAC())
	for v6, hop := range map[bool]string{false: near, true: far} {
		a.neighbor(rif, hop, mac(t, g.b, "eth0"))
		nt := sai.ObjectTypeNextHop
		via := a.create(nt, at(nt, sai.NextHopAttrType, sai.NextHopTypeIP), at(nt, sai.NextHopAttrIP, netip.MustParseAddr(hop)), at(nt, sai.NextHopAttrRouterInterfaceID, rif))
		all := []netip.Prefix{netip.MustParsePrefix(map[bool]string{false: "0.0.0.0/0", true: "::/0"}[v6])}
		if routes != nil {
			g.routes = true
			all = append(all, routes.of(v6)...)
		}
		a.route(all, via)
	}
	return g
}

// newASIC loads a data plane in the switch's namespace and runs it until the end.
func newASIC(t *trial.T, g *rig, queued bool) *asic {
	a := &asic{t: t}
	log := slog.New(slog.DiscardHandler)
	var kernel *hostif.Hostifs
	config := ebpf.Config{Queued: queued, Config: virtual.Config{MAC: routerMAC(), Log: log, Ports: []virtual.Port{
		{FrontPanel: "eth1", Lanes: []uint32{1, 2, 3, 4}}, {FrontPanel: "eth2", Lanes: []uint32{5, 6, 7, 8}},
	}}}
	err := g.sw.Do(func() (err error) {
		if kernel, err = hostif.Open(log); err != nil {
			return err
		}
		config.Hostifs = inner.Hostifs{Kernel: kernel}
		a.ASIC, err = ebpf.New(config)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running errgroup.Group
	running.Go(func() error { return a.Run(ctx) })
	running.Go(func() error {
		return kernel.Run(ctx, func(states []hostif.FrontState) {
			for _, s := range states {
				a.FrontPanel(ctx, s.Name, s.Present && s.Up)
			}
		})
	})
	t.Cleanup(func() {
		cancel()
		_ = running.Wait() // they end because they were told to
		_ = a.Close()
		_ = kernel.Close()
	})
	st := sai.ObjectTypeSwitch
	a.sw = a.create(st, at(st, sai.SwitchAttrInitSwitch, true), at(st, sai.SwitchAttrSrcMACAddress, routerMAC()))
	a.vr, _ = a.get(a.sw, sai.SwitchAttrDefaultVirtualRouterID).(sai.OID)
	return a
}

func at(t sai.ObjectType, id uint16, v any) sai.Attribute {
	return sai.Attribute{Meta: t.Meta().Attr(id), Value: v}
}

func (a *asic) create(t sai.ObjectType, attrs ...sai.Attribute) sai.OID {
	return a.made(t, sai.CreateRequest{Object: sai.Object{Type: t}, Attrs: attrs})
}

func (a *asic) entry(e sai.Entry, attrs ...sai.Attribute) {
	t := e.ObjectType()
	a.made(t, sai.CreateRequest{Object: sai.Object{Type: t, Entry: e}, Attrs: attrs})
}

func (a *asic) made(t sai.ObjectType, all ...sai.CreateRequest) (last sai.OID) {
	for i, r := range a.Create(context.Background(), t, all) {
		if r.Status != sai.StatusSuccess {
			a.t.Fatal(fmt.Sprintf("creating %v: %v", all[i].Object, r.Status))
		}
		last = r.OID
	}
	return last
}

// object names an object by its id, which has its type in it.
func object(id sai.OID) sai.Object { return sai.Object{Type: sai.ObjectType(id >> 32 & 0xff), OID: id} }

func (a *asic) set(id sai.OID, attr uint16, v any) {
	o := object(id)
	if st := a.Set(context.Background(), o.Type, []sai.SetRequest{{Object: o, Attr: at(o.Type, attr, v)}})[0]; st != sai.StatusSuccess {
		a.t.Fatal(fmt.Sprintf("setting %v: %v", o, st))
	}
}

func (a *asic) get(id sai.OID, attr uint16) any {
	o := object(id)
	r := a.Get(context.Background(), o.Type, []sai.GetRequest{{Object: o, Attrs: []sai.Attribute{at(o.Type, attr, nil)}}})[0]
	if r.Status != sai.StatusSuccess {
		a.t.Fatal(fmt.Sprintf("reading %v: %v", o, r.Status))
	}
	return r.Attrs[0].Value
}

// up waits for a port.
func (a *asic) up(port sai.OID) {
	for deadline := time.Now().Add(upPatience); a.get(port, sai.PortAttrOperStatus) != sai.PortOperStatusUp; {
		if time.Now().After(deadline) {
			a.t.Fatal("a port does not come up")
		}
		<-time.After(time.Millisecond)
	}
}

// emptyDefaultVLAN takes the ports out of the VLAN that SAI begins with.
func (a *asic) emptyDefaultVLAN() {
	for _, t := range []sai.ObjectType{sai.ObjectTypeVlanMember, sai.ObjectTypeBridgePort} {
		var all []sai.Object
		_ = a.List(context.Background(), t, func(o sai.Object, attrs []sai.Attribute) error {
			for _, x := range attrs {
				if x.Value == any(sai.BridgePortType1qRouter) {
					return nil
				}
			}
			all = append(all, o)
			return nil
		})
		for i, st := range a.Remove(context.Background(), t, all) {
			if st != sai.StatusSuccess {
				a.t.Fatal(fmt.Sprintf("removing %v: %v", all[i], st))
			}
		}
	}
}

// vlan makes both ports untagged members of a VLAN. The hosts' addresses are static.
func (a *asic) vlan(g *rig, ports []sai.OID) {
	vt, bt, mt, ft := sai.ObjectTypeVlan, sai.ObjectTypeBridgePort, sai.ObjectTypeVlanMember, sai.ObjectTypeFdbEntry
	vlan := a.create(vt, at(vt, sai.VlanAttrVlanID, uint16(10)))
	for i, host := range []sai.MAC{mac(a.t, g.a, "eth0"), mac(a.t, g.b, "eth0")} {
		bp := a.create(bt, at(bt, sai.BridgePortAttrType, sai.BridgePortTypePort), at(bt, sai.BridgePortAttrPortID, ports[i]),
			at(bt, sai.BridgePortAttrAdminState, true), at(bt, sai.BridgePortAttrFdbLearningMode, sai.BridgePortFdbLearningModeHw))
		a.create(mt, at(mt, sai.VlanMemberAttrVlanID, vlan), at(mt, sai.VlanMemberAttrBridgePortID, bp), at(mt, sai.VlanMemberAttrVlanTaggingMode, sai.VlanTaggingModeUntagged))
		a.set(ports[i], sai.PortAttrPortVlanID, uint16(10))
		a.entry(sai.FdbEntry{Switch: a.sw, BV: vlan, MAC: host}, at(ft, sai.FdbEntryAttrType, sai.FdbEntryTypeStatic), at(ft, sai.FdbEntryAttrBridgePortID, bp))
	}
}

func (a *asic) rif(port sai.OID) sai.OID {
	t := sai.ObjectTypeRouterInterface
	return a.create(t, at(t, sai.RouterInterfaceAttrType, sai.RouterInterfaceTypePort), at(t, sai.RouterInterfaceAttrMtu, uint32(ipMTU)),
		at(t, sai.RouterInterfaceAttrPortID, port), at(t, sai.RouterInterfaceAttrVirtualRouterID, a.vr))
}

func (a *asic) neighbor(rif sai.OID, ip string, m sai.MAC) {
	a.entry(sai.NeighborEntry{Switch: a.sw, RouterInterface: rif, IP: netip.MustParseAddr(ip)}, at(sai.ObjectTypeNeighborEntry, sai.NeighborEntryAttrDstMACAddress, m))
}

func (a *asic) route(all []netip.Prefix, via sai.OID) {
	t := sai.ObjectTypeRouteEntry
	requests := make([]sai.CreateRequest, 0, routeBatch)
	hop := at(t, sai.RouteEntryAttrNextHopID, via)
	for i, p := range all {
		requests = append(requests, sai.CreateRequest{
			Object: sai.Object{Type: t, Entry: sai.RouteEntry{Switch: a.sw, VirtualRouter: a.vr, Destination: p}}, Attrs: []sai.Attribute{hop},
		})
		if len(requests) == routeBatch || i == len(all)-1 {
			a.made(t, requests...)
			requests = requests[:0]
		}
	}
}
