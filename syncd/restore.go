package syncd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// start brings the ASIC to what ASIC_STATE says: what is missing is made, what differs is set, and what should not be there goes. VIDs stay; RIDs
// change if the ASIC came up empty. On the very first run, which shows by the absence of HIDDEN, there is nothing to restore.
func (s *Server) start(ctx context.Context, inbox db.Inbox) error {
	queued, err := inbox.Peek(ctx, 0, 2*peekCommands)
	if err != nil {
		return err
	}
	s.replay = len(queued)
	r := &restoration{s: s, inbox: inbox, rows: map[sai.OID]*stateRow{}, entries: map[sai.ObjectType]int{},
		settled: map[sai.ObjectType]int{}, different: map[sai.ObjectType][]string{}}
	r.lister, _ = s.api.(Lister)
	if err := r.load(ctx); err != nil {
		return fmt.Errorf("reading ASIC_DB: %w", err)
	}
	if s.firstRun {
		s.log.Info("first run")
		return r.wipe(ctx)
	}
	if err := r.run(ctx); err != nil {
		return fmt.Errorf("restoring the ASIC: %w", err)
	}
	return s.resumeView(ctx)
}

// restoration is the work of start.
type restoration struct {
	s       *Server
	inbox   db.Inbox
	lister  Lister
	kept    bool // the ASIC outlived the last syncd
	rows    map[sai.OID]*stateRow
	entries map[sai.ObjectType]int // rows of entries, by type: too many to keep
	// settled counts entries that an adopted ASIC has as their rows say; different are the keys of others that it has.
	settled   map[sai.ObjectType]int
	different map[sai.ObjectType][]string
	text      []byte              // scratch
	oldRIDs   map[sai.OID]sai.OID // VIDTORID as the last syncd left it
	private   map[sai.OID]bool    // RIDs of objects that the ASIC made and nobody can name
	stuck     []sai.Object        // RIDs that did not go yet
	lost      bool                // something could not be restored
}

// stateRow is an OID object of ASIC_STATE.
type stateRow struct {
	vid    sai.OID
	m      *sai.ObjectMeta
	fields []db.Field
	made   bool // with all attributes of fields but those in late
	late   []db.Field
}

// load reads the books, and all rows but entries.
func (r *restoration) load(ctx context.Context) error {
	s := r.s
	books, err := s.raw.Hashes(ctx, []string{wire.Hidden, wire.VIDToRID, wire.ColdVIDs, pathsKey, internalKey})
	if err != nil {
		return err
	}
	if err := r.loadRows(ctx); err != nil {
		return err
	}
	s.firstRun = books[0] == nil
	for _, row := range r.rows {
		if row.m.Type == sai.ObjectTypeSwitch {
			s.found.swVID = row.vid
		}
	}
	if !s.firstRun && s.found.swVID == 0 {
		s.log.Warn("ASIC_DB has books of a switch and no switch: starting anew")
		s.firstRun = true
	}
	if s.firstRun {
		return nil
	}
	r.oldRIDs, r.private = map[sai.OID]sai.OID{}, map[sai.OID]bool{}
	eachOID(books[4], func(rid sai.OID, _ string) { r.private[rid] = true })
	eachOID(books[1], func(vid sai.OID, text string) {
		if rid, err := sai.ParseOID(text); err == nil {
			r.oldRIDs[vid] = rid
		}
	})
	eachOID(books[2], func(vid sai.OID, _ string) { s.found.cold[vid] = true })
	eachOID(books[3], func(vid sai.OID, path string) {
		s.found.paths[vid] = path
		if other, taken := s.found.vids[path]; !taken || r.rows[other] == nil {
			s.found.vids[path] = vid
		}
	})
	for vid, row := range r.rows {
		s.found.tell(vid, row.fields)
	}
	return nil
}

func eachOID(fields []db.Field, f func(vid sai.OID, value string)) {
	for _, field := range fields {
		if vid, err := sai.ParseOID(field.Name); err == nil {
			f(vid, field.Value)
		}
	}
}

// loadRows reads the rows of OID objects, and counts the others.
func (r *restoration) loadRows(ctx context.Context) error {
	return r.s.raw.Keys(ctx, wire.State+"*", func(keys []string) error {
		var vids []sai.OID
		var wanted []string
		for _, k := range keys {
			m, id, err := objectType(k[len(wire.State):])
			if err == nil && m.IsEntry() {
				r.entries[m.Type]++
				continue
			}
			vid, bad := sai.ParseOID(id)
			if err != nil || bad != nil || vid.VIDType() != m.Type {
				r.s.log.Warn("row of ASIC_STATE ignored", "key", k)
				continue
			}
			vids, wanted = append(vids, vid), append(wanted, k)
		}
		rows, err := r.s.raw.Hashes(ctx, wanted)
		if err != nil {
			return err
		}
		for i, fields := range rows {
			if fields != nil {
				r.rows[vids[i]] = &stateRow{vid: vids[i], m: vids[i].VIDType().Meta(), fields: fields}
			}
		}
		return nil
	})
}

