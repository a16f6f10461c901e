package mapping

import (
	"hash/fnv"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// afts are the routes that the ASIC has: those of APPL_DB, which is what it is to have, without those that orchagent has not brought into it, for which there is an
// OBJECT_STATUS. Groups of next hops and next hops have numbers that are made of what they are, so that equal ones have equal numbers, after a restart too.
func afts() (rows []Rows) {
	add := func(at string, derive func(string, []db.Field) []Derived, leaves ...Leaf) {
		for _, in := range []struct{ instance, key, router string }{{defaultInstance, "{prefix:route}", ""}, {vrfInstance, "{vrf}:{prefix:route}", "{vrf}"}} {
			r := Rows{At: in.instance + "/afts" + at, Table: tables.ApplRoute.Schema, Key: in.key, Role: Seen, Derive: derive, Leaves: leaves}
			for _, length := range []string{"", "/32", "/128"} { // which ROUTE_TABLE leaves out of host routes
				r.Given = append(r.Given, Given{
					Table: tables.StateStatus.Schema, Key: "orchagent|ROUTE_ENTRY(VIRTUAL_ROUTER(" + in.router + "),{prefix}" + length + ")", Field: "state", Values: []string{""},
				})
			}
			rows = append(rows, r)
		}
	}
	add("/ipv4-unicast/ipv4-entry[prefix={prefix:prefix4}]", routeEntry,
		Leaf{Path: "state/next-hop-group", Field: "group"}, Leaf{Path: "state/origin-protocol", Field: "protocol", As: protocol})
	add("/ipv6-unicast/ipv6-entry[prefix={prefix:prefix6}]", routeEntry,
		Leaf{Path: "state/next-hop-group", Field: "group"}, Leaf{Path: "state/origin-protocol", Field: "protocol", As: protocol})
	add("/next-hop-groups/next-hop-group[id={group}]", routeGroup)
	add("/next-hop-groups/next-hop-group[id={group}]/next-hops/next-hop[index={hop}]", routeGroupHops, Leaf{Path: "state/weight", Field: "weight"})
	add("/next-hops/next-hop[index={hop}]", routeGroupHops,
		Leaf{Path: "state/ip-address", Field: "ip"}, Leaf{Path: "interface-ref/state/interface", Field: "interface"})
	return rows
}

// Atomic are the lists of the models that are mapped here and whose entries are told as a whole (oc-ext:telemetry-atomic).
func Atomic() []string {
	var out []string
	for _, list := range []string{"/ipv4-unicast/ipv4-entry", "/ipv6-unicast/ipv6-entry", "/next-hop-groups/next-hop-group", "/next-hops/next-hop"} {
		out = append(out, SchemaPath(anyInstance)+"/afts"+list)
	}
	return out
}

// protocol is what zebra calls the origins of routes.
const protocol = Words("bgp BGP static STATIC connected DIRECTLY_CONNECTED kernel LOCAL_AGGREGATE ospf OSPF isis ISIS")

// route is a row of ROUTE_TABLE, apart.
type route struct {
	protocol string
	hops     []tables.NextHop
	group    string
}

func readRoute(key string, fields []db.Field) (r route, ok bool) {
	k, row, err := tables.ApplRoute.Decode(key, fields)
	if err != nil || row.Nexthop == "" && row.Ifname == "" && !row.Blackhole {
		return r, false
	}
	r.protocol = row.Protocol
	if row.Blackhole {
		return r, true
	}
	if r.hops, err = tables.ParseNextHops(row.Nexthop, row.Ifname, row.Weight, k.Prefix.Addr().Is6()); err != nil {
		return r, false
	}
	tables.SortNextHops(r.hops)
	var all []string
	for _, h := range r.hops {
		all = append(all, h.Interface, h.IP.String(), strconv.FormatUint(uint64(h.Weight), 10))
	}
	r.group = numberOf(all...)
	return r, true
}

// numberOf is a number that a few texts always have.
func numberOf(texts ...string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.Join(texts, "\x00")))
	return strconv.FormatUint(h.Sum64(), 10)
}

func routeEntry(key string, fields []db.Field) []Derived {
	r, ok := readRoute(key, fields)
	if !ok {
		return nil
	}
	d := Derived{Fields: []db.Field{{Name: "protocol", Value: r.protocol}}}
	if r.group != "" {
		d.Fields = append(d.Fields, db.Field{Name: "group", Value: r.group})
	}
	return []Derived{d}
}

func routeGroup(key string, fields []db.Field) []Derived {
	r, ok := readRoute(key, fields)
	if !ok || r.group == "" {
		return nil
	}
	return []Derived{{Vars: map[string]string{"group": r.group}}}
}

func routeGroupHops(key string, fields []db.Field) []Derived {
	r, ok := readRoute(key, fields)
	if !ok {
		return nil
	}
	var out []Derived
	for _, h := range r.hops {
		vars := map[string]string{"group": r.group, "hop": numberOf(h.Interface, h.IP.String())}
		own := []db.Field{{Name: "interface", Value: h.Interface}, {Name: "weight", Value: strconv.FormatUint(uint64(max(h.Weight, 1)), 10)}}
		if h.IP != netip.IPv4Unspecified() && h.IP != netip.IPv6Unspecified() {
			own = append(own, db.Field{Name: "ip", Value: h.IP.String()})
		}
		out = append(out, Derived{Vars: vars, Fields: own})
	}
	return out
}
