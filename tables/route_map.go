package tables

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// RouteMapKey is a statement of a route map.
type RouteMapKey struct {
	Name      Word
	Statement uint16
}

// RouteMapRow is CONFIG_DB ROUTE_MAP.
type RouteMapRow struct {
	Operation         Permit        `db:"route_operation,required"`
	Description       Phrase        `db:"description,omitempty"`
	MatchInterface    *Word         `db:"match_interface"`
	MatchPrefixSet    *Word         `db:"match_prefix_set" ref:"PREFIX_SET"`
	MatchIPv6Set      *Word         `db:"match_ipv6_prefix_set" ref:"PREFIX_SET"`
	MatchProtocol     *Word         `db:"match_protocol"`
	MatchNexthopSet   *Word         `db:"match_next_hop_set" ref:"PREFIX_SET"`
	MatchSourceVrf    *Word         `db:"match_src_vrf" ref:"VRF"`
	MatchNeighbor     []Word        `db:"match_neighbor,list"`
	MatchTag          []uint32      `db:"match_tag,list"`
	MatchMED          *uint32       `db:"match_med"`
	MatchOrigin       *RouteOrigin  `db:"match_origin"`
	MatchLocalPref    *uint32       `db:"match_local_pref"`
	MatchCommunity    *Word         `db:"match_community" ref:"COMMUNITY_SET"`
	MatchExtCommunity *Word         `db:"match_ext_community" ref:"EXTENDED_COMMUNITY_SET"`
	MatchASPath       *Word         `db:"match_as_path" ref:"AS_PATH_SET"`
	Call              *Word         `db:"call_route_map" ref:"ROUTE_MAP_SET ROUTE_MAP"`
	SetOrigin         *RouteOrigin  `db:"set_origin"`
	SetLocalPref      *uint32       `db:"set_local_pref"`
	SetMED            *uint32       `db:"set_med"`
	SetMetricAction   *MetricAction `db:"set_metric_action"`
	SetMetric         *uint32       `db:"set_metric"`
	SetNexthop        *Word         `db:"set_next_hop"`
	SetIPv6Nexthop    *Word         `db:"set_ipv6_next_hop_global"`
	PreferGlobal      *bool         `db:"set_ipv6_next_hop_prefer_global"`
	SetASN            *uint32       `db:"set_asn"`
	RepeatASN         *uint8        `db:"set_repeat_asn"`
	SetASNList        []uint32      `db:"set_asn_list,list"`
	SetCommunity      []Word        `db:"set_community_inline,list"`
	SetCommunityRef   *Word         `db:"set_community_ref" ref:"COMMUNITY_SET"`
	SetExtCommunity   []Word        `db:"set_ext_community_inline,list"`
	SetExtRef         *Word         `db:"set_ext_community_ref" ref:"EXTENDED_COMMUNITY_SET"`
	SetTag            *uint32       `db:"set_tag"`
}

// RouteMapSetRow is CONFIG_DB ROUTE_MAP_SET: there is a route map of this name, with or without statements.
type RouteMapSetRow struct{}

// RouteOrigin is where BGP has a route from: igp, egp or incomplete, in large or small letters.
type RouteOrigin string

// MarshalText implements encoding.TextMarshaler.
func (o RouteOrigin) MarshalText() ([]byte, error) { return []byte(o), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *RouteOrigin) UnmarshalText(b []byte) error {
	return choose(o, []byte(strings.ToLower(string(b))), "igp", "egp", "incomplete")
}

// MetricAction is what a route map does to a metric.
type MetricAction string

// The actions on a metric.
const (
	MetricSet         MetricAction = "METRIC_SET_VALUE"
	MetricAdd         MetricAction = "METRIC_ADD_VALUE"
	MetricSubtract    MetricAction = "METRIC_SUBTRACT_VALUE"
	MetricSetRTT      MetricAction = "METRIC_SET_RTT"
	MetricAddRTT      MetricAction = "METRIC_ADD_RTT"
	MetricSubtractRTT MetricAction = "METRIC_SUBTRACT_RTT"
)

