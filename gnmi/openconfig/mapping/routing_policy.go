package mapping

import (
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// routingPolicy is openconfig-routing-policy with BGP's part. Statements are named by their numbers, which are their order.
func routingPolicy() []Rows {
	sets := "/routing-policy/defined-sets"
	bgpSets := sets + "/bgp-defined-sets"
	communities := func(at, leaf string, table *db.Schema, as Codec) Rows {
		return Rows{
			At: at, Table: table, Key: "{set}", Sets: []string{"set_type=STANDARD", "action=permit"},
			Leaves: []Leaf{{Path: "*/" + leaf, Field: "community_member@", As: as}, {Path: "*/match-set-options", Field: "match_action"}},
		}
	}
	return []Rows{
		{
			At: sets + "/prefix-sets/prefix-set[name={set}]", Table: tables.ConfigPrefixSet.Schema, Key: "{set}",
			Leaves: []Leaf{{Path: "*/mode", Field: "mode", As: Words("IPv4 IPV4 IPv6 IPV6")}},
		},
		{
			At:    sets + "/prefix-sets/prefix-set[name={set}]/prefixes/prefix[ip-prefix={prefix:prefix}][masklength-range={range:length}]",
			Table: tables.ConfigPrefix.Schema, Key: "{set}|{prefix}|{range}", Keys: []string{"{set}|{seq:number}|{prefix}|{range}"}, Sets: []string{"action=permit"},
		},
		communities(bgpSets+"/community-sets/community-set[community-set-name={set}]", "community-member", tables.ConfigCommunitySet.Schema, community),
		communities(bgpSets+"/ext-community-sets/ext-community-set[ext-community-set-name={set}]", "ext-community-member", tables.ConfigExtCommunitySet.Schema, nil),
		{
			At: bgpSets + "/as-path-sets/as-path-set[as-path-set-name={set}]", Table: tables.ConfigASPathSet.Schema, Key: "{set}", Sets: []string{"action=permit"},
			Leaves: []Leaf{{Path: "*/as-path-set-member", Field: "as_path_set_member@"}},
		},
		{At: "/routing-policy/policy-definitions/policy-definition[name={policy}]", Table: tables.ConfigRouteMapSet.Schema, Key: "{policy}"},
		{
			At:    "/routing-policy/policy-definitions/policy-definition[name={policy}]/statements/statement[name={statement:statement}]",
			Table: tables.ConfigRouteMap.Schema, Key: "{policy}|{statement}", Sets: []string{"route_operation=permit"},
			Also:   []Also{{Table: tables.ConfigRouteMapSet.Schema, Key: "{policy}"}},
			Leaves: append(conditions(), actions()...),
		},
	}
}

func conditions() []Leaf {
	return []Leaf{
		{Path: "conditions/match-prefix-set/*/prefix-set", Field: "match_prefix_set"},
		{Path: "conditions/match-prefix-set/*/match-set-options", Const: "ANY", If: "match_prefix_set"},
		{Path: "conditions/match-interface/*/interface", Field: "match_interface"},
		{Path: "conditions/*/call-policy", Field: "call_route_map"},
		{Path: "conditions/bgp-conditions/*/med-eq", Field: "match_med"},
		{Path: "conditions/bgp-conditions/*/local-pref-eq", Field: "match_local_pref"},
		{Path: "conditions/bgp-conditions/*/origin-eq", Field: "match_origin", As: Upper{}},
		{Path: "conditions/bgp-conditions/match-community-set/*/community-set", Field: "match_community"},
		{Path: "conditions/bgp-conditions/match-ext-community-set/*/ext-community-set", Field: "match_ext_community"},
		{Path: "conditions/bgp-conditions/match-as-path-set/*/as-path-set", Field: "match_as_path"},
	}
}

func actions() []Leaf {
	return []Leaf{
		{Path: "actions/*/policy-result", Field: "route_operation", As: Words("permit ACCEPT_ROUTE deny REJECT_ROUTE")},
		{Path: "actions/bgp-actions/*/set-local-pref", Field: "set_local_pref"},
		{Path: "actions/bgp-actions/*/set-med", Field: "set_med", As: digitsOnly},
		{Path: "actions/bgp-actions/*/set-route-origin", Field: "set_origin", As: Upper{}},
		{Path: "actions/bgp-actions/*/set-next-hop", Field: "set_next_hop", As: onlyIP(true)},
		{Path: "actions/bgp-actions/*/set-next-hop", Field: "set_ipv6_next_hop_global", As: onlyIP(false)},
		{Path: "actions/bgp-actions/set-as-path-prepend/*/asn", Field: "set_asn"},
		{Path: "actions/bgp-actions/set-as-path-prepend/*/repeat-n", Field: "set_repeat_asn"},
		{Path: "actions/bgp-actions/set-community/inline/*/communities", Field: "set_community_inline@", As: community},
		{Path: "actions/bgp-actions/set-community/reference/*/community-set-ref", Field: "set_community_ref"},
		{Path: "actions/bgp-actions/set-ext-community/inline/*/communities", Field: "set_ext_community_inline@"},
		{Path: "actions/bgp-actions/set-ext-community/reference/*/ext-community-set-ref", Field: "set_ext_community_ref"},
	}
}

// community is N:N, or one of those that have names.
var community = Both{
	Read: func(v string) (string, bool) {
		if name, ok := knownCommunities.pick(v, 0); ok {
			return name, true
		}
		return v, v != ""
	},
	Write: func(text string) (string, error) {
		if name, ok := knownCommunities.pick(text, 1); ok {
			return name, nil
		}
		if strings.HasPrefix(text, "NO") || strings.HasPrefix(text, "G") {
			return "", errNoSay
		}
		return text, nil
	},
}

const knownCommunities = Words("no-export NO_EXPORT no-advertise NO_ADVERTISE local-as NO_EXPORT_SUBCONFED no-peer NOPEER")

// digitsOnly is a number that may be a word or a difference in OpenConfig, which SONiC has not.
var digitsOnly = Both{
	Read: func(v string) (string, bool) { return v, isNumber(v) },
	Write: func(text string) (string, error) {
		if !isNumber(text) {
			return "", errNoSay
		}
		return text, nil
	},
}

// onlyIP is an address of one family.
func onlyIP(v4 bool) Codec {
	return Both{
		Read: func(v string) (string, bool) { return v, v != "" },
		Write: func(text string) (string, error) {
			a, err := netip.ParseAddr(text)
			if err != nil || a.Is4() != v4 {
				return "", errNoSay
			}
			return a.String(), nil
		},
	}
}
