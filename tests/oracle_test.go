package tests

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/oracle"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// TestOracle holds that what is in ASIC_DB is what follows from the configuration and the kernel's routes, as a second author has it.
func TestOracle(t *testing.T) {
	seeds := []uint64{101, 117} // a port that two LAGs claim: the tags of its frames, and the second LAG's state
	for i := range number(t, runsVariable, 3) {
		seeds = append(seeds, uint64(number(t, seedVariable, int(time.Now().UnixNano()%1e6))+i))
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(rand.New(rand.NewPCG(seed, 1)), false)
			m := switchtest.NewMemory(t, switchtest.MemoryOptions{})
			awaitBoot(t, m)
			run(t, m, [][]action{w.final()})
			awaitOracle(t, m, w)
			for range 2 { // what the first recovery still has to do, the second has not
				m.Tap.Reset()
				for _, daemon := range []string{"orchagent", "cfgmgr", "netsync"} {
					if err := m.Restart(daemon); err != nil {
						t.Fatal(err)
					}
				}
				awaitQuiet(t, m)
				awaitOracle(t, m, w)
			}
			for _, op := range m.Tap.Operations() {
				if !strings.HasPrefix(op.String(), "flush ") { // where nothing can have been learned (docs/adr/0003)
					t.Errorf("a second restart of all daemons but syncd did %s", op)
				}
			}
		})
	}
}

// awaitOracle waits until the objects in ASIC_DB are those that the oracle names.
func awaitOracle(t *testing.T, m switchtest.Switch, w *world) {
	t.Helper()
	var want, got []string
	await(t, func() bool {
		canonical, err := switchtest.Canonical(context.Background(), m.Keyspace())
		if err != nil {
			t.Fatal(err)
		}
		want, got = oracle.Objects(oracleInput(t, m, w)), oracle.Covered(canonical)
		return strings.Join(want, "\n") == strings.Join(got, "\n")
	}, func() {
		t.Errorf("objects (-oracle +ASIC_DB):\n%s", cmp.Diff(want, got))
		text, _ := switchtest.Dump(context.Background(), m.Keyspace(), db.Config, "PORT", "PORTCHANNEL", "PORTCHANNEL_MEMBER", "VLAN", "VLAN_MEMBER", "INTERFACE", "VLAN_SUB_INTERFACE", "VRF", "VLAN_INTERFACE", "PORTCHANNEL_INTERFACE", "LOOPBACK_INTERFACE", "NEIGH", "SAG")
		t.Log(text)
	})
}

func oracleInput(t *testing.T, m switchtest.Switch, w *world) oracle.Input {
	t.Helper()
	in := oracle.Input{Config: hashes(t, m, db.Config, ""), Routes: hashes(t, m, db.Appl, "ROUTE_TABLE:"), Groups: hashes(t, m, db.Appl, "NEXTHOP_GROUP_TABLE:"), Carrier: map[string]bool{}}
	if _, row, err := tables.ConfigDeviceMetadata.Decode("localhost", in.Config["DEVICE_METADATA|localhost"]); err != nil || row.MAC == nil {
		t.Fatal("the switch has no MAC address", err)
	} else {
		in.MAC = *row.MAC
	}
	for _, p := range w.ports {
		for i, port := range hwsku.Default().Ports {
			if hwsku.Default().LaneMap.Netdev(port.Lanes[0]) == p.front && i < len(worldPorts()) {
				in.Carrier[worldPorts()[i]] = p.up
			}
		}
	}
	return in
}

// hashes are the rows whose keys begin so, by what follows.
func hashes(t *testing.T, m switchtest.Switch, id db.ID, prefix string) map[string][]db.Field {
	t.Helper()
	out := map[string][]db.Field{}
	raw := m.Keyspace().Raw(id)
	err := raw.Keys(context.Background(), prefix+"*", func(keys []string) error {
		rows, err := raw.Hashes(context.Background(), keys)
		for i, fields := range rows {
			if fields != nil {
				out[strings.TrimPrefix(keys[i], prefix)] = fields
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
