package frr

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// TestLines: what lines say, how they are named, and what they wait for.
func TestLines(t *testing.T) {
	r := Router{ASN: 65000, Vrf: "VrfRed"}
	n := r.Neighbor("10.0.0.1")
	for _, c := range []struct {
		line            Line
		text, key, undo string
		ref             string
	}{
		{r.Line(), "router bgp 65000 vrf VrfRed", "BGPD:router bgp * vrf VrfRed", "no router bgp 65000 vrf VrfRed", ""},
		{Router{ASN: 7}.Line(), "router bgp 7", "BGPD:router bgp", "no router bgp 7", ""},
		{n.RemoteAS("65001"), "neighbor 10.0.0.1 remote-as 65001", "BGPD:router bgp * vrf VrfRed > neighbor 10.0.0.1 remote-as",
			"no neighbor 10.0.0.1 remote-as 65001", "BGPD:router bgp * vrf VrfRed"},
		{n.In(IPv4Unicast, "route-map").Ending("in").With("FROM"), "neighbor 10.0.0.1 route-map FROM in",
			"BGPD:router bgp * vrf VrfRed > address-family ipv4 unicast > neighbor 10.0.0.1 route-map * in", "no neighbor 10.0.0.1 route-map FROM in",
			"BGPD:router bgp * vrf VrfRed"},
		{r.Option("bgp default ipv4-unicast").On(false), "no bgp default ipv4-unicast", "BGPD:router bgp * vrf VrfRed > bgp default ipv4-unicast",
			"bgp default ipv4-unicast", "BGPD:router bgp * vrf VrfRed"},
		{Neighbor{r, "Ethernet0"}.Interface(true, "external", ""), "neighbor Ethernet0 interface v6only remote-as external",
			"BGPD:router bgp * vrf VrfRed > neighbor Ethernet0 interface", "no neighbor Ethernet0 interface v6only remote-as external", "BGPD:router bgp * vrf VrfRed"},
		{PrefixList{Bgpd, "P", true, 5}.Line(true, netip.MustParsePrefix("fc00::1/7"), 0, 64), "ipv6 prefix-list P seq 5 deny fc00::/7 le 64",
			"BGPD:ipv6 prefix-list P seq 5", "no ipv6 prefix-list P seq 5 deny fc00::/7 le 64", ""},
		{RouteMap{Zebra, "RM", false, 10}.Option("set src").With("10.0.0.1"), "set src 10.0.0.1", "ZEBRA:route-map RM * 10 > set src", "no set src 10.0.0.1",
			"ZEBRA:route-map RM * 10"},
	} {
		k := c.line.Key
		if got := k.Text(c.line.Text); got != c.text {
			t.Errorf("%q, want %q", got, c.text)
		}
		if got := k.String(); got != c.key {
			t.Errorf("%q, want %q", got, c.key)
		}
		if got := k.Undo(c.text); got != c.undo {
			t.Errorf("%q, want %q", got, c.undo)
		}
		if got, ok := k.Read(c.text); !ok || got != c.line.Text {
			t.Errorf("%q is read as %v, %v", c.text, got, ok)
		}
		if got, err := k.Kind().Parse(k.String()); err != nil || got != engine.Key(k) {
			t.Errorf("%q is parsed as %v, %v", k, got, err)
		}
		ref := ""
		for r := range k.Refs {
			ref += r.String()
		}
		if ref != c.ref {
			t.Errorf("%q waits for %q, want %q", k, ref, c.ref)
		}
		if err := c.line.Check(); err != nil {
			t.Error(err)
		}
	}
}

// TestBlocks: a block has one name, whatever its line says.
func TestBlocks(t *testing.T) {
	for line, want := range map[string]string{
		"router bgp 65000": "router bgp", "router bgp 65000 vrf VrfRed": "router bgp * vrf VrfRed", "route-map RM deny 10": "route-map RM * 10",
		"address-family ipv4 unicast": "address-family ipv4 unicast", "peer 10.0.0.1": "peer 10.0.0.1",
	} {
		if got := BlockOf(line); got != want {
			t.Errorf("%q is block %q, want %q", line, got, want)
		}
	}
	if _, ok := (Router{ASN: 1}).Line().Key.Read("router bgp 65000 vrf VrfRed"); ok {
		t.Error("the instance of a VRF is taken for the default one")
	}
}

// TestLineCheck: no text of a row becomes another command.
func TestLineCheck(t *testing.T) {
	k := Router{ASN: 1}.Neighbor("10.0.0.1").Option("description")
	for _, text := range []string{"a\nno router bgp 1", "a\x00end", "a\tb", " a", "a ", "a  b", "a | include b", "\xff", strings.Repeat("a", 513)} {
		if k.Check(Text{Value: text}) == nil {
			t.Errorf("%q passes", text)
		}
	}
	if err := k.Check(Text{Value: "to spine-1 (rack 7), port 3!"}); err != nil {
		t.Error(err)
	}
}

func FuzzLine(f *testing.F) {
	f.Add("BGPD:router bgp 65000 > address-family ipv4 unicast > neighbor 10.0.0.1 route-map * in")
	f.Add("BGPD: >  * ")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := BgpdLine.Parse(text)
		if err != nil {
			return
		}
		if again, err := BgpdLine.Parse(k.String()); err != nil || again != k {
			t.Fatalf("%q: %v, then %v, %v", text, k, again, err)
		}
	})
}
