package linux

import (
	"fmt"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Neigh is the kind of static neighbours (NEIGH of CONFIG_DB): permanent entries. What the kernel learns is not an object but a fact
// (kernel.NeighFeed).
var Neigh = &engine.Kind{Name: "NEIGHBOR", Rank: rankNeigh, Attr: neighAttr, Parse: parseNeigh}

// NeighKey is a neighbour on a link.
type NeighKey struct {
	Link LinkKey
	IP   netip.Addr
}

// Kind implements engine.Key.
func (NeighKey) Kind() *engine.Kind { return Neigh }

// Refs implements engine.Key.
func (k NeighKey) Refs(yield func(engine.Key) bool) { yield(k.Link) }

// String is for example NEIGHBOR:Vlan10:10.0.0.2.
func (k NeighKey) String() string { return Neigh.Name + ":" + k.Link.Name + ":" + k.IP.String() }

func parseNeigh(text string) (engine.Key, error) {
	link, rest, err := cutLink("NEIGHBOR", text)
	if err != nil {
		return nil, err
	}
	ip, err := netip.ParseAddr(rest)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	if ip.Zone() != "" {
		return nil, fmt.Errorf("%q: the link is the zone already", text)
	}
	return NeighKey{Link: link, IP: ip}, nil
}

// NeighAttrMAC is a MAC.
const NeighAttrMAC uint16 = 1

func neighAttr(id uint16) engine.AttrInfo {
	if id == NeighAttrMAC {
		return engine.AttrInfo{Name: "mac"}
	}
	return engine.AttrInfo{Name: fmt.Sprintf("neighbor attribute %d", id)}
}

// NeighMAC is the neighbour's hardware address; every Want of a neighbour has it.
func NeighMAC(m [6]byte) engine.Attr[NeighKey] {
	return engine.Attr[NeighKey]{ID: NeighAttrMAC, Value: MAC(m)}
}
