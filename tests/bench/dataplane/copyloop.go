package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/trial"
)

// copied is a switch as SONiC's virtual one is built: for each port a TAP device that the kernel bridges or routes between, and two threads that copy each frame by
// a system call of its own from the wire's packet socket to the TAP, and back. What came from the wire is copied once more, for learning.
func copied(t *trial.T, name string, layer int) *rig {
	g := newRig(t, name, layer, true)
	g.slow = true
	g.plain = true
	var running errgroup.Group
	var stops []func()
	for wire, tap := range map[string]string{"eth1": "tap1", "eth2": "tap2"} {
		stops = append(stops, g.copyLoop(t, &running, wire, tap))
	}
	t.Cleanup(func() {
		for _, stop := range stops {
			stop()
		}
		_ = running.Wait() // they return nil
	})
	g.jumbo = append(g.jumbo, "tap1", "tap2")
	if layer == 2 {
		g.bridge(t, "tap1", "tap2")
	} else {
		g.route(t, "tap1", "tap2", nil)
	}
	return g
}

// copyBuffer is what SONiC's takes for a frame.
const copyBuffer = 16 << 10

func (g *rig) copyLoop(t *trial.T, running *errgroup.Group, wire, name string) (stop func()) {
	tap, err := openTap(g.sw, name)
	if err != nil {
		t.Fatal(err)
	}
	packet, err := openPacket(g.sw, g.sw.Link(t, wire).Attrs().Index)
	if err != nil {
		t.Fatal(err)
	}
	// As there, the TAP has the wire's address, and the wire has none.
	g.sw.Run(t, exec.Command("ip", "link", "set", name, "up"))
	g.sw.Sysctl(t, "net/ipv6/conf/"+wire+"/disable_ipv6", "1")
	running.Go(func() error {
		var last [copyBuffer]byte
		return pass(packet, tap, func(frame []byte) { copy(last[:], frame) })
	})
	running.Go(func() error { return pass(tap, packet, func([]byte) {}) })
	return func() { _, _ = tap.Close(), packet.Close() }
}

// pass copies frames until a side is closed.
func pass(from io.Reader, to io.Writer, learn func([]byte)) error {
	buf := make([]byte, copyBuffer)
	for {
		n, err := from.Read(buf)
		if errors.Is(err, os.ErrClosed) {
			return nil
		}
		if err != nil {
			continue // a link that is down
		}
		learn(buf[:n])
		if _, err := to.Write(buf[:n]); errors.Is(err, os.ErrClosed) {
			return nil
		}
	}
}

func openTap(n *netns.NS, name string) (f *os.File, err error) {
	err = n.Do(func() error {
		fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("tun: %w", err)
		}
		r, err := unix.NewIfreq(name)
		if err != nil {
			return err
		}
		r.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
		if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, r); err != nil {
			return fmt.Errorf("tap %s: %w", name, err)
		}
		f = os.NewFile(uintptr(fd), name) // only now: what is not attached cannot be waited for
		return nil
	})
	return f, err
}

// openPacket opens a packet socket that does not see what it sends itself.
func openPacket(n *netns.NS, index int) (*os.File, error) {
	fd, err := n.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	const all = unix.ETH_P_ALL<<8 | unix.ETH_P_ALL>>8 // in network order
	if err := errors.Join(unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1), unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 4<<20),
		unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: index})); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "packet"), nil
}
