package ebpf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cilium/ebpf"
	cilium "github.com/cilium/ebpf/link"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// attach has frames that come in at a netdev run through the program. A link that an earlier process pinned gets this process's program, without a frame
// passing between. Where the kernel has no tcx (before 6.6), a filter does it, which stays without a pin.
func (k *datapath) attach(name string, ifindex uint32) error {
	if k.attached[name] == ifindex {
		return nil
	}
	err := k.namespace.Do(func() error {
		err := k.attachTCX(name, ifindex)
		if errors.Is(err, ebpf.ErrNotSupported) {
			err = k.attachFilter(name, ifindex)
		}
		return err
	})
	if errors.Is(err, unix.ENODEV) {
		return nil // it is gone, and the feed will say so
	}
	if err != nil {
		return fmt.Errorf("attaching to %s: %w", name, err)
	}
	k.attached[name] = ifindex
	return nil
}

func (k *datapath) attachTCX(name string, ifindex uint32) error {
	if k.dir != "" && !k.filters {
		if l, err := cilium.LoadPinnedLink(k.linkPin(name), nil); err == nil {
			if k.takeOver(l, ifindex) {
				k.hold(name, l)
				return nil
			}
			_ = l.Unpin()
			_ = l.Close()
		}
	}
	if k.filters {
		return ebpf.ErrNotSupported
	}
	l, err := cilium.AttachTCX(cilium.TCXOptions{Interface: int(ifindex), Program: k.program, Attach: ebpf.AttachTCXIngress})
	if err != nil {
		return err
	}
	if k.dir != "" {
		if err := os.MkdirAll(filepath.Dir(k.linkPin(name)), 0o700); err != nil {
			return err
		}
		if err := l.Pin(k.linkPin(name)); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	k.hold(name, l)
	return nil
}

func (k *datapath) hold(name string, l cilium.Link) {
	if old := k.links[name]; old != nil {
		_ = old.Close()
	}
	k.links[name] = l
}

// linkPin is beside the maps' directory, for links outlive layouts.
func (k *datapath) linkPin(name string) string {
	return filepath.Join(filepath.Dir(k.dir), "links", name)
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
func (k *datapath) attachFilter(name string, ifindex uint32) error {
	k.filters = true
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
	if l := k.links[name]; l != nil {
		if k.dir != "" {
			_ = l.Unpin()
		}
		_ = l.Close()
		delete(k.links, name)
	}
	delete(k.attached, name)
}
