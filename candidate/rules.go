package candidate

import (
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// What interfaces and VRFs are called.
const (
	ethernet     = "Ethernet"
	portChannel  = "PortChannel"
	vlanPrefix   = "Vlan"
	vrfPrefix    = "Vrf"
	subInterface = "." // between a port and the number of its sub-interface
)

// rules are the references and exclusions of SONiC's YANG models.
func rules() []rule {
	bridged := []*db.Schema{
		tables.ConfigPort.Schema, tables.ConfigLag.Schema, tables.ConfigVlan.Schema, tables.ConfigLagMember.Schema, tables.ConfigVlanMember.Schema,
		tables.ConfigInterface.Schema, tables.ConfigLagInterface.Schema,
	}
	routed := []*db.Schema{tables.ConfigPort.Schema, tables.ConfigLag.Schema, tables.ConfigVlan.Schema, tables.ConfigVrf.Schema}
	for _, t := range interfaceTables() {
		routed = append(routed, t.Schema)
	}
	return []rule{
		{routed, names},
		{[]*db.Schema{tables.ConfigPort.Schema}, ports},
		{bridged, members},
		{routed, interfaces},
		{[]*db.Schema{tables.ConfigFdb.Schema, tables.ConfigVlan.Schema}, macs},
		{[]*db.Schema{tables.ConfigStaticRoute.Schema, tables.ConfigVrf.Schema}, staticRoutes},
		{append(routed, tables.ConfigBgpNeighbor.Schema, tables.ConfigBgpGlobals.Schema), peers},
		{referring(), references},
	}
}

type interfaceTable = db.Table[tables.InterfaceKey, tables.InterfaceRow]

func interfaceTables() []interfaceTable {
	return []interfaceTable{
		tables.ConfigInterface, tables.ConfigLagInterface, tables.ConfigVlanInterface, tables.ConfigLoopbackInterface, tables.ConfigSubInterface,
	}
}

// ports holds that a lane and an alias are one port's.
func ports(k *checker) {
	laneOf, aliasOf := map[uint32]string{}, map[string]string{}
	each(k, tables.ConfigPort, func(p place, name string, r tables.PortRow) {
		for _, lane := range r.Lanes {
			if other := laneOf[lane]; other != "" && other != name {
				p.wrong("lanes", p.text("lanes"), "has the lane %d, which is one of %s too", lane, other)
				break
			}
			laneOf[lane] = name
		}
		if other := aliasOf[r.Alias]; r.Alias != "" && other != "" {
			p.wrong("alias", r.Alias, "is the alias of %s too", other)
		}
		aliasOf[r.Alias] = name
	})
}

// members holds that members of LAGs and VLANs are there, and that a port has one use only.
func members(k *checker) {
	routed, lagOf, untagged := map[string]bool{}, map[string]string{}, map[string]tables.VlanID{}
	for _, t := range []interfaceTable{tables.ConfigInterface, tables.ConfigLagInterface} {
		each(k, t, func(_ place, key tables.InterfaceKey, _ tables.InterfaceRow) { routed[key.Name] = true })
	}
	each(k, tables.ConfigLagMember, func(p place, key tables.LagMemberKey, _ tables.LagMemberConfigRow) {
		switch other := lagOf[key.Port]; {
		case !there(p, tables.ConfigLag, key.Lag):
			p.wrong("", key.Lag, missing)
		case !isPort(p, key.Port):
			p.wrong("", key.Port, missing)
		case other != "":
			p.wrong("", key.Port, "is a member of %s too", other)
		case routed[key.Port]:
			p.wrong("", key.Port, "is a router interface")
		}
		lagOf[key.Port] = key.Lag
	})
	each(k, tables.ConfigVlanMember, func(p place, key tables.VlanMemberKey, r tables.VlanMemberRow) {
		switch port := key.Port; {
		case !there(p, tables.ConfigVlan, key.Vlan):
			p.wrong("", key.Vlan.String(), missing)
		case strings.HasPrefix(port, portChannel) && !there(p, tables.ConfigLag, port), !strings.HasPrefix(port, portChannel) && !isPort(p, port):
			p.wrong("", port, missing)
		case lagOf[port] != "":
			p.wrong("", port, "is a member of %s", lagOf[port])
		case routed[port]:
			p.wrong("", port, "is a router interface")
		case r.Tagging == tables.Untagged && untagged[port] != 0:
			p.wrong("", port, "is an untagged member of %s too", untagged[port])
		}
		if r.Tagging == tables.Untagged {
			untagged[key.Port] = key.Vlan
		}
	})
}

// interfaces holds that a router interface is one of something, an address one of a router interface, and that its VRF is there.
func interfaces(k *checker) {
	for _, t := range interfaceTables() {
		each(k, t, func(p place, key tables.InterfaceKey, r tables.InterfaceRow) {
			if key.Prefix.IsValid() {
				if !there(p, t, tables.InterfaceKey{Name: key.Name}) {
					p.wrong("", "", "there is no row %s for the interface", t.Name+separator+key.Name)
				}
				return
			}
			if !exists(p, key.Name) {
				p.wrong("", key.Name, missing)
			}
			if strings.HasPrefix(r.VrfName, vrfPrefix) && !there(p, tables.ConfigVrf, r.VrfName) {
				p.wrong("vrf_name", r.VrfName, missing)
			}
		})
	}
}

// exists tells whether there is a port, LAG or VLAN of the name, or for a sub-interface its parent. Loopbacks exist by their own row.
func exists(p place, name string) bool {
	parent, _, sub := strings.Cut(name, subInterface)
	if sub { // Eth0.10 and Po1.10 are short for it
		if n, ok := strings.CutPrefix(parent, "Eth"); ok && numbered(n, "") {
			parent = ethernet + n
		}
		if n, ok := strings.CutPrefix(parent, "Po"); ok && numbered(n, "") {
			parent = portChannel + n
		}
	}
	switch {
	case strings.HasPrefix(parent, ethernet):
		return isPort(p, parent)
	case strings.HasPrefix(parent, portChannel):
		return there(p, tables.ConfigLag, parent)
	case strings.HasPrefix(parent, vlanPrefix):
		id, err := tables.ParseVlanID(parent)
		return err == nil && there(p, tables.ConfigVlan, id)
	}
	return true
}

// isPort takes any name where there are no ports at all: such a configuration gets the SKU's.
func isPort(p place, name string) bool {
	return there(p, tables.ConfigPort, name) || len(p.now[tables.ConfigPort.Name]) == 0
}

// macs holds that the VLAN of a static MAC address is there.
func macs(k *checker) {
	each(k, tables.ConfigFdb, func(p place, key tables.FdbKey, _ tables.FdbConfigRow) {
		if !there(p, tables.ConfigVlan, key.Vlan) {
			p.wrong("", key.Vlan.String(), missing)
		}
	})
}

// staticRoutes holds that the VRFs of a route and of its next hops are there.
func staticRoutes(k *checker) {
	each(k, tables.ConfigStaticRoute, func(p place, key tables.RouteKey, r tables.StaticRouteRow) {
		if strings.HasPrefix(key.Vrf, vrfPrefix) && !there(p, tables.ConfigVrf, key.Vrf) {
			p.wrong("", key.Vrf, missing)
		}
		for _, vrf := range slices.Compact(strings.Split(r.NexthopVrf, ",")) {
			if strings.HasPrefix(vrf, vrfPrefix) && !there(p, tables.ConfigVrf, vrf) {
				p.wrong("nexthop-vrf", vrf, missing)
			}
		}
	})
}
