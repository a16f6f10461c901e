package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	vnetns "github.com/vishvananda/netns"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

const (
	// tag is the image that is built, imageVariable names another one to be tested as it is, and containerLabel marks what the tests start.
	tag            = "hypersonic:test"
	imageVariable  = "HYPERSONIC_IMAGE"
	containerLabel = "hypersonic-test"
	// maxSize is the size that the image stays under, bytes.
	maxSize = 165_000_000
)

// image is the one under test.
func image() string {
	if name := os.Getenv(imageVariable); name != "" {
		return name
	}
	return tag
}

// build makes the image, or skips: exit code 3 is "there is no engine here".
func build(t *testing.T) {
	t.Helper()
	netns.Require(t)
	if image() != tag {
		return
	}
	var stderr bytes.Buffer
	cmd := exec.Command("../../scripts/image", tag)
	cmd.Stderr = &stderr
	began := time.Now()
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == 3:
		t.Skip(strings.TrimSpace(stderr.String()))
	case err != nil:
		t.Fatalf("scripts/image: %v\n%s", err, stderr.String())
	}
	size, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatalf("scripts/image prints %q", out)
	}
	t.Logf("the image has %.1f MB, and was built in %v", float64(size)/1e6, time.Since(began).Round(time.Second))
	if size > maxSize {
		t.Errorf("the image has %d bytes, more than %d", size, maxSize)
	}
}

