package linux

import (
	"fmt"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Addr is the kind of addresses of links.
var Addr = &engine.Kind{Name: "ADDRESS", Rank: rankAddr, Attr: addrAttr, Parse: parseAddr}

// AddrKey is an address with its prefix length on a link: 10.0.0.1/24, host bits included. IPv4 addresses get the prefix's broadcast address.
// Link-local IPv6 addresses that the kernel makes by itself are not objects.
type AddrKey struct {
	Link   LinkKey
	Prefix netip.Prefix
}

// Kind implements engine.Key.
func (AddrKey) Kind() *engine.Kind { return Addr }

// Refs implements engine.Key.
func (k AddrKey) Refs(yield func(engine.Key) bool) { yield(k.Link) }

// String is for example ADDRESS:Vlan10:10.0.0.1/24.
func (k AddrKey) String() string { return Addr.Name + ":" + k.Link.Name + ":" + k.Prefix.String() }

func parseAddr(text string) (engine.Key, error) {
	link, rest, err := cutLink("ADDRESS", text)
	if err != nil {
		return nil, err
	}
	p, err := netip.ParsePrefix(rest)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	return AddrKey{Link: link, Prefix: p}, nil
}

func addrAttr(id uint16) engine.AttrInfo {
	return engine.AttrInfo{Name: fmt.Sprintf("address attribute %d", id)} // an address has none
}
