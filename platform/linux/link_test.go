package linux

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/engine"
)

func TestTextsAreReversible(t *testing.T) {
	vlan := LinkKey{Name: "Vlan10"}
	for _, k := range []engine.Key{
		vlan, LinkKey{Name: "Ethernet0.10"}, VrfKey{Name: "VrfRed"},
		AddrKey{Link: vlan, Prefix: netip.MustParsePrefix("10.0.0.1/24")},
		AddrKey{Link: vlan, Prefix: netip.MustParsePrefix("2001:db8::1/64")},
		NeighKey{Link: vlan, IP: netip.MustParseAddr("10.0.0.2")},
		NeighKey{Link: vlan, IP: netip.MustParseAddr("2001:db8::2")},
		IPv4Conf(LinkKey{Name: "Ethernet0.10"}, "proxy_arp"), SysctlKey{Path: "net/ipv4/ip_forward"},
	} {
		got, err := k.Kind().Parse(k.String())
		if err != nil || got != k {
			t.Errorf("%s: parsed as %v, %v", k, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, kind := range map[string]*engine.Kind{
		"LINK:": Link, "VRF:x": Link, "LINK:sixteenletters_x": Link, "LINK:a/b": Link, "ADDRESS:Vlan10": Addr, "ADDRESS:Vlan10:10.0.0.1": Addr,
		"ADDRESS::10.0.0.1/8": Addr, "NEIGHBOR:Vlan10:fe80::1%eth0": Neigh, "SYSCTL:kernel/panic": Sysctl, "SYSCTL:net/../kernel/panic": Sysctl,
	} {
		if k, err := kind.Parse(text); err == nil {
			t.Errorf("%q: parsed as %#v", text, k)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("LINK:Vlan10")
	f.Add("ADDRESS:Vlan10:2001:db8::1/64")
	f.Add("NEIGHBOR:Ethernet0.10:::ffff:10.0.0.1")
	f.Add("SYSCTL:net/ipv6/conf/Vlan10/disable_ipv6")
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []*engine.Kind{Link, Vrf, Addr, Neigh, Sysctl} {
			k, err := kind.Parse(text)
			if err != nil {
				continue
			}
			again, err := kind.Parse(k.String())
			if err != nil || again != k {
				t.Fatalf("%q: %v, then %v, %v", text, k, again, err)
			}
		}
	})
}

func TestRefs(t *testing.T) {
	vlan := LinkKey{Name: "Vlan10"}
	for _, c := range []struct {
		key  engine.Key
		want []engine.Key
	}{
		{vlan, nil},
		{AddrKey{Link: vlan, Prefix: netip.MustParsePrefix("10.0.0.1/24")}, []engine.Key{vlan}},
		{IPv6Conf(vlan, "disable_ipv6"), []engine.Key{vlan}},
		{SysctlKey{Path: "net/ipv4/conf/all/rp_filter"}, nil},
		{SysctlKey{Path: "net/ipv4/ip_forward"}, nil},
	} {
		if got := slices.Collect(c.key.Refs); !slices.Equal(got, c.want) {
			t.Errorf("%s refers to %v, want %v", c.key, got, c.want)
		}
	}
}

func TestHostKindOf(t *testing.T) {
	for name, want := range map[string]HostKind{
		"Ethernet0": HostPort, "Ethernet124": HostPort, "Vlan4094": HostVlan, "PortChannel1": HostLag, "Loopback0": HostLoopback,
		"Ethernet0.10": HostSub, "Eth0.10": HostSub, "Po1.4": HostSub, "eth0": HostNone, "eth1": HostNone, "lo": HostNone,
		"Ethernet": HostNone, "Vlan": HostNone, "Vlanx": HostNone, "docker0": HostNone, "in-Vlan10": HostNone, "eth0.10": HostNone, "Bridge": HostNone,
	} {
		if got := HostKindOf(name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func TestInnerName(t *testing.T) {
	if got := InnerName("Vlan10"); got != "in-Vlan10" {
		t.Errorf("got %s", got)
	}
	a, b := InnerName("PortChannel10.11"), InnerName("PortChannel10.12")
	if a == b || len(a) != NameMax || len(b) != NameMax || !IsInner(a) {
		t.Errorf("got %s and %s", a, b)
	}
}
