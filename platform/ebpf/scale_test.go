package ebpf

import (
	"context"
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// routeBatch is how many routes come in one call; syncd's batches are of this order.
const routeBatch = 1000

// fill puts n random prefixes of lengths as in the Internet's table over next hops, and gives their entries.
func (b *bench) fill(n int, hops []sai.OID, v6 bool) []sai.RouteEntry {
	b.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	seen := map[netip.Prefix]bool{}
	t := sai.ObjectTypeRouteEntry
	m := t.Meta().Attr(sai.RouteEntryAttrNextHopID)
	var entries []sai.RouteEntry
	batch := make([]sai.CreateRequest, 0, routeBatch)
	flush := func() {
		for _, r := range b.Create(context.Background(), t, batch) {
			if r.Status != sai.StatusSuccess {
				b.Fatal(r.Status)
			}
		}
		batch = batch[:0]
	}
	for len(entries) < n {
		d := randomPrefix(rnd, v6)
		if seen[d] {
			continue
		}
		seen[d] = true
		e := sai.RouteEntry{Switch: b.sw, VirtualRouter: b.vr, Destination: d}
		entries = append(entries, e)
		batch = append(batch, sai.CreateRequest{Object: sai.Object{Type: t, Entry: e}, Attrs: []sai.Attribute{{Meta: m, Value: hops[len(entries)%len(hops)]}}})
		if len(batch) == routeBatch {
			flush()
		}
	}
	flush()
	return entries
}

func randomPrefix(rnd *rand.Rand, v6 bool) netip.Prefix {
	if v6 {
		var a [16]byte
		binary.BigEndian.PutUint64(a[:], rnd.Uint64()|1<<61)
		a[0] = 0x20 | a[0]&0x1f
		p, _ := netip.AddrFrom16(a).Prefix([]int{48, 48, 48, 32, 40, 44, 56, 64}[rnd.IntN(8)])
		return p
	}
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], 0x0b000000+rnd.Uint32N(0xd0000000))
	bits := 24 // as the Internet's table: three in five are /24, few are shorter than /16, and few longer than /24
	switch r := rnd.IntN(1000); {
	case r < 5:
		bits = 8 + rnd.IntN(8)
	case r < 385:
		bits = 16 + rnd.IntN(8)
	case r < 405:
		bits = 25 + rnd.IntN(8)
	}
	p, _ := netip.AddrFrom4(a).Prefix(bits)
	return p
}

// TestManyRoutes compares the trie with a plain search for the longest prefix, while routes come, change and go.
func TestManyRoutes(t *testing.T) {
	b := newBench(t, 2)
	rif := b.portRif(b.ports[0])
	var hops []sai.OID
	for _, ip := range []string{"10.0.0.2", "10.0.0.3", "10.0.0.4"} {
		b.neighbor(rif, ip, mac(1))
		hops = append(hops, b.nextHop(rif, ip))
	}
	entries := b.fill(20000, hops, false)
	b.fill(5000, hops, true)
	rnd := rand.New(rand.NewPCG(3, 4))
	present := map[netip.Prefix]bool{}
	for _, e := range entries {
		present[e.Destination] = true
	}
	check := func() {
		t.Helper()
		for range 20000 {
			a := entries[rnd.IntN(len(entries))].Destination.Addr()
			if rnd.IntN(2) == 0 {
				x := a.As4()
				x[3] ^= byte(rnd.IntN(256))
				x[2] ^= byte(rnd.IntN(4))
				a = netip.AddrFrom4(x)
			}
			want := -1
			for bits := 32; bits >= 0 && want < 0; bits-- {
				if p, _ := a.Prefix(bits); present[p] {
					want = bits
				}
			}
			l := b.plane.fib.lookup(a)
			if want < 0 && l != 0 || want >= 0 && (l == 0 || depthOf(l) != want) {
				t.Fatalf("%s: leaf %#x, want a prefix of length %d", a, l, want)
			}
		}
	}
	check()
	for round := range 4 {
		for i := range entries {
			if (i+round)%3 != 0 {
				continue
			}
			e := entries[i]
			if present[e.Destination] {
				b.remove(e)
				delete(present, e.Destination)
			} else {
				b.createEntry(e, at(sai.ObjectTypeRouteEntry, sai.RouteEntryAttrNextHopID, hops[0]))
				present[e.Destination] = true
			}
		}
		check()
	}
	for _, e := range entries {
		if present[e.Destination] {
			b.remove(e)
		}
	}
	clear(present)
	check()
	for i, s := range b.plane.fib.root {
		if isChild(s) && i != 0x0a00 { // the neighbours' host routes
			t.Fatalf("a chunk is left below %d.%d that no prefix needs", i>>8, i&255)
		}
	}
}

// BenchmarkRoutes programs a million IPv4 and 200,000 IPv6 routes through sai.API.
func BenchmarkRoutes(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
		v6   bool
	}{{"IPv4/1M", 1_000_000, false}, {"IPv6/200k", 200_000, true}} {
		b.Run(c.name, func(tb *testing.B) {
			for range tb.N {
				tb.StopTimer()
				s := newBench(tb, 2)
				rif := s.portRif(s.ports[0])
				s.neighbor(rif, "10.0.0.2", mac(1))
				hops := []sai.OID{s.nextHop(rif, "10.0.0.2")}
				tb.StartTimer()
				start := time.Now()
				s.fill(c.n, hops, c.v6)
				tb.ReportMetric(float64(c.n)/time.Since(start).Seconds(), "routes/s")
				tb.ReportMetric(float64(len(s.plane.fib.pages)*pageSize)/(1<<20), "MiB-trie")
				tb.StopTimer()
				s.stop()
			}
		})
	}
}

// BenchmarkTrie is the trie alone.
func BenchmarkTrie(b *testing.B) {
	s := newBench(b, 2)
	rnd := rand.New(rand.NewPCG(1, 2))
	seen := map[netip.Prefix]bool{}
	for len(seen) < 1_000_000 {
		seen[randomPrefix(rnd, false)] = true
	}
	prefixes := slices.Collect(maps.Keys(seen))
	for b.Loop() {
		start := time.Now()
		for _, d := range prefixes {
			if err := s.plane.fib.insert(addr4(d), d.Bits(), withDepth(leaf(swLeafTypeLEAF_NEXTHOP, 1), d.Bits()), true); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(prefixes))/time.Since(start).Seconds(), "routes/s")
		s.plane.fib.reset()
	}
}
