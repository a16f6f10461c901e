package netsync

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// cloneChanges copies what a feed delivered, so that it outlives the feed's next call.
func cloneChanges(in []db.Change) []db.Change {
	out := make([]db.Change, len(in))
	for i, c := range in {
		c.Key = strings.Clone(c.Key)
		fields := make([]db.Field, len(c.Fields))
		for j, f := range c.Fields {
			fields[j] = db.Field{Name: strings.Clone(f.Name), Value: strings.Clone(f.Value)}
		}
		c.Fields = fields
		out[i] = c
	}
	return out
}

// cloneRow copies the strings of a row that was decoded from a feed's buffer.
func cloneRow(r tables.RouteRow) tables.RouteRow {
	r.Protocol, r.Nexthop, r.Ifname = strings.Clone(r.Protocol), strings.Clone(r.Nexthop), strings.Clone(r.Ifname)
	r.Weight, r.NexthopGroup = strings.Clone(r.Weight), strings.Clone(r.NexthopGroup)
	r.VniLabel, r.RouterMAC = strings.Clone(r.VniLabel), strings.Clone(r.RouterMAC)
	return r
}
