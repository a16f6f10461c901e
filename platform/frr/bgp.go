package frr

import "net/netip"

// Router is an instance of BGP: one in each VRF.
type Router struct {
	ASN uint32 // 0: not known, then nothing of the instance can be written
	Vrf string // empty: the default one
}

// key is the line that begins the instance.
func (r Router) key() LineKey {
	k := Block{Daemon: Bgpd}.Line("router bgp")
	if r.ASN == 0 {
		k.Head = "router bgp without AS" // no line of FRR: nobody wants it, and everything in it waits
	}
	if r.Vrf != "" {
		k.Tail = "vrf " + r.Vrf
	}
	return k
}

// Line begins the instance, whose autonomous system is known. FRR does not change that in place: everything in the instance is made anew.
func (r Router) Line() Line { return r.key().Number(uint64(r.ASN)).Anew() }

// Block is where the instance's own lines stand.
func (r Router) Block() Block { return Block{Bgpd, r.key().Inside()} }

// Option is a line of the instance.
func (r Router) Option(words string) LineKey { return r.Block().Line(words) }

// Family is an address family of BGP.
type Family string

// The address families.
const (
	IPv4Unicast Family = "ipv4 unicast"
	IPv6Unicast Family = "ipv6 unicast"
	EVPN        Family = "l2vpn evpn"
)

// Unicast is the family of an address or prefix.
func Unicast(is4 bool) Family {
	if is4 {
		return IPv4Unicast
	}
	return IPv6Unicast
}

// Family is where lines of an address family stand.
func (r Router) Family(f Family) Block { return r.Block().In("address-family", string(f)) }

// Network announces a prefix, which must be in the routing table unless import-check is off.
func (r Router) Network(p netip.Prefix, options ...string) Line {
	return r.Family(Unicast(p.Addr().Is4())).Line("network", p.Masked().String()).With(options...).Anew()
}

// ListenRange lets neighbours of a prefix in, as members of a group.
func (r Router) ListenRange(p netip.Prefix, group string) Line {
	return r.Option("bgp listen range " + p.Masked().String() + " peer-group").With(group).Anew()
}

// Neighbor is a neighbour by its address or interface, or a group of neighbours by its name: FRR has the same lines for all of them.
type Neighbor struct {
	Router Router
	Name   string
}

// Neighbor is one of the instance's.
func (r Router) Neighbor(name string) Neighbor { return Neighbor{r, name} }

// IsInterface tells neighbours without an address from those with one. Of groups it tells nothing.
func (n Neighbor) IsInterface() bool {
	_, err := netip.ParseAddr(n.Name)
	return err != nil
}

// Is4 tells neighbours by an IPv4 address.
func (n Neighbor) Is4() bool {
	a, err := netip.ParseAddr(n.Name)
	return err == nil && a.Is4()
}

// Option is a line of the neighbour.
func (n Neighbor) Option(words string) LineKey {
	return n.Router.Block().Line("neighbor", n.Name, words)
}

// In is a line of the neighbour in an address family.
func (n Neighbor) In(f Family, words string) LineKey {
	return n.Router.Family(f).Line("neighbor", n.Name, words)
}

// RemoteAS is a number, or the word internal or external.
func (n Neighbor) RemoteAS(as string) Line { return n.Option("remote-as").With(as) }

// IsGroup makes it a group.
func (n Neighbor) IsGroup() Line { return n.Option("peer-group").Is() }

// Member puts the neighbour into a group.
func (n Neighbor) Member(group string) Line { return n.Option("peer-group").With(group).Anew() }

// Interface makes it the neighbour that is found on an interface of its name. Once it is in a group, FRR tells its remote-as in a line of its own. The
// line is not changed in place: FRR forgets v6only, and does not let a neighbour change its group.
func (n Neighbor) Interface(v6only bool, as, group string) Line {
	words := []string{"remote-as", as}
	if group != "" {
		words = []string{"peer-group", group}
	}
	if v6only {
		words = append([]string{"v6only"}, words...)
	}
	return n.Option("interface").With(words...).Anew()
}
