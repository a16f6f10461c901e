package model

import "github.com/hypersonic-nos/hypersonic/sai"

func isLag(o *object) bool { return o != nil && o.Type == sai.ObjectTypeLag }

// logical is what the frames of a port belong to: the port, or the LAG that it is a member of. closed: the member takes none.
func (s *State) logical(port *object) (o *object, closed bool) {
	m := first(s.referring(port, sai.ObjectTypeLagMember, sai.LagMemberAttrPortID))
	lag := s.ref(m, sai.LagMemberAttrLagID)
	if lag == nil {
		return port, false
	}
	return lag, attr[bool](m, sai.LagMemberAttrIngressDisable)
}

// member chooses the port of a LAG that the frame leaves by, among those that send, are enabled and have a link; nil if there is none.
func (p *pass) member(lag *object) *object {
	s := p.s
	var shares []Share
	for _, m := range s.referring(lag, sai.ObjectTypeLagMember, sai.LagMemberAttrLagID) {
		port := s.ref(m, sai.LagMemberAttrPortID)
		if attr[bool](port, sai.PortAttrAdminState) && !attr[bool](m, sai.LagMemberAttrEgressDisable) && s.netdevs[s.frontPanel(port)] {
			shares = append(shares, Share{uint64(port.OID), 1})
		}
	}
	if len(shares) == 0 {
		return nil
	}
	return s.objects[sai.OID(shares[s.pick(p.lagFlow(), shares)].ID)]
}
