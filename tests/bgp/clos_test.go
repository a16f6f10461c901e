package bgp

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	router "github.com/hypersonic-nos/hypersonic/tests/netns/frr"
)

// closExtras are rows of the tables that bgpcfgd has beside neighbours, with some of the lines that each becomes in bgpd.
var closExtras = []struct{ row, lines string }{
	{"BGP_MONITORS|10.9.0.1 name=mon admin_status=down", ` neighbor BGPMON passive
 neighbor 10.9.0.1 remote-as 65001
 neighbor 10.9.0.1 peer-group BGPMON
 neighbor 10.9.0.1 shutdown
  neighbor BGPMON maximum-prefix 1
route-map FROM_BGPMON deny 10`},
	{"BGP_SENTINELS|Sentinel name=Sentinel ip_range@=10.8.0.0/24,fc00:8::/64 src_address=10.1.0.1", ` neighbor Sentinel update-source 10.1.0.1
 bgp listen range 10.8.0.0/24 peer-group Sentinel
 bgp listen range fc00:8::/64 peer-group Sentinel
  neighbor Sentinel addpath-tx-all-paths
bgp community-list standard sentinel_community seq 5 permit 12345:12346 no-export`},
	{"BGP_BBR|all status=enabled", "  neighbor PEER_V4 allowas-in 1"},
	{"BGP_AGGREGATE_ADDRESS|192.168.0.0/16 bbr-required=true summary-only=true aggregate-address-prefix-list=AGG contributing-address-prefix-list=CON",
		"  aggregate-address 192.168.0.0/16 summary-only\n"},
	{"PREFIX_LIST|ANCHOR_PREFIX|fc00:5::/48", "  aggregate-address fc00:5::/48 route-map TAG_ANCHOR_COMMUNITY\n set community 12345:777 additive"},
	{"PREFIX_LIST|SUPPRESS_PREFIX|10.7.0.0/16", "permit 10.7.0.0/16\n"},
	{"BGP_DEVICE_GLOBAL|STATE idf_isolation_state=isolated_no_export", "route-map CHECK_IDF_ISOLATION permit 10\n call CHECK_IDF_ISOLATION\n set community no-export additive"},
	{`BGP_ALLOWED_PREFIXES|DEPLOYMENT_ID|0 prefixes_v4@="10.20.0.0/16,10.30.0.0/16 ge 24" prefixes_v6@=fc01::/64`,
		"permit 10.30.0.0/16 ge 24\nroute-map ALLOW_LIST_DEPLOYMENT_ID_0_V4 permit 30000\n call ALLOW_LIST_DEPLOYMENT_ID_0_V6\nroute-map FROM_BGP_PEER_V4 permit 11"},
	{"BGP_ALLOWED_PREFIXES|DEPLOYMENT_ID|0|1010:2020 default_action=permit prefixes_v4@=10.21.0.0/24",
		"bgp community-list standard COMMUNITY_ALLOW_LIST_DEPLOYMENT_ID_0_COMMUNITY_1010:2020 seq 5 permit 1010:2020\nroute-map ALLOW_LIST_DEPLOYMENT_ID_0_V4 permit 10\n"},
}

// TestClosExtras has FRR take what each of bgpcfgd's tables becomes, and give it up again. Nothing is left that is not as wanted, nor a line too many.
func TestClosExtras(t *testing.T) {
	netns.Require(t)
	router.Require(t, "zebra", "staticd", "bgpd")
	s := newBgpSwitch(t, "")
	s.start()
	s.set("DEVICE_METADATA|localhost bgp_asn=65001 type=SpineRouter subtype=UpstreamLC\nLOOPBACK_INTERFACE|Loopback0\nLOOPBACK_INTERFACE|Loopback0|10.1.0.1/32\nBGP_NEIGHBOR|10.0.0.1 asn=65002")
	s.config("  neighbor 10.0.0.1 activate\n")
	s.asWanted()
	before := s.lines()
	for _, x := range closExtras {
		s.set(x.row)
	}
	for _, x := range closExtras {
		for line := range strings.SplitSeq(x.lines, "\n") {
			s.config(line)
		}
	}
	s.asWanted()
	rows, err := s.store.Raw(db.State).Hashes(t.Context(), []string{"BGP_AGGREGATE_ADDRESS|192.168.0.0/16"})
	if err != nil || !slices.Contains(rows[0], db.Field{Name: "state", Value: "active"}) {
		t.Errorf("STATE_DB: %v, %v", rows, err)
	}
	s.set("BGP_BBR|all status=disabled")
	s.frr.Until(t, func() error {
		if slices.ContainsFunc(s.lines(), func(l string) bool { return strings.Contains(l, "192.168.0.0/16") || strings.Contains(l, "allowas-in") }) {
			return fmt.Errorf("what needs BBR is still there:\n%s", strings.Join(s.lines(), "\n"))
		}
		return nil
	})
	for _, x := range closExtras {
		row, _, _ := strings.Cut(x.row, " ")
		s.set("-" + row)
	}
	s.frr.Until(t, func() error {
		if now := s.lines(); !slices.Equal(now, before) {
			return fmt.Errorf("lines are left, or gone:\n%s\nbefore:\n%s", strings.Join(now, "\n"), strings.Join(before, "\n"))
		}
		return nil
	})
	s.asWanted()
}

// lines are bgpd's.
func (s *bgpSwitch) lines() []string {
	s.Helper()
	out, err := s.frr.Show("show running-config")
	if err != nil {
		s.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(out, "\n"), func(l string) bool { return strings.HasPrefix(l, "!") || l == "" })
}

// asWanted waits until no object has a status.
func (s *bgpSwitch) asWanted() {
	s.Helper()
	s.frr.Until(s, func() error {
		var bad []string
		err := s.store.Raw(db.State).Keys(s.Context(), "OBJECT_STATUS|*", func(keys []string) error {
			rows, err := s.store.Raw(db.State).Hashes(s.Context(), keys)
			bad = append(bad, fmt.Sprint(keys, rows))
			return err
		})
		if err == nil && len(bad) > 0 {
			err = fmt.Errorf("not as wanted: %q", bad)
		}
		return err
	})
}
