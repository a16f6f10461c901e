package cli

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showFIB is `show ip fib`: what APPL_DB has for the ASIC.
func showFIB(sw *Switch, is func(netip.Addr) bool) *cobra.Command {
	return &cobra.Command{Use: "fib [ipaddress]", Short: "Show IP FIB table", Args: between(0, "ipaddress"), RunE: sw.look(func(v *view, args []string) error {
		routes, err := read(v, tables.ApplRoute)
		if err != nil {
			return err
		}
		t := grid.Table{Numbered: true, List: true, Header: []string{"No.", "Vrf", "Route", "Nexthop", "Ifname"}, Text: true}
		for _, r := range routes {
			text := r.Key.Prefix.String()
			if !is(r.Key.Prefix.Addr()) || len(args) > 0 && args[0] != text && args[0] != r.Key.Prefix.Addr().String() {
				continue
			}
			t.Rows = append(t.Rows, []string{itoa(len(t.Rows) + 1), r.Key.Vrf, text, r.Row.Nexthop, r.Row.Ifname})
		}
		if v.json {
			return v.print(&t)
		}
		if err := t.Write(v.out); err != nil {
			return err
		}
		return v.line("Total number of entries %d", len(t.Rows))
	})}
}

// configRoute is `config route`.
func configRoute(sw *Switch) *cobra.Command {
	const pattern = "prefix [vrf <vrf_name>] <A.B.C.D/M> nexthop <[vrf <vrf_name>] <A.B.C.D>>|<dev <dev_name>>"
	return group("route", "route-related configuration tasks",
		&cobra.Command{Use: "add " + pattern, Short: "Add route command", RunE: sw.edit(func(c *change, args []string) error { return c.addRoute(args) })},
		&cobra.Command{Use: "del " + pattern, Short: "Del route command", RunE: sw.edit(func(c *change, args []string) error { return c.delRoute(args) })},
	)
}

// defaultVrf is the name under which CONFIG_DB has routes of no VRF.
const defaultVrf = "default"

// routeWords is what a `config route` command says.
type routeWords struct {
	key        tables.RouteKey
	nexthops   []string // addresses, or names of LAGs
	nexthopVrf string
	ifname     string
}

func (c *change) parseRoute(args []string, needNexthop bool) (r routeWords, err error) {
	at := slices.Index(args, "nexthop")
	switch {
	case len(args) < 2 || len(args) > 9:
		return r, fail("argument is not in pattern prefix [vrf <vrf_name>] <A.B.C.D/M> nexthop <[vrf <vrf_name>] <A.B.C.D>>|<dev <dev_name>>!")
	case !slices.Contains(args, "prefix"):
		return r, fail("argument is incomplete, prefix not found!")
	case at < 0 && needNexthop:
		return r, fail("argument is incomplete, nexthop not found!")
	case at < 0:
		at = len(args)
	}
	vrf, rest, err := c.vrfAndRest(args[:at], "prefix")
	if err != nil {
		return r, err
	}
	prefix, err := parseNetwork(rest)
	if err != nil {
		return r, fail("ip address is not valid.")
	}
	r.key = tables.RouteKey{Vrf: vrf, Prefix: prefix}
	if at == len(args) {
		return r, nil
	}
	words := args[at:]
	if len(words) == 3 && words[1] == "dev" {
		r.ifname = words[2]
		return r, nil
	}
	if r.nexthopVrf, rest, err = c.vrfAndRest(words, "nexthop"); err != nil {
		return r, err
	}
	r.nexthops = strings.Split(rest, ",")
	for _, n := range r.nexthops {
		if strings.HasPrefix(n, portChannel) && has(c.candidate, tables.ConfigLag, n) {
			continue
		}
		if a, err := netip.ParseAddr(n); err != nil || a.Is4() != prefix.Addr().Is4() {
			return r, fail("ip address is not valid.")
		}
	}
	return r, nil
}

// vrfAndRest reads: word [vrf NAME] VALUE.
func (c *change) vrfAndRest(words []string, word string) (vrf, rest string, err error) {
	switch {
	case len(words) == 4 && words[0] == word && words[1] == "vrf":
		if !has(c.candidate, tables.ConfigVrf, words[2]) {
			return "", "", fail("VRF %s does not exist!", words[2])
		}
		return words[2], words[3], nil
	case len(words) == 2 && words[0] == word:
		return "", words[1], nil
	}
	return "", "", fail("%s is not in pattern!", word)
}

// parseNetwork reads a prefix without host bits; a bare address is a host route.
func parseNetwork(text string) (netip.Prefix, error) {
	p, err := parseInterfaceAddress(text)
	if err == nil && p.Masked() != p {
		err = fail("%s has host bits set", text)
	}
	return p, err
}

