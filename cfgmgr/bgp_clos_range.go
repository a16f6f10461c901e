package cfgmgr

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// peerHops is how far away a dynamic neighbour may be.
const peerHops = 255

// bgpPeerRange lets neighbours in that connect from some prefixes (SONiC's template dynamic). They are listened to and told nothing.
func bgpPeerRange(tx *engine.Tx, k tables.BgpNeighborKey, r tables.BgpPeerRangeRow) error {
	if speaksFrrcfgd(tx) {
		return nil
	}
	m, _ := engine.Get(tx, tables.ConfigDeviceMetadata, tables.Localhost)
	as := text(r.PeerASN)
	if as == "" {
		as = deploymentASN(m.DeploymentID)
	}
	if as == "" {
		return badField(tables.ConfigBgpPeerRange, k, "peer_asn", "", "is missing, and DEVICE_METADATA has no deployment_id that says which one")
	}
	name := k.Neighbor
	if r.Name != nil {
		name = *r.Name
	}
	f := &frrLines{tx: tx}
	router := deviceRouter(tx, k.Vrf)
	if router.ASN != 0 {
		f.closInstance(router)
	}
	n := router.Neighbor(string(name))
	made := f.want(n.IsGroup(), defaultIPv4(router))
	o := &options{frrLines: f, after: []engine.Key{made}}
	o.add(n.RemoteAS(as))
	o.add(n.Option("passive").Is())
	o.add(n.Option("ebgp-multihop").Number(peerHops))
	if r.SrcAddress.IsValid() {
		o.add(n.Option("update-source").With(r.SrcAddress.String()))
	} else if lo, ok := loopback(tx, loopbackForPeers, true); ok {
		o.add(n.Option("update-source").With(lo.Addr().String()))
	}
	if isTrue(r.BFD) {
		o.add(n.Option("bfd").Is())
	}
	from := frr.RouteMap{Daemon: frr.Bgpd, Name: "FROM_BGP_SPEAKER", Sequence: 10}
	to := frr.RouteMap{Daemon: frr.Bgpd, Name: "TO_BGP_SPEAKER", Deny: true, Sequence: 1}
	f.want(from.Line())
	f.want(to.Line())
	for _, family := range []frr.Family{frr.IPv4Unicast, frr.IPv6Unicast} {
		o.add(n.In(family, "soft-reconfiguration inbound").Is())
		o.add(n.In(family, "route-map").Ending("in").With(from.Name))
		o.add(n.In(family, "route-map").Ending("out").With(to.Name))
	}
	after := append(o.keys, made)
	for _, family := range []frr.Family{frr.IPv4Unicast, frr.IPv6Unicast} {
		after = append(after, f.want(n.In(family, "activate").Is(), after...))
	}
	for _, p := range r.Ranges {
		f.want(router.ListenRange(p, n.Name), after...)
	}
	return f.err
}

// deploymentASN is SONiC's deployment_id_asn_map.
func deploymentASN(id string) string {
	switch id {
	case "1":
		return "65432"
	case "2":
		return "65433"
	}
	return ""
}
