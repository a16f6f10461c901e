package ebpf

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestECMP spreads flows over a group by weight, keeps each flow on its next hop, and moves only the flows of a member that goes.
func TestECMP(t *testing.T) {
	t.Run("IPv4", func(t *testing.T) { ecmp(t, "10.0.%d.2", "20.0.0.0/8", "20.1.1.1") })
	t.Run("IPv6", func(t *testing.T) { ecmp(t, "fd00:%d::2", "fd20::/16", "fd20::1") })
}

func ecmp(t *testing.T, host, prefix, to string) {
	b, rifs := routed(t, 4)
	from := fmt.Sprintf(host, 0)
	gt, mt := sai.ObjectTypeNextHopGroup, sai.ObjectTypeNextHopGroupMember
	group := b.create(gt, at(gt, sai.NextHopGroupAttrType, sai.NextHopGroupTypeDynamicUnorderedEcmp))
	var members []sai.OID
	for i, weight := range []uint32{1: 1, 2: 1, 3: 2} {
		if i == 0 {
			continue
		}
		nh := b.nextHop(rifs[i], fmt.Sprintf(host, i))
		members = append(members, b.create(mt, at(mt, sai.NextHopGroupMemberAttrNextHopGroupID, group),
			at(mt, sai.NextHopGroupMemberAttrNextHopID, nh), at(mt, sai.NextHopGroupMemberAttrWeight, weight)))
	}
	b.route(b.vr, prefix, group)
	const flows = 400
	before := b.flows(flows, from, to)
	counts := map[int]int{}
	for _, out := range before {
		counts[out]++
	}
	if counts[1] < flows/8 || counts[2] < flows/8 || counts[3] < flows*3/8 || counts[0] != 0 {
		t.Errorf("flows by port: %v", counts)
	}
	for flow, out := range b.flows(flows, from, to) {
		if before[flow] != out {
			t.Fatalf("flow %d moved from %d to %d without a reason", flow, before[flow], out)
		}
	}
	b.reseeded(sai.SwitchAttrEcmpDefaultHashSeed, uint32(3), uint32(0), flows/4, before, from, to)
	b.reseeded(sai.SwitchAttrEcmpDefaultHashOffset, uint8(3), uint8(0), flows/4, before, from, to)
	b.remove(members[0])
	for flow, out := range b.flows(flows, from, to) {
		if before[flow] != 1 && before[flow] != out {
			t.Errorf("flow %d moved from %d to %d", flow, before[flow], out)
		}
		if out == 1 {
			t.Errorf("flow %d still goes to a member that is gone", flow)
		}
	}
	b.remove(members[1])
	b.remove(members[2])
	none := b.dropped(swDropDROP_NO_MEMBER)
	p := newTap(t, b.hosts[0], "eth0")
	p.Send(b.udp(0, from, to, 1, "nowhere"))
	b.until("drop in an empty group", func() bool { return b.dropped(swDropDROP_NO_MEMBER) == none+1 })
}

// reseeded checks that flows choose anew when a seed or offset of the hash changes, and return when it does.
func (b *bench) reseeded(attr uint16, other, was any, n int, before map[uint16]int, from, to string) {
	b.Helper()
	for _, v := range []any{other, was} {
		b.set(b.sw, attr, v)
		moved := 0
		for flow, out := range b.flows(n, from, to) {
			if before[flow] != out {
				moved++
			}
		}
		if v == other && moved < n/4 || v == was && moved != 0 {
			b.Errorf("%v=%v: %d of %d flows are elsewhere", sai.ObjectTypeSwitch.Meta().Attr(attr), v, moved, n)
		}
	}
}

// flows sends a packet of each flow, and tells which host each came to.
func (b *bench) flows(n int, from, to string) map[uint16]int {
	b.Helper()
	p, taps, found := newTap(b.TB, b.hosts[0], "eth0"), b.taps(), map[uint16]int{}
	l4 := 34
	if netip.MustParseAddr(to).Is6() {
		l4 = 54
	}
	for flow := range n {
		p.Send(b.udp(0, from, to, uint16(1000+flow), "flow"))
		b.until("flow at any host", func() bool {
			for i, t := range taps[1:] {
				for f := t.Arrived(); f != nil; f = t.Arrived() {
					if len(f) >= l4+12 && string(f[l4+8:l4+12]) == "flow" {
						found[binary.BigEndian.Uint16(f[l4:])] = i + 1
					}
				}
			}
			return found[uint16(1000+flow)] != 0
		})
	}
	return found
}
