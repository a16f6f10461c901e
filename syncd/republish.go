package syncd

import (
	"context"
	"errors"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// errForgotten ends a syncd whose database lost its data and whose ASIC cannot tell what it has. The next one starts anew.
var errForgotten = errors.New("ASIC_DB lost its data, and the ASIC does not list its objects")

// republish writes all of ASIC_DB anew, after the database came back without its data: the maps from memory, the rows from what the ASIC lists.
// Nothing is asked of the ASIC but that, so nothing that it forwards stops. A view that was being built is gone.
//
// Of objects that the ASIC made by itself, only attributes that have been set are written.
func (l *loop) republish(ctx context.Context) error {
	s := l.s
	lister, ok := s.api.(Lister)
	if !ok {
		return errForgotten
	}
	if s.found.sw == 0 {
		return nil // there was nothing
	}
	s.log.Warn("ASIC_DB lost its data: writing it anew", "objects", len(s.oids.byVID))
	s.batch = l.fresh()
	s.view = view{started: true}
	s.writeBooks(ctx)
	highest := int64(0)
	for vid := range s.oids.byVID {
		highest = max(highest, int64(vid&(1<<39-1)))
	}
	if _, err := s.raw.Add(ctx, wire.VIDCounter, highest); err != nil {
		return fmt.Errorf("VIDCOUNTER: %w", err)
	}
	for _, m := range types() {
		err := lister.List(ctx, m.Type, func(o sai.Object, attrs []sai.Attribute) error {
			if err := s.rewrite(o, attrs); err != nil {
				return err
			}
			if s.batch.size < batchObjects {
				return nil
			}
			return l.turn(ctx)
		})
		if err != nil {
			return fmt.Errorf("rows of %s: %w", m.Name, err)
		}
	}
	return l.turn(ctx)
}

// turn commits the batch and starts another one.
func (l *loop) turn(ctx context.Context) error {
	err := l.inbox.Commit(ctx, l.s.batch.Commit)
	l.s.batch.reset()
	return err
}

// writeBooks writes the maps, HIDDEN, LANES, COLDVIDS and the paths.
func (s *Server) writeBooks(ctx context.Context) {
	forward, back := s.oids.fields()
	s.replace(wire.VIDToRID, forward)
	s.replace(wire.RIDToVID, back)
	var cold, paths []db.Field
	for vid := range s.found.cold {
		cold = append(cold, db.Field{Name: vid.String(), Value: vid.VIDType().String()})
	}
	for vid, path := range s.found.paths {
		paths = append(paths, db.Field{Name: vid.String(), Value: path})
	}
	s.replace(wire.ColdVIDs, cold)
	s.replace(pathsKey, paths)
	s.books(ctx)
	if err := s.unreachable(ctx); err != nil {
		s.log.Error("internal objects not written", "error", err)
	}
}

// rewrite writes the row of an object that the ASIC lists.
func (s *Server) rewrite(o sai.Object, attrs []sai.Attribute) error {
	v, ok := s.oids.virtualObject(o)
	if !ok {
		return nil // nobody can name it
	}
	made := o.Entry == nil && s.found.paths[v.OID] != ""
	var fields []db.Field
	for _, a := range attrs {
		if a.Meta.Is(sai.ReadOnly) || made && !s.found.told[v.OID][a.Meta.Name] {
			continue
		}
		value, ok := sai.MapValue(a.Value, s.oids.vid)
		if !ok {
			continue
		}
		text, err := sai.AppendValue(nil, a.Meta, value)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", a.Meta.Name, o, err)
		}
		fields = append(fields, db.Field{Name: a.Meta.Name, Value: string(text)})
	}
	if made {
		fields = append(fields, nullRow...)
	}
	s.batch.write(wire.State+v.String(), fields)
	return nil
}
