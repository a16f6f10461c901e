package rehearsal

import (
	"context"
	"fmt"
	"net/netip"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// Kernel plays Linux for one switch: links, addresses, neighbours and front-panel netdevs, as far as daemons can tell. It outlives them.
type Kernel struct {
	// mu guards all below: the virtual ASIC, daemons' engines, their feeds and the test look at one kernel. Nothing calls out while it is held.
	mu       sync.Mutex
	links    map[string]*link
	neigh    map[linux.NeighKey]neighbor
	others   map[engine.Key][]engine.AttrValue // addresses, sysctls, VRF devices
	fronts   map[string]*front
	index    int32
	watchers map[*watcher]bool

	observed errgroup.Group // of targets' observers
}

type link struct {
	index          int32
	host           linux.HostKind
	admin, carrier bool
	mtu            uint32
	mac            linux.MAC
	master         string
	alias          string
	turns          turns
}

// lowerUp is IFF_LOWER_UP, which the kernel tells of links that are up only.
func (l *link) lowerUp() bool { return l.admin && l.carrier }

type neighbor struct {
	mac       linux.MAC
	permanent bool
}

// front is a front-panel netdev: it has a link if both ends are up.
type front struct {
	admin, peer bool
	turns       turns
}

func (f *front) lowerUp() bool { return f.admin && f.peer }

// turns counts how often a link has come up or gone down.
type turns struct {
	up    bool
	count uint32
}

func (t *turns) now(up bool) {
	if t.up != up {
		t.up = up
		t.count++
	}
}

// newKernel is a kernel with front-panel netdevs whose other ends are up.
func newKernel(fronts ...string) *Kernel {
	k := &Kernel{
		links: map[string]*link{}, neigh: map[linux.NeighKey]neighbor{}, others: map[engine.Key][]engine.AttrValue{},
		fronts: map[string]*front{}, watchers: map[*watcher]bool{},
	}
	for _, name := range fronts {
		k.fronts[name] = &front{peer: true}
	}
	return k
}

// watcher learns what has changed since it looked last.
type watcher struct {
	kernel *Kernel
	dirty  map[any]bool // engine keys, and names of front-panel netdevs
	wake   chan struct{}
}

func (k *Kernel) watch() *watcher {
	w := &watcher{kernel: k, dirty: map[any]bool{}, wake: make(chan struct{}, 1)}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.watchers[w] = true
	return w
}

func (w *watcher) close() {
	w.kernel.mu.Lock()
	defer w.kernel.mu.Unlock()
	delete(w.kernel.watchers, w)
}

// next blocks until something has changed, and says what.
func (w *watcher) next(ctx context.Context) (map[any]bool, error) {
	select {
	case <-w.wake:
		w.kernel.mu.Lock()
		defer w.kernel.mu.Unlock()
		dirty := w.dirty
		w.dirty = map[any]bool{}
		return dirty, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// changed tells all watchers. The caller holds mu.
func (k *Kernel) changed(what any) {
	for w := range k.watchers {
		w.dirty[what] = true
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

func (k *Kernel) addLink(name string, l *link) {
	k.index++
	l.index = k.index
	k.links[name] = l
	k.changed(linux.LinkKey{Name: name})
}

// removeLink takes a link away with all that is on it.
func (k *Kernel) removeLink(name string) {
	delete(k.links, name)
	key := linux.LinkKey{Name: name}
	for n := range k.neigh {
		if n.Link == key {
			k.removeNeighbor(n)
		}
	}
	for o := range k.others {
		for ref := range o.Refs {
			if ref == engine.Key(key) {
				delete(k.others, o)
				k.changed(o)
			}
		}
	}
	k.changed(key)
}

// linkChanged forgets neighbours of a link that has no carrier any more, but for those of VLANs (arp_evict_nocarrier) and the permanent ones.
func (k *Kernel) linkChanged(name string, l *link) {
	if !l.lowerUp() && l.host != linux.HostVlan {
		for n, v := range k.neigh {
			if n.Link.Name == name && !v.permanent {
				k.removeNeighbor(n)
			}
		}
	}
	l.turns.now(l.lowerUp())
	k.changed(linux.LinkKey{Name: name})
}

// Carriers counts how often a netdev has got or lost its carrier.
func (k *Kernel) Carriers(name string) (uint32, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l := k.links[name]; l != nil {
		return l.turns.count, nil
	}
	if f := k.fronts[name]; f != nil {
		return f.turns.count, nil
	}
	return 0, fmt.Errorf("no netdev %s", name)
}

func (k *Kernel) removeNeighbor(n linux.NeighKey) {
	delete(k.neigh, n)
	k.changed(n)
}

// Neighbor makes a neighbour known, as if it had answered; a nil MAC address makes it unknown.
func (k *Kernel) Neighbor(name string, ip netip.Addr, mac *linux.MAC) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := linux.NeighKey{Link: linux.LinkKey{Name: name}, IP: ip}
	if mac == nil {
		k.removeNeighbor(n)
		return
	}
	k.neigh[n] = neighbor{mac: *mac}
	k.changed(n)
}

// Front plugs and unplugs a front-panel netdev.
func (k *Kernel) Front(name string, up bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f := k.fronts[name]; f != nil {
		f.peer = up
		f.turns.now(f.lowerUp())
		k.changed(name)
	}
}

// The virtual ASIC makes its netdevs here.

// Create implements virtual.Hostifs. A netdev that an earlier ASIC made is taken over.
func (k *Kernel) Create(_ context.Context, name string, mac sai.MAC, _ string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l := k.links[name]; l != nil {
		return nil
	}
	k.addLink(name, &link{host: linux.HostPort, mtu: linux.DefaultMTU, mac: linux.MAC(mac)})
	return nil
}

// Remove implements virtual.Hostifs.
func (k *Kernel) Remove(_ context.Context, name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.removeLink(name)
	return nil
}

// SetCarrier implements virtual.Hostifs.
func (k *Kernel) SetCarrier(_ context.Context, name string, up bool) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l := k.links[name]; l != nil && l.carrier != up {
		l.carrier = up
		k.linkChanged(name, l)
	}
	return nil
}

// SetFront implements virtual.Hostifs.
func (k *Kernel) SetFront(_ context.Context, name string, up bool, _ uint32) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f := k.fronts[name]; f != nil && f.admin != up {
		f.admin = up
		f.turns.now(f.lowerUp())
		k.changed(name)
	}
	return nil
}

// follow reports the front panel, at first all of it, which is known then, and whenever it changes.
func (k *Kernel) follow(ctx context.Context, report func(name string, up bool), known func()) error {
	w := k.watch()
	defer w.close()
	k.mu.Lock()
	dirty := map[any]bool{}
	for name := range k.fronts {
		dirty[name] = true
	}
	k.mu.Unlock()
	for {
		for what := range dirty {
			if name, ok := what.(string); ok {
				k.mu.Lock()
				up := k.fronts[name].lowerUp()
				k.mu.Unlock()
				report(name, up)
			}
		}
		known()
		var err error
		if dirty, err = w.next(ctx); err != nil {
			return err
		}
	}
}
