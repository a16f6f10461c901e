package cfgmgr

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// What SONiC's constants.yml says, but for the number of paths: FRR as Debian builds it has at most 256.
const (
	maxPaths         = 64
	restartTime      = 240 // seconds
	selectDeferTime  = 45  // seconds
	shiftCommunity   = "12345:12345"
	loopbackForPeers = "Loopback1"
)

// bgpDevice is the switch's instance of BGP in bgpcfgd's dialect (SONiC's bgpd.main.conf): its options, and the announcement of Loopback0.
func bgpDevice(tx *engine.Tx, name string, m tables.DeviceMetadataRow) error {
	asn, ok := parseASN(m.BgpASN)
	if !ok {
		return badField(tables.ConfigDeviceMetadata, name, "bgp_asn", m.BgpASN, "is not a number from 1 to 4294967295")
	}
	if name != tables.Localhost || asn == 0 || isTrue(m.FrrMgmtFramework) {
		return nil
	}
	f := &frrLines{tx: tx}
	r := frr.Router{ASN: asn}
	o := f.closInstance(r)
	if isTrue(m.SuppressFIBPending) {
		o.add(r.Option("bgp suppress-fib-pending").Is())
	}
	o.add(r.Option("bgp bestpath as-path multipath-relax").Is())
	if m.Type == "ToRRouter" {
		o.add(r.Option("bgp graceful-restart restart-time").Number(restartTime))
		o.add(r.Option("bgp graceful-restart select-defer-time").Number(selectDeferTime))
		o.add(r.Option("bgp graceful-restart").Is())
		o.add(r.Option("bgp graceful-restart preserve-fw-state").Is())
	}
	for _, family := range []frr.Family{frr.IPv4Unicast, frr.IPv6Unicast} {
		o.add(r.Family(family).Line("maximum-paths").Number(maxPaths))
	}
	if err := closRouterID(tx, o, r, name, m); err != nil {
		return err
	}
	announceLoopback(tx, o, r, isTrue(m.LoopbackAs128))
	return f.err
}

// closInstance is what the instances of all VRFs have.
func (f *frrLines) closInstance(r frr.Router) *options {
	o := f.basics(r)
	o.add(r.Option("bgp log-neighbor-changes").Is())
	o.add(defaultIPv4(r).On(false))
	return o
}

// closRouterID is the configured one, or Loopback0's address.
func closRouterID(tx *engine.Tx, o *options, r frr.Router, name string, m tables.DeviceMetadataRow) error {
	k := r.Option("bgp router-id")
	if m.BgpRouterID != "" {
		id, err := netip.ParseAddr(m.BgpRouterID)
		if err != nil || !id.Is4() {
			return badField(tables.ConfigDeviceMetadata, name, "bgp_router_id", m.BgpRouterID, "is not an IPv4 address")
		}
		o.add(k.With(id.String()))
	} else if lo, ok := loopback(tx, "Loopback0", true); ok {
		o.add(k.With(lo.Addr().String()))
	}
	return nil
}

// announceLoopback has Loopback0 announced, as the source of what the switch itself sends over BGP's routes too. Of IPv6 SONiC announces the /64, to
// which it lays a static route, since BGP announces only what is in the routing table.
func announceLoopback(tx *engine.Tx, o *options, r frr.Router, as128 bool) {
	if lo, ok := loopback(tx, "Loopback0", true); ok {
		host := netip.PrefixFrom(lo.Addr(), 32)
		o.add(r.Network(host))
		o.want(frr.PrefixList{Daemon: frr.Bgpd, Name: "PL_LoopbackV4", Sequence: 5}.Line(false, host, 0, 0))
		o.source("RM_SET_SRC", "ip", linux.AddrKey{Link: linux.LinkKey{Name: "Loopback0"}, Prefix: lo})
	}
	lo, ok := loopback(tx, "Loopback0", false)
	if !ok {
		return
	}
	net := netip.PrefixFrom(lo.Addr(), 64).Masked()
	if as128 {
		net = netip.PrefixFrom(lo.Addr(), 128)
	} else if lo.Bits() > 64 {
		engine.Want(tx, frr.StaticRouteKey{Prefix: net, Interface: "Loopback0"}, frr.StaticRouteOptions(frr.Options{Tag: frr.TagNoAdvertise}))
	}
	o.add(r.Network(net))
	o.want(frr.PrefixList{Daemon: frr.Bgpd, Name: "PL_LoopbackV6", IPv6: true, Sequence: 5}.Line(false, net, 0, 0))
	o.source("RM_SET_SRC6", "ipv6", linux.AddrKey{Link: linux.LinkKey{Name: "Loopback0"}, Prefix: lo})
}

// source makes an address the source of what the switch sends over BGP's routes. zebra refuses an address that no interface has.
func (f *frrLines) source(name, family string, lo linux.AddrKey) {
	m := frr.RouteMap{Daemon: frr.Zebra, Name: name, Sequence: 10}
	f.want(m.Line())
	set := f.want(m.Option("set src").With(lo.Prefix.Addr().String()), lo)
	f.want(frr.Block{Daemon: frr.Zebra}.Line(family, "protocol bgp route-map").With(name), set)
}

// staticRedistribution has BGP announce the static routes of CONFIG_DB, but for those that say otherwise: they have another tag (bgpcfgd's
// StaticRouteMgr).
func staticRedistribution(tx *engine.Tx, k tables.RouteKey, _ tables.StaticRouteRow) error {
	r := deviceRouter(tx, k.Vrf)
	if speaksFrrcfgd(tx) || r.ASN == 0 {
		return nil
	}
	f := &frrLines{tx: tx}
	o := f.closInstance(r)
	m := frr.RouteMap{Daemon: frr.Bgpd, Name: "STATIC_ROUTE_FILTER", Sequence: 10}
	f.want(m.Line())
	o.after = append(o.after, f.want(m.Option("match tag").Number(uint64(frr.TagAdvertise))))
	for _, family := range []frr.Family{frr.IPv4Unicast, frr.IPv6Unicast} {
		o.add(r.Family(family).Line("redistribute static").With("route-map", m.Name).Anew())
	}
	return f.err
}