// run restores in the order of references: what is too much goes first, users before what they use; then attributes of what the ASIC has made by
// itself, objects by rank, the other attributes, and entries.
func (r *restoration) run(ctx context.Context) error {
	if err := r.bringUp(ctx); err != nil {
		return err
	}
	if err := r.compareListed(ctx); err != nil {
		return err
	}
	r.removeSurplus(ctx)
	if err := r.flush(ctx); err != nil {
		return err
	}
	r.setEarly(ctx)
	r.createMissing(ctx)
	r.setAttributes(ctx)
	if err := r.restoreEntries(ctx); err != nil {
		return err
	}
	r.removeAll(ctx, r.stuck)
	r.rewriteMaps()
	r.s.books(ctx)
	r.reportPorts(ctx)
	if r.lost {
		// orchagent takes for there what is not: it must start again, and look what is there.
		r.s.notify(sai.SwitchShutdownRequest{Switch: r.s.found.sw})
	}
	return r.flush(ctx)
}

// reportPorts tells the state of all ports: nobody but the application knows what the ASIC that was lost had reported last, and a link may have gone
// down since.
func (r *restoration) reportPorts(ctx context.Context) {
	sw := sai.Object{Type: sai.ObjectTypeSwitch, OID: r.s.found.sw}
	callback, _ := r.s.one(ctx, sw, sw.Type.Meta().Attr(sai.SwitchAttrPortStateChangeNotify)).(sai.Pointer)
	if r.kept || callback == 0 {
		return // it remembers by itself, or nobody listens
	}
	oper := sai.ObjectTypePort.Meta().Attr(sai.PortAttrOperStatus)
	var states sai.PortStateChange
	for vid, row := range r.rows {
		real, ok := r.s.oids.byVID[vid]
		if !ok || row.m.Type != sai.ObjectTypePort {
			continue
		}
		status, ok := r.s.one(ctx, sai.Object{Type: row.m.Type, OID: real.rid}, oper).(sai.PortOperStatus)
		if ok {
			states = append(states, sai.PortState{Port: real.rid, State: status})
		}
	}
	if len(states) > 0 {
		slices.SortFunc(states, func(a, b sai.PortState) int { return compareOIDs(a.Port, b.Port) })
		r.s.notify(states)
	}
}

// flush commits what is collected.
func (r *restoration) flush(ctx context.Context) error {
	err := r.inbox.Commit(ctx, r.s.batch.Commit)
	r.s.batch.reset()
	return err
}

// bringUp makes sure that there is a switch, and finds the RIDs of objects that exist.
func (r *restoration) bringUp(ctx context.Context) error {
	s := r.s
	switches, err := r.list(ctx, sai.ObjectTypeSwitch)
	if err != nil {
		return err
	}
	if len(switches) > 0 {
		r.kept = true
		return r.rebind(ctx, switches[0].OID)
	}
	row := r.rows[s.found.swVID]
	attrs, late := r.attributes(row)
	rid, err := r.create(ctx, row, attrs)
	if err != nil {
		return fmt.Errorf("switch: %w", err)
	}
	row.late = late
	s.found.sw = rid
	var unknown []finding
	for _, f := range s.discover(ctx, finding{rid: rid, t: sai.ObjectTypeSwitch, path: "SWITCH"}, map[sai.OID]bool{}) {
		if vid, ok := s.found.vids[f.path]; ok {
			s.oids.bind(vid, f.rid)
			continue
		}
		unknown = append(unknown, f)
	}
	s.log.Info("switch restored", "unknown objects", len(unknown))
	if err := r.known(ctx, unknown); err != nil {
		return err
	}
	return s.unreachable(ctx)
}

// list gives the objects of a type; none if the ASIC does not tell.
func (r *restoration) list(ctx context.Context, t sai.ObjectType) ([]sai.Object, error) {
	if r.lister == nil {
		return nil, nil
	}
	var objects []sai.Object
	err := r.lister.List(ctx, t, func(o sai.Object, _ []sai.Attribute) error {
		objects = append(objects, o)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", t, err)
	}
	return objects, nil
}

// rebind adopts an ASIC that kept its objects: RIDs are still good where the object is still there.
func (r *restoration) rebind(ctx context.Context, sw sai.OID) error {
	s := r.s
	s.found.sw = sw
	s.oids.bind(s.found.swVID, sw)
	vids := make(map[sai.OID]sai.OID, len(r.oldRIDs))
	for vid, rid := range r.oldRIDs {
		vids[rid] = vid
	}
	for _, m := range types() {
		if m.IsEntry() || m.Type == sai.ObjectTypeSwitch {
			continue
		}
		objects, err := r.list(ctx, m.Type)
		if err != nil {
			return err
		}
		for _, o := range objects {
			if vid, ok := vids[o.OID]; ok {
				s.oids.bind(vid, o.OID)
			} else if !r.private[o.OID] {
				r.stuck = append(r.stuck, o)
			}
		}
	}
	s.log.Info("ASIC adopted", "objects", len(s.oids.byVID), "unknown", len(r.stuck))
	return nil
}

// types are all object types, by rank.
func types() []*sai.ObjectMeta {
	var all []*sai.ObjectMeta
	for t := sai.ObjectType(1); t < 256; t++ {
		if m := t.Meta(); m != nil {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b *sai.ObjectMeta) int { return a.Rank - b.Rank })
	return all
}

// keeps tells whether objects of a type that the ASIC made belong to it for good (sonic-contract 4.13).
func keeps(t sai.ObjectType) bool {
	switch t {
	case sai.ObjectTypePort, sai.ObjectTypeQueue, sai.ObjectTypeIngressPriorityGroup, sai.ObjectTypeSchedulerGroup, sai.ObjectTypeHash:
		return true
	}
	return false
}

// keyID is the part of a row's key after the type.
func keyID(key string) string {
	_, rest, _ := strings.Cut(key[len(wire.State):], ":")
	return rest
}
