package netsync

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// TestRouteModel: whatever zebra says, and whenever the database is away, lost or renamed under it, APPL_DB ends as a plain map would have it.
func TestRouteModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(RouteOptions{Batch: 3, Ack: rapid.Bool().Draw(t, "ack")})
		d.connect()
		model := map[string]string{}
		hops := [][]fpm.Nexthop{{hop("10.0.0.1", 10)}, {hop("10.0.0.3", 11)}, {hop("10.0.0.1", 10), hop("10.0.0.3", 11)}, {hop("172.20.20.1", 2)}, nil}
		prefixes := []string{"10.1.0.0/16", "10.2.0.0/16", "10.3.0.1/32", "2001:db8::/32"}
		announced := map[string]bool{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				d.away = !d.away
				d.work()
			case 1:
				clear(d.rows)
				d.republish()
				d.work()
			case 2:
				d.connect()
				clear(announced)
			case 3:
				for p := range model {
					if !announced[p] {
						delete(model, p)
					}
				}
				d.sweep(time.Unix(1e6, 0))
				d.work()
			case 4:
				d.work()
			default:
				p := rapid.SampledFrom(prefixes).Draw(t, "prefix")
				i := rapid.IntRange(0, len(hops)).Draw(t, "hops")
				announced[p] = i < len(hops)
				switch {
				case i == len(hops):
					delete(model, p)
					d.messages([]fpm.Message{del(p)})
				case hops[i] == nil:
					model[p] = "blackhole=true protocol=static"
					d.messages([]fpm.Message{drop(p, fpm.Blackhole)})
				default:
					if delete(model, p); i < 3 {
						ifname, nexthop, weight := "", "", ""
						for j, h := range hops[i] {
							comma := strings.Repeat(",", min(j, 1))
							ifname += comma + map[int32]string{10: "Ethernet0", 11: "Ethernet4"}[h.Ifindex]
							nexthop += comma + h.Gateway.String()
							weight += comma + "1"
						}
						model[p] = "ifname=" + ifname + " nexthop=" + nexthop + " protocol=bgp weight=" + weight
					}
					d.messages([]fpm.Message{add(p, hops[i]...)})
				}
			}
		}
		d.away = false
		d.work()
		var want []string
		for p, row := range model {
			want = append(want, "ROUTE_TABLE:"+tables.ApplRoute.EncodeKey(tables.RouteKey{Prefix: netip.MustParsePrefix(p)})+" "+row+"\n")
		}
		slices.Sort(want)
		if diff := cmp.Diff(strings.Join(want, ""), d.text()); diff != "" {
			t.Fatalf("(-model +APPL_DB)\n%s", diff)
		}
	})
}
