package main

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"strings"
)

// table is routes: random prefixes with lengths as in the Internet's table.
type table struct{ four, six []netip.Prefix }

func newTable(o options) *table {
	rnd := rand.New(rand.NewPCG(1, 2))
	fill := func(n int, next func() netip.Prefix) (list []netip.Prefix) {
		seen := map[netip.Prefix]bool{}
		for len(list) < n {
			if p := next(); !seen[p] {
				seen[p] = true
				list = append(list, p)
			}
		}
		return list
	}
	return &table{
		fill(o.routes4, func() netip.Prefix { return prefix4(rnd) }),
		fill(o.routes6, func() netip.Prefix { return prefix6(rnd) }),
	}
}

// prefix4: three in five are /24, few are shorter than /16, and few longer than /24.
func prefix4(rnd *rand.Rand) netip.Prefix {
	bits := 24
	switch r := rnd.IntN(1000); {
	case r < 5:
		bits = 8 + rnd.IntN(8)
	case r < 385:
		bits = 16 + rnd.IntN(8)
	case r < 405:
		bits = 25 + rnd.IntN(8)
	}
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], 0x0b000000+rnd.Uint32N(0x70000000)) // 11.0.0.0 to 122.255.255.255
	p, _ := netip.AddrFrom4(a).Prefix(bits)
	return p
}

func prefix6(rnd *rand.Rand) netip.Prefix {
	var a [16]byte
	binary.BigEndian.PutUint64(a[:], rnd.Uint64())
	a[0] = 0x20 | a[0]&0x1f
	p, _ := netip.AddrFrom16(a).Prefix([]int{48, 48, 48, 32, 40, 44, 56, 64}[rnd.IntN(8)])
	return p
}

func (x *table) of(v6 bool) []netip.Prefix {
	if v6 {
		return x.six
	}
	return x.four
}

// lines are commands of ip -batch.
func (x *table) lines(v6 bool, via, dev string) string {
	var b strings.Builder
	for _, p := range x.of(v6) {
		b.WriteString("route add ")
		b.WriteString(p.String())
		b.WriteString(" via " + via + " dev " + dev + "\n")
	}
	return b.String()
}

// inside is a random address of a prefix.
func inside(rnd *rand.Rand, p netip.Prefix) netip.Addr {
	if p.Addr().Is4() {
		a := p.Addr().As4()
		v := binary.BigEndian.Uint32(a[:]) | uint32(uint64(rnd.Uint32())>>p.Bits())
		binary.BigEndian.PutUint32(a[:], v)
		return netip.AddrFrom4(a)
	}
	a := p.Addr().As16()
	binary.BigEndian.PutUint64(a[:], binary.BigEndian.Uint64(a[:])|rnd.Uint64()>>p.Bits())
	binary.BigEndian.PutUint64(a[8:], rnd.Uint64())
	return netip.AddrFrom16(a)
}
