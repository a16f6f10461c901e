package syncd

import (
	"context"
	"fmt"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// entryChunk bounds how many entries are restored at once.
const entryChunk = 1000

// entryOrder are the types of entries in the order of their restoration: neighbours before routes, which may point to them.
var entryOrder = []sai.ObjectType{sai.ObjectTypeFdbEntry, sai.ObjectTypeNeighborEntry, sai.ObjectTypeRouteEntry}

func (r *restoration) entryTypes() []sai.ObjectType {
	types := entryOrder
	for t := range r.entries {
		if t != sai.ObjectTypeFdbEntry && t != sai.ObjectTypeNeighborEntry && t != sai.ObjectTypeRouteEntry {
			types = append(types[:len(types):len(types)], t)
		}
	}
	return types
}

// listedEntry is an entry that an adopted ASIC has.
type listedEntry struct {
	object sai.Object
	attrs  []sai.Attribute
	key    string // of its row; "" if it refers to an unknown object
}

// compareListed goes through the entries of an adopted ASIC. Those that ASIC_STATE does not have are removed; those that differ from their row are
// noted. An entry that is as its row says needs no more attention.
func (r *restoration) compareListed(ctx context.Context) error {
	if !r.kept {
		return nil
	}
	for _, m := range types() {
		if !m.IsEntry() {
			continue
		}
		chunk := make([]listedEntry, 0, entryChunk)
		err := r.lister.List(ctx, m.Type, func(o sai.Object, attrs []sai.Attribute) error {
			if chunk = append(chunk, listedEntry{object: o, attrs: attrs}); len(chunk) < entryChunk {
				return nil
			}
			err := r.compareChunk(ctx, m, chunk)
			chunk = chunk[:0]
			return err
		})
		if err == nil {
			err = r.compareChunk(ctx, m, chunk)
		}
		if err != nil {
			return fmt.Errorf("listing %s: %w", m.Name, err)
		}
	}
	return nil
}

func (r *restoration) compareChunk(ctx context.Context, m *sai.ObjectMeta, listed []listedEntry) error {
	var surplus []sai.Object
	var keys []string
	known := listed[:0:0]
	for _, e := range listed {
		v, ok := r.s.oids.virtualObject(e.object)
		if !ok {
			surplus = append(surplus, e.object)
			continue
		}
		e.key = wire.State + v.String()
		known, keys = append(known, e), append(keys, e.key)
	}
	rows, err := r.s.raw.Hashes(ctx, keys)
	if err != nil {
		return err
	}
	for i, row := range rows {
		switch {
		case row == nil && r.learned(known[i]):
		case row == nil:
			surplus = append(surplus, known[i].object)
		case m.Type != sai.ObjectTypeFdbEntry && r.asRow(known[i].attrs, row): // FDB rows are all read again: they are kept in memory
			r.settled[m.Type]++
		default:
			r.different[m.Type] = append(r.different[m.Type], known[i].key)
		}
	}
	if len(surplus) == 0 {
		return nil
	}
	r.s.log.Info("removing entries that ASIC_STATE does not have", "type", m.Name, "entries", len(surplus))
	for i, st := range r.s.api.Remove(ctx, m.Type, surplus) {
		if st != sai.StatusSuccess && st != sai.StatusItemNotFound {
			r.s.log.Error("surplus entry not removed", "object", surplus[i], "status", st)
		}
	}
	return nil
}

// learned reports an address that the ASIC learned while there was no syncd; false if the entry is none.
func (r *restoration) learned(e listedEntry) bool {
	entry, ok := e.object.Entry.(sai.FdbEntry)
	if !ok || !slices.ContainsFunc(e.attrs, dynamic) {
		return false
	}
	reported := len(r.s.batch.Publish)
	r.s.notify(sai.FdbEvents{{Event: sai.FdbEventLearned, Entry: entry, Attrs: e.attrs}})
	return len(r.s.batch.Publish) > reported
}

// aged reports an address that an adopted ASIC forgot while there was no syncd; false if the item is none.
func (r *restoration) aged(it *item) bool {
	entry, ok := it.real.Entry.(sai.FdbEntry)
	if !ok || !slices.ContainsFunc(it.attrs, dynamic) {
		return false
	}
	r.s.notify(sai.FdbEvents{{Event: sai.FdbEventAged, Entry: entry, Attrs: it.attrs}})
	return true
}

func dynamic(a sai.Attribute) bool { return a.Value == any(sai.FdbEntryTypeDynamic) }

// asRow tells whether attributes of the ASIC are what a row says. It errs on the side of no.
func (r *restoration) asRow(attrs []sai.Attribute, row []db.Field) bool {
	for _, f := range row {
		if f.Name != wire.Null && !r.hasField(attrs, f) {
			return false
		}
	}
	return true
}

func (r *restoration) hasField(attrs []sai.Attribute, f db.Field) bool {
	for _, a := range attrs {
		if a.Meta.Name != f.Name {
			continue
		}
		v, ok := sai.MapValue(a.Value, r.s.oids.vid)
		text, err := sai.AppendValue(r.text[:0], a.Meta, v)
		r.text = text
		return ok && err == nil && string(text) == f.Value
	}
	return false
}

// restoreEntries goes through the rows of entries, chunk by chunk; where every row has an entry, only through those that differ.
func (r *restoration) restoreEntries(ctx context.Context) error {
	for _, t := range r.entryTypes() {
		var err error
		switch different := r.different[t]; {
		case r.entries[t] == 0:
		case r.settled[t]+len(different) == r.entries[t]:
			err = r.restoreKeys(ctx, t, different)
		default:
			err = r.s.raw.Keys(ctx, wire.State+t.String()+":*", func(keys []string) error { return r.restoreKeys(ctx, t, keys) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *restoration) restoreKeys(ctx context.Context, t sai.ObjectType, keys []string) error {
	for len(keys) > 0 {
		n := min(len(keys), entryChunk)
		if err := r.restoreChunk(ctx, t.Meta(), keys[:n]); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func (r *restoration) restoreChunk(ctx context.Context, m *sai.ObjectMeta, keys []string) error {
	rows, err := r.s.raw.Hashes(ctx, keys)
	if err != nil {
		return err
	}
	s := r.s
	items := s.scratch.items[:0]
	s.scratch.attrs = s.scratch.attrs[:0]
	for i, fields := range rows {
		if fields == nil {
			continue
		}
		it := item{id: keyID(keys[i]), row: writable(m, fields)}
		s.parseObjectRow(m, &it)
		items = append(items, it)
	}
	s.scratch.items = items
	if r.kept {
		r.compareEntries(ctx, m, items)
	}
	r.createEntries(ctx, m, items)
	for i := range items {
		if it := &items[i]; it.status != sai.StatusSuccess {
			r.lost = true
			s.log.Error("entry not restored", "type", m.Name, "object", it.id, "status", it.status)
			s.batch.delete(wire.State + m.Name + ":" + it.id)
		} else if m.Type == sai.ObjectTypeFdbEntry && !it.gone {
			s.fdbCreated(it)
		}
	}
	if len(s.batch.Writes)+len(s.batch.Publish) == 0 {
		return nil
	}
	return r.flush(ctx)
}

// writable leaves out fields that no creation may have.
func writable(m *sai.ObjectMeta, fields []db.Field) []db.Field {
	out := fields[:0]
	for _, f := range fields {
		if a := m.AttrByName(f.Name); a == nil || !a.Is(sai.ReadOnly) {
			out = append(out, f)
		}
	}
	return out
}

// parseObjectRow parses a row like a creation.
func (s *Server) parseObjectRow(m *sai.ObjectMeta, it *item) {
	s.parse(m, it, wire.Create)
	if m.Type == sai.ObjectTypeRouteEntry || it.status != sai.StatusSuccess {
		return
	}
	it.object, _ = sai.ParseObjectID(m.Type, it.id)
}

// compareEntries sets what differs in entries that exist, and marks them done.
func (r *restoration) compareEntries(ctx context.Context, m *sai.ObjectMeta, items []item) {
	requests, live := make([]sai.GetRequest, 0, len(items)), make([]*item, 0, len(items))
	for i := range items {
		it := &items[i]
		if it.status != sai.StatusSuccess {
			continue
		}
		q := sai.GetRequest{Object: it.real}
		for _, a := range it.attrs {
			q.Attrs = append(q.Attrs, sai.Attribute{Meta: a.Meta})
		}
		requests, live = append(requests, q), append(live, it)
	}
	if len(requests) == 0 {
		return
	}
	for j, got := range r.s.api.Get(ctx, m.Type, requests) {
		it := live[j]
		if got.Status == sai.StatusItemNotFound && r.aged(it) {
			it.gone = true
		}
		if got.Status != sai.StatusSuccess {
			continue // missing, or it tells nothing: creating it will tell
		}
		for i, a := range it.attrs {
			if a.Meta.Is(sai.CreateOnly) || sameValue(a.Meta, got.Attrs[i].Value, a.Value) {
				continue
			}
			it.status = r.s.api.Set(ctx, m.Type, []sai.SetRequest{{Object: it.real, Attr: a}})[0]
		}
		it.real = sai.Object{} // done
	}
}

func (r *restoration) createEntries(ctx context.Context, m *sai.ObjectMeta, items []item) {
	sc := &r.s.scratch
	sc.creates, sc.live = sc.creates[:0], sc.live[:0]
	for i := range items {
		if it := &items[i]; it.status == sai.StatusSuccess && it.real.Entry != nil && !it.gone {
			sc.creates = append(sc.creates, sai.CreateRequest{Object: it.real, Attrs: it.attrs})
			sc.live = append(sc.live, i)
		}
	}
	if len(sc.creates) == 0 {
		return
	}
	for j, result := range r.s.api.Create(ctx, m.Type, sc.creates) {
		it := &items[sc.live[j]]
		if it.status = result.Status; result.Status == sai.StatusItemAlreadyExists {
			it.status = sai.StatusSuccess
		}
	}
}
