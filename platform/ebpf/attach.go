package ebpf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/cilium/ebpf"
	cilium "github.com/cilium/ebpf/link"
	"github.com/vishvananda/netlink"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
)

// attaching bounds how many netdevs are attached to at a time. The kernel waits for a grace period for each (10 ms), but for many at once.
const attaching = 32

// attachAll has frames that come in at netdevs run through the program.
func (k *datapath) attachAll(netdevs map[string]uint32) error {
	k.one.Lock()
	defer k.one.Unlock()
	var g errgroup.Group
	g.SetLimit(attaching)
	for name, ifindex := range netdevs {
		if k.runsOn(name, ifindex) {
			continue // it was asked for twice
		}
		g.Go(func() error {
			l, err := k.attach(name, ifindex)
			if errors.Is(err, unix.ENODEV) {
				return nil // it is gone, and the feed will say so
			}
			if err != nil {
				return fmt.Errorf("attaching to %s: %w", name, err)
			}
			k.hold(name, ifindex, l)
			return nil
		})
	}
	return g.Wait()
}

// runsOn tells whether a netdev runs the program.
func (k *datapath) runsOn(name string, ifindex uint32) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.attached[name] == ifindex
}

// attaches attaches to netdevs that came, until ctx ends. The ASIC goes on meanwhile.
func (a *ASIC) attaches(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-a.plane.attach:
		}
		var bare map[string]uint32
		a.Do(func(virtual.View) { bare, a.plane.bare = a.plane.bare, map[string]uint32{} })
		if err := a.plane.k.attachAll(bare); err != nil {
			return err
		}
	}
}

// attach attaches to one netdev. A link that an earlier process pinned gets this process's program, without a frame passing between. Where the kernel
// has no tcx (before 6.6), a filter does it, which stays without a pin; then there is no link.
func (k *datapath) attach(name string, ifindex uint32) (l cilium.Link, err error) {
	err = k.namespace.Do(func() error {
		if l, err = k.attachTCX(name, ifindex); errors.Is(err, ebpf.ErrNotSupported) {
			return k.attachFilter(ifindex)
		}
		return err
	})
	return l, err
}

func (k *datapath) attachTCX(name string, ifindex uint32) (cilium.Link, error) {
	if k.dir != "" {
		if l, err := cilium.LoadPinnedLink(k.linkPin(name), nil); err == nil {
			if k.takeOver(l, ifindex) {
				return l, nil
			}
			_ = l.Unpin()
			_ = l.Close()
		}
	}
	l, err := cilium.AttachTCX(cilium.TCXOptions{Interface: int(ifindex), Program: k.program, Attach: ebpf.AttachTCXIngress})
	if err != nil || k.dir == "" {
		return l, err
	}
	if err := os.MkdirAll(filepath.Dir(k.linkPin(name)), 0o700); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if err := l.Pin(k.linkPin(name)); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// hold keeps a link, which ends with its last holder unless it is pinned.
func (k *datapath) hold(name string, ifindex uint32, l cilium.Link) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if old := k.links[name]; old != nil {
		_ = old.Close()
		delete(k.links, name)
	}
	if k.attached[name] = ifindex; l != nil {
		k.links[name] = l
	}
}

// linkPin is beside the maps' directory, for links outlive layouts. A bpffs takes no name with a dot, and a netdev none with a colon.
func (k *datapath) linkPin(name string) string {
	return filepath.Join(filepath.Dir(k.dir), "links", strings.ReplaceAll(name, ".", ":"))
}

// takeOver gives a pinned link the program; false if it is of a netdev that is no more.
func (k *datapath) takeOver(l cilium.Link, ifindex uint32) bool {
	info, err := l.Info()
	if err != nil {
		return false
	}
	tcx := info.TCX()
	return tcx != nil && tcx.Ifindex == ifindex && l.Update(k.program) == nil
}

// attachFilter is attach for kernels without tcx.
func (k *datapath) attachFilter(ifindex uint32) error {
	attrs := netlink.QdiscAttrs{LinkIndex: int(ifindex), Parent: netlink.HANDLE_CLSACT, Handle: netlink.MakeHandle(0xffff, 0)}
	if err := netlink.QdiscAdd(&netlink.Clsact{QdiscAttrs: attrs}); err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("clsact: %w", err)
	}
	f := &netlink.BpfFilter{FilterAttrs: netlink.FilterAttrs{
		LinkIndex: int(ifindex), Parent: netlink.HANDLE_MIN_INGRESS, Handle: 1, Priority: 1, Protocol: unix.ETH_P_ALL,
	}, Fd: k.program.FD(), Name: "hypersonic", DirectAction: true}
	return netlink.FilterReplace(f)
}

// detached forgets a netdev that is gone; the kernel has taken the program off it.
func (k *datapath) detached(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l := k.links[name]; l != nil {
		if k.dir != "" {
			_ = l.Unpin()
		}
		_ = l.Close()
		delete(k.links, name)
	}
	delete(k.attached, name)
}
