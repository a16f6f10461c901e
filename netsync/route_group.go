package netsync

import (
	"maps"
	"slices"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// groupRows are the rows of NEXTHOP_GROUP_TABLE: zebra's groups under their ids, written when DEVICE_METADATA has nexthop_group=enabled.
type groupRows struct {
	written map[uint32]tables.NexthopGroupRow // what APPL_DB holds
	dirty   map[uint32]struct{}
	forced  map[uint32]struct{} // to be written even if APPL_DB should have them
}

func newGroupRows() *groupRows {
	return &groupRows{written: map[uint32]tables.NexthopGroupRow{}, dirty: map[uint32]struct{}{}, forced: map[uint32]struct{}{}}
}

// touch notes that an object changed: its own row may, and those of the groups it is in.
func (g *groupRows) touch(id uint32, o *nexthopObjects) {
	g.dirty[id] = struct{}{}
	for parent := range o.parents[id] {
		g.dirty[parent] = struct{}{}
	}
}

func (g *groupRows) touchAll(o *nexthopObjects) {
	for id := range o.byID {
		g.dirty[id] = struct{}{}
	}
	for id := range g.written {
		g.dirty[id] = struct{}{}
	}
}

func (g *groupRows) lost(o *nexthopObjects) {
	for id := range g.written {
		g.forced[id] = struct{}{}
	}
	g.touchAll(o)
}

// groupWrites appends the writes of the groups that changed. Rows that APPL_DB held before zebra connected stay until sweep.
func (r *Routes) groupWrites(w []db.Write) []db.Write {
	g := r.rows
	for _, id := range slices.Sorted(maps.Keys(g.dirty)) {
		row, want, known := r.groupRow(id)
		was, is := g.written[id]
		_, forced := g.forced[id]
		switch name := strconv.FormatUint(uint64(id), 10); {
		case !known || want == is && row == was && !(want && forced):
		case want:
			w = append(w, tables.ApplNexthopGroup.Replace(name, row))
			g.written[id] = row
		default:
			w = append(w, tables.ApplNexthopGroup.Del(name))
			delete(g.written, id)
		}
		if known {
			delete(g.forced, id)
		}
	}
	clear(g.dirty)
	return w
}

// groupRow is a group's row. A group that misses something is written when it has come (known is false until then).
func (r *Routes) groupRow(id uint32) (row tables.NexthopGroupRow, want, known bool) {
	if !r.groups || !r.objects.isGroup(id) {
		return row, false, true
	}
	hops, blackhole, _, ok := r.objects.resolve(id)
	if !ok || blackhole {
		return row, false, false
	}
	l := r.lists(hops, len(hops) > 0 && hops[0].Gateway.Is6())
	if !l.known || l.empty {
		return row, false, l.known
	}
	return tables.NexthopGroupRow{Nexthop: l.nexthop, Ifname: l.ifname, Weight: l.weight}, true, true
}
