package tests

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
)

// world is a configuration: for each row that may be there, what it is in the end.
type world struct {
	rows  []*worldRow
	ports []*worldPort
}

// worldRow is a row with a generator of its values.
type worldRow struct {
	table  *db.Schema
	key    string
	random func(*rand.Rand) []db.Field
	end    []db.Field // nil: not there
	needs  []string   // rows without which it is not there in the end, as TABLE|key
}

// worldPort is a front-panel port's end.
type worldPort struct {
	front string
	up    bool
}

// The names that worlds are made of: few, so that rows meet.
func worldPorts() []string {
	return []string{"Ethernet0", "Ethernet4", "Ethernet8", "Ethernet12", "Ethernet16"}
}
func worldVlans() []string { return []string{"Vlan10", "Vlan20", "Vlan30"} }
func worldLags() []string  { return []string{"PortChannel1", "PortChannel2"} }
func worldVrfs() []string  { return []string{"VrfRed", "VrfBlue"} }

// newWorld makes a world. A plain one has neither VRFs, which the kernel may lack, nor routes but static ones, because the others are netsync's.
func newWorld(r *rand.Rand, plain bool) *world {
	w := &world{}
	w.portRows()
	w.vlanRows()
	w.lagRows()
	w.interfaceRows()
	w.routeRows()
	w.qosRows()
	w.aclRows()
	w.vxlanRows()
	w.mirrorRows()
	w.policerRows()
	if plain {
		w.rows = slices.DeleteFunc(w.rows, func(row *worldRow) bool {
			return row.table.Name == "VRF" || strings.HasPrefix(row.key, "Vrf") || row.table.Name == "ROUTE_TABLE" || row.table.Name == "NEXTHOP_GROUP_TABLE"
		})
		for _, row := range w.rows {
			row.random = withoutVrf(row.random)
		}
	}
	for _, row := range w.rows {
		if r.IntN(3) > 0 || row.table.Name == "PORT" {
			row.end = row.random(r)
		}
		if isBad(row.end) {
			row.end = nil // what is in force in the place of a bad row depends on the past (ADR 6)
		}
	}
	w.complete()
	for i := range worldPorts() {
		w.ports = append(w.ports, &worldPort{front: fmt.Sprintf("eth%d", i+1), up: r.IntN(4) > 0})
	}
	return w
}

func withoutVrf(random func(*rand.Rand) []db.Field) func(*rand.Rand) []db.Field {
	return func(r *rand.Rand) []db.Field {
		return slices.DeleteFunc(random(r), func(f db.Field) bool { return f.Name == "vrf_name" })
	}
}

// complete takes rows away that would wait for others: what waits keeps what it has, and that depends on the past.
func (w *world) complete() {
	for changed := true; changed; {
		changed = false
		there := map[string][]db.Field{}
		for _, row := range w.rows {
			if row.end != nil && !isBad(row.end) {
				there[row.table.Name+"|"+row.key] = row.end
			}
		}
		for _, row := range w.rows {
			if row.end != nil && !isBad(row.end) && !row.mayStay(there) {
				row.end, changed = nil, true
			}
		}
	}
}

func (row *worldRow) mayStay(there map[string][]db.Field) bool {
	needs := slices.Clone(row.needs)
	get := func(name string) string {
		for _, f := range row.end {
			if f.Name == name {
				return f.Value
			}
		}
		return ""
	}
	if vrf := get("vrf_name"); vrf != "" {
		needs = append(needs, "VRF|"+vrf)
	}
	if ip, link, ok := strings.Cut(get("REDIRECT_ACTION"), "@"); ok {
		needs = append(needs, "NEIGH|"+link+"|"+ip)
	}
	if session := get("MIRROR_INGRESS_ACTION"); session != "" {
		needs = append(needs, mirrorNeeds(session, there["MIRROR_SESSION|"+session])...)
	}
	if group := get("nexthop_group"); group != "" {
		for part := range strings.SplitSeq(group, ",") {
			needs = append(needs, "NEXTHOP_GROUP_TABLE|"+part)
		}
	}
	if hops := get("nexthop"); hops != "" {
		for ip := range strings.SplitSeq(hops, ",") {
			needs = append(needs, "NEIGH|"+linkOf(ip)+"|"+ip)
		}
	}
	if row.table.Name == "FDB" {
		vlan, _, _ := strings.Cut(row.key, "|")
		port := get("port")
		needs = append(needs, "VLAN_MEMBER|"+vlan+"|"+port)
		for _, other := range []string{"INTERFACE|" + port, "PORTCHANNEL_INTERFACE|" + port, "PORTCHANNEL_MEMBER|PortChannel1|" + port, "PORTCHANNEL_MEMBER|PortChannel2|" + port} {
			if there[other] != nil {
				return false // the port is something else
			}
		}
	}
	return !slices.ContainsFunc(needs, func(n string) bool { return there[n] == nil })
}

