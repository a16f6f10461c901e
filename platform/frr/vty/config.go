package vty

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/platform/frr"
)

// Route is a static route in a configuration.
type Route struct {
	Key     frr.StaticRouteKey
	Options frr.Options
}

// ParseRoutes finds the static routes in a running configuration. Lines that hold more than we ever write (labels, tables, BFD) are none of ours
// and are left out.
func ParseRoutes(config string) []Route {
	var routes []Route
	vrf := ""
	for line := range strings.Lines(config) {
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[0] == "vrf":
			vrf = words[1]
		case len(words) > 0 && (words[0] == "exit-vrf" || line[0] != ' ' && words[0] != "ip" && words[0] != "ipv6"):
			vrf = ""
		case len(words) > 3 && words[1] == "route" && (words[0] == "ip" || words[0] == "ipv6"):
			if r, ok := parseRoute(words[2:], vrf); ok {
				routes = append(routes, r)
			}
		}
	}
	return routes
}

// parseRoute reads: prefix (gateway [interface] | interface | blackhole) [tag N] [distance] [vrf V] [nexthop-vrf V].
func parseRoute(words []string, vrf string) (r Route, ok bool) {
	prefix, err := netip.ParsePrefix(words[0])
	if err != nil {
		return r, false
	}
	r.Key = frr.StaticRouteKey{Vrf: vrf, Prefix: prefix}
	words = words[1:]
	if gateway, err := netip.ParseAddr(words[0]); err == nil {
		r.Key.Gateway, words = gateway, words[1:]
	} else if words[0] == "blackhole" {
		r.Key.Discard, words = true, words[1:]
	} else if words[0] == "Null0" || words[0] == "reject" {
		return r, false
	}
	if len(words) > 0 && !frr.IsReserved(words[0]) {
		r.Key.Interface, words = words[0], words[1:]
	}
	return r, r.options(words) && r.Key.Check() == nil
}

func (r *Route) options(words []string) bool {
	for len(words) > 0 {
		value := ""
		if len(words) > 1 {
			value = words[1]
		}
		switch words[0] {
		case "tag":
			n, err := strconv.ParseUint(value, 10, 32)
			if err != nil {
				return false
			}
			r.Options.Tag = uint32(n)
		case "vrf":
			r.Key.Vrf = value
		case "nexthop-vrf":
			r.Key.NexthopVrf = value
		default:
			n, err := strconv.ParseUint(words[0], 10, 8)
			if err != nil {
				return false
			}
			r.Options.Distance = uint8(n)
			words = words[1:]
			continue
		}
		if value == "" {
			return false
		}
		words = words[2:]
	}
	return true
}
