package syncd

import (
	"context"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// scratch is memory that every command uses anew.
type scratch struct {
	items    []item
	attrs    []sai.Attribute
	creates  []sai.CreateRequest
	sets     []sai.SetRequest
	objects  []sai.Object
	live     []int // items that requests are for
	statuses []sai.Status
	vids     []sai.OID
	rids     []sai.OID
	hint     [4]*sai.AttrMeta // the last attributes seen, by position
}

func (s *Server) single(ctx context.Context, c db.Command, fields []db.Field) error {
	m, id, err := objectType(c.Key)
	if err != nil {
		return err
	}
	s.scratch.items = append(s.scratch.items[:0], item{id: id, row: fields})
	s.write(ctx, m, c.Op)
	it := &s.scratch.items[0]
	if it.status != sai.StatusSuccess {
		s.log.Warn("call failed", "op", c.Op, "key", c.Key, "status", it.status)
	}
	s.batch.answer(wire.Response, it.status, nil)
	return nil
}

func (s *Server) bulk(ctx context.Context, c db.Command, fields []db.Field) error {
	m, _, err := objectType(c.Key)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		return refuse(sai.StatusInvalidParameter, "no objects")
	}
	items := s.scratch.items[:0]
	for _, f := range fields {
		it := item{id: f.Name}
		if c.Op != wire.BulkRemove {
			start := len(s.batch.fields)
			s.batch.fields = wire.Split(s.batch.fields, f.Value)
			it.row = s.batch.fields[start:len(s.batch.fields):len(s.batch.fields)]
		}
		items = append(items, it)
	}
	s.scratch.items = items
	s.write(ctx, m, singleOf(c.Op))
	statuses, failed := s.scratch.statuses[:0], 0
	for i := range items {
		statuses = append(statuses, items[i].status)
		if items[i].status != sai.StatusSuccess {
			failed++
		}
	}
	s.scratch.statuses = statuses
	if failed > 0 {
		s.log.Warn("calls failed", "op", c.Op, "key", c.Key, "failed", failed)
	}
	s.batch.answerAll(statuses)
	return nil
}

func singleOf(bulk string) string {
	switch bulk {
	case wire.BulkCreate:
		return wire.Create
	case wire.BulkRemove:
		return wire.Remove
	}
	return wire.Set
}

// write executes the items, and gives each its status.
func (s *Server) write(ctx context.Context, m *sai.ObjectMeta, op string) {
	s.scratch.attrs = s.scratch.attrs[:0]
	items := s.scratch.items
	for i := range items {
		s.parse(m, &items[i], op)
	}
	switch {
	case m.Type == sai.ObjectTypeSwitch && op == wire.Remove:
		for i := range items {
			items[i].status = sai.StatusNotSupported // nor is it by SONiC's syncd
		}
	case s.view.active:
		s.record(m, op)
	case op == wire.Create:
		s.create(ctx, m)
	case op == wire.Remove:
		s.remove(ctx, m)
	default:
		s.set(ctx, m)
	}
}

func (s *Server) create(ctx context.Context, m *sai.ObjectMeta) {
	sc := &s.scratch
	sc.creates, sc.live = sc.creates[:0], sc.live[:0]
	for i := range sc.items {
		it := &sc.items[i]
		if it.status == sai.StatusSuccess && it.object.OID != 0 {
			if _, exists := s.oids.byVID[it.object.OID]; exists {
				it.status = sai.StatusItemAlreadyExists
				if m.Type == sai.ObjectTypeSwitch {
					it.status = s.settle(ctx, it)
				}
				continue
			}
		}
		if it.status == sai.StatusSuccess {
			sc.creates = append(sc.creates, sai.CreateRequest{Object: it.real, Attrs: it.attrs})
			sc.live = append(sc.live, i)
		}
	}
	if len(sc.creates) == 0 {
		return
	}
	results := s.api.Create(ctx, m.Type, sc.creates)
	sc.vids, sc.rids = sc.vids[:0], sc.rids[:0]
	for j, r := range results {
		it := &sc.items[sc.live[j]]
		it.status = r.Status
		if r.Status == sai.StatusItemAlreadyExists && s.replay > 0 && it.real.Entry != nil {
			it.status = s.settle(ctx, it)
			continue
		}
		if r.Status != sai.StatusSuccess {
			continue
		}
		if it.real.Entry == nil && !s.adopt(ctx, it, r.OID) {
			continue
		}
		s.found.tell(it.object.OID, it.row)
		s.batch.write(s.batch.key(wire.State, m.Name, it.id), it.row)
		if m.Type == sai.ObjectTypeFdbEntry {
			s.fdbCreated(it)
		}
	}
	s.batch.bind(sc.vids, sc.rids)
	s.created(ctx, m, sc.vids)
}

