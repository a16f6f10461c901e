package kernel

import (
	"errors"
	"log/slog"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a target in a namespace of its own, with a port as the SAI host interface would make it.
type rig struct {
	*netns.NS
	t testing.TB
	*Target
}

func newRig(t *testing.T) *rig {
	r := &rig{NS: netns.New(t), t: t}
	r.open()
	return r
}

func (r *rig) open() {
	r.t.Helper()
	if err := r.Do(func() (err error) {
		r.Target, err = New(slog.New(slog.DiscardHandler))
		return err
	}); err != nil {
		r.t.Fatal(err)
	}
	target := r.Target
	r.t.Cleanup(func() { _ = target.Close() })
}

// port makes the netdev of a port, which is not the target's to make.
func (r *rig) port(name string) {
	r.t.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = name
	if err := r.Handle.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: linux.InnerName(name)}); err != nil {
		r.t.Fatal(err)
	}
}

func attrs[K engine.Key](list ...engine.Attr[K]) []engine.AttrValue {
	var a []engine.AttrValue
	for _, x := range list {
		a = append(a, engine.AttrValue{ID: x.ID, Value: x.Value})
	}
	return a
}

func (r *rig) apply(verb engine.Verb, k engine.Key, a ...engine.AttrValue) error {
	return r.Apply(r.t.Context(), k.Kind(), []engine.Op{{Verb: verb, Key: k, Attrs: a}})[0]
}

func (r *rig) must(verb engine.Verb, k engine.Key, a ...engine.AttrValue) {
	r.t.Helper()
	if err := r.apply(verb, k, a...); err != nil {
		r.t.Fatalf("%v %s: %v", verb, k, err)
	}
}

func (r *rig) ip(args ...string) string {
	r.t.Helper()
	return r.Run(r.t, exec.Command("ip", args...))
}

func (r *rig) adopted() map[string][]engine.AttrValue {
	r.t.Helper()
	found, err := r.Adopt(r.t.Context(), []*engine.Kind{linux.Link, linux.Vrf, linux.Addr, linux.Neigh, linux.Sysctl})
	if err != nil {
		r.t.Fatal(err)
	}
	m := map[string][]engine.AttrValue{}
	for _, a := range found {
		m[a.Key.String()] = a.Attrs
	}
	return m
}

func class(t *testing.T, err error) engine.Class {
	t.Helper()
	var e *engine.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v has no class", err)
	}
	return e.Class
}

var (
	vlan10 = linux.LinkKey{Name: "Vlan10"}
	eth0   = linux.LinkKey{Name: "Ethernet0"}
)

func TestLink(t *testing.T) {
	r := newRig(t)
	mac := linux.MAC{2, 0, 0, 0, 0, 1}
	create := attrs(linux.LinkHost(linux.HostVlan), linux.LinkAdmin(true), linux.LinkMAC(mac), linux.LinkMTU(9000), linux.LinkAlias("users"))
	for range 2 { // the second one finds it
		r.must(engine.Create, vlan10, create...)
		if out := r.ip("-d", "link", "show", "Vlan10"); !strings.Contains(out, "mtu 9000") || !strings.Contains(out, "02:00:00:00:00:01") ||
			!strings.Contains(out, "LOWER_UP") || !strings.Contains(out, "alias users") || !strings.Contains(out, "numtxqueues 1") {
			t.Errorf("made:\n%s", out)
		}
		if out := r.ip("link", "show", "in-Vlan10"); !strings.Contains(out, "NOARP") || !strings.Contains(out, "mtu 65535") {
			t.Errorf("inner end:\n%s", out)
		}
	}
	if out := r.ip("-6", "addr", "show", "in-Vlan10"); out != "" {
		t.Errorf("the inner end has IPv6:\n%s", out)
	}
	r.must(engine.Update, vlan10, attrs(linux.LinkCarrier(false), linux.LinkMTU(1500))...)
	if out := r.ip("link", "show", "Vlan10"); !strings.Contains(out, "NO-CARRIER") || !strings.Contains(out, "mtu 1500") {
		t.Errorf("without carrier:\n%s", out)
	}
	r.must(engine.Update, vlan10, attrs(linux.LinkAdmin(false), linux.LinkAlias(""))...)
	if out := r.ip("link", "show", "Vlan10"); !strings.Contains(out, "state DOWN") || strings.Contains(out, "users") {
		t.Errorf("shut down:\n%s", out)
	}
	r.must(engine.Remove, vlan10)
	r.must(engine.Remove, vlan10)
	if out := r.ip("-br", "link"); strings.Count(out, "\n") != 1 {
		t.Errorf("removed:\n%s", out)
	}
}