// docker runs a command of docker's and returns its standard output.
func docker(args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("docker", args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("docker %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(stdout.String()), nil
}

func must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := docker(args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// node is a container.
type node struct {
	name  string
	wires *netlink.Handle // in its network namespace
	ns    vnetns.NsHandle
}

// privileges are --privileged, as containerlab has it, or as much of that as there is where the engine itself runs in a sandbox.
func privileges() []string {
	if _, err := docker("run", "--rm", "--privileged", "--network", "none", "--entrypoint", "true", image()); err == nil {
		return []string{"--privileged"}
	}
	return []string{
		"--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE",
		"--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined", "--security-opt", "systempaths=unconfined",
	}
}

// run starts a container with files mounted into it, path in the container to content. args are docker's, entry the entrypoint's.
func run(t *testing.T, name string, files map[string]string, entry []string, args ...string) *node {
	t.Helper()
	n := &node{name: fmt.Sprintf("hypersonic-%d-%s", os.Getpid(), name)}
	command := []string{"run", "-dit", "--label", containerLabel, "--name", n.name, "--hostname", name}
	dir := t.TempDir()
	for path, text := range files {
		file := filepath.Join(dir, strings.ReplaceAll(path, "/", "_"))
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		command = append(command, "-v", file+":"+path)
	}
	command = append(append(command, privileges()...), args...)
	must(t, append(append(command, image()), entry...)...)
	t.Cleanup(func() {
		_, _ = docker("rm", "-f", "-v", n.name)
		n.leave()
	})
	n.enter(t)
	return n
}

// enter opens the container's network namespace, which is another one each time it starts.
func (n *node) enter(t *testing.T) {
	t.Helper()
	n.leave()
	pid, err := strconv.Atoi(must(t, "inspect", "-f", "{{.State.Pid}}", n.name))
	if err != nil {
		t.Fatal(err)
	}
	if n.ns, err = vnetns.GetFromPid(pid); err != nil {
		t.Fatalf("%s: network namespace of process %d: %v", n.name, pid, err)
	}
	if n.wires, err = netlink.NewHandleAt(n.ns); err != nil {
		t.Fatal(err)
	}
}

func (n *node) leave() {
	if n.wires != nil {
		n.wires.Close()
		_ = n.ns.Close()
		n.wires = nil
	}
}

// exec runs a command in the container and waits for it.
func (n *node) exec(args ...string) (string, error) {
	return docker(append([]string{"exec", n.name}, args...)...)
}

// vtysh runs a command of FRR's.
func (n *node) vtysh(command string) string {
	out, err := n.exec("vtysh", "-c", command)
	if err != nil {
		return err.Error()
	}
	return out
}

// describe tells of nodes at the end of a test that failed, while all links are still there: it is called when everything else has been made. Then it removes
// them, all at once: the engine takes ten seconds to end a switch.
func describe(t *testing.T, nodes ...*node) {
	t.Cleanup(func() {
		remove := []string{"rm", "-f", "-v"}
		for _, n := range nodes {
			if t.Failed() {
				n.describe(t)
			}
			remove = append(remove, n.name)
		}
		_, _ = docker(remove...) // each node tries again
	})
}

func (n *node) describe(t *testing.T) {
	for _, command := range []string{
		"supervisorctl status", "ip -br address", "ip route", "vtysh -c 'show bgp summary' -c 'show ip bgp' -c 'show ip bgp nexthop' -c 'show ip nht' -c 'show ip route'", "redis-cli -n 0 hgetall PORT_TABLE:Ethernet0",
		"redis-cli -n 6 --scan --pattern OBJECT_STATUS*", "tail -n 15 /var/log/hypersonic/*.log",
	} {
		out, err := n.exec("sh", "-c", command+" 2>&1")
		t.Logf("%s: %s (%v)\n%s", n.name, command, err, out)
	}
	out, err := docker("logs", "--tail", "40", n.name)
	t.Logf("%s: logs (%v)\n%s", n.name, err, out)
}

// end is where a link goes: into a container or a host's network namespace, under a name.
type end struct {
	handle *netlink.Handle
	fd     int
	name   string
}

func (n *node) port(name string) end       { return end{n.wires, int(n.ns), name} }
func hostEnd(h *netns.NS, name string) end { return end{h.Handle, h.Fd(), name} }
func (e end) fail(t *testing.T, what string, err error) {
	t.Helper()
	t.Fatalf("link %s: %s: %v", e.name, what, err)
}

// link joins two ends by a veth pair as containerlab does: made outside under names that are in nobody's way, moved, renamed, 9500 bytes, up.
func link(t *testing.T, a, b end) {
	t.Helper()
	a.unplug(t)
	b.unplug(t)
	outside := netns.New(t)
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "clab-a"
	if err := outside.Handle.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "clab-b"}); err != nil {
		a.fail(t, "veth", err)
	}
	for name, e := range map[string]end{"clab-a": a, "clab-b": b} {
		if err := outside.Handle.LinkSetNsFd(outside.Link(t, name), e.fd); err != nil {
			e.fail(t, "move", err)
		}
		l, err := e.handle.LinkByName(name)
		if err != nil {
			e.fail(t, "find", err)
		}
		if err := errors.Join(e.handle.LinkSetMTU(l, 9500), e.handle.LinkSetName(l, e.name)); err != nil {
			e.fail(t, "rename", err)
		}
		if err := e.handle.LinkSetUp(l); err != nil {
			e.fail(t, "up", err)
		}
	}
}

// unplug takes away the link of an earlier life. The kernel would do it too when the container's network namespace goes, but a connection that was open when its
// programs ended keeps that for minutes: nobody is left to acknowledge the end of it.
func (e end) unplug(t *testing.T) {
	t.Helper()
	var gone netlink.LinkNotFoundError
	l, err := e.handle.LinkByName(e.name)
	if errors.As(err, &gone) {
		return
	}
	if err == nil {
		if err = e.handle.LinkDel(l); errors.Is(err, syscall.ENODEV) {
			err = nil // it went by itself
		}
	}
	if err != nil {
		e.fail(t, "unplug", err)
	}
}

// patience bounds every wait: a machine with two cores builds, boots and converges several switches meanwhile.
const patience = 60 * time.Second

// await polls until ready says so; what it says otherwise is the failure.
func await(t *testing.T, what string, ready func() (string, bool)) time.Duration {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		said, ok := ready()
		if ok {
			return time.Since(began)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s: %s", what, said)
		}
	}
}

// healthy waits until the image's own HEALTHCHECK would say so.
func (n *node) healthy(t *testing.T) time.Duration {
	t.Helper()
	return await(t, n.name+" is healthy", func() (string, bool) {
		out, err := n.exec("hypersonic", "health")
		return fmt.Sprint(out, err), err == nil
	})
}

// pings waits until a host answers another's ping.
func pings(t *testing.T, from *netns.NS, addr string) {
	t.Helper()
	await(t, from.Name()+" pings "+addr, func() (string, bool) {
		var out []byte
		err := from.Do(func() (err error) {
			out, err = exec.Command("ping", "-c", "1", "-W", "1", addr).CombinedOutput()
			return err
		})
		return string(out), err == nil
	})
}
