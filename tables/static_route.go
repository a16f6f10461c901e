package tables

import "github.com/hypersonic-nos/hypersonic/db"

// StaticRouteRow is CONFIG_DB STATIC_ROUTE: parallel comma lists, one element a next hop. The key is [vrf|]prefix.
type StaticRouteRow struct {
	Nexthop    string `db:"nexthop,omitempty"`
	Ifname     string `db:"ifname,omitempty"`
	NexthopVrf string `db:"nexthop-vrf,omitempty"`
	Distance   string `db:"distance,omitempty"`
	Blackhole  string `db:"blackhole,omitempty"`
	Advertise  string `db:"advertise,omitempty"`
}

// ConfigStaticRoute is the table STATIC_ROUTE.
var ConfigStaticRoute = db.Define[RouteKey, StaticRouteRow](db.Config, "STATIC_ROUTE")
