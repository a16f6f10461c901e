package ebpf

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/cilium/ebpf"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// thousand makes rules of 25 masks, one by one.
func (b *bench) thousand(table sai.OID) (rules, counters []sai.OID) {
	b.Helper()
	for i := range 1000 {
		source := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1}), 32)
		attrs := []sai.Attribute{srcIP(source.String()), act(sai.PacketActionDrop)}
		if dst := i % 25; dst > 0 {
			mask := netip.AddrFrom4([4]byte{0xff &^ (1<<(8-min(dst, 8)) - 1), 0, 0, 0})
			if dst > 8 {
				mask = netip.AddrFrom4([4]byte{0xff, 0xff &^ (1<<(8-min(dst-8, 8)) - 1), 0, 0})
			}
			if dst > 16 {
				mask = netip.AddrFrom4([4]byte{0xff, 0xff, 0xff &^ (1<<(24-dst) - 1), 0})
			}
			attrs = append(attrs, at(et, sai.AclEntryAttrFieldDstIP, sai.Match(addr("10.0.0.2"), mask)))
		}
		r, c := b.rule(table, uint32(1+i), attrs...)
		rules, counters = append(rules, r), append(counters, c)
	}
	return rules, counters
}

func entriesOf(m *ebpf.Map) (n int) {
	var k swAclKey
	var v swAclEntry
	for it := m.Iterate(); it.Next(&k, &v); {
		n++
	}
	return n
}

// BenchmarkAcl is what access lists add to a frame: by the number of tuples of a table with 1000 rules of which none is for it.
func BenchmarkAcl(t *testing.B) {
	for _, tuples := range []int{0, 1, 4, 16, 64, 256, 1000} {
		t.Run(fmt.Sprintf("tuples=%d", tuples), func(t *testing.B) {
			b := newBench(t, 2)
			b.access(10, 0, 1)
			if tuples > 0 {
				table := b.aclTable(sai.AclStageIngress)
				b.bindAcl(b.ports[0], sai.PortAttrIngressAcl, sai.AclStageIngress, table)
				b.masks(table, tuples)
			}
			frame := b.packet(b.hostMAC(1), b.hostMAC(0), "10.0.0.1", "10.0.0.2", 1, "x")
			run := func(n int) error {
				return b.ns.Do(func() error {
					_, err := b.plane.k.program.Run(&ebpf.RunOptions{Data: frame, Repeat: uint32(n), Context: skb{Ifindex: b.plane.links["eth1"].index}})
					return err
				})
			}
			if err := run(1); err != nil {
				t.Skip(err)
			}
			t.ResetTimer()
			if err := run(t.N); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// skb is what the kernel takes of a struct __sk_buff for a test run.
type skb struct {
	_       [10]uint32
	Ifindex uint32
	_       [37]uint32
}

// masks makes 1000 rules with so many different masks.
func (b *bench) masks(table sai.OID, n int) {
	b.Helper()
	for i := range 1000 {
		m := i % n
		src := netip.AddrFrom4([4]byte{255, 255, byte(m >> 8), byte(m)})
		key := netip.AddrFrom4([4]byte{192, byte(i), byte(i>>8) & byte(m>>8), 0})
		b.rule(table, uint32(1+i), at(et, sai.AclEntryAttrFieldSrcIP, sai.Match(key, src)), act(sai.PacketActionDrop))
	}
}
