package cfgmgr

import (
	"hash/fnv"
	"net/netip"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func asText(asn uint32) string { return strconv.FormatUint(uint64(asn), 10) }

// allBBR is the one key of BGP_BBR.
const allBBR = "all"

// bgpBBR lets routes come back that have been here once (bgpcfgd's BBRMgr): for those of SONiC's groups that have members.
func bgpBBR(tx *engine.Tx, key string, r tables.BgpBBRRow) error {
	if key != allBBR {
		return badKey(tables.ConfigBgpBBR, key, "is not "+allBBR)
	}
	router := deviceRouter(tx, "")
	if speaksFrrcfgd(tx) || router.ASN == 0 || !bool(r.Status) {
		return nil
	}
	f := &frrLines{tx: tx}
	for k := range engine.Each(tx, tables.ConfigBgpNeighbor) {
		n := router.Neighbor(string(k.Neighbor))
		if n.IsInterface() || k.Vrf != "" && k.Vrf != tables.VrfDefault {
			continue
		}
		g := peerGroup(n)
		group := router.Neighbor(g.name)
		for _, family := range g.families {
			f.want(group.In(family, "allowas-in").Number(1), group.IsGroup().Key)
		}
	}
	return f.err
}

// bgpAggregateAddress announces a prefix as long as some part of it is known, and says in STATE_DB whether it is in force (bgpcfgd's AggregateAddressMgr).
func bgpAggregateAddress(tx *engine.Tx, p netip.Prefix, r tables.BgpAggregateAddressRow) error {
	if speaksFrrcfgd(tx) {
		return nil
	}
	if p != p.Masked() {
		return badKey(tables.ConfigBgpAggregateAddress, p, "has bits behind its length")
	}
	router := deviceRouter(tx, "")
	bbr, _ := engine.Get(tx, tables.ConfigBgpBBR, allBBR)
	if isTrue(r.BBRRequired) && !bool(bbr.Status) {
		engine.Publish(tx, tables.StateBgpAggregateAddress, p, tables.BgpAggregateStateRow{BgpAggregateAddressRow: r})
		return nil
	}
	f := &frrLines{tx: tx}
	line := router.Family(frr.Unicast(p.Addr().Is4())).Line("aggregate-address", p.String())
	made := f.want(line.With(when(r.ASSet, "as-set"), when(r.SummaryOnly, "summary-only")).Anew())
	if r.AggregateList != nil {
		f.want(listEntry(string(*r.AggregateList), p).Line(false, p, 0, 0))
	}
	if r.ContributingList != nil {
		f.want(listEntry(string(*r.ContributingList), p).Line(false, p, 0, uint8(p.Addr().BitLen())))
	}
	if router.ASN != 0 {
		engine.Publish(tx, tables.StateBgpAggregateAddress, p, tables.BgpAggregateStateRow{BgpAggregateAddressRow: r, State: true}, made)
	}
	return f.err
}

// listEntry is a prefix in a list where order does not matter: its number is made of the prefix, so that it does not change when others come and go.
func listEntry(name string, p netip.Prefix) frr.PrefixList {
	h := fnv.New32a()
	_, _ = h.Write([]byte(p.String())) // never fails
	return frr.PrefixList{Daemon: frr.Bgpd, Name: name, IPv6: !p.Addr().Is4(), Sequence: h.Sum32()>>1 | 1}
}

// What SONiC's constants.yml says of anchors.
const (
	localAnchorCommunity        = "12345:555"
	anchorCommunity             = "12345:666"
	anchorContributingCommunity = "12345:777"
	anchorList                  = "ANCHOR_CONTRIBUTING_ROUTES"
)

// bgpPrefixList puts a prefix into the list of its use; upper spines announce an anchor as a whole (bgpcfgd's PrefixListMgr).
func bgpPrefixList(tx *engine.Tx, k tables.BgpPrefixListKey, _ tables.BgpPrefixListRow) error {
	if speaksFrrcfgd(tx) {
		return nil
	}
	f := &frrLines{tx: tx}
	p := k.Prefix.Masked()
	if k.Use == tables.SuppressPrefix {
		name := "SUPPRESS_IPV4_PREFIX"
		if !p.Addr().Is4() {
			name = "SUPPRESS_IPV6_PREFIX"
		}
		f.want(listEntry(name, p).Line(false, p, 0, 0))
		return f.err
	}
	m, _ := engine.Get(tx, tables.ConfigDeviceMetadata, tables.Localhost)
	if m.Type != "UpperSpineRouter" && (m.Type != "SpineRouter" || m.Subtype != "UpstreamLC") {
		return badKey(tables.ConfigBgpPrefixList, k, "is an anchor, which only an upper spine announces (type and subtype of DEVICE_METADATA)")
	}
	f.want(listEntry(anchorList, p).Line(false, p, uint8(p.Bits()), 0))
	tag := frr.RouteMap{Daemon: frr.Bgpd, Name: "TAG_ANCHOR_COMMUNITY", Sequence: 10}
	f.want(tag.Line())
	set := f.want(tag.Option("set community").With(localAnchorCommunity, anchorCommunity, "additive"))
	f.want(deviceRouter(tx, "").Family(frr.Unicast(p.Addr().Is4())).Line("aggregate-address", p.String()).With("route-map", tag.Name).Anew(), set)
	g := peerGroupV6()
	match := "match ipv6 address prefix-list"
	if p.Addr().Is4() {
		g, match = peerGroupV4(), "match ip address prefix-list"
	}
	to := frr.RouteMap{Daemon: frr.Bgpd, Name: g.to, Sequence: 50}
	f.want(to.Line())
	f.want(to.Option(match).With(anchorList))
	f.want(to.Option("set community").With(anchorContributingCommunity, "additive"))
	f.want(to.Option("on-match next").Is())
	return f.err
}
