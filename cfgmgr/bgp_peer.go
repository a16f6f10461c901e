package cfgmgr

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// peerNeighbor is a neighbour as frrcfgd makes it: one line for each field. What makes it a neighbour is its remote-as, its group, or its interface.
func peerNeighbor(tx *engine.Tx, k tables.BgpNeighborKey, r tables.BgpNeighborRow) error {
	if k.Vrf == "" {
		return nil // bgpcfgd's, left behind
	}
	f := &frrLines{tx: tx}
	n := globalsRouter(tx, tables.Word(k.Vrf)).Neighbor(string(k.Neighbor))
	if n.IsInterface() && checkNeighborLink(n.Name) != nil {
		return badKey(tables.ConfigBgpNeighbor, k, "names neither an IP address nor an interface that can have neighbours")
	}
	lines, ok := peerMaking(n, r)
	if !ok {
		return badField(tables.ConfigBgpNeighbor, k, "asn", "", "is missing, and there is neither peer_type nor peer_group_name")
	}
	o := &options{frrLines: f}
	ready := []engine.Key{defaultIPv4(n.Router)}
	if r.PeerGroup != nil {
		ready = append(ready, groupReady(tx, n.Router, *r.PeerGroup, tables.Word(k.Vrf))...)
	}
	for _, l := range lines {
		ready = append(ready, f.want(l, ready...))
		o.after = append(o.after, l.Key)
	}
	if err := peerOptions(o, n, r.BgpPeerRow); err != nil {
		return badField(tables.ConfigBgpNeighbor, k, err.field, "", err.reason)
	}
	return f.err
}

// peerMaking are the lines by which a neighbour is one, the first of them first; false if the row says neither its autonomous system nor its group.
func peerMaking(n frr.Neighbor, r tables.BgpNeighborRow) (lines []frr.Line, ok bool) {
	as, group := remoteAS(r.BgpPeerRow), text(r.PeerGroup)
	if n.IsInterface() {
		lines = append(lines, n.Interface(isTrue(r.V6Only), as, group))
		if group != "" && as != "" {
			lines = append(lines, n.RemoteAS(as))
		}
		return lines, as != "" || group != ""
	}
	if as != "" {
		lines = append(lines, n.RemoteAS(as))
	}
	if group != "" {
		lines = append(lines, n.Member(group))
	}
	return lines, len(lines) > 0
}

// peerMade is the line by which the neighbour of a row is one, for its address families.
func peerMade(n frr.Neighbor, r tables.BgpNeighborRow) []engine.Key {
	lines, _ := peerMaking(n, r)
	if len(lines) == 0 {
		return []engine.Key{n.Option("remote-as")} // which is missing
	}
	keys := make([]engine.Key, len(lines))
	for i, l := range lines {
		keys[i] = l.Key
	}
	return keys
}

// remoteAS is a number, or internal or external.
func remoteAS(r tables.BgpPeerRow) string {
	if r.PeerType != nil {
		return string(*r.PeerType)
	}
	return text(r.ASN)
}

// bgpPeerGroup is a group of neighbours in frrcfgd's dialect.
func bgpPeerGroup(tx *engine.Tx, k tables.BgpPeerGroupKey, r tables.BgpPeerRow) error {
	if !speaksFrrcfgd(tx) {
		return nil
	}
	f := &frrLines{tx: tx}
	n := globalsRouter(tx, k.Vrf).Neighbor(string(k.Group))
	if !n.IsInterface() {
		return badKey(tables.ConfigBgpPeerGroup, k, "names an IP address, which is no name of a group")
	}
	o := &options{frrLines: f, after: []engine.Key{f.want(n.IsGroup(), defaultIPv4(n.Router))}}
	if as := remoteAS(r); as != "" {
		o.add(n.RemoteAS(as))
	}
	if err := peerOptions(o, n, r); err != nil {
		return badField(tables.ConfigBgpPeerGroup, k, err.field, "", err.reason)
	}
	return f.err
}

