package syncd

import (
	"context"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// created looks for what came into being together with new objects.
func (s *Server) created(ctx context.Context, m *sai.ObjectMeta, vids []sai.OID) {
	if m.Type != sai.ObjectTypeSwitch && m.Type != sai.ObjectTypePort {
		return
	}
	for _, vid := range vids {
		rid, _ := s.oids.rid(vid)
		var err error
		if m.Type == sai.ObjectTypeSwitch {
			err = s.switchCreated(ctx, vid, rid)
		} else {
			err = s.portCreated(ctx, vid, rid)
		}
		if err != nil {
			s.log.Error("discovery failed", "object", vid, "error", err)
		}
	}
}

// switchCreated gives all default objects VIDs and rows, and writes SONiC's books about them.
func (s *Server) switchCreated(ctx context.Context, vid, rid sai.OID) error {
	s.found.sw, s.found.swVID = rid, vid
	found := s.discover(ctx, finding{rid: rid, t: sai.ObjectTypeSwitch, path: "SWITCH"}, map[sai.OID]bool{})
	vids, err := s.announce(ctx, found)
	if err != nil {
		return err
	}
	cold := make([]db.Field, len(found))
	for i, f := range found {
		s.found.cold[vids[i]] = true
		cold[i] = db.Field{Name: vids[i].String(), Value: f.t.String()}
	}
	if len(cold) > 0 {
		s.batch.Writes = append(s.batch.Writes, db.RawWrite{Key: wire.ColdVIDs, Fields: cold})
	}
	s.books(ctx)
	return s.unreachable(ctx)
}

// books writes HIDDEN and LANES anew.
func (s *Server) books(ctx context.Context) {
	sw := sai.Object{Type: sai.ObjectTypeSwitch, OID: s.found.sw}
	clear(s.found.hidden)
	var hidden []db.Field
	for _, id := range hiddenAttrs {
		a := sai.ObjectTypeSwitch.Meta().Attr(id)
		if rid, ok := s.one(ctx, sw, a).(sai.OID); ok && rid != 0 {
			s.found.hidden[rid] = true
			hidden = append(hidden, db.Field{Name: a.Name, Value: rid.String()})
		}
	}
	s.replace(wire.Hidden, hidden)
	var lanes []db.Field
	ports, _ := s.one(ctx, sw, sai.ObjectTypeSwitch.Meta().Attr(sai.SwitchAttrPortList)).(sai.ObjectList)
	for _, rid := range ports {
		list, _ := s.one(ctx, sai.Object{Type: sai.ObjectTypePort, OID: rid}, sai.ObjectTypePort.Meta().Attr(sai.PortAttrHwLaneList)).(sai.U32List)
		for _, lane := range list {
			lanes = append(lanes, db.Field{Name: strconv.FormatUint(uint64(lane), 10), Value: rid.String()})
		}
	}
	s.replace(wire.Lanes, lanes)
}

// replace writes a hash anew.
func (s *Server) replace(key string, fields []db.Field) {
	s.batch.Writes = append(s.batch.Writes, db.RawWrite{Key: key, Delete: true, Fields: fields})
}

// portCreated announces the queues, priority groups and scheduler groups of a new port.
func (s *Server) portCreated(ctx context.Context, vid, rid sai.OID) error {
	port := []finding{{rid: rid, t: sai.ObjectTypePort}}
	s.identify(ctx, port)
	s.found.name(vid, port[0].path)
	s.batch.Writes = append(s.batch.Writes, db.RawWrite{Key: pathsKey, Fields: []db.Field{{Name: vid.String(), Value: port[0].path}}})
	_, err := s.announce(ctx, s.discover(ctx, port[0], s.known()))
	s.books(ctx)
	return err
}

// removed follows the removal of objects: what a port had goes with it.
func (s *Server) removed(m *sai.ObjectMeta, vids []sai.OID) {
	if m.Type != sai.ObjectTypePort || len(vids) == 0 {
		return
	}
	var goneVIDs, goneRIDs []sai.OID
	var lanes, forgotten []string
	for _, vid := range vids {
		inner, _ := strings.CutPrefix(s.found.paths[vid], portPath+"[")
		lanes = append(lanes, strings.Split(strings.TrimSuffix(inner, "]"), ",")...)
		children := s.children(vid)
		for _, child := range children {
			goneVIDs, goneRIDs = append(goneVIDs, child), append(goneRIDs, s.oids.byVID[child].rid)
			s.oids.forget(child)
			s.batch.delete(s.batch.key(wire.State, child.VIDType().String(), child.String()))
		}
		if !s.found.cold[vid] { // a restarted ASIC does not bring it back
			for _, gone := range append(children, vid) {
				forgotten = append(forgotten, s.batch.oid(gone))
				s.found.unname(gone)
			}
		}
	}
	s.batch.unbind(goneVIDs, goneRIDs)
	s.batch.Writes = append(s.batch.Writes, db.RawWrite{Key: wire.Lanes, Remove: lanes}, db.RawWrite{Key: pathsKey, Remove: forgotten})
}

// children are the objects that came with a port and are still there: queues, priority groups, scheduler groups.
func (s *Server) children(port sai.OID) []sai.OID {
	path := s.found.paths[port]
	if path == "" || port.VIDType() != sai.ObjectTypePort {
		return nil
	}
	var out []sai.OID
	for vid := range s.oids.byVID {
		if strings.HasPrefix(s.found.paths[vid], path+"/") {
			out = append(out, vid)
		}
	}
	return out
}
