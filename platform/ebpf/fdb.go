package ebpf

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// fdb writes an entry that the ASIC was given, or deletes one that it lost. What the data plane learned is there already.
func (p *plane) fdb(c *virtual.Change) error {
	e, ok := c.Object.Entry.(sai.FdbEntry)
	if !ok || p.held {
		return nil
	}
	vlan := p.vlans[e.BV]
	if vlan == nil {
		return nil
	}
	k := swFdbKey{Vid: vlan.id, Mac: e.MAC}
	if c.Verb == virtual.Removed {
		if err := p.k.maps.Fdb.Delete(k); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
			return fmt.Errorf("FDB entry %v: %w", e, err)
		}
		return nil
	}
	value, ok := p.fdbValue(c.Fdb)
	if !ok {
		return p.forgetFdb(k)
	}
	if err := p.k.maps.Fdb.Put(k, value); err != nil {
		return fmt.Errorf("FDB entry %v: %w", e, err)
	}
	return nil
}

// fdbValue is an entry as the program reads it; false if it leads to nothing that has frames.
func (p *plane) fdbValue(e virtual.Fdb) (swFdbEntry, bool) {
	b := p.bridgePorts[e.BridgePort]
	v := swFdbEntry{Seen: sinceBoot()}
	t := p.vxlan.ports[e.BridgePort]
	switch {
	case b != nil:
		v.Port = b.port.number
	case t != nil:
		v.Port = uint16(p.tunnelPort0() + t.tunnel.number)
	}
	if e.Type == sai.FdbEntryTypeStatic {
		v.Flags |= uint16(swFdbFlagsFDB_STATIC)
		if e.AllowMove {
			v.Flags |= uint16(swFdbFlagsFDB_MOVABLE)
		}
	}
	switch e.Action {
	case sai.PacketActionDrop, sai.PacketActionDeny:
		v.Flags |= uint16(swFdbFlagsFDB_DROP)
	case sai.PacketActionTrap:
		v.Flags |= uint16(swFdbFlagsFDB_TRAP)
	}
	return v, b != nil || t != nil || e.Action != sai.PacketActionForward
}

// sinceBoot is the clock of the program, in seconds.
func sinceBoot() uint32 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) // never fails
	return uint32(t.Sec)
}

// fdbChunk is how many entries are read at once.
const fdbChunk = 4096

// eachFdb reads the entries that the data plane has. Some that come or go meanwhile may be missing or come twice.
func (p *plane) eachFdb(yield func(swFdbKey, swFdbEntry) error) error {
	keys, values := make([]swFdbKey, fdbChunk), make([]swFdbEntry, fdbChunk)
	var cursor ebpf.MapBatchCursor
	for {
		n, err := p.k.maps.Fdb.BatchLookup(&cursor, keys, values, nil)
		if err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
			return fmt.Errorf("reading the FDB: %w", err)
		}
		for i := range n {
			if err := yield(keys[i], values[i]); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

func (p *plane) clearFdb() error {
	return p.eachFdb(func(k swFdbKey, _ swFdbEntry) error { return p.forgetFdb(k) })
}

func (p *plane) forgetFdb(k swFdbKey) error {
	if err := p.k.maps.Fdb.Delete(k); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
		return fmt.Errorf("FDB entry: %w", err)
	}
	return nil
}

// learned tells the ASIC where an address was seen. What the ASIC does not hold, the data plane must not either.
func (p *plane) learned(v virtual.View, k swFdbKey, number uint16) error {
	vlan, bridgePort := p.vlanByID[k.Vid], p.bridgePortOf(number)
	if vlan != nil && bridgePort != 0 && v.Learn(vlan.oid, bridgePort, k.Mac) {
		return nil
	}
	return p.forgetFdb(k)
}

// bridgePortOf is the bridge port of a logical port; 0 if it has none.
func (p *plane) bridgePortOf(number uint16) sai.OID {
	if o := p.portByNumber[number]; o != nil && o.bridge != nil {
		return o.bridge.oid
	}
	if t := p.vxlan.byNum[uint32(number)-p.tunnelPort0()]; t != nil && t.bridge != nil {
		return t.bridge.oid
	}
	return 0
}

// CatchUp implements virtual.Learner: events may still be in the ring, or lost, but the map has everything.
func (p *plane) CatchUp(v virtual.View) error {
	if p.held {
		return nil
	}
	return p.eachFdb(func(k swFdbKey, e swFdbEntry) error {
		if e.Flags&uint16(swFdbFlagsFDB_STATIC) != 0 {
			return nil
		}
		return p.learned(v, k, e.Port)
	})
}

// sweep goes through the whole FDB: it ages what was not seen for long, and finds what an event was lost of.
func (p *plane) sweep(v virtual.View) error {
	if p.held {
		return nil
	}
	now := sinceBoot()
	return p.eachFdb(func(k swFdbKey, e swFdbEntry) error {
		if e.Flags&uint16(swFdbFlagsFDB_STATIC) != 0 {
			return nil
		}
		idle := int32(now - e.Seen) // seconds; below zero when it was seen since we looked at the clock
		if p.aging == 0 || int64(idle) < int64(p.aging) {
			return p.learned(v, k, e.Port)
		}
		if err := p.forgetFdb(k); err != nil {
			return err
		}
		if vlan := p.vlanByID[k.Vid]; vlan != nil {
			v.Age(vlan.oid, k.Mac)
		}
		return nil
	})
}