// adopt binds a new object's RID. A bulk that creates one object twice has the second one taken back.
func (s *Server) adopt(ctx context.Context, it *item, rid sai.OID) bool {
	if _, exists := s.oids.byVID[it.object.OID]; exists {
		s.api.Remove(ctx, it.object.Type, []sai.Object{{Type: it.object.Type, OID: rid}})
		it.status = sai.StatusItemAlreadyExists
		return false
	}
	s.oids.bind(it.object.OID, rid)
	s.scratch.vids = append(s.scratch.vids, it.object.OID)
	s.scratch.rids = append(s.scratch.rids, rid)
	return true
}

// settle gives an object that exists already the attributes that its creation asks for, so that creating it again does no harm.
func (s *Server) settle(ctx context.Context, it *item) sai.Status {
	o := it.real
	if it.object.OID != 0 {
		o, _ = s.oids.realObject(it.object)
	}
	for _, a := range it.attrs {
		if a.Meta.Is(sai.CreateOnly) {
			continue
		}
		if st := s.api.Set(ctx, o.Type, []sai.SetRequest{{Object: o, Attr: a}})[0]; st != sai.StatusSuccess {
			return st
		}
	}
	m, row := o.Type.Meta(), it.row
	if it.real.Entry == nil {
		row = slices.DeleteFunc(slices.Clone(row), func(f db.Field) bool {
			a := m.AttrByName(f.Name)
			return a == nil || a.Is(sai.CreateOnly)
		})
	}
	if len(row) > 0 {
		s.found.tell(it.object.OID, row)
		s.batch.write(s.batch.key(wire.State, m.Name, it.id), row)
	}
	return sai.StatusSuccess
}

func (s *Server) set(ctx context.Context, m *sai.ObjectMeta) {
	sc := &s.scratch
	sc.sets, sc.live = sc.sets[:0], sc.live[:0]
	for i := range sc.items {
		if it := &sc.items[i]; it.status == sai.StatusSuccess {
			sc.sets = append(sc.sets, sai.SetRequest{Object: it.real, Attr: it.attrs[0]})
			sc.live = append(sc.live, i)
		}
	}
	if len(sc.sets) == 0 {
		return
	}
	for j, st := range s.api.Set(ctx, m.Type, sc.sets) {
		it := &sc.items[sc.live[j]]
		if it.status = st; st != sai.StatusSuccess {
			continue
		}
		s.found.tell(it.object.OID, it.row)
		s.batch.write(s.batch.key(wire.State, m.Name, it.id), it.row)
		if m.Type == sai.ObjectTypeFdbEntry {
			s.fdbSet(it)
		}
	}
}

func (s *Server) remove(ctx context.Context, m *sai.ObjectMeta) {
	sc := &s.scratch
	sc.objects, sc.live = sc.objects[:0], sc.live[:0]
	for i := range sc.items {
		if it := &sc.items[i]; it.status == sai.StatusSuccess && !it.gone {
			sc.objects = append(sc.objects, it.real)
			sc.live = append(sc.live, i)
		}
	}
	if len(sc.objects) == 0 {
		return
	}
	sc.vids, sc.rids = sc.vids[:0], sc.rids[:0]
	for j, st := range s.api.Remove(ctx, m.Type, sc.objects) {
		it := &sc.items[sc.live[j]]
		if st == sai.StatusItemNotFound && s.replay > 0 {
			st = sai.StatusSuccess
		}
		if it.status = st; st != sai.StatusSuccess {
			continue
		}
		s.batch.delete(s.batch.key(wire.State, m.Name, it.id))
		switch {
		case m.Type == sai.ObjectTypeFdbEntry:
			s.fdbRemoved(it)
		case it.real.Entry == nil:
			s.oids.forget(it.object.OID)
			sc.vids, sc.rids = append(sc.vids, it.object.OID), append(sc.rids, it.real.OID)
		}
	}
	s.batch.unbind(sc.vids, sc.rids)
	s.removed(m, sc.vids)
}
