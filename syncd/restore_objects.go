package syncd

import (
	"context"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// removeSurplus removes objects that ASIC_STATE does not have: default objects that had been removed, and objects whose creation was not
// committed.
func (r *restoration) removeSurplus(ctx context.Context) {
	surplus := r.stuck
	for vid, real := range r.s.oids.byVID {
		if t := vid.VIDType(); r.rows[vid] == nil && (t == sai.ObjectTypePort || !keeps(t)) {
			surplus = append(surplus, sai.Object{Type: t, OID: real.rid})
		}
	}
	r.stuck = r.removeAll(ctx, surplus)
}

// removeAll removes objects, users first, and gives those that did not go.
func (r *restoration) removeAll(ctx context.Context, objects []sai.Object) []sai.Object {
	slices.SortStableFunc(objects, func(a, b sai.Object) int { return b.Type.Meta().Rank - a.Type.Meta().Rank })
	var left []sai.Object
	for _, o := range objects {
		st := r.s.api.Remove(ctx, o.Type, []sai.Object{o})[0]
		if st != sai.StatusSuccess && st != sai.StatusItemNotFound {
			left = append(left, o)
			continue
		}
		if vid, bound := r.s.oids.byRID[o.OID]; bound {
			r.s.oids.forget(vid)
			for _, child := range r.s.children(vid) {
				r.s.oids.forget(child)
			}
		}
	}
	return left
}

// known announces objects that no row knew, and takes note of their rows.
func (r *restoration) known(ctx context.Context, found []finding) error {
	vids, err := r.s.announce(ctx, found)
	for _, vid := range vids {
		r.rows[vid] = &stateRow{vid: vid, m: vid.VIDType().Meta(), made: true}
	}
	return err
}

// attributes splits a row's attributes into those for its creation and those that must wait: references into cycles of types, and to
// objects that are not there yet.
func (r *restoration) attributes(row *stateRow) (attrs []sai.Attribute, late []db.Field) {
	for _, f := range row.fields {
		a := row.m.AttrByName(f.Name)
		if a == nil || a.Is(sai.ReadOnly) {
			continue
		}
		v, err := sai.ParseValue(a, f.Value)
		if err != nil {
			r.s.log.Warn("attribute of ASIC_STATE ignored", "object", row.vid, "attribute", f.Name, "error", err)
			continue
		}
		v, ok := r.s.oids.realValue(a, v)
		if !a.Is(sai.CreateOnly) && (!ok || a.Is(sai.Deferred)) {
			late = append(late, f)
			continue
		}
		attrs = append(attrs, sai.Attribute{Meta: a, Value: v})
		if !ok {
			return nil, nil
		}
	}
	return attrs, late
}

func (r *restoration) create(ctx context.Context, row *stateRow, attrs []sai.Attribute) (sai.OID, error) {
	result := r.s.api.Create(ctx, row.m.Type, []sai.CreateRequest{{Object: sai.Object{Type: row.m.Type}, Attrs: attrs}})[0]
	if result.Status != sai.StatusSuccess {
		return 0, result.Status.Err(row.vid.String())
	}
	row.made = true
	r.s.oids.bind(row.vid, result.OID)
	return result.OID, nil
}

// createMissing makes the objects that the ASIC does not have. Ranks order types; within one, objects may refer to each other, so a
// type is gone through until nothing moves any more.
func (r *restoration) createMissing(ctx context.Context) {
	missing := map[int][]*stateRow{}
	for vid, row := range r.rows {
		if _, ok := r.s.oids.byVID[vid]; !ok {
			missing[row.m.Rank] = append(missing[row.m.Rank], row)
		}
	}
	ranks := make([]int, 0, len(missing))
	for rank := range missing {
		ranks = append(ranks, rank)
	}
	slices.Sort(ranks)
	for _, rank := range ranks {
		rows := missing[rank]
		slices.SortFunc(rows, func(a, b *stateRow) int { return compareOIDs(a.vid, b.vid) })
		for n := -1; len(rows) > 0 && len(rows) != n; {
			n = len(rows)
			rows = r.createSome(ctx, rows)
		}
		for _, row := range rows {
			r.lose(row, "it refers to an object that does not exist")
		}
	}
}

func compareOIDs(a, b sai.OID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// createSome makes the objects whose references exist, and gives the others.
func (r *restoration) createSome(ctx context.Context, rows []*stateRow) []*stateRow {
	var left []*stateRow
	for _, row := range rows {
		if _, ok := r.s.oids.byVID[row.vid]; ok {
			continue // it came with a port
		}
		if strings.HasPrefix(r.s.found.paths[row.vid], unnamedPath) {
			r.lose(row, "the ASIC made it by itself, and did so again or not")
			continue
		}
		attrs, late := r.attributes(row)
		if attrs == nil && hasAttributes(row.fields) && late == nil {
			left = append(left, row)
			continue
		}
		rid, err := r.create(ctx, row, attrs)
		if err != nil {
			r.lose(row, err.Error())
			continue
		}
		row.late = late
		if row.m.Type == sai.ObjectTypePort {
			r.cameWith(ctx, row, rid)
		}
	}
	return left
}

func hasAttributes(fields []db.Field) bool {
	return slices.ContainsFunc(fields, func(f db.Field) bool { return f.Name != wire.Null })
}

// cameWith binds what the ASIC made together with a port.
func (r *restoration) cameWith(ctx context.Context, row *stateRow, rid sai.OID) {
	port := []finding{{rid: rid, t: sai.ObjectTypePort}}
	r.s.identify(ctx, port)
	var unknown []finding
	for _, f := range r.s.discover(ctx, port[0], r.s.known()) {
		if vid, ok := r.s.found.vids[f.path]; ok {
			r.s.oids.bind(vid, f.rid)
		} else {
			unknown = append(unknown, f)
		}
	}
	if err := r.known(ctx, unknown); err != nil {
		r.s.log.Error("discovery failed", "object", row.vid, "error", err)
	}
}

// lose takes back the row of an object that cannot be restored, since ASIC_STATE says what the ASIC has.
func (r *restoration) lose(row *stateRow, reason string) {
	r.lost = true
	r.s.log.Error("object not restored", "type", row.m.Name, "object", row.vid, "reason", reason)
	r.s.batch.delete(wire.State + row.m.Name + ":" + row.vid.String())
	delete(r.rows, row.vid)
}

// setEarly sets what it can of objects that came with an empty ASIC, before anything is built on them: a host interface that is made on a port that is
// not enabled yet takes its netdev down. What is refused, or refers to what is not there, is tried again when all objects are.
func (r *restoration) setEarly(ctx context.Context) {
	if r.kept {
		return
	}
	for _, row := range r.rows {
		real, ok := r.s.oids.byVID[row.vid]
		if !ok || row.made {
			continue
		}
		row.made = true
		for _, f := range row.fields {
			if !r.setOne(ctx, sai.Object{Type: row.m.Type, OID: real.rid}, f) {
				row.late = append(row.late, f)
			}
		}
	}
}

// setOne reports whether an attribute has been set, or never can be.
func (r *restoration) setOne(ctx context.Context, o sai.Object, f db.Field) bool {
	a := o.Type.Meta().AttrByName(f.Name)
	if a == nil || a.Is(sai.ReadOnly) || a.Is(sai.CreateOnly) {
		return true
	}
	v, err := sai.ParseValue(a, f.Value)
	if err != nil {
		return false
	}
	if v, known := r.s.oids.realValue(a, v); known && !a.Is(sai.Deferred) {
		return r.s.api.Set(ctx, o.Type, []sai.SetRequest{{Object: o, Attr: sai.Attribute{Meta: a, Value: v}}})[0] == sai.StatusSuccess
	}
	return false
}

// setAttributes sets what objects have that were there already, and what had to wait.
func (r *restoration) setAttributes(ctx context.Context) {
	for _, row := range r.rows {
		fields := row.fields
		if row.made {
			fields = row.late
		}
		real, ok := r.s.oids.byVID[row.vid]
		if !ok {
			continue
		}
		refused := r.setDifferent(ctx, sai.Object{Type: row.m.Type, OID: real.rid}, fields, r.kept && !row.made)
		if len(refused) > 0 {
			r.lost = true
			key := wire.State + row.m.Name + ":" + row.vid.String()
			// The null field keeps the row if it has no other.
			r.s.batch.Writes = append(r.s.batch.Writes, db.RawWrite{Key: key, Fields: nullRow, Remove: refused})
		}
	}
}

// setDifferent sets the attributes of a row, only those that differ if the ASIC may have them already. It gives the names of those that the ASIC
// does not have.
func (r *restoration) setDifferent(ctx context.Context, o sai.Object, fields []db.Field, compare bool) (refused []string) {
	m := o.Type.Meta()
	for _, f := range fields {
		a := m.AttrByName(f.Name)
		if a == nil || a.Is(sai.ReadOnly) || a.Is(sai.CreateOnly) {
			continue
		}
		v, err := sai.ParseValue(a, f.Value)
		if err != nil {
			continue
		}
		v, ok := r.s.oids.realValue(a, v)
		if !ok {
			r.s.log.Error("attribute not restored: it refers to an object that does not exist", "object", o, "attribute", f.Name, "value", f.Value)
			refused = append(refused, f.Name)
			continue
		}
		if compare && sameValue(a, r.s.one(ctx, o, a), v) {
			continue
		}
		if st := r.s.api.Set(ctx, o.Type, []sai.SetRequest{{Object: o, Attr: sai.Attribute{Meta: a, Value: v}}})[0]; st != sai.StatusSuccess {
			r.s.log.Error("attribute not restored", "object", o, "attribute", f.Name, "value", f.Value, "status", st)
			refused = append(refused, f.Name)
		}
	}
	return refused
}

// sameValue compares by the text, which is the same for equal values.
func sameValue(a *sai.AttrMeta, x, y any) bool {
	if x == nil {
		return false
	}
	tx, err1 := sai.AppendValue(nil, a, x)
	ty, err2 := sai.AppendValue(nil, a, y)
	return err1 == nil && err2 == nil && string(tx) == string(ty)
}

// rewriteMaps writes VIDTORID and RIDTOVID as they are now.
func (r *restoration) rewriteMaps() {
	forward, back := r.s.oids.fields()
	r.s.replace(wire.VIDToRID, forward)
	r.s.replace(wire.RIDToVID, back)
}
