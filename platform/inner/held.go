package inner

import (
	"context"
	"errors"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
)

// Held makes host interfaces, and holds back what would disturb those that exist until the ASIC is restored: while its objects are made again, ports
// are down for a moment, and their netdevs must not be.
type Held struct {
	virtual.Hostifs
	released bool
	carriers map[string]bool
	fronts   map[string]frontState
}

type frontState struct {
	up  bool
	mtu uint32
}

// SetCarrier implements virtual.Hostifs.
func (h *Held) SetCarrier(ctx context.Context, name string, up bool) error {
	if h.released {
		return h.Hostifs.SetCarrier(ctx, name, up)
	}
	if h.carriers == nil {
		h.carriers = map[string]bool{}
	}
	h.carriers[name] = up
	return nil
}

// SetFront implements virtual.Hostifs.
func (h *Held) SetFront(ctx context.Context, front string, up bool, mtu uint32) error {
	if h.released {
		return h.Hostifs.SetFront(ctx, front, up, mtu)
	}
	if h.fronts == nil {
		h.fronts = map[string]frontState{}
	}
	if mtu == 0 {
		mtu = h.fronts[front].mtu
	}
	h.fronts[front] = frontState{up, mtu}
	return nil
}

// Release does what was held back, and holds nothing back from now on. There may be no host interfaces at all.
func (h *Held) Release(ctx context.Context) error {
	if h == nil || h.released {
		return nil
	}
	h.released = true
	var errs []error
	for front, s := range h.fronts {
		errs = append(errs, h.Hostifs.SetFront(ctx, front, s.up, s.mtu))
	}
	for name, up := range h.carriers {
		errs = append(errs, h.Hostifs.SetCarrier(ctx, name, up))
	}
	h.fronts, h.carriers = nil, nil
	return errors.Join(errs...)
}