// linkOf is the interface that a next hop is on: its subnet's number says so.
func linkOf(ip string) string {
	switch net := strings.Split(ip, ".")[1]; net {
	case "10", "11":
		return map[string]string{"10": "Ethernet12", "11": "Ethernet16"}[net]
	case "20", "21":
		return map[string]string{"20": "PortChannel1", "21": "PortChannel2"}[net]
	default:
		return map[string]string{"30": "Vlan10", "31": "Vlan20"}[net]
	}
}

// add adds a row that is only there in the end if those are that it needs.
func (w *world) add(database db.ID, table, key string, random func(*rand.Rand) []db.Field, needs ...string) {
	s := &db.Schema{Database: database, Name: table}
	if s.Transport = db.Plain; database == db.Appl {
		s.Transport = db.StateTable
	}
	w.rows = append(w.rows, &worldRow{table: s, key: key, random: random, needs: needs})
}

func (w *world) config(table, key string, random func(*rand.Rand) []db.Field, needs ...string) {
	w.add(db.Config, table, key, random, needs...)
}

// bad marks values that a row is quarantined for.
const bad = "!"

// isBad tells rows with a bad value.
func isBad(f []db.Field) bool {
	return slices.ContainsFunc(f, func(f db.Field) bool { return strings.HasPrefix(f.Value, bad) })
}

// fields makes a generator that takes one of the values of each field; "" leaves the field out.
func fields(choices ...[]string) func(*rand.Rand) []db.Field {
	return func(r *rand.Rand) []db.Field {
		out := []db.Field{{Name: "NULL", Value: "NULL"}}
		for _, c := range choices {
			if v := c[1+r.IntN(len(c)-1)]; v != "" {
				out = append(out, db.Field{Name: c[0], Value: v})
			}
		}
		return out
	}
}

// choice is a field with its possible values.
func choice(name string, values ...string) []string { return append([]string{name}, values...) }

func (w *world) portRows() {
	for i, name := range worldPorts() {
		p := hwsku.Default().Ports[i]
		lanes := ""
		for j, l := range p.Lanes {
			if j > 0 {
				lanes += ","
			}
			lanes += strconv.Itoa(int(l))
		}
		w.config("PORT", name, fields(
			choice("lanes", lanes), choice("index", strconv.Itoa(p.Index)), choice("speed", "40000", "10000"),
			choice("admin_status", "up", "up", "down", ""), choice("mtu", "", "1500", "9100", "9000"), choice("fec", "", "none", "rs"),
		))
	}
}

func (w *world) vlanRows() {
	for _, v := range worldVlans() {
		w.config("VLAN", v, fields(choice("vlanid", v[len("Vlan"):], v[len("Vlan"):], bad+"7"), choice("mtu", "", "1500", bad+"many"), choice("admin_status", "", "up", "down"),
			choice("dhcp_servers@", "", "10.0.0.2", "10.0.0.2,10.0.0.3", bad+"nobody")))
		for _, member := range slices.Concat(worldPorts(), worldLags()) {
			w.config("VLAN_MEMBER", v+"|"+member, fields(choice("tagging_mode", "tagged", "tagged", "untagged", bad+"striped")), "VLAN|"+v, lagOf(member))
		}
		w.config("FDB", v+"|02-00-00-00-00-01", fields(choice("port", slices.Concat(worldPorts(), worldLags())...)), "VLAN|"+v)
	}
}

// lagOf is the row that a member needs if it is a LAG; ports are always there.
func lagOf(member string) string {
	if slices.Contains(worldLags(), member) {
		return "PORTCHANNEL|" + member
	}
	return "PORT|" + member
}

func (w *world) lagRows() {
	for _, l := range worldLags() {
		w.config("PORTCHANNEL", l, fields(choice("admin_status", "up", "up", "down"), choice("mtu", "", "1500", "9000"), choice("min_links", "", "2")))
		for _, p := range worldPorts()[:3] {
			w.config("PORTCHANNEL_MEMBER", l+"|"+p, fields(), "PORTCHANNEL|"+l)
		}
	}
}

