package oracle

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// overhead is what a port's MTU has above that of its interface: an Ethernet header, a tag and the checksum.
const overhead = 22

func (g *graph) ports() {
	for name, r := range g.port {
		a := attrs{"MTU": strconv.Itoa(int(g.portMTU(name)) + overhead), "SPEED": strconv.Itoa(int(r.Speed))}
		if r.AdminStatus {
			a["ADMIN_STATE"] = "true"
		}
		switch r.FEC {
		case tables.FECRS:
			a["FEC_MODE"] = "SAI_PORT_FEC_MODE_RS"
		case tables.FECFC:
			a["FEC_MODE"] = "SAI_PORT_FEC_MODE_FC"
		}
		g.add("PORT", portName(name), a)
		h := attrs{"NAME": name, "OBJ_ID": portName(name), "TYPE": "SAI_HOSTIF_TYPE_NETDEV"}
		if g.portUp(name) {
			h["OPER_STATUS"] = "true"
		}
		g.add("HOSTIF", "HOSTIF("+name+")", h)
	}
	g.add("PORT", "PORT(CPU)", attrs{})
}

// portMTU is a port's own, or that of its LAG.
func (g *graph) portMTU(name string) uint32 {
	if lag, in := g.member[name]; in {
		return g.lag[lag].MTU
	}
	return g.port[name].MTU
}

func (g *graph) portUp(name string) bool { return bool(g.port[name].AdminStatus) && g.Carrier[name] }

// lagUp tells whether enough of a LAG's members carry frames. LAGs here have no partner to agree with.
func (g *graph) lagUp(name string) bool {
	carrying := 0
	for port, lag := range g.member {
		if lag == name && g.portUp(port) {
			carrying++
		}
	}
	return bool(g.lag[name].AdminStatus) && carrying >= max(g.lag[name].MinLinks, 1)
}

// up tells whether frames may leave by an interface.
func (g *graph) up(name string) bool {
	parent, _ := under(name)
	switch {
	case isLag(parent):
		return g.lagUp(parent)
	case isVlan(parent):
		return true
	}
	return g.portUp(parent)
}

func (g *graph) lags() {
	for name := range g.lag {
		g.add("LAG", lagName(name), attrs{})
	}
	for port, lag := range g.member {
		if _, routed := g.interfaces[port]; routed {
			continue
		}
		a := attrs{"LAG_ID": lagName(lag), "PORT_ID": portName(port)}
		if !g.portUp(port) {
			a["INGRESS_DISABLE"], a["EGRESS_DISABLE"] = "true", "true"
		}
		g.add("LAG_MEMBER", fmt.Sprintf("LAG_MEMBER(%s,%s)", lagName(lag), portName(port)), a)
	}
}

func (g *graph) vlans() {
	g.add("VLAN", vlanName(1), attrs{})
	for id := range g.vlan {
		if id == 1 {
			continue
		}
		a := attrs{"VLAN_ID": strconv.Itoa(int(id))}
		if r := g.interfaces["Vlan"+strconv.Itoa(int(id))]; r.ProxyARP != nil && bool(*r.ProxyARP) {
			a["UNKNOWN_MULTICAST_FLOOD_CONTROL_TYPE"], a["BROADCAST_FLOOD_CONTROL_TYPE"] = "SAI_VLAN_FLOOD_CONTROL_TYPE_NONE", "SAI_VLAN_FLOOD_CONTROL_TYPE_NONE"
		}
		g.add("VLAN", vlanName(id), a)
	}
	for k, r := range g.vlanMember {
		_, routed := g.interfaces[k.Port]
		if _, in := g.member[k.Port]; in || routed || k.Vlan == 1 || !g.has("VLAN", vlanName(k.Vlan)) || !g.hasL2(k.Port) {
			continue
		}
		bridge := "BRIDGE_PORT(" + l2Name(k.Port) + ")"
		g.add("BRIDGE_PORT", bridge, attrs{"ADMIN_STATE": "true", "PORT_ID": l2Name(k.Port), "TYPE": "SAI_BRIDGE_PORT_TYPE_PORT"})
		a := attrs{"VLAN_ID": vlanName(k.Vlan), "BRIDGE_PORT_ID": bridge}
		if r.Tagging == tables.Tagged {
			a["VLAN_TAGGING_MODE"] = "SAI_VLAN_TAGGING_MODE_TAGGED"
		}
		g.add("VLAN_MEMBER", fmt.Sprintf("VLAN_MEMBER(%s,%s)", vlanName(k.Vlan), bridge), a)
		g.keepTags(k.Port)
		if r.Tagging == tables.Untagged {
			g.untagged(k)
		}
	}
}

// untagged gives a port the VLAN of its untagged frames; of several the first by name.
func (g *graph) untagged(k tables.VlanMemberKey) {
	typ := "PORT"
	if isLag(k.Port) {
		typ = "LAG"
	}
	a := g.objects[typ+":"+l2Name(k.Port)]
	if was, err := strconv.Atoi(a["PORT_VLAN_ID"]); err != nil || int(k.Vlan) < was {
		a["PORT_VLAN_ID"] = strconv.Itoa(int(k.Vlan))
	}
}

// keepTags has the host see the tags of frames from a port, or the ports of a LAG.
func (g *graph) keepTags(name string) {
	for port := range g.port {
		if port == name || g.member[port] == name {
			g.objects["HOSTIF:HOSTIF("+port+")"]["VLAN_TAG"] = "SAI_HOSTIF_VLAN_TAG_KEEP"
		}
	}
}

func (g *graph) hasL2(name string) bool {
	if isLag(name) {
		return g.has("LAG", lagName(name))
	}
	_, there := g.port[name]
	return there
}

func portName(name string) string         { return "PORT(" + name + ")" }
func lagName(name string) string          { return "LAG(" + name + ")" }
func vlanName(id tables.VlanID) string    { return "VLAN(" + strconv.Itoa(int(id)) + ")" }
func isLag(name string) bool              { return strings.HasPrefix(name, "PortChannel") }
func isVlan(name string) bool             { return strings.HasPrefix(name, "Vlan") }
func rifName(name string) string          { return "ROUTER_INTERFACE(" + name + ")" }
func routerName(vrf string) string        { return "VIRTUAL_ROUTER(" + vrf + ")" }
func hopName(link, address string) string { return "NEXT_HOP(" + rifName(link) + "," + address + ")" }

func l2Name(name string) string {
	if isLag(name) {
		return lagName(name)
	}
	return portName(name)
}
