package syncd

import (
	"context"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// wipe removes what an ASIC kept of which ASIC_DB knows nothing, so that the first client finds it as after power-up.
func (r *restoration) wipe(ctx context.Context) error {
	switches, err := r.list(ctx, sai.ObjectTypeSwitch)
	if err != nil || len(switches) == 0 {
		return err
	}
	r.s.log.Warn("the ASIC has a switch of which ASIC_DB knows nothing: removing what is on it")
	for progress := true; progress; {
		if progress, err = r.wipeOnce(ctx); err != nil {
			return err
		}
	}
	if st := r.s.api.Remove(ctx, sai.ObjectTypeSwitch, switches)[0]; st != sai.StatusSuccess {
		return st.Err("switch of an earlier life")
	}
	return nil
}

// wipeOnce removes what it can, users first, and tells whether anything went.
func (r *restoration) wipeOnce(ctx context.Context) (progress bool, err error) {
	all := types()
	slices.Reverse(all)
	for _, m := range all {
		if m.Type == sai.ObjectTypeSwitch || keeps(m.Type) {
			continue
		}
		objects, err := r.list(ctx, m.Type)
		if err != nil {
			return false, err
		}
		if len(objects) == 0 {
			continue
		}
		for _, st := range r.s.api.Remove(ctx, m.Type, objects) {
			progress = progress || st == sai.StatusSuccess
		}
	}
	return progress, nil
}
