package oracle

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func (g *graph) route(vrf, prefix string, a attrs) { g.add("ROUTE_ENTRY", routeName(vrf, prefix), a) }

func routeName(vrf, prefix string) string {
	return fmt.Sprintf(`{"dest":%q,"switch_id":"SWITCH()","vr":%q}`, prefix, routerName(vrf))
}

// nextHopGroups are the groups that have a name of their own; they are there whether or not a route uses them.
func (g *graph) nextHopGroups() {
	for name := range g.Groups {
		if hops, ok := g.named(name, 0); ok {
			g.target(name, hops)
		}
	}
}

// named are the next hops of a group, with those of its parts.
func (g *graph) named(name string, depth int) ([]tables.NextHop, bool) {
	_, r, err := tables.ApplNexthopGroup.Decode(name, g.Groups[name])
	if err != nil || depth > 2 || g.Groups[name] == nil {
		return nil, false
	}
	if r.Groups == "" {
		hops, err := tables.ParseNextHops(r.Nexthop, r.Ifname, r.Weight, strings.Contains(r.Nexthop, ":"))
		return tables.SortNextHops(hops), err == nil
	}
	var all []tables.NextHop
	for part := range strings.SplitSeq(r.Groups, ",") {
		hops, _ := g.named(part, depth+1)
		all = append(all, hops...)
	}
	return tables.SortNextHops(all), true
}

// target is what routes over next hops point to, and makes their group if they are several: the group once all of them are there, before that the first that is.
func (g *graph) target(name string, hops []tables.NextHop) (string, bool) {
	var there []string
	for _, h := range hops {
		object, typ := hopName(h.Interface, h.IP.String()), "NEXT_HOP"
		if h.IP.IsUnspecified() {
			object, typ = rifName(h.Interface), "ROUTER_INTERFACE"
		}
		if g.has(typ, object) {
			there = append(there, object)
		}
	}
	if len(there) == 0 {
		return "", false
	}
	if len(hops) < 2 || len(there) < len(hops) {
		return there[0], true
	}
	group := sai.NextHopGroupKey{Name: name}.String()
	g.add("NEXT_HOP_GROUP", group, attrs{"TYPE": "SAI_NEXT_HOP_GROUP_TYPE_DYNAMIC_UNORDERED_ECMP"})
	for i, h := range hops {
		if h.IP.IsUnspecified() || !g.up(h.Interface) {
			continue
		}
		a := attrs{"NEXT_HOP_GROUP_ID": group, "NEXT_HOP_ID": there[i]}
		if h.Weight > 1 {
			a["WEIGHT"] = strconv.Itoa(int(h.Weight))
		}
		g.add("NEXT_HOP_GROUP_MEMBER", fmt.Sprintf("NEXT_HOP_GROUP_MEMBER(%s,%s)", group, there[i]), a)
	}
	return group, true
}

// setName is the name of a group that has none: its next hops.
func setName(hops []tables.NextHop) string {
	var parts []string
	for _, h := range hops {
		part := h.IP.String() + "@" + h.Interface
		if h.Weight > 1 {
			part += "*" + strconv.Itoa(int(h.Weight))
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}

// routes are those that FRR and the kernel have told of, but for those that are the kernel's alone.
func (g *graph) routes() {
	for key, fields := range g.Routes {
		k, r, err := tables.ApplRoute.Decode(key, fields)
		if err != nil || !g.has("VIRTUAL_ROUTER", routerName(k.Vrf)) {
			continue
		}
		switch {
		case r.Blackhole:
			g.route(k.Vrf, k.Prefix.String(), attrs{"PACKET_ACTION": "SAI_PACKET_ACTION_DROP"})
		case r.NexthopGroup != "":
			if hops, ok := g.named(r.NexthopGroup, 0); ok {
				g.over(k, r.NexthopGroup, hops)
			}
		default:
			hops, err := tables.ParseNextHops(r.Nexthop, r.Ifname, r.Weight, k.Prefix.Addr().Is6())
			if hops = tables.SortNextHops(hops); err == nil && !slices.ContainsFunc(hops, kernels) {
				g.over(k, setName(hops), hops)
			}
		}
	}
}

func (g *graph) over(k tables.RouteKey, name string, hops []tables.NextHop) {
	direct := len(hops) == 1 && hops[0].IP.IsUnspecified()
	if direct && (g.has("ROUTE_ENTRY", routeName(k.Vrf, k.Prefix.String())) || local(k.Prefix)) {
		return // an address of the switch is announced as connected too
	}
	if to, ok := g.target(name, hops); ok {
		g.route(k.Vrf, k.Prefix.String(), attrs{"NEXT_HOP_ID": to})
	}
}

func local(p netip.Prefix) bool { return p.Addr().IsLinkLocalUnicast() || p.Addr().IsMulticast() }

// kernels tells next hops whose routes are none of the ASIC's.
func kernels(h tables.NextHop) bool {
	return slices.Contains([]string{"eth0", "docker0", "lo"}, h.Interface) || strings.HasPrefix(h.Interface, "Loopback") || h.IP.IsUnspecified() && strings.HasPrefix(h.Interface, "Vrf")
}
