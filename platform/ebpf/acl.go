package ebpf

import (
	"errors"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// acls is the model of access lists (bpf/acl.h).
type acls struct {
	tables   map[sai.OID]*aclTable
	entries  map[sai.OID]*aclEntry
	groups   map[sai.OID]*aclGroup // of tables too, that are bound without one
	members  map[sai.OID]aclMember
	counters map[sai.OID]*aclCounter
	ranges   map[sai.OID]uint32 // places among the ranges
	spreads  swAclRangeList

	chainNumbers, groupNumbers, tupleNumbers, linkNumbers, counterNumbers indexes

	chains mapped[swAclTable]
	bound  mapped[swAclGroup]
	links  mapped[swAclLink]
	tuples mapped[swAclTuple]
	list   mapped[swAclRangeList]
}

// aclTable has its rules in a chain, and those that ask where a frame leaves in another, if it looks at frames when they come in.
type aclTable struct {
	oid     sai.OID
	egress  bool
	entries map[*aclEntry]bool
	now     aclChain
	late    aclChain
}

// aclEntry is a rule, as SAI tells it.
type aclEntry struct {
	table *aclTable
	attrs map[uint16]any
}

type aclGroup struct {
	oid    sai.OID
	tables map[*aclTable]bool
	number uint32
	late   uint32 // number of the group of late chains; 0: there are none
}

type aclMember struct {
	group *aclGroup
	table *aclTable
}

// aclCounter counts from where it was set to last.
type aclCounter struct {
	number         uint32
	packets, bytes uint64 // to be added, modulo 2^64
}

func (a *acls) open(k *datapath) error {
	var errs [5]error
	a.chains, errs[0] = mapArray[swAclTable](k.maps.AclTables)
	a.bound, errs[1] = mapArray[swAclGroup](k.maps.AclGroups)
	a.links, errs[2] = mapArray[swAclLink](k.maps.AclLinks)
	a.tuples, errs[3] = mapArray[swAclTuple](k.maps.AclTuples)
	a.list, errs[4] = mapArray[swAclRangeList](k.maps.AclRanges)
	return errors.Join(errs[:]...)
}

func (a *acls) close() error {
	return errors.Join(a.chains.unmap(), a.bound.unmap(), a.links.unmap(), a.tuples.unmap(), a.list.unmap())
}

// forget empties the model. Numbers that the kernel has in use, of an earlier process, are not given out until wipeAcl.
func (a *acls) forget(counters uint32) {
	a.tables, a.entries, a.groups = map[sai.OID]*aclTable{}, map[sai.OID]*aclEntry{}, map[sai.OID]*aclGroup{}
	a.members, a.counters, a.ranges = map[sai.OID]aclMember{}, map[sai.OID]*aclCounter{}, map[sai.OID]uint32{}
	a.spreads = swAclRangeList{}
	a.chainNumbers, a.groupNumbers = newIndexes(a.chains.len()), newIndexes(a.bound.len())
	a.tupleNumbers, a.linkNumbers, a.counterNumbers = newIndexes(a.tuples.len()), newIndexes(a.links.len()), newIndexes(counters)
}

// acl follows the objects of access lists.
func (p *plane) acl(c *virtual.Change) {
	switch c.Object.Type {
	case sai.ObjectTypeAclTable:
		p.aclTable(c)
	case sai.ObjectTypeAclEntry:
		p.aclEntry(c)
	case sai.ObjectTypeAclTableGroup:
		if c.Verb == virtual.Removed {
			p.dropAclGroup(c.Object.OID)
		} else {
			p.aclGroup(c.Object.OID)
		}
	case sai.ObjectTypeAclTableGroupMember:
		p.aclMember(c)
	case sai.ObjectTypeAclCounter:
		p.aclCounter(c)
	case sai.ObjectTypeAclRange:
		p.aclRange(c)
	}
}

func (p *plane) aclTable(c *virtual.Change) {
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		p.acls.tables[oid] = &aclTable{oid: oid, egress: attr[sai.AclStage](c, sai.AclTableAttrAclStage) == sai.AclStageEgress, entries: map[*aclEntry]bool{}}
	case virtual.Removed:
		t := p.acls.tables[oid]
		delete(p.acls.tables, oid)
		p.dropAclGroup(oid)
		p.touch(t)
	}
}

func (p *plane) aclEntry(c *virtual.Change) {
	oid := c.Object.OID
	e := p.acls.entries[oid]
	switch c.Verb {
	case virtual.Created:
		t := p.acls.tables[attr[sai.OID](c, sai.AclEntryAttrTableID)]
		if t == nil {
			return
		}
		e = &aclEntry{table: t, attrs: map[uint16]any{}}
		p.acls.entries[oid], t.entries[e] = e, true
	case virtual.Removed:
		if e != nil {
			delete(p.acls.entries, oid)
			delete(e.table.entries, e)
			p.touch(e.table)
		}
		return
	}
	if e == nil {
		return
	}
	for _, a := range c.Attrs {
		e.attrs[a.Meta.ID] = a.Value
	}
	p.touch(e.table)
}

