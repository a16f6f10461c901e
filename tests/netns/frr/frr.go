// Package frr runs FRR's daemons inside a test's network namespace, with sockets and files of their own.
package frr

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// Where Debian and FRR's own packages put things.
const (
	daemons = "/usr/lib/frr"
	modules = "/usr/lib/*/frr/modules"
)

// patience is how long a daemon may take for anything a test waits for. zebra waits 3 s between attempts to connect to its FPM.
const patience = 30 * time.Second

// Router is a set of daemons that know each other.
type Router struct {
	ns  *netns.NS
	dir string
}

// Require skips the test if one of the daemons (zebra, staticd, bgpd ...) is not installed.
func Require(t testing.TB, names ...string) {
	t.Helper()
	for _, n := range names {
		if _, err := os.Stat(filepath.Join(daemons, n)); err != nil {
			t.Skipf("FRR is not installed: %v", err)
		}
	}
	if _, err := exec.LookPath("vtysh"); err != nil {
		t.Skipf("FRR is not installed: %v", err)
	}
}

// New prepares a router without daemons.
func New(t testing.TB, ns *netns.NS) *Router {
	t.Helper()
	// Not t.TempDir, whose parent only root may enter: the daemons run as user frr.
	dir, err := os.MkdirTemp("", "frr-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	u, err := user.Lookup("frr")
	if err != nil {
		t.Skipf("FRR is not installed: %v", err)
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err := errors.Join(err1, err2, os.Chown(dir, uid, gid)); err != nil {
		t.Fatal(err)
	}
	// vtysh complains when it has none.
	if err := os.WriteFile(filepath.Join(dir, "vtysh.conf"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return &Router{ns: ns, dir: dir}
}

// Start runs a daemon with a configuration (lines of its configuration file) and arguments, and waits until vtysh reaches it.
func (r *Router) Start(t testing.TB, name, config string, args ...string) *netns.Process {
	t.Helper()
	Require(t, name)
	file := filepath.Join(r.dir, name+".conf")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	args = append([]string{
		"--config_file", file, "--pid_file", filepath.Join(r.dir, name+".pid"), "--socket", filepath.Join(r.dir, "zserv.api"),
		"--vty_socket", r.dir, "--vty_port", "0", "--log", "stdout",
	}, args...)
	p := r.ns.Start(t, exec.Command(filepath.Join(daemons, name), args...))
	r.Until(t, func() error {
		select {
		case <-p.Done():
			t.Fatalf("%s ended: %v\n%s", name, p.Wait(), p.Output())
		default:
		}
		_, err := r.vtysh("-d", name, "-c", "show version")
		return err
	})
	return p
}

// Show runs commands in vtysh.
func (r *Router) Show(commands ...string) (string, error) {
	var args []string
	for _, c := range commands {
		args = append(args, "-c", c)
	}
	return r.vtysh(args...)
}

// Configure runs commands in configuration mode.
func (r *Router) Configure(t testing.TB, lines ...string) {
	t.Helper()
	out, err := r.Show(append([]string{"configure terminal"}, lines...)...)
	if err != nil || strings.Contains(out, "%") {
		t.Fatalf("configure %q: %v\n%s", lines, err, out)
	}
}

func (r *Router) vtysh(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "vtysh", append([]string{"--vty_socket", r.dir, "--config_dir", r.dir}, args...)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("vtysh %q: %w: %s", args, err, out)
	}
	return string(out), nil
}

// Until repeats f until it succeeds; when it does not in good time the test ends with its last error.
func (r *Router) Until(t testing.TB, f func() error) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		err := f()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("after %v: %v", patience, err)
		}
	}
}

// Module is the path of a loadable module, for example dplane_fpm_nl. Without it the test is skipped.
func Module(t testing.TB, name string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(modules, name+".so"))
	if err != nil || len(found) == 0 {
		t.Skipf("FRR's module %s is not installed", name)
	}
	return found[0]
}
