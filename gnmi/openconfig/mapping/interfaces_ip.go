package mapping

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// addresses are the router interfaces: where IP is under (subinterface 0, a VLAN's subinterface, routed-vlan), and which table has them.
func addresses() []Rows {
	var rows []Rows
	for _, a := range []struct {
		at, key string
		table   *db.Schema
		role    Role
		leaves  []Leaf
	}{
		{at: "/interfaces/interface[name={if:port}]/subinterfaces/subinterface[index=0]", key: "{if}", table: tables.ConfigInterface.Schema},
		{at: "/interfaces/interface[name={if:lag}]/subinterfaces/subinterface[index=0]", key: "{if}", table: tables.ConfigLagInterface.Schema},
		{at: "/interfaces/interface[name={if:loopback}]/subinterfaces/subinterface[index=0]", key: "{if}", table: tables.ConfigLoopbackInterface.Schema, role: Part},
		{at: "/interfaces/interface[name={if:vlanif}]/routed-vlan", key: "{if}", table: tables.ConfigVlanInterface.Schema},
		{at: "/interfaces/interface[name={if:port}]/subinterfaces/subinterface[index={n:subindex}]", key: "{if}.{n}", table: tables.ConfigSubInterface.Schema,
			leaves: vlanSubinterface()},
		{at: "/interfaces/interface[name={if:lag}]/subinterfaces/subinterface[index={n:subindex}]", key: "{if}.{n}", table: tables.ConfigSubInterface.Schema,
			leaves: vlanSubinterface()},
	} {
		leaves := append([]Leaf{
			{Path: "ipv6/*/enabled", Field: "ipv6_use_link_local_only", As: Words("enable true disable false")},
			{Path: "ipv4/proxy-arp/*/mode", Field: "proxy_arp", As: Words("enabled ALL disabled DISABLE")},
		}, a.leaves...)
		if a.role == Part {
			leaves = append(leaves, Leaf{Path: "index", Const: "0"}, Leaf{Path: "*/index", Const: "0"})
		}
		rows = append(rows,
			Rows{At: a.at, Table: a.table, Key: a.key, Role: a.role, Leaves: leaves},
			addressRows(a.at+"/ipv4/addresses/address[ip={ip:ipv4}]", a.key, a.table),
			addressRows(a.at+"/ipv6/addresses/address[ip={ip:ipv6}]", a.key, a.table),
		)
		for _, family := range []struct{ name, domain string }{{"ipv4", "ipv4"}, {"ipv6", "ipv6"}} {
			at := a.at + "/" + family.name + "/neighbors/neighbor[ip={ip:" + family.domain + "}]"
			rows = append(rows,
				Rows{At: at, Table: tables.ConfigNeigh.Schema, Key: a.key + "|{ip}", Sets: []string{"family=" + neighFamily(family.name)},
					Leaves: []Leaf{{Path: "config/link-layer-address", Field: "neigh"}}},
				Rows{At: at, Table: tables.ApplNeigh.Schema, Key: a.key + ":{ip}", Role: Seen, Leaves: []Leaf{{Path: "state/link-layer-address", Field: "neigh"}}},
			)
		}
	}
	return rows
}

func neighFamily(name string) string { return "IP" + name[2:] }

func addressRows(at, key string, table *db.Schema) Rows {
	return Rows{
		At: at, Table: table, Key: key + "|{ip}/{length:number}", Also: []Also{{Table: table, Key: key}},
		Leaves: []Leaf{{Path: "*/prefix-length", Var: "length"}},
	}
}

func vlanSubinterface() []Leaf {
	return []Leaf{
		{Path: "*/enabled", Field: "admin_status", As: upTrue, Missing: "up"},
		{Path: "vlan/match/single-tagged/*/vlan-id", Field: "vlan"},
	}
}
