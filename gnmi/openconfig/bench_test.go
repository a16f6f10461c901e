package openconfig_test

import (
	"fmt"
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// bigSwitch has 128 ports with counters, and static routes; about 10,000 leaves of them are told by a Get of everything.
func bigSwitch(b *testing.B) *aSwitch {
	s := &aSwitch{store: mem.New().Client(), origin: openconfig.New(), unchecked: true}
	s.put(b, db.Config, "DEVICE_METADATA|localhost", "hostname=sonic")
	for i := range 128 {
		name := fmt.Sprintf("Ethernet%d", i*4)
		s.put(b, db.Config, "PORT|"+name, fmt.Sprintf("lanes=%d", i), "speed=100000", "mtu=9100", "admin_status=up", "description=x")
		s.put(b, db.Appl, "PORT_TABLE:"+name, "oper_status=up", "admin_status=up", "flap_count=1")
		s.put(b, db.Counters, fmt.Sprintf("COUNTERS:oid:0x%d", i+1), "SAI_PORT_STAT_IF_IN_OCTETS=1", "SAI_PORT_STAT_IF_IN_UCAST_PKTS=1",
			"SAI_PORT_STAT_IF_IN_DISCARDS=0", "SAI_PORT_STAT_IF_IN_ERRORS=0", "SAI_PORT_STAT_IF_OUT_OCTETS=2", "SAI_PORT_STAT_IF_OUT_UCAST_PKTS=3")
		s.put(b, db.Counters, "COUNTERS_PORT_NAME_MAP", fmt.Sprintf("%s=oid:0x%d", name, i+1))
	}
	for i := range 500 {
		s.put(b, db.Config, fmt.Sprintf("STATIC_ROUTE|default|10.%d.%d.0/24", i/256, i%256), "nexthop=10.0.0.1,10.0.0.3", "ifname=Ethernet0,Ethernet4")
	}
	return s
}

func BenchmarkGet(b *testing.B) {
	s := bigSwitch(b)
	for _, c := range []struct{ name, path string }{
		{"all", "/"}, {"interfaces", "/interfaces"}, {"counters", "/interfaces/interface[name=*]/state/counters"},
		{"port", "/interfaces/interface[name=Ethernet0]"}, {"leaf", "/interfaces/interface[name=Ethernet0]/config/mtu"},
	} {
		path, err := origin.Parse(c.path)
		if err != nil {
			b.Fatal(err)
		}
		leaves, err := s.read(b.Context(), path, gpb.GetRequest_ALL)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("%s-%d-leaves", c.name, len(leaves)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.json(b.Context(), path, gpb.GetRequest_ALL); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSet(b *testing.B) {
	s := bigSwitch(b)
	mtu, _ := origin.Parse("/interfaces/interface[name=Ethernet0]/config/mtu")
	b.Run("leaf", func(b *testing.B) {
		b.ReportAllocs()
		config := candidateConfig{s.candidate(b)}
		for b.Loop() {
			if err := s.origin.Edit(config, []origin.Operation{{Action: origin.Update, Path: mtu, Value: uintValue(9000)}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	var ops []origin.Operation
	for i := range 1000 {
		path, _ := origin.Parse(fmt.Sprintf("/routing-policy/defined-sets/prefix-sets/prefix-set[name=A]/prefixes/prefix[ip-prefix=10.%d.%d.0/24][masklength-range=exact]", i/256, i%256))
		ops = append(ops, origin.Operation{Action: origin.Update, Path: path, Value: ietf(fmt.Sprintf(`{"config": {"ip-prefix": "10.%d.%d.0/24", "masklength-range": "exact"}}`, i/256, i%256))})
	}
	b.Run("1000-entries", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := s.origin.Edit(candidateConfig{s.candidate(b)}, ops); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSchema(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := openconfig.New().Watch(origin.Query{Path: &gpb.Path{}}); err != nil {
			b.Fatal(err)
		}
	}
}
