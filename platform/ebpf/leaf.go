package ebpf

import (
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// The layout of a leaf (bpf/layout.h).
const (
	leafChild  = 1 << 31
	leafDepth  = 25
	leafType   = 22
	leafID     = 1<<leafType - 1
	depthField = 63 << leafDepth
)

func leaf(t swLeafType, id uint32) uint32 { return uint32(t)<<leafType | id&leafID }

// withDepth says which prefix length a leaf comes from.
func withDepth(l uint32, bits int) uint32 { return l&^uint32(depthField) | uint32(bits)<<leafDepth }

func depthOf(slot uint32) int { return int(slot & depthField >> leafDepth) }

// leafOf is what a route does, without its depth. Without a next hop it drops.
func (p *plane) leafOf(r virtual.Route) uint32 {
	switch r.Action {
	case sai.PacketActionDrop, sai.PacketActionDeny:
		return leaf(swLeafTypeLEAF_DROP, 0)
	case sai.PacketActionTrap, sai.PacketActionCopy, sai.PacketActionLog:
		return leaf(swLeafTypeLEAF_TRAP, 0)
	}
	if l, ok := p.targets[r.NextHop]; ok {
		return l
	}
	return leaf(swLeafTypeLEAF_DROP, 0)
}
