package orchagent_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func TestCrm(t *testing.T) {
	golden(t, "crm",
		scenario{"it is time to look, with what is configured", []string{
			"CRM_TICK|tick count=3", "CRM|Config polling_interval=1 ipv4_route_threshold_type=used ipv4_route_high_threshold=10",
		}},
		scenario{"what was found", []string{"CRM_FOUND|STATS crm_stats_ipv4_route_used=1 crm_stats_ipv4_route_available=9"}},
		scenario{"malformed rows", []string{"CRM|Config polling_interval=often"}},
		scenario{"a threshold of no type", []string{"CRM|Config fdb_entry_threshold_type=much"}},
	)
}

// TestCrmThresholds has the routes of a switch grow over the high threshold, which is told a few times, and shrink below the low one, which is told once.
func TestCrmThresholds(t *testing.T) {
	r := newReporter(t)
	api := answers{known: map[uint16]any{sai.SwitchAttrAvailableIPv4RouteEntry: uint32(10)}}
	use := orchagent.NewUse()
	var log bytes.Buffer
	target := orchagent.NewCrmInquiries(api, 1, r.registry, r.facts, use, slog.New(slog.NewTextHandler(&log, nil)))
	config := tables.DefaultCrmConfig()
	config.Thresholds["ipv4_route"] = tables.CrmThreshold{Type: "percentage", Low: 30, High: 80}
	at := uint64(0)
	look := func(times int) string {
		t.Helper()
		log.Reset()
		for range times {
			at++
			op := engine.Op{Key: orchagent.CrmInquiryKey{At: at}, Attrs: []engine.AttrValue{{Value: config}}}
			if err := target.Apply(context.Background(), orchagent.KindCrmInquiry, []engine.Op{op})[0]; err != nil {
				t.Fatal(err)
			}
		}
		return log.String()
	}
	routes := func(v engine.Verb, n int) {
		var ops []engine.Op
		for i := range n {
			ops = append(ops, engine.Op{Verb: v, Key: sai.RouteEntryKey{Destination: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 32)}})
		}
		use.Note(ops, make([]error, n))
	}
	if said := look(1); said != "" {
		t.Error(said)
	}
	r.want(tables.FactCrm.Schema, "STATS crm_stats_ipv4_route_used=0 crm_stats_ipv4_route_available=10")
	routes(engine.Create, 90)
	if said := look(12); strings.Count(said, `msg="IPV4_ROUTE THRESHOLD_EXCEEDED" type=TH_PERCENTAGE level=90 used=90 free=10`) != 10 {
		t.Error(said)
	}
	routes(engine.Remove, 89)
	if said := look(2); strings.Count(said, "THRESHOLD_CLEAR") != 1 {
		t.Error(said)
	}
	config.Thresholds["ipv4_route"] = tables.CrmThreshold{Type: "free", Low: 1, High: 10}
	if said := look(1); !strings.Contains(said, "type=TH_FREE level=10") {
		t.Error(said)
	}
	config.Thresholds["ipv4_route"] = tables.CrmThreshold{Type: "used", Low: 1, High: 10}
	if said := look(1); !strings.Contains(said, "THRESHOLD_CLEAR\" type=TH_USED level=1") {
		t.Error(said)
	}
}