// MarshalText implements encoding.TextMarshaler.
func (a MetricAction) MarshalText() ([]byte, error) { return []byte(a), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *MetricAction) UnmarshalText(b []byte) error {
	return choose(a, b, MetricSet, MetricAdd, MetricSubtract, MetricSetRTT, MetricAddRTT, MetricSubtractRTT)
}

// PrefixSetRow is CONFIG_DB PREFIX_SET.
type PrefixSetRow struct {
	Mode        PrefixMode `db:"mode,default=IPv4"`
	Description Phrase     `db:"description,omitempty"`
}

// PrefixMode is the address family of a prefix set: IPv4 or IPv6.
type PrefixMode string

// The modes.
const (
	PrefixIPv4 PrefixMode = "IPv4"
	PrefixIPv6 PrefixMode = "IPv6"
)

// MarshalText implements encoding.TextMarshaler.
func (m PrefixMode) MarshalText() ([]byte, error) { return []byte(m), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *PrefixMode) UnmarshalText(b []byte) error { return choose(m, b, PrefixIPv4, PrefixIPv6) }

// PrefixKey is an entry of a prefix set: [sequence number of 0 for none], prefix, and range of lengths as `exact` or `16..24`.
type PrefixKey struct {
	Set      Word `ref:"PREFIX_SET"`
	Sequence uint32
	Prefix   netip.Prefix
	Range    LengthRange
}

// LengthRange is which subnets of a prefix are meant: from least to most bits; both 0: the prefix alone.
type LengthRange struct{ Least, Most uint8 }

func (r LengthRange) String() string {
	if r == (LengthRange{}) {
		return "exact"
	}
	return fmt.Sprintf("%d..%d", r.Least, r.Most)
}

func parseLengthRange(s string) (r LengthRange, ok bool) {
	if s == "exact" {
		return r, true
	}
	least, most, ok := strings.Cut(s, "..")
	a, err1 := strconv.ParseUint(least, 10, 8)
	b, err2 := strconv.ParseUint(most, 10, 8)
	return LengthRange{uint8(a), uint8(b)}, ok && err1 == nil && err2 == nil && a <= b && b > 0
}

// MarshalKey implements db's key codec.
func (k PrefixKey) MarshalKey(sep string) string {
	parts := []string{string(k.Set)}
	if k.Sequence != 0 {
		parts = append(parts, strconv.FormatUint(uint64(k.Sequence), 10))
	}
	return strings.Join(append(parts, k.Prefix.String(), k.Range.String()), sep)
}

// UnmarshalKey implements db's key codec.
func (k *PrefixKey) UnmarshalKey(text, sep string) error {
	parts := strings.Split(text, sep)
	*k = PrefixKey{}
	if len(parts) == 4 {
		n, err := strconv.ParseUint(parts[1], 10, 32)
		if err != nil || n == 0 {
			return fmt.Errorf("has the sequence number %q", parts[1])
		}
		k.Sequence = uint32(n)
		parts = append(parts[:1], parts[2:]...)
	}
	if len(parts) != 3 || k.Set.UnmarshalText([]byte(parts[0])) != nil {
		return fmt.Errorf("is not set%s[sequence%s]prefix%srange", sep, sep, sep)
	}
	var err error
	if k.Prefix, err = netip.ParsePrefix(parts[1]); err != nil {
		return fmt.Errorf("has the prefix %q", parts[1])
	}
	var ok bool
	if k.Range, ok = parseLengthRange(parts[2]); !ok {
		return fmt.Errorf("has the range of lengths %q, neither exact nor like 16..24", parts[2])
	}
	return nil
}

// PrefixRow is CONFIG_DB PREFIX.
type PrefixRow struct {
	Action   Permit  `db:"action,default=permit"`
	Sequence *uint32 `db:"sequence_number"` // of keys without one
}

