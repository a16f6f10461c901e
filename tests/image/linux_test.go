package image

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// linux goes through the steps of kind linux: the entrypoint is the image's own and runs before there are links, how many there will be is in CLAB_INTFS,
// and links may come at any time.
func linux(t *testing.T) {
	n := run(t, "linux", nil, nil, "--network", "bridge", "-e", "CLAB_INTFS=2", "--sysctl", "net.ipv6.conf.all.disable_ipv6=0", "--restart", "always", "--stop-signal", "SIGKILL")
	describe(t, n)
	management := n.management(t)
	h := netns.New(t)
	plug := func() {
		link(t, n.port("eth1"), hostEnd(h, "eth1"))
		link(t, n.port("eth2"), hostEnd(h, "eth2"))
	}
	plug()
	t.Logf("healthy %v after the last link", n.healthy(t))
	wantPorts(t, n, 2)

	// A link that comes later is a port, and works like one.
	link(t, n.port("eth3"), hostEnd(h, "eth3"))
	await(t, "a port for eth3", func() (string, bool) {
		out, err := n.exec("redis-cli", "-n", "4", "hget", "PORT|Ethernet8", "lanes")
		return fmt.Sprint(out, err), out != ""
	})
	for _, command := range []string{"config interface startup Ethernet8", "config interface ip add Ethernet8 10.8.0.1/24"} {
		if out, err := n.exec(strings.Fields(command)...); err != nil {
			t.Errorf("%s: %v %s", command, err, out)
		}
	}
	h.Addr(t, "eth3", "10.8.0.2/24")
	pings(t, h, "10.8.0.1")
	transmits(t, n, h)

	if after := n.management(t); after != management {
		t.Errorf("eth0 was %s, and is %s", management, after)
	}
	await(t, "HEALTHCHECK", func() (string, bool) {
		out, err := docker("inspect", "-f", "{{.State.Health.Status}}", n.name)
		return fmt.Sprint(out, err), out == "healthy"
	})

	// kind linux stops by SIGKILL. A switch without a file has the ports that it finds.
	must(t, "kill", "-s", "KILL", n.name)
	must(t, "start", n.name)
	n.enter(t)
	plug()
	t.Logf("healthy %v after the last link, again", n.healthy(t))
	wantPorts(t, n, 2)
}

// transmits opens a TCP connection to the switch: what a host sends without checksums, which veths allow, must arrive.
func transmits(t *testing.T, n *node, h *netns.NS) {
	t.Helper()
	must(t, "exec", "-d", n.name, "redis-server", "--port", "7000", "--bind", "10.8.0.1", "--protected-mode", "no")
	await(t, "TCP to the switch", func() (string, bool) {
		c, err := h.Dial(t.Context(), "tcp", "10.8.0.1:7000")
		if err != nil {
			return err.Error(), false
		}
		return "", c.Close() == nil
	})
}

func wantPorts(t *testing.T, n *node, want int) {
	t.Helper()
	out, err := n.exec("redis-cli", "-n", "4", "--scan", "--pattern", "PORT|*")
	if got := len(strings.Fields(out)); err != nil || got != want {
		t.Errorf("%d ports, want %d (%v):\n%s", got, want, err, out)
	}
}

// management tells of the container's eth0 what must stay as it is.
func (n *node) management(t *testing.T) string {
	t.Helper()
	l, err := n.wires.LinkByName("eth0")
	if err != nil {
		t.Fatal(err)
	}
	addresses, err := n.wires.AddrList(l, netlink.FAMILY_V4)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(l.Attrs().HardwareAddr, l.Attrs().MTU, l.Attrs().Flags&net.FlagUp != 0, addresses)
}

// route gives a host its default route.
func route(t *testing.T, h *netns.NS, gateway string) {
	t.Helper()
	if err := h.Handle.RouteAdd(&netlink.Route{Gw: net.ParseIP(gateway)}); err != nil {
		t.Fatalf("default route by %s: %v", gateway, err)
	}
}
