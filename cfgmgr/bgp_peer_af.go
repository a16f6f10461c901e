package cfgmgr

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// bgpNeighborAf is an address family of a neighbour. It is activated last and deactivated first, so that the neighbour is never without its policies.
func bgpNeighborAf(tx *engine.Tx, k tables.BgpNeighborAfKey, r tables.BgpNeighborAfRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	key := tables.BgpNeighborKey{Vrf: string(k.Vrf), Neighbor: k.Neighbor}
	row, _ := engine.Get(tx, tables.ConfigBgpNeighbor, key)
	n := globalsRouter(tx, k.Vrf).Neighbor(string(k.Neighbor))
	return bgpFamily(tx, n, k.Family, r, peerMade(n, row))
}

// bgpPeerGroupAf is an address family of a group of neighbours.
func bgpPeerGroupAf(tx *engine.Tx, k tables.BgpPeerGroupAfKey, r tables.BgpNeighborAfRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	n := globalsRouter(tx, k.Vrf).Neighbor(string(k.Group))
	return bgpFamily(tx, n, k.Family, r, []engine.Key{n.IsGroup().Key})
}

// bgpFamily activates the family behind its policies. Other options are no condition: one that FRR has to take back before it changes must not take the
// session along.
func bgpFamily(tx *engine.Tx, n frr.Neighbor, family tables.BgpFamily, r tables.BgpNeighborAfRow, made []engine.Key) error {
	f := &frrLines{tx: tx}
	after := made
	for _, l := range familyPolicies(n, family, r) {
		after = append(after[:len(after):len(after)], f.want(l, made...))
	}
	for _, l := range familyOptions(n, family, r) {
		f.want(l, made...)
	}
	if r.AdminStatus != nil {
		f.want(n.In(frrFamily(family), "activate").On(bool(*r.AdminStatus)), after...)
	}
	return f.err
}

func frrFamily(f tables.BgpFamily) frr.Family {
	switch f {
	case tables.BgpIPv4:
		return frr.IPv4Unicast
	case tables.BgpIPv6:
		return frr.IPv6Unicast
	}
	return frr.EVPN
}

// familyPolicies are the lines that say which routes pass between us and a neighbour or group.
func familyPolicies(n frr.Neighbor, family tables.BgpFamily, r tables.BgpNeighborAfRow) (lines []frr.Line) {
	in := func(words string) frr.LineKey { return n.In(frrFamily(family), words) }
	name := func(v *tables.Word, words, tail string) {
		if v != nil {
			lines = append(lines, in(words).Ending(tail).With(text(v)))
		}
	}
	maps := func(v []tables.Word, tail string) {
		if len(v) > 0 {
			name(&v[0], "route-map", tail)
		}
	}
	maps(r.RouteMapIn, "in")
	maps(r.RouteMapOut, "out")
	name(r.PrefixListIn, "prefix-list", "in")
	name(r.PrefixListOut, "prefix-list", "out")
	name(r.FilterListIn, "filter-list", "in")
	name(r.FilterListOut, "filter-list", "out")
	name(r.UnsuppressMap, "unsuppress-map", "")
	return lines
}

// familyOptions are the other lines of an address family, but for the activation.
func familyOptions(n frr.Neighbor, family tables.BgpFamily, r tables.BgpNeighborAfRow) (lines []frr.Line) {
	in := func(words string) frr.LineKey { return n.In(frrFamily(family), words) }
	add := func(on bool, l frr.Line) {
		if on {
			lines = append(lines, l)
		}
	}
	flag := func(v *bool, words string) { add(isTrue(v), in(words).Is()) }
	flag(r.SoftReconfiguration, "soft-reconfiguration inbound")
	flag(r.RRClient, "route-reflector-client")
	flag(r.RSClient, "route-server-client")
	flag(r.ASOverride, "as-override")
	add(r.Weight != nil, in("weight").With(decimal(r.Weight)))
	add(r.MaxPrefix != nil, in("maximum-prefix").With(maxPrefix(r)))
	add(isTrue(r.SendDefault), defaultOriginate(in("default-originate"), r))
	add(isTrue(r.NexthopSelf) && !isTrue(r.NexthopSelfForce), in("next-hop-self").Is())
	add(isTrue(r.NexthopSelfForce), in("next-hop-self force").Is())
	add(isTrue(r.RemovePrivateAS), in("remove-private-AS").With(when(r.RemovePrivateAll, "all"), when(r.ReplacePrivateAS, "replace-AS")).Anew())
	add(isTrue(r.AllowASIn), in("allowas-in").With(allowAS(r)).Anew())
	add(r.AddPaths != nil, in(addPaths(r.AddPaths)).Is())
	add(r.ORF != nil, in("capability orf prefix-list").With(text(r.ORF)).Anew())
	if what := unchanged(r); what != "" {
		add(true, in("attribute-unchanged").With(strings.TrimPrefix(what, "all")).Anew())
	}
	for _, word := range unsent(r.SendCommunity) {
		add(true, in("send-community"+word).On(false))
	}
	return lines
}

func maxPrefix(r tables.BgpNeighborAfRow) string {
	words := []string{decimal(r.MaxPrefix), decimal(r.MaxPrefixThreshold)}
	if r.MaxPrefixRestart != nil {
		words = append(words, "restart", decimal(r.MaxPrefixRestart))
	} else {
		words = append(words, when(r.MaxPrefixWarning, "warning-only"))
	}
	return strings.Join(words, " ")
}

func defaultOriginate(k frr.LineKey, r tables.BgpNeighborAfRow) frr.Line {
	if r.DefaultRouteMap != nil {
		return k.With("route-map", string(*r.DefaultRouteMap)).Anew()
	}
	return k.Is().Anew()
}

func allowAS(r tables.BgpNeighborAfRow) string {
	if isTrue(r.AllowASOrigin) {
		return "origin"
	}
	return decimal(r.AllowASCount)
}

func addPaths(p *tables.BgpAddPaths) string {
	if p != nil && *p == tables.AddAllPaths {
		return "addpath-tx-all-paths"
	}
	return "addpath-tx-bestpath-per-AS"
}

// unchanged is which attributes are passed on as they are, or all.
func unchanged(r tables.BgpNeighborAfRow) string {
	words := strings.Fields(strings.Join([]string{when(r.UnchangedASPath, "as-path"), when(r.UnchangedNexthop, "next-hop"), when(r.UnchangedMED, "med")}, " "))
	if len(words) == 3 {
		return "all" // which FRR says by naming none
	}
	return strings.Join(words, " ")
}

// unsent is which communities are not sent: FRR sends all of them by default.
func unsent(c *tables.BgpCommunity) []string {
	if c == nil {
		return nil
	}
	const standard, extended, large = "", " extended", " large"
	switch *c {
	case "standard":
		return []string{extended, large}
	case "extended":
		return []string{standard, large}
	case "large":
		return []string{standard, extended}
	case "both":
		return []string{large}
	case "none":
		return []string{" all"}
	}
	return nil
}
