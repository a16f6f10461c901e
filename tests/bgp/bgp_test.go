// Package bgp tests routing from CONFIG_DB with real FRR daemons in network namespaces.
package bgp

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/cfgmgr"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/platform/frr/vty"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/golden"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	router "github.com/hypersonic-nos/hypersonic/tests/netns/frr"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/golang/glog.(*fileSink).flushDaemon"))
}

// bgpSwitch is a real FRR in a namespace, and a cfgmgr that configures it from a CONFIG_DB in memory. The kernel's part is played: addresses are the
// test's.
type bgpSwitch struct {
	*testing.T
	ns     *netns.NS
	frr    *router.Router
	bgpd   *netns.Process
	store  *mem.Client
	facts  *mem.Client
	kernel *enginetest.Target
	dir    string
	stop   func()

	mu   sync.Mutex // the engine's goroutine adds, the test takes
	said []string
}

func newBgpSwitch(t *testing.T, bgpd string) *bgpSwitch {
	s := &bgpSwitch{T: t, ns: netns.New(t), store: mem.New().Client(), facts: mem.New().Client(), kernel: enginetest.NewTarget(), dir: t.TempDir()}
	s.frr = router.New(t, s.ns)
	s.frr.Start(t, "zebra", "")
	s.frr.Start(t, "staticd", "")
	s.bgpd = s.frr.Start(t, "bgpd", bgpd)
	return s
}

// start runs cfgmgr. What it notes of FRR outlives it.
func (s *bgpSwitch) start() {
	s.Helper()
	log := slog.New(slog.DiscardHandler)
	static := vty.New(s.frr.Sockets(), log)
	parts := daemon.CfgmgrParts{Store: s.store, Facts: s.facts, Kernel: s.kernel, FRR: static, Lines: map[frr.Daemon]engine.Target{}}
	var all []*vty.Lines
	for _, d := range frr.Daemons() {
		l := vty.NewLines(d, s.frr.Sockets(), filepath.Join(s.dir, d.String()), log, s.hear)
		parts.Lines[d] = l
		all = append(all, l)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return daemon.RunCfgmgr(ctx, daemon.Env{Root: s.dir, Log: log}, parts) })
	s.stop = func() {
		cancel()
		if err := g.Wait(); err != nil && ctx.Err() == nil {
			s.Error(err)
		}
		for _, l := range all {
			_ = l.Close()
		}
		_ = static.Close()
		s.stop = func() {}
	}
	s.Cleanup(func() { s.stop() })
}

func (s *bgpSwitch) hear(command string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, command)
}

// heard is what FRR was told since the last call.
func (s *bgpSwitch) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	said := s.said
	s.said = nil
	return said
}

// set writes rows of CONFIG_DB, in golden's form; a line that begins with - deletes.
func (s *bgpSwitch) set(text string) {
	s.Helper()
	for line := range strings.Lines(text) {
		line, gone := strings.CutPrefix(strings.TrimSpace(line), "-")
		for _, w := range golden.Rows(s, "CONFIG_DB "+line, cfgmgr.Sources()) {
			if w.Delete = true; gone {
				w.Fields = nil
			}
			if err := s.store.Write(s.Context(), []db.Write{w}); err != nil {
				s.Fatal(err)
			}
		}
	}
}

// config waits until bgpd's configuration has a text.
func (s *bgpSwitch) config(want string) {
	s.Helper()
	s.frr.Until(s, func() error {
		out, err := s.frr.Show("show running-config")
		if err == nil && !strings.Contains(out, want) {
			err = fmt.Errorf("no %q in\n%s", want, out)
		}
		return err
	})
}

// paths waits until BGP has a number of paths to a prefix, of an address family.
func (s *bgpSwitch) paths(family, prefix string, want int) {
	s.Helper()
	s.frr.Until(s, func() error {
		out, err := s.frr.Show(fmt.Sprintf("show bgp %s unicast %s json", family, prefix))
		if err != nil {
			return err
		}
		var r struct{ Paths []any }
		if err := json.Unmarshal([]byte(out), &r); err != nil || len(r.Paths) != want {
			summary, _ := s.frr.Show("show bgp summary", "show bgp "+family+" unicast")
			return fmt.Errorf("%d paths to %s, want %d (%v)\n%s", len(r.Paths), prefix, want, err, summary)
		}
		return nil
	})
}

