package cfgmgr

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// staticRoute wants one object in FRR for each next hop of the row's parallel lists.
func staticRoute(tx *engine.Tx, k tables.RouteKey, r tables.StaticRouteRow) error {
	tag, err := staticRouteTag(k, r.Advertise)
	if err != nil {
		return err
	}
	hops, err := staticHops(k, r)
	if err != nil {
		return err
	}
	for _, h := range hops {
		engine.Want(tx, h.key, frr.StaticRouteOptions(frr.Options{Tag: tag, Distance: h.distance}))
	}
	return nil
}

func staticRouteTag(k tables.RouteKey, advertise string) (uint32, error) {
	switch advertise {
	case "", "true":
		return frr.TagAdvertise, nil
	case "false":
		return frr.TagNoAdvertise, nil
	}
	return 0, badField(tables.ConfigStaticRoute, k, "advertise", advertise, "is neither true nor false")
}

// staticHop is one next hop.
type staticHop struct {
	key      frr.StaticRouteKey
	distance uint8
}

// staticList is one of the parallel lists. A list that is there has one element for each next hop, which may be empty.
type staticList struct {
	field string
	items []string
	set   func(h *staticHop, item string) error
}

func staticLists(k tables.RouteKey, r tables.StaticRouteRow) (lists []staticList, n int, err error) {
	for _, l := range [...]struct {
		field, text string
		set         func(*staticHop, string) error
	}{
		{"nexthop", r.Nexthop, setGateway}, {"ifname", r.Ifname, setInterface}, {"nexthop-vrf", r.NexthopVrf, setNexthopVrf},
		{"distance", r.Distance, setDistance}, {"blackhole", r.Blackhole, setDiscard}, // the last one clears others
	} {
		if l.text == "" {
			continue
		}
		items := strings.Split(l.text, ",")
		if n = max(n, 1); len(lists) == 0 {
			n = len(items)
		}
		if len(items) != n {
			return nil, 0, badField(tables.ConfigStaticRoute, k, l.field, l.text, fmt.Sprintf("has %d elements, the lists before it %d", len(items), n))
		}
		lists = append(lists, staticList{l.field, items, l.set})
	}
	if n == 0 {
		return nil, 0, badField(tables.ConfigStaticRoute, k, "nexthop", "", "is missing")
	}
	return lists, n, nil
}

func staticHops(k tables.RouteKey, r tables.StaticRouteRow) ([]staticHop, error) {
	lists, n, err := staticLists(k, r)
	if err != nil {
		return nil, err
	}
	hops, seen := make([]staticHop, n), make(map[frr.StaticRouteKey]bool, n)
	for i := range hops {
		h := &hops[i]
		h.key.Vrf, h.key.Prefix = k.Vrf, k.Prefix.Masked()
		for _, l := range lists {
			item := strings.TrimSpace(l.items[i])
			if item == "" {
				continue
			}
			if err := l.set(h, item); err != nil {
				return nil, badField(tables.ConfigStaticRoute, k, l.field, item, err.Error())
			}
		}
		if h.key.NexthopVrf == h.key.Vrf || h.key.Vrf == "" && h.key.NexthopVrf == "default" {
			h.key.NexthopVrf = ""
		}
		if err := h.key.Check(); err != nil {
			return nil, badField(tables.ConfigStaticRoute, k, "nexthop", r.Nexthop, fmt.Sprintf("has an element %d in which %s", i+1, err))
		}
		if seen[h.key] {
			return nil, badField(tables.ConfigStaticRoute, k, "nexthop", r.Nexthop, fmt.Sprintf("has the element %d twice", i+1))
		}
		seen[h.key] = true
	}
	return hops, nil
}

// setGateway reads a next hop; the unspecified address stands for none, as in the other tables of routes.
func setGateway(h *staticHop, text string) error {
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.Zone() != "" {
		return errors.New("is not an IP address")
	}
	if !ip.IsUnspecified() {
		h.key.Gateway = ip
	}
	return nil
}

func setInterface(h *staticHop, text string) error {
	h.key.Interface = text
	return nil
}

func setNexthopVrf(h *staticHop, text string) error {
	h.key.NexthopVrf = text
	return nil
}

// setDistance reads an administrative distance; 0 stands for none, which counts as 1.
func setDistance(h *staticHop, text string) error {
	d, err := strconv.ParseUint(text, 10, 8)
	if err != nil {
		return errors.New("is not a number from 0 to 255")
	}
	if d != 1 {
		h.distance = uint8(d)
	}
	return nil
}

// setDiscard makes the element a blackhole, which has nothing else.
func setDiscard(h *staticHop, text string) error {
	switch text {
	case "false":
	case "true":
		h.key = frr.StaticRouteKey{Vrf: h.key.Vrf, Prefix: h.key.Prefix, Discard: true}
	default:
		return errors.New("is neither true nor false")
	}
	return nil
}
