package model

import (
	"encoding/binary"
	"hash/fnv"
	"math"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Share is one of several ways, with its weight.
type Share struct {
	ID     uint64 // its own as long as it is there
	Weight uint32
}

// choose is the next hop of a group for the frame, among those that have one; false if there is none. An address that is there twice has both
// weights.
func (p *pass) choose(group *object) (hop, bool) {
	s := p.s
	var shares []Share
	var hops []hop
	for _, m := range s.referring(group, sai.ObjectTypeNextHopGroupMember, sai.NextHopGroupMemberAttrNextHopGroupID) {
		to := s.ref(m, sai.NextHopGroupMemberAttrNextHopID)
		if to == nil || to.Type != sai.ObjectTypeNextHop || attr[sai.NextHopType](to, sai.NextHopAttrType) != sai.NextHopTypeIP && !s.isOverlay(to) {
			continue
		}
		shares = append(shares, Share{uint64(m.OID), max(attr[uint32](m, sai.NextHopGroupMemberAttrWeight), 1)})
		hops = append(hops, hopOf(to))
	}
	if len(shares) == 0 {
		return hop{}, false
	}
	return hops[s.pick(p.groupFlow(), shares)], true
}

func (s *State) pick(flow uint32, shares []Share) int {
	if s.Pick != nil {
		return s.Pick(flow, shares)
	}
	return Rendezvous(flow, shares)
}

// Rendezvous chooses by the highest score that a flow gives to a share. When a share comes or goes, only the flows move that must.
func Rendezvous(flow uint32, shares []Share) int {
	best, winner := math.Inf(-1), 0
	for i, share := range shares {
		h := fnv.New64a()
		_ = binary.Write(h, binary.BigEndian, share.ID) // into memory
		_ = binary.Write(h, binary.BigEndian, flow)
		x := h.Sum64()
		x ^= x >> 32 // FNV's low bits are poor
		x *= 0x9e3779b97f4a7c15
		u := (float64(x>>11) + 0.5) / (1 << 53)
		if score := float64(share.Weight) / -math.Log(u); score > best {
			best, winner = score, i
		}
	}
	return winner
}