func (w *world) interfaceRows() {
	vrf := choice("vrf_name", append([]string{"", ""}, worldVrfs()...)...)
	for i, p := range worldPorts()[3:] {
		w.routed("INTERFACE", p, 10+i, fields(vrf, choice("mtu", "", "1400"), choice("mac_addr", "", "02:00:00:00:00:77")))
	}
	for i, l := range worldLags() {
		w.routed("PORTCHANNEL_INTERFACE", l, 20+i, fields(vrf, choice("nat_zone", "", "1", "2")), "PORTCHANNEL|"+l)
	}
	for i, v := range worldVlans() {
		w.routed("VLAN_INTERFACE", v, 30+i, fields(vrf, choice("proxy_arp", "", "enabled", "disabled", bad+"perhaps"), choice("static_anycast_gateway", "", "true", "false")), "VLAN|"+v)
	}
	w.routed("LOOPBACK_INTERFACE", "Loopback0", 40, fields(vrf))
	w.routed("VLAN_SUB_INTERFACE", "Ethernet12.100", 50, fields(vrf, choice("admin_status", "up", "down"), choice("mtu", "", "1300")))
	w.routed("VLAN_SUB_INTERFACE", "Po1.200", 51, fields(choice("vlan", "200", "201"), choice("admin_status", "up")), "PORTCHANNEL|PortChannel1")
	for _, v := range worldVrfs() {
		w.config("VRF", v, fields())
	}
	w.config("DNS_NAMESERVER", "10.0.0.53", fields())
	w.config("BANNER_MESSAGE", "global", fields(choice("state", "", "enabled", bad+"perhaps"), choice("motd", "", "hello")))
}

// vxlanRows are a VTEP, or one end of a tunnel, and the VLANs that it carries.
func (w *world) vxlanRows() {
	w.config("VXLAN_TUNNEL", "vtep1", fields(choice("src_ip", "10.40.0.1", "10.40.1.1", bad+"nowhere"), choice("dst_ip", "", "", "10.99.0.1"), choice("ttl_mode", "", "pipe", "uniform")))
	w.config("VXLAN_EVPN_NVO", "nvo1", fields(choice("source_vtep", "vtep1")), "VXLAN_TUNNEL|vtep1")
	for i, v := range worldVlans() {
		vni := strconv.Itoa(1000 + i)
		w.config("VXLAN_TUNNEL_MAP", "vtep1|map"+vni, fields(choice("vlan", v), choice("vni", vni, vni+"0", bad+"0")), "VXLAN_TUNNEL|vtep1", "VLAN|"+v)
	}
	w.config("SAG", "GLOBAL", fields(choice("gateway_mac", "00:11:22:33:44:55", "00:11:22:33:44:66", bad+"none")))
}

// routed are the rows of a router interface with addresses and static neighbours in its own subnets.
func (w *world) routed(table, name string, net int, random func(*rand.Rand) []db.Field, needs ...string) {
	self := table + "|" + name
	w.config(table, name, random, needs...)
	for host := range 2 {
		w.config(table, fmt.Sprintf("%s|10.%d.%d.1/24", name, net, host), fields(), self)
	}
	w.config(table, fmt.Sprintf("%s|fc00:%d::1/64", name, net), fields(), self)
	if table == "LOOPBACK_INTERFACE" {
		return
	}
	for _, ip := range []string{fmt.Sprintf("10.%d.0.2", net), fmt.Sprintf("10.%d.1.3", net), fmt.Sprintf("fc00:%d::2", net)} {
		w.config("NEIGH", name+"|"+ip, fields(choice("neigh", "02:00:00:00:01:01", "02:00:00:00:01:02", bad+"nobody")), self)
	}
}

