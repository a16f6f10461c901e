package orchagent

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// Use counts the objects of each resource that CRM tells of. It belongs to the engine's goroutine.
type Use struct {
	of  map[string]int64
	acl aclUse
}

// NewUse has counted nothing.
func NewUse() *Use { return &Use{of: map[string]int64{}, acl: newAclUse()} }

// Of is how many there are.
func (u *Use) Of(resource string) uint64 { return uint64(max(0, u.of[resource])) }

// Note counts what was done. An object that the ASIC had already, or had not any more, is as good as made or removed.
func (u *Use) Note(ops []engine.Op, errs []error) {
	if len(ops) == 0 || ops[0].Verb == engine.Update {
		return
	}
	by := int64(1)
	if ops[0].Verb == engine.Remove {
		by = -1
	}
	for i := range ops {
		if errs[i] == nil {
			u.add(ops[i].Key, by)
		}
	}
}

func (u *Use) add(k engine.Key, by int64) {
	switch k := k.(type) {
	case sai.AclTableKey:
		if u.acl.table(k); by < 0 {
			delete(u.acl.tables, k)
		}
	case sai.AclTableGroupKey:
		u.acl.group(k, by)
	case sai.AclEntryKey:
		u.acl.table(k.Table).entries += by
	case sai.AclCounterKey:
		u.acl.table(k.Table).counters += by
	default:
		if r := resourceOf(k); r != "" {
			u.of[r] += by
		}
	}
}

// resourceOf is the resource that an object takes, or nothing.
func resourceOf(k engine.Key) string {
	switch o := k.(type) {
	case sai.RouteEntryKey:
		return family(o.Destination.Addr().Is4(), "ipv4_route", "ipv6_route")
	case sai.NeighborEntryKey:
		return family(o.IP.Is4(), "ipv4_neighbor", "ipv6_neighbor")
	case sai.NextHopKey:
		return family(o.IP.Is4(), "ipv4_nexthop", "ipv6_nexthop")
	case sai.NextHopGroupKey:
		return "nexthop_group"
	case sai.NextHopGroupMemberKey:
		return "nexthop_group_member"
	case sai.FdbEntryKey:
		return "fdb_entry"
	}
	return ""
}

func family(v4 bool, four, six string) string {
	if v4 {
		return four
	}
	return six
}
