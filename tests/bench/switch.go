package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/trial"
)

// nos is a running switch. near is its namespace; in far is the other end of each of its front-panel wires.
type nos struct {
	ctx       context.Context
	trial     *trial.T
	near, far *netns.NS
	root      string
	ports     []port
	process   *netns.Process
	redis     *redis.Client
	up        time.Duration // from the start of the process until all ports were up
	writers   errgroup.Group
}

// port is a front-panel port with an address, and a neighbour behind it.
type port struct {
	name, front string
	index       int32 // of the netdev, once the switch has made it
}

// patience is how long anything may take that has no size.
const patience = 60 * time.Second

// startSwitch starts a switch with a wire on every port, and waits until all is up.
func startSwitch(ctx context.Context, t *trial.T, binary, root, profile string) (*nos, error) {
	n := &nos{ctx: ctx, trial: t, near: netns.New(t), far: netns.New(t), root: root}
	sku := hwsku.Default()
	for i, p := range sku.Ports {
		x := port{name: p.Name, front: sku.LaneMap.Netdev(p.Lanes[0])}
		netns.Veth(t, n.near, x.front, n.far, "far"+strconv.Itoa(i))
		n.ports = append(n.ports, x)
	}
	if err := n.configure(sku); err != nil {
		return nil, err
	}
	redis.SetLogger(quiet{}) // the server is not there from the first moment on
	n.redis = redis.NewClient(&redis.Options{
		Network: "unix", Addr: filepath.Join(root, "var/run/redis/redis.sock"), MaxRetries: -1,
	})
	t.Cleanup(func() { _ = n.redis.Close() })
	t.Cleanup(func() { _ = n.writers.Wait() }) // their connections are closed by then
	cmd := exec.Command(binary, "run", "--root", root, "--redis-port", "0", "--frr=false", "--lldp=false")
	cmd.Env = os.Environ()
	if profile != "" {
		cmd.Env = append(cmd.Env, "HYPERSONIC_PROFILE="+profile)
	}
	t.Cleanup(func() { _ = unix.Unmount(filepath.Join(root, "run/hypersonic/bpf"), unix.MNT_DETACH) }) // the data plane's pins
	began := time.Now()
	n.process = n.near.Start(t, cmd)
	if err := n.await("start", patience, 5*time.Millisecond, n.allUp); err != nil {
		return nil, n.explain(err)
	}
	n.up = time.Since(began)
	for i := range n.ports {
		n.ports[i].index = int32(n.near.Link(t, n.ports[i].name).Attrs().Index)
	}
	return n, n.settle()
}

// configure writes config_db.json: every port up, with an address and a static neighbour.
func (n *nos) configure(sku hwsku.SKU) error {
	type row map[string]any
	ports, interfaces, neighbors := map[string]row{}, map[string]row{}, map[string]row{}
	for i, p := range sku.Ports {
		lanes := strings.Trim(strings.ReplaceAll(fmt.Sprint(p.Lanes), " ", ","), "[]")
		ports[p.Name] = row{"lanes": lanes, "alias": p.Alias, "index": strconv.Itoa(p.Index), "speed": strconv.Itoa(int(p.Speed)), "admin_status": "up"}
		interfaces[p.Name] = row{}
		interfaces[fmt.Sprintf("%s|10.0.%d.1/24", p.Name, i)] = row{}
		neighbors[p.Name+"|"+gateway(i).String()] = row{"neigh": fmt.Sprintf("02:00:00:00:01:%02x", i), "family": "IPv4"}
	}
	text, err := json.Marshal(map[string]map[string]row{
		"DEVICE_METADATA": {"localhost": {"hostname": "bench", "mac": "02:00:00:00:00:01", "type": "LeafRouter"}},
		"PORT":            ports, "INTERFACE": interfaces, "NEIGH": neighbors,
	})
	if err != nil {
		return err
	}
	dir := filepath.Join(n.root, "etc/sonic")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "config_db.json"), text, 0o644)
}

type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

// The numbers of SONiC's databases.
const (
	applDB   = 0
	asicDB   = 1
	configDB = 4
	stateDB  = 6
)

