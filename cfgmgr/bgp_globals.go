package cfgmgr

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// bgpGlobals is an instance of BGP in frrcfgd's dialect.
func bgpGlobals(tx *engine.Tx, vrf tables.Word, r tables.BgpGlobalsRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	if r.LocalASN == nil || *r.LocalASN == 0 {
		return badField(tables.ConfigBgpGlobals, vrf, "local_asn", decimal(r.LocalASN), "is missing")
	}
	if (r.Keepalive == nil) != (r.Holdtime == nil) {
		return badField(tables.ConfigBgpGlobals, vrf, "holdtime", decimal(r.Holdtime), "goes with keepalive: there is only one of them")
	}
	f := &frrLines{tx: tx}
	router := globalsRouter(tx, vrf)
	o := f.basics(router)
	o.add(defaultIPv4(router).On(isTrue(r.DefaultIPv4)))
	if r.RouterID.IsValid() {
		o.add(router.Option("bgp router-id").With(r.RouterID.String()))
	}
	globalsFlags(o, router, r)
	globalsNumbers(o, router, r)
	globalsBestPath(o, router, r)
	if r.RouteMapDelay != nil { // of the whole daemon
		f.want(frr.Block{Daemon: frr.Bgpd}.Line("bgp route-map delay-timer").Number(uint64(*r.RouteMapDelay)))
	}
	return f.err
}

func globalsFlags(o *options, router frr.Router, r tables.BgpGlobalsRow) {
	for _, x := range []struct {
		words string
		value *bool
	}{
		{"bgp always-compare-med", r.AlwaysCompareMED},
		{"bgp deterministic-med", r.DeterministicMED},
		{"bgp graceful-restart", r.GracefulRestart},
		{"bgp graceful-restart preserve-fw-state", r.PreserveForwarding},
		{"bgp graceful-shutdown", r.GracefulShutdown},
		{"bgp route-reflector allow-outbound-policy", r.OutboundPolicy},
		{"bgp disable-ebgp-connected-route-check", r.NoConnectedCheck},
		{"bgp default shutdown", r.DefaultShutdown},
		{"bgp bestpath compare-routerid", r.CompareRouterID},
		{"bgp bestpath as-path ignore", r.IgnoreASPathLength},
		{"bgp bestpath as-path confed", r.ConfedASPath},
	} {
		o.flag(router.Option(x.words), x.value)
	}
	for _, x := range []struct {
		words string
		value *bool
	}{
		{"bgp log-neighbor-changes", r.LogChanges},
		{"bgp client-to-client reflection", r.Reflection},
		{"bgp fast-external-failover", r.FastFailover},
		{"bgp network import-check", r.ImportCheck},
		{"bgp default show-hostname", r.DefaultShowHostname},
	} {
		o.set(router.Option(x.words), x.value)
	}
}

func globalsNumbers(o *options, router frr.Router, r tables.BgpGlobalsRow) {
	number(o, router.Option("bgp graceful-restart restart-time"), r.RestartTime)
	number(o, router.Option("bgp graceful-restart stalepath-time"), r.StaleTime)
	number(o, router.Option("bgp listen limit"), r.MaxDynamic)
	number(o, router.Option("read-quanta"), r.ReadQuanta)
	number(o, router.Option("write-quanta"), r.WriteQuanta)
	number(o, router.Option("coalesce-time"), r.CoalesceTime)
	number(o, router.Option("bgp default local-preference"), r.DefaultLocalPref)
	number(o, router.Option("bgp default subgroup-pkt-queue-max"), r.DefaultSubgroupMax)
	number(o, router.Option("bgp confederation identifier"), r.ConfedID)
	o.word(router.Option("bgp cluster-id"), r.ClusterID)
	if len(r.ConfedPeers) > 0 {
		words := make([]string, len(r.ConfedPeers))
		for i, n := range r.ConfedPeers {
			words[i] = strconv.FormatUint(uint64(n), 10)
		}
		o.add(router.Option("bgp confederation peers").With(words...).Anew())
	}
	if r.Keepalive != nil {
		o.add(router.Option("timers bgp").Numbers(uint64(*r.Keepalive), uint64(*r.Holdtime)))
	}
	if r.MaxMEDTime != nil {
		o.add(router.Option("bgp max-med on-startup").With(decimal(r.MaxMEDTime), decimal(r.MaxMEDValue)).Anew())
	}
	if isTrue(r.MaxMEDAdmin) {
		o.add(router.Option("bgp max-med administrative").With(decimal(r.MaxMEDAdminValue)).Anew())
	}
	if r.MaxDelay != nil {
		o.add(router.Option("update-delay").With(decimal(r.MaxDelay), decimal(r.EstablishWait)).Anew())
	}
}

func globalsBestPath(o *options, router frr.Router, r tables.BgpGlobalsRow) {
	if isTrue(r.MultipathRelax) {
		o.add(router.Option("bgp bestpath as-path multipath-relax").With(when(r.MultipathASSet, "as-set")))
	}
	if isTrue(r.MEDConfed) || isTrue(r.MEDMissingWorst) {
		o.add(router.Option("bgp bestpath med").With(when(r.MEDConfed, "confed"), when(r.MEDMissingWorst, "missing-as-worst")).Anew())
	}
}

// bgpListen lets neighbours in from a prefix.
func bgpListen(tx *engine.Tx, k tables.BgpListenKey, r tables.BgpListenRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	f := &frrLines{tx: tx}
	router := globalsRouter(tx, k.Vrf)
	f.want(router.ListenRange(k.Prefix, string(r.PeerGroup)), groupReady(tx, router, r.PeerGroup, k.Vrf)...)
	return f.err
}
