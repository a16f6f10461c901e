package cfgmgr

import (
	"errors"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

var errNeighborLink = errors.New("is no interface that can have neighbours")

// bgpNeighbor is a neighbour in either dialect.
func bgpNeighbor(tx *engine.Tx, k tables.BgpNeighborKey, r tables.BgpNeighborRow) error {
	if speaksFrrcfgd(tx) {
		return peerNeighbor(tx, k, r)
	}
	return closNeighbor(tx, k, r)
}

// The times of BGP that count unless a row says otherwise, in seconds.
const (
	defaultKeepalive = 60
	defaultHoldtime  = 180
	connectRetry     = 10
)

// closNeighbor is a neighbour as bgpcfgd makes it (SONiC's templates general and general/unnumbered): a member of one of the groups, told to STATE_DB.
func closNeighbor(tx *engine.Tx, k tables.BgpNeighborKey, r tables.BgpNeighborRow) error {
	f := &frrLines{tx: tx}
	router := deviceRouter(tx, k.Vrf)
	n := router.Neighbor(string(k.Neighbor))
	if n.IsInterface() && checkNeighborLink(n.Name) != nil {
		return badKey(tables.ConfigBgpNeighbor, k, "names neither an IP address nor an interface that can have neighbours")
	}
	if r.ASN == nil {
		return badField(tables.ConfigBgpNeighbor, k, "asn", "", "is missing")
	}
	m, _ := engine.Get(tx, tables.ConfigDeviceMetadata, tables.Localhost)
	if router.ASN != 0 {
		f.closInstance(router)
	}
	group := peerGroup(n)
	ready := f.closGroup(router, group, m.Type == "ToRRouter")
	o := &options{frrLines: f, after: f.closMember(n, r, group, ready)}
	made := o.after[len(o.after)-1]
	o.phrase(n.Option("description"), r.Name)
	if err := closTimers(o, n, k, r); err != nil {
		return err
	}
	if r.LocalAddr != nil && !n.IsInterface() {
		source, ok := host(string(*r.LocalAddr))
		if !ok {
			return badField(tables.ConfigBgpNeighbor, k, "local_addr", *r.LocalAddr, "is not an IP address")
		}
		o.add(n.Option("update-source").With(source.String()))
	}
	if down(r.AdminStatus, m.DefaultBgpStatus) {
		o.add(n.Option("shutdown").Is())
	}
	closBFD(o, n, r.BgpPeerRow)
	closFamilies(o, n, r, group)
	r.Password = "" // nothing for others to read
	engine.Publish(tx, tables.StateBgpNeighbor, tables.BgpNeighborKey{Vrf: router.Vrf, Neighbor: k.Neighbor}, r, made)
	return f.err
}

// host reads an address, with or without a length.
func host(text string) (netip.Addr, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Addr(), true
	}
	a, err := netip.ParseAddr(text)
	return a, err == nil
}

// checkNeighborLink tells interfaces on which neighbours can be found.
func checkNeighborLink(name string) error {
	switch linux.HostKindOf(name) {
	case linux.HostPort, linux.HostLag, linux.HostVlan, linux.HostSub:
		return linux.CheckName(name)
	}
	return errNeighborLink
}

// closMember makes the neighbour and puts it into its group. The last of what is returned is the line that makes it one.
func (f *frrLines) closMember(n frr.Neighbor, r tables.BgpNeighborRow, g closGroup, ready []engine.Key) []engine.Key {
	as := string(*r.ASN)
	if n.IsInterface() {
		made := f.want(n.Interface(false, as, g.name), ready...)
		return []engine.Key{f.want(n.RemoteAS(as), made), made}
	}
	made := f.want(n.RemoteAS(as), defaultIPv4(n.Router))
	return []engine.Key{f.want(n.Member(g.name), append(ready, made)...), made}
}

func closTimers(o *options, n frr.Neighbor, k tables.BgpNeighborKey, r tables.BgpNeighborRow) error {
	keepalive, holdtime := uint64(defaultKeepalive), uint64(defaultHoldtime)
	if r.Keepalive != nil {
		keepalive = uint64(*r.Keepalive)
	}
	if r.Holdtime != nil {
		holdtime = uint64(*r.Holdtime)
	}
	if holdtime == 1 || holdtime == 2 {
		return badField(tables.ConfigBgpNeighbor, k, "holdtime", holdtime, "is neither 0 nor at least 3")
	}
	if keepalive != defaultKeepalive || holdtime != defaultHoldtime {
		o.add(n.Option("timers").Numbers(keepalive, holdtime))
	}
	o.add(n.Option("timers connect").Number(connectRetry))
	return nil
}

// down tells whether a neighbour is shut down, by itself or because all are that do not say otherwise.
func down(own *tables.AdminStatus, all *tables.UpDown) bool {
	if own != nil {
		return !bool(*own)
	}
	return all != nil && !bool(*all)
}

func closBFD(o *options, n frr.Neighbor, r tables.BgpPeerRow) {
	if !isTrue(r.BFD) {
		return
	}
	if r.BFDMultiplier != nil && r.BFDMinRx != nil && r.BFDMinTx != nil {
		o.add(n.Option("bfd").Numbers(uint64(*r.BFDMultiplier), uint64(*r.BFDMinRx), uint64(*r.BFDMinTx)))
		return
	}
	o.add(n.Option("bfd").Is())
}

// closFamilies activates the neighbour in its address families.
func closFamilies(o *options, n frr.Neighbor, r tables.BgpNeighborRow, g closGroup) {
	for _, family := range g.families {
		if n.IsInterface() && r.AddressFamily != nil && !r.AddressFamily.Has(family == frr.IPv4Unicast) {
			continue
		}
		if isTrue(r.RRClient) {
			o.add(n.In(family, "route-reflector-client").Is())
		}
		if isTrue(r.NexthopSelf) {
			o.add(n.In(family, "next-hop-self").Is())
		}
		o.add(n.In(family, "activate").Is())
	}
}
