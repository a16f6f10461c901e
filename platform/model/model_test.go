package model_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/platform/model"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// bench is a switch with a model beneath.
type bench struct {
	testing.TB
	*virtual.ASIC
	s      *model.State
	sw, vr sai.OID
	ports  sai.ObjectList
}

func at(t sai.ObjectType, id uint16, v any) sai.Attribute {
	return sai.Attribute{Meta: t.Meta().Attr(id), Value: v}
}

func (b *bench) create(t sai.ObjectType, attrs ...sai.Attribute) sai.OID {
	b.Helper()
	return b.made(sai.Object{Type: t}, attrs)
}

func (b *bench) entry(e sai.Entry, attrs ...sai.Attribute) {
	b.Helper()
	b.made(sai.Object{Type: e.ObjectType(), Entry: e}, attrs)
}

func (b *bench) made(o sai.Object, attrs []sai.Attribute) sai.OID {
	b.Helper()
	r := b.Create(context.Background(), o.Type, []sai.CreateRequest{{Object: o, Attrs: attrs}})[0]
	if r.Status != sai.StatusSuccess {
		b.Fatalf("%v: %v", o, r.Status)
	}
	return r.OID
}

func (b *bench) set(oid sai.OID, attr uint16, v any) {
	b.Helper()
	t := sai.ObjectType(oid >> 32 & 0xff)
	if st := b.Set(context.Background(), t, []sai.SetRequest{{Object: sai.Object{Type: t, OID: oid}, Attr: at(t, attr, v)}})[0]; st != sai.StatusSuccess {
		b.Fatal(st)
	}
}

// newBench has a routed port (eth1, 10.0.0.0/24), and VLAN 10 with an untagged (eth2), a tagged member (eth3) and an interface (10.0.10.0/24, host .2).
func newBench(t testing.TB) *bench {
	fronts, ports := map[uint32]string{}, []virtual.Port{}
	for i := range uint32(4) {
		name := fmt.Sprintf("eth%d", i+1)
		fronts[i] = name
		ports = append(ports, virtual.Port{FrontPanel: name, Lanes: []uint32{i}})
	}
	b := &bench{TB: t, s: model.New(fronts)}
	b.ASIC = virtual.New(virtual.Config{Ports: ports, Plane: b.s})
	st := sai.ObjectTypeSwitch
	b.sw = b.create(st, at(st, sai.SwitchAttrInitSwitch, true), at(st, sai.SwitchAttrSrcMACAddress, sai.MAC{2, 0, 0, 0, 0, 1}))
	r := b.Get(context.Background(), st, []sai.GetRequest{{Object: sai.Object{Type: st, OID: b.sw}, Attrs: []sai.Attribute{
		at(st, sai.SwitchAttrPortList, nil), at(st, sai.SwitchAttrDefaultVirtualRouterID, nil), at(st, sai.SwitchAttrCpuPort, nil)}}})[0]
	b.ports, b.vr = r.Attrs[0].Value.(sai.ObjectList), r.Attrs[1].Value.(sai.OID)
	cpu := r.Attrs[2].Value.(sai.OID)
	v, m, ri := sai.ObjectTypeVlan, sai.ObjectTypeVlanMember, sai.ObjectTypeRouterInterface
	vlan := b.create(v, at(v, sai.VlanAttrVlanID, uint16(10)))
	h := sai.ObjectTypeHostif
	bridges := b.bridges()
	for i, port := range b.ports {
		b.set(port, sai.PortAttrAdminState, true)
		b.create(h, at(h, sai.HostifAttrType, sai.HostifTypeNetdev), at(h, sai.HostifAttrObjID, port), at(h, sai.HostifAttrName, fmt.Sprintf("Ethernet%d", i)))
		b.s.SetNetdev(fmt.Sprintf("eth%d", i+1), true, true)
		b.s.SetNetdev(fmt.Sprintf("Ethernet%d", i), true, true)
	}
	b.s.SetNetdev("Vlan10", true, true)
	for i, mode := range []sai.VlanTaggingMode{1: sai.VlanTaggingModeUntagged, 2: sai.VlanTaggingModeTagged} {
		if i > 0 {
			b.create(m, at(m, sai.VlanMemberAttrVlanID, vlan), at(m, sai.VlanMemberAttrBridgePortID, bridges[b.ports[i]]), at(m, sai.VlanMemberAttrVlanTaggingMode, mode))
			b.set(b.ports[i], sai.PortAttrPortVlanID, uint16(10))
			b.set(bridges[b.ports[i]], sai.BridgePortAttrAdminState, true)
		}
	}
	rif := func(kind sai.RouterInterfaceType, on uint16, of sai.OID, n int) {
		oid := b.create(ri, at(ri, sai.RouterInterfaceAttrType, kind), at(ri, on, of), at(ri, sai.RouterInterfaceAttrVirtualRouterID, b.vr))
		rt := sai.ObjectTypeRouteEntry
		for ip, to := range map[string]sai.OID{"10.0.%d.1/32": cpu, "10.0.%d.0/24": oid} {
			b.entry(sai.RouteEntry{Switch: b.sw, VirtualRouter: b.vr, Destination: netip.MustParsePrefix(fmt.Sprintf(ip, n))}, at(rt, sai.RouteEntryAttrNextHopID, to))
		}
		b.entry(sai.NeighborEntry{Switch: b.sw, RouterInterface: oid, IP: netip.MustParseAddr(fmt.Sprintf("10.0.%d.2", n))},
			at(sai.ObjectTypeNeighborEntry, sai.NeighborEntryAttrDstMACAddress, sai.MAC{2, 0, 0, 0, 1, byte(n)}))
	}
	rif(sai.RouterInterfaceTypePort, sai.RouterInterfaceAttrPortID, b.ports[0], 0)
	rif(sai.RouterInterfaceTypeVlan, sai.RouterInterfaceAttrVlanID, vlan, 10)
	return b
}

