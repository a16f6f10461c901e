package netsync_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/netsync"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// TestBgpSessions has bgpd tell of neighbours, of other states, and be gone.
func TestBgpSessions(t *testing.T) {
	var now []frr.Session
	var gone error
	facts := mem.New().Client()
	b := &netsync.BgpSessions{Facts: facts, Ask: func(context.Context) ([]frr.Session, error) { return now, gone }}
	expect := func(want map[tables.BgpNeighborKey]string) {
		t.Helper()
		if err := b.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		rows, err := facts.Read(t.Context(), tables.FactBgpSession.Schema)
		if err != nil || len(rows) != len(want) {
			t.Fatalf("%d facts, not %d (%v)", len(rows), len(want), err)
		}
		for _, row := range rows {
			k, r, err := tables.FactBgpSession.Decode(row.Key, row.Fields)
			if err != nil || want[k] != r.State+" "+r.PeerType {
				t.Errorf("%v: %+v (%v), not %s", k, r, err, want[k])
			}
		}
	}
	peer := frr.Session{Vrf: "default", Neighbor: "10.0.0.1", State: "Established", RemoteAS: 2, LocalAS: 1, Families: map[string]frr.Prefixes{"ipv4Unicast": {Received: 3}}}
	red := frr.Session{Vrf: "VrfRed", Neighbor: "Ethernet0", State: "Idle", LocalAS: 1}
	now = []frr.Session{peer, red}
	expect(map[tables.BgpNeighborKey]string{{Neighbor: "10.0.0.1"}: "Established e-BGP", {Vrf: "VrfRed", Neighbor: "Ethernet0"}: "Idle "})
	peer.State, peer.RemoteAS = "Active", 1
	now = []frr.Session{peer}
	expect(map[tables.BgpNeighborKey]string{{Neighbor: "10.0.0.1"}: "Active i-BGP"})
	now, gone = nil, errors.New("connection refused")
	expect(nil)
}