// routeRow finds the row of a route under the key text that it has: CONFIG_DB may leave out the default VRF or name it.
func (c *candidate) routeRow(k tables.RouteKey) (text string, row tables.StaticRouteRow, ok bool) {
	t := tables.ConfigStaticRoute
	for _, text := range c.keysOf(t.Schema) {
		if key, row, err := t.Decode(text, c.Fields(t.Name, text)); err == nil && key == k {
			return text, row, true
		}
	}
	vrf := k.Vrf
	if vrf == "" {
		vrf = defaultVrf
	}
	return vrf + t.Database.Separator() + k.Prefix.String(), tables.StaticRouteRow{}, false
}

// hop is one next hop of a static route: a column of its row's parallel lists.
type hop struct{ nexthop, ifname, vrf, distance, blackhole string }

func hopsOf(r tables.StaticRouteRow) []hop {
	lists := [][]string{split(r.Nexthop), split(r.Ifname), split(r.NexthopVrf), split(r.Distance), split(r.Blackhole)}
	n := 0
	for _, l := range lists {
		n = max(n, len(l))
	}
	out := make([]hop, n)
	for i := range out {
		out[i] = hop{at(lists[0], i), at(lists[1], i), at(lists[2], i), at(lists[3], i), at(lists[4], i)}
	}
	return out
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// rowOfHops joins next hops. A list in which nobody has anything is left out.
func rowOfHops(hops []hop, advertise string) tables.StaticRouteRow {
	join := func(of func(hop) string) string {
		parts := make([]string, len(hops))
		some := false
		for i, h := range hops {
			parts[i] = of(h)
			some = some || parts[i] != ""
		}
		if !some {
			return ""
		}
		return strings.Join(parts, ",")
	}
	return tables.StaticRouteRow{
		Nexthop: join(func(h hop) string { return h.nexthop }), Ifname: join(func(h hop) string { return h.ifname }),
		NexthopVrf: join(func(h hop) string { return h.vrf }), Distance: join(func(h hop) string { return h.distance }),
		Blackhole: join(func(h hop) string { return h.blackhole }), Advertise: advertise,
	}
}

// nullInterface is the device of a route that drops.
const nullInterface = "null"

func (c *change) addRoute(args []string) error {
	r, err := c.parseRoute(args, true)
	if err != nil {
		return err
	}
	if r.ifname != "" && r.ifname != nullInterface && !c.routed(r.ifname) {
		return fail("interface %s doesn`t exist", r.ifname)
	}
	added := []hop{{ifname: r.ifname, distance: "0", blackhole: "false"}}
	if r.ifname == nullInterface {
		added[0].blackhole = "true"
	}
	if r.ifname == "" {
		added = added[:0]
		for _, n := range r.nexthops {
			added = append(added, hop{nexthop: n, vrf: r.nexthopVrf, distance: "0", blackhole: "false"})
		}
	}
	text, row, _ := c.routeRow(r.key)
	hops := hopsOf(row)
	for _, h := range added {
		if slices.ContainsFunc(hops, func(o hop) bool { return o.nexthop == h.nexthop && o.ifname == h.ifname && o.vrf == h.vrf }) {
			return fail("Route already exists!")
		}
		hops = append(hops, h)
	}
	c.putRoute(text, r.key, rowOfHops(hops, row.Advertise))
	return nil
}

func (c *change) putRoute(text string, k tables.RouteKey, row tables.StaticRouteRow) {
	w := tables.ConfigStaticRoute.Replace(k, row)
	w.Key = text
	c.write(w)
}

func (c *change) delRoute(args []string) error {
	r, err := c.parseRoute(args, false)
	if err != nil {
		return err
	}
	text, row, ok := c.routeRow(r.key)
	if !ok {
		return fail("Route %s doesnt exist", text)
	}
	hops := hopsOf(row)
	want := []hop{{ifname: r.ifname}}
	if r.ifname == "" {
		want = want[:0]
		for _, n := range r.nexthops {
			want = append(want, hop{nexthop: n, vrf: r.nexthopVrf})
		}
	}
	for _, w := range want {
		i := slices.IndexFunc(hops, func(h hop) bool {
			drops := w.ifname == nullInterface && h.blackhole == "true"
			return drops || h.nexthop == w.nexthop && h.ifname == w.ifname && h.vrf == w.vrf
		})
		if i < 0 {
			return fail("Not found ('%s', '%s', '%s') in %s", w.nexthop, w.vrf, w.ifname, text)
		}
		hops = slices.Delete(hops, i, i+1)
	}
	if len(want) == 0 || len(hops) == 0 {
		c.write(db.Write{Table: tables.ConfigStaticRoute.Schema, Key: text, Delete: true})
		return nil
	}
	c.putRoute(text, r.key, rowOfHops(hops, row.Advertise))
	return nil
}
