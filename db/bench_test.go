package db_test

import (
	"net/netip"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
)

type benchRow struct {
	NextHop  []netip.Addr `db:"nexthop"`
	IfName   string       `db:"ifname"`
	Protocol string       `db:"protocol"`
	Weight   uint32       `db:"weight"`
	Black    bool         `db:"blackhole"`
}

func BenchmarkDecode(b *testing.B) {
	port := db.Define[string, struct {
		Admin string `db:"admin_status,required"`
		MTU   uint16 `db:"mtu,default=9100"`
		Speed uint32 `db:"speed,required"`
		Alias string `db:"alias"`
		Auto  bool   `db:"autoneg"`
	}](db.Appl, "PORT_TABLE")
	fields := []db.Field{{"admin_status", "up"}, {"mtu", "9100"}, {"speed", "100000"}, {"alias", "fortyGigE0/0"}, {"autoneg", "true"}}
	b.Run("port5", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := port.Decode("Ethernet0", fields); err != nil {
				b.Fatal(err)
			}
		}
	})
	route := db.Define[netip.Prefix, benchRow](db.Appl, "ROUTE_TABLE")
	fields = []db.Field{{"nexthop", "10.0.0.1"}, {"ifname", "Ethernet0"}, {"protocol", "bgp"}, {"weight", "1"}, {"blackhole", "false"}}
	b.Run("route5", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := route.Decode("10.1.0.0/16", fields); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	route := db.Define[netip.Prefix, benchRow](db.Appl, "ROUTE_TABLE")
	r := benchRow{NextHop: []netip.Addr{netip.MustParseAddr("10.0.0.1")}, IfName: "Ethernet0", Protocol: "bgp", Weight: 1}
	k := netip.MustParsePrefix("10.1.0.0/16")
	b.ReportAllocs()
	for b.Loop() {
		route.Set(k, r)
	}
}
