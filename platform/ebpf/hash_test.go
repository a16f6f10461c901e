package ebpf

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestHashFields: for each field, packets that differ in it alone are spread by a hash of that field, and not by a hash of all others.
func TestHashFields(t *testing.T) {
	b, rifs := routed(t, 4)
	gt, mt := sai.ObjectTypeNextHopGroup, sai.ObjectTypeNextHopGroupMember
	group := b.create(gt, at(gt, sai.NextHopGroupAttrType, sai.NextHopGroupTypeDynamicUnorderedEcmp))
	for i := 1; i < 4; i++ {
		b.create(mt, at(mt, sai.NextHopGroupMemberAttrNextHopGroupID, group), at(mt, sai.NextHopGroupMemberAttrNextHopID, b.nextHop(rifs[i], fmt.Sprintf("10.0.%d.2", i))))
	}
	b.route(b.vr, "20.0.0.0/8", group)
	hash, _ := b.get(b.sw, sai.SwitchAttrEcmpHash).(sai.OID)
	in := newTap(t, b.hosts[0], "eth0")
	taps := b.taps()
	mark := 0
	// spread is how many ways packets take that are changed each in its way.
	spread := func(change func(f []byte, n int)) int {
		ways := map[int]bool{}
		for n := range 16 {
			mark++
			text := fmt.Sprintf("%06d.", mark)
			f := b.udp4(0, "10.0.0.2", "20.1.1.1", 1000, text)
			f[22] = 2 // hosts send back what is not for them
			change(f, n)
			binary.BigEndian.PutUint16(f[24:], 0)
			binary.BigEndian.PutUint16(f[24:], checksum(f[14:34]))
			binary.BigEndian.PutUint16(f[40:], 0)
			in.Send(f)
			arrived := false
			b.until("packet at any host", func() bool {
				for i, tap := range taps[1:] {
					for f := tap.Arrived(); f != nil; f = tap.Arrived() {
						if len(f) >= 49 && string(f[42:49]) == text {
							ways[i], arrived = true, true
						}
					}
				}
				return arrived
			})
		}
		return len(ways)
	}
	all := append(virtual.FlowFields(), sai.NativeHashFieldSrcMAC, sai.NativeHashFieldDstMAC, sai.NativeHashFieldEthertype, sai.NativeHashFieldVlanID, sai.NativeHashFieldInPort)
	set := func(fields ...sai.NativeHashField) {
		list := sai.S32List{}
		for _, f := range fields {
			list = append(list, int32(f))
		}
		b.set(hash, sai.HashAttrNativeHashFieldList, list)
	}
	for _, c := range []struct {
		field  sai.NativeHashField
		change func(f []byte, n int)
	}{
		{sai.NativeHashFieldSrcIP, func(f []byte, n int) { f[29] = byte(n) }},
		{sai.NativeHashFieldDstIP, func(f []byte, n int) { f[33] = byte(n) }},
		{sai.NativeHashFieldIPProtocol, func(f []byte, n int) { f[23] = byte(200 + n) }},
		{sai.NativeHashFieldL4SrcPort, func(f []byte, n int) { f[35] = byte(n) }},
		{sai.NativeHashFieldL4DstPort, func(f []byte, n int) { f[37] = byte(n) }},
		{sai.NativeHashFieldSrcMAC, func(f []byte, n int) { f[11] = byte(n) }},
	} {
		set(c.field)
		if n := spread(c.change); n < 2 {
			t.Errorf("by %v alone: %d ways", c.field, n)
		}
		if c.field == sai.NativeHashFieldIPProtocol {
			continue // ports come and go with it
		}
		set(slices.DeleteFunc(slices.Clone(all), func(f sai.NativeHashField) bool { return f == c.field })...)
		if n := spread(c.change); n != 1 {
			t.Errorf("by all but %v: %d ways", c.field, n)
		}
	}
	set(sai.NativeHashFieldInPort)
	if n := spread(func(f []byte, n int) { f[29], f[33], f[35] = byte(n), byte(n), byte(n) }); n != 1 {
		t.Errorf("by the port that they came in at: %d ways", n)
	}
	set() // what it is at first
	if n := spread(func(f []byte, n int) { f[11] = byte(n) }); n != 1 {
		t.Errorf("MAC addresses of packets by the hash at first: %d ways", n)
	}
	if n := spread(func(f []byte, n int) { f[35] = byte(n) }); n < 2 {
		t.Errorf("ports by the hash at first: %d ways", n)
	}
}