// aclGroup finds or makes a group. A table that is bound by itself is a group of its own.
func (p *plane) aclGroup(oid sai.OID) *aclGroup {
	g := p.acls.groups[oid]
	if g == nil {
		g = &aclGroup{oid: oid, tables: map[*aclTable]bool{}}
		if t := p.acls.tables[oid]; t != nil {
			g.tables[t] = true
		}
		p.acls.groups[oid] = g
		p.touch(g)
	}
	return g
}

func (p *plane) dropAclGroup(oid sai.OID) {
	if g := p.acls.groups[oid]; g != nil {
		delete(p.acls.groups, oid)
		p.touch(g)
	}
}

func (p *plane) aclMember(c *virtual.Change) {
	oid := c.Object.OID
	if c.Verb == virtual.Created {
		m := aclMember{p.acls.groups[attr[sai.OID](c, sai.AclTableGroupMemberAttrAclTableGroupID)], p.acls.tables[attr[sai.OID](c, sai.AclTableGroupMemberAttrAclTableID)]}
		if m.group != nil && m.table != nil {
			p.acls.members[oid], m.group.tables[m.table] = m, true
			p.touch(m.group)
		}
		return
	}
	if m, ok := p.acls.members[oid]; ok && c.Verb == virtual.Removed {
		delete(p.acls.members, oid)
		delete(m.group.tables, m.table)
		p.touch(m.group)
	}
}

func (p *plane) aclRange(c *virtual.Change) {
	a := &p.acls
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		limit := attr[sai.U32Range](c, sai.AclRangeAttrLimit)
		r := swAclRange{Min: uint16(limit.Min), Max: uint16(min(limit.Max, 0xffff)), Used: 1}
		switch attr[sai.AclRangeType](c, sai.AclRangeAttrType) {
		case sai.AclRangeTypeL4SrcPortRange:
			r.Source = 1
		case sai.AclRangeTypeL4DstPortRange:
		default:
			return // of what the pipeline does not look at: a rule with it matches nothing
		}
		for i := range a.spreads.Range {
			if a.spreads.Range[i].Used == 0 {
				a.spreads.Range[i], a.ranges[oid] = r, uint32(i)
				a.spreads.Count = max(a.spreads.Count, uint32(i)+1)
				break
			}
		}
	case virtual.Removed:
		if i, ok := a.ranges[oid]; ok {
			delete(a.ranges, oid)
			a.spreads.Range[i] = swAclRange{}
		}
	}
	p.touch(aclRanges{})
}

// aclRanges are the ranges of all rules. A range stands before a rule that has it, and goes after it.
type aclRanges struct{}

func (aclRanges) render(p *plane) error {
	p.acls.list.store(0, p.acls.spreads)
	return nil
}

// bindAcl gives the numbers of the groups of a port: for frames that come in, for those when it is known where they leave, and for those that leave.
func (p *plane) bindAcl(in, out sai.OID) (now, late, egress uint16) {
	if in != 0 {
		g := p.aclGroup(in)
		now, late = uint16(g.number), uint16(g.late)
	}
	if out != 0 {
		egress = uint16(p.aclGroup(out).number)
	}
	return now, late, egress
}

func (g *aclGroup) render(p *plane) error {
	a := &p.acls
	if a.groups[g.oid] != g {
		for _, n := range []uint32{g.number, g.late} {
			if n != 0 {
				a.bound.store(n, swAclGroup{})
				a.groupNumbers.give(n)
			}
		}
		g.number, g.late = 0, 0
		return nil
	}
	var now, late swAclGroup
	var n, l int
	for _, oid := range sorted(a.tables) {
		t := a.tables[oid]
		if !g.tables[t] {
			continue
		}
		if n == len(now.Table) {
			return fmt.Errorf("access lists: more than %d tables for one port", n)
		}
		if t.now.number != 0 {
			now.Table[n] = uint16(t.now.number)
			n++
		}
		if t.late.number != 0 {
			late.Table[l] = uint16(t.late.number)
			l++
		}
	}
	had := [2]uint32{g.number, g.late}
	if n > 0 && g.number == 0 {
		g.number = a.groupNumbers.take()
	}
	if l > 0 && g.late == 0 {
		g.late = a.groupNumbers.take()
	}
	if n > 0 && g.number == 0 || l > 0 && g.late == 0 {
		return errors.New("access lists: more groups than there are numbers")
	}
	a.bound.store(g.number, now)
	if g.late != 0 {
		a.bound.store(g.late, late)
	}
	if had != [2]uint32{g.number, g.late} {
		for _, o := range p.ports {
			if o.aclIn == g.oid || o.aclOut == g.oid {
				p.touch(o)
			}
		}
	}
	return nil
}
