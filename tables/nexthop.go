package tables

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// NextHop is one way on: a neighbour on an interface, or with an unspecified address the interface itself; or with a VNI the VTEP of that address, and a
// router behind it.
type NextHop struct {
	Interface string
	IP        netip.Addr // unspecified (0.0.0.0, ::): directly connected
	Weight    uint32     // 0: none given, which counts as 1
	VNI       VNI        // 0: no tunnel
	MAC       MAC        // of the router behind a tunnel
}

// ParseNextHops reads the parallel lists of a route or next-hop group row. SONiC's rules (sonic-contract 4.7.2): the interface list decides the
// number; a missing or empty next hop is the unspecified address; fewer weights than next hops means no weights. v6 chooses the unspecified address.
func ParseNextHops(nexthop, ifname, weight string, v6 bool) ([]NextHop, error) {
	ifs := strings.Split(ifname, ",")
	ips := strings.Split(nexthop, ",")
	weights := strings.Split(weight, ",")
	out := make([]NextHop, len(ifs))
	for i, name := range ifs {
		if name == "" {
			return nil, &db.FieldError{Field: "ifname", Value: ifname, Reason: fmt.Sprintf("interface %d is empty", i+1)}
		}
		out[i] = NextHop{Interface: strings.Clone(name), IP: unspecified(v6)}
		if i < len(ips) && ips[i] != "" {
			ip, err := netip.ParseAddr(ips[i])
			if err != nil || ip.Zone() != "" {
				return nil, &db.FieldError{Field: "nexthop", Value: nexthop, Reason: fmt.Sprintf("next hop %d is not an IP address", i+1)}
			}
			out[i].IP = ip.Unmap()
		}
		if weight != "" && len(weights) == len(ifs) {
			w, err := strconv.ParseUint(weights[i], 10, 32)
			if err != nil {
				return nil, &db.FieldError{Field: "weight", Value: weight, Reason: fmt.Sprintf("weight %d is not a number", i+1)}
			}
			out[i].Weight = uint32(w)
		}
	}
	return out, nil
}

// ParseOverlay adds the lists of VNIs and router MAC addresses to the next hops of a route. Each has as many elements as there are next hops; a VNI that is empty or
// 0 is of a next hop without a tunnel.
func ParseOverlay(hops []NextHop, vnis, macs string) error {
	if vnis == "" {
		return nil
	}
	labels, routers := strings.Split(vnis, ","), strings.Split(macs, ",")
	if len(labels) != len(hops) {
		return &db.FieldError{Field: "vni_label", Value: vnis, Reason: fmt.Sprintf("has %d elements, and there are %d next hops", len(labels), len(hops))}
	}
	if len(routers) != len(hops) {
		return &db.FieldError{Field: "router_mac", Value: macs, Reason: fmt.Sprintf("has %d elements, and there are %d next hops", len(routers), len(hops))}
	}
	for i, label := range labels {
		if label == "" || label == "0" {
			continue
		}
		vni, err := strconv.ParseUint(label, 10, 24)
		if err != nil {
			return &db.FieldError{Field: "vni_label", Value: vnis, Reason: fmt.Sprintf("VNI %d is not a number up to 16777215", i+1)}
		}
		hops[i].VNI = VNI(vni)
		if err := hops[i].MAC.UnmarshalText([]byte(routers[i])); err != nil {
			return &db.FieldError{Field: "router_mac", Value: macs, Reason: fmt.Sprintf("element %d is %v", i+1, err)}
		}
	}
	return nil
}

func unspecified(v6 bool) netip.Addr {
	if v6 {
		return netip.IPv6Unspecified()
	}
	return netip.IPv4Unspecified()
}

// SortNextHops orders and merges a list, so that equal sets have one form: the same neighbour twice counts once, with the weights added.
func SortNextHops(hops []NextHop) []NextHop {
	slices.SortFunc(hops, func(a, b NextHop) int {
		if c := strings.Compare(a.Interface, b.Interface); c != 0 {
			return c
		}
		if c := a.IP.Compare(b.IP); c != 0 {
			return c
		}
		if c := cmp.Compare(a.VNI, b.VNI); c != 0 {
			return c
		}
		return slices.Compare(a.MAC[:], b.MAC[:])
	})
	out := hops[:0]
	for _, h := range hops {
		if n := len(out); n > 0 && out[n-1].isSame(h) {
			out[n-1].Weight += h.Weight
			continue
		}
		out = append(out, h)
	}
	return out
}

func (h NextHop) isSame(as NextHop) bool {
	h.Weight = as.Weight
	return h == as
}

// NexthopGroupRow is APPL_DB NEXTHOP_GROUP_TABLE.
type NexthopGroupRow struct {
	Nexthop string `db:"nexthop,omitempty"`
	Ifname  string `db:"ifname,omitempty"`
	Weight  string `db:"weight,omitempty"`
	Groups  string `db:"nexthop_group,omitempty"` // a recursive group: the names of its parts
}

// ApplNexthopGroup is the table NEXTHOP_GROUP_TABLE.
var ApplNexthopGroup = db.Define[string, NexthopGroupRow](db.Appl, "NEXTHOP_GROUP_TABLE")