// groupReady is what members of a group come after: the group, and its policies. Of a group that has no row it is the group,
// for which they wait.
func groupReady(tx *engine.Tx, r frr.Router, group, vrf tables.Word) []engine.Key {
	n := r.Neighbor(string(group))
	keys := []engine.Key{n.IsGroup().Key}
	if row, ok := engine.Get(tx, tables.ConfigBgpPeerGroup, tables.BgpPeerGroupKey{Vrf: vrf, Group: group}); ok && remoteAS(row) != "" {
		keys = append(keys, n.Option("remote-as"))
	}
	for _, family := range []tables.BgpFamily{tables.BgpIPv4, tables.BgpIPv6, tables.BgpEVPN} {
		if row, ok := engine.Get(tx, tables.ConfigBgpPeerGroupAf, tables.BgpPeerGroupAfKey{Vrf: vrf, Group: group, Family: family}); ok {
			for _, l := range familyPolicies(n, family, row) {
				keys = append(keys, l.Key)
			}
		}
	}
	return keys
}

// fieldTrouble is what is wrong with a field of a neighbour's or group's row.
type fieldTrouble struct{ field, reason string }

// peerOptions are the lines of one field each.
func peerOptions(o *options, n frr.Neighbor, r tables.BgpPeerRow) *fieldTrouble {
	o.phrase(n.Option("description"), r.Name)
	if r.LocalASN != nil {
		o.add(n.Option("local-as").With(decimal(r.LocalASN), when(r.LocalNoPrepend, "no-prepend"), when(r.LocalReplaceAS, "replace-as")).Anew())
	}
	if r.AdminStatus != nil && !bool(*r.AdminStatus) {
		k := n.Option("shutdown")
		if r.ShutdownMessage == "" {
			o.add(k.Is().Anew())
		} else {
			o.add(k.With("message", string(r.ShutdownMessage)).Anew())
		}
	}
	o.word(n.Option("update-source"), r.LocalAddr)
	if (r.Keepalive == nil) != (r.Holdtime == nil) {
		return &fieldTrouble{"holdtime", "goes with keepalive: there is only one of them"}
	}
	if r.Keepalive != nil {
		o.add(n.Option("timers").Numbers(uint64(*r.Keepalive), uint64(*r.Holdtime)))
	}
	number(o, n.Option("timers connect"), r.ConnRetry)
	number(o, n.Option("advertisement-interval"), r.MinAdvInterval)
	switch {
	case r.Multihop != nil && !*r.Multihop:
	case r.MultihopTTL != nil:
		o.add(n.Option("ebgp-multihop").Number(uint64(*r.MultihopTTL)))
	case isTrue(r.Multihop):
		o.add(n.Option("ebgp-multihop").Number(peerHops))
	}
	number(o, n.Option("ttl-security hops"), r.TTLSecurityHops)
	o.phrase(n.Option("password"), r.Password)
	number(o, n.Option("port"), r.Port)
	number(o, n.Option("tcp-mss"), r.TCPMSS)
	peerFlags(o, n, r)
	return nil
}

func peerFlags(o *options, n frr.Neighbor, r tables.BgpPeerRow) {
	o.flag(n.Option("passive"), r.Passive)
	o.set(n.Option("capability extended-nexthop"), r.ExtendedNexthop)
	o.flag(n.Option("capability dynamic"), r.Dynamic)
	o.flag(n.Option("dont-capability-negotiate"), r.DontNegotiate)
	o.flag(n.Option("override-capability"), r.Override)
	o.flag(n.Option("strict-capability-match"), r.StrictMatch)
	if isTrue(r.NoConnectedCheck) || isTrue(r.EnforceMultihop) {
		o.add(n.Option("disable-connected-check").Is()) // FRR's two words for one thing
	}
	o.flag(n.Option("enforce-first-as"), r.EnforceFirstAS)
	o.flag(n.Option("solo"), r.Solo)
	if isTrue(r.BFD) {
		o.add(n.Option("bfd").Is())
		o.flag(n.Option("bfd check-control-plane-failure"), r.BFDCheckPlane)
	}
}
