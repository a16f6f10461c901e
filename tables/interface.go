package tables

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/db"
)

// InterfaceKey is a router interface (Prefix is the zero value) or an address on it. SONiC wants the first before the second.
type InterfaceKey struct {
	Name   string
	Prefix netip.Prefix `db:",optional"`
}

// InterfaceRow is the row of CONFIG_DB's five interface tables and of APPL_DB INTF_TABLE for an interface. An address row carries only Scope and Family.
type InterfaceRow struct {
	VrfName        string        `db:"vrf_name,omitempty"`
	MAC            *MAC          `db:"mac_addr"`
	MTU            *uint32       `db:"mtu,range=68..9216"`
	AdminStatus    *UpDown       `db:"admin_status"`
	Vlan           *uint16       `db:"vlan,range=1..4094"` // of a sub-interface
	ProxyARP       *Enabled      `db:"proxy_arp"`
	GratARP        *Enabled      `db:"grat_arp"`
	NATZone        *uint8        `db:"nat_zone"`
	MPLS           *Enable       `db:"mpls"`
	LinkLocalOnly  *Enable       `db:"ipv6_use_link_local_only"`
	LoopbackAction *PacketAction `db:"loopback_action"`
	AnycastGateway *bool         `db:"static_anycast_gateway"` // of a VLAN
	Scope          string        `db:"scope,omitempty"`
	Family         string        `db:"family,omitempty"`
}

// PacketAction is what happens to a packet that leaves through the interface it came from: `forward` or `drop`.
type PacketAction bool

// The packet actions.
const (
	Drop    PacketAction = false
	Forward PacketAction = true
)

// MarshalText implements encoding.TextMarshaler.
func (a PacketAction) MarshalText() ([]byte, error) {
	return []byte(pick(bool(a), "forward", "drop")), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *PacketAction) UnmarshalText(b []byte) error {
	if oneOf((*bool)(a), b, "forward", "drop") != nil {
		return errAction
	}
	return nil
}

// InterfaceStateRow is STATE_DB INTERFACE_TABLE|name.
type InterfaceStateRow struct {
	Vrf string `db:"vrf"`
}

// AddressStateRow is STATE_DB INTERFACE_TABLE|name|prefix.
type AddressStateRow struct {
	State OK `db:"state"`
}

// The tables of router interfaces.
var (
	ConfigInterface         = db.Define[InterfaceKey, InterfaceRow](db.Config, "INTERFACE")
	ConfigLagInterface      = db.Define[InterfaceKey, InterfaceRow](db.Config, "PORTCHANNEL_INTERFACE")
	ConfigVlanInterface     = db.Define[InterfaceKey, InterfaceRow](db.Config, "VLAN_INTERFACE")
	ConfigLoopbackInterface = db.Define[InterfaceKey, InterfaceRow](db.Config, "LOOPBACK_INTERFACE")
	ConfigSubInterface      = db.Define[InterfaceKey, InterfaceRow](db.Config, "VLAN_SUB_INTERFACE")
	ApplInterface           = db.Define[InterfaceKey, InterfaceRow](db.Appl, "INTF_TABLE")
	StateInterface          = db.Define[InterfaceKey, InterfaceStateRow](db.State, "INTERFACE_TABLE")
	StateAddress            = db.Define[InterfaceKey, AddressStateRow](db.State, "INTERFACE_TABLE")
	CountersRifName         = db.Define[string, string](db.Counters, "COUNTERS_RIF_NAME_MAP", db.WithTransport(db.Map))
	// CountersRifType is by the object id of the router interface.
	CountersRifType = db.Define[string, string](db.Counters, "COUNTERS_RIF_TYPE_MAP", db.WithTransport(db.Map))
)