// status waits until an object's status holds a text.
func (s *bgpSwitch) status(object, want string) {
	s.Helper()
	s.frr.Until(s, func() error {
		got, err := s.store.Get(s.Context(), tables.StateStatus.Schema, []string{"cfgmgr|" + object})
		if err != nil || slices.ContainsFunc(got[0].Fields, func(f db.Field) bool { return strings.Contains(f.Value, want) }) {
			return err
		}
		return fmt.Errorf("the status of %s is %v, want %q", object, got[0].Fields, want)
	})
}

const clos = `DEVICE_METADATA|localhost bgp_asn=65001
LOOPBACK_INTERFACE|Loopback0
LOOPBACK_INTERFACE|Loopback0|10.1.0.1/32
LOOPBACK_INTERFACE|Loopback0|fc00:1::1/128
BGP_NEIGHBOR|10.0.0.1 asn=65002 name=spine1 keepalive=1 holdtime=3
BGP_NEIGHBOR|Ethernet4 asn=external
`

const openconfig = `DEVICE_METADATA|localhost frr_mgmt_framework_config=true
BGP_GLOBALS|default local_asn=65002 router_id=10.1.0.2
BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|10.1.0.2/32
BGP_GLOBALS_AF_NETWORK|default|ipv6_unicast|fc00:2::2/128
BGP_PEER_GROUP|default|LEAVES peer_type=external keepalive=1 holdtime=3
BGP_PEER_GROUP_AF|default|LEAVES|ipv4_unicast admin_status=up route_map_in@=ALL
BGP_PEER_GROUP_AF|default|LEAVES|ipv6_unicast admin_status=up
BGP_NEIGHBOR|default|10.0.0.0 peer_group_name=LEAVES conn_retry=1
BGP_NEIGHBOR|default|Ethernet4 peer_group_name=LEAVES conn_retry=1
ROUTE_MAP|ALL|10 route_operation=permit
`

// bgpPair joins two switches by a numbered link and one without addresses.
func bgpPair(t *testing.T) (a, b *bgpSwitch) {
	netns.Require(t)
	router.Require(t, "zebra", "staticd", "bgpd")
	a, b = newBgpSwitch(t, "router bgp 65001\n neighbor 10.9.9.9 remote-as 7\n neighbor 10.9.9.9 shutdown\n"), newBgpSwitch(t, "")
	netns.Veth(t, a.ns, "Ethernet0", b.ns, "Ethernet0")
	netns.Veth(t, a.ns, "Ethernet4", b.ns, "Ethernet4")
	for _, x := range []struct {
		s    *bgpSwitch
		link string
		addr string
	}{
		{a, "Ethernet0", "10.0.0.0/31"}, {b, "Ethernet0", "10.0.0.1/31"}, {a, "lo", "10.1.0.1/32"}, {b, "lo", "10.1.0.2/32"},
		{a, "lo", "fc00:1::1/64"}, {b, "lo", "fc00:2::2/128"},
	} {
		x.s.ns.Addr(t, x.link, x.addr)
	}
	return a, b
}

