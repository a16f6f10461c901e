package tables

import "github.com/hypersonic-nos/hypersonic/db"

// BgpNeighborAfKey is an address family of a neighbour.
type BgpNeighborAfKey struct {
	Vrf      Word `ref:"BGP_GLOBALS"`
	Neighbor Word `ref:"BGP_NEIGHBOR in Vrf"`
	Family   BgpFamily
}

// BgpPeerGroupAfKey is an address family of a group of neighbours.
type BgpPeerGroupAfKey struct {
	Vrf    Word `ref:"BGP_GLOBALS"`
	Group  Word `ref:"BGP_PEER_GROUP in Vrf"`
	Family BgpFamily
}

// BgpNeighborAfRow is CONFIG_DB BGP_NEIGHBOR_AF and BGP_PEER_GROUP_AF (sonic-bgp-common's grouping sonic-bgp-cmn-af).
type BgpNeighborAfRow struct {
	AdminStatus         *AdminStatus  `db:"admin_status"`
	SendDefault         *bool         `db:"send_default_route"`
	DefaultRouteMap     *Word         `db:"default_rmap" ref:"ROUTE_MAP_SET ROUTE_MAP"`
	MaxPrefix           *uint32       `db:"max_prefix_limit"`
	MaxPrefixWarning    *bool         `db:"max_prefix_warning_only"`
	MaxPrefixThreshold  *uint8        `db:"max_prefix_warning_threshold"` // per cent
	MaxPrefixRestart    *uint16       `db:"max_prefix_restart_interval"`  // minutes
	RouteMapIn          []Word        `db:"route_map_in,list" ref:"ROUTE_MAP_SET ROUTE_MAP"`
	RouteMapOut         []Word        `db:"route_map_out,list" ref:"ROUTE_MAP_SET ROUTE_MAP"`
	SoftReconfiguration *bool         `db:"soft_reconfiguration_in"`
	UnsuppressMap       *Word         `db:"unsuppress_map_name" ref:"ROUTE_MAP_SET ROUTE_MAP"`
	RRClient            *bool         `db:"rrclient"`
	RSClient            *bool         `db:"route_server_client"`
	Weight              *uint16       `db:"weight"`
	ASOverride          *bool         `db:"as_override"`
	SendCommunity       *BgpCommunity `db:"send_community"`
	AddPaths            *BgpAddPaths  `db:"tx_add_paths"`
	UnchangedASPath     *bool         `db:"unchanged_as_path"`
	UnchangedMED        *bool         `db:"unchanged_med"`
	UnchangedNexthop    *bool         `db:"unchanged_nexthop"`
	FilterListIn        *Word         `db:"filter_list_in" ref:"AS_PATH_SET"`
	FilterListOut       *Word         `db:"filter_list_out" ref:"AS_PATH_SET"`
	NexthopSelf         *bool         `db:"nhself"`
	NexthopSelfForce    *bool         `db:"nexthop_self_force"`
	PrefixListIn        *Word         `db:"prefix_list_in" ref:"PREFIX_SET"`
	PrefixListOut       *Word         `db:"prefix_list_out" ref:"PREFIX_SET"`
	RemovePrivateAS     *bool         `db:"remove_private_as_enabled"`
	RemovePrivateAll    *bool         `db:"remove_private_as_all"`
	ReplacePrivateAS    *bool         `db:"replace_private_as"`
	AllowASIn           *bool         `db:"allow_as_in"`
	AllowASCount        *uint8        `db:"allow_as_count"`
	AllowASOrigin       *bool         `db:"allow_as_origin"`
	ORF                 *BgpORF       `db:"cap_orf"`
}

// BgpCommunity is which communities a neighbour is sent.
type BgpCommunity string

// MarshalText implements encoding.TextMarshaler.
func (c BgpCommunity) MarshalText() ([]byte, error) { return []byte(c), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *BgpCommunity) UnmarshalText(b []byte) error {
	return choose(c, b, "standard", "extended", "both", "large", "all", "none")
}

// BgpAddPaths is which paths beside the best one a neighbour is sent.
type BgpAddPaths string

// The choices of BgpAddPaths.
const (
	AddAllPaths      BgpAddPaths = "tx_all_paths"
	AddBestPathPerAS BgpAddPaths = "tx_best_path_per_as"
)

// MarshalText implements encoding.TextMarshaler.
func (p BgpAddPaths) MarshalText() ([]byte, error) { return []byte(p), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *BgpAddPaths) UnmarshalText(b []byte) error {
	return choose(p, b, AddAllPaths, AddBestPathPerAS)
}

// BgpORF is in which direction filters of prefixes are exchanged with a neighbour.
type BgpORF string

// MarshalText implements encoding.TextMarshaler.
func (o BgpORF) MarshalText() ([]byte, error) { return []byte(o), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *BgpORF) UnmarshalText(b []byte) error { return choose(o, b, "send", "receive", "both") }

// The tables of neighbours' address families.
var (
	ConfigBgpNeighborAf  = db.Define[BgpNeighborAfKey, BgpNeighborAfRow](db.Config, "BGP_NEIGHBOR_AF")
	ConfigBgpPeerGroupAf = db.Define[BgpPeerGroupAfKey, BgpNeighborAfRow](db.Config, "BGP_PEER_GROUP_AF")
)
