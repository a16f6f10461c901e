package kernel

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// BenchmarkVlans makes and removes the links of 1000 VLANs, each with an address, and adopts them.
func BenchmarkVlans(b *testing.B) {
	const n = 1000
	r := &rig{NS: netns.New(b), t: b}
	r.open()
	var links, addrs []engine.Op
	for i := range n {
		l := linux.LinkKey{Name: fmt.Sprintf("Vlan%d", i+1)}
		links = append(links, engine.Op{Key: l, Attrs: attrs(linux.LinkHost(linux.HostVlan), linux.LinkAdmin(true))})
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1}), 24)
		addrs = append(addrs, engine.Op{Key: linux.AddrKey{Link: l, Prefix: p}})
	}
	step := func(name string, verb engine.Verb, ops []engine.Op) {
		b.Run(name, func(b *testing.B) {
			if b.N > 1 {
				b.Skip("once is enough: use -benchtime 1x")
			}
			for i := range ops {
				ops[i].Verb = verb
			}
			for i, err := range r.Apply(b.Context(), ops[0].Key.Kind(), ops) {
				if err != nil {
					b.Fatal(ops[i].Key, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/n, "us/object")
		})
	}
	step("create-links", engine.Create, links)
	step("create-again", engine.Create, links)
	step("create-addresses", engine.Create, addrs)
	b.Run("adopt", func(b *testing.B) {
		for range b.N {
			if _, err := r.Adopt(b.Context(), []*engine.Kind{linux.Link, linux.Addr, linux.Neigh, linux.Sysctl}); err != nil {
				b.Fatal(err)
			}
		}
	})
	step("remove-addresses", engine.Remove, addrs)
	step("remove-links", engine.Remove, links)
}
