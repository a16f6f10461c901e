package syncd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// execute carries out a command, and adds what it changed and its answer to the batch. Every command is answered.
func (s *Server) execute(ctx context.Context, c db.Command) {
	answers := len(s.batch.Answers)
	fields, err := s.decode(c)
	if err == nil {
		err = s.dispatch(ctx, c, fields)
	}
	if s.replay > 0 {
		s.replay--
	}
	if err != nil {
		status := sai.StatusInvalidParameter
		var m *wire.Malformed
		if errors.As(err, &m) && m.Status != sai.StatusSuccess {
			status = m.Status
		}
		s.log.Error("command refused", "op", c.Op, "key", c.Key, "status", status, "error", err)
		s.batch.Answers = s.batch.Answers[:answers]
		s.batch.answer(wire.AnswerOp(c.Op), status, nil)
	}
}

// decode gives a command's fields. They live as long as the batch.
func (s *Server) decode(c db.Command) ([]db.Field, error) {
	if c.Value == nil {
		return c.Fields, nil
	}
	start := len(s.batch.fields)
	all, err := wire.DecodeFields(s.batch.fields, c.Value)
	if err != nil {
		return nil, err
	}
	s.batch.fields = all
	return all[start:len(all):len(all)], nil
}

func (s *Server) dispatch(ctx context.Context, c db.Command, fields []db.Field) error {
	switch c.Op {
	case wire.Create, wire.Remove, wire.Set:
		return s.single(ctx, c, fields)
	case wire.BulkCreate, wire.BulkRemove, wire.BulkSet:
		return s.bulk(ctx, c, fields)
	case wire.Get:
		return s.get(ctx, c, fields)
	case wire.BulkGet:
		return s.bulkGet(ctx, c, fields)
	case wire.Flush:
		return s.flush(ctx, c, fields)
	case wire.GetStats, wire.ClearStats:
		return s.stats(ctx, c, fields)
	case wire.Notify:
		return s.notified(ctx, c.Key)
	case wire.AttrCapability:
		return s.attrCapability(ctx, c, fields)
	case wire.EnumCapability:
		return s.enumCapability(ctx, c, fields)
	case wire.Availability:
		return s.availability(ctx, c, fields)
	case wire.StatsCapability, wire.StatsStreaming:
		return s.statsCapability(ctx, c, fields)
	case wire.SetCounterGroup, wire.DelCounterGroup, wire.StartPoll, wire.StopPoll:
		return s.counters(ctx, c, fields)
	case wire.LinkEventDamping:
		return s.damping(c)
	}
	return &wire.Malformed{Reason: fmt.Sprintf("unknown operation %q", c.Op), Status: sai.StatusNotImplemented}
}

func refuse(status sai.Status, format string, args ...any) error {
	return &wire.Malformed{Reason: fmt.Sprintf(format, args...), Status: status}
}

// objectType reads the type at the start of a key, and gives the rest.
func objectType(key string) (*sai.ObjectMeta, string, error) {
	name, rest, ok := strings.Cut(key, ":")
	t, err := sai.ParseObjectType(name)
	if m := t.Meta(); ok && err == nil && m != nil {
		return m, rest, nil
	}
	return nil, "", refuse(sai.StatusInvalidObjectType, "key %q: want object type:id", key)
}

// switchRID reads a switch's VID.
func (s *Server) switchRID(text string) (sai.OID, error) {
	vid, err := sai.ParseOID(text)
	if err == nil && vid.VIDType() == sai.ObjectTypeSwitch {
		if rid, ok := s.oids.rid(vid); ok {
			return rid, nil
		}
	}
	return 0, refuse(sai.StatusInvalidObjectID, "unknown switch %q", text)
}
