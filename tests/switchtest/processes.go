package switchtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// Processes is a switch as it is delivered: `hypersonic run` in a network namespace of its own.
type Processes struct {
	Env daemon.Env

	t       testing.TB
	ns      *netns.NS // the switch's
	beyond  *netns.NS // where the other ends of the front-panel netdevs are: ethN's is pN
	client  *redis.Client
	events  *events
	process *netns.Process
	killed  map[string]int // by Kill: the status lags behind
}

// Build makes the binary, which tests share.
func Build(t testing.TB) string {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skipf("redis-server is not installed: %v", err)
	}
	netns.Require(t)
	binary := filepath.Join(t.TempDir(), "hypersonic")
	out, err := exec.Command("go", "build", "-o", binary, "github.com/hypersonic-nos/hypersonic/cmd/hypersonic").CombinedOutput()
	if err != nil {
		t.Fatalf("building hypersonic: %v\n%s", err, out)
	}
	return binary
}

// NewProcesses starts a switch with SONiC's default SKU, which ends with the test. Its front-panel netdevs are eth1 ... for all ports, unless others are
// named; the other end of the n-th is pn.
func NewProcesses(t testing.TB, binary string, fronts ...string) *Processes {
	t.Helper()
	// Not t.TempDir, whose name is too long for a socket's path, and whose parent FRR's user may not enter.
	root, err := os.MkdirTemp("", "hs-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = unix.Unmount(filepath.Join(root, "run/hypersonic/bpf"), unix.MNT_DETACH)
		_ = os.RemoveAll(root)
	})
	p := &Processes{Env: daemon.Env{Root: root}, t: t, ns: netns.New(t), beyond: netns.New(t), killed: map[string]int{}}
	p.beyond.Sysctl(t, "net/ipv6/conf/default/disable_ipv6", "1") // what is beyond says nothing by itself: nobody's address is learned
	if err := errors.Join(os.Chmod(root, 0o755), os.MkdirAll(p.Env.Path("var/lib/hypersonic"), 0o755),
		os.WriteFile(p.Env.Path("var/lib/hypersonic/mac"), []byte(switchMAC.String()), 0o644)); err != nil {
		t.Fatal(err)
	}
	if len(fronts) == 0 {
		for i := range hwsku.Default().Ports {
			fronts = append(fronts, fmt.Sprintf("eth%d", i+1))
		}
	}
	for i, name := range fronts {
		p.wire(name, fmt.Sprintf("p%d", i+1))
	}
	p.process = p.ns.Start(t, exec.Command(binary, "run", "--root", root, "--redis-port", "0"))
	t.Cleanup(p.stop)
	if p.client, err = redis.New(redis.Options{Socket: p.Env.RedisSocket()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.client.Close() })
	p.awaitServer()
	if p.events, err = listen(t, p.Env.RedisSocket()); err != nil {
		t.Fatal(err)
	}
	return p
}

// wire makes a front-panel netdev with its other end, which is up.
func (p *Processes) wire(name, peer string) {
	p.t.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = name
	if err := p.ns.Handle.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: peer, PeerNamespace: netlink.NsFd(p.beyond.Fd())}); err != nil {
		p.t.Fatal(err)
	}
	p.beyond.Up(p.t, peer)
}

// stop lets the supervisor end its processes; what does not end is killed by its parent's end.
func (p *Processes) stop() {
	_ = p.process.Signal(syscall.SIGTERM)
	select {
	case <-p.process.Done():
	case <-time.After(patience):
		p.t.Errorf("hypersonic run does not end")
	}
	if p.t.Failed() {
		logs, _ := filepath.Glob(p.Env.Path("var/log/hypersonic/*.log"))
		for _, l := range logs {
			text, _ := os.ReadFile(l)
			p.t.Logf("%s:\n%s", filepath.Base(l), text)
		}
	}
}

func (p *Processes) awaitServer() {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		c, err := net.Dial("unix", p.Env.RedisSocket())
		if err == nil {
			_ = c.Close()
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("no databases: %v", err)
		}
		<-time.After(poll)
	}
}

// Beyond is the namespace of the front-panel netdevs' other ends.
func (p *Processes) Beyond() *netns.NS { return p.beyond }