// in selects a database and runs commands in it, in one pipeline.
func (n *nos) in(db int, f func(redis.Pipeliner)) ([]redis.Cmder, error) {
	p := n.redis.Pipeline()
	p.Do(n.ctx, "SELECT", db)
	f(p)
	cmds, err := p.Exec(n.ctx)
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	return cmds[1:], nil
}

// allUp is true when PortInitDone is there and every port is operationally up.
func (n *nos) allUp() bool {
	if _, err := os.Stat(n.redis.Options().Addr); err != nil {
		return false // the client remembers failures
	}
	cmds, err := n.in(applDB, func(p redis.Pipeliner) {
		p.Exists(n.ctx, "PORT_TABLE:PortInitDone", "_PORT_TABLE:PortInitDone")
		for _, x := range n.ports {
			p.HGet(n.ctx, "PORT_TABLE:"+x.name, "oper_status")
		}
	})
	if err != nil || cmds[0].(*redis.IntCmd).Val() == 0 {
		return false
	}
	for _, c := range cmds[1:] {
		if c.(*redis.StringCmd).Val() != "up" {
			return false
		}
	}
	return true
}

// keys is how many keys APPL_DB and ASIC_DB hold, by one command that does not look at them.
func (n *nos) keys() (appl, asic int, err error) {
	text, err := n.redis.InfoMap(n.ctx, "keyspace").Result()
	if err != nil {
		return 0, 0, err
	}
	for name, to := range map[string]*int{"db0": &appl, "db1": &asic} {
		if _, err := fmt.Sscanf(text["Keyspace"][name], "keys=%d", to); err != nil {
			return 0, 0, fmt.Errorf("keyspace %s: %q", name, text["Keyspace"][name])
		}
	}
	return appl, asic, nil
}

// await polls until done, for so long at most.
func (n *nos) await(what string, limit, every time.Duration, done func() bool) error {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if done() {
			return nil
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			return fmt.Errorf("%s: not done after %v", what, limit)
		case <-n.process.Done():
			return fmt.Errorf("%s: the switch ended", what)
		case <-n.ctx.Done():
			return n.ctx.Err()
		}
	}
}

// pause lets time pass.
func (n *nos) pause(d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-n.ctx.Done():
		return n.ctx.Err()
	}
}

// settle waits until no process has anything to do, or gives up: what goes on for ever is not waited for.
func (n *nos) settle() error {
	last := n.usage()
	for range 50 {
		if err := n.pause(200 * time.Millisecond); err != nil {
			return err
		}
		now := n.usage()
		if now.sub(last).cpu() < 0.02 {
			return nil
		}
		last = now
	}
	return nil
}

// commands writes what Redis's commands took to the directory of the profiles, if there is one.
func (n *nos) commands(dir string) error {
	if dir == "" {
		return nil
	}
	text, err := n.redis.Info(n.ctx, "commandstats", "cpu", "memory").Result()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "redis-server.txt"), []byte(text), 0o644)
}

// stop ends the switch in order.
func (n *nos) stop() error {
	if err := n.process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-n.process.Done():
		return nil
	case <-time.After(patience):
		return errors.New("the switch did not stop")
	}
}

// explain adds to an error what is known of the switch's state.
func (n *nos) explain(err error) error {
	var b strings.Builder
	appl, asic, _ := n.keys()
	fmt.Fprintf(&b, "keys: APPL_DB %d, ASIC_DB %d\n", appl, asic)
	if cmds, err := n.in(stateDB, func(p redis.Pipeliner) { p.Keys(n.ctx, "OBJECT_STATUS|*") }); err == nil {
		list := cmds[0].(*redis.StringSliceCmd).Val()
		fmt.Fprintf(&b, "%d objects are not as wanted: %v\n", len(list), list[:min(len(list), 10)])
	}
	logs, _ := filepath.Glob(filepath.Join(n.root, "var/log/hypersonic/*.log"))
	for _, path := range logs {
		text, _ := os.ReadFile(path)
		fmt.Fprintf(&b, "--- %s\n%s\n", filepath.Base(path), text[max(0, len(text)-2000):])
	}
	return fmt.Errorf("%w\n%s%s", err, b.String(), n.process.Output())
}
