package vty

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
	router "github.com/hypersonic-nos/hypersonic/tests/netns/frr"
)

// TestSessions asks a real bgpd, without an instance and with neighbours in two VRFs.
func TestSessions(t *testing.T) {
	netns.Require(t)
	router.Require(t, "bgpd")
	r := router.New(t, netns.New(t))
	r.Start(t, "bgpd", "", "-Z", "-p", "0")
	if got, err := Sessions(t.Context(), r.Sockets()); err != nil || len(got) > 0 {
		t.Fatalf("without an instance: %v, %v", got, err)
	}
	r.Configure(t, "router bgp 65001", "neighbor 10.0.0.1 remote-as 65002", "neighbor 10.0.0.1 shutdown", "neighbor fd00::1 remote-as 65001",
		"exit", "router bgp 65001 vrf VrfRed", "neighbor Ethernet0 interface remote-as external")
	got, err := Sessions(t.Context(), r.Sockets())
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, s := range got {
		text = append(text, fmt.Sprintf("%s %s %d %d %s", s.Vrf, s.Neighbor, s.LocalAS, s.RemoteAS, s.State))
	}
	slices.Sort(text)
	want := "VrfRed Ethernet0 65001 0 Idle\ndefault 10.0.0.1 65001 65002 Idle (Admin)\ndefault fd00::1 65001 65001 "
	if all := strings.Join(text, "\n"); !strings.HasPrefix(all, want) {
		t.Errorf("got\n%s\nwant\n%s", all, want)
	}
}
