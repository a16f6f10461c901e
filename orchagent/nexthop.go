package orchagent

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// nextHopSet is the canonical text of what a route goes over: `ip@interface` with `*weight` if it is more than 1, sorted, joined by commas; or
// `=name` for a group of NEXTHOP_GROUP_TABLE. Equal sets are one set, so a million routes share a few groups, and a next hop that
// fails changes groups, not routes.
type nextHopSet string

const namedGroup = "="

// setOf is the set of a route's parallel lists.
func setOf(r tables.RouteRow, v6 bool) (nextHopSet, []tables.NextHop, error) {
	hops, err := tables.ParseNextHops(r.Nexthop, r.Ifname, r.Weight, v6)
	if err != nil {
		return "", nil, err
	}
	if err := tables.ParseOverlay(hops, r.VniLabel, r.RouterMAC); err != nil {
		return "", nil, err
	}
	hops = tables.SortNextHops(hops)
	return nextHopSet(hopsText(hops)), hops, nil
}

func hopsText(hops []tables.NextHop) string {
	var b strings.Builder
	for i, h := range hops {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(h.IP.String())
		b.WriteByte('@')
		b.WriteString(h.Interface)
		if h.VNI != 0 {
			b.WriteByte('#')
			b.WriteString(vniName(h.VNI))
			b.WriteByte('/')
			b.WriteString(h.MAC.String())
		}
		if h.Weight > 1 {
			b.WriteByte('*')
			b.WriteString(strconv.FormatUint(uint64(h.Weight), 10))
		}
	}
	return b.String()
}

// hops reverses hopsText. The text was made by hopsText, so there is nothing in it to refuse.
func (s nextHopSet) hops() []tables.NextHop {
	var out []tables.NextHop
	for part := range strings.SplitSeq(string(s), ",") {
		ip, rest, _ := strings.Cut(part, "@")
		rest, weight, _ := strings.Cut(rest, "*")
		name, overlay, _ := strings.Cut(rest, "#")
		a, err := netip.ParseAddr(ip)
		if err != nil {
			continue
		}
		w, _ := strconv.ParseUint(weight, 10, 32)
		h := tables.NextHop{Interface: name, IP: a, Weight: uint32(w)}
		if vni, mac, ok := strings.Cut(overlay, "/"); ok {
			n, _ := strconv.ParseUint(vni, 10, 24)
			h.VNI = tables.VNI(n)
			_ = h.MAC.UnmarshalText([]byte(mac)) // as hopsText wrote it
		}
		out = append(out, h)
	}
	return out
}

// routeTarget wants what the routes over a set need, and says what they point to: the group, or while it cannot be made the first of
// its next hops that exists (SONiC's temporary route). One next hop needs no group.
func routeTarget(tx *engine.Tx, s nextHopSet) error {
	hops, group := s.hops(), sai.NextHopGroupKey{Name: string(s)}
	if name, named := strings.CutPrefix(string(s), namedGroup); named {
		row, ok := engine.Get(tx, tables.ApplNexthopGroup, name)
		if !ok {
			return nil // the routes wait
		}
		var err error
		if hops, err = groupHops(tx, row, 0); err != nil {
			return err
		}
		group.Name = name
	}
	engine.Resolve(tx, wantTarget(tx, group, hops)...)
	return nil
}

// wantTarget wants a group of the next hops, if they are several, and returns what may stand for it, the best first.
func wantTarget(tx *engine.Tx, group sai.NextHopGroupKey, hops []tables.NextHop) []engine.Key {
	var stands []engine.Key
	for _, h := range hops {
		if h.VNI != 0 {
			if nh, ok := overlayHop(tx, h); ok {
				stands = append(stands, nh)
			}
			continue
		}
		if h.IP.IsUnspecified() {
			stands = append(stands, sai.RouterInterfaceKey{Name: h.Interface})
			continue
		}
		askToResolve(tx, h)
		stands = append(stands, nextHopKey(h))
	}
	if len(hops) < 2 || len(stands) < len(hops) { // a tunnel that cannot be yet
		return stands
	}
	engine.Want(tx, group, sai.NextHopGroupTypeAttr(sai.NextHopGroupTypeDynamicUnorderedEcmp))
	engine.Require(tx, group, stands...)
	for _, h := range hops {
		// A member leaves its group while its interface is down, and comes back with it; the group and its routes stay (sonic-contract 4.6).
		if h.VNI != 0 {
			nh, _ := overlayHop(tx, h)
			engine.Want(tx, sai.NextHopGroupMemberKey{Group: group, NextHop: nh}, sai.NextHopGroupMemberWeight(max(h.Weight, 1)))
		} else if !h.IP.IsUnspecified() && operUp(tx, h.Interface) {
			engine.Want(tx, sai.NextHopGroupMemberKey{Group: group, NextHop: nextHopKey(h)}, sai.NextHopGroupMemberWeight(max(h.Weight, 1)))
		}
	}
	return append([]engine.Key{group}, stands...)
}

// askToResolve asks the kernel, through NEIGH_RESOLVE_TABLE, for the neighbour that a next hop lacks.
func askToResolve(tx *engine.Tx, h tables.NextHop) {
	k := tables.NeighKey{Interface: h.Interface, IP: h.IP}
	if _, known := engine.Get(tx, tables.ApplNeigh, k); !known {
		engine.Publish(tx, tables.ApplNeighResolve, k, tables.NeighResolveRow{})
	}
}

func nextHopKey(h tables.NextHop) sai.NextHopKey {
	return sai.NextHopKey{RouterInterface: sai.RouterInterfaceKey{Name: h.Interface}, IP: h.IP}
}