func TestLoopback(t *testing.T) {
	r := newRig(t)
	lo0 := linux.LinkKey{Name: "Loopback0"}
	for range 2 {
		r.must(engine.Create, lo0, attrs(linux.LinkHost(linux.HostLoopback), linux.LinkAdmin(true))...)
	}
	if out := r.ip("link", "show", "Loopback0"); !strings.Contains(out, "LOWER_UP") || !strings.Contains(out, "NOARP") || !strings.Contains(out, "mtu 9100") {
		t.Errorf("made:\n%s", out)
	}
	r.must(engine.Update, lo0, attrs(linux.LinkCarrier(true))...)
	r.must(engine.Remove, lo0)
}

func TestLinkErrors(t *testing.T) {
	r := newRig(t)
	r.port("Ethernet0")
	r.ip("link", "add", "Vlan20", "type", "bridge")
	for name, c := range map[string]struct {
		err  error
		want engine.Class
	}{
		"no such port":    {r.apply(engine.Update, linux.LinkKey{Name: "Ethernet4"}, attrs(linux.LinkAdmin(true))...), engine.Transient},
		"a port":          {r.apply(engine.Create, linux.LinkKey{Name: "Ethernet4"}, attrs(linux.LinkHost(linux.HostPort))...), engine.Invalid},
		"removing a port": {r.apply(engine.Remove, eth0), engine.Invalid},
		"not ours":        {r.apply(engine.Remove, linux.LinkKey{Name: "lo"}), engine.Invalid},
		"wrong kind":      {r.apply(engine.Create, vlan10, attrs(linux.LinkHost(linux.HostLag))...), engine.Invalid},
		"foreign device":  {r.apply(engine.Create, linux.LinkKey{Name: "Vlan20"}, attrs(linux.LinkHost(linux.HostVlan))...), engine.Invalid},
		"MTU":             {r.apply(engine.Update, eth0, attrs(linux.LinkMTU(7))...), engine.Invalid},
		"no master":       {r.apply(engine.Update, eth0, attrs(linux.LinkMaster(linux.VrfKey{Name: "VrfRed"}))...), engine.Transient},
	} {
		if c.err == nil || class(t, c.err) != c.want {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}

// TestRemoveMany removes in bulk what is there, what is not, and what must not be.
func TestRemoveMany(t *testing.T) {
	r := newRig(t)
	r.port("Ethernet0")
	var ops []engine.Op
	for _, name := range []string{"Vlan10", "Vlan11", "PortChannel1", "Ethernet0.10"} {
		r.must(engine.Create, linux.LinkKey{Name: name}, attrs(linux.LinkHost(linux.HostKindOf(name)))...)
		ops = append(ops, engine.Op{Verb: engine.Remove, Key: linux.LinkKey{Name: name}})
	}
	ops = slices.Insert(ops, 2, engine.Op{Verb: engine.Remove, Key: eth0}, engine.Op{Verb: engine.Remove, Key: linux.LinkKey{Name: "Vlan12"}})
	for i, err := range r.Apply(t.Context(), linux.Link, ops) {
		if (err != nil) != (ops[i].Key == eth0) {
			t.Errorf("%s: %v", ops[i].Key, err)
		}
	}
	if out := r.ip("-br", "link"); strings.Count(out, "\n") != 3 {
		t.Errorf("left:\n%s", out)
	}
}

func TestAddressAndNeighbor(t *testing.T) {
	r := newRig(t)
	r.port("Ethernet0")
	v4 := linux.AddrKey{Link: eth0, Prefix: netip.MustParsePrefix("10.0.0.1/24")}
	second := linux.AddrKey{Link: eth0, Prefix: netip.MustParsePrefix("10.0.0.2/24")}
	v6 := linux.AddrKey{Link: eth0, Prefix: netip.MustParsePrefix("2001:db8::1/64")}
	if err := r.apply(engine.Create, v6); err == nil {
		t.Error("a link that is no interface has IPv6")
	}
	r.must(engine.Create, linux.IPv6Conf(eth0, "disable_ipv6"), attrs(linux.SysctlValue("0"))...)
	for range 2 {
		for _, k := range []linux.AddrKey{v4, second, v6} {
			r.must(engine.Create, k)
		}
	}
	r.must(engine.Update, eth0, attrs(linux.LinkAdmin(true))...)
	r.must(engine.Update, eth0, attrs(linux.LinkAdmin(false))...) // takes no address with it
	r.must(engine.Remove, v4)                                     // neither does the primary one
	out := r.ip("addr", "show", "Ethernet0")
	if strings.Contains(out, "10.0.0.1/") || !strings.Contains(out, "10.0.0.2/24 brd 10.0.0.255 scope global") || !strings.Contains(out, "2001:db8::1/64 scope global") {
		t.Errorf("addresses:\n%s", out)
	}
	r.must(engine.Remove, v4)

	neigh := linux.NeighKey{Link: eth0, IP: netip.MustParseAddr("10.0.0.9")}
	r.must(engine.Create, neigh, attrs(linux.NeighMAC([6]byte{2, 0, 0, 0, 0, 9}))...)
	r.must(engine.Update, neigh, attrs(linux.NeighMAC([6]byte{2, 0, 0, 0, 0, 10}))...)
	if out := r.ip("neigh", "show", "10.0.0.9", "dev", "Ethernet0"); !strings.Contains(out, "02:00:00:00:00:0a") || !strings.Contains(out, "PERMANENT") {
		t.Errorf("neighbour:\n%s", out)
	}
	r.must(engine.Remove, neigh)
	r.must(engine.Remove, neigh)

	missing := linux.LinkKey{Name: "Ethernet4"}
	if err := r.apply(engine.Create, linux.AddrKey{Link: missing, Prefix: v4.Prefix}); class(t, err) != engine.Transient {
		t.Errorf("address of no link: %v", err)
	}
	r.must(engine.Remove, linux.AddrKey{Link: missing, Prefix: v4.Prefix})
	r.must(engine.Remove, linux.NeighKey{Link: missing, IP: neigh.IP})
}

func TestSysctl(t *testing.T) {
	r := newRig(t)
	r.port("Ethernet0")
	proxy := linux.IPv4Conf(eth0, "proxy_arp")
	r.must(engine.Create, proxy, attrs(linux.SysctlValue("1"))...)
	if _, ok := r.adopted()[proxy.String()]; !ok {
		t.Error("a changed sysctl is not adopted")
	}
	r.must(engine.Remove, proxy)
	if _, ok := r.adopted()[proxy.String()]; ok {
		t.Error("a removed sysctl did not return to its default")
	}
	global := linux.SysctlKey{Path: "net/ipv4/conf/all/arp_accept"}
	r.must(engine.Create, global, attrs(linux.SysctlValue("1"))...)
	r.must(engine.Update, global, attrs(linux.SysctlValue("2"))...)
	r.must(engine.Remove, global)
	if out := r.Run(t, exec.Command("cat", "/proc/sys/net/ipv4/conf/all/arp_accept")); out != "0\n" {
		t.Errorf("arp_accept is %s", out)
	}
	for k, want := range map[linux.SysctlKey]engine.Class{
		linux.IPv4Conf(linux.LinkKey{Name: "Ethernet4"}, "proxy_arp"): engine.Transient,
		linux.IPv4Conf(eth0, "no_such_thing"):                         engine.Invalid,
		{Path: "kernel/panic"}:                                        engine.Invalid,
		{Path: "net/../kernel/panic"}:                                 engine.Invalid,
	} {
		if err := r.apply(engine.Create, k, attrs(linux.SysctlValue("1"))...); err == nil || class(t, err) != want {
			t.Errorf("%s: %v", k, err)
		}
	}
}

func TestVrf(t *testing.T) {
	r := newRig(t)
	r.port("Ethernet0")
	red := linux.VrfKey{Name: "VrfRed"}
	err := r.apply(engine.Create, red, attrs(linux.VrfTable(1001))...)
	if errors.Is(err, unix.EOPNOTSUPP) {
		if class(t, err) != engine.Invalid || !strings.Contains(err.Error(), "lacks VRF") {
			t.Errorf("refused with %v", err)
		}
		t.Skip("the kernel lacks VRF devices")
	}
	if err != nil {
		t.Fatal(err)
	}
	r.must(engine.Create, red, attrs(linux.VrfTable(1001))...)
	r.must(engine.Update, eth0, attrs(linux.LinkMaster(red))...)
	found := r.adopted()
	if !slices.Contains(found[eth0.String()], engine.AttrValue{ID: linux.LinkAttrMaster, Value: red}) || found[red.String()] == nil {
		t.Errorf("adopted %v", found)
	}
	if out := r.ip("rule"); strings.HasPrefix(out, "0:") || !strings.Contains(out, "1001:") {
		t.Errorf("rules:\n%s", out)
	}
	r.must(engine.Update, eth0, engine.AttrValue{ID: linux.LinkAttrMaster})
	r.must(engine.Remove, red)
}

// TestRules works without VRF devices too.
func TestRules(t *testing.T) {
	r := newRig(t)
	for range 2 {
		if err := errors.Join(r.localAfterVrf(unix.AF_INET), r.localAfterVrf(unix.AF_INET6)); err != nil {
			t.Fatal(err)
		}
		for _, family := range []string{"-4", "-6"} {
			if out := r.ip(family, "rule"); !strings.HasPrefix(out, "1001:\tfrom all lookup local\n") {
				t.Errorf("rules:\n%s", out)
			}
		}
	}
}

func TestAdopt(t *testing.T) {
	r := newRig(t)
	r.port("Ethernet0")
	r.ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth1")
	r.ip("addr", "add", "192.0.2.1/24", "dev", "eth0")
	r.ip("link", "set", "Ethernet0", "up")
	r.ip("link", "set", "in-Ethernet0", "up")
	r.ip("neigh", "add", "10.0.0.8", "lladdr", "02:00:00:00:00:08", "nud", "permanent", "dev", "Ethernet0") // a user's
	r.must(engine.Create, vlan10, attrs(linux.LinkHost(linux.HostVlan), linux.LinkCarrier(false), linux.LinkMTU(1500))...)
	addr := linux.AddrKey{Link: vlan10, Prefix: netip.MustParsePrefix("10.0.0.1/24")}
	r.must(engine.Create, addr)
	neigh := linux.NeighKey{Link: vlan10, IP: netip.MustParseAddr("10.0.0.9")}
	r.must(engine.Create, neigh, attrs(linux.NeighMAC([6]byte{2, 0, 0, 0, 0, 9}))...)
	found := r.adopted()
	var names []string
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	if want := []string{"ADDRESS:Vlan10:10.0.0.1/24", "LINK:Ethernet0", "LINK:Vlan10", "NEIGHBOR:Vlan10:10.0.0.9"}; !slices.Equal(names, want) {
		t.Errorf("adopted %v, want %v", names, want)
	}
	for _, want := range attrs(linux.LinkHost(linux.HostVlan), linux.LinkAdmin(false), linux.LinkMTU(1500), linux.LinkCarrier(false), linux.LinkAlias("")) {
		if !slices.Contains(found["LINK:Vlan10"], want) {
			t.Errorf("attribute %v is not in %v", want, found["LINK:Vlan10"])
		}
	}
}