func (w *world) routeRows() {
	hops := choice("nexthop", "10.10.0.2", "10.20.0.2", "10.30.0.2", "10.10.0.2,10.20.0.2", "10.20.0.2,10.30.0.2,10.10.1.3")
	for i := range 6 {
		w.config("STATIC_ROUTE", fmt.Sprintf("20.%d.0.0/16", i), fields(hops))
	}
	w.config("STATIC_ROUTE", "VrfRed|20.0.0.0/16", fields(hops), "VRF|VrfRed")
	w.config("STATIC_ROUTE", "20.9.0.0/16", fields(choice("blackhole", "true", bad+"false")))
	over := routeOver("10.10.0.2", "10.20.0.2", "10.30.0.2", "10.11.0.2", "10.21.0.2", "10.31.0.2", "10.10.1.3")
	for _, g := range []string{"a", "b"} {
		w.add(db.Appl, "NEXTHOP_GROUP_TABLE", g, over)
	}
	w.add(db.Appl, "NEXTHOP_GROUP_TABLE", "ab", fields(choice("nexthop_group", "a,b", "a", "b")))
	for i := range 8 {
		w.add(db.Appl, "ROUTE_TABLE", fmt.Sprintf("30.%d.0.0/16", i), fields(choice("nexthop_group", "a", "b", "ab")))
		w.add(db.Appl, "ROUTE_TABLE", fmt.Sprintf("31.%d.0.0/16", i), over)
		w.add(db.Appl, "ROUTE_TABLE", fmt.Sprintf("VrfBlue:31.%d.0.0/16", i), over, "VRF|VrfBlue")
	}
	w.add(db.Appl, "ROUTE_TABLE", "0.0.0.0/0", over)
	hash := []string{"", "SRC_IP,DST_IP", "SRC_MAC", "SRC_IP,SRC_IP", "INNER_SRC_IP", bad}
	w.config("SWITCH_HASH", "GLOBAL", fields(choice("ecmp_hash@", hash...), choice("lag_hash@", hash...), choice("ecmp_hash_algorithm", "", "CRC")))
	w.add(db.Appl, "SWITCH_TABLE", "switch", fields(choice("ecmp_hash_seed", "", "1", "2"), choice("lag_hash_seed", "", "1"), choice("fdb_aging_time", "", "600")))
}

// routeOver makes a generator of routes over up to three of the next hops, some with weights.
func routeOver(hops ...string) func(*rand.Rand) []db.Field {
	return func(r *rand.Rand) []db.Field {
		n := 1 + r.IntN(3)
		var ips, links, weights []string
		for _, i := range r.Perm(len(hops))[:n] {
			ips, links = append(ips, hops[i]), append(links, linkOf(hops[i]))
			weights = append(weights, strconv.Itoa(1+r.IntN(3)))
		}
		f := []db.Field{{Name: "nexthop", Value: strings.Join(ips, ",")}, {Name: "ifname", Value: strings.Join(links, ",")}}
		if r.IntN(2) == 0 {
			f = append(f, db.Field{Name: "weight", Value: strings.Join(weights, ",")})
		}
		return f
	}
}

// write is an action that makes the row be like this; without fields it goes.
func (w *worldRow) write(f []db.Field) action {
	return action{write: &db.Write{Table: w.table, Key: w.key, Fields: f, Delete: true}}
}

// final is the world all at once.
func (w *world) final() (out []action) {
	for _, row := range w.rows {
		if row.end != nil {
			out = append(out, row.write(row.end))
		}
	}
	for _, p := range w.ports {
		out = append(out, action{front: p.front, up: p.up})
	}
	return out
}

// history is a way to the same end: rows are something else before, or are there and go; links flap; up to so many daemons are ended.
func (w *world) history(r *rand.Rand, ends int) (batches [][]action) {
	var lives [][]action // the actions of one row or port, in their order
	for _, row := range w.rows {
		var life []action
		for range r.IntN(3) {
			if life = append(life, row.write(row.random(r))); r.IntN(4) == 0 {
				life = append(life, row.write(nil))
			}
		}
		if row.end != nil || len(life) > 0 {
			lives = append(lives, append(life, row.write(row.end)))
		}
	}
	for _, p := range w.ports {
		var life []action
		for range r.IntN(4) {
			life = append(life, action{front: p.front, up: r.IntN(2) == 0})
		}
		lives = append(lives, append(life, action{front: p.front, up: p.up}))
	}
	for range ends {
		lives = append(lives, []action{{restart: []string{"orchagent", "syncd", "cfgmgr", "netsync"}[r.IntN(4)]}})
	}
	return batch(r, interleave(r, lives))
}

func interleave(r *rand.Rand, lives [][]action) (out []action) {
	for len(lives) > 0 {
		i := r.IntN(len(lives))
		out = append(out, lives[i][0])
		if lives[i] = lives[i][1:]; len(lives[i]) == 0 {
			lives[i] = lives[len(lives)-1]
			lives = lives[:len(lives)-1]
		}
	}
	return out
}

func batch(r *rand.Rand, actions []action) (out [][]action) {
	for len(actions) > 0 {
		n := min(len(actions), 1+r.IntN(40))
		out = append(out, actions[:n])
		actions = actions[n:]
	}
	return out
}