// TestBgpFromRows: sessions over a numbered and an unnumbered link come up from rows of CONFIG_DB in both dialects, and carry the loopbacks.
func TestBgpFromRows(t *testing.T) {
	a, b := bgpPair(t)
	a.start()
	b.start()
	a.set(clos)
	b.set(openconfig)
	a.paths("ipv4", "10.1.0.2/32", 2)
	b.paths("ipv4", "10.1.0.1/32", 2)
	a.paths("ipv6", "fc00:2::2/128", 1) // over the link without addresses
	b.paths("ipv6", "fc00:1::/64", 1)
	a.config(" neighbor 10.9.9.9 remote-as 7\n")

	// A field is a line.
	a.heard()
	a.set("BGP_NEIGHBOR|10.0.0.1 asn=65002 name=spine1 keepalive=2 holdtime=6")
	a.config(" neighbor 10.0.0.1 timers 2 6\n")
	if diff := cmp.Diff([]string{"configure terminal", "router bgp 65001", "neighbor 10.0.0.1 timers 2 6", "end"}, a.heard()); diff != "" {
		t.Error(diff)
	}
	b.heard()
	b.set("BGP_PEER_GROUP_AF|default|LEAVES|ipv4_unicast admin_status=up route_map_in@=NONE\nROUTE_MAP|NONE|10 route_operation=deny")
	b.config("route-map NONE deny 10\n")
	b.paths("ipv4", "10.1.0.1/32", 0)
	b.set("-ROUTE_MAP|NONE|10\nBGP_PEER_GROUP_AF|default|LEAVES|ipv4_unicast admin_status=up route_map_in@=ALL")
	b.paths("ipv4", "10.1.0.1/32", 2)

	// A bgpd that comes back is as it was, but for what only its user knew.
	a.bgpd.Kill()
	a.bgpd = a.frr.Start(t, "bgpd", "")
	a.paths("ipv4", "10.1.0.2/32", 2)

	// A cfgmgr that comes back says nothing.
	a.config(" neighbor Ethernet4 remote-as external\n")
	a.config("  neighbor Ethernet4 activate\n")
	a.stop()
	a.heard()
	a.start()
	a.set("BGP_NEIGHBOR|10.0.0.1 asn=65002 name=spine-1 keepalive=2 holdtime=6") // so that we know when it is done
	a.config(" neighbor 10.0.0.1 description spine-1\n")
	if diff := cmp.Diff([]string{"configure terminal", "router bgp 65001", "neighbor 10.0.0.1 description spine-1", "end"}, a.heard()); diff != "" {
		t.Error(diff)
	}
}

// TestBgpRefused: FRR's words are the status of a line, and the other lines are written.
func TestBgpRefused(t *testing.T) {
	a, _ := bgpPair(t)
	a.start()
	a.set(clos + "BGP_NEIGHBOR|10.0.0.0 asn=65009 name=myself")
	a.config(" neighbor 10.0.0.1 description spine1\n")
	a.status("BGPD:router bgp > neighbor 10.0.0.0 remote-as", "Can not configure the local system as neighbor")
	a.status("BGPD:router bgp > neighbor 10.0.0.0 description", "neighbor 10.0.0.0 remote-as")
}

// TestBgpHandWritten: when CONFIG_DB drops BGP, what the user wrote is left; an autonomous system other than the user's is refused in FRR's words.
func TestBgpHandWritten(t *testing.T) {
	a, _ := bgpPair(t)
	before, err := a.frr.Show("show running-config bgpd")
	if err != nil {
		t.Fatal(err)
	}
	a.start()
	a.set(clos)
	a.config("  neighbor 10.0.0.1 activate\n")
	a.set("-BGP_NEIGHBOR|10.0.0.1\n-BGP_NEIGHBOR|Ethernet4\nDEVICE_METADATA|localhost hostname=a")
	a.frr.Until(t, func() error {
		after, err := a.frr.Show("show running-config bgpd")
		if diff := cmp.Diff(before, after); diff != "" {
			err = fmt.Errorf("bgpd is not as its user wrote it:\n%s", diff)
		}
		return err
	})
	a.set("DEVICE_METADATA|localhost bgp_asn=65111")
	a.status("BGPD:router bgp", "BGP is already running; AS is 65001")
}

// TestBgpNewAS: another autonomous system, and another dialect, make the instance anew with all that is in it.
func TestBgpNewAS(t *testing.T) {
	netns.Require(t)
	router.Require(t, "zebra", "staticd", "bgpd")
	s := newBgpSwitch(t, "")
	s.start()
	s.set(clos)
	s.config("  neighbor 10.0.0.1 activate\n")
	s.set("DEVICE_METADATA|localhost bgp_asn=65111")
	s.config("router bgp 65111\n")
	s.config("  neighbor 10.0.0.1 activate\n")
	s.config(" neighbor 10.0.0.1 peer-group PEER_V4\n")
	s.set("-BGP_NEIGHBOR|10.0.0.1\n-BGP_NEIGHBOR|Ethernet4\n" + openconfig)
	s.config("router bgp 65002\n")
	s.config("  neighbor LEAVES activate\n")
	s.config(" neighbor 10.0.0.0 peer-group LEAVES\n")
	s.frr.Until(t, func() error {
		var bad []string
		err := s.store.Raw(db.State).Keys(t.Context(), "OBJECT_STATUS|*", func(keys []string) error {
			bad = append(bad, keys...)
			return nil
		})
		if err == nil && len(bad) > 0 {
			err = fmt.Errorf("not as wanted: %q", bad)
		}
		return err
	})
}
