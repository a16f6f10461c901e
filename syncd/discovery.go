package syncd

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// pathsKey is a hash of ours beside SONiC's in ASIC_DB: VID of a discovered object -> its path, which tells what it is after its RID has changed.
// It keeps objects that have been removed since, so that they are removed again when a restarted ASIC brings them back.
const pathsKey = "HYPERSONIC_PATHS"

// internalKey is a hash of ours: RID of an object that the ASIC made by itself and that no reference leads to -> its type. Nobody can name such an
// object, and when an ASIC is adopted it is not mistaken for one whose creation was not committed.
const internalKey = "HYPERSONIC_INTERNAL"

// discovered are the objects that the ASIC made by itself.
type discovered struct {
	sw     sai.OID // the switch's RID; 0 before it is created
	swVID  sai.OID
	paths  map[sai.OID]string          // by VID, those that were removed included
	vids   map[string]sai.OID          // by path
	hidden map[sai.OID]bool            // RIDs of the switch's default objects
	cold   map[sai.OID]bool            // VIDs that were there when the switch was first created
	told   map[sai.OID]map[string]bool // attributes that have been set, by VID of one in paths
}

func newDiscovered() discovered {
	return discovered{paths: map[sai.OID]string{}, vids: map[string]sai.OID{}, hidden: map[sai.OID]bool{}, cold: map[sai.OID]bool{}, told: map[sai.OID]map[string]bool{}}
}

func (d *discovered) name(vid sai.OID, path string) {
	d.paths[vid], d.vids[path] = path, vid
}

func (d *discovered) unname(vid sai.OID) {
	if path := d.paths[vid]; d.vids[path] == vid {
		delete(d.vids, path)
	}
	delete(d.paths, vid)
	delete(d.told, vid)
}

// hiddenAttrs are the switch's default objects that HIDDEN names (sonic-contract 2.6).
var hiddenAttrs = []uint16{sai.SwitchAttrDefaultVlanID, sai.SwitchAttrCpuPort, sai.SwitchAttrDefaultVirtualRouterID,
	sai.SwitchAttrDefault1qBridgeID, sai.SwitchAttrDefaultTrapGroup, sai.SwitchAttrDefaultStpInstID}

// finding is an object that the ASIC made by itself, as a walk along references finds it.
type finding struct {
	rid  sai.OID
	t    sai.ObjectType
	path string
}

// discover walks the references from an object on, and gives what it reaches, itself left out. Objects in seen are passed over.
func (s *Server) discover(ctx context.Context, root finding, seen map[sai.OID]bool) []finding {
	var all []finding
	seen[root.rid] = true
	level := []finding{root}
	for len(level) > 0 {
		slices.SortStableFunc(level, func(a, b finding) int { return int(a.t) - int(b.t) })
		var next []finding
		for len(level) > 0 {
			end := 1
			for end < len(level) && level[end].t == level[0].t {
				end++
			}
			next = append(next, s.references(ctx, level[:end], seen)...)
			level = level[end:]
		}
		s.identify(ctx, next)
		all = append(all, next...)
		level = next
	}
	return all
}

// references asks objects of one type for what they refer to. Attributes are asked for one by one, since one that is not implemented would
// spoil the answer for all.
func (s *Server) references(ctx context.Context, of []finding, seen map[sai.OID]bool) []finding {
	m := of[0].t.Meta()
	if m == nil {
		return nil
	}
	var requests []sai.GetRequest
	var owner []int
	for i, f := range of {
		for j := range m.Attrs {
			if a := &m.Attrs[j]; worthAsking(a) {
				requests = append(requests, sai.GetRequest{Object: sai.Object{Type: f.t, OID: f.rid}, Attrs: []sai.Attribute{{Meta: a}}})
				owner = append(owner, i)
			}
		}
	}
	if len(requests) == 0 {
		return nil
	}
	var out []finding
	for i, r := range s.api.Get(ctx, m.Type, requests) {
		if r.Status != sai.StatusSuccess {
			continue
		}
		a := requests[i].Attrs[0].Meta
		index := 0
		_, list := r.Attrs[0].Value.(sai.ObjectList)
		sai.EachOID(r.Attrs[0].Value, func(rid sai.OID) {
			path := of[owner[i]].path + "/" + strings.TrimPrefix(a.Name, "SAI_")
			if list {
				path += "[" + strconv.Itoa(index) + "]"
			}
			index++
			if !seen[rid] {
				seen[rid] = true
				out = append(out, finding{rid: rid, t: s.typeOf(rid, a), path: path})
			}
		})
	}
	return out
}

