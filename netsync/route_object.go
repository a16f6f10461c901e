package netsync

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
)

// nexthopObjects are zebra's next-hop objects, and which groups each is a member of.
type nexthopObjects struct {
	byID    map[uint32]fpm.Object
	parents map[uint32]map[uint32]struct{}
}

// maxDepth bounds groups of groups; zebra's have one level.
const maxDepth = 4

func newNexthopObjects() nexthopObjects {
	return nexthopObjects{byID: map[uint32]fpm.Object{}, parents: map[uint32]map[uint32]struct{}{}}
}

func (o *nexthopObjects) put(obj *fpm.Object) {
	for _, m := range o.byID[obj.ID].Group {
		unindex(o.parents, m.ID, obj.ID)
	}
	if obj.Del {
		delete(o.byID, obj.ID)
		return
	}
	c := *obj
	c.Group = slices.Clone(obj.Group)
	o.byID[obj.ID] = c
	for _, m := range c.Group {
		index(o.parents, m.ID, obj.ID)
	}
}

func (o *nexthopObjects) isGroup(id uint32) bool { return len(o.byID[id].Group) > 0 }

// resolve gives the next hops of an object, and the ids it had to look at. It fails if one is not known.
func (o *nexthopObjects) resolve(id uint32) (hops []fpm.Nexthop, blackhole bool, ids []uint32, ok bool) {
	ok = o.walk(id, 1, 0, func(id uint32) { ids = append(ids, id) }, func(obj *fpm.Object, weight uint16) {
		if blackhole = blackhole || obj.Blackhole; !obj.Blackhole {
			h := obj.Nexthop
			h.Weight = weight
			hops = append(hops, h)
		}
	})
	return hops, blackhole && len(hops) == 0, ids, ok
}

func (o *nexthopObjects) walk(id uint32, weight uint16, depth int, visit func(uint32), leaf func(*fpm.Object, uint16)) bool {
	visit(id)
	obj, known := o.byID[id]
	if !known || depth > maxDepth {
		return false
	}
	if len(obj.Group) == 0 {
		leaf(&obj, weight)
		return true
	}
	for _, m := range obj.Group {
		if !o.walk(m.ID, max(m.Weight, 1), depth+1, visit, leaf) {
			return false
		}
	}
	return true
}
