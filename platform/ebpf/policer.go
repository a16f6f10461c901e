package ebpf

import (
	"errors"
	"fmt"
	"math/bits"

	"github.com/cilium/ebpf"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// policer is a SAI policer. Whenever one of its attributes changes, its buckets are full again.
type policer struct {
	number             uint32
	mode               sai.PolicerMode
	meter              sai.MeterType
	cir, cbs, pir, pbs uint64
	green, yellow, red sai.PacketAction
}

// storms are the policers of what a port floods: unknown unicast, multicast, broadcast.
type storms [3]sai.OID

func (s *storms) update(c *virtual.Change) {
	update(c, sai.PortAttrFloodStormControlPolicerID, &s[0])
	update(c, sai.PortAttrMulticastStormControlPolicerID, &s[1])
	update(c, sai.PortAttrBroadcastStormControlPolicerID, &s[2])
}

func (p *plane) policer(c *virtual.Change) {
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		p.policers[oid] = &policer{number: p.policerNumbers.take()}
	case virtual.Removed:
		if o := p.policers[oid]; o != nil {
			delete(p.policers, oid)
			p.touch(spentPolicer(o.number))
		}
		return
	}
	o := p.policers[oid]
	update(c, sai.PolicerAttrMode, &o.mode)
	update(c, sai.PolicerAttrMeterType, &o.meter)
	update(c, sai.PolicerAttrCir, &o.cir)
	update(c, sai.PolicerAttrCbs, &o.cbs)
	update(c, sai.PolicerAttrPir, &o.pir)
	update(c, sai.PolicerAttrPbs, &o.pbs)
	update(c, sai.PolicerAttrGreenPacketAction, &o.green)
	update(c, sai.PolicerAttrYellowPacketAction, &o.yellow)
	update(c, sai.PolicerAttrRedPacketAction, &o.red)
	if p.touch(o); c.Verb == virtual.Created {
		p.touch(newPolicer(o.number))
	}
}

// policerNumber is that of a policer in the pipeline; 0 of none.
func (p *plane) policerNumber(oid sai.OID) uint16 {
	if o := p.policers[oid]; o != nil {
		return uint16(o.number)
	}
	return 0
}

func (o *policer) render(p *plane) error {
	if o.number == 0 {
		return nil // there are more than Limits allow
	}
	v := swPolicer{First: bucket(o.cir, o.cbs)}
	switch o.mode {
	case sai.PolicerModeStormControl:
		v.First = bucket(o.cir, virtual.StormBurst(o.cir, o.cbs, o.meter))
	case sai.PolicerModeTrTcm:
		v.TwoRates, v.Second = 1, bucket(o.pir, o.pbs)
	default:
		v.Second = bucket(o.cir, o.pbs)
	}
	if o.meter == sai.MeterTypeBytes {
		v.Bytes = 1
	}
	for color, action := range []sai.PacketAction{o.green, o.yellow, o.red} {
		if action == sai.PacketActionDrop || action == sai.PacketActionDeny {
			v.Drops |= 1 << color
		}
	}
	return p.putPolicer(o.number, v)
}

// Tokens are counted so many times; a bucket that never fills does so after never ns.
const (
	token = 1_000_000_000
	never = 1 << 62
)

func bucket(rate, burst uint64) swBucket {
	most := min(burst, virtual.MostBurst) * token
	b := swBucket{Rate: rate, Most: most, Tokens: most, Fills: never}
	if rate > 0 {
		if hi, lo := bits.Mul64(most/token, token); hi < rate { // else centuries
			b.Fills, _ = bits.Div64(hi, lo, rate)
			b.Fills = min(b.Fills+1, never)
		}
	}
	return b
}

func (p *plane) putPolicer(number uint32, v swPolicer) error {
	if err := p.k.maps.Policers.Update(number, v, ebpf.UpdateLock); err != nil {
		return fmt.Errorf("policer: %w", err)
	}
	return nil
}

// newPolicer has counters begin, spentPolicer gives a number back.
type (
	newPolicer   uint32
	spentPolicer uint32
)

func (n newPolicer) render(p *plane) error {
	return zero[swPolicerCounters](p.k.maps.PolicerCounts, uint32(n))
}

func (n spentPolicer) render(p *plane) error {
	if n == 0 {
		return nil
	}
	p.policerNumbers.give(uint32(n))
	return errors.Join(p.putPolicer(uint32(n), swPolicer{}))
}

// trapGroup follows the policer of a group of traps.
func (p *plane) trapGroup(c *virtual.Change) {
	if c.Verb == virtual.Removed {
		delete(p.trapGroups, c.Object.OID)
	} else {
		g := p.trapGroups[c.Object.OID]
		update(c, sai.HostifTrapGroupAttrPolicer, &g)
		p.trapGroups[c.Object.OID] = g
	}
	p.touch(settings{})
}

// trapPolicers are those of the traps that the data plane tells apart. Of several kinds in one the first by SAI's number counts.
func (p *plane) trapPolicers() (list [32]uint16) {
	var kinds [32]sai.HostifTrapType
	for _, t := range p.traps {
		n := p.policerNumber(p.trapGroups[t.group])
		if t.number != 0 && n != 0 && (list[t.number] == 0 || t.kind < kinds[t.number]) {
			list[t.number], kinds[t.number] = n, t.kind
		}
	}
	return list
}

func (p *plane) policerStats(oid sai.OID) func(int32) uint64 {
	o := p.policers[oid]
	if o == nil || o.number == 0 {
		return func(int32) uint64 { return 0 }
	}
	c := sum(p.k.maps.PolicerCounts, o.number, addPolicer)
	return func(stat int32) uint64 { return c.stat(sai.PolicerStat(stat)) }
}

func addPolicer(to *swPolicerCounters, c swPolicerCounters) {
	for i := range c.Packets {
		to.Packets[i] += c.Packets[i]
		to.Bytes[i] += c.Bytes[i]
	}
}

func (c *swPolicerCounters) stat(s sai.PolicerStat) uint64 {
	switch s {
	case sai.PolicerStatPackets:
		return c.Packets[0] + c.Packets[1] + c.Packets[2]
	case sai.PolicerStatAttrBytes:
		return c.Bytes[0] + c.Bytes[1] + c.Bytes[2]
	case sai.PolicerStatGreenPackets, sai.PolicerStatYellowPackets, sai.PolicerStatRedPackets:
		return c.Packets[(s-sai.PolicerStatGreenPackets)/2]
	case sai.PolicerStatGreenBytes, sai.PolicerStatYellowBytes, sai.PolicerStatRedBytes:
		return c.Bytes[(s-sai.PolicerStatGreenBytes)/2]
	}
	return 0
}
