package cfgmgr

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// What SONiC's constants.yml says of routes that are not allowed: they are marked, and those whose list denies by default stay inside.
const (
	dropCommunity     = "5060:12345"
	noExport          = "no-export"
	allowedCommunity  = "allow_list_default_community"
	withCommunity     = 10    // the first statement of lists for a community
	withoutCommunity  = 30000 // the statement of the list for all
	otherwise         = 65535 // what counts for the rest
	callAllowed       = 10    // the statements of FROM_BGP_PEER_V4 and V6 that call the list
	matchAllowed      = 11
	allowedDeployment = 0 // the one whose lists are called
)

// bgpAllowed marks what neighbours announce and no list allows (bgpcfgd's BGPAllowListMgr and its policies). Neighbours of all types are held to deployment 0's lists.
func bgpAllowed(tx *engine.Tx, k tables.BgpAllowedKey, r tables.BgpAllowedRow) error {
	if speaksFrrcfgd(tx) {
		return nil
	}
	if len(r.V4)+len(r.V6) == 0 {
		return badField(tables.ConfigBgpAllowed, k, "prefixes_v4", "", "is missing, and there is no prefixes_v6")
	}
	f := &frrLines{tx: tx}
	for _, v6 := range []bool{false, true} {
		list := r.V4
		if v6 {
			list = r.V6
		}
		if err := f.allowed(k, r, v6, list); err != nil {
			return err
		}
	}
	if k.Deployment != allowedDeployment || k.NeighborType != "" {
		engine.Complain(tx, badKey(tables.ConfigBgpAllowed, k, fmt.Sprintf("is not in force: neighbours are held to the lists of deployment %d for all neighbours", allowedDeployment)))
		return f.err
	}
	f.want(frr.SetEntry(frr.StandardCommunities, allowedCommunity, 5, false, noExport))
	community := f.want(frr.SetEntry(frr.StandardCommunities, allowedCommunity, 10, false, dropCommunity))
	for v, g := range map[string]closGroup{"4": peerGroupV4(), "6": peerGroupV6()} {
		call := frr.RouteMap{Daemon: frr.Bgpd, Name: g.from, Sequence: callAllowed}
		f.want(call.Line())
		f.want(call.Option("call").With(allowedMap(k, v)), f.keyOf(allowedMap(k, v)))
		f.want(call.Option("on-match next").Is())
		marked := frr.RouteMap{Daemon: frr.Bgpd, Name: g.from, Sequence: matchAllowed}
		f.want(marked.Line())
		f.want(marked.Option("match community").With(allowedCommunity), community)
	}
	return f.err
}

// keyOf is the last statement of a route map of allowed prefixes.
func (f *frrLines) keyOf(name string) engine.Key {
	return frr.RouteMap{Daemon: frr.Bgpd, Name: name, Sequence: otherwise}.Line().Key
}

func allowedMap(k tables.BgpAllowedKey, v string) string {
	return fmt.Sprintf("ALLOW_LIST_DEPLOYMENT_ID_%d%s_V%s", k.Deployment, neighborPart(k), v)
}

func neighborPart(k tables.BgpAllowedKey) string {
	if k.NeighborType == "" {
		return ""
	}
	return "_NEIGHBOR_" + string(k.NeighborType)
}

// allowed is one list: a statement of the deployment's route map, for routes of a community or for all.
func (f *frrLines) allowed(k tables.BgpAllowedKey, r tables.BgpAllowedRow, v6 bool, list []tables.AllowedPrefix) error {
	v, family, community := "4", "ip", string(k.Community)
	if v6 {
		v, family = "6", "ipv6"
	}
	if community == "" {
		community = "empty"
	}
	of := fmt.Sprintf("DEPLOYMENT_ID_%d%s_COMMUNITY_%s", k.Deployment, neighborPart(k), community)
	name := fmt.Sprintf("PL_ALLOW_LIST_%s_V%s", of, v)
	entry := frr.PrefixList{Daemon: frr.Bgpd, Name: name, IPv6: v6, Sequence: 10}
	var entries []engine.Key
	add := func(deny bool, p netip.Prefix, least, most uint8) {
		entries = append(entries, f.want(entry.Line(deny, p, least, most)))
		entry.Sequence += 10
	}
	if v6 {
		add(true, netip.PrefixFrom(netip.IPv6Unspecified(), 0), 0, 59)
		add(true, netip.PrefixFrom(netip.IPv6Unspecified(), 0), 65, 0)
	} else {
		add(true, netip.PrefixFrom(netip.IPv4Unspecified(), 0), 0, 17)
		add(false, netip.MustParsePrefix("127.0.0.1/32"), 0, 0)
	}
	for _, p := range list {
		if p.Prefix.Addr().Is4() == v6 {
			return badField(tables.ConfigBgpAllowed, k, "prefixes_v"+v, p.Prefix, "is of the other version of IP")
		}
		most := p.Most
		if p.Least == 0 && most == 0 && p.Prefix.Bits() != p.Prefix.Addr().BitLen() {
			most = uint8(p.Prefix.Addr().BitLen())
		}
		add(false, p.Prefix, p.Least, most)
	}
	m := frr.RouteMap{Daemon: frr.Bgpd, Name: allowedMap(k, v), Sequence: f.allowedSequence(k)}
	f.want(m.Line())
	f.want(m.Option("match "+family+" address prefix-list").With(name), entries...)
	if k.Community != "" {
		set := f.want(frr.SetEntry(frr.StandardCommunities, "COMMUNITY_ALLOW_LIST_"+of, 5, false, string(k.Community)))
		f.want(m.Option("match community").With("COMMUNITY_ALLOW_LIST_"+of), set)
	}
	m.Sequence = otherwise
	f.want(m.Line())
	mark := dropCommunity
	if r.Default != nil && !bool(*r.Default) {
		mark = noExport
	}
	f.want(m.Option("set community").With(mark, "additive"))
	return nil
}

// allowedSequence is the statement of a list: in the order of the communities, and the list for all after them.
func (f *frrLines) allowedSequence(k tables.BgpAllowedKey) uint16 {
	if k.Community == "" {
		return withoutCommunity
	}
	var all []string
	for other := range engine.Each(f.tx, tables.ConfigBgpAllowed) {
		if other.Deployment == k.Deployment && other.NeighborType == k.NeighborType && other.Community != "" {
			all = append(all, string(other.Community))
		}
	}
	slices.SortFunc(all, strings.Compare)
	at, _ := slices.BinarySearch(all, string(k.Community))
	return uint16(withCommunity + 10*min(at, (withoutCommunity-withCommunity)/10-1))
}
