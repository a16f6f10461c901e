package tables

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/db"
)

// BgpFamily is an address family of BGP: ipv4_unicast, ipv6_unicast or l2vpn_evpn.
type BgpFamily string

// The address families.
const (
	BgpIPv4 BgpFamily = "ipv4_unicast"
	BgpIPv6 BgpFamily = "ipv6_unicast"
	BgpEVPN BgpFamily = "l2vpn_evpn"
)

// MarshalText implements encoding.TextMarshaler.
func (f BgpFamily) MarshalText() ([]byte, error) { return []byte(f), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *BgpFamily) UnmarshalText(b []byte) error { return choose(f, b, BgpIPv4, BgpIPv6, BgpEVPN) }

// BgpGlobalsRow is CONFIG_DB BGP_GLOBALS: an instance of BGP for a VRF. Times are in seconds unless they say otherwise.
type BgpGlobalsRow struct {
	LocalASN            *uint32    `db:"local_asn"`
	RouterID            netip.Addr `db:"router_id,omitempty"`
	AlwaysCompareMED    *bool      `db:"always_compare_med"`
	MultipathRelax      *bool      `db:"load_balance_mp_relax"`
	MultipathASSet      *bool      `db:"as_path_mp_as_set"`
	GracefulRestart     *bool      `db:"graceful_restart_enable"`
	PreserveForwarding  *bool      `db:"gr_preserve_fw_state"`
	RestartTime         *uint16    `db:"gr_restart_time"`
	StaleTime           *uint16    `db:"gr_stale_routes_time"`
	GracefulShutdown    *bool      `db:"graceful_shutdown"`
	CompareRouterID     *bool      `db:"external_compare_router_id"`
	IgnoreASPathLength  *bool      `db:"ignore_as_path_length"`
	LogChanges          *bool      `db:"log_nbr_state_changes"`
	ClusterID           *Word      `db:"rr_cluster_id"`
	OutboundPolicy      *bool      `db:"rr_allow_out_policy"`
	Reflection          *bool      `db:"rr_clnt_to_clnt_reflection"`
	NoConnectedCheck    *bool      `db:"disable_ebgp_connected_rt_check"`
	FastFailover        *bool      `db:"fast_external_failover"`
	ImportCheck         *bool      `db:"network_import_check"`
	EBGPRequiresPolicy  *bool      `db:"ebgp_requires_policy"`
	MaxDynamic          *uint16    `db:"max_dynamic_neighbors"`
	ReadQuanta          *uint8     `db:"read_quanta"`
	WriteQuanta         *uint8     `db:"write_quanta"`
	CoalesceTime        *uint32    `db:"coalesce_time"` // milliseconds
	RouteMapDelay       *uint16    `db:"route_map_process_delay"`
	DeterministicMED    *bool      `db:"deterministic_med"`
	MEDConfed           *bool      `db:"med_confed"`
	MEDMissingWorst     *bool      `db:"med_missing_as_worst"`
	ConfedASPath        *bool      `db:"compare_confed_as_path"`
	DefaultIPv4         *bool      `db:"default_ipv4_unicast"`
	DefaultLocalPref    *uint32    `db:"default_local_preference"`
	DefaultShowHostname *bool      `db:"default_show_hostname"`
	DefaultShutdown     *bool      `db:"default_shutdown"`
	DefaultSubgroupMax  *uint8     `db:"default_subgroup_pkt_queue_max"`
	MaxMEDTime          *uint32    `db:"max_med_time"`
	MaxMEDValue         *uint32    `db:"max_med_val"`
	MaxMEDAdmin         *bool      `db:"max_med_admin"`
	MaxMEDAdminValue    *uint32    `db:"max_med_admin_val"`
	MaxDelay            *uint16    `db:"max_delay"`
	EstablishWait       *uint16    `db:"establish_wait"`
	ConfedID            *uint32    `db:"confed_id"`
	ConfedPeers         []uint32   `db:"confed_peers,list"`
	Keepalive           *uint16    `db:"keepalive"`
	Holdtime            *uint16    `db:"holdtime"`
}

// BgpAfKey is an address family of an instance.
type BgpAfKey struct {
	Vrf    Word `ref:"BGP_GLOBALS"`
	Family BgpFamily
}

