package tables

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// DhcpRelayRow is CONFIG_DB DHCP_RELAY: the relay of DHCPv6 for a VLAN.
type DhcpRelayRow struct {
	Servers []netip.Addr `db:"dhcpv6_servers,list,omitempty"`
	// ClientMAC tells servers the clients' link-layer addresses (RFC 6939), InterfaceID the interface. The first two names are YANG's, the others those that
	// SONiC's dhcp6relay reads.
	ClientMAC       *bool `db:"rfc6939_support"`
	InterfaceID     *bool `db:"interface_id"`
	ClientMACOption *bool `db:"dhcpv6_option|rfc6939_support"`
	InterfaceOption *bool `db:"dhcpv6_option|interface_id"`
}

// Dhcpv4RelayRow is CONFIG_DB DHCPV4_RELAY: the relay of DHCP for a VLAN with all its options. Servers count together with those of the VLAN's row.
type Dhcpv4RelayRow struct {
	Servers []netip.Addr `db:"dhcpv4_servers,list,omitempty"`
	// SourceInterface has the address that servers answer to, instead of the VLAN's. It needs LinkSelection, by which servers are told the VLAN's (RFC 3527).
	SourceInterface  *Word          `db:"source_interface"`
	LinkSelection    *Enable        `db:"link_selection"`
	ServerIDOverride *Enable        `db:"server_id_override"` // clients renew by the relay (RFC 5107)
	VrfSelection     *Enable        `db:"vrf_selection"`
	ServerVrf        *Word          `db:"server_vrf" ref:"VRF"`
	AgentMode        *DhcpAgentMode `db:"agent_relay_mode"`
	MaxHops          *uint8         `db:"max_hop_count,range=1..16"`
}

// DhcpAgentMode is what happens to a client's message that has an option of relay agents already.
type DhcpAgentMode string

// The modes.
const (
	DhcpDiscard DhcpAgentMode = "discard"
	DhcpAppend  DhcpAgentMode = "append"
	DhcpReplace DhcpAgentMode = "replace"
)

// MarshalText implements encoding.TextMarshaler.
func (m DhcpAgentMode) MarshalText() ([]byte, error) { return []byte(m), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *DhcpAgentMode) UnmarshalText(b []byte) error {
	return choose(m, b, DhcpDiscard, DhcpAppend, DhcpReplace)
}

// DhcpCounterKey is a VLAN, or one of its ports.
type DhcpCounterKey struct {
	Vlan string
	Port string `db:",optional"`
}

// DhcpCounts4 are numbers of messages by type: '{'Unknown':'0','Discover':'2',...}', as SONiC's dhcpmon writes them.
type DhcpCounts4 [10]uint64

// DhcpTypes4 are the types of messages of DHCP for IPv4, in the order of DhcpCounts4.
func DhcpTypes4() []string {
	return []string{"Unknown", "Discover", "Offer", "Request", "Decline", "Ack", "Nak", "Release", "Inform", "Bootp"}
}

// MarshalText implements encoding.TextMarshaler.
func (c DhcpCounts4) MarshalText() ([]byte, error) {
	b := []byte{'{'}
	for i, name := range DhcpTypes4() {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "'%s':'%d'", name, c[i])
	}
	return append(b, '}'), nil
}

// UnmarshalText implements encoding.TextUnmarshaler. Types that are not there are zero.
func (c *DhcpCounts4) UnmarshalText(b []byte) error {
	*c = DhcpCounts4{}
	for part := range strings.SplitSeq(strings.Trim(string(b), "{}"), ",") {
		name, number, _ := strings.Cut(strings.NewReplacer("'", "", "\"", "", " ", "").Replace(part), ":")
		n, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			return errDhcpCounts
		}
		for i, known := range DhcpTypes4() {
			if known == name {
				c[i] = n
			}
		}
	}
	return nil
}

// DhcpCountersRow is COUNTERS_DB DHCPV4_COUNTER_TABLE, of dhcpmon in SONiC: what clients have sent and have been sent.
type DhcpCountersRow struct {
	RX DhcpCounts4 `db:"RX"`
	TX DhcpCounts4 `db:"TX"`
}

// Dhcpv6CountersRow is STATE_DB DHCPv6_COUNTER_TABLE, of dhcp6relay in SONiC: messages of a VLAN and its servers, both ways.
type Dhcpv6CountersRow struct {
	Unknown      uint64 `db:"Unknown"`
	Solicit      uint64 `db:"Solicit"`
	Advertise    uint64 `db:"Advertise"`
	Request      uint64 `db:"Request"`
	Confirm      uint64 `db:"Confirm"`
	Renew        uint64 `db:"Renew"`
	Rebind       uint64 `db:"Rebind"`
	Reply        uint64 `db:"Reply"`
	Release      uint64 `db:"Release"`
	Decline      uint64 `db:"Decline"`
	Reconfigure  uint64 `db:"Reconfigure"`
	Information  uint64 `db:"Information-Request"`
	RelayForward uint64 `db:"Relay-Forward"`
	RelayReply   uint64 `db:"Relay-Reply"`
	Malformed    uint64 `db:"Malformed"`
}

// The tables of the DHCP relay. The facts are what the agent has counted.
var (
	ConfigDhcpRelay    = db.Define[VlanID, DhcpRelayRow](db.Config, "DHCP_RELAY")
	ConfigDhcpv4Relay  = db.Define[VlanID, Dhcpv4RelayRow](db.Config, "DHCPV4_RELAY")
	CountersDhcp       = db.Define[DhcpCounterKey, DhcpCountersRow](db.Counters, "DHCPV4_COUNTER_TABLE")
	StateDhcpv6        = db.Define[VlanID, Dhcpv6CountersRow](db.State, "DHCPv6_COUNTER_TABLE")
	FactDhcpCounters   = db.Define[DhcpCounterKey, DhcpCountersRow](db.Local, "DHCP_COUNTERS", db.WithTransport(db.Plain))
	FactDhcpv6Counters = db.Define[VlanID, Dhcpv6CountersRow](db.Local, "DHCPV6_COUNTERS", db.WithTransport(db.Plain))
	// ConfigVlanDhcpEdit and ConfigDhcpRelayEdit are what commands change of these rows.
	ConfigVlanDhcpEdit  = db.Define[VlanID, VlanDhcpEditRow](db.Config, "VLAN")
	ConfigDhcpRelayEdit = db.Define[VlanID, DhcpRelayEditRow](db.Config, "DHCP_RELAY")
)

// VlanDhcpEditRow is a change of the servers of a VLAN.
type VlanDhcpEditRow struct {
	Servers  []netip.Addr `db:"dhcp_servers,list,omitempty"`
	Servers6 []netip.Addr `db:"dhcpv6_servers,list,omitempty"`
}

// Of are the servers of the version that an address is of.
func (r *VlanDhcpEditRow) Of(a netip.Addr) *[]netip.Addr {
	if a.Is4() {
		return &r.Servers
	}
	return &r.Servers6
}

// DhcpRelayEditRow is a change of the servers of DHCPv6 of a VLAN.
type DhcpRelayEditRow struct {
	Servers []netip.Addr `db:"dhcpv6_servers,list,omitempty"`
}
