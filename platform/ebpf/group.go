package ebpf

import (
	"fmt"
	"slices"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// group is an ECMP group. Its buckets follow the members' weights, and of a change only as many move as must.
type group struct {
	oid     sai.OID
	number  uint32
	members map[*groupMember]bool
	buckets []uint32
	gone    bool
}

type groupMember struct {
	group  *group
	hop    *hop
	weight uint32
}

func (p *plane) group(c *virtual.Change) {
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		g := &group{oid: oid, members: map[*groupMember]bool{}}
		p.groups[oid] = g
		if !p.held {
			p.numberGroup(g, p.groupNumbers.take())
		}
		p.touch(g)
	case virtual.Removed:
		g := p.groups[oid]
		g.gone = true
		delete(p.groups, oid)
		delete(p.targets, oid)
		p.touch(g)
	}
}

func (p *plane) numberGroup(g *group, number uint32) {
	g.number = number
	g.buckets = slices.Clone(p.k.groups.at(number).Bucket[:])
	p.targets[g.oid] = leaf(swLeafTypeLEAF_GROUP, number)
}

func (p *plane) groupMember(c *virtual.Change) {
	oid := c.Object.OID
	if c.Verb == virtual.Created {
		m := &groupMember{group: p.groups[attr[sai.OID](c, sai.NextHopGroupMemberAttrNextHopGroupID)], hop: p.nextHops[attr[sai.OID](c, sai.NextHopGroupMemberAttrNextHopID)]}
		if m.group == nil || m.hop == nil {
			p.log.Warn("group member without a data plane", "object", oid)
			return
		}
		p.groupMembers[oid] = m
		m.group.members[m] = true
	}
	m := p.groupMembers[oid]
	if m == nil {
		return
	}
	update(c, sai.NextHopGroupMemberAttrWeight, &m.weight)
	if c.Verb == virtual.Removed {
		delete(p.groupMembers, oid)
		delete(m.group.members, m)
	}
	p.touch(m.group)
}

// shares are the members' numbers and weights; a hop that is there twice has both weights.
func (g *group) shares() []share {
	weights := map[uint32]uint32{}
	for m := range g.members {
		weights[m.hop.number] += max(m.weight, 1)
	}
	list := make([]share, 0, len(weights))
	for id, w := range weights {
		list = append(list, share{id, w})
	}
	slices.SortFunc(list, byID)
	return list
}

func (g *group) render(p *plane) error {
	if g.number == 0 && g.gone {
		return nil
	}
	if g.number == 0 {
		return fmt.Errorf("group %s has no number: more than %d next-hop groups", g.oid, p.k.groups.len()-1)
	}
	if g.gone {
		p.k.groups.store(g.number, swGroup{})
		p.groupNumbers.give(g.number)
		g.number = 0
		return nil
	}
	spread(g.buckets, g.shares())
	var v swGroup
	copy(v.Bucket[:], g.buckets)
	p.k.groups.store(g.number, v)
	return nil
}
