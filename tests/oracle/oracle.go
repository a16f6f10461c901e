// Package oracle says which objects an ASIC should have, from what is configured and what the kernel knows alone. It is written from SONiC's behaviour
// (sonic-contract section 4) as loops over whole tables: nothing is incremental, nothing waits, nothing has a past. It shares tables' schema and sai's names with
// orchagent and nothing else, so that what both say is said twice.
//
// It covers ports, host interfaces, VLANs, LAGs, virtual routers, router interfaces, neighbours, next hops and their groups, and routes; not what belongs to tunnels.
package oracle

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Input is what the objects follow from.
type Input struct {
	// Config is CONFIG_DB by TABLE|key.
	Config map[string][]db.Field
	// Routes and Groups are what the kernel and FRR have told: ROUTE_TABLE and NEXTHOP_GROUP_TABLE by their keys.
	Routes, Groups map[string][]db.Field
	// Carrier are the ports whose wire has a peer.
	Carrier map[string]bool
	MAC     tables.MAC
}

// Types are the objects that are covered, as ASIC_DB names them without their prefix.
func Types() []string {
	return []string{
		"PORT", "HOSTIF", "VLAN", "VLAN_MEMBER", "BRIDGE_PORT", "LAG", "LAG_MEMBER", "VIRTUAL_ROUTER", "ROUTER_INTERFACE", "NEIGHBOR_ENTRY", "NEXT_HOP",
		"NEXT_HOP_GROUP", "NEXT_HOP_GROUP_MEMBER", "ROUTE_ENTRY",
	}
}

// partial are types of which only these attributes are known here.
func partial() map[string][]string {
	return map[string][]string{"PORT": {"ADMIN_STATE", "MTU", "SPEED", "FEC_MODE", "PORT_VLAN_ID"}, "BRIDGE_PORT": {"PORT_ID", "TYPE", "ADMIN_STATE"}, "LAG": {"PORT_VLAN_ID"}}
}

// Covered leaves of canonical objects, a line each (tests/switchtest), those that the oracle speaks of, with the attributes that it knows.
func Covered(canonical string) []string {
	var lines []string
	for line := range strings.Lines(canonical) {
		line = strings.TrimSuffix(line, "\n")
		typ, _, ok := strings.Cut(line, ":")
		if !ok || !slices.Contains(Types(), typ) || strings.Contains(line, "TUNNEL(") {
			continue
		}
		if known, only := partial()[typ]; only {
			words := strings.Split(line, " ")
			words = slices.DeleteFunc(words, func(w string) bool {
				name, _, attr := strings.Cut(w, "=")
				return attr && !slices.Contains(known, name)
			})
			line = strings.Join(words, " ")
		}
		lines = append(lines, line)
	}
	return lines
}

// Objects are all objects as canonical text, one each, sorted. Attributes with their default are left out.
func Objects(in Input) []string {
	g := read(in)
	g.ports()
	g.lags()
	g.vlans()
	g.routers()
	g.neighbors()
	g.nextHopGroups()
	g.routes()
	var lines []string
	for name, attrs := range g.objects {
		line := name
		for _, attr := range slices.Sorted(maps.Keys(attrs)) {
			line += " " + attr + "=" + attrs[attr]
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

// graph is the objects as they are found, and the configuration in types.
type graph struct {
	Input
	objects    map[string]attrs // by TYPE:name
	port       map[string]tables.PortRow
	lag        map[string]tables.LagRow
	member     map[string]string // port -> LAG
	vlan       map[tables.VlanID]tables.VlanRow
	vlanMember map[tables.VlanMemberKey]tables.VlanMemberRow
	interfaces map[string]tables.InterfaceRow
	addresses  []tables.InterfaceKey
	neighbor   map[tables.NeighKey]tables.NeighConfigRow
	vrf        map[string]tables.VrfRow
	sag        map[string]tables.SagRow
}

type attrs map[string]string

func (g *graph) add(typ, name string, a attrs) { g.objects[typ+":"+name] = a }

func (g *graph) has(typ, name string) bool { return g.objects[typ+":"+name] != nil }

// rows are the rows of a table that can be read.
func rows[K comparable, R any](in Input, t db.Table[K, R]) map[K]R {
	out := map[K]R{}
	for name, fields := range in.Config {
		table, key, _ := strings.Cut(name, "|")
		if table != t.Name {
			continue
		}
		if k, r, err := t.Decode(key, fields); err == nil {
			out[k] = r
		}
	}
	return out
}

func read(in Input) *graph {
	g := &graph{
		Input: in, objects: map[string]attrs{}, port: rows(in, tables.ConfigPort), lag: rows(in, tables.ConfigLag), member: map[string]string{}, vlan: rows(in, tables.ConfigVlan),
		vlanMember: rows(in, tables.ConfigVlanMember), interfaces: map[string]tables.InterfaceRow{}, neighbor: rows(in, tables.ConfigNeigh), vrf: rows(in, tables.ConfigVrf), sag: rows(in, tables.ConfigSag),
	}
	for _, t := range []db.Table[tables.InterfaceKey, tables.InterfaceRow]{
		tables.ConfigInterface, tables.ConfigLagInterface, tables.ConfigVlanInterface, tables.ConfigLoopbackInterface, tables.ConfigSubInterface,
	} {
		for k, r := range rows(in, t) {
			if k.Prefix.IsValid() {
				g.addresses = append(g.addresses, k)
				continue
			}
			g.interfaces[k.Name] = r
		}
	}
	for k := range rows(in, tables.ConfigLagMember) {
		if _, there := g.lag[k.Lag]; there && (g.member[k.Port] == "" || k.Lag < g.member[k.Port]) {
			g.member[k.Port] = k.Lag // a port is in one LAG, the first
		}
	}
	return g
}

// host is an address as a prefix of its own.
func host(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }
