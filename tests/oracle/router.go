package oracle

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/tables"
)

const toCPU = "PORT(CPU)"

func (g *graph) routers() {
	g.router("")
	g.add("ROUTER_INTERFACE", rifName("underlay"), attrs{"MTU": "9100", "TYPE": "SAI_ROUTER_INTERFACE_TYPE_LOOPBACK", "VIRTUAL_ROUTER_ID": routerName("")})
	g.route("", linkLocal(g.MAC), attrs{"NEXT_HOP_ID": toCPU})
	for _, nothing := range []string{"0.0.0.0/0", "::/0"} {
		g.route("", nothing, attrs{"PACKET_ACTION": "SAI_PACKET_ACTION_DROP"})
	}
	for name := range g.vrf {
		g.router(name)
	}
	for name, r := range g.interfaces {
		g.routerInterface(name, r)
	}
	for _, k := range g.addresses {
		g.address(k)
	}
}

func (g *graph) router(vrf string) {
	g.add("VIRTUAL_ROUTER", routerName(vrf), attrs{})
	g.route(vrf, "fe80::/10", attrs{"NEXT_HOP_ID": toCPU})
}

// linkLocal is the address that the switch has on every link.
func linkLocal(mac tables.MAC) string {
	a := [16]byte{0xfe, 0x80, 8: mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]}
	return host(netip.AddrFrom16(a)).String()
}

// under is what a sub-interface sits on, and its VLAN: Ethernet12.100, Po1.200. For any other name it is the name itself.
func under(name string) (parent string, vid int) {
	parent, digits, sub := strings.Cut(name, ".")
	if !sub {
		return name, 0
	}
	vid, _ = strconv.Atoi(digits)
	if n, short := strings.CutPrefix(parent, "Po"); short && !isLag(parent) {
		parent = "PortChannel" + n
	} else if n, short := strings.CutPrefix(parent, "Eth"); short && !strings.HasPrefix(parent, "Ethernet") {
		parent = "Ethernet" + n
	}
	return parent, vid
}

func (g *graph) routerInterface(name string, r tables.InterfaceRow) {
	parent, vid := under(name)
	if strings.HasPrefix(name, "Loopback") || !g.has("VIRTUAL_ROUTER", routerName(r.VrfName)) {
		return
	}
	a := attrs{"VIRTUAL_ROUTER_ID": routerName(r.VrfName), "SRC_MAC_ADDRESS": g.sourceMAC(r)}
	if r.NATZone != nil && *r.NATZone != 0 {
		a["NAT_ZONE_ID"] = strconv.Itoa(int(*r.NATZone))
	}
	mtu := g.mtu(parent)
	switch {
	case isVlan(name):
		id, err := tables.ParseVlanID(name)
		if err != nil || !g.has("VLAN", vlanName(id)) {
			return
		}
		a["TYPE"], a["VLAN_ID"] = "SAI_ROUTER_INTERFACE_TYPE_VLAN", vlanName(id)
	case !g.hasL2(parent):
		return
	case vid > 0:
		if r.Vlan != nil {
			vid = int(*r.Vlan)
		}
		a["TYPE"], a["PORT_ID"], a["OUTER_VLAN_ID"] = "SAI_ROUTER_INTERFACE_TYPE_SUB_PORT", l2Name(parent), strconv.Itoa(vid)
		if admin, set := g.admin(parent), r.AdminStatus != nil; !admin || set && !bool(*r.AdminStatus) {
			a["ADMIN_V4_STATE"], a["ADMIN_V6_STATE"] = "false", "false"
		}
		if r.MTU != nil {
			mtu = min(mtu, *r.MTU)
		}
		g.keepTags(parent)
	default:
		a["TYPE"], a["PORT_ID"] = "SAI_ROUTER_INTERFACE_TYPE_PORT", l2Name(parent)
	}
	if r.MTU != nil && vid == 0 {
		mtu = *r.MTU
	}
	a["MTU"] = strconv.Itoa(int(mtu))
	g.add("ROUTER_INTERFACE", rifName(name), a)
}

// sourceMAC is the interface's own, or the anycast gateway's, or the switch's.
func (g *graph) sourceMAC(r tables.InterfaceRow) string {
	mac := g.MAC
	if r.MAC != nil && !r.MAC.IsZero() {
		mac = *r.MAC
	}
	if r.AnycastGateway != nil && *r.AnycastGateway {
		if gateway, there := g.sag[tables.SagGlobal]; there {
			mac = gateway.GatewayMAC
		}
	}
	return strings.ToUpper(mac.String())
}

func (g *graph) mtu(name string) uint32 {
	switch {
	case isLag(name):
		return g.lag[name].MTU
	case isVlan(name):
		if id, err := tables.ParseVlanID(name); err == nil {
			return g.vlan[id].MTU
		}
	}
	return g.portMTU(name)
}

func (g *graph) admin(name string) bool {
	if isLag(name) {
		return bool(g.lag[name].AdminStatus)
	}
	return bool(g.port[name].AdminStatus)
}

// address has packets for the switch's own address go to the CPU, and those for an IPv4 subnet's broadcast address to everybody in the VLAN.
func (g *graph) address(k tables.InterfaceKey) {
	r, there := g.interfaces[k.Name]
	loopback := strings.HasPrefix(k.Name, "Loopback")
	if !there || !loopback && !g.has("ROUTER_INTERFACE", rifName(k.Name)) || !g.has("VIRTUAL_ROUTER", routerName(r.VrfName)) {
		return
	}
	g.route(r.VrfName, host(k.Prefix.Addr()).String(), attrs{"NEXT_HOP_ID": toCPU})
	if isVlan(k.Name) && k.Prefix.Addr().Is4() && k.Prefix.Bits() <= 30 {
		last := k.Prefix.Addr().As4()
		for i := k.Prefix.Bits(); i < 32; i++ {
			last[i/8] |= 1 << (7 - i%8)
		}
		g.add("NEIGHBOR_ENTRY", neighborName(k.Name, netip.AddrFrom4(last)), attrs{"DST_MAC_ADDRESS": "FF:FF:FF:FF:FF:FF"})
	}
}

func neighborName(link string, ip netip.Addr) string {
	return fmt.Sprintf(`{"ip":%q,"rif":%q,"switch_id":"SWITCH()"}`, ip, rifName(link))
}

func (g *graph) neighbors() {
	for k, r := range g.neighbor {
		if !g.has("ROUTER_INTERFACE", rifName(k.Interface)) {
			continue
		}
		g.add("NEIGHBOR_ENTRY", neighborName(k.Interface, k.IP), attrs{"DST_MAC_ADDRESS": strings.ToUpper(r.MAC.String())})
		g.add("NEXT_HOP", hopName(k.Interface, k.IP.String()), attrs{"IP": k.IP.String(), "ROUTER_INTERFACE_ID": rifName(k.Interface), "TYPE": "SAI_NEXT_HOP_TYPE_IP"})
	}
}
