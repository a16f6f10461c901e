package hostif

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// Front is how a front-panel netdev shall be: administratively as its port, with the port's MTU (SAI_PORT_ATTR_MTU without the 22 bytes
// of headers), silent (no ARP, no IPv6), and listening to every address.
type Front struct {
	Name  string // eth1
	Admin bool
	MTU   uint32 // bytes; 0: as it is
}

// SetFront sets front-panel netdevs. One that is not there gets its settings when it is plugged in.
func (h *Hostifs) SetFront(list []Front) []error {
	h.mu.Lock()
	defer h.mu.Unlock()
	errs := make([]error, len(list))
	for i, f := range list {
		if linux.HostKindOf(f.Name) != linux.HostNone || linux.IsInner(f.Name) {
			errs[i] = fmt.Errorf("front panel %s: a host interface's name", f.Name)
			continue
		}
		h.fronts[f.Name] = f
		errs[i] = h.applyFront(f)
	}
	return errs
}

func (h *Hostifs) applyFront(f Front) error {
	err := h.silence(f.Name)
	if err == nil {
		ch := netdev.Change{Admin: &f.Admin}
		if f.MTU != 0 {
			ch.MTU = &f.MTU
		}
		err = h.conn.SetLink(f.Name, ch)
	}
	if err != nil && !errors.Is(err, unix.ENODEV) {
		return fmt.Errorf("front panel %s: %w", f.Name, err)
	}
	return nil
}

// silence makes sure that the kernel never speaks on a front-panel netdev: the switch behind it does.
func (h *Hostifs) silence(front string) error {
	l, err := h.conn.Link(front)
	if err != nil {
		return err
	}
	if err := h.conn.Quiet(front); err != nil {
		return err
	}
	on := true
	ch := netdev.Change{NoARP: &on}
	if l.Kind != "veth" {
		ch.Promisc = &on // a veth passes everything; hardware filters by address
	}
	return h.conn.SetLink(front, ch)
}

// Claim gives front-panel netdevs that were plugged in under the name of their port (Ethernet0, as some topologies do) the name of the
// front (eth1), before host interfaces are made. Where there is nothing to do, nothing is done.
func (h *Hostifs) Claim(list []Wire) []error {
	errs := make([]error, len(list))
	own, err := h.List()
	ours := map[string]bool{}
	for _, name := range own {
		ours[name] = true
	}
	for i, w := range list {
		switch _, missing := h.conn.Index(w.Front); {
		case err != nil:
			errs[i] = err
		case missing == nil || ours[w.Netdev]:
		default:
			if err := h.conn.Rename(w.Netdev, w.Front); err != nil && !errors.Is(err, unix.ENODEV) {
				errs[i] = fmt.Errorf("front panel %s: renaming %s: %w", w.Front, w.Netdev, err)
			}
		}
	}
	return errs
}

// FrontState is a fact about a netdev that is no host interface; whether it is a front-panel netdev is for the reader to know (eth0 is not).
type FrontState struct {
	Name    string
	Present bool
	Up      bool // IFF_LOWER_UP: administratively up, and the other end too. A port's operational state (sonic-contract 3.7)
}

// Run reports front-panel netdevs until ctx ends: first all there are, even if there are none, then changes. One that is plugged in gets its settings
// and its wire before it is reported. report is called from Run's goroutine.
func (h *Hostifs) Run(ctx context.Context, report func([]FrontState)) error {
	seen := map[string]netdev.Link{}
	for first := true; ; first = false {
		batch, err := h.feed.Next(ctx)
		if err != nil {
			return err
		}
		if states := h.compare(seen, batch); first || len(states) > 0 {
			report(states)
		}
	}
}

// compare brings seen up to date and returns what is different.
func (h *Hostifs) compare(seen map[string]netdev.Link, batch kernel.LinkBatch) (states []FrontState) {
	listed := map[string]bool{}
	for _, c := range batch.Links {
		if c.Name == "lo" || linux.HostKindOf(c.Name) != linux.HostNone || linux.IsInner(c.Name) {
			continue
		}
		was, known := seen[c.Name]
		if c.Gone {
			if known {
				delete(seen, c.Name)
				states = append(states, FrontState{Name: c.Name})
			}
			continue
		}
		listed[c.Name] = true
		seen[c.Name] = c.Link
		if !known || was.Index != c.Index {
			h.plugged(c.Name)
		}
		if !known || was.LowerUp != c.LowerUp {
			states = append(states, FrontState{Name: c.Name, Present: true, Up: c.LowerUp})
		}
	}
	if batch.Listing {
		for name := range seen {
			if !listed[name] {
				delete(seen, name)
				states = append(states, FrontState{Name: name})
			}
		}
	}
	return states
}

func (h *Hostifs) plugged(front string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var errs []error
	if netdev, ok := h.wires[front]; ok {
		errs = append(errs, h.attach(front, netdev))
	}
	if f, ok := h.fronts[front]; ok {
		errs = append(errs, h.applyFront(f))
	}
	if err := errors.Join(errs...); err != nil {
		h.log.Error("front panel netdev was plugged in", "front", front, "error", err)
	}
}
