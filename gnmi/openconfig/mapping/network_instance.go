package mapping

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

const (
	anyInstance     = "/network-instances/network-instance[name={vrf:vrf}]"
	vrfInstance     = "/network-instances/network-instance[name={vrf:uservrf}]"
	defaultInstance = "/network-instances/network-instance[name=default]"
)

// networkInstances is openconfig-network-instance: the default instance and VRFs, their interfaces, VLANs, MAC addresses and routes.
func networkInstances() []Rows {
	rows := []Rows{
		{
			At: defaultInstance, Table: tables.ConfigDeviceMetadata.Schema, Key: tables.Localhost, Role: Fixed,
			Leaves: []Leaf{{Path: "*/type", Const: "DEFAULT_INSTANCE"}},
		},
		{
			At: vrfInstance, Table: tables.ConfigVrf.Schema, Key: "{vrf}",
			Leaves: []Leaf{{Path: "*/type", Const: "L3VRF"}},
		},
		{
			At: defaultInstance + "/vlans/vlan[vlan-id={vid:number}]", Table: tables.ConfigVlan.Schema, Key: "Vlan{vid}", Sets: []string{"vlanid={vid}"},
			Leaves: []Leaf{
				{Path: "*/name", Field: "description"},
				{Path: "*/status", Field: "admin_status", As: Words("up ACTIVE down SUSPENDED"), Missing: "up"},
			},
		},
		{
			At: defaultInstance + macEntry, Table: tables.ConfigFdb.Schema, Key: "Vlan{vid}|{mac}",
			Leaves: []Leaf{{Path: "interface/interface-ref/config/interface", Field: "port"}},
		},
		{
			At: defaultInstance + macEntry, Table: tables.StateFdb.Schema, Key: "Vlan{vid}:{mac}", Role: Seen,
			Leaves: []Leaf{
				{Path: "interface/interface-ref/state/interface", Field: "port"},
				{Path: "state/entry-type", Field: "type", As: Upper{}},
			},
		},
		{
			At:    anyInstance + "/table-connections/table-connection[src-protocol={src:source}][dst-protocol={dst:source}][address-family={af:ipfamily}]",
			Table: tables.ConfigRedistribute.Schema, Key: "{vrf}|{src}|{dst}|{af}",
			Leaves: []Leaf{{Path: "*/import-policy", Field: "route_map@"}},
		},
	}
	for _, i := range []struct {
		domain string
		table  *db.Schema
	}{
		{"port", tables.ConfigInterface.Schema}, {"lag", tables.ConfigLagInterface.Schema}, {"vlanif", tables.ConfigVlanInterface.Schema},
		{"loopback", tables.ConfigLoopbackInterface.Schema},
	} {
		rows = append(rows, instanceInterface("{if:"+i.domain+"}", "{if}", "0", i.table))
	}
	for _, domain := range []string{"port", "lag"} {
		rows = append(rows, instanceInterface("{if:"+domain+"}.{n:subindex}", "{if}.{n}", "{n}", tables.ConfigSubInterface.Schema))
	}
	return append(rows, staticRoutes()...)
}

const macEntry = "/fdb/mac-table/entries/entry[mac-address={mac:mac}][vlan={vid:number}]"

// instanceInterface is an interface that is bound to a VRF, whose row says so.
func instanceInterface(id, key, subinterface string, table *db.Schema) Rows {
	return Rows{
		At: vrfInstance + "/interfaces/interface[id=" + id + "]", Table: table, Key: key, Role: Part, Where: []string{"vrf_name={vrf}"},
		Leaves: []Leaf{
			{Path: "id", Const: key}, {Path: "*/id", Const: key},
			{Path: "*/interface", Const: "{if}"}, {Path: "*/subinterface", Const: subinterface},
		},
	}
}

// staticRoutes are next hops by the rows of STATIC_ROUTE, whose fields are parallel lists. Names of next hops that are no places in the lists are kept in a
// field of ours, index.
func staticRoutes() []Rows {
	at := "/protocols/protocol[identifier=STATIC][name=static]"
	identity := []Leaf{
		{Path: "identifier", Const: "STATIC"}, {Path: "*/identifier", Const: "STATIC"}, {Path: "name", Const: "static"}, {Path: "*/name", Const: "static"},
	}
	route := anyInstance + at + "/static-routes/static[prefix={prefix:prefix}]"
	return []Rows{
		{At: defaultInstance + at, Table: tables.ConfigDeviceMetadata.Schema, Key: tables.Localhost, Role: Part, Leaves: identity},
		{At: vrfInstance + at, Table: tables.ConfigVrf.Schema, Key: "{vrf}", Role: Part, Leaves: identity},
		{At: route, Table: tables.ConfigStaticRoute.Schema, Key: "{vrf}|{prefix}", Keys: []string{"{prefix}  vrf=default"}},
		{
			At: route + "/next-hops/next-hop[index={index}]", Table: tables.ConfigStaticRoute.Schema, Key: "{vrf}|{prefix}", Keys: []string{"{prefix}  vrf=default"},
			Parallel: &Parallel{Var: "index", Names: "index", Fields: []string{"nexthop", "ifname", "nexthop-vrf", "distance", "blackhole"}},
			Leaves: []Leaf{
				{Path: "*/next-hop", Field: "nexthop", As: gateway},
				{Path: "*/next-hop", Field: "blackhole", As: Words("true DROP")},
				{Path: "*/preference", Field: "distance"},
				{Path: "interface-ref/*/interface", Field: "ifname"},
			},
		},
	}
}

// gateway is an address; the unspecified one stands for none, where the interface alone counts.
var gateway = Both{
	Read: func(v string) (string, bool) { return v, v != "" && v != "0.0.0.0" && v != "::" },
	Write: func(text string) (string, error) {
		if !address(text, true) && !address(text, false) {
			return "", errNoSay
		}
		return canonicalIP(text), nil
	},
}
