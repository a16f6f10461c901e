package tests

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db/redis"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// forwardingConfig has a routed port, a VLAN of two ports with an interface, and a tagged sub-interface.
const forwardingConfig = `{
	"DEVICE_METADATA": {"localhost": {"mac": "02:00:00:00:00:01", "hostname": "forwarding"}},
	"PORT": {
		"Ethernet0": {"lanes": "25,26,27,28", "admin_status": "up", "mtu": "9100"},
		"Ethernet4": {"lanes": "29,30,31,32", "admin_status": "up", "mtu": "9100"},
		"Ethernet8": {"lanes": "33,34,35,36", "admin_status": "up", "mtu": "9100"}
	},
	"INTERFACE": {"Ethernet0": {}, "Ethernet0|10.0.0.1/24": {}, "Ethernet0|fd00:0::1/64": {}},
	"VLAN": {"Vlan10": {"vlanid": "10"}},
	"VLAN_MEMBER": {"Vlan10|Ethernet4": {"tagging_mode": "untagged"}, "Vlan10|Ethernet8": {"tagging_mode": "untagged"}},
	"VLAN_INTERFACE": {"Vlan10": {}, "Vlan10|10.0.10.1/24": {}, "Vlan10|fd00:10::1/64": {}}
}`

// TestForwarding has hosts talk through whole switches.
func TestForwarding(t *testing.T) {
	binary := switchtest.Build(t)
	if _, err := os.Stat("/usr/lib/frr/zebra"); err != nil {
		t.Skipf("connected routes come from FRR: %v", err)
	}
	t.Run("kills", func(t *testing.T) { t.Parallel(); kills(t, binary) })
	t.Run("hosts", func(t *testing.T) { t.Parallel(); hosts(t, binary, daemon.ASICKernel) })
	t.Run("hosts without eBPF", func(t *testing.T) { t.Parallel(); hosts(t, binary, daemon.ASICPacket) })
	t.Run("lag", func(t *testing.T) { t.Parallel(); lag(t, binary) })
	t.Run("breakout", func(t *testing.T) { t.Parallel(); breakout(t, binary) })
	t.Run("lag with Open vSwitch", func(t *testing.T) { t.Parallel(); foreign(t, binary) })
}

// forwarding is a switch with hosts.
type forwarding struct {
	t       *testing.T
	env     daemon.Env
	binary  string
	ns      *netns.NS
	hosts   []*netns.NS // eth0 leads to the front-panel netdev of the same number, eth1 being the first
	process *netns.Process
	client  *redis.Client
	killed  map[string]int
}

// newForwarding prepares a switch and starts nothing.
func newForwarding(t *testing.T, binary, asic, config string) *forwarding {
	t.Helper()
	root, err := os.MkdirTemp("", "hs-")
	if err != nil {
		t.Fatal(err)
	}
	f := &forwarding{t: t, env: daemon.Env{Root: root, ASIC: asic}, binary: binary, ns: netns.New(t), killed: map[string]int{}}
	t.Cleanup(func() {
		_ = unix.Unmount(f.env.Path("run/hypersonic/bpf"), unix.MNT_DETACH)
		_ = os.RemoveAll(root)
	})
	if err := os.MkdirAll(filepath.Dir(f.env.ConfigDB()), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.env.ConfigDB(), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	return f
}

// host plugs a new host into the next front-panel netdev.
func (f *forwarding) host() *netns.NS {
	f.t.Helper()
	h := netns.New(f.t)
	f.hosts = append(f.hosts, h)
	netns.Veth(f.t, h, "eth0", f.ns, fmt.Sprintf("eth%d", len(f.hosts)))
	return h
}

// connect opens the databases of a switch that was started.
func (f *forwarding) connect() {
	f.t.Helper()
	var err error
	if f.client, err = redis.New(redis.Options{Socket: f.env.RedisSocket()}); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = f.client.Close() })
}

