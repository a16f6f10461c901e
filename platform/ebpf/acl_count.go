package ebpf

import (
	"errors"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

func (p *plane) aclCounter(c *virtual.Change) {
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		p.acls.counters[oid] = &aclCounter{}
	case virtual.Changed:
		// Setting a counter is how it is cleared.
		n := p.acls.counters[oid]
		count := p.counted(n)
		if v, ok := given[uint64](c, sai.AclCounterAttrPackets); ok {
			n.packets = v - count.Packets
		}
		if v, ok := given[uint64](c, sai.AclCounterAttrBytes); ok {
			n.bytes = v - count.Bytes
		}
	case virtual.Removed:
		if n := p.acls.counters[oid]; n != nil {
			p.acls.counterNumbers.give(n.number)
			delete(p.acls.counters, oid)
		}
	}
}

// numberCounter gives a counter its place, which a predecessor may have counted in. 0 is none: the rule is in force and not counted.
func (p *plane) numberCounter(n *aclCounter) uint32 {
	if n.number == 0 {
		if n.number = p.acls.counterNumbers.take(); n.number != 0 {
			had := p.counted(n)
			n.packets, n.bytes = n.packets-had.Packets, n.bytes-had.Bytes
		}
	}
	return n.number
}

func (p *plane) counted(n *aclCounter) swHopCounters {
	if n == nil || n.number == 0 {
		return swHopCounters{}
	}
	return sum(p.k.maps.AclCounts, n.number, func(to *swHopCounters, c swHopCounters) {
		to.Packets += c.Packets
		to.Bytes += c.Bytes
	})
}

// Attr implements virtual.Counted: what a counter of access lists has counted. A super-frame (GSO) counts as its segments, and its bytes once.
func (p *plane) Attr(o sai.Object, id uint16) (any, bool) {
	n := p.acls.counters[o.OID]
	if o.Type != sai.ObjectTypeAclCounter || n == nil {
		return nil, false
	}
	switch id {
	case sai.AclCounterAttrPackets:
		return p.counted(n).Packets + n.packets, true
	case sai.AclCounterAttrBytes:
		return p.counted(n).Bytes + n.bytes, true
	}
	return nil, false
}

// adoptAcl keeps apart what an earlier process left and what is written anew: frames meet the one or the other until a port turns to its new group.
func (p *plane) adoptAcl() {
	a := &p.acls
	for i := uint32(1); i < a.bound.len(); i++ {
		a.groupNumbers.used[i] = a.bound.at(i).Table[0] != 0
	}
	for i := uint32(1); i < a.chains.len(); i++ {
		if l := a.chains.at(i).First; l != 0 {
			a.chainNumbers.used[i] = true
			for n := 0; l != 0 && n < int(a.links.len()); n++ {
				link := a.links.at(l)
				a.linkNumbers.used[l], a.tupleNumbers.used[link.Tuple] = true, true
				l = link.Next
			}
		}
	}
	for _, t := range p.acls.tables {
		p.touch(t)
	}
	for _, g := range p.acls.groups {
		p.touch(g)
	}
	p.touch(aclRanges{})
}

// wipeAcl takes away what the earlier process left, when all ports have turned away from it.
func (p *plane) wipeAcl() error {
	a := &p.acls
	groups, chains, tuples, links := newIndexes(a.bound.len()), newIndexes(a.chains.len()), newIndexes(a.tuples.len()), newIndexes(a.links.len())
	for _, g := range a.groups {
		groups.used[g.number], groups.used[g.late] = true, true
	}
	for _, t := range a.tables {
		for _, c := range []*aclChain{&t.now, &t.late} {
			chains.used[c.number] = true
			for _, l := range c.links {
				links.used[l] = true
			}
			for _, t := range c.tuples {
				tuples.used[t.number] = true
			}
		}
	}
	for i := uint32(1); i < a.bound.len(); i++ {
		if !groups.used[i] {
			a.bound.store(i, swAclGroup{})
		}
	}
	for i := uint32(1); i < a.chains.len(); i++ {
		if !chains.used[i] {
			a.chains.store(i, swAclTable{})
		}
	}
	// Those in use are used up from the front, so that what is free begins behind them.
	links.next, tuples.next = a.linkNumbers.next, a.tupleNumbers.next
	a.groupNumbers, a.chainNumbers, a.tupleNumbers, a.linkNumbers = groups, chains, tuples, links
	var k swAclKey
	var v swAclEntry
	var stale []swAclKey
	for it := p.k.maps.AclEntries.Iterate(); it.Next(&k, &v); {
		if !tuples.used[k.Tuple] {
			stale = append(stale, k)
		}
	}
	var errs []error
	for _, k := range stale {
		errs = append(errs, p.k.maps.AclEntries.Delete(k))
	}
	return errors.Join(errs...)
}

// clearAcl takes everything off a switch that is gone.
func (p *plane) clearAcl() error {
	p.acls.forget(p.k.maps.AclCounts.MaxEntries())
	p.acls.list.store(0, swAclRangeList{})
	return p.wipeAcl()
}
