package main

import (
	"fmt"
	"os/exec"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

// linkMTU is what containerlab gives its links.
const linkMTU = 9500

// space is an open network namespace.
type space struct {
	name   string
	ns     netns.NsHandle
	handle *netlink.Handle
}

// makeSpace makes a namespace with its loopback interface up.
func makeSpace(name string) (*space, error) {
	err := onThread(func() error {
		ns, err := netns.NewNamed(name)
		if err == nil {
			err = ns.Close()
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("network namespace %s: %w", name, err)
	}
	s, err := openSpace(name)
	if err != nil {
		return nil, err
	}
	return s, s.set("lo", true)
}

func openSpace(name string) (*space, error) {
	ns, err := netns.GetFromName(name)
	if err != nil {
		return nil, fmt.Errorf("network namespace %s: %w", name, err)
	}
	h, err := netlink.NewHandleAt(ns)
	if err != nil {
		_ = ns.Close()
		return nil, fmt.Errorf("network namespace %s: %w", name, err)
	}
	return &space{name, ns, h}, nil
}

func (s *space) close() {
	s.handle.Close()
	_ = s.ns.Close()
}

// onThread runs f on a thread of its own, which is thrown away: f may take it to another namespace.
func onThread(f func() error) error {
	var g errgroup.Group
	g.Go(func() error {
		runtime.LockOSThread()
		return f()
	})
	return g.Wait()
}

// do runs f inside. Sockets and processes that it opens stay there.
func (s *space) do(f func() error) error {
	return onThread(func() error {
		if err := netns.Set(s.ns); err != nil {
			return fmt.Errorf("entering network namespace %s: %w", s.name, err)
		}
		return f()
	})
}

// start starts a command inside, on a machine of the node's name.
func (s *space) start(cmd *exec.Cmd, host string) error {
	return s.do(func() error {
		if err := rename(host); err != nil {
			return err
		}
		return cmd.Start()
	})
}

// rename gives the calling thread, and what it starts, a host name of its own.
func rename(host string) error {
	if err := unix.Unshare(unix.CLONE_NEWUTS); err != nil {
		return fmt.Errorf("host name: %w", err)
	}
	if err := unix.Sethostname([]byte(host)); err != nil {
		return fmt.Errorf("host name: %w", err)
	}
	return nil
}

// run runs a command to its end inside.
func (s *space) run(args ...string) (string, error) {
	var out []byte
	err := s.do(func() (err error) {
		out, err = exec.Command(args[0], args[1:]...).CombinedOutput()
		return err
	})
	return string(out), err
}

// set brings an interface up or takes it down.
func (s *space) set(name string, up bool) error {
	l, err := s.handle.LinkByName(name)
	if err == nil && up {
		err = s.handle.LinkSetUp(l)
	} else if err == nil {
		err = s.handle.LinkSetDown(l)
	}
	if err != nil {
		return fmt.Errorf("network namespace %s: %s: %w", s.name, name, err)
	}
	return nil
}

// received is how many packets have come in by an interface. The other end has not counted all of them: they may leave a switch without passing its netdev.
func (s *space) received(name string) uint64 {
	l, err := s.handle.LinkByName(name)
	if err != nil || l.Attrs().Statistics == nil {
		return 0
	}
	return l.Attrs().Statistics.RxPackets
}

// wire joins two namespaces. The near end has the number index, which no other netdev has: the kernel takes a veth whose ends have the same number for no
// link to another netdev, and then tells up to a second late that its carrier is lost.
func wire(a *space, aName string, b *space, bName string, index int) error {
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.MTU, attrs.Index = aName, linkMTU, index
	err := a.handle.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: bName, PeerNamespace: netlink.NsFd(b.ns), PeerMTU: linkMTU})
	if err == nil {
		err = a.set(aName, true)
	}
	if err == nil {
		err = b.set(bName, true)
	}
	if err != nil {
		return fmt.Errorf("link %s:%s - %s:%s: %w", a.name, aName, b.name, bName, err)
	}
	return nil
}
