package ebpf

import (
	"context"
	"errors"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
)

// hosts makes host interfaces, and holds back what would disturb those that exist until the ASIC is restored: while its objects are made again, ports
// are down for a moment, and their netdevs must not be.
type hosts struct {
	virtual.Hostifs
	held     bool
	carriers map[string]bool
	fronts   map[string]frontState
}

type frontState struct {
	up  bool
	mtu uint32
}

// SetCarrier implements virtual.Hostifs.
func (h *hosts) SetCarrier(ctx context.Context, name string, up bool) error {
	if !h.held {
		return h.Hostifs.SetCarrier(ctx, name, up)
	}
	if h.carriers == nil {
		h.carriers = map[string]bool{}
	}
	h.carriers[name] = up
	return nil
}

// SetFront implements virtual.Hostifs.
func (h *hosts) SetFront(ctx context.Context, front string, up bool, mtu uint32) error {
	if !h.held {
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

// release does what was held back.
func (h *hosts) release(ctx context.Context) error {
	if h == nil || !h.held {
		return nil
	}
	h.held = false
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
