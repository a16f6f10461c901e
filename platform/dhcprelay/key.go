package dhcprelay

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
)

const kindName = "DHCPRelay"

// Kind is the kind of VLANs whose clients reach DHCP servers through the switch.
var Kind = &engine.Kind{Name: kindName, Rank: 50, Attr: attrInfo, Parse: parseKey}

// VlanKey is a VLAN, by the name of its netdev.
type VlanKey struct{ Name string }

// Kind implements engine.Key.
func (VlanKey) Kind() *engine.Kind { return Kind }

// Refs implements engine.Key: the netdev is known by its number, which is among the settings.
func (VlanKey) Refs(func(engine.Key) bool) {}

// String is for example DHCPRelay:Vlan10.
func (k VlanKey) String() string { return kindName + ":" + k.Name }

func parseKey(text string) (engine.Key, error) {
	name, ok := strings.CutPrefix(text, kindName+":")
	if !ok || name == "" {
		return nil, errors.New("no VLAN of a DHCP relay: " + text)
	}
	return VlanKey{name}, nil
}

// Settings are how a VLAN is relayed.
type Settings struct {
	Index int32   // of the netdev
	MAC   [6]byte // of the netdev: the remote id of option 82
	Host  string  // the switch's name, of which the circuit id begins
	// Servers get what clients say. Address4 and Address6 tell them of which subnet a client is; without one nothing is relayed of that version.
	Servers4, Servers6 []netip.Addr
	Address4, Address6 netip.Addr
	// Source4 is what IPv4's servers answer to instead of Address4; they are then told the latter in a suboption. Invalid: Address4.
	Source4 netip.Addr
	// LinkSelection and ServerID tell servers Address4 as the client's link, and as the server that it renews by.
	LinkSelection, ServerID bool
	Agents                  AgentMode
	MaxHops                 uint8 // how many relays may have seen a request before; 0: DefaultHops
	ClientMAC               bool  // servers are told the clients' link-layer addresses (option 79)
	InterfaceID             bool  // and the interface (option 18), also where the address tells it
}

// AgentMode is what happens to a client's request with an option of relay agents.
type AgentMode uint8

// The modes: it goes no further, our option comes after it, or in its place.
const (
	Discard AgentMode = iota
	Append
	Replace
)

const attrSettings uint16 = 1

func attrInfo(id uint16) engine.AttrInfo {
	return engine.AttrInfo{Name: map[bool]string{true: "settings", false: fmt.Sprintf("attribute %d", id)}[id == attrSettings]}
}

// With are a VLAN's settings.
func With(s Settings) engine.Attr[VlanKey] { return engine.Attr[VlanKey]{ID: attrSettings, Value: s} }
