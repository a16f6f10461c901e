package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/platform/ebpf"
	"github.com/hypersonic-nos/hypersonic/tests/labs"
)

// lab is a running topology.
type lab struct {
	*record
	topology *labs.Topology
	spaces   map[string]*space
	out      io.Writer
	began    time.Time // when the first process was started
}

// up brings a lab up and checks it. One that is up is left as it is; what is left of another goes.
func up(ctx context.Context, o options, name string, out io.Writer) error {
	t, err := labs.Read(filepath.Join(o.labs, name))
	if err != nil {
		return err
	}
	if r, err := readRecord(o.dir); err == nil {
		if r.Lab == name && r.alive() {
			fmt.Fprintf(out, "lab %s is up already\n", name)
			printTable(out, r)
			return nil
		}
		if err := down(o, out); err != nil {
			return err
		}
	}
	l := &lab{record: &record{Lab: name, Dir: o.dir, Source: t.Dir}, topology: t, spaces: map[string]*space{}, out: out}
	defer l.close()
	if err := l.build(ctx, o); err != nil {
		return err
	}
	l.began = time.Now()
	if err = l.start(o.prefix); err == nil {
		err = l.check(ctx, o.quick)
	}
	if err == nil {
		printTable(out, l.record)
		return nil
	}
	l.explain()
	if o.keep {
		return err
	}
	return errors.Join(err, down(o, out))
}

func (l *lab) close() {
	for _, s := range l.spaces {
		s.close()
	}
}

func (l *lab) say(format string, args ...any) { fmt.Fprintf(l.out, format+"\n", args...) }

// programs are scripts that a switch's shell has beside the machine's own programs: what is called by its own name finds the switch by its environment.
func programs() map[string]string {
	list := map[string]string{
		"vtysh":     `/usr/bin/vtysh --vty_socket "$HYPERSONIC_ROOT/var/run/frr" --config_dir "$HYPERSONIC_ROOT/etc/frr"`,
		"redis-cli": `/usr/bin/redis-cli -s "$HYPERSONIC_ROOT/var/run/redis/redis.sock"`,
	}
	for _, name := range []string{"supervisorctl", "explain", "inspect"} {
		list[name] = "hypersonic " + name + ` --root "$HYPERSONIC_ROOT"`
	}
	for name, command := range list {
		list[name] = "#!/bin/sh\nexec " + command + " \"$@\"\n"
	}
	return list
}

// called are the names by which the binary is one of SONiC's programs.
func called() []string {
	return []string{"show", "config", "sonic-db-cli", "sonic-cfggen", "sonic-clear", "crm", "counterpoll", "acl-loader", "aclshow"}
}

func (l *lab) bin() string { return filepath.Join(l.Dir, "bin") }

