package tables

import "github.com/hypersonic-nos/hypersonic/db"

// BgpSessionRow is STATE_DB NEIGH_STATE_TABLE, by the neighbour's address or interface: what the session does, in FRR's words (Established, Active, Idle (Admin)
// ...), and its type as SONiC's bgpmon has them. The other fields are ours.
type BgpSessionRow struct {
	State    string `db:"state,omitempty"`
	PeerType string `db:"peerType,omitempty"` // i-BGP, e-BGP; empty while the neighbour's AS is not known
	RemoteAS uint32 `db:"remote_as,omitempty"`
	LocalAS  uint32 `db:"local_as,omitempty"`
	// Transitions counts how often the session was established; Since is when it was last, in seconds since 1970.
	Transitions uint64 `db:"established_transitions"`
	Since       int64  `db:"last_established,omitempty"`
	// Prefixes by address family; nil: the neighbour is not activated in it.
	IPv4Received *uint64 `db:"ipv4_unicast_received"`
	IPv4Sent     *uint64 `db:"ipv4_unicast_sent"`
	IPv6Received *uint64 `db:"ipv6_unicast_received"`
	IPv6Sent     *uint64 `db:"ipv6_unicast_sent"`
	EvpnReceived *uint64 `db:"l2vpn_evpn_received"`
	EvpnSent     *uint64 `db:"l2vpn_evpn_sent"`
}

// StateBgpSession is the table NEIGH_STATE_TABLE; FactBgpSession is what bgpd told last. Neighbours of the default VRF have keys without one.
var (
	StateBgpSession = db.Define[BgpNeighborKey, BgpSessionRow](db.State, "NEIGH_STATE_TABLE")
	FactBgpSession  = db.Define[BgpNeighborKey, BgpSessionRow](db.Local, "BGP_SESSION", db.WithTransport(db.Plain))
)
