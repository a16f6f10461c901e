package main

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// A sender has so many frames and sends them over and over: hot ones are 64 flows to one address, cold ones go to as many addresses as there are frames.
const (
	hotFrames  = 64
	coldFrames = 1 << 16
	frameSize  = 64
	udp        = 17
)

// frames are UDP packets of 64 bytes (of IPv6 the smallest, 62 and two).
func frames(to, from sai.MAC, k kind, src netip.Addr, dst func() netip.Addr) [][]byte {
	n := hotFrames
	if k.cold {
		n = coldFrames
	}
	list := make([][]byte, n)
	for i := range list {
		list[i] = frame(to, from, src, dst(), uint16(1000+i%hotFrames))
	}
	return list
}

func frame(to, from sai.MAC, src, dst netip.Addr, sport uint16) []byte {
	f := slices.Concat(to[:], from[:])
	if src.Is4() {
		ip := make([]byte, 20)
		ip[0], ip[8], ip[9] = 0x45, 64, udp
		binary.BigEndian.PutUint16(ip[2:], frameSize-14)
		copy(ip[12:], src.AsSlice())
		copy(ip[16:], dst.AsSlice())
		binary.BigEndian.PutUint16(ip[10:], checksum(ip))
		f = append(append(f, 8, 0), ip...)
	} else {
		ip := make([]byte, 40)
		ip[0], ip[6], ip[7] = 0x60, udp, 64
		binary.BigEndian.PutUint16(ip[4:], frameSize-14-40)
		copy(ip[8:], src.AsSlice())
		copy(ip[24:], dst.AsSlice())
		f = append(append(f, 0x86, 0xdd), ip...)
	}
	at := len(f)
	f = append(f, make([]byte, frameSize-at)...)
	binary.BigEndian.PutUint16(f[at:], sport)
	binary.BigEndian.PutUint16(f[at+2:], 7)
	binary.BigEndian.PutUint16(f[at+4:], uint16(frameSize-at))
	return f
}

func checksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}

// destinations of a kind of frames. All rigs have the same, whether they route or not.
func destinations(g *rig, k kind) func() netip.Addr {
	rnd := rand.New(rand.NewPCG(3, 4))
	list := g.table.of(k.v6)
	if !k.cold {
		one := netip.MustParseAddr(g.bAddress(k.v6))
		if g.routes {
			one = inside(rnd, list[0])
		}
		return func() netip.Addr { return one }
	}
	return func() netip.Addr { return inside(rnd, list[rnd.IntN(len(list))]) }
}
