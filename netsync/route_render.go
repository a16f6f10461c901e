package netsync

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// protocolName is what stands in field protocol: the name of iproute2's rt_protos and of FRR's addition to it, or the number in hexadecimal as libnl
// writes it. Connected routes have zebra's RTPROT_KERNEL.
func protocolName(p uint8) string {
	switch p {
	case 0:
		return "unspec"
	case 1:
		return "redirect"
	case 2:
		return "kernel"
	case 3:
		return "boot"
	case 4, 196:
		return "static"
	case 9:
		return "ra"
	case 11:
		return "zebra"
	case 16:
		return "dhcp"
	case 186:
		return "bgp"
	case 187:
		return "isis"
	case 188:
		return "ospf"
	case 189:
		return "rip"
	case 190:
		return "ripng"
	case 191:
		return "nhrp"
	case 192:
		return "eigrp"
	case 193:
		return "ldp"
	case 194:
		return "sharp"
	case 195:
		return "pbr"
	case 197:
		return "openfabric"
	}
	return fmt.Sprintf("0x%x", p)
}

// isManagement tells the interfaces whose routes are the kernel's alone (sonic-contract 4.7).
func isManagement(name string) bool {
	return name == "eth0" || name == "docker0" || name == "eth1-midplane"
}

// unknownInterface is what fpmsyncd writes where zebra names no interface.
const unknownInterface = "unknown"

// render turns a set into the row of its routes.
func (r *Routes) render(s *routeSet) (out renderedSet) {
	out.known = true
	route := &s.route
	row := tables.RouteRow{Protocol: protocolName(route.Protocol)}
	switch {
	case route.Type.Drops():
		row.Blackhole = true
	case route.Type != fpm.Unicast:
		return out // local, broadcast, multicast: none of the ASIC's business
	case route.NexthopID != 0 && r.groups && r.objects.isGroup(route.NexthopID):
		out.objects = []uint32{route.NexthopID}
		row.NexthopGroup = strconv.FormatUint(uint64(route.NexthopID), 10)
	default:
		hops := route.Nexthops
		blackhole := false
		if route.NexthopID != 0 {
			var ok bool
			hops, blackhole, out.objects, ok = r.objects.resolve(route.NexthopID)
			if !ok {
				out.known = false
				return out
			}
		}
		if row.Blackhole = blackhole; !blackhole {
			l := r.lists(hops, route.Dst.Addr().Is6())
			out.links, out.known = l.links, l.known
			if l.empty || !l.known {
				return out
			}
			row.Nexthop, row.Ifname, row.Weight = l.nexthop, l.ifname, l.weight
		}
	}
	out.text = r.texts.intern(row)
	return out
}

// hopLists are a route's parallel lists.
type hopLists struct {
	nexthop, ifname, weight string
	links                   []int32
	known, empty            bool
}

// lists writes next hops as SONiC's comma lists, in zebra's order. Next hops by management interfaces are left out, and so are those whose
// encapsulation is not understood: a route without any other is not for the ASIC.
func (r *Routes) lists(hops []fpm.Nexthop, v6 bool) hopLists {
	out := hopLists{known: true, empty: true}
	var nexthop, ifname, weight strings.Builder
	for i := range hops {
		h := &hops[i]
		name := unknownInterface
		if h.Ifindex != 0 {
			out.links = append(out.links, h.Ifindex)
			var ok bool
			if name, ok = r.names.link(h.Ifindex); !ok {
				out.known = false
				continue
			}
		}
		if isManagement(name) || h.Encap != fpm.NoEncap {
			continue
		}
		if !out.empty {
			nexthop.WriteByte(',')
			ifname.WriteByte(',')
			weight.WriteByte(',')
		}
		out.empty = false
		nexthop.WriteString(gatewayText(h.Gateway, v6))
		ifname.WriteString(name)
		weight.WriteString(strconv.Itoa(int(max(h.Weight, 1))))
	}
	out.nexthop, out.ifname, out.weight = nexthop.String(), ifname.String(), weight.String()
	return out
}

func gatewayText(a netip.Addr, v6 bool) string {
	switch {
	case a.IsValid():
		return a.String()
	case v6:
		return "::"
	}
	return "0.0.0.0"
}