// build makes the directory of programs.
func (l *lab) build(ctx context.Context, o options) error {
	if err := os.MkdirAll(l.bin(), 0o755); err != nil {
		return err
	}
	binary := filepath.Join(l.bin(), "hypersonic")
	var cmd *exec.Cmd
	if o.binary != "" {
		cmd = exec.CommandContext(ctx, "cp", o.binary, binary)
	} else {
		l.say("building")
		cmd = exec.CommandContext(ctx, "go", "build", "-o", binary, "github.com/hypersonic-nos/hypersonic/cmd/hypersonic")
	}
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building hypersonic: %w\n%s", err, text)
	}
	for _, name := range called() {
		if err := os.Symlink("hypersonic", filepath.Join(l.bin(), name)); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	for name, text := range programs() {
		if err := os.WriteFile(filepath.Join(l.bin(), name), []byte(text), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// firstIndex is above the numbers that the kernel gives netdevs of a new namespace by itself.
const firstIndex = 1000

// start makes namespaces and links, starts the switches and runs the hosts' commands, in containerlab's order.
func (l *lab) start(prefix string) error {
	for _, n := range l.topology.Nodes {
		r := nodeRecord{Name: n.Name, Kind: n.Kind, Space: prefix + n.Name, Addresses: addresses(n)}
		if n.Kind == labs.Switch {
			r.Root = filepath.Join(l.Dir, n.Name)
		} else if n.Kind != labs.Host {
			return fmt.Errorf("%s: kind %q needs containerlab", n.Name, n.Kind)
		}
		l.Nodes = append(l.Nodes, r)
	}
	for _, k := range l.topology.Links {
		for i := range k {
			n := l.node(k[i].Node)
			n.Wires = append(n.Wires, k[i].Interface+" "+k[1-i].String())
		}
	}
	if err := l.write(); err != nil {
		return err
	}
	for _, n := range l.Nodes {
		s, err := makeSpace(n.Space)
		if err != nil {
			return err
		}
		l.spaces[n.Name] = s
	}
	for i, k := range l.topology.Links {
		if err := wire(l.spaces[k[0].Node], k[0].Interface, l.spaces[k[1].Node], k[1].Interface, firstIndex+i); err != nil {
			return err
		}
	}
	var g errgroup.Group
	for i := range l.Nodes {
		n := &l.Nodes[i]
		g.Go(func() error {
			if n.Root != "" {
				return l.startSwitch(n)
			}
			return l.startHost(n)
		})
	}
	return errors.Join(g.Wait(), l.write())
}

func (l *lab) startHost(n *nodeRecord) error {
	for _, command := range l.topology.Node(n.Name).Exec {
		if out, err := l.spaces[n.Name].run(strings.Fields(command)...); err != nil {
			return fmt.Errorf("%s: %s: %w %s", n.Name, command, err, out)
		}
	}
	return nil
}

// startSwitch starts the supervisor in a session of its own. The bpffs is mounted here, and not in the mount namespace that `ip netns exec` makes, so that
// frames are forwarded even when every process of the switch is dead.
func (l *lab) startSwitch(n *nodeRecord) error {
	if err := os.MkdirAll(n.Root, 0o755); err != nil {
		return err
	}
	for _, b := range l.topology.Node(n.Name).Binds {
		text, err := os.ReadFile(filepath.Join(l.topology.Dir, b.File))
		if err != nil {
			return err
		}
		to := filepath.Join(n.Root, b.Path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, text, 0o644)); err != nil {
			return err
		}
	}
	vtysh := filepath.Join(n.Root, "etc/frr/vtysh.conf") // it complains when it has none
	if err := errors.Join(os.MkdirAll(filepath.Dir(vtysh), 0o755), os.WriteFile(vtysh, nil, 0o644), ebpf.Mount(pins(n.Root))); err != nil {
		return err
	}
	log, err := os.OpenFile(n.Root+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command("ip", "netns", "exec", n.Space, filepath.Join(l.bin(), "hypersonic"), "run", "--root", n.Root, "--redis-port", "6379")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := l.spaces[n.Name].start(cmd, n.Name); err != nil {
		return fmt.Errorf("%s: %w", n.Name, err)
	}
	n.Pid, n.Began = cmd.Process.Pid, began(cmd.Process.Pid)
	return cmd.Process.Release()
}

// pins is where syncd expects a bpffs.
func pins(root string) string { return filepath.Join(root, "run/hypersonic/bpf") }

// explain says what is known when something failed: the last words of the switches.
func (l *lab) explain() {
	for _, n := range l.Nodes {
		if n.Root == "" {
			continue
		}
		files, _ := filepath.Glob(filepath.Join(n.Root, "var/log/hypersonic/*.log"))
		for _, f := range append(files, n.Root+".log") {
			text, _ := os.ReadFile(f)
			if lines := strings.Split(strings.TrimSpace(string(text)), "\n"); lines[0] != "" {
				l.say("--- %s\n%s", f, strings.Join(lines[max(0, len(lines)-4):], "\n"))
			}
		}
	}
}
