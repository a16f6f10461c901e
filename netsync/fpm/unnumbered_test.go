package fpm_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/netns/frr"
)

const (
	nearBGP = `router bgp 65001
 bgp router-id 1.1.1.1
 no bgp ebgp-requires-policy
 bgp suppress-fib-pending
 bgp bestpath as-path multipath-relax
 neighbor Ethernet8 interface remote-as external
 neighbor Ethernet12 interface remote-as external
`
	farBGP = `router bgp 65002
 bgp router-id 2.2.2.2
 no bgp ebgp-requires-policy
 neighbor eth0 interface remote-as external
 neighbor eth1 interface remote-as external
 address-family ipv4 unicast
  redistribute connected
 exit-address-family
`
)

// TestUnnumbered has an IPv4 route over IPv6 next hops (RFC 8950) from BGP: with next hops inside, zebra puts 169.254.0.1 for them; next-hop
// objects have them as they are.
func TestUnnumbered(t *testing.T) {
	frr.Require(t, "zebra", "staticd", "bgpd")
	for name, c := range map[string]struct {
		config, gateway string
		onlink          bool
	}{
		"inside":  {"fpm address 127.0.0.1\nno fpm use-next-hop-groups\n", "169.254.0.1", true},
		"objects": {"fpm address 127.0.0.1\n", "fe80::", false},
	} {
		t.Run(name, func(t *testing.T) {
			l, far := newLab(t), netns.New(t)
			netns.Veth(t, l.ns, "Ethernet8", far, "eth0")
			netns.Veth(t, l.ns, "Ethernet12", far, "eth1")
			far.Addr(t, "lo", "10.99.0.1/32")
			peer := frr.New(t, far)
			peer.Start(t, "zebra", "")
			peer.Start(t, "bgpd", farBGP)
			l.Start(t, "zebra", c.config, "-M", "dplane_fpm_nl")
			l.Start(t, "bgpd", nearBGP)
			l.Until(t, func() error {
				got := l.rib.resolved()["10.99.0.1/32"]
				if strings.Count(got, " via "+c.gateway) != 2 || strings.Count(got, fmt.Sprintf("onlink %t", c.onlink)) != 2 {
					return fmt.Errorf("10.99.0.1/32: %q, want two next hops by %s", got, c.gateway)
				}
				return nil
			})
		})
	}
}
