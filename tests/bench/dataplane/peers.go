package main

import (
	"fmt"
	"os/exec"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/trial"
)

// The names of cases, as the table has them.
const (
	bare     = "one veth pair"
	bridge   = "kernel bridge"
	routing  = "kernel routing"
	copyL2   = "copy loop, kernel bridge"
	copyL3   = "copy loop, kernel routing"
	redirect = "nothing but redirect"
	peer     = "nothing but redirect_peer"
	oursL2   = "ours, L2"
	oursL3   = "ours, L3"
	million  = ", full table"
	queued   = ", by the queue"
)

// build sets up all cases that are asked for.
func build(t *trial.T, o options) (list []*rig) {
	routes := newTable(o)
	for _, c := range []struct {
		name string
		make func(name string) *rig
	}{
		{bare, func(name string) *rig { return newRig(t, name, 2, false) }},
		{redirect, func(name string) *rig { return redirected(t, name, asm.FnRedirect) }},
		{peer, func(name string) *rig { return redirected(t, name, asm.FnRedirectPeer) }},
		{bridge, func(name string) *rig { return bridged(t, name, "eth1", "eth2") }},
		{oursL2, func(name string) *rig { return ours(t, name, 2, nil, false) }},
		{oursL2 + queued, func(name string) *rig { return ours(t, name, 2, nil, true) }},
		{copyL2, func(name string) *rig { return copied(t, name, 2) }},
		{routing, func(name string) *rig { return kernelRouted(t, name, "eth1", "eth2", nil) }},
		{oursL3, func(name string) *rig { return ours(t, name, 3, nil, false) }},
		{oursL3 + queued, func(name string) *rig { return ours(t, name, 3, nil, true) }},
		{copyL3, func(name string) *rig { return copied(t, name, 3) }},
		{routing + million, func(name string) *rig { return kernelRouted(t, name, "eth1", "eth2", routes) }},
		{oursL3 + million, func(name string) *rig { return ours(t, name, 3, routes, false) }},
		{oursL3 + million + queued, func(name string) *rig { return ours(t, name, 3, routes, true) }},
	} {
		if c.name == bare || o.only.MatchString(c.name) {
			g := c.make(c.name)
			g.name, g.table = c.name, routes
			list = append(list, g)
		}
	}
	return list
}

// redirected is the floor of anything that a TC program does.
func redirected(t *trial.T, name string, how asm.BuiltinFunc) *rig {
	g := newRig(t, name, 2, true)
	for from, to := range map[string]string{"eth1": "eth2", "eth2": "eth1"} {
		program(t, g.sw, from, asm.Instructions{
			asm.Mov.Imm(asm.R1, int32(g.sw.Link(t, to).Attrs().Index)), asm.Mov.Imm(asm.R2, 0), how.Call(), asm.Return(),
		})
	}
	return g
}

// program runs instructions for each frame that arrives at a netdev, until the end.
func program(t *trial.T, n *netns.NS, dev string, code asm.Instructions) {
	p, err := ebpf.NewProgram(&ebpf.ProgramSpec{Name: "bench", Type: ebpf.SchedCLS, Instructions: code, License: "GPL"})
	if err != nil {
		t.Fatal(err)
	}
	stop, err := attach(n, n.Link(t, dev).Attrs().Index, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = p.Close()
	})
}

func bridged(t *trial.T, name string, ports ...string) *rig {
	g := newRig(t, name, 2, true)
	g.bridge(t, ports...)
	return g
}

func (g *rig) bridge(t *trial.T, ports ...string) {
	g.sw.Run(t, exec.Command("ip", "link", "add", "br0", "type", "bridge"))
	for _, p := range ports {
		g.sw.Run(t, exec.Command("ip", "link", "set", p, "master", "br0"))
	}
	g.sw.Run(t, exec.Command("ip", "link", "set", "br0", "up"))
	g.sw.Run(t, exec.Command("bridge", "fdb", "replace", mac(t, g.a, "eth0").String(), "dev", ports[0], "master", "static"))
	g.sw.Run(t, exec.Command("bridge", "fdb", "replace", mac(t, g.b, "eth0").String(), "dev", ports[1], "master", "static"))
	g.jumbo = append(g.jumbo, "br0")
}

// kernelRouted has the switch's kernel route between two netdevs.
func kernelRouted(t *trial.T, name, aDev, bDev string, routes *table) *rig {
	g := newRig(t, name, 3, true)
	g.route(t, aDev, bDev, routes)
	return g
}

func (g *rig) route(t *trial.T, aDev, bDev string, routes *table) {
	g.sw.Sysctl(t, "net/ipv4/ip_forward", "1")
	g.sw.Sysctl(t, "net/ipv6/conf/all/forwarding", "1")
	g.sw.Addr(t, aDev, gateFour+"/24")
	g.sw.Addr(t, aDev, gateSix+"/64")
	g.sw.Addr(t, bDev, beyondFour+"/24")
	g.sw.Addr(t, bDev, beyondSix+"/64")
	for _, x := range [][3]string{
		{aFour, mac(t, g.a, "eth0").String(), aDev}, {aSix, mac(t, g.a, "eth0").String(), aDev},
		{near, mac(t, g.b, "eth0").String(), bDev}, {far, mac(t, g.b, "eth0").String(), bDev},
	} {
		g.sw.Run(t, exec.Command("ip", "neigh", "replace", x[0], "lladdr", x[1], "dev", x[2], "nud", "permanent"))
	}
	g.routed(t, mac(t, g.sw, aDev), mac(t, g.sw, bDev))
	g.sw.Run(t, exec.Command("ip", "route", "add", "default", "via", near))
	g.sw.Run(t, exec.Command("ip", "-6", "route", "add", "default", "via", far))
	if routes != nil {
		g.routes = true
		for hop, lines := range map[string]string{near: routes.lines(false, near, bDev), far: routes.lines(true, far, bDev)} {
			cmd := exec.Command("ip", "-batch", "-")
			cmd.Stdin = strings.NewReader(lines)
			if out := g.sw.Run(t, cmd); out != "" {
				t.Fatal(fmt.Sprintf("%s: routes over %s: %s", g.name, hop, out))
			}
		}
	}
}
