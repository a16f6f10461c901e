package netsync

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// routeTexts interns the rows that routes have in APPL_DB: few thousand for a million routes. A handle is valid while somebody refers to it;
// 0 is no row.
type routeTexts struct {
	list   []routeText
	byRow  map[tables.RouteRow]uint32
	unused []uint32
}

type routeText struct {
	row    tables.RouteRow
	fields []db.Field // shared by all writes
	shape  uint8
	refs   int
}

// The fields that a row has, beside protocol. Writing over a row leaves the fields that the new one lacks.
const (
	hasLists uint8 = 1 << iota
	hasWeight
	hasBlackhole
	hasGroup
	hasOverlay
)

func newRouteTexts() *routeTexts {
	return &routeTexts{list: make([]routeText, 1), byRow: map[tables.RouteRow]uint32{}}
}

// intern gives the handle of a row, without a reference.
func (t *routeTexts) intern(row tables.RouteRow) uint32 {
	if h, ok := t.byRow[row]; ok {
		return h
	}
	x := routeText{row: row, fields: row.AppendRow(nil), shape: shapeOf(row)}
	var h uint32
	if n := len(t.unused); n > 0 {
		h, t.unused = t.unused[n-1], t.unused[:n-1]
		t.list[h] = x
	} else {
		h = uint32(len(t.list))
		t.list = append(t.list, x)
	}
	t.byRow[row] = h
	return h
}

func shapeOf(row tables.RouteRow) (s uint8) {
	switch {
	case row.Blackhole:
		return hasBlackhole
	case row.NexthopGroup != "":
		return hasGroup
	}
	if row.Weight != "" {
		s |= hasWeight
	}
	if row.VniLabel != "" {
		s |= hasOverlay
	}
	return s | hasLists
}

func (t *routeTexts) ref(h uint32) { t.list[h].refs++ }

func (t *routeTexts) unref(h uint32) {
	x := &t.list[h]
	if x.refs--; h == 0 || x.refs > 0 {
		return
	}
	delete(t.byRow, x.row)
	*x = routeText{}
	t.unused = append(t.unused, h)
}

// leaves is true if writing want over was would leave fields of was behind.
func (t *routeTexts) leaves(was, want uint32) bool {
	return t.list[was].shape&^t.list[want].shape != 0
}