// bridges are the bridge ports that a switch begins with, by port.
func (b *bench) bridges() map[sai.OID]sai.OID {
	all := map[sai.OID]sai.OID{}
	_ = b.List(context.Background(), sai.ObjectTypeBridgePort, func(o sai.Object, attrs []sai.Attribute) error {
		for _, a := range attrs {
			if a.Meta.ID == sai.BridgePortAttrPortID {
				all[a.Value.(sai.OID)] = o.OID
			}
		}
		return nil
	})
	return all
}

// said is an outcome in a line.
func said(o model.Outcome) string {
	var all []string
	for _, s := range o.Out {
		text := "out " + s.Netdev
		if s.Frame.TPID != 0 {
			text += fmt.Sprintf(" tag %d", s.Frame.TCI)
		}
		all = append(all, text)
	}
	for _, s := range o.Punted {
		all = append(all, fmt.Sprintf("punt %s (%s)", s.Netdev, s.Why))
	}
	for _, d := range o.Dropped {
		all = append(all, fmt.Sprintf("drop (%s)", d.Why))
	}
	for _, l := range o.Learned {
		if l.New {
			all = append(all, fmt.Sprintf("learn %v", l.MAC))
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// udp is a packet, whose checksum is right.
func udp(dst, src, to string, ttl byte) []byte {
	f, _ := hex.DecodeString(strings.ReplaceAll(dst+src, ":", "") + "0800" + "4500001c000000000011000000000000000000000007000700080000")
	f[22] = ttl
	a, b := netip.MustParseAddr("10.0.0.2").As4(), netip.MustParseAddr(to).As4()
	copy(f[26:], a[:])
	copy(f[30:], b[:])
	var sum uint32
	for i := 14; i < 34; i += 2 {
		sum += uint32(f[i])<<8 | uint32(f[i+1])
	}
	sum = ^(sum&0xffff + sum>>16)
	f[24], f[25] = byte(sum>>8), byte(sum)
	return f
}

const (
	router, host, other, all = "02:00:00:00:00:01", "02:00:00:00:01:0a", "02:00:00:00:02:02", "ff:ff:ff:ff:ff:ff"
)

// TestProcess is the pipeline by examples, in order: what is learned stays.
func TestProcess(t *testing.T) {
	b := newBench(t)
	tagged := func(f []byte, tag byte) []byte { return slices.Concat(f[:12], []byte{0x81, 0, 0, tag}, f[12:]) }
	for _, c := range []struct {
		what, in string
		frame    []byte
		want     string
	}{
		{"unknown in the VLAN", "eth2", udp(other, host, "10.0.10.9", 64), "learn 02:00:00:00:01:0A, out eth3 tag 10"},
		{"known", "eth3", tagged(udp(host, other, "10.0.10.9", 64), 10), "learn 02:00:00:00:02:02, out eth2"},
		{"of another VLAN", "eth3", tagged(udp(host, other, "10.0.10.9", 64), 11), "drop (not of the VLAN)"},
		{"broadcast", "eth2", udp(all, host, "255.255.255.255", 64), "out eth3 tag 10, punt Vlan10 (broadcast)"},
		{"routed into the VLAN", "eth1", udp(router, other, "10.0.10.2", 64), "out eth2"},
		{"routed out of the VLAN", "eth2", udp(router, host, "10.0.0.2", 64), "out eth1"},
		{"to the switch", "eth1", udp(router, other, "10.0.10.1", 64), "punt Ethernet0 (own address)"},
		{"to the switch, from the VLAN", "eth2", udp(router, host, "10.0.0.1", 64), "punt Vlan10 (own address)"},
		{"at the end of its time", "eth1", udp(router, other, "10.0.10.2", 1), "punt Ethernet0 (TTL)"},
		{"not a neighbour yet", "eth1", udp(router, other, "10.0.10.77", 64), "punt Ethernet0 (to be resolved)"},
		{"to a subnet's broadcast address", "eth1", udp(router, other, "10.0.10.255", 64), "drop (directed broadcast)"},
		{"nowhere", "eth1", udp(router, other, "11.0.0.1", 64), "drop (no route)"},
		{"to another router", "eth1", udp(host, other, "10.0.10.2", 64), "drop (for another router)"},
		{"by the kernel, on the VLAN", "Vlan10", udp(host, router, "10.0.10.2", 64), "out eth2"},
		{"by the kernel, on a port", "Ethernet2", udp(all, router, "255.255.255.255", 64), "out eth3"},
		{"half of a second tag", "eth3", tagged(slices.Concat(udp(host, other, "10.0.10.9", 64)[:12], []byte{0x81, 0, 0, 5}), 10), "drop (too short)"},
		{"at a netdev of nobody", "eth9", udp(all, router, "255.255.255.255", 64), "drop (netdev of no port)"},
	} {
		f, _ := model.Parse(c.frame)
		o := b.s.Process(c.in, f)
		if got := said(o); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
		b.s.Take(o, 0)
	}
	out := b.s.Stats(sai.Object{Type: sai.ObjectTypePort, OID: b.ports[2]})
	if n := out(int32(sai.PortStatIfOutOctets)); n != 42+4+42+4+42 {
		t.Errorf("%d octets out", n)
	}
	b.set(b.ports[1], sai.PortAttrAdminState, false)
	f, _ := model.Parse(udp(host, router, "10.0.10.2", 64))
	if got := said(b.s.Process("Vlan10", f)); got != "drop (way out disabled)" {
		t.Error(got)
	}
	if st := b.Remove(t.Context(), sai.ObjectTypeSwitch, []sai.Object{{Type: sai.ObjectTypeSwitch, OID: b.sw}})[0]; st != sai.StatusSuccess {
		t.Fatal(st)
	}
	if got := said(b.s.Process("eth1", f)); got != "drop (netdev of no port)" {
		t.Error(got)
	}
}

// TestRendezvous checks that shares are as their weights say, and that only the flows of a share that goes move.
func TestRendezvous(t *testing.T) {
	shares := []model.Share{{ID: 11, Weight: 1}, {ID: 12, Weight: 1}, {ID: 13, Weight: 2}}
	counts := map[uint64]int{}
	const flows = 8000
	for flow := range uint32(flows) {
		was := shares[model.Rendezvous(flow, shares)].ID
		counts[was]++
		if is := shares[1:][model.Rendezvous(flow, shares[1:])].ID; was != 11 && is != was {
			t.Fatalf("flow %d moved from %d to %d", flow, was, is)
		}
	}
	if counts[11] < flows/5 || counts[12] < flows/5 || counts[13] < flows*2/5 {
		t.Error(counts)
	}
}

// FuzzProcess: no frame upsets the model, which does not write to it.
func FuzzProcess(f *testing.F) {
	b := newBench(f)
	for _, to := range []string{"10.0.10.2", "10.0.0.1", "224.0.0.1"} {
		f.Add(udp(router, other, to, 64))
		f.Add(udp(all, other, to, 64))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		frame, ok := model.Parse(wire)
		if !ok {
			return
		}
		if !bytes.Equal(frame.Wire(), wire) {
			t.Fatalf("%x is %x on the wire", wire, frame.Wire())
		}
		was := bytes.Clone(frame.Data)
		for name := range b.s.Netdevs() {
			o := b.s.Process(name, frame)
			if len(o.Out)+len(o.Punted)+len(o.Dropped) == 0 && name != "eth2" && name != "eth3" && name != "Vlan10" {
				t.Errorf("%s: nothing came of %x", name, wire)
			}
		}
		if !bytes.Equal(frame.Data, was) {
			t.Errorf("%x was written to", wire)
		}
	})
}

// BenchmarkProcess is what the pipeline costs for a frame: one that is switched, and one that is routed.
func BenchmarkProcess(b *testing.B) {
	s := newBench(b).s
	for _, c := range []struct {
		what, in string
		frame    []byte
	}{{"L2", "eth2", udp(other, host, "10.0.10.9", 64)}, {"L3", "eth1", udp(router, other, "10.0.10.2", 64)}} {
		f, _ := model.Parse(c.frame)
		b.Run(c.what, func(b *testing.B) {
			for range b.N {
				s.Take(s.Process(c.in, f), 0)
			}
		})
	}
}
