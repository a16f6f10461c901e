package mapping

import (
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

const bgpAt = anyInstance + "/protocols/protocol[identifier=BGP][name=bgp]"

// bgp is BGP in frrcfgd's dialect, in which each leaf is a field (docs/bgp.md). An instance that a Set makes chooses the dialect.
func bgp() []Rows {
	rows := []Rows{
		{
			At: bgpAt, Table: tables.ConfigBgpGlobals.Schema, Key: "{vrf}", Leaves: bgpGlobal(),
			Also: []Also{{Table: tables.ConfigDeviceMetadata.Schema, Key: tables.Localhost, Fields: []string{"frr_mgmt_framework_config=true"}}},
		},
		{ // bgpcfgd's instance, to be seen
			At:    "/network-instances/network-instance[name=default]/protocols/protocol[identifier=BGP][name=bgp]",
			Table: tables.ConfigDeviceMetadata.Schema, Key: tables.Localhost, Role: Facts,
			Given:  []Given{{Table: tables.ConfigDeviceMetadata.Schema, Key: tables.Localhost, Field: "frr_mgmt_framework_config", Values: []string{"", "false"}}},
			Leaves: []Leaf{{Path: "bgp/global/state/as", Field: "bgp_asn"}, {Path: "bgp/global/state/router-id", Field: "bgp_router_id"}},
		},
		{
			At: bgpAt + "/bgp/global/afi-safis/afi-safi[afi-safi-name={af:family}]", Table: tables.ConfigBgpGlobalsAf.Schema, Key: "{vrf}|{af}",
			Leaves: []Leaf{
				{Path: "*/enabled", Const: "true"},
				{Path: "use-multiple-paths/ebgp/*/maximum-paths", Field: "max_ebgp_paths"},
				{Path: "use-multiple-paths/ibgp/*/maximum-paths", Field: "max_ibgp_paths"},
			},
		},
		{
			At: bgpAt + "/bgp/global/dynamic-neighbor-prefixes/dynamic-neighbor-prefix[prefix={prefix:prefix}]", Table: tables.ConfigBgpListen.Schema,
			Key: "{vrf}|{prefix}", Leaves: []Leaf{{Path: "*/peer-group", Field: "peer_group"}},
		},
		{
			At: neighborAt, Table: tables.ConfigBgpNeighbor.Schema, Key: "{vrf}|{peer}", Keys: []string{"{peer}  vrf=default"},
			Leaves: append(bgpPeer(),
				Leaf{Path: "*/peer-group", Field: "peer_group_name"},
				Leaf{Path: "*/enabled", Field: "admin_status", As: adminTrue},
				Leaf{Path: "*/neighbor-port", Field: "peer_port"},
			),
		},
		{
			At: neighborAt, Table: tables.StateBgpSession.Schema, Key: "{peer}  vrf=default", Keys: []string{"{vrf}|{peer}"}, Role: Seen,
			Leaves: []Leaf{
				{Path: "state/session-state", Field: "state", As: sessionState},
				{Path: "state/established-transitions", Field: "established_transitions"},
				{Path: "state/last-established", Field: "last_established", As: nanoseconds},
			},
		},
		{
			At: neighborAt + "/afi-safis/afi-safi[afi-safi-name={af:family}]", Table: tables.StateBgpSession.Schema, Key: "{peer}  vrf=default",
			Keys: []string{"{vrf}|{peer}"}, Role: Seen, Derive: sessionFamilies,
			Leaves: []Leaf{
				{Path: "state/active", Const: "true"},
				{Path: "state/prefixes/received", Field: "received"}, {Path: "state/prefixes/sent", Field: "sent"},
			},
		},
		{At: groupAt, Table: tables.ConfigBgpPeerGroup.Schema, Key: "{vrf}|{peer}", Leaves: bgpPeer()},
	}
	rows = append(rows, bgpPeerAf(neighborAt, tables.ConfigBgpNeighborAf.Schema, tables.ConfigBgpNeighbor.Schema, []string{"{peer}  vrf=default"})...)
	return append(rows, bgpPeerAf(groupAt, tables.ConfigBgpPeerGroupAf.Schema, tables.ConfigBgpPeerGroup.Schema, nil)...)
}

const (
	neighborAt = bgpAt + "/bgp/neighbors/neighbor[neighbor-address={peer:peer}]"
	groupAt    = bgpAt + "/bgp/peer-groups/peer-group[peer-group-name={peer}]"
)

func bgpGlobal() []Leaf {
	return []Leaf{
		{Path: "bgp/global/*/as", Field: "local_asn"},
		{Path: "bgp/global/*/router-id", Field: "router_id"},
		{Path: "bgp/global/confederation/*/identifier", Field: "confed_id"},
		{Path: "bgp/global/confederation/*/member-as", Field: "confed_peers@"},
		{Path: "bgp/global/graceful-restart/*/enabled", Field: "graceful_restart_enable"},
		{Path: "bgp/global/graceful-restart/*/restart-time", Field: "gr_restart_time"},
		{Path: "bgp/global/graceful-restart/*/stale-routes-time", Field: "gr_stale_routes_time"},
		{Path: "bgp/global/route-selection-options/*/always-compare-med", Field: "always_compare_med"},
		{Path: "bgp/global/route-selection-options/*/ignore-as-path-length", Field: "ignore_as_path_length"},
		{Path: "bgp/global/route-selection-options/*/external-compare-router-id", Field: "external_compare_router_id"},
		{Path: "bgp/global/use-multiple-paths/ebgp/*/allow-multiple-as", Field: "load_balance_mp_relax"},
	}
}

// bgpPeer is what neighbours and groups of them have alike.
func bgpPeer() []Leaf {
	return []Leaf{
		{Path: "*/peer-as", Field: "asn", As: number},
		{Path: "*/peer-type", Field: "peer_type", As: Upper{}},
		{Path: "*/local-as", Field: "local_asn"},
		{Path: "*/description", Field: "name"},
		{Path: "*/auth-password", Field: "auth_password"},
		{Path: "timers/*/keepalive-interval", Field: "keepalive"},
		{Path: "timers/*/hold-time", Field: "holdtime"},
		{Path: "timers/*/connect-retry", Field: "conn_retry"},
		{Path: "timers/*/minimum-advertisement-interval", Field: "min_adv_interval"},
		{Path: "transport/*/local-address", Field: "local_addr"},
		{Path: "transport/*/passive-mode", Field: "passive_mode"},
		{Path: "transport/*/tcp-mss", Field: "tcp_mss"},
		{Path: "ebgp-multihop/*/enabled", Field: "ebgp_multihop"},
		{Path: "ebgp-multihop/*/multihop-ttl", Field: "ebgp_multihop_ttl"},
		{Path: "enable-bfd/*/enabled", Field: "bfd"},
		{Path: "enable-bfd/*/detection-multiplier", Field: "bfd_detect_multiplier"},
		{Path: "enable-bfd/*/required-minimum-receive", Field: "bfd_min_rx", As: thousands},
		{Path: "enable-bfd/*/desired-minimum-tx-interval", Field: "bfd_min_tx", As: thousands},
	}
}

// bgpPeerAf is an address family of a neighbour or group, and what OpenConfig has below the family's own container.
func bgpPeerAf(at string, table, peer *db.Schema, short []string) []Rows {
	family := at + "/afi-safis/afi-safi[afi-safi-name="
	rows := []Rows{{
		At: family + "{af:family}]", Table: table, Key: "{vrf}|{peer}|{af}",
		Leaves: []Leaf{
			{Path: "*/enabled", Field: "admin_status", As: adminTrue},
			{Path: "*/send-community-type", Field: "send_community", As: communityTypes{}},
			{Path: "apply-policy/*/import-policy", Field: "route_map_in@"},
			{Path: "apply-policy/*/export-policy", Field: "route_map_out@"},
			{Path: "add-paths/*/send", Field: "tx_add_paths", As: Words("tx_all_paths true")},
		},
	}}
	for _, f := range []struct{ name, key, container string }{{"IPV4_UNICAST", "ipv4_unicast", "ipv4-unicast"}, {"IPV6_UNICAST", "ipv6_unicast", "ipv6-unicast"}} {
		rows = append(rows, Rows{
			At: family + f.name + "]/" + f.container, Table: table, Key: "{vrf}|{peer}|" + f.key, Role: Part,
			Leaves: []Leaf{
				{Path: "*/send-default-route", Field: "send_default_route"},
				{Path: "prefix-limit/*/max-prefixes", Field: "max_prefix_limit"},
				{Path: "prefix-limit/*/warning-threshold-pct", Field: "max_prefix_warning_threshold"},
				{Path: "prefix-limit/*/prevent-teardown", Field: "max_prefix_warning_only"},
			},
		})
	}
	return append(rows, Rows{
		At: family + "IPV4_UNICAST]/ipv4-unicast", Table: peer, Key: "{vrf}|{peer}", Keys: short, Role: Part,
		Leaves: []Leaf{{Path: "*/extended-next-hop-encoding", Field: "capability_ext_nexthop"}},
	})
}

// adminTrue is up and down; frrcfgd's own words are read too.
const adminTrue = Words("up true down false true true false false")

// number is a field that may have a word instead, which is another leaf's.
var number = Both{
	Read:  func(v string) (string, bool) { _, err := strconv.ParseUint(v, 10, 64); return v, err == nil },
	Write: func(text string) (string, error) { return text, nil },
}

// thousands is milliseconds here and microseconds there.
var thousands = Both{
	Read: func(v string) (string, bool) {
		n, err := strconv.ParseUint(v, 10, 32)
		return strconv.FormatUint(n*1000, 10), err == nil
	},
	Write: func(text string) (string, error) {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || n%1000 != 0 {
			return "", errMicros
		}
		return strconv.FormatUint(n/1000, 10), nil
	},
}

// sessionState is FRR's word for what a session does.
var sessionState = View(func(values []string) (string, bool) {
	word, _, _ := strings.Cut(values[0], " ") // Idle (Admin)
	return strings.ToUpper(word), word != ""
})

// nanoseconds are seconds here.
var nanoseconds = View(func(values []string) (string, bool) {
	n, err := strconv.ParseUint(values[0], 10, 32)
	return strconv.FormatUint(n*1e9, 10), err == nil
})

// sessionFamilies are the address families in which a neighbour is activated, with their counts.
func sessionFamilies(_ string, fields []db.Field) (out []Derived) {
	for _, family := range []string{"ipv4_unicast", "ipv6_unicast", "l2vpn_evpn"} {
		var own []db.Field
		for _, f := range fields {
			if name, ok := strings.CutPrefix(f.Name, family+"_"); ok {
				own = append(own, db.Field{Name: name, Value: f.Value})
			}
		}
		if len(own) > 0 {
			out = append(out, Derived{Vars: map[string]string{"af": strings.ToUpper(family)}, Fields: own})
		}
	}
	return out
}

// communityTypes is a set of kinds of communities, which FRR has words for.
type communityTypes struct{}

func (communityTypes) FromDB([]string) (string, bool) { return "", false }

func (communityTypes) ToDB(string) (string, error) { return "", errNoSay }

func (communityTypes) ListFromDB(v string) []string {
	if v == "all" {
		return []string{"STANDARD", "EXTENDED", "LARGE"}
	}
	return []string{strings.ToUpper(v)}
}

func (communityTypes) ListToDB(texts []string) (string, error) {
	has := map[string]bool{}
	for _, t := range texts {
		has[t] = true
	}
	both := has["BOTH"] || has["STANDARD"] && has["EXTENDED"]
	switch {
	case has["NONE"] && len(has) == 1:
		return "none", nil
	case has["NONE"] || has["LARGE"] && !both && len(has) > 1:
		return "", errNoSay
	case both && has["LARGE"]:
		return "all", nil
	case both:
		return "both", nil
	case len(has) == 1:
		return strings.ToLower(texts[0]), nil
	}
	return "", errNoSay
}
