package rehearsal

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// linkFeed and neighFeed are what the kernel's feeds are to netsync.Facts.
type linkFeed struct {
	kernel *Kernel
	seen   *watcher
	listed bool
}

type neighFeed linkFeed

func (k *Kernel) linkFeed() *linkFeed   { return &linkFeed{kernel: k, seen: k.watch()} }
func (k *Kernel) neighFeed() *neighFeed { return &neighFeed{kernel: k, seen: k.watch()} }

// Next implements netsync.LinkSource.
func (f *linkFeed) Next(ctx context.Context) (kernel.LinkBatch, error) {
	b := kernel.LinkBatch{Listing: !f.listed}
	for {
		dirty, err := f.seen.changes(ctx, !f.listed, func(k *Kernel, add func(any)) {
			for name := range k.links {
				add(linux.LinkKey{Name: name})
			}
		})
		if err != nil {
			return b, err
		}
		f.listed = true
		f.kernel.mu.Lock()
		for what := range dirty {
			if k, ok := what.(linux.LinkKey); ok {
				b.Links = append(b.Links, f.kernel.linkChange(k.Name))
			}
		}
		f.kernel.mu.Unlock()
		if b.Listing || len(b.Links) > 0 {
			return b, nil
		}
	}
}

// changes are all there is at first, then what has changed.
func (w *watcher) changes(ctx context.Context, all bool, list func(*Kernel, func(any))) (map[any]bool, error) {
	if !all {
		return w.next(ctx)
	}
	w.kernel.mu.Lock()
	defer w.kernel.mu.Unlock()
	dirty := map[any]bool{}
	list(w.kernel, func(what any) { dirty[what] = true })
	clear(w.dirty)
	return dirty, nil
}

func (k *Kernel) linkChange(name string) kernel.LinkChange {
	l := k.links[name]
	if l == nil {
		return kernel.LinkChange{Link: netdev.Link{Name: name}, Gone: true}
	}
	return kernel.LinkChange{Link: netdev.Link{Name: name, Index: l.index, Kind: "veth", Admin: l.admin, LowerUp: l.lowerUp(), MTU: l.mtu, MAC: l.mac}}
}

// Next implements netsync.NeighSource.
func (f *neighFeed) Next(ctx context.Context) (kernel.NeighBatch, error) {
	b := kernel.NeighBatch{Listing: !f.listed}
	for {
		dirty, err := f.seen.changes(ctx, !f.listed, func(k *Kernel, add func(any)) {
			for n := range k.neigh {
				add(n)
			}
		})
		if err != nil {
			return b, err
		}
		f.listed = true
		f.kernel.mu.Lock()
		for what := range dirty {
			if k, ok := what.(linux.NeighKey); ok {
				b.Neighbors = append(b.Neighbors, f.kernel.neighChange(k))
			}
		}
		f.kernel.mu.Unlock()
		if b.Listing || len(b.Neighbors) > 0 {
			return b, nil
		}
	}
}

func (k *Kernel) neighChange(key linux.NeighKey) kernel.NeighChange {
	n, ok := k.neigh[key]
	state := kernel.Reachable
	if n.permanent {
		state = kernel.Permanent
	}
	return kernel.NeighChange{Neighbor: kernel.Neighbor{Link: key.Link.Name, IP: key.IP, MAC: n.mac, State: state}, Gone: !ok}
}
