package frr

import (
	"net/netip"
	"strconv"
)

// RouteMap is a statement of a route map in a daemon.
type RouteMap struct {
	Daemon   Daemon
	Name     string
	Deny     bool
	Sequence uint16
}

func (m RouteMap) key() LineKey {
	return Block{Daemon: m.Daemon}.Line("route-map", m.Name).Ending(strconv.Itoa(int(m.Sequence)))
}

// Line begins the statement.
func (m RouteMap) Line() Line {
	if m.Deny {
		return m.key().With("deny")
	}
	return m.key().With("permit")
}

// Option is a line of the statement.
func (m RouteMap) Option(words string) LineKey {
	return Block{m.Daemon, m.key().Inside()}.Line(words)
}

// PrefixList is an entry of a prefix list in a daemon.
type PrefixList struct {
	Daemon   Daemon
	Name     string
	IPv6     bool
	Sequence uint32
}

func (l PrefixList) word() string {
	if l.IPv6 {
		return "ipv6"
	}
	return "ip"
}

// Line is the entry: a prefix, and which lengths of its subnets; 0 stands for no bound.
func (l PrefixList) Line(deny bool, p netip.Prefix, least, most uint8) Line {
	words := []string{"permit", p.Masked().String()}
	if deny {
		words[0] = "deny"
	}
	if least != 0 {
		words = append(words, "ge", strconv.Itoa(int(least)))
	}
	if most != 0 {
		words = append(words, "le", strconv.Itoa(int(most)))
	}
	return Block{Daemon: l.Daemon}.Line(l.word(), "prefix-list", l.Name, "seq", strconv.FormatUint(uint64(l.Sequence), 10)).With(words...)
}

// Description is what people say of the list.
func (l PrefixList) Description(text string) Line {
	return Block{Daemon: l.Daemon}.Line(l.word(), "prefix-list", l.Name, "description").With(text)
}

// Sets of BGP attributes that route maps match.
const (
	StandardCommunities         = "bgp community-list standard"
	ExpandedCommunities         = "bgp community-list expanded"
	StandardExtendedCommunities = "bgp extcommunity-list standard"
	ExpandedExtendedCommunities = "bgp extcommunity-list expanded"
	ASPaths                     = "bgp as-path access-list"
)

// SetEntry is an entry of one of the sets above. FRR does not change entries in place: it would add to them.
func SetEntry(set, name string, sequence uint32, deny bool, members ...string) Line {
	action := "permit"
	if deny {
		action = "deny"
	}
	k := Block{Daemon: Bgpd}.Line(set, name, "seq", strconv.FormatUint(uint64(sequence), 10))
	return k.With(append([]string{action}, members...)...).Anew()
}

// BfdPeer begins a session of BFD; what is not given is left out.
func BfdPeer(remote, local netip.Addr, vrf, link string, multihop bool) LineKey {
	words := []string{"peer", remote.String()}
	if multihop {
		words = append(words, "multihop")
	}
	if local.IsValid() {
		words = append(words, "local-address", local.String())
	}
	if vrf != "" {
		words = append(words, "vrf", vrf)
	}
	if link != "" {
		words = append(words, "interface", link)
	}
	return Block{Daemon: Bfdd}.In("bfd").Line(words...)
}
