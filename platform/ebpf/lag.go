package ebpf

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

type lagMember struct {
	lag, port                     *port
	ingressDisable, egressDisable bool
}

func (p *plane) lag(c *virtual.Change) {
	switch c.Verb {
	case virtual.Created:
		p.addPort(&port{oid: c.Object.OID, isLag: true, subs: map[uint16]*rif{}, members: map[*lagMember]bool{}})
	case virtual.Removed:
		p.dropPort(c.Object.OID)
		return
	}
	o := p.ports[c.Object.OID]
	if o == nil {
		return
	}
	update(c, sai.LagAttrPortVlanID, &o.pvid)
	update(c, sai.LagAttrDropTagged, &o.dropTagged)
	update(c, sai.LagAttrDropUntagged, &o.dropUntagged)
	update(c, sai.LagAttrIngressAcl, &o.aclIn)
	update(c, sai.LagAttrEgressAcl, &o.aclOut)
	p.touch(o)
}

func (p *plane) lagMember(c *virtual.Change) {
	oid := c.Object.OID
	if c.Verb == virtual.Created {
		m := &lagMember{lag: p.ports[attr[sai.OID](c, sai.LagMemberAttrLagID)], port: p.ports[attr[sai.OID](c, sai.LagMemberAttrPortID)]}
		if m.lag == nil || m.port == nil {
			return
		}
		p.lagMembers[oid] = m
		m.lag.members[m], m.port.member = true, m
	}
	m := p.lagMembers[oid]
	if m == nil {
		return
	}
	if c.Verb == virtual.Removed {
		delete(p.lagMembers, oid)
		delete(m.lag.members, m)
		m.port.member = nil
	} else {
		update(c, sai.LagMemberAttrIngressDisable, &m.ingressDisable)
		update(c, sai.LagMemberAttrEgressDisable, &m.egressDisable)
	}
	p.touch(m.port)
	p.touch(members{m.lag})
}

// members are the buckets of a LAG.
type members struct{ *port }

func (m members) render(p *plane) error {
	var active []share
	for member := range m.members {
		o := member.port
		if !member.egressDisable && o.admin && o.number != 0 && p.links[o.front].up {
			active = append(active, share{uint32(o.number), 1})
		}
	}
	slices.SortFunc(active, byID)
	var v swLag
	if m.buckets == nil {
		m.buckets = make([]uint32, len(v.Bucket))
	}
	spread(m.buckets, active)
	for i, b := range m.buckets {
		v.Bucket[i] = uint16(b)
	}
	if m.number != 0 {
		p.k.lags.store(uint32(m.number), v)
	}
	return nil
}
