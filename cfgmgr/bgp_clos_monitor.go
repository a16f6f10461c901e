package cfgmgr

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// What SONiC's constants.yml says of those who only look on.
const (
	sentinelCommunity = "12345:12346"
	monitorPrefixes   = 1   // more from a monitor end its session
	sentinelPrefixes  = 200 // and from a sentinel
)

// bgpMonitor is a neighbour that is told everything and believed nothing (SONiC's template monitors). send-community is FRR's default.
func bgpMonitor(tx *engine.Tx, addr netip.Addr, row tables.BgpNeighborRow) error {
	router := deviceRouter(tx, "")
	if speaksFrrcfgd(tx) || router.ASN == 0 {
		return nil
	}
	f := &frrLines{tx: tx}
	f.closInstance(router)
	from := frr.RouteMap{Daemon: frr.Bgpd, Name: "FROM_BGPMON", Deny: true, Sequence: 10}
	to := frr.RouteMap{Daemon: frr.Bgpd, Name: "TO_BGPMON", Sequence: 10}
	f.want(from.Line())
	f.want(to.Line())
	group := router.Neighbor("BGPMON")
	g := &options{frrLines: f, after: []engine.Key{f.want(group.IsGroup(), defaultIPv4(router))}}
	g.add(group.Option("passive").Is())
	if lo, ok := loopback(tx, "Loopback0", true); ok {
		g.add(group.Option("update-source").With(lo.Addr().String()))
	}
	g.add(group.In(frr.IPv4Unicast, "route-map").Ending("in").With(from.Name))
	g.add(group.In(frr.IPv4Unicast, "route-map").Ending("out").With(to.Name))
	g.add(group.In(frr.IPv4Unicast, "maximum-prefix").Number(monitorPrefixes))

	n := router.Neighbor(addr.String())
	made := f.want(n.RemoteAS(asText(router.ASN)), defaultIPv4(router))
	member := f.want(n.Member(group.Name), append(append(g.keys, g.after...), made)...)
	o := &options{frrLines: f, after: []engine.Key{member, made}}
	o.phrase(n.Option("description"), row.Name)
	m, _ := engine.Get(tx, tables.ConfigDeviceMetadata, tables.Localhost)
	if down(row.AdminStatus, m.DefaultBgpStatus) {
		o.add(n.Option("shutdown").Is())
	}
	closBFD(o, n, row.BgpPeerRow)
	for _, family := range []frr.Family{frr.IPv4Unicast, frr.IPv6Unicast} {
		o.add(n.In(family, "activate").Is())
	}
	return f.err
}

// bgpSentinel lets probes in, which are told all paths, and of which only what has their community counts (SONiC's template sentinels).
func bgpSentinel(tx *engine.Tx, k tables.Word, row tables.BgpSentinelRow) error {
	router := deviceRouter(tx, "")
	if speaksFrrcfgd(tx) || router.ASN == 0 {
		return nil
	}
	f := &frrLines{tx: tx}
	f.closInstance(router)
	community := f.want(frr.SetEntry(frr.StandardCommunities, "sentinel_community", 5, false, sentinelCommunity, "no-export"))
	from := frr.RouteMap{Daemon: frr.Bgpd, Name: "FROM_BGP_SENTINEL", Sequence: 100}
	f.want(from.Line())
	f.want(from.Option("match community").With("sentinel_community"), community)
	f.want(frr.RouteMap{Daemon: frr.Bgpd, Name: from.Name, Deny: true, Sequence: 200}.Line())
	to := frr.RouteMap{Daemon: frr.Bgpd, Name: "TO_BGP_SENTINEL", Sequence: 100}
	f.want(to.Line())

	name := k
	if row.Name != nil {
		name = *row.Name
	}
	n := router.Neighbor(string(name))
	made := f.want(n.IsGroup(), defaultIPv4(router))
	o := &options{frrLines: f, after: []engine.Key{made}}
	o.add(n.RemoteAS(asText(router.ASN)))
	if row.SrcAddress.IsValid() {
		o.add(n.Option("update-source").With(row.SrcAddress.String()))
	}
	if isTrue(row.BFD) {
		o.add(n.Option("bfd").Is())
	}
	families := []frr.Family{frr.IPv4Unicast, frr.IPv6Unicast}
	for _, family := range families {
		o.add(n.In(family, "addpath-tx-all-paths").Is())
		o.add(n.In(family, "soft-reconfiguration inbound").Is())
		o.add(n.In(family, "route-map").Ending("in").With(from.Name))
		o.add(n.In(family, "route-map").Ending("out").With(to.Name))
		o.add(n.In(family, "maximum-prefix").Number(sentinelPrefixes))
	}
	after := append(o.keys, made)
	for _, family := range families {
		after = append(after, f.want(n.In(family, "activate").Is(), after...))
	}
	for _, p := range row.Ranges {
		f.want(router.ListenRange(p, n.Name), after...)
	}
	return f.err
}
