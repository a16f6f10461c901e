package ebpf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cilium/ebpf"
	cilium "github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
)

// block is the index of the block of filters (netdev.Block) that all netdevs of a switch belong to, in its namespace.
const block = 0x68790002

// quiet is for how long nothing must have been attached to before a front-panel netdev gets a tcx link.
const quiet = 100 * time.Millisecond

// attachAll has frames that come in at netdevs run through the program: they join the block whose filter it is. That is one message a netdev, and one for
// all of them when the program is replaced. A netdev that has a link of an earlier process as well gets this process's program there too.
func (k *datapath) attachAll(netdevs map[string]uint32) error {
	k.one.Lock()
	defer k.one.Unlock()
	if k.members == nil {
		var err error
		if k.members, err = k.block.Members(); err != nil {
			return err
		}
		k.joined = len(k.members) > 0
	}
	var names []string
	var join []uint32
	for name, ifindex := range netdevs {
		if k.runsOn(name, ifindex) {
			continue // it was asked for twice
		}
		l := k.pinnedLink(name, ifindex)
		if !k.members[ifindex] {
			names, join = append(names, name), append(join, ifindex)
		}
		delete(k.members, ifindex)
		k.hold(name, ifindex, l)
	}
	for i, err := range k.block.Join(join) {
		if errors.Is(err, unix.ENODEV) {
			continue // it is gone, and the feed will say so
		}
		if err != nil {
			return fmt.Errorf("attaching to %s: %w", names[i], err)
		}
		k.joined = true
	}
	return k.setProgram()
}

// setProgram makes the program the block's filter. A block that lost its last member is no more.
func (k *datapath) setProgram() error {
	if !k.joined {
		return nil
	}
	err := k.block.SetProgram(k.program.FD())
	if err != nil {
		if now, lerr := k.block.Members(); lerr == nil && len(now) == 0 {
			k.joined = false
			return nil
		}
	}
	return err
}

// runsOn tells whether a netdev runs the program.
func (k *datapath) runsOn(name string, ifindex uint32) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.attached[name] == ifindex
}

// attaches attaches to netdevs that came, until ctx ends. The ASIC goes on meanwhile.
func (a *ASIC) attaches(ctx context.Context) error {
	var later <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-a.plane.attach:
			var bare map[string]uint32
			a.Do(func(virtual.View) { bare, a.plane.bare = a.plane.bare, map[string]uint32{} })
			if err := a.plane.k.attachAll(bare); err != nil {
				return err
			}
		case <-later:
			if err := a.plane.k.quicken(); err != nil {
				return err
			}
		}
		if later = nil; a.plane.k.slow() != "" {
			later = time.After(quiet)
		}
	}
}

// slow is a front-panel netdev that runs the program by the block's filter alone; "" if there is none.
func (k *datapath) slow() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	for name := range k.attached {
		if k.fronts[name] && k.links[name] == nil {
			return name
		}
	}
	return ""
}

// quicken gives one front-panel netdev a tcx link beside the block's filter, which then sees no frame any more: a link costs less for each frame. But the
// kernel holds its one lock for links during an RCU grace period (10 ms) for it, so it is done one at a time, when nothing else is to be attached to.
// Kernels before 6.6 have no tcx.
func (k *datapath) quicken() error {
	k.one.Lock()
	defer k.one.Unlock()
	name := k.slow()
	k.mu.Lock()
	ifindex := k.attached[name]
	k.mu.Unlock()
	if ifindex == 0 {
		return nil
	}
	var l cilium.Link
	err := k.conn.Namespace.Do(func() (err error) {
		l, err = k.attachTCX(name, ifindex)
		return err
	})
	switch {
	case errors.Is(err, unix.ENODEV):
		return nil // it is gone, and the feed will say so
	case errors.Is(err, ebpf.ErrNotSupported):
		k.mu.Lock()
		delete(k.fronts, name)
		k.mu.Unlock()
		return nil
	case err != nil:
		return fmt.Errorf("attaching to %s: %w", name, err)
	}
	k.hold(name, ifindex, l)
	return nil
}

// pinnedLink is the link that an earlier process pinned for a netdev, with this process's program; nil if there is none.
func (k *datapath) pinnedLink(name string, ifindex uint32) cilium.Link {
	if k.dir == "" {
		return nil
	}
	l, err := cilium.LoadPinnedLink(k.linkPin(name), nil)
	if err != nil {
		return nil
	}
	if k.takeOver(l, ifindex) {
		return l
	}
	_ = l.Unpin()
	_ = l.Close()
	return nil
}

func (k *datapath) attachTCX(name string, ifindex uint32) (cilium.Link, error) {
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
