package cfgmgr

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// bgpGlobalsAf is an address family of an instance of BGP.
func bgpGlobalsAf(tx *engine.Tx, k tables.BgpAfKey, r tables.BgpGlobalsAfRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	f := &frrLines{tx: tx}
	router := globalsRouter(tx, k.Vrf)
	o := &options{frrLines: f}
	block := router.Family(frrFamily(k.Family))
	if k.Family == tables.BgpEVPN {
		evpnFamily(o, block, r)
		return f.err
	}
	if r.EBGPDistance != nil || r.IBGPDistance != nil || r.LocalDistance != nil {
		if r.EBGPDistance == nil || r.IBGPDistance == nil || r.LocalDistance == nil {
			return badField(tables.ConfigBgpGlobalsAf, k, "ebgp_route_distance", decimal(r.EBGPDistance), "goes with ibgp_route_distance and local_route_distance: one is missing")
		}
		o.add(block.Line("distance bgp").Numbers(uint64(*r.EBGPDistance), uint64(*r.IBGPDistance), uint64(*r.LocalDistance)))
	}
	number(o, block.Line("maximum-paths"), r.MaxEBGPPaths)
	if r.MaxIBGPPaths != nil {
		o.add(block.Line("maximum-paths ibgp").With(decimal(r.MaxIBGPPaths), when(r.EqualClusterLength, "equal-cluster-length")).Anew())
	}
	o.word(block.Line("table-map"), r.DownloadFilter)
	if isTrue(r.Dampen) {
		o.add(block.Line("bgp dampening").With(dampening(r)).Anew())
	}
	o.word(block.Line("import vrf route-map"), r.ImportVrfRouteMap)
	if r.ImportVrf != nil { // FRR would make the other instance by itself if it were not there
		f.want(block.Line("import vrf").With(string(*r.ImportVrf)).Anew(), globalsRouter(tx, *r.ImportVrf).Line().Key)
	}
	return f.err
}

// dampening is as many of the numbers as there are, up to the first that is missing.
func dampening(r tables.BgpGlobalsAfRow) (words string) {
	for _, n := range []string{decimal(r.DampenHalfLife), decimal(r.DampenReuse), decimal(r.DampenSuppress), decimal(r.DampenMax)} {
		if n == "" {
			break
		}
		words += " " + n
	}
	return words
}

// evpnFamily is the address family of EVPN.
func evpnFamily(o *options, block frr.Block, r tables.BgpGlobalsAfRow) {
	for _, x := range []struct {
		words string
		value *bool
	}{
		{"advertise-all-vni", r.AdvertiseAllVNI},
		{"advertise-svi-ip", r.AdvertiseSviIP},
		{"advertise-default-gw", r.AdvertiseDefaultGW},
		{"advertise ipv4 unicast", r.AdvertiseIPv4},
		{"advertise ipv6 unicast", r.AdvertiseIPv6},
		{"default-originate ipv4", r.OriginateIPv4},
		{"default-originate ipv6", r.OriginateIPv6},
	} {
		o.flag(block.Line(x.words), x.value)
	}
	o.set(block.Line("dup-addr-detection"), r.DADEnabled)
	if r.DADMaxMoves != nil && r.DADTime != nil {
		o.add(block.Line("dup-addr-detection max-moves").With(decimal(r.DADMaxMoves), "time", decimal(r.DADTime)))
	}
	o.word(block.Line("dup-addr-detection freeze"), r.DADFreeze)
	o.word(block.Line("autort"), r.AutoRT)
	o.word(block.Line("flooding"), r.Flooding)
	o.word(block.Line("rd"), r.RD)
	for _, rt := range r.ImportRTs {
		o.add(block.Line("route-target import", string(rt)).Is())
	}
	for _, rt := range r.ExportRTs {
		o.add(block.Line("route-target export", string(rt)).Is())
	}
}

// bgpNetwork announces a prefix.
func bgpNetwork(tx *engine.Tx, k tables.BgpPrefixKey, r tables.BgpNetworkRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	if err := checkFamily(tables.ConfigBgpNetwork, k); err != nil {
		return err
	}
	f := &frrLines{tx: tx}
	f.want(globalsRouter(tx, k.Vrf).Network(k.Prefix, routeMap(r.Policy), when(r.Backdoor, "backdoor")))
	return f.err
}

// bgpAggregate announces a prefix as long as some part of it is known.
func bgpAggregate(tx *engine.Tx, k tables.BgpPrefixKey, r tables.BgpAggregateRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	if err := checkFamily(tables.ConfigBgpAggregate, k); err != nil {
		return err
	}
	f := &frrLines{tx: tx}
	line := globalsRouter(tx, k.Vrf).Family(frrFamily(k.Family)).Line("aggregate-address", k.Prefix.Masked().String())
	f.want(line.With(when(r.ASSet, "as-set"), when(r.SummaryOnly, "summary-only"), routeMap(r.Policy)).Anew())
	return f.err
}

func routeMap(name *tables.Word) string {
	if name == nil {
		return ""
	}
	return "route-map " + string(*name)
}

func checkFamily[R any](t db.Table[tables.BgpPrefixKey, R], k tables.BgpPrefixKey) error {
	if k.Family == tables.BgpEVPN || (k.Family == tables.BgpIPv4) != k.Prefix.Addr().Is4() {
		return badKey(t, k, "has a prefix that is not of its address family")
	}
	return nil
}

// redistribute has BGP announce routes of another source.
func redistribute(tx *engine.Tx, k tables.RedistributeKey, r tables.RedistributeRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	if k.Target != tables.RouteBGP || k.Source == tables.RouteBGP {
		return badKey(tables.ConfigRedistribute, k, "is not of routes of others for BGP")
	}
	source := string(k.Source)
	if k.Source == "ospf3" {
		source = "ospf6"
	}
	words := make([]string, 0, 2)
	if r.Metric != nil {
		words = append(words, "metric "+decimal(r.Metric))
	}
	if len(r.RouteMap) > 0 {
		words = append(words, routeMap(&r.RouteMap[0]))
	}
	f := &frrLines{tx: tx}
	f.want(globalsRouter(tx, k.Vrf).Family(frr.Unicast(k.Family == "ipv4")).Line("redistribute", source).With(words...).Anew())
	return f.err
}
