package syncd

import (
	"context"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// viewKey is a string of ours in ASIC_DB that is there while a view is being built, so that a restarted syncd goes on building it.
const viewKey = "HYPERSONIC_VIEW"

// view is the state between INIT_VIEW and APPLY_VIEW, while commands are only recorded in TEMP_ASIC_STATE.
type view struct {
	active  bool
	started bool             // an INIT_VIEW has been seen
	created map[sai.OID]bool // VIDs that the view created
	removed map[sai.OID]bool // VIDs of existing objects that it removed
}

// notified executes a notify command.
func (s *Server) notified(ctx context.Context, key string) error {
	status := sai.StatusSuccess
	switch key {
	case wire.InitView:
		if err := s.initView(ctx); err != nil {
			return err
		}
	case wire.ApplyView:
		if err := s.applyView(ctx); err != nil {
			s.log.Error("view not applied", "error", err)
			status = sai.StatusFailure
		}
	case wire.Inspect:
		// A barrier: everything before it has been answered. SONiC's syncd also compares the ASIC with ASIC_STATE and logs what differs.
	case wire.InvokeDump:
		s.log.Info("dump asked for", "objects", len(s.oids.byVID), "fdb entries", len(s.fdb), "view", s.view.active)
	default:
		return refuse(sai.StatusNotImplemented, "unknown notification %q", key)
	}
	s.batch.answer(wire.Notify, status, nil)
	return nil
}

// initView starts a view. On the very first run there is nothing to compare with, and commands go to the ASIC directly; a second client in
// the same run finds objects, and gets a view (sonic-contract 4.13).
func (s *Server) initView(ctx context.Context) error {
	direct := s.firstRun && !s.view.started
	s.view = view{started: true, created: map[sai.OID]bool{}, removed: map[sai.OID]bool{}}
	if direct {
		return nil
	}
	s.firstRun = false
	err := s.raw.Keys(ctx, wire.TempState+"*", func(keys []string) error {
		for _, k := range keys {
			s.batch.delete(s.batch.keep(k))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("clearing the last view: %w", err)
	}
	s.view.active = true
	s.batch.Writes = append(s.batch.Writes, db.RawWrite{Key: viewKey, Fields: []db.Field{{Name: "active", Value: "true"}}})
	return nil
}

// resumeView goes on with a view that the last syncd did not live to see applied.
func (s *Server) resumeView(ctx context.Context) error {
	rows, err := s.raw.Hashes(ctx, []string{viewKey})
	if err != nil || rows[0] == nil {
		return err
	}
	s.view = view{active: true, started: true, created: map[sai.OID]bool{}, removed: map[sai.OID]bool{}}
	for _, f := range rows[0] {
		if vid, err := sai.ParseOID(f.Name); err == nil {
			s.view.removed[vid] = true
		}
	}
	return s.raw.Keys(ctx, wire.TempState+"*", func(keys []string) error {
		for _, k := range keys {
			o, err := sai.ParseObject(k[len(wire.TempState):])
			if _, exists := s.oids.byVID[o.OID]; err == nil && o.OID != 0 && !exists {
				s.view.created[o.OID] = true
			}
		}
		return nil
	})
}

// endView forgets the view.
func (s *Server) endView() {
	s.view = view{started: true}
	s.batch.delete(viewKey)
}

// record writes the scratch items to the view. Nothing reaches the ASIC. Ports cannot be made or removed, because what comes and goes with them is not
// known before the ASIC has done it.
func (s *Server) record(m *sai.ObjectMeta, op string) {
	for i := range s.scratch.items {
		it := &s.scratch.items[i]
		if it.status != sai.StatusSuccess {
			continue
		}
		if m.Type == sai.ObjectTypePort && op != wire.Set {
			s.log.Error("ports cannot be created or removed in a view", "object", it.id)
			it.status = sai.StatusFailure
			continue
		}
		key := s.batch.key(wire.TempState, m.Name, it.id)
		vid := it.object.OID
		switch op {
		case wire.Remove:
			s.batch.delete(key)
			if _, exists := s.oids.byVID[vid]; exists {
				s.view.removed[vid] = true
				s.batch.Writes = append(s.batch.Writes, db.RawWrite{Key: viewKey, Fields: []db.Field{{Name: s.batch.oid(vid), Value: "removed"}}})
			}
			delete(s.view.created, vid)
		default:
			s.batch.write(key, it.row)
			if _, exists := s.oids.byVID[vid]; op == wire.Create && vid != 0 && !exists {
				s.view.created[vid] = true
			}
		}
	}
}