// BgpGlobalsAfRow is CONFIG_DB BGP_GLOBALS_AF.
type BgpGlobalsAfRow struct {
	MaxEBGPPaths       *uint16 `db:"max_ebgp_paths"`
	MaxIBGPPaths       *uint16 `db:"max_ibgp_paths"`
	EqualClusterLength *bool   `db:"ibgp_equal_cluster_length"`
	ImportVrf          *Word   `db:"import_vrf" ref:"VRF"`
	ImportVrfRouteMap  *Word   `db:"import_vrf_route_map" ref:"ROUTE_MAP_SET ROUTE_MAP"`
	DownloadFilter     *Word   `db:"route_download_filter" ref:"ROUTE_MAP_SET ROUTE_MAP"`
	EBGPDistance       *uint8  `db:"ebgp_route_distance"`
	IBGPDistance       *uint8  `db:"ibgp_route_distance"`
	LocalDistance      *uint8  `db:"local_route_distance"`
	Dampen             *bool   `db:"route_flap_dampen"`
	DampenHalfLife     *uint8  `db:"route_flap_dampen_half_life"` // minutes
	DampenReuse        *uint16 `db:"route_flap_dampen_reuse_threshold"`
	DampenSuppress     *uint16 `db:"route_flap_dampen_suppress_threshold"`
	DampenMax          *uint8  `db:"route_flap_dampen_max_suppress"` // minutes
	AdvertiseAllVNI    *bool   `db:"advertise-all-vni"`
	AdvertiseSviIP     *bool   `db:"advertise-svi-ip"`
	AdvertiseDefaultGW *bool   `db:"advertise-default-gw"`
	AdvertiseIPv4      *bool   `db:"advertise-ipv4-unicast"`
	AdvertiseIPv6      *bool   `db:"advertise-ipv6-unicast"`
	OriginateIPv4      *bool   `db:"default-originate-ipv4"`
	OriginateIPv6      *bool   `db:"default-originate-ipv6"`
	AutoRT             *Word   `db:"autort"`
	Flooding           *Word   `db:"flooding"`
	DADEnabled         *bool   `db:"dad-enabled"`
	DADMaxMoves        *uint32 `db:"dad-max-moves"`
	DADTime            *uint32 `db:"dad-time"`
	DADFreeze          *Word   `db:"dad-freeze"` // seconds, or permanent
	RD                 *Word   `db:"route-distinguisher"`
	ImportRTs          []Word  `db:"import-rts,list"`
	ExportRTs          []Word  `db:"export-rts,list"`
}

// BgpPrefixKey is a prefix of an address family.
type BgpPrefixKey struct {
	Vrf    Word `ref:"BGP_GLOBALS"`
	Family BgpFamily
	Prefix netip.Prefix
}

// BgpNetworkRow is CONFIG_DB BGP_GLOBALS_AF_NETWORK: a prefix to announce.
type BgpNetworkRow struct {
	Policy   *Word `db:"policy" ref:"ROUTE_MAP_SET ROUTE_MAP"` // a route map
	Backdoor *bool `db:"backdoor"`
}

// BgpAggregateRow is CONFIG_DB BGP_GLOBALS_AF_AGGREGATE_ADDR.
type BgpAggregateRow struct {
	ASSet       *bool `db:"as_set"`
	SummaryOnly *bool `db:"summary_only"`
	Policy      *Word `db:"policy" ref:"ROUTE_MAP_SET ROUTE_MAP"` // a route map
}

// BgpListenKey is a prefix from which neighbours are let in.
type BgpListenKey struct {
	Vrf    Word `ref:"BGP_GLOBALS"`
	Prefix netip.Prefix
}

// BgpListenRow is CONFIG_DB BGP_GLOBALS_LISTEN_PREFIX.
type BgpListenRow struct {
	PeerGroup Word `db:"peer_group,required" ref:"BGP_PEER_GROUP in Vrf"`
}

// BgpDeviceGlobalRow is CONFIG_DB BGP_DEVICE_GLOBAL|STATE, bgpcfgd's.
type BgpDeviceGlobalRow struct {
	TSA  *bool `db:"tsa_enabled"`  // traffic is shifted away: only the loopbacks are announced
	WCMP *bool `db:"wcmp_enabled"` // neighbours are told the number of paths as a bandwidth
	// IDF takes a spine out of the traffic between its leaves.
	IDF *Isolation `db:"idf_isolation_state"`
}

// BgpDeviceState is the key of BGP_DEVICE_GLOBAL that holds the device's state.
const BgpDeviceState = "STATE"

// VrfDefault is how the tables of BGP call the default VRF.
const VrfDefault = "default"

// The tables of BGP's instances.
var (
	ConfigBgpGlobals      = db.Define[Word, BgpGlobalsRow](db.Config, "BGP_GLOBALS")
	ConfigBgpGlobalsAf    = db.Define[BgpAfKey, BgpGlobalsAfRow](db.Config, "BGP_GLOBALS_AF")
	ConfigBgpNetwork      = db.Define[BgpPrefixKey, BgpNetworkRow](db.Config, "BGP_GLOBALS_AF_NETWORK")
	ConfigBgpAggregate    = db.Define[BgpPrefixKey, BgpAggregateRow](db.Config, "BGP_GLOBALS_AF_AGGREGATE_ADDR")
	ConfigBgpListen       = db.Define[BgpListenKey, BgpListenRow](db.Config, "BGP_GLOBALS_LISTEN_PREFIX")
	ConfigBgpDeviceGlobal = db.Define[string, BgpDeviceGlobalRow](db.Config, "BGP_DEVICE_GLOBAL")
)
