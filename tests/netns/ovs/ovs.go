// Package ovs runs Open vSwitch inside a test's network namespace: a switch that speaks LACP and is not ours. It forwards in user space, so no kernel module is needed.
package ovs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// Where Debian puts what is no program of a path.
const (
	schema   = "/usr/share/openvswitch/vswitch.ovsschema"
	database = "/usr/sbin/ovsdb-server"
	daemon   = "/usr/sbin/ovs-vswitchd"
)

// patience is how long a program of Open vSwitch may take to start, or to answer.
const patience = 20 * time.Second

const bridge = "br0"

// Switch is a bridge of Open vSwitch.
type Switch struct {
	t   testing.TB
	ns  *netns.NS
	dir string
}

// Start runs a switch without ports, until the test ends. The test is skipped where Open vSwitch is not installed.
func Start(t testing.TB, ns *netns.NS) *Switch {
	t.Helper()
	for _, file := range []string{schema, database, daemon} {
		if _, err := os.Stat(file); err != nil {
			t.Skipf("Open vSwitch is not installed (Debian's openvswitch-switch): %v", err)
		}
	}
	dir, err := os.MkdirTemp("", "ovs-") // sockets have short names
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &Switch{t: t, ns: ns, dir: dir}
	ns.Run(t, s.command("ovsdb-tool", "create", s.path("conf.db"), schema))
	ns.Start(t, s.command(database, s.path("conf.db"), "--remote=p"+s.remote()))
	s.until("database", func() error { return s.command("ovs-vsctl", "--db="+s.remote(), "--no-wait", "init").Run() })
	ns.Start(t, s.command(daemon, s.remote(), "--disable-system", "--unixctl="+s.path("ctl")))
	s.until("switch", func() error { return s.command("ovs-appctl", "--target="+s.path("ctl"), "version").Run() })
	s.Set("add-br", bridge, "--", "set", "bridge", bridge, "datapath_type=netdev")
	return s
}

func (s *Switch) path(name string) string { return filepath.Join(s.dir, name) }

func (s *Switch) remote() string { return "unix:" + s.path("db.sock") }

func (s *Switch) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	for _, of := range []string{"RUN", "DB", "LOG", "SYSCONF"} {
		c.Env = append(c.Env, "OVS_"+of+"DIR="+s.dir)
	}
	c.Env = append(c.Env, "PATH="+os.Getenv("PATH"))
	return c
}

func (s *Switch) until(what string, f func() error) {
	s.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); ; <-tick.C {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("Open vSwitch: %s: %v", what, err)
		}
	}
}

// Set changes the configuration, in the words of ovs-vsctl, and returns when it is in force.
func (s *Switch) Set(words ...string) {
	s.t.Helper()
	s.ns.Run(s.t, s.command("ovs-vsctl", append([]string{"--db=" + s.remote(), "--timeout=20"}, words...)...))
}

// Bond makes a LAG of at least two ports, with settings of table Port, for example lacp=active.
func (s *Switch) Bond(name string, ports []string, settings ...string) {
	s.t.Helper()
	words := append([]string{"add-bond", bridge, name}, ports...)
	s.Set(append(append(words, "--", "set", "port", name), settings...)...)
}

// Ask is what the daemon tells, for example of lacp/show.
func (s *Switch) Ask(words ...string) string {
	s.t.Helper()
	return s.ns.Run(s.t, s.command("ovs-appctl", append([]string{"--target=" + s.path("ctl")}, words...)...))
}

// Members are the parts of an answer about a LAG, by port: what follows "member: NAME".
func Members(answer string) map[string]string {
	all := map[string]string{}
	for _, part := range strings.Split(answer, "\nmember: ")[1:] {
		name, rest, _ := strings.Cut(part, ":")
		all[name] = rest
	}
	return all
}
