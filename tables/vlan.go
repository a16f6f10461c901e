package tables

import (
	"net/netip"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
)

// VlanID is an 802.1Q VLAN id; as a key it reads Vlan100.
type VlanID uint16

// MarshalText implements encoding.TextMarshaler.
func (v VlanID) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *VlanID) UnmarshalText(b []byte) (err error) {
	*v, err = ParseVlanID(string(b))
	return err
}

func (v VlanID) String() string { return "Vlan" + strconv.Itoa(int(v)) }

// Tagging is how a member sends the frames of a VLAN.
type Tagging uint8

// The tagging modes.
const (
	Untagged Tagging = iota
	Tagged
	PriorityTagged
)

// MarshalText implements encoding.TextMarshaler.
func (t Tagging) MarshalText() ([]byte, error) {
	return []byte([...]string{"untagged", "tagged", "priority_tagged"}[t]), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Tagging) UnmarshalText(b []byte) error {
	switch string(b) {
	case "untagged":
		*t = Untagged
	case "tagged":
		*t = Tagged
	case "priority_tagged":
		*t = PriorityTagged
	default:
		return errTagging
	}
	return nil
}

// VlanMemberKey names a port or LAG in a VLAN.
type VlanMemberKey struct {
	Vlan VlanID
	Port string
}

// VlanRow is CONFIG_DB VLAN.
type VlanRow struct {
	ID          *uint16 `db:"vlanid,range=1..4094"`
	AdminStatus UpDown  `db:"admin_status,default=up"`
	MTU         uint32  `db:"mtu,default=9100,range=68..9216"`
	MAC         *MAC    `db:"mac"`
	HostIfname  string  `db:"host_ifname,omitempty"`
	Description string  `db:"description,omitempty"`
	// The servers that clients' DHCP is relayed to. SONiC reads those of IPv6 from DHCP_RELAY, and has them here from older configurations.
	DhcpServers   []netip.Addr `db:"dhcp_servers,list,omitempty"`
	Dhcpv6Servers []netip.Addr `db:"dhcpv6_servers,list,omitempty"`
}

// VlanMemberRow is CONFIG_DB VLAN_MEMBER and APPL_DB VLAN_MEMBER_TABLE.
type VlanMemberRow struct {
	Tagging Tagging `db:"tagging_mode,required"`
}

// ApplVlanRow is APPL_DB VLAN_TABLE.
type ApplVlanRow struct {
	AdminStatus UpDown `db:"admin_status,default=up"`
	MTU         uint32 `db:"mtu,default=9100"`
	MAC         *MAC   `db:"mac"`
	HostIfname  string `db:"host_ifname"`
}

// StateRow is the row of STATE_DB tables that only say that an object is there.
type StateRow struct {
	State OK `db:"state"`
}

// The tables of VLANs.
var (
	ConfigVlan       = db.Define[VlanID, VlanRow](db.Config, "VLAN")
	ConfigVlanMember = db.Define[VlanMemberKey, VlanMemberRow](db.Config, "VLAN_MEMBER")
	ApplVlan         = db.Define[VlanID, ApplVlanRow](db.Appl, "VLAN_TABLE")
	ApplVlanMember   = db.Define[VlanMemberKey, VlanMemberRow](db.Appl, "VLAN_MEMBER_TABLE")
	StateVlan        = db.Define[VlanID, StateRow](db.State, "VLAN_TABLE")
	StateVlanMember  = db.Define[VlanMemberKey, StateRow](db.State, "VLAN_MEMBER_TABLE")
)
