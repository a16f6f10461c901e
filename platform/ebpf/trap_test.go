package ebpf

import (
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestTrapCounters checks that a counter of a trap tells packets and bytes since it was bound, and that one of several traps tells their sum.
func TestTrapCounters(t *testing.T) {
	b := newBench(t, 1)
	p := newTap(t, b.hosts[0], "eth0")
	tt, ct := sai.ObjectTypeHostifTrap, sai.ObjectTypeCounter
	lldp := ether(sai.MAC{1, 0x80, 0xc2, 0, 0, 0x0e}, mac(1), untagged, "neighbour")
	lldp[12], lldp[13] = 0x88, 0xcc
	stp := ether(sai.MAC{1, 0x80, 0xc2}, mac(1), untagged, "")
	counter := b.create(ct, at(ct, sai.CounterAttrType, sai.CounterTypeRegular))
	trap := b.create(tt, at(tt, sai.HostifTrapAttrTrapType, sai.HostifTrapTypeLldp), at(tt, sai.HostifTrapAttrPacketAction, sai.PacketActionTrap))
	before := b.trapped(swTrapTRAP_LLDP)
	counts := func(packets, octets uint64) {
		t.Helper()
		b.until("count", func() bool { return b.stat(counter, int32(sai.CounterStatPackets)) == packets })
		if n := b.stat(counter, int32(sai.CounterStatBytes)); n != octets {
			t.Errorf("%d bytes in %d packets, want %d", n, packets, octets)
		}
	}
	p.Send(lldp, lldp)
	b.until("two frames", func() bool { return b.trapped(swTrapTRAP_LLDP) == before+2 })
	counts(0, 0)
	b.set(trap, sai.HostifTrapAttrCounterID, counter)
	counts(0, 0)
	long := append(append([]byte{}, lldp...), make([]byte, 100)...)
	p.Send(lldp, long, lldp)
	octets := uint64(2*len(lldp) + len(long))
	counts(3, octets)

	both := b.create(tt, at(tt, sai.HostifTrapAttrTrapType, sai.HostifTrapTypeStp), at(tt, sai.HostifTrapAttrPacketAction, sai.PacketActionTrap),
		at(tt, sai.HostifTrapAttrCounterID, counter))
	p.Send(stp)
	counts(4, octets+uint64(len(stp)))
	b.set(both, sai.HostifTrapAttrPacketAction, sai.PacketActionDrop)
	dropped := b.dropped(swDropDROP_TRAP)
	p.Send(stp)
	b.until("drop", func() bool { return b.dropped(swDropDROP_TRAP) == dropped+1 })
	counts(4, octets+uint64(len(stp)))
	if st := b.ClearStats(t.Context(), ct, []sai.StatsRequest{{Object: object(counter), Stats: []int32{int32(sai.CounterStatPackets), int32(sai.CounterStatBytes)}}}); st[0] != sai.StatusSuccess {
		t.Error(st[0])
	}
	counts(0, 0)
	b.set(both, sai.HostifTrapAttrCounterID, sai.OID(0))
	b.set(trap, sai.HostifTrapAttrCounterID, sai.OID(0))
	b.remove(counter)
}
