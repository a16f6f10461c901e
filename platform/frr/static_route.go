// Package frr holds FRR's configuration as engine kinds: static routes, and the lines of its other daemons. It is pure data: keys, attributes and
// their texts. Package vty below makes them real; cfgmgr wants them and never talks to FRR itself.
package frr

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// StaticRoute is the kind of static routes, one object for each next hop, as staticd has it. Those with a tag of ours are ours: routes that
// somebody configured in vtysh are never adopted nor removed.
var StaticRoute = &engine.Kind{Name: "STATIC_ROUTE", Attr: staticRouteAttr, Parse: parseStaticRoute}

// StaticRouteKey is one next hop of a static route: staticd tells them apart by all of this, and by nothing else. Everything is in canonical
// form (masked prefix, empty name for the default VRF and for the route's own).
type StaticRouteKey struct {
	Vrf        string // empty: the default one
	Prefix     netip.Prefix
	Gateway    netip.Addr // zero: none
	Interface  string     // may be empty if there is a gateway
	NexthopVrf string     // empty: the route's own
	Discard    bool       // blackhole: Gateway, Interface and NexthopVrf are zero
}

// Kind implements engine.Key.
func (StaticRouteKey) Kind() *engine.Kind { return StaticRoute }

// Refs implements engine.Key: staticd accepts routes whose VRF and interface do not exist yet.
func (StaticRouteKey) Refs(func(engine.Key) bool) {}

// String is for example STATIC_ROUTE:VrfRed 10.0.0.0/8 192.0.2.1 Ethernet0 -, where - stands for what is absent.
func (k StaticRouteKey) String() string {
	target := "-"
	switch {
	case k.Discard:
		target = "blackhole"
	case k.Gateway.IsValid():
		target = k.Gateway.String()
	}
	return fmt.Sprintf("%s:%s %s %s %s %s", StaticRoute.Name, dash(k.Vrf), k.Prefix, target, dash(k.Interface), dash(k.NexthopVrf))
}

// Check says what FRR would not understand, so that no text of a row becomes another command.
func (k StaticRouteKey) Check() error {
	switch {
	case !k.Prefix.IsValid() || k.Prefix != k.Prefix.Masked() || k.Prefix.Addr().Is4In6():
		return fmt.Errorf("%s is not a prefix", k.Prefix)
	case k.Discard && (k.Gateway.IsValid() || k.Interface != "" || k.NexthopVrf != ""):
		return fmt.Errorf("a blackhole has no next hop")
	case !k.Discard && !k.Gateway.IsValid() && k.Interface == "":
		return fmt.Errorf("there is neither next hop nor interface nor blackhole")
	case k.Gateway.IsValid() && (k.Gateway.Is4() != k.Prefix.Addr().Is4() || k.Gateway.Zone() != ""):
		return fmt.Errorf("next hop %s is not of the prefix's family", k.Gateway)
	}
	for _, name := range []string{k.Vrf, k.Interface, k.NexthopVrf} {
		if !isWord(name) || IsReserved(name) {
			return fmt.Errorf("%q is not a name", name)
		}
	}
	return nil
}

// Set is the command that makes the route, or changes its options.
func (k StaticRouteKey) Set(o Options) string {
	var b strings.Builder
	k.command(&b)
	if o.Tag != 0 {
		b.WriteString(" tag " + strconv.FormatUint(uint64(o.Tag), 10))
	}
	if o.Distance != 0 {
		b.WriteString(" " + strconv.Itoa(int(o.Distance)))
	}
	k.vrfs(&b)
	return b.String()
}

// Remove is the command that undoes Set, with whatever options.
func (k StaticRouteKey) Remove() string {
	var b strings.Builder
	b.WriteString("no ")
	k.command(&b)
	k.vrfs(&b)
	return b.String()
}

func (k StaticRouteKey) command(b *strings.Builder) {
	if k.Prefix.Addr().Is4() {
		b.WriteString("ip route ")
	} else {
		b.WriteString("ipv6 route ")
	}
	b.WriteString(k.Prefix.String())
	if k.Discard {
		b.WriteString(" blackhole")
	}
	if k.Gateway.IsValid() {
		b.WriteString(" " + k.Gateway.String())
	}
	if k.Interface != "" {
		b.WriteString(" " + k.Interface)
	}
}

func (k StaticRouteKey) vrfs(b *strings.Builder) {
	if k.Vrf != "" {
		b.WriteString(" vrf " + k.Vrf)
	}
	if k.NexthopVrf != "" {
		b.WriteString(" nexthop-vrf " + k.NexthopVrf)
	}
}

// The tags by which bgpcfgd's route map tells what BGP advertises. One of them marks every route that comes from CONFIG_DB.
const (
	TagAdvertise   uint32 = 1
	TagNoAdvertise uint32 = 2
)

// Options are what may change of a route.
type Options struct {
	Tag      uint32 // what route maps know the route by; 0: none
	Distance uint8  // 0: none given, which counts as 1
}

// IsOurs is true for the options of routes that come from CONFIG_DB.
func (o Options) IsOurs() bool { return o.Tag == TagAdvertise || o.Tag == TagNoAdvertise }

// StaticRouteAttrOptions is Options. They are one attribute, because a command sets all of them.
const StaticRouteAttrOptions uint16 = 1

func staticRouteAttr(id uint16) engine.AttrInfo {
	if id == StaticRouteAttrOptions {
		return engine.AttrInfo{Name: "options", Default: Options{}, HasDefault: true}
	}
	return engine.AttrInfo{Name: fmt.Sprintf("static route attribute %d", id)}
}

// StaticRouteOptions sets the options of a route.
func StaticRouteOptions(o Options) engine.Attr[StaticRouteKey] {
	return engine.Attr[StaticRouteKey]{ID: StaticRouteAttrOptions, Value: o}
}

func parseStaticRoute(text string) (engine.Key, error) {
	rest, ok := strings.CutPrefix(text, "STATIC_ROUTE:")
	w := strings.Split(rest, " ")
	if !ok || len(w) != 5 {
		return nil, fmt.Errorf("%q is not the text of a static route", text)
	}
	k := StaticRouteKey{Vrf: undash(w[0]), Interface: undash(w[3]), NexthopVrf: undash(w[4]), Discard: w[2] == "blackhole"}
	var err error
	if k.Prefix, err = netip.ParsePrefix(w[1]); err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	if !k.Discard && w[2] != "-" {
		if k.Gateway, err = netip.ParseAddr(w[2]); err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
	}
	if err := k.Check(); err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	return k, nil
}

// isWord is true for names that pass through a command line as one word, and for the empty one.
func isWord(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-', c == ':':
		default:
			return false
		}
	}
	return s != "-" && len(s) <= 64
}

// IsReserved tells the words that mean something else than a name where the command has one.
func IsReserved(word string) bool {
	switch word {
	case "tag", "vrf", "nexthop-vrf", "label", "table", "onlink", "color", "bfd", "segments", "blackhole", "reject", "Null0":
		return true
	}
	_, number := strconv.ParseUint(word, 10, 64)
	_, address := netip.ParseAddr(word)
	return number == nil || address == nil
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func undash(s string) string {
	if s == "-" {
		return ""
	}
	return s
}