// three is a switch of forwardingConfig with its hosts.
func three(t *testing.T, binary, asic string) *forwarding {
	t.Helper()
	f := newForwarding(t, binary, asic, forwardingConfig)
	for range 3 {
		f.host()
	}
	f.address(0, "10.0.0.2/24", "fd00:0::2/64", "10.0.0.1", "fd00:0::1")
	f.address(1, "10.0.10.2/24", "fd00:10::2/64", "10.0.10.1", "fd00:10::1")
	f.address(2, "10.0.10.3/24", "fd00:10::3/64", "10.0.10.1", "fd00:10::1")
	f.start()
	f.connect()
	for _, pair := range []struct {
		from int
		to   string
	}{{0, "10.0.0.1"}, {0, "10.0.10.3"}, {0, "fd00:10::2"}, {1, "10.0.10.3"}, {1, "fd00:0::2"}, {2, "10.0.10.1"}} {
		f.reaches(pair.from, pair.to)
	}
	return f
}

func (f *forwarding) address(i int, four, six, gateway4, gateway6 string) {
	h := f.hosts[i]
	h.Addr(f.t, "eth0", four)
	h.Addr(f.t, "eth0", six)
	h.Run(f.t, exec.Command("ip", "route", "add", "default", "via", gateway4))
	h.Run(f.t, exec.Command("ip", "-6", "route", "add", "default", "via", gateway6))
}

func (f *forwarding) start() {
	f.t.Helper()
	p := f.ns.Start(f.t, exec.Command(f.binary, "run", "--root", f.env.Root, "--redis-port", "0", "--asic", f.env.ASIC))
	f.process = p
	f.t.Cleanup(func() {
		_ = p.Signal(syscall.SIGTERM)
		select {
		case <-p.Done():
		case <-time.After(patience):
			f.t.Errorf("hypersonic run does not end")
		}
		if f.t.Failed() {
			for _, name := range []string{"syncd", "orchagent", "netsync", "cfgmgr"} {
				text, _ := os.ReadFile(f.env.Path("var/log/hypersonic", name+".log"))
				f.t.Logf("%s:\n%s", name, tail(string(text), 20))
			}
		}
	})
}

func tail(text string, n int) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// reaches pings until an answer comes.
func (f *forwarding) reaches(from int, ip string) {
	f.t.Helper()
	var out string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		p := f.hosts[from].Start(f.t, exec.Command("ping", "-c", "1", "-W", "1", ip))
		if p.Wait() == nil {
			return
		}
		out = p.Output()
	}
	f.t.Fatalf("host %d does not reach %s: %s", from, ip, out)
}

func (f *forwarding) pid(name string) int {
	rows, err := f.client.Get(context.Background(), tables.StateProcess.Schema, []string{name})
	if err != nil {
		return 0
	}
	_, r, err := tables.StateProcess.Decode(name, rows[0].Fields)
	if err != nil || r.State != "RUNNING" || r.PID == f.killed[name] {
		return 0
	}
	return r.PID
}

// awaitRunning waits until a daemon runs that was not killed.
func (f *forwarding) awaitRunning(name string) (pid int) {
	f.t.Helper()
	await(f.t, func() bool { pid = f.pid(name); return pid > 1 }, func() { f.t.Logf("%s does not run", name) })
	return pid
}

// daemons are all programs of a switch, the databases first.
func daemons() []string {
	return []string{"redis-server", "syncd", "orchagent", "cfgmgr", "netsync", "zebra", "staticd", "bgpd"}
}

// killAll ends the supervisor and all daemons by force.
func (f *forwarding) killAll() {
	f.t.Helper()
	var pids []int
	for _, name := range daemons() {
		pids = append(pids, f.awaitRunning(name))
	}
	f.process.Kill()
	f.killPids(pids)
}

func (f *forwarding) killPids(pids []int) {
	f.t.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			f.t.Fatal(err)
		}
	}
}

// killTogether ends daemons by force at once, and waits for the next ones.
func (f *forwarding) killTogether(names ...string) {
	f.t.Helper()
	var pids []int
	for _, name := range names {
		pids = append(pids, f.awaitRunning(name))
	}
	f.killPids(pids)
	for i, name := range names {
		f.killed[name] = pids[i]
	}
	for _, name := range names {
		f.awaitRunning(name)
	}
}
