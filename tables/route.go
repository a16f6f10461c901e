package tables

import (
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// RouteKey is a prefix in a VRF (empty: the default one). The text is [Vrf:]prefix; a host route has no length, as fpmsyncd writes it.
type RouteKey struct {
	Vrf    string
	Prefix netip.Prefix
}

// MarshalKey implements db's key codec.
func (k RouteKey) MarshalKey(sep string) string {
	text := k.Prefix.String()
	if k.Prefix.IsSingleIP() {
		text = k.Prefix.Addr().String()
	}
	if k.Vrf != "" {
		return k.Vrf + sep + text
	}
	return text
}

// UnmarshalKey implements db's key codec. A VRF name starts with a letter that no IPv6 address has in front of its first colon (Vrf..., Vnet..., mgmt).
func (k *RouteKey) UnmarshalKey(text, sep string) error {
	if p, err := parsePrefix(text); err == nil {
		*k = RouteKey{Prefix: p}
		return nil
	}
	vrf, rest, ok := strings.Cut(text, sep)
	if !ok || vrf == "" {
		return errRouteKey
	}
	p, err := parsePrefix(rest)
	if err != nil {
		return errRouteKey
	}
	*k = RouteKey{Vrf: strings.Clone(vrf), Prefix: p}
	if vrf == "default" {
		k.Vrf = ""
	}
	return nil
}

// parsePrefix reads a prefix with or without length, host bits cleared.
func parsePrefix(text string) (netip.Prefix, error) {
	if strings.IndexByte(text, '/') >= 0 {
		p, err := netip.ParsePrefix(text)
		if err != nil || p.Addr().Is4In6() {
			return netip.Prefix{}, errPrefix
		}
		return p.Masked(), nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" || a.Is4In6() {
		return netip.Prefix{}, errPrefix
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// RouteRow is APPL_DB ROUTE_TABLE. Nexthop, Ifname and Weight are SONiC's parallel comma lists, kept as they came: a million routes share a few
// thousand lists, so they are parsed once for each distinct list (NextHops), not once for each route.
type RouteRow struct {
	Protocol     string `db:"protocol,omitempty"`
	Blackhole    bool   `db:"blackhole,omitempty"`
	Nexthop      string `db:"nexthop,omitempty"`
	Ifname       string `db:"ifname,omitempty"`
	Weight       string `db:"weight,omitempty"`
	NexthopGroup string `db:"nexthop_group,omitempty"`
	VniLabel     string `db:"vni_label,omitempty"` // of routes behind other VTEPs: VNIs, and MAC addresses of the routers there
	RouterMAC    string `db:"router_mac,omitempty"`
}

// DecodeRow implements db's row codec: routes are read by the million.
func (r *RouteRow) DecodeRow(fields []db.Field) error {
	*r = RouteRow{}
	for i := range fields {
		f := &fields[i]
		switch f.Name {
		case "nexthop":
			r.Nexthop = f.Value
		case "ifname":
			r.Ifname = f.Value
		case "weight":
			r.Weight = f.Value
		case "protocol":
			r.Protocol = f.Value
		case "nexthop_group":
			r.NexthopGroup = f.Value
		case "vni_label":
			r.VniLabel = f.Value
		case "router_mac":
			r.RouterMAC = f.Value
		case "blackhole":
			switch f.Value {
			case "true":
				r.Blackhole = true
			case "false":
			default:
				return &db.FieldError{Field: f.Name, Value: f.Value, Reason: "neither true nor false"}
			}
		}
	}
	return nil
}

// AppendRow implements db's row codec.
func (r *RouteRow) AppendRow(to []db.Field) []db.Field {
	to = append(to, db.Field{Name: "protocol", Value: r.Protocol})
	if r.Blackhole {
		return append(to, db.Field{Name: "blackhole", Value: "true"})
	}
	if r.NexthopGroup != "" {
		return append(to, db.Field{Name: "nexthop_group", Value: r.NexthopGroup})
	}
	to = append(to, db.Field{Name: "nexthop", Value: r.Nexthop}, db.Field{Name: "ifname", Value: r.Ifname})
	if r.Weight != "" {
		to = append(to, db.Field{Name: "weight", Value: r.Weight})
	}
	if r.VniLabel != "" {
		to = append(to, db.Field{Name: "vni_label", Value: r.VniLabel}, db.Field{Name: "router_mac", Value: r.RouterMAC})
	}
	return to
}

// RouteStateRow is STATE_DB ROUTE_TABLE, kept for the two default routes: `ok` or `na`.
type RouteStateRow struct {
	State string `db:"state"`
}

// RouteApplStateRow is APPL_STATE_DB ROUTE_TABLE: what the ASIC has (sonic-contract 2.11).
type RouteApplStateRow struct {
	Protocol string `db:"protocol"`
}

// The tables of routes.
var (
	ApplRoute      = db.Define[RouteKey, RouteRow](db.Appl, "ROUTE_TABLE")
	StateRoute     = db.Define[RouteKey, RouteStateRow](db.State, "ROUTE_TABLE")
	ApplStateRoute = db.Define[RouteKey, RouteApplStateRow](db.ApplState, "ROUTE_TABLE", db.WithTransport(db.Plain))
)
