package model

import (
	"cmp"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// verdict is what all access lists of a place say together.
type verdict struct {
	drop, copy bool
	redirect   *object // port, LAG, next hop or group; nil: the frame goes on

	mirrorIn, mirrorOut sai.ObjectList // sessions that get copies: as it came, and as it leaves
}

// place is where rules look at a frame: what they are bound to, and the port that it leaves by, if that is known.
type place struct {
	bound sai.OID // table or group; 0: none
	out   *object
	late  bool // only for the rules of an ingress table that ask where the frame leaves
}

// ingressAcl does what access lists say of a frame that has come in, and tells whether that was all. p.rif is where it will be routed.
func (p *pass) ingressAcl() bool {
	v := p.look(place{bound: p.boundTo(p.from, sai.PortAttrIngressAcl, sai.LagAttrIngressAcl)})
	p.mirror(v.mirrorIn, p.asCame())
	p.copies = v.mirrorOut
	if v.copy {
		p.puntCopy(TrapACL, p.host())
	}
	switch {
	case v.drop:
		p.drop(DropACL)
	case v.redirect != nil:
		p.redirect(v.redirect)
	default:
		return false
	}
	return true
}

// asCame is the frame with the tag that it came with.
func (p *pass) asCame() Frame {
	if p.tagged {
		return p.f.tag(p.tag)
	}
	return p.f
}

// egressAcl is what access lists say of a frame that is about to leave by a port: those of the port or LAG, and those of where it came in that ask where it
// leaves. They can but drop and mirror. What the switch itself sends passes.
func (p *pass) egressAcl(logical, port *object) verdict {
	if p.in == nil {
		return verdict{}
	}
	own := p.look(place{bound: p.boundTo(logical, sai.PortAttrEgressAcl, sai.LagAttrEgressAcl), out: port})
	came := p.look(place{bound: p.boundTo(p.origin, sai.PortAttrIngressAcl, sai.LagAttrIngressAcl), out: port, late: true})
	return verdict{drop: own.drop || came.drop, mirrorOut: slices.Concat(own.mirrorOut, came.mirrorOut)}
}

func (p *pass) boundTo(o *object, ofPort, ofLag uint16) sai.OID {
	if isLag(o) {
		return attr[sai.OID](o, ofLag)
	}
	return attr[sai.OID](o, ofPort)
}

// look finds the rule of each table that counts, and counts it there. A drop of one table is a drop; the first to redirect does.
func (p *pass) look(at place) (v verdict) {
	for _, t := range p.s.accessTables(at.bound) {
		rule := p.rule(t, at)
		if rule == nil {
			continue
		}
		if c := action[sai.OID](rule, sai.AclEntryAttrActionCounter); c.Enabled {
			p.count(p.s.objects[c.Value], int32(sai.AclCounterAttrPackets), p.f.frames())
			p.count(p.s.objects[c.Value], int32(sai.AclCounterAttrBytes), uint64(len(p.f.Data)))
		}
		said := p.s.effect(rule)
		if a := action[sai.OID](rule, sai.AclEntryAttrActionSetPolicer); a.Enabled && !p.police(p.s.objects[a.Value]) {
			said.drop = true
		}
		v.drop, v.copy = v.drop || said.drop, v.copy || said.copy
		v.mirrorIn, v.mirrorOut = append(v.mirrorIn, said.mirrorIn...), append(v.mirrorOut, said.mirrorOut...)
		if v.redirect == nil {
			v.redirect = said.redirect
		}
	}
	return v
}

// accessTables are the tables of a group, or the table itself, in the order of their numbers.
func (s *State) accessTables(bound sai.OID) (tables []*object) {
	o := s.objects[bound]
	switch {
	case o == nil:
		return nil
	case o.Type == sai.ObjectTypeAclTable:
		return []*object{o}
	}
	for _, m := range s.referring(o, sai.ObjectTypeAclTableGroupMember, sai.AclTableGroupMemberAttrAclTableGroupID) {
		if t := s.ref(m, sai.AclTableGroupMemberAttrAclTableID); t != nil {
			tables = append(tables, t)
		}
	}
	slices.SortFunc(tables, func(a, b *object) int { return cmp.Compare(a.OID, b.OID) })
	return tables
}

// rule is the one of the highest priority in a table that a frame matches; nil if there is none. Of equals SAI leaves open which.
func (p *pass) rule(table *object, at place) (best *object) {
	ingress := attr[sai.AclStage](table, sai.AclTableAttrAclStage) == sai.AclStageIngress
	for _, r := range p.s.referring(table, sai.ObjectTypeAclEntry, sai.AclEntryAttrTableID) {
		if late := ingress && asksOut(r); late != at.late || !attr[bool](r, sai.AclEntryAttrAdminState) {
			continue
		}
		if best != nil && attr[uint32](r, sai.AclEntryAttrPriority) <= attr[uint32](best, sai.AclEntryAttrPriority) {
			continue
		}
		if p.matches(r, at.out) {
			best = r
		}
	}
	return best
}

func action[T comparable](rule *object, id uint16) sai.AclAction[T] {
	a, _ := lookup[sai.AclAction[T]](rule, id)
	return a
}

// effect is what a rule does; what the pipeline does not know lets the frame go on.
func (s *State) effect(rule *object) (v verdict) {
	if a := action[int32](rule, sai.AclEntryAttrActionPacketAction); a.Enabled {
		switch sai.PacketAction(a.Value) {
		case sai.PacketActionDrop, sai.PacketActionDeny:
			v.drop = true
		case sai.PacketActionCopy, sai.PacketActionLog:
			v.copy = true
		case sai.PacketActionTrap:
			v.drop, v.copy = true, true
		}
	}
	v.mirrorIn, v.mirrorOut = sessions(rule, sai.AclEntryAttrActionMirrorIngress), sessions(rule, sai.AclEntryAttrActionMirrorEgress)
	if a := action[sai.OID](rule, sai.AclEntryAttrActionRedirect); a.Enabled {
		to := s.objects[a.Value]
		switch {
		case to == nil:
		case to.Type == sai.ObjectTypeNextHop && attr[sai.NextHopType](to, sai.NextHopAttrType) != sai.NextHopTypeIP && !s.isOverlay(to):
			v.drop = true // MPLS, tunnels that are not VXLAN
		case to.Type == sai.ObjectTypePort, to.Type == sai.ObjectTypeLag, to.Type == sai.ObjectTypeNextHop, to.Type == sai.ObjectTypeNextHopGroup:
			v.redirect = to
		}
	}
	return v
}

// redirect sends a frame elsewhere. To a port it goes as it came, with its tag; to a next hop it is routed, if it is a packet that can be.
func (p *pass) redirect(to *object) {
	if to.Type == sai.ObjectTypePort || isLag(to) {
		p.send(to, p.asCame())
		return
	}
	ip, ok := parseIP(p.f)
	switch {
	case !ok || !ip.sound || ip.ttl <= 1 || ip.dst.Is4() && !ip.options && !sumsUp(p.f.payload()[:ip.header]):
		p.drop(DropACL)
		return
	case ip.options:
		p.punt(TrapOptions)
		return
	}
	next, ok := hopOf(to), true
	if to.Type == sai.ObjectTypeNextHopGroup {
		next, ok = p.choose(to)
	}
	if !ok {
		p.drop(DropNoMember)
		return
	}
	p.forward(next)
}

// Attr implements virtual.Counted: what a counter of access lists has counted. A super-frame counts as its segments, and its bytes once.
func (s *State) Attr(o sai.Object, id uint16) (any, bool) {
	if o.Type != sai.ObjectTypeAclCounter || s.objects[o.OID] == nil {
		return nil, false
	}
	switch id {
	case sai.AclCounterAttrPackets, sai.AclCounterAttrBytes:
		return s.counts[counter{o.OID, int32(id)}], true
	}
	return nil, false
}

// recount has a counter of access lists begin at what it was set to.
func (s *State) recount(o *object, attrs []sai.Attribute) {
	for _, a := range attrs {
		if n, ok := a.Value.(uint64); ok {
			s.counts[counter{o.OID, int32(a.Meta.ID)}] = n
		}
	}
}
