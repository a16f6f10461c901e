package tables

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// BgpNeighborKey is a neighbour in a VRF, by its address or its interface. bgpcfgd's keys have no VRF if it is the default one, frrcfgd's then have the
// word default; both are read as they stand.
type BgpNeighborKey struct {
	Vrf      string `ref:"VRF"` // as it stands: empty, default, or a name
	Neighbor Word
}

// MarshalKey implements db's key codec.
func (k BgpNeighborKey) MarshalKey(sep string) string {
	if k.Vrf == "" {
		return string(k.Neighbor)
	}
	return k.Vrf + sep + string(k.Neighbor)
}

// UnmarshalKey implements db's key codec.
func (k *BgpNeighborKey) UnmarshalKey(text, sep string) error {
	vrf, neighbor, has := strings.Cut(text, sep)
	if !has {
		vrf, neighbor = "", text
	}
	if has && (*Word)(&vrf).UnmarshalText([]byte(vrf)) != nil || k.Neighbor.UnmarshalText([]byte(neighbor)) != nil {
		return fmt.Errorf("is not [VRF%s]neighbour", sep)
	}
	k.Vrf = vrf
	if a, err := netip.ParseAddr(neighbor); err == nil && a.Zone() == "" {
		k.Neighbor = Word(a.String())
	}
	return nil
}

// BgpPeerRow is what neighbours and groups of neighbours have in common (sonic-bgp-common's grouping sonic-bgp-cmn).
type BgpPeerRow struct {
	ASN              *RemoteAS    `db:"asn"`
	PeerType         *BgpPeerType `db:"peer_type"`
	Name             Phrase       `db:"name,omitempty"`
	LocalAddr        *Word        `db:"local_addr"` // an address, or an interface
	LocalASN         *uint32      `db:"local_asn"`
	LocalNoPrepend   *bool        `db:"local_as_no_prepend"`
	LocalReplaceAS   *bool        `db:"local_as_replace_as"`
	AdminStatus      *AdminStatus `db:"admin_status"`
	ShutdownMessage  Phrase       `db:"shutdown_message,omitempty"`
	Keepalive        *uint16      `db:"keepalive"` // seconds, like all times here
	Holdtime         *uint16      `db:"holdtime"`
	ConnRetry        *uint16      `db:"conn_retry"`
	MinAdvInterval   *uint16      `db:"min_adv_interval"`
	Multihop         *bool        `db:"ebgp_multihop"`
	MultihopTTL      *uint8       `db:"ebgp_multihop_ttl"`
	TTLSecurityHops  *uint8       `db:"ttl_security_hops"`
	Password         Phrase       `db:"auth_password,omitempty"`
	Passive          *bool        `db:"passive_mode"`
	V6Only           *bool        `db:"v6only"`
	ExtendedNexthop  *bool        `db:"capability_ext_nexthop"`
	Dynamic          *bool        `db:"capability_dynamic"`
	DontNegotiate    *bool        `db:"dont_negotiate_capability"`
	Override         *bool        `db:"override_capability"`
	StrictMatch      *bool        `db:"strict_capability_match"`
	NoConnectedCheck *bool        `db:"disable_ebgp_connected_route_check"`
	EnforceMultihop  *bool        `db:"enforce_multihop"`
	EnforceFirstAS   *bool        `db:"enforce_first_as"`
	Solo             *bool        `db:"solo_peer"`
	Port             *uint16      `db:"peer_port"`
	TCPMSS           *uint16      `db:"tcp_mss"`
	BFD              *Truth       `db:"bfd"`
	BFDCheckPlane    *bool        `db:"bfd_check_ctrl_plane_failure"`
	BFDMultiplier    *uint8       `db:"bfd_detect_multiplier"`
	BFDMinRx         *uint32      `db:"bfd_min_rx"` // milliseconds
	BFDMinTx         *uint32      `db:"bfd_min_tx"`
}

// BgpNeighborRow is CONFIG_DB BGP_NEIGHBOR, in the words of bgpcfgd and of frrcfgd.
type BgpNeighborRow struct {
	BgpPeerRow
	PeerGroup     *Word           `db:"peer_group_name" ref:"BGP_PEER_GROUP in Vrf"` // frrcfgd's
	NexthopSelf   *Truth          `db:"nhopself"`                                    // bgpcfgd's, like what follows
	RRClient      *Truth          `db:"rrclient"`
	AddressFamily *BgpUnnumberedF `db:"address_family"`
}

// BgpPeerGroupKey is a group of neighbours in a VRF.
type BgpPeerGroupKey struct {
	Vrf   Word `ref:"BGP_GLOBALS"`
	Group Word
}

// BgpPeerType tells neighbours of our own autonomous system from others.
type BgpPeerType string

// MarshalText implements encoding.TextMarshaler.
func (t BgpPeerType) MarshalText() ([]byte, error) { return []byte(t), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *BgpPeerType) UnmarshalText(b []byte) error { return choose(t, b, "internal", "external") }

// BgpUnnumberedF is which address families a neighbour on an interface has: v4, v6 or both.
type BgpUnnumberedF string

// MarshalText implements encoding.TextMarshaler.
func (f BgpUnnumberedF) MarshalText() ([]byte, error) { return []byte(f), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *BgpUnnumberedF) UnmarshalText(b []byte) error { return choose(f, b, "v4", "v6", "both") }

// Has tells whether IPv4, or IPv6, is one of them.
func (f BgpUnnumberedF) Has(ipv4 bool) bool { return f == "both" || ipv4 == (f == "v4") }

// Truth is true or false; SONiC's older tables have 1 and 0.
type Truth bool

// MarshalText implements encoding.TextMarshaler.
func (t Truth) MarshalText() ([]byte, error) { return []byte(pick(bool(t), "true", "false")), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Truth) UnmarshalText(b []byte) error {
	switch string(b) {
	case "1":
		*t = true
	case "0":
		*t = false
	default:
		return oneOf((*bool)(t), b, "true", "false")
	}
	return nil
}

// BgpPeerRangeRow is CONFIG_DB BGP_PEER_RANGE: whoever connects from these prefixes is a neighbour. The key is [vrf|]name.
type BgpPeerRangeRow struct {
	Name       *Word          `db:"name"` // of the group; without it the key's
	SrcAddress netip.Addr     `db:"src_address,omitempty"`
	PeerASN    *RemoteAS      `db:"peer_asn"`
	Ranges     []netip.Prefix `db:"ip_range,list"`
	BFD        *Truth         `db:"bfd"`
}

// The tables of neighbours. STATE_DB tells which are configured, as bgpcfgd does.
var (
	ConfigBgpNeighbor  = db.Define[BgpNeighborKey, BgpNeighborRow](db.Config, "BGP_NEIGHBOR")
	ConfigBgpPeerGroup = db.Define[BgpPeerGroupKey, BgpPeerRow](db.Config, "BGP_PEER_GROUP")
	ConfigBgpPeerRange = db.Define[BgpNeighborKey, BgpPeerRangeRow](db.Config, "BGP_PEER_RANGE")
	StateBgpNeighbor   = db.Define[BgpNeighborKey, BgpNeighborRow](db.State, "BGP_PEER_CONFIGURED_TABLE")
)
