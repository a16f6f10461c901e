package tests

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// crashes kills each daemon in turn while rows churn: the ASIC's state ends as that of a clean run, and objects whose rows nobody touches see no operation.
func crashes(t *testing.T, binary string) {
	seed := uint64(number(t, seedVariable, 1))
	r := rand.New(rand.NewPCG(seed, 2))
	w := newWorld(r, true)
	clean := switchtest.NewProcesses(t, binary)
	troubled := switchtest.NewProcesses(t, binary)
	for _, s := range []switchtest.Switch{clean, troubled} {
		awaitBoot(t, s)
		run(t, s, [][]action{bystanders()})
	}
	run(t, clean, [][]action{w.final()})
	for _, s := range []*switchtest.Processes{clean, troubled} {
		awaitBystanders(t, s)
		awaitQuiet(t, s)
	}
	keys := awaitBystanders(t, troubled)
	if err := troubled.Mark(); err != nil {
		t.Fatal(err)
	}

	batches := w.history(r, 0)
	kills := []string{"orchagent", "syncd", "cfgmgr", "netsync", "syncd", "orchagent"}
	for _, daemon := range kills {
		n := min(len(batches), 1+len(batches)/6)
		run(t, troubled, batches[:n])
		batches = batches[n:]
		if err := troubled.Kill(daemon); err != nil {
			t.Fatal(err)
		}
	}
	run(t, troubled, batches)
	awaitSame(t, clean, troubled)

	checkRestarts(t, troubled, kills)
	operations, err := troubled.Operations()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range operations {
		if slices.ContainsFunc(keys, func(k string) bool { return strings.HasSuffix(o, k) }) {
			t.Errorf("an object that nobody touches sees the operation %s", o)
		}
	}
}

// checkRestarts sees to it that no daemon ended by itself.
func checkRestarts(t *testing.T, s switchtest.Switch, kills []string) {
	t.Helper()
	want := map[string]int{}
	for _, daemon := range kills {
		want[daemon]++
	}
	for daemon, n := range want {
		rows, err := s.Keyspace().Get(context.Background(), tables.StateProcess.Schema, []string{daemon})
		if err != nil {
			t.Fatal(err)
		}
		_, r, err := tables.StateProcess.Decode(daemon, rows[0].Fields)
		if err != nil || r.Restarts != n {
			t.Errorf("%s was killed %d times and restarted %d times (%v)", daemon, n, r.Restarts, err)
		}
	}
}

// bystanders are rows that the world does not have.
func bystanders() (out []action) {
	for _, row := range [][3]string{
		{"VLAN", "Vlan900"}, {"VLAN_MEMBER", "Vlan900|Ethernet64", "tagging_mode=tagged"}, {"FDB", "Vlan900|02-00-00-00-09-00", "port=Ethernet64"},
		{"VLAN_INTERFACE", "Vlan900"}, {"VLAN_INTERFACE", "Vlan900|10.90.0.1/24"}, {"NEIGH", "Vlan900|10.90.0.2", "neigh=02:00:00:00:09:01"},
		{"PORTCHANNEL", "PortChannel90", "admin_status=up"}, {"PORTCHANNEL_MEMBER", "PortChannel90|Ethernet68"},
		{"PORT", "Ethernet72", "mtu=1500"}, {"INTERFACE", "Ethernet72"}, {"INTERFACE", "Ethernet72|10.91.0.1/24"},
		{"LOOPBACK_INTERFACE", "Loopback9"}, {"LOOPBACK_INTERFACE", "Loopback9|10.92.0.1/32"}, {"STATIC_ROUTE", "29.0.0.0/8", "blackhole=true"},
		{"PORT", "Ethernet76", "admin_status=up"}, {"INTERFACE", "Ethernet76"}, {"INTERFACE", "Ethernet76|10.93.0.1/24"},
		{"NEIGH", "Ethernet76|10.93.0.2", "neigh=02:00:00:00:09:02"}, {"NEIGH", "Ethernet76|10.93.0.3", "neigh=02:00:00:00:09:03"},
		{"STATIC_ROUTE", "28.0.0.0/8", "nexthop=10.93.0.2"}, {"STATIC_ROUTE", "27.0.0.0/8", "nexthop=10.93.0.2,10.93.0.3"},
	} {
		w := db.Write{Table: &db.Schema{Database: db.Config, Name: row[0], Transport: db.Plain}, Key: row[1], Fields: []db.Field{{Name: "NULL", Value: "NULL"}}}
		if name, value, ok := strings.Cut(row[2], "="); ok {
			w.Fields = []db.Field{{Name: name, Value: value}}
		}
		out = append(out, action{write: &w})
	}
	return out
}

// bystanderObjects is how many objects bystanders give.
const bystanderObjects = 32

// awaitBystanders waits until their objects are there, the routes of FRR among them, and gives the keys of ASIC_STATE, without ASIC_STATE.
func awaitBystanders(t *testing.T, s switchtest.Switch) (keys []string) {
	t.Helper()
	await(t, func() bool {
		var err error
		keys, err = switchtest.Keys(context.Background(), s.Keyspace(), "VLAN(900)", "VLAN_MEMBER(VLAN(900)*", "BRIDGE_PORT(PORT(Ethernet64))", "FDB_ENTRY*VLAN(900)*",
			"ROUTER_INTERFACE(Vlan900)", "ROUTER_INTERFACE(Ethernet72)", "NEIGHBOR_ENTRY*Vlan900*", "NEXT_HOP(ROUTER_INTERFACE(Vlan900)*", "LAG(PortChannel90)",
			"LAG_MEMBER(LAG(PortChannel90)*", "ROUTE_ENTRY*10.9*", "ROUTE_ENTRY*2[789].0.0.0*", "PORT(Ethernet72)", "HOSTIF(Ethernet72)",
			"PORT(Ethernet76)", "HOSTIF(Ethernet76)", "ROUTER_INTERFACE(Ethernet76)", "NEIGHBOR_ENTRY*Ethernet76*", "NEXT_HOP(ROUTER_INTERFACE(Ethernet76)*",
			"NEXT_HOP_GROUP(*Ethernet76*", "NEXT_HOP_GROUP_MEMBER(NEXT_HOP_GROUP(*Ethernet76*")
		return err == nil && len(keys) == bystanderObjects
	}, func() { t.Fatalf("%d objects of rows that nobody touches: %s", len(keys), strings.Join(keys, "\n")) })
	return keys
}
