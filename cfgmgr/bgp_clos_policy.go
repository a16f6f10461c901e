package cfgmgr

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// closGroup is one of the groups that bgpcfgd's neighbours are members of, with the route maps that its policies are.
type closGroup struct {
	name, from, to string
	families       []frr.Family
}

// peerGroupV4, peerGroupV6 and peerGroupUnnumbered are SONiC's groups for neighbours by IPv4 address, by IPv6 address and by interface.
func peerGroupV4() closGroup {
	return closGroup{"PEER_V4", "FROM_BGP_PEER_V4", "TO_BGP_PEER_V4", []frr.Family{frr.IPv4Unicast}}
}

func peerGroupV6() closGroup {
	return closGroup{"PEER_V6", "FROM_BGP_PEER_V6", "TO_BGP_PEER_V6", []frr.Family{frr.IPv6Unicast}}
}

func peerGroupUnnumbered() closGroup {
	return closGroup{"PEER_UNNUMBERED", "FROM_BGP_PEER_UNNUMBERED", "TO_BGP_PEER_UNNUMBERED", []frr.Family{frr.IPv4Unicast, frr.IPv6Unicast}}
}

func peerGroup(n frr.Neighbor) closGroup {
	switch {
	case n.IsInterface():
		return peerGroupUnnumbered()
	case n.Is4():
		return peerGroupV4()
	}
	return peerGroupV6()
}

// closGroup wants the group in an instance, with its policies (peer-group.conf and policies.conf of SONiC's templates). Members come after all of what
// is returned, so that no neighbour is without its policies, be it when it comes or when it goes.
func (f *frrLines) closGroup(r frr.Router, g closGroup, allowASIn bool) []engine.Key {
	n := r.Neighbor(g.name)
	f.closPolicy(g)
	o := &options{frrLines: f, after: []engine.Key{f.want(n.IsGroup(), defaultIPv4(r))}}
	for _, family := range g.families {
		if allowASIn {
			o.add(n.In(family, "allowas-in").Number(1))
		}
		o.add(n.In(family, "soft-reconfiguration inbound").Is())
		o.add(n.In(family, "route-map").Ending("in").With(g.from))
		o.add(n.In(family, "route-map").Ending("out").With(g.to))
	}
	return append(o.keys, o.after...)
}

// closPolicy is the group's route maps: they let everything pass.
func (f *frrLines) closPolicy(g closGroup) {
	from := frr.RouteMap{Daemon: frr.Bgpd, Name: g.from, Sequence: 100}
	f.want(from.Line())
	f.want(frr.RouteMap{Daemon: frr.Bgpd, Name: g.to, Sequence: 100}.Line())
	if g.name == peerGroupV6().name {
		from.Sequence = 1
		f.want(from.Line())
		f.want(from.Option("on-match next").Is())
		f.want(from.Option("set ipv6 next-hop prefer-global").Is())
	}
}

// bgpDeviceGlobal changes what neighbours are told: nothing but the loopbacks while traffic is shifted away, and the number of paths as a bandwidth.
func bgpDeviceGlobal(tx *engine.Tx, key string, r tables.BgpDeviceGlobalRow) error {
	if key != tables.BgpDeviceState || speaksFrrcfgd(tx) {
		return nil
	}
	f := &frrLines{tx: tx}
	for _, g := range []closGroup{peerGroupV4(), peerGroupV6(), peerGroupUnnumbered()} {
		if isTrue(r.TSA) {
			f.shiftAway(g)
		}
		if isTrue(r.WCMP) {
			m := frr.RouteMap{Daemon: frr.Bgpd, Name: g.to, Sequence: 100}
			f.want(m.Line())
			f.want(m.Option("set extcommunity bandwidth").With("num-multipaths"))
		}
	}
	if r.IDF != nil && *r.IDF != tables.Unisolated {
		m, _ := engine.Get(tx, tables.ConfigDeviceMetadata, tables.Localhost)
		f.isolate(m.Type, *r.IDF)
	}
	return f.err
}

// internalTag marks routes of the switch's own chassis.
const internalTag = 201

// isolate has a spine's neighbours turn away from it (bgpcfgd's template idf_isolate): the loopbacks stay, the rest is withdrawn, or goes no further than to them.
func (f *frrLines) isolate(device string, how tables.Isolation) {
	switch device {
	case "", "SpineRouter", "LowerSpineRouter", "UpperSpineRouter":
	default:
		return // as in SONiC: it is a spine's state
	}
	m := frr.RouteMap{Daemon: frr.Bgpd, Name: "CHECK_IDF_ISOLATION", Sequence: 1}
	for _, match := range []frr.Line{
		m.Option("match ip address prefix-list").With("PL_LoopbackV4"),
		frr.RouteMap{Daemon: m.Daemon, Name: m.Name, Sequence: 2}.Option("match ipv6 address prefix-list").With("PL_LoopbackV6"),
		frr.RouteMap{Daemon: m.Daemon, Name: m.Name, Sequence: 3}.Option("match tag").Number(internalTag),
	} {
		f.want(m.Line())
		f.want(match)
		f.want(m.Option("set community").With(shiftCommunity))
		m.Sequence++
	}
	if how == tables.IsolatedWithdrawAll {
		f.want(frr.RouteMap{Daemon: m.Daemon, Name: m.Name, Deny: true, Sequence: 4}.Line())
	}
	m.Sequence = 10
	last := f.want(m.Line())
	if how == tables.IsolatedNoExport {
		last = f.want(m.Option("set community").With("no-export", "additive"))
	}
	for _, g := range []closGroup{peerGroupV4(), peerGroupV6(), peerGroupUnnumbered()} {
		to := frr.RouteMap{Daemon: frr.Bgpd, Name: g.to, Sequence: 100}
		f.want(to.Line())
		f.want(to.Option("call").With(m.Name), last)
	}
}

func (f *frrLines) shiftAway(g closGroup) {
	m := frr.RouteMap{Daemon: frr.Bgpd, Name: g.to, Sequence: 2}
	for _, family := range g.families {
		f.want(m.Line())
		if family == frr.IPv4Unicast {
			f.want(m.Option("match ip address prefix-list").With("PL_LoopbackV4"))
		} else {
			f.want(m.Option("match ipv6 address prefix-list").With("PL_LoopbackV6"))
		}
		f.want(m.Option("set community").With(shiftCommunity))
		m.Sequence++
	}
	m.Deny = true
	f.want(m.Line())
}
