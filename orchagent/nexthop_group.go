package orchagent

import (
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// maxGroupDepth bounds groups of groups; the kernel's own limit is one level.
const maxGroupDepth = 2

// nexthopGroup wants a named group whether or not a route uses it yet. A group of one next hop has no object: its routes use the next hop.
func nexthopGroup(tx *engine.Tx, name string, r tables.NexthopGroupRow) error {
	hops, err := groupHops(tx, r, 0)
	if err != nil {
		return err
	}
	wantTarget(tx, sai.NextHopGroupKey{Name: name}, hops)
	return nil
}

// groupHops are the next hops of a group, those of its parts included if it is recursive. Parts that do not exist yet contribute nothing; the
// translation runs again when they come.
func groupHops(tx *engine.Tx, r tables.NexthopGroupRow, depth int) ([]tables.NextHop, error) {
	if r.Groups == "" {
		if r.Ifname == "" {
			return nil, &db.FieldError{Field: "ifname", Reason: "a group needs interfaces or nexthop_group"}
		}
		hops, err := tables.ParseNextHops(r.Nexthop, r.Ifname, r.Weight, strings.Contains(r.Nexthop, ":"))
		return tables.SortNextHops(hops), err
	}
	if depth == maxGroupDepth {
		return nil, &db.FieldError{Field: "nexthop_group", Value: r.Groups, Reason: fmt.Sprintf("groups nest deeper than %d", maxGroupDepth)}
	}
	var all []tables.NextHop
	for part := range strings.SplitSeq(r.Groups, ",") {
		row, ok := engine.Get(tx, tables.ApplNexthopGroup, part)
		if !ok {
			continue
		}
		hops, err := groupHops(tx, row, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, hops...)
	}
	return tables.SortNextHops(all), nil
}