// CommunitySetRow is CONFIG_DB COMMUNITY_SET and EXTENDED_COMMUNITY_SET.
type CommunitySetRow struct {
	Type    SetType     `db:"set_type,default=STANDARD"`
	Match   MatchAction `db:"match_action,default=ANY"`
	Action  Permit      `db:"action,default=permit"`
	Members []Word      `db:"community_member,list"`
}

// SetType tells sets of communities from sets of regular expressions.
type SetType string

// The types of sets.
const (
	SetStandard SetType = "STANDARD"
	SetExpanded SetType = "EXPANDED"
)

// MarshalText implements encoding.TextMarshaler.
func (t SetType) MarshalText() ([]byte, error) { return []byte(t), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *SetType) UnmarshalText(b []byte) error {
	return choose(t, []byte(strings.ToUpper(string(b))), SetStandard, SetExpanded)
}

// MatchAction tells whether a route needs one or all members of a set.
type MatchAction string

// The match actions.
const (
	MatchAny MatchAction = "ANY"
	MatchAll MatchAction = "ALL"
)

// MarshalText implements encoding.TextMarshaler.
func (a MatchAction) MarshalText() ([]byte, error) { return []byte(a), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *MatchAction) UnmarshalText(b []byte) error {
	return choose(a, []byte(strings.ToUpper(string(b))), MatchAny, MatchAll)
}

// ASPathSetRow is CONFIG_DB AS_PATH_SET: regular expressions of AS paths.
type ASPathSetRow struct {
	Action  Permit   `db:"action,default=permit"`
	Members []Phrase `db:"as_path_set_member,list"`
}

// RedistributeKey is a source of routes for a routing protocol.
type RedistributeKey struct {
	Vrf    Word `ref:"VRF"`
	Source RouteSource
	Target RouteSource
	Family IPFamily
}

// RouteSource is where routes come from.
type RouteSource string

// RouteBGP is the only protocol that takes routes of others here.
const RouteBGP RouteSource = "bgp"

// MarshalText implements encoding.TextMarshaler.
func (s RouteSource) MarshalText() ([]byte, error) { return []byte(s), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *RouteSource) UnmarshalText(b []byte) error {
	return choose(s, b, "connected", "static", "kernel", RouteBGP, "ospf", "ospf3", "isis", "rip")
}

// IPFamily is ipv4 or ipv6.
type IPFamily string

// MarshalText implements encoding.TextMarshaler.
func (f IPFamily) MarshalText() ([]byte, error) { return []byte(f), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *IPFamily) UnmarshalText(b []byte) error { return choose(f, b, "ipv4", "ipv6") }

// RedistributeRow is CONFIG_DB ROUTE_REDISTRIBUTE.
type RedistributeRow struct {
	RouteMap []Word  `db:"route_map,list" ref:"ROUTE_MAP_SET ROUTE_MAP"`
	Metric   *uint32 `db:"metric"`
}

// The tables of routing policies.
var (
	ConfigRouteMapSet     = db.Define[Word, RouteMapSetRow](db.Config, "ROUTE_MAP_SET")
	ConfigRouteMap        = db.Define[RouteMapKey, RouteMapRow](db.Config, "ROUTE_MAP")
	ConfigPrefixSet       = db.Define[Word, PrefixSetRow](db.Config, "PREFIX_SET")
	ConfigPrefix          = db.Define[PrefixKey, PrefixRow](db.Config, "PREFIX")
	ConfigCommunitySet    = db.Define[Word, CommunitySetRow](db.Config, "COMMUNITY_SET")
	ConfigExtCommunitySet = db.Define[Word, CommunitySetRow](db.Config, "EXTENDED_COMMUNITY_SET")
	ConfigASPathSet       = db.Define[Word, ASPathSetRow](db.Config, "AS_PATH_SET")
	ConfigRedistribute    = db.Define[RedistributeKey, RedistributeRow](db.Config, "ROUTE_REDISTRIBUTE")
)
