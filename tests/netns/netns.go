package netns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

// NS is a network namespace. Its loopback interface is up. Handle speaks netlink with it: links, addresses, routes, neighbours.
type NS struct {
	Handle *netlink.Handle

	name string
	ns   netns.NsHandle
}

// last numbers the namespaces of this process, whatever test makes them.
var last atomic.Uint32

// Require skips the test if the machine cannot give it network namespaces.
func Require(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("network namespaces need root")
	}
	if _, err := os.Stat("/proc/self/ns/net"); err != nil {
		t.Skipf("the kernel has no network namespaces: %v", err)
	}
}

// New makes a namespace that lives until the test ends. It is named, so `ip netns exec` reaches it while the test runs.
func New(t testing.TB) *NS {
	t.Helper()
	Require(t)
	n := &NS{name: fmt.Sprintf("hs-%d-%d", os.Getpid(), last.Add(1))}
	err := onThread(func() (err error) {
		n.ns, err = netns.NewNamed(n.name)
		return err
	})
	if errors.Is(err, unix.EPERM) {
		t.Skipf("not allowed to make network namespaces: %v", err)
	}
	if err != nil {
		t.Fatalf("network namespace %s: %v", n.name, err)
	}
	t.Cleanup(func() {
		_ = n.ns.Close()
		// The first `ip netns add` of a machine lays a mount over the directory, and what is below it is busy for good.
		if err := netns.DeleteNamed(n.name); err != nil && !errors.Is(err, unix.EBUSY) {
			t.Errorf("network namespace %s: %v", n.name, err)
		}
	})
	if n.Handle, err = netlink.NewHandleAt(n.ns, unix.NETLINK_ROUTE); err != nil {
		t.Fatalf("network namespace %s: %v", n.name, err)
	}
	t.Cleanup(n.Handle.Close)
	n.Up(t, "lo")
	return n
}

// Name is what iproute2 calls the namespace.
func (n *NS) Name() string { return n.name }

// Fd is an open file of the namespace, for netlink.LinkSetNsFd and the like. It is closed when the test ends.
func (n *NS) Fd() int { return int(n.ns) }

// Do runs f on a thread inside the namespace. Sockets that f opens stay there; goroutines that f starts do not.
func (n *NS) Do(f func() error) error {
	return onThread(func() error {
		if err := netns.Set(n.ns); err != nil {
			return fmt.Errorf("enter network namespace %s: %w", n.name, err)
		}
		return f()
	})
}

// onThread runs f on a thread of its own and returns the thread to the namespace it came from. A thread that cannot return is thrown away.
func onThread(f func() error) error {
	var g errgroup.Group
	g.Go(func() error {
		runtime.LockOSThread()
		home, err := netns.Get()
		if err != nil {
			return err
		}
		defer func() { _ = home.Close() }()
		err = f()
		if netns.Set(home) == nil {
			runtime.UnlockOSThread()
		}
		return err
	})
	return g.Wait()
}

// Listen opens a socket inside the namespace. The test closes it.
func (n *NS) Listen(network, addr string) (ln net.Listener, err error) {
	err = n.Do(func() error {
		ln, err = net.Listen(network, addr)
		return err
	})
	return ln, err
}

// Dial connects from inside the namespace. Names are not resolved there: give addresses.
func (n *NS) Dial(ctx context.Context, network, addr string) (c net.Conn, err error) {
	err = n.Do(func() error {
		// A single address is dialled on the calling goroutine's thread.
		c, err = (&net.Dialer{FallbackDelay: -1}).DialContext(ctx, network, addr)
		return err
	})
	return c, err
}

// Socket opens a raw socket inside the namespace, for example AF_PACKET. The test closes it.
func (n *NS) Socket(domain, typ, proto int) (fd int, err error) {
	err = n.Do(func() error {
		fd, err = unix.Socket(domain, typ|unix.SOCK_CLOEXEC, proto)
		return err
	})
	return fd, err
}

// Sysctl writes a setting of the namespace, for example net/ipv4/ip_forward.
func (n *NS) Sysctl(t testing.TB, name, value string) {
	t.Helper()
	err := n.Do(func() error {
		f, err := os.OpenFile("/proc/sys/"+name, os.O_WRONLY|syscall.O_TRUNC, 0)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		_, err = f.WriteString(value)
		return err
	})
	if err != nil {
		t.Fatalf("network namespace %s: %v", n.name, err)
	}
}
