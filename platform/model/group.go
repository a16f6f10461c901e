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

// lagSalt has LAGs choose otherwise than groups, though their seeds are the same.
const lagSalt = 0x5bd1e995

// choose is the next hop of a group for a frame, among those that have one; false if there is none. An address that is there twice has both
// weights.
func (s *State) choose(group *object, f Frame) (hop, bool) {
	var shares []Share
	var hops []hop
	for _, m := range s.referring(group, sai.ObjectTypeNextHopGroupMember, sai.NextHopGroupMemberAttrNextHopGroupID) {
		to := s.ref(m, sai.NextHopGroupMemberAttrNextHopID)
		if to == nil || to.Type != sai.ObjectTypeNextHop || attr[sai.NextHopType](to, sai.NextHopAttrType) != sai.NextHopTypeIP {
			continue
		}
		shares = append(shares, Share{uint64(m.OID), max(attr[uint32](m, sai.NextHopGroupMemberAttrWeight), 1)})
		hops = append(hops, hopOf(to))
	}
	if len(shares) == 0 {
		return hop{}, false
	}
	return hops[s.pick(flow(f, attr[uint32](s.sw, sai.SwitchAttrEcmpDefaultHashSeed), attr[uint8](s.sw, sai.SwitchAttrEcmpDefaultHashOffset)), shares)], true
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

// flow is a hash of what a frame's flow is known by: addresses, protocol and ports of IP, where all fragments of a packet are alike; of anything else
// the MAC addresses.
func flow(f Frame, seed uint32, offset uint8) uint32 {
	h := fnv.New32a()
	_ = binary.Write(h, binary.BigEndian, seed)
	_, _ = h.Write([]byte{offset})
	ip, ok := parseIP(f)
	if !ok {
		_, _ = h.Write(f.Data[:12])
		_ = binary.Write(h, binary.BigEndian, f.proto())
		return h.Sum32()
	}
	_, _ = h.Write(ip.src.AsSlice())
	_, _ = h.Write(ip.dst.AsSlice())
	_, _ = h.Write([]byte{ip.protocol})
	if !ip.fragment {
		src, dst := ip.ports()
		_ = binary.Write(h, binary.BigEndian, [2]uint16{src, dst})
	}
	return h.Sum32()
}