// worthAsking tells whether an attribute of a new object may refer to something: one whose default is null does not, for nobody has set it.
func worthAsking(a *sai.AttrMeta) bool {
	return (a.Type == sai.TypeOID || a.Type == sai.TypeObjectList) && !a.Is(sai.HasDefault)
}

// The paths of objects that have a better name than the way to them: ports are known by their lanes, bridge ports by those of their ports. Their names
// do not depend on what else there is.
const (
	portPath       = "PORT"
	bridgePortPath = "BRIDGE_PORT"
	unnamedPath    = "RID/" // known by its RID alone: it is not found again in an ASIC that came up empty
)

func (s *Server) identify(ctx context.Context, found []finding) {
	port := sai.ObjectTypeBridgePort.Meta().Attr(sai.BridgePortAttrPortID)
	for i, f := range found {
		switch {
		case f.t == sai.ObjectTypePort && !strings.HasSuffix(f.path, "CPU_PORT"):
			if lanes := s.lanes(ctx, f.rid); lanes != "" {
				found[i].path = portPath + lanes
			}
		case f.t == sai.ObjectTypeBridgePort:
			rid, _ := s.one(ctx, sai.Object{Type: f.t, OID: f.rid}, port).(sai.OID)
			if lanes := s.lanes(ctx, rid); lanes != "" {
				found[i].path = bridgePortPath + lanes
			}
		}
	}
}

// lanes spells a port's lanes, [1,2,3,4]; "" if it is none, or has none.
func (s *Server) lanes(ctx context.Context, port sai.OID) string {
	if port == 0 {
		return ""
	}
	list, _ := s.one(ctx, sai.Object{Type: sai.ObjectTypePort, OID: port}, sai.ObjectTypePort.Meta().Attr(sai.PortAttrHwLaneList)).(sai.U32List)
	if len(list) == 0 {
		return ""
	}
	return strings.ReplaceAll(fmt.Sprint([]uint32(list)), " ", ",")
}

// unreachable writes down which objects of a new switch no reference leads to.
func (s *Server) unreachable(ctx context.Context) error {
	lister, ok := s.api.(Lister)
	if !ok {
		return nil
	}
	var fields []db.Field
	for _, m := range types() {
		if m.IsEntry() {
			continue
		}
		err := lister.List(ctx, m.Type, func(o sai.Object, _ []sai.Attribute) error {
			if _, known := s.oids.byRID[o.OID]; !known {
				fields = append(fields, db.Field{Name: o.OID.String(), Value: m.Name})
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("listing %s: %w", m.Name, err)
		}
	}
	s.replace(internalKey, fields)
	return nil
}

// announce gives found objects VIDs, rows and names.
func (s *Server) announce(ctx context.Context, found []finding) ([]sai.OID, error) {
	vids := make([]sai.OID, len(found))
	rids := make([]sai.OID, len(found))
	paths := make([]db.Field, len(found))
	for i, f := range found {
		v, err := s.allocate(ctx, f.t, 1)
		if err != nil {
			return nil, err
		}
		vids[i], rids[i] = v[0], f.rid
		s.oids.bind(v[0], f.rid)
		s.found.name(v[0], f.path)
		s.batch.write(s.batch.key(wire.State, f.t.String(), v[0].String()), nil)
		paths[i] = db.Field{Name: v[0].String(), Value: f.path}
	}
	s.batch.bind(vids, rids)
	if len(paths) > 0 {
		s.batch.Writes = append(s.batch.Writes, db.RawWrite{Key: pathsKey, Fields: paths})
	}
	return vids, nil
}

// one reads an attribute in RIDs; nil if the ASIC does not tell.
func (s *Server) one(ctx context.Context, o sai.Object, a *sai.AttrMeta) any {
	r := s.api.Get(ctx, o.Type, []sai.GetRequest{{Object: o, Attrs: []sai.Attribute{{Meta: a}}}})[0]
	if r.Status != sai.StatusSuccess {
		return nil
	}
	return r.Attrs[0].Value
}

// known are the RIDs of all objects.
func (s *Server) known() map[sai.OID]bool {
	seen := make(map[sai.OID]bool, len(s.oids.byRID))
	for rid := range s.oids.byRID {
		seen[rid] = true
	}
	return seen
}

// allocate hands out VIDs of objects that the ASIC made.
func (s *Server) allocate(ctx context.Context, t sai.ObjectType, n int) ([]sai.OID, error) {
	return s.vids.Allocate(ctx, s.found.swVID.VIDSwitch(), t, n)
}