// Keyspace implements Switch.
func (p *Processes) Keyspace() db.Keyspace { return p.client }

// Restart implements Switch: the supervisor does.
func (p *Processes) Restart(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	before, err := p.status(ctx, name)
	if err != nil {
		return err
	}
	if err := p.kill(name, before.PID, syscall.SIGKILL); err != nil {
		return err
	}
	for {
		now, err := p.status(ctx, name)
		if err != nil {
			return err
		}
		if now.PID > 1 && now.PID != before.PID && now.State == "RUNNING" {
			return nil
		}
		<-time.After(poll)
	}
}

// Kill ends a daemon by force as soon as it runs, and does not wait until the supervisor has it run again.
func (p *Processes) Kill(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		now, err := p.status(ctx, name)
		if err != nil {
			return err
		}
		if now.State == "RUNNING" && now.PID > 1 && now.PID != p.killed[name] {
			p.killed[name] = now.PID
			return p.kill(name, now.PID, syscall.SIGKILL)
		}
		<-time.After(poll)
	}
}

// Halt implements Switch. The supervisor would start what ends, so the process stands still instead: it does nothing more before it dies.
func (p *Processes) Halt(name string) error {
	now, err := p.status(context.Background(), name)
	if err != nil {
		return err
	}
	return p.kill(name, now.PID, syscall.SIGSTOP)
}

func (p *Processes) kill(name string, pid int, s syscall.Signal) error {
	if pid <= 1 {
		return fmt.Errorf("%s has no process", name)
	}
	if err := syscall.Kill(pid, s); err != nil {
		return fmt.Errorf("%s, process %d: %w", name, pid, err)
	}
	return nil
}

func (p *Processes) status(ctx context.Context, name string) (tables.ProcessRow, error) {
	rows, err := p.client.Get(ctx, tables.StateProcess.Schema, []string{name})
	if err != nil {
		return tables.ProcessRow{}, err
	}
	_, r, err := tables.StateProcess.Decode(name, rows[0].Fields)
	return r, err
}

// Front implements Switch.
func (p *Processes) Front(name string, up bool) error {
	n, err := strconv.Atoi(name[len("eth"):])
	if err != nil {
		return err
	}
	l, err := p.beyond.Handle.LinkByName(fmt.Sprintf("p%d", n))
	if err != nil {
		return err
	}
	if up {
		return p.beyond.Handle.LinkSetUp(l)
	}
	return p.beyond.Handle.LinkSetDown(l)
}

// Carriers implements Switch.
func (p *Processes) Carriers(name string) (count uint32, err error) {
	err = p.ns.Do(func() error {
		r := nl.NewNetlinkRequest(unix.RTM_GETLINK, 0)
		r.AddData(nl.NewIfInfomsg(unix.AF_UNSPEC))
		r.AddData(nl.NewRtAttr(unix.IFLA_IFNAME, nl.ZeroTerminated(name)))
		answer, err := r.Execute(unix.NETLINK_ROUTE, unix.RTM_NEWLINK)
		for _, b := range answer {
			netdev.Attrs(b[unix.SizeofIfInfomsg:], func(typ uint16, value []byte) bool {
				if typ == unix.IFLA_CARRIER_CHANGES {
					count = netdev.Uint32(value)
				}
				return true
			})
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return count, nil
}

// Neighbor implements Switch.
func (p *Processes) Neighbor(link string, ip netip.Addr, mac *tables.MAC) error {
	l, err := p.ns.Handle.LinkByName(link)
	if err != nil {
		return fmt.Errorf("%s: %w", link, err)
	}
	n := &netlink.Neigh{LinkIndex: l.Attrs().Index, IP: ip.AsSlice(), State: netlink.NUD_REACHABLE}
	if mac == nil {
		return p.ns.Handle.NeighDel(n)
	}
	n.HardwareAddr = mac[:]
	return p.ns.Handle.NeighSet(n)
}

// Mark implements Switch.
func (p *Processes) Mark() error {
	_, err := p.events.take()
	return err
}

// Operations implements Switch.
func (p *Processes) Operations() ([]string, error) { return p.events.look() }
