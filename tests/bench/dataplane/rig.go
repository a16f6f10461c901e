package main

import (
	"os/exec"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/trial"
)

// rig is a way from host a to host b, both of which have eth0.
type rig struct {
	name   string
	layer  int    // 2: what a sends is addressed to b; 3: to a router
	routes bool   // the whole table is routed
	table  *table // where cold frames go
	slow   bool   // user space: fewer frames tell as much
	plain  bool   // carries frames as they are on the wire: no transfers with offloads
	a, b   *netns.NS
	sw     *netns.NS // nil: none
	router sai.MAC
	jumbo  []string // netdevs of the switch beside its ports that follow the MTU
}

// kind is a kind of frames.
type kind struct {
	v6, cold bool
}

func (k kind) String() string {
	return map[bool]string{false: "IPv4", true: "IPv6"}[k.v6] + map[bool]string{true: " cold"}[k.cold]
}

// kinds are the frames that a rig is measured with. Cold ones go to other destinations all the time, which only many routes make a difference for.
func (g *rig) kinds() []kind {
	if g.routes || g.sw == nil {
		return []kind{{}, {v6: true}, {cold: true}, {v6: true, cold: true}}
	}
	return []kind{{}, {v6: true}}
}

// The networks of all rigs: of layer 2 the first is everybody's.
const (
	aFour, aSix           = "10.0.0.2", "fd00::2"
	near, far             = "10.0.1.2", "fd00:1::2" // host b's behind a router
	flatFour, flatSix     = "10.0.0.3", "fd00::3"   // host b's in the same network
	gateFour, gateSix     = "10.0.0.1", "fd00::1"
	beyondFour, beyondSix = "10.0.1.1", "fd00:1::1"
)

func (g *rig) bAddress(v6 bool) string {
	return map[[2]bool]string{{false, false}: near, {false, true}: far, {true, false}: flatFour, {true, true}: flatSix}[[2]bool{g.layer == 2, v6}]
}

// newRig makes hosts with addresses. Neighbours are known to all, so that nothing but what is measured is sent.
func newRig(t *trial.T, name string, layer int, withSwitch bool) *rig {
	g := &rig{name: name, layer: layer, a: netns.New(t), b: netns.New(t)}
	if withSwitch {
		g.sw = netns.New(t)
		netns.Veth(t, g.a, "eth0", g.sw, "eth1")
		netns.Veth(t, g.b, "eth0", g.sw, "eth2")
	} else {
		netns.Veth(t, g.a, "eth0", g.b, "eth0")
	}
	g.a.Addr(t, "eth0", aFour+"/24")
	g.a.Addr(t, "eth0", aSix+"/64")
	g.b.Addr(t, "eth0", g.bAddress(false)+"/24")
	g.b.Addr(t, "eth0", g.bAddress(true)+"/64")
	if layer == 2 {
		for _, v6 := range []bool{false, true} {
			neighbor(t, g.a, g.bAddress(v6), mac(t, g.b, "eth0"))
			neighbor(t, g.b, map[bool]string{false: aFour, true: aSix}[v6], mac(t, g.a, "eth0"))
		}
	}
	return g
}

// routed tells the hosts of the router: the MAC address that it has on both sides.
func (g *rig) routed(t *trial.T, aSide, bSide sai.MAC) {
	g.router = aSide
	for _, x := range []struct {
		host *netns.NS
		gate string
		mac  sai.MAC
	}{{g.a, gateFour, aSide}, {g.a, gateSix, aSide}, {g.b, beyondFour, bSide}, {g.b, beyondSix, bSide}} {
		neighbor(t, x.host, x.gate, x.mac)
		x.host.Run(t, exec.Command("ip", "route", "add", "default", "via", x.gate))
	}
}

// target is the MAC address that a's frames have.
func (g *rig) target(t *trial.T) sai.MAC {
	if g.layer == 3 {
		return g.router
	}
	return mac(t, g.b, "eth0")
}

func neighbor(t *trial.T, n *netns.NS, ip string, m sai.MAC) {
	n.Run(t, exec.Command("ip", "neigh", "replace", ip, "lladdr", m.String(), "dev", "eth0", "nud", "permanent"))
}

func mac(t *trial.T, n *netns.NS, dev string) (m sai.MAC) {
	copy(m[:], n.Link(t, dev).Attrs().HardwareAddr)
	return m
}

// asContainerlab makes the links as containerlab does, or gives them back veth's own settings: without offloads, and with room for 9500 bytes.
func (g *rig) asContainerlab(t *trial.T, on bool) {
	mtu := map[bool]string{false: "1500", true: "9500"}[on]
	ends := map[*netns.NS][]string{g.a: {"eth0"}, g.b: {"eth0"}}
	if g.sw != nil {
		ends[g.sw] = append([]string{"eth1", "eth2"}, g.jumbo...)
	}
	for n, devs := range ends {
		for _, dev := range devs {
			n.Run(t, exec.Command("ip", "link", "set", dev, "mtu", mtu))
			if dev[:3] == "eth" {
				n.Checksums(t, dev, !on)
			}
		}
	}
}
