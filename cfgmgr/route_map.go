package cfgmgr

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// routeMapStatement is a statement of a route map of bgpd, which is who uses those of ROUTE_MAP. What it refers to need not exist: FRR takes a list that
// is not there for one that matches nothing.
func routeMapStatement(tx *engine.Tx, k tables.RouteMapKey, r tables.RouteMapRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	if k.Statement == 0 {
		return badKey(tables.ConfigRouteMap, k, "has the statement 0; they are numbered from 1")
	}
	f := &frrLines{tx: tx}
	m := frr.RouteMap{Daemon: frr.Bgpd, Name: string(k.Name), Deny: !bool(r.Operation), Sequence: k.Statement}
	f.want(m.Line())
	o := &options{frrLines: f}
	o.phrase(m.Option("description"), r.Description)
	o.word(m.Option("call"), r.Call)
	routeMapMatch(o, m, r)
	routeMapSet(o, m, r)
	if err := routeMapCommunities(tx, o, m, k, r); err != nil {
		return err
	}
	return f.err
}

func routeMapMatch(o *options, m frr.RouteMap, r tables.RouteMapRow) {
	o.word(m.Option("match interface"), r.MatchInterface)
	if r.MatchPrefixSet != nil {
		o.add(m.Option("match " + prefixWord(o.tx, *r.MatchPrefixSet) + " address prefix-list").With(string(*r.MatchPrefixSet)))
	}
	o.word(m.Option("match ipv6 address prefix-list"), r.MatchIPv6Set)
	if r.MatchNexthopSet != nil {
		o.add(m.Option("match " + prefixWord(o.tx, *r.MatchNexthopSet) + " next-hop prefix-list").With(string(*r.MatchNexthopSet)))
	}
	o.word(m.Option("match source-protocol"), r.MatchProtocol)
	o.word(m.Option("match source-vrf"), r.MatchSourceVrf)
	if len(r.MatchNeighbor) > 0 {
		o.word(m.Option("match peer"), &r.MatchNeighbor[0])
	}
	if len(r.MatchTag) > 0 {
		number(o, m.Option("match tag"), &r.MatchTag[0])
	}
	number(o, m.Option("match metric"), r.MatchMED)
	number(o, m.Option("match local-preference"), r.MatchLocalPref)
	if r.MatchOrigin != nil {
		o.add(m.Option("match origin").With(string(*r.MatchOrigin)))
	}
	o.word(m.Option("match community"), r.MatchCommunity)
	o.word(m.Option("match extcommunity"), r.MatchExtCommunity)
	o.word(m.Option("match as-path"), r.MatchASPath)
}

func routeMapSet(o *options, m frr.RouteMap, r tables.RouteMapRow) {
	if r.SetOrigin != nil {
		o.add(m.Option("set origin").With(string(*r.SetOrigin)))
	}
	number(o, m.Option("set local-preference"), r.SetLocalPref)
	if metric := metricValue(r); metric != "" {
		o.add(m.Option("set metric").With(metric))
	}
	o.word(m.Option("set ip next-hop"), r.SetNexthop)
	o.word(m.Option("set ipv6 next-hop global"), r.SetIPv6Nexthop)
	o.flag(m.Option("set ipv6 next-hop prefer-global"), r.PreferGlobal)
	number(o, m.Option("set tag"), r.SetTag)
	if path := prepended(r); len(path) > 0 {
		o.add(m.Option("set as-path prepend").With(path...))
	}
}

// metricValue is what a metric is set to or changed by; empty if it is left alone.
func metricValue(r tables.RouteMapRow) string {
	if r.SetMetricAction == nil {
		if r.SetMED != nil {
			return decimal(r.SetMED)
		}
		return decimal(r.SetMetric)
	}
	value := decimal(r.SetMetric)
	if value == "" {
		value = decimal(r.SetMED)
	}
	switch action := *r.SetMetricAction; {
	case action == tables.MetricSetRTT:
		return "rtt"
	case action == tables.MetricAddRTT:
		return "+rtt"
	case action == tables.MetricSubtractRTT:
		return "-rtt"
	case value == "":
		return ""
	case action == tables.MetricAdd:
		return "+" + value
	case action == tables.MetricSubtract:
		return "-" + value
	}
	return value
}

// prepended is the list of autonomous systems to put in front of a path.
func prepended(r tables.RouteMapRow) (path []string) {
	for _, n := range r.SetASNList {
		path = append(path, decimal(&n))
	}
	if r.SetASN == nil {
		return path
	}
	times := 1
	if r.RepeatASN != nil && *r.RepeatASN > 0 {
		times = int(*r.RepeatASN)
	}
	for range times {
		path = append(path, decimal(r.SetASN))
	}
	return path
}

// routeMapCommunities sets communities that the row lists, or those of a set.
func routeMapCommunities(tx *engine.Tx, o *options, m frr.RouteMap, k tables.RouteMapKey, r tables.RouteMapRow) error {
	list := r.SetCommunity
	if r.SetCommunityRef != nil {
		set, _ := engine.Get(tx, tables.ConfigCommunitySet, *r.SetCommunityRef)
		list = append(list[:len(list):len(list)], set.Members...)
	}
	if len(list) > 0 {
		o.add(m.Option("set community").With(communities(list)...))
	}
	list = r.SetExtCommunity
	if r.SetExtRef != nil {
		set, _ := engine.Get(tx, tables.ConfigExtCommunitySet, *r.SetExtRef)
		list = append(list[:len(list):len(list)], set.Members...)
	}
	byType := map[string][]string{}
	for _, c := range list {
		kind, value, ok := extendedCommunity(string(c))
		if !ok {
			return badField(tables.ConfigRouteMap, k, "set_ext_community_inline", c, "has neither the form route-target:N:N nor route-origin:N:N")
		}
		byType[kind] = append(byType[kind], value)
	}
	for _, kind := range []string{"rt", "soo"} {
		if len(byType[kind]) > 0 {
			o.add(m.Option("set extcommunity " + kind).With(byType[kind]...))
		}
	}
	return nil
}

// communities are in FRR's words. The tables have YANG's names of the well-known ones.
func communities(list []tables.Word) []string {
	words := make([]string, len(list))
	for i, c := range list {
		switch strings.ToUpper(string(c)) {
		case "NO_EXPORT", "NO-EXPORT":
			words[i] = "no-export"
		case "NO_ADVERTISE", "NO-ADVERTISE":
			words[i] = "no-advertise"
		case "NO_EXPORT_SUBCONFED", "LOCAL-AS":
			words[i] = "local-AS"
		case "NOPEER", "NO-PEER":
			words[i] = "no-peer"
		default:
			words[i] = string(c)
		}
	}
	return words
}

// extendedCommunity splits route-target:1:2 into rt and 1:2.
func extendedCommunity(text string) (kind, value string, ok bool) {
	kind, value, _ = strings.Cut(text, ":")
	switch kind {
	case "route-target", "rt":
		kind = "rt"
	case "route-origin", "soo":
		kind = "soo"
	default:
		return "", "", false
	}
	return kind, value, strings.Contains(value, ":")
}
