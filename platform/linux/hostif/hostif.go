package hostif

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// Hostifs are the host interfaces and front-panel netdevs of one switch. Methods are safe for concurrent use, and idempotent: a restarted
// process says again what it wants.
type Hostifs struct {
	log  *slog.Logger
	conn *netdev.Conn
	tc   *netlink.Handle
	feed *kernel.LinkFeed // read by Run only

	// What is wanted is written by the SAI's calls and read by Run when a front-panel netdev is plugged in, hence the mutex.
	mu     sync.Mutex
	wires  map[string]string // by front, the netdev
	fronts map[string]Front
}

// Open opens the host interfaces of the calling thread's network namespace, and makes it a router's (netdev.Prepare).
func Open(log *slog.Logger) (*Hostifs, error) {
	h := &Hostifs{log: log, wires: map[string]string{}, fronts: map[string]Front{}}
	var err error
	if h.conn, err = netdev.Dial(); err != nil {
		return nil, err
	}
	if h.tc, err = netlink.NewHandle(unix.NETLINK_ROUTE); err == nil {
		h.feed, err = kernel.WatchLinks()
	}
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	if err := h.conn.Prepare(); err != nil {
		log.Warn("namespace keeps its sysctls", "error", err)
	}
	return h, nil
}

// Close releases the sockets; netdevs and wires stay. Run must have ended.
func (h *Hostifs) Close() (err error) {
	if h.feed != nil {
		err = h.feed.Close()
	}
	if h.tc != nil {
		h.tc.Close()
	}
	return errors.Join(err, h.conn.Close())
}

// Netdev is a host interface to make.
type Netdev struct {
	Name string // Ethernet0
	MAC  linux.MAC
	MTU  uint32 // bytes, of a new netdev; later it is cfgmgr's (linux.LinkMTU)
}

// Create makes host interfaces, without carrier and administratively down. One that exists keeps its carrier, MTU and admin state.
func (h *Hostifs) Create(list []Netdev) []error {
	h.mu.Lock()
	defer h.mu.Unlock()
	errs := make([]error, len(list))
	for i, n := range list {
		if err := h.create(n); err != nil {
			errs[i] = fmt.Errorf("host interface %s: %w", n.Name, err)
		}
	}
	return errs
}

var errNotPort = errors.New("not a port's name")

func (h *Hostifs) create(n Netdev) error {
	if linux.HostKindOf(n.Name) != linux.HostPort {
		return errNotPort
	}
	if err := h.conn.AddPair(netdev.Pair{Name: n.Name, Outer: netdev.Change{MAC: &n.MAC, MTU: &n.MTU}, Keep: true}); err != nil {
		return err
	}
	if err := h.conn.SetLink(n.Name, netdev.Change{MAC: &n.MAC}); err != nil {
		return err
	}
	for front, to := range h.wires {
		if to == n.Name {
			return h.attach(front, to)
		}
	}
	return nil
}

// Remove removes host interfaces and their wires; what is not there is no error.
func (h *Hostifs) Remove(names []string) []error {
	h.mu.Lock()
	defer h.mu.Unlock()
	errs := make([]error, len(names))
	var ports []string
	var at []int
	for i, name := range names {
		if linux.HostKindOf(name) != linux.HostPort {
			errs[i] = errNotPort
			continue
		}
		errs[i] = h.unpatchNetdev(name)
		ports, at = append(ports, name), append(at, i)
	}
	_, failed := h.conn.RemoveLinks(ports)
	for j, i := range at {
		errs[i] = errors.Join(errs[i], failed[j])
	}
	for i, err := range errs {
		if err != nil {
			errs[i] = fmt.Errorf("host interface %s: %w", names[i], err)
		}
	}
	return errs
}

// List names the host interfaces that exist.
func (h *Hostifs) List() ([]string, error) {
	links, err := h.conn.Links()
	if err != nil {
		return nil, fmt.Errorf("host interfaces: %w", err)
	}
	inner := map[int32]string{}
	for _, l := range links {
		inner[l.Index] = l.Name
	}
	var names []string
	for _, l := range links {
		if linux.HostKindOf(l.Name) == linux.HostPort && !l.Away && inner[l.Peer] == linux.InnerName(l.Name) {
			names = append(names, l.Name)
		}
	}
	return names, nil
}

// Carrier is a host interface's operational state (SAI_HOSTIF_ATTR_OPER_STATUS).
type Carrier struct {
	Name string
	Up   bool
}

// SetCarrier gives or takes carriers. Without one, frames pass in neither direction.
func (h *Hostifs) SetCarrier(list []Carrier) []error {
	errs := make([]error, len(list))
	for i, c := range list {
		if err := h.conn.SetCarrier(c.Name, c.Up); err != nil {
			errs[i] = fmt.Errorf("host interface %s: %w", c.Name, err)
		}
	}
	return errs
}

// Counters reads the counters of host interfaces and front-panel netdevs.
func (h *Hostifs) Counters(names []string) ([]netdev.Counters, []error) {
	counters, errs := make([]netdev.Counters, len(names)), make([]error, len(names))
	for i, name := range names {
		counters[i], errs[i] = h.conn.Counters(name)
	}
	return counters, errs
}
